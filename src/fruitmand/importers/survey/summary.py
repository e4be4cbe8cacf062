"""Tell the researcher what an import did, so that every decision in it can be checked."""

import json
from collections.abc import Iterator, Sequence

from fruitmand.importers.survey.answers import MAX_SHOWN
from fruitmand.importers.survey.assembly import TABLES, Survey, count_states
from fruitmand.importers.survey.export import Export
from fruitmand.importers.survey.matching import MANUAL_FILE, ColumnMatch
from fruitmand.importers.survey.personal import KINDS
from fruitmand.importers.survey.questionnaire import Questionnaire

LINES = 60
"""Most lines of a report."""
LONGEST = 150
"""Most characters of a heading that a line shows."""
MOST = 30
"""Most headings or answers that a line lists."""


def summary(export: Export, match: ColumnMatch, questionnaire: Questionnaire, survey: Survey, label: str) -> list[str]:
    """Return the report of an import, line by line; what would make it longer than a screen is counted."""
    lines = [*_of_respondents(export, match, survey), *_of_columns(export, match, questionnaire, survey)]
    last = "wrote " + ", ".join(f"{label}/{name}.csv" for name in TABLES)
    if (more := len(lines) - (LINES - 2)) > 0:
        lines[LINES - 2 :] = [f"… and {more} lines more about columns"]
    return [*lines, last]


def _of_respondents(export: Export, match: ColumnMatch, survey: Survey) -> Iterator[str]:
    respondents = len(survey.tables["respondents"])
    yield f"recognised {export.file}{f', sheet {_quote(export.sheet)},' if export.sheet else ''} as {export.tool.name}"
    yield from export.notes
    left_out_by_reason = {"as preview or test": export.previews, "without consent": survey.refused, "without any answer": survey.empty}
    left_out = ", ".join(f"{count} {why}" for why, count in left_out_by_reason.items() if count)
    unfinished = f"; {survey.unfinished} did not reach the end" if survey.unfinished else ""
    yield f"respondents: {respondents} of {export.rows_read} rows{left_out and '; left out: '}{left_out}{unfinished}"
    yield from _of_consent(match, survey)
    yield "answers: " + ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in count_states(survey).items())
    yield f"remarks: {len(survey.tables['remarks'])}"
    if len(survey.tables["remarks"]):
        *kinds, last = KINDS.values()
        yield f"remarks were searched for {', '.join(kinds)} or {last}, but not for names: a person must read them all before any is quoted"


def _of_columns(export: Export, match: ColumnMatch, questionnaire: Questionnaire, survey: Survey) -> Iterator[str]:
    if survey.coded:
        labels = next(iter(questionnaire.items.values())).labels
        yield "numbers were read as: " + ", ".join(f"{rank} {text}" for rank, text in enumerate(labels, start=1)) + "; check that they are"
    if missing := [item for item in questionnaire.items if item not in match.items]:
        yield f"not asked, as there is no column: {', '.join(missing)}"
    lists = {
        "personal data, not kept": export.personal_columns,
        "of the tool, not kept": export.tool_columns,
        "ignored": match.ignored,
        f"in {MANUAL_FILE}, but not in this export": match.absent,
    }
    yield from (f"{kind}: {_listed([_quote(heading) for heading in headings])}" for kind, headings in lists.items() if headings)
    yield from (f"{name} is column {_quote(export.columns[place].heading)}" for name, place in match.fields.items())
    yield from (f"remarks ({block or 'no block'}) are column {_quote(export.columns[at].heading)}" for at, block in match.remarks.items())
    yield from (f"{item} is column {_quote(export.columns[place].heading)}" for item, place in sorted(match.items.items()))


def _of_consent(match: ColumnMatch, survey: Survey) -> Iterator[str]:
    if not survey.consent and match.ignored_consent:
        yield f"consent: {_quote(match.ignored_consent[0])} is ignored by {MANUAL_FILE}, so that nobody was left out for want of it"
    elif not survey.consent:
        yield "consent: there is no column of it, so that nobody was left out for want of it"
    for consent, meaning in (("yes", "consent"), ("no", "refusal")):
        if counts := {text: count for (text, text_consent), count in survey.consent.items() if text_consent == consent}:
            shown = _listed([f"{_quote(text[:MAX_SHOWN]) if text else 'an empty cell'} ({count})" for text, count in counts.items()])
            yield f"read as {meaning} in {sum(counts.values())} of {sum(survey.consent.values())} rows: {shown}; check that it is"


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts[:MOST]) + (f" and {len(texts) - MOST} more" if len(texts) > MOST else "")


def _quote(heading: str) -> str:
    return json.dumps(heading if len(heading) <= LONGEST else f"{heading[:LONGEST]}…", ensure_ascii=False)

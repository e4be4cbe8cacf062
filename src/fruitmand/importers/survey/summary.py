"""Tell the researcher what an import did, so that every decision in it can be checked."""

import json
from collections.abc import Iterator, Sequence

from fruitmand.importers.survey.answers import MAX_SHOWN, runs_the_other_way
from fruitmand.importers.survey.assembly import TABLES, Survey, count_states
from fruitmand.importers.survey.export import Column, Export
from fruitmand.importers.survey.matching import IGNORE, MANUAL_FILE, ColumnMatch
from fruitmand.importers.survey.personal import KINDS
from fruitmand.importers.survey.questionnaire import Questionnaire
from fruitmand.importers.survey.text_matching import clipped
from fruitmand.importers.survey.values import VALUES_FILE, Values, uses

LINES = 60
"""Most lines of a report."""
LONGEST = 150
"""Most characters of a heading that a line shows."""
MOST = 30
"""Most headings or answers that a line lists."""
LONGEST_TEXT = 70
"""Most characters of a statement beside a heading."""
_NOT_HERE = f"in {VALUES_FILE}, but not in this export"


def summary(
    export: Export, match: ColumnMatch, questionnaire: Questionnaire, survey: Survey, label: str, *, values: Values | None = None
) -> list[str]:
    """Return the report of an import, line by line; what would make it longer than a screen is counted."""
    lines = [*_of_respondents(export, match, survey), *_of_what_was_said(export, match, questionnaire, values or Values())]
    lines += _of_columns(export, match, questionnaire, survey)
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


def _of_what_was_said(export: Export, match: ColumnMatch, questionnaire: Questionnaire, values: Values) -> Iterator[str]:
    """Say what a person's ``values.csv`` and ``columns.csv`` changed, and which of their rows nothing in this export fits."""
    used = uses(values, export, match.items, match.fields, questionnaire.items)
    by_what: dict[str, list[str]] = {}
    for (about, value), meaning in values.meanings.items():
        count = used[about, value]
        told = f"{value} -> {meaning} ({count} {'answer' if count == 1 else 'answers'})"
        by_what.setdefault(f"by {VALUES_FILE}, of {about}" if count else _NOT_HERE, []).append(
            told if count else f"{about},{value},{meaning}"
        )
    lacking = by_what.pop(_NOT_HERE, [])
    yield from (f"{what}: {_listed(told)}" for what, told in by_what.items())
    if lacking:
        yield f"{_NOT_HERE}: {_listed(lacking)}"
    made = [f"{_quote(heading)} is {target}" for heading, target in match.said.items() if target != IGNORE]
    if made:
        yield f"by {MANUAL_FILE}: {_listed(made)}"
    places = match.items.items()
    if turned := [item for item, place in places if runs_the_other_way(questionnaire.items[item], export.columns[place].labels)]:
        yield f"labels run the other way, so that numbers were turned round: {_listed(turned)}"


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
    yield from (f"{item} is column {_with_text(export.columns[place])}" for item, place in sorted(match.items.items()))


def _of_consent(match: ColumnMatch, survey: Survey) -> Iterator[str]:
    if not survey.consent and match.ignored_consent:
        yield f"consent: {_quote(match.ignored_consent[0])} is ignored by {MANUAL_FILE}, so that nobody was left out for want of it"
    elif not survey.consent:
        yield "consent: there is no column of it, so that nobody was left out for want of it"
    for consent, meaning in (("yes", "consent"), ("no", "refusal")):
        if counts := {text: count for (text, text_consent), count in survey.consent.items() if text_consent == consent}:
            shown = _listed(
                [f"{_quote(clipped(text, MAX_SHOWN)) if text else 'an empty cell'} ({count})" for text, count in counts.items()]
            )
            yield f"read as {meaning} in {sum(counts.values())} of {sum(survey.consent.values())} rows: {shown}; check that it is"


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts[:MOST]) + (f" and {len(texts) - MOST} more" if len(texts) > MOST else "")


def _with_text(column: Column) -> str:
    """Return a heading with the statement that stands beside it, without what stands before that in every question."""
    texts = [text.rpartition(" - ")[2] for text in column.wording]
    return _quote(column.heading) + "".join(f" – {clipped(text, LONGEST_TEXT)}" for text in texts[-1:])


def _quote(heading: str, most: int = LONGEST) -> str:
    return json.dumps(heading if len(heading) <= most else f"{heading[:most]}…", ensure_ascii=False)

"""The tables of the claims and of the passages for and against each rating."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import compress, groupby

import pandas as pd

from fruitmand.analysis.claims import Finding, Judgement, selected
from fruitmand.checks.claim_predicates import CUT_OFF
from fruitmand.edition.claims import CONSEQUENCES, Claim, Expectation, Pair, Query, Setting
from fruitmand.edition.columns import VERDICTS
from fruitmand.report.blocks import Cell, Column, Table
from fruitmand.report.claim_lists import GROUPS
from fruitmand.report.words import Words

_RELATIONS = {"<": "lt", "<=": "le", "=": "eq", ">": "gt", ">=": "ge", "!=": "ne"}
LONG = 4
"""A list with more values than this is counted, not spelt out."""
_ANSWERED = ("contradicted", "tension")
_WIDTHS = {
    "answered": {"id": 0.07, "place": 0.1, "statement": 0.28, "found": 0.25, "author_answer": 0.3},
    "unchecked": {"id": 0.08, "place": 0.12, "statement": 0.44, "needs": 0.36},
    "compared": {"id": 0.07, "place": 0.1, "statement": 0.38, "expected": 0.15, "found": 0.3},
}


def summary(words: Words, judgements: Sequence[Judgement]) -> Table:
    """Count claims by verdict and by what is at stake, with totals; a verdict that no claim has is left out."""
    frame = pd.DataFrame({"verdict": [j.verdict for j in judgements], "consequence": [j.claim.consequence for j in judgements]})
    counts = pd.crosstab(frame["verdict"], frame["consequence"]).reindex(index=list(VERDICTS), columns=list(CONSEQUENCES), fill_value=0)
    counts["total"] = counts.sum(axis=1)
    rows: list[list[Cell | str]] = [
        [words.text(f"verdict.{verdict}"), *map(str, line)] for verdict, line in counts[counts["total"] > 0].iterrows()
    ]
    rows.append([words.text("column.total"), *(str(int(counts[name].sum())) for name in counts)])
    heads = [Column(words.text(f"consequence.{name}"), "right", 0.14) for name in CONSEQUENCES]
    return Table([Column(words.text("column.verdict"), "left", 0.32), *heads, Column(words.text("column.total"), "right", 0.12)], rows)


def in_group(judgements: Sequence[Judgement], group: str) -> list[Judgement]:
    """Return the judgements of one list of `GROUPS`, by what is at stake."""
    found = [judgement for judgement in judgements if judgement.verdict in GROUPS[group]]
    return sorted(found, key=lambda judgement: CONSEQUENCES.index(judgement.claim.consequence))


def listing(words: Words, judgements: Sequence[Judgement], group: str, reviewed: pd.DataFrame) -> Table:
    """List the claims of one list of `GROUPS` by what is at stake: what the text says, what was found, and what can be answered.

    ``reviewed`` has the notes of the readers.
    """
    found = in_group(judgements, group)
    kind = "answered" if group in _ANSWERED else "unchecked" if group == "unchecked" else "compared"
    notes = {
        row["id"]: words.pick(row, "note") for row in reviewed[reviewed["kind"] == "claim"].dropna(subset="note_en").to_dict("records")
    }
    rows: list[list[Cell | str]] = []
    for consequence, part in groupby(found, key=lambda judgement: judgement.claim.consequence):
        rows.append([words.text(f"consequence.{consequence}")])
        for judgement in part:
            said = _found(words, judgement)
            if judgement.claim.id in notes and not _on_stances(judgement.claim):  # there the rows say it themselves
                said.append(notes[judgement.claim.id])
            cells = _cells(words, judgement) | {"found": "\n".join(said)}
            first, *others = (cells[name] for name in _WIDTHS[kind])
            rows.append([Cell(first, anchor=first), *others])
    return Table([Column(words.text(f"column.{key}"), "left", width) for key, width in _WIDTHS[kind].items()], rows)


def _cells(words: Words, judgement: Judgement) -> dict[str, str]:
    claim = judgement.claim
    texts, statement = claim.model_dump(), [words.pick(claim.model_dump(), "statement")]
    if claim.assumes_en and claim.test is not None:
        statement.append(f"{words.text('ledger.assumes')}: {words.pick(texts, 'assumes')}")
    expected = "" if claim.expect is None else _at_symbol(words, expected_text(words, claim.expect, known_names(words)), claim)
    more = {"needs": words.pick(texts, "needs"), "author_answer": words.pick(texts, "answer")}
    return {"id": claim.id, "place": words.section_place(claim.place), "statement": "\n".join(statement), "expected": expected} | more


def _found(words: Words, judgement: Judgement) -> list[str]:
    """Return what was found and where the publication prints it; before it the verdict, where a list has more than one."""
    claim, finding = judgement.claim, judgement.finding
    if claim.test is None or finding is None:
        return []
    mixed = judgement.verdict in ("holds_for_most", "not_visible", "points_to", "points_away", "circular")
    said = [words.text(f"verdict.{judgement.verdict}") + ":"] if mixed else []
    if isinstance(claim.test, Query) and _on_stances(claim):
        stances = words.edition["stances"]
        rows = stances[selected(stances, claim.test.where)]
        return [
            *said,
            *(
                f"{words.section_place(row['place'])}: {words.pick(row, 'says')}"
                for row in rows.to_dict("records")
                if row["place"] != claim.place
            ),
        ]
    shown = _at_symbol(words, finding_text(words, finding, claim, known_names(words)), claim)
    places = (claim.tested_at and words.section_place(claim.tested_at)) or data_places(words, claim)
    return [*said, f"{shown} ({places})" if places else shown]


def _on_stances(claim: Claim) -> bool:
    return isinstance(claim.test, Query) and claim.test.table == "stances"


def data_places(words: Words, claim: Claim) -> str:
    """Return where the publication prints the data on which a claim is tested; that they were counted when those are many places."""
    sides = (claim.test.left, claim.test.right) if isinstance(claim.test, Pair) else (claim.test,)
    places = [
        place for side in sides for place in (_query_places(words, side) if isinstance(side, Query) else _setting_places(words, side))
    ]
    found = list(dict.fromkeys(places))
    if len(found) > LONG:
        found = [words.text("ledger.own_data")]
    return "; ".join(words.section_place(place) for place in found)


def _query_places(words: Words, query: Query) -> list[str]:
    """Return the locations in the publication of the rows that a query selects."""
    frame = words.edition[query.table]
    keys = {"variable", "exhibit", "municipality", "code", "parent", "section", "label_en", "question", "item", "letter", "level"}
    rows = selected(frame, {column: value for column, value in (query.of or query.where).items() if column in keys})
    also = _query_places(words, query.also) if query.also is not None else []
    if query.table == "segments":
        return [*dict.fromkeys(str(name).partition(".")[0] for name in compress(frame["section"], rows)), *also]
    columns = ("section", "place", "places", "cited_at", "used_at" if query.values == "scale_used" else "declared_at")
    column = next((name for name in columns if name in frame), "")
    if not column:  # a list that was made for the edition
        return [words.text("ledger.own_data"), *also]
    places = dict.fromkeys(place for place in compress(frame[column], rows) if not pd.isna(place))
    return [*(str(place).split(",")[0] for place in places), *also]


def _setting_places(words: Words, setting: Setting | None) -> list[str]:
    if setting is None:
        return []
    settings, scales = words.edition.settings, words.edition["scales"]
    if setting.setting.startswith("recommendations."):
        return [settings.recommendations.place]
    places = {
        "survey.fielded": [settings.survey.lapsed_place],
        "survey.scale_annex": list(scales[scales["scale"] == settings.survey.scale_annex]["declared_at"].unique()),
        "interviews.approached": [settings.interviews.planned_place],
        "interviews.count": [settings.interviews.conducted_place],
        "interviews.questions": [settings.interviews.conducted_place],
        "sampling.done": [settings.sampling.done_place],
        **{f"recommendations.by_addressee.{name}": [settings.recommendations.place] for name in settings.recommendations.by_addressee},
        "methods_done": [method.done_place for method in settings.design if method.status != "lapsed"],
    }
    return places.get(setting.setting, [])


def _at_symbol(words: Words, text: str, claim: Claim) -> str:
    """Add the symbol, where a test counts the ratings with one symbol."""
    symbol = claim.test.where.get("symbol") if isinstance(claim.test, Query) else None
    if isinstance(claim.test, Query) and claim.test.where.get(CUT_OFF) == "yes":
        return words.text("ledger.counts_as_yes", value=text)
    if isinstance(claim.test, Query) and claim.test.where.get(CUT_OFF) == "no":
        return words.text("ledger.counts_as_no", value=text)
    return words.text("ledger.at_symbol", value=text, symbol=words.symbol(symbol)) if isinstance(symbol, str) else text


def expected_text(words: Words, expect: Expectation, names: Mapping[str, str]) -> str:
    """Return what is expected if a claim holds, in words; of a long list only its length."""
    key = expect.key()
    value = getattr(expect, key)
    if key in ("quantifier", "relation"):
        return words.text(f"{key}.{_RELATIONS.get(value, value)}")
    if isinstance(value, list):
        return words.text(f"ledger.{key}", value=_values(words, value, names))
    if key == "equals" and value == 0 and not isinstance(value, bool):
        return words.text("ledger.nought")
    return words.text(f"ledger.{key}", value=_value(words, value, names))


def finding_text(words: Words, finding: Finding, claim: Claim, names: Mapping[str, str]) -> str:
    """Return a finding in words, with its unit; of a long list only its length and what the claim expects but the data lack."""
    value, expect = finding.value, claim.expect
    if isinstance(value, tuple):
        return words.text("ledger.pair", left=words.decimal(value[0], 0), right=words.decimal(value[1], 0))
    if isinstance(value, frozenset):
        shown = _values(words, sorted(value, key=str), names) or words.text("ledger.nothing")
        expected = getattr(expect, expect.key()) if expect is not None else None
        missing = [item for item in expected if item not in value] if isinstance(expected, list) else []
        if len(value) > LONG and missing:
            shown += "\n" + words.text("ledger.missing", value=", ".join(_value(words, item, names) for item in missing))
        return shown
    shown = _value(words, value, names)
    if finding.of is not None:
        shown = words.text("ledger.of", value=shown, n=words.decimal(finding.of, 0))
    unit = f"unit.{claim.test.count or claim.test.table}" if isinstance(claim.test, Query) else ""
    counted = finding.value if finding.of is None else finding.of
    return f"{shown} {words.text(unit, n=counted)}" if unit and words.has(unit) else shown


@cache
def known_names(words: Words) -> dict[str, str]:
    """Return the labels of the ids that a claim can name: codes, municipalities, scales and symbols."""
    tables = words.edition
    return {
        **{row["label_en"]: words.pick(row) for row in tables["codebook"].to_dict("records")},
        **{
            row["theory_label_en"]: words.pick(row, "theory_label")
            for row in tables["codebook"].dropna(subset="theory_label_en").to_dict("records")
        },
        **{name: words.label(name) for name in tables["codebook"]["code"]},
        **{name: words.municipality(name) for name in [*tables["municipalities"]["municipality"], *filter(None, [words.edition.group_id])]},
        **{name: words.scale(name) for name in tables["scales"]["scale"].unique()},
        **{symbol: words.symbol(symbol) for symbol in tables["scales"]["symbol"].dropna().unique()},
        **{row["label_en"]: words.pick(row) for row in tables["scales"].dropna(subset="label_en").to_dict("records")},
    }


def _values(words: Words, values: Sequence[object], names: Mapping[str, str]) -> str:
    if len(values) > LONG:
        return words.text("ledger.many", n=words.decimal(len(values), 0))
    return ", ".join(_value(words, value, names) for value in values)


def _value(words: Words, value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return words.text(f"ledger.{'yes' if value else 'no'}")
    if isinstance(value, int):
        return words.decimal(value, 0)
    text = str(value)
    return names.get(text) or (words.text(f"term.{text}") if words.has(f"term.{text}") else text)


def standings(words: Words, counts: pd.DataFrame) -> Table:
    """Count ratings by their standing in the evidence map, per concept."""
    keys = [name for name in counts.columns if name != "concept"]
    rows: list[list[Cell | str]] = [[words.label(row["concept"]), *(str(row[key]) for key in keys)] for row in counts.to_dict("records")]
    rows.append([words.text("column.total"), *(str(int(counts[key].sum())) for key in keys)])
    heads = [Column(words.text(f"standing.{key}"), "right", 0.16) for key in keys]
    return Table([Column(words.text("column.concept"), "left", 0.2), *heads], rows)

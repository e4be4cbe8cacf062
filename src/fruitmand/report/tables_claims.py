"""The tables of the claims and of the passages for and against each rating."""

from collections.abc import Mapping, Sequence
from functools import cache

import pandas as pd

from fruitmand.analysis.claims import Finding, Judgement, select
from fruitmand.edition.claims import Claim, Expectation, Pair, Query, Setting
from fruitmand.edition.columns import GROUP
from fruitmand.report.blocks import Cell, Column, Table
from fruitmand.report.tables_study import columns
from fruitmand.report.words import Words

_RELATIONS = {"<": "lt", "<=": "le", "=": "eq", ">": "gt", ">=": "ge", "!=": "ne"}
LONG = 4
"""A list with more values than this is counted, not spelt out."""
VERDICTS = ("contradicted", "reservation", "unchecked", "holds")
"""The order of the lists: what is contradicted goes first."""
COUNTED = ("holds", "reservation", "contradicted", "unchecked")
"""The order of the counts."""


def summary(words: Words, judgements: Sequence[Judgement]) -> Table:
    """Count verdicts per kind of claim, with totals."""
    frame = pd.DataFrame({"kind": [j.claim.kind for j in judgements], "verdict": [j.verdict for j in judgements]})
    counts = pd.crosstab(frame["kind"], frame["verdict"]).reindex(columns=list(COUNTED), fill_value=0)
    rows: list[list[Cell | str]] = [
        [words.text(f"kind.{kind}"), *(str(value) for value in line), str(int(line.sum()))] for kind, line in counts.iterrows()
    ]
    rows.append([words.text("column.total"), *(str(int(counts[name].sum())) for name in counts), str(len(judgements))])
    heads = [Column(words.text(f"verdict.{name}"), "right", 0.15) for name in COUNTED]
    return Table([Column(words.text("column.kind"), "left", 0.3), *heads, Column(words.text("column.total"), "right", 0.1)], rows)


def listing(words: Words, judgements: Sequence[Judgement], verdict: str) -> Table:
    """List the claims with one verdict: location, statement, what is expected if the claim holds, and the finding."""
    names = known_names(words)
    rows: list[list[Cell | str]] = []
    for judgement in judgements:
        claim = judgement.claim
        if judgement.verdict != verdict:
            continue
        place = words.section_place(f"{claim.section} ¶{claim.paragraph}" if claim.paragraph else claim.section)
        statement = [words.pick(claim.model_dump(), "statement")]
        if judgement.reservation == "weaker" and claim.weaker is not None:
            statement.append(f"{words.text('ledger.reservation')}: {words.pick(claim.weaker.model_dump(), 'reason')}")
        if claim.assumes_en and verdict != "unchecked":
            statement.append(f"{words.text('ledger.assumes')}: {words.pick(claim.model_dump(), 'assumes')}")
        if claim.expect is None or judgement.finding is None:
            rows.append([claim.id, place, statement[0], words.pick(claim.model_dump(), "needs")])
        else:
            rows.append(
                [
                    claim.id,
                    place,
                    "\n".join(statement),
                    _at_symbol(words, expected_text(words, claim.expect, names), claim),
                    _with_place(words, _at_symbol(words, finding_text(words, judgement.finding, claim, names), claim), claim),
                ]
            )
    if verdict == "unchecked":
        return Table(
            columns(words, ("id", "left", 0.08), ("place", "left", 0.12), ("statement", "left", 0.44), ("needs", "left", 0.36)), rows
        )
    widths = {"id": 0.07, "place": 0.11, "statement": 0.42, "expected": 0.18, "found": 0.22}
    return Table([Column(words.text(f"column.{key}"), "left", width) for key, width in widths.items()], rows)


def data_places(words: Words, claim: Claim) -> str:
    """Return where the publication prints the data on which a claim is tested."""
    sides = (claim.test.left, claim.test.right) if isinstance(claim.test, Pair) else (claim.test,)
    places = [
        place for side in sides for place in (_query_places(words, side) if isinstance(side, Query) else _setting_places(words, side))
    ]
    return "; ".join(dict.fromkeys(words.section_place(place) for place in places))


def _query_places(words: Words, query: Query) -> list[str]:
    """Return the locations in the publication of the rows that a query selects."""
    frame = words.edition[query.table]
    keys = {"variable", "exhibit", "municipality", "code", "parent", "section", "label_en", "question", "item", "letter", "level"}
    rows = select(frame, {column: value for column, value in (query.of or query.where).items() if column in keys})
    if query.table == "segments":
        return [str(section) for section in sorted({str(name)[:1] for name in rows["section"]})]
    column = (
        "section" if "section" in rows else "place" if "place" in rows else "used_at" if query.values == "scale_used" else "declared_at"
    )
    if column not in rows:  # data of the edition itself: the file is the location
        return [f"{query.table}.csv"]
    return [str(place).split(",")[0] for place in rows[column].dropna().unique()]


def _setting_places(words: Words, setting: Setting | None) -> list[str]:
    if setting is None:
        return []
    settings, scales = words.edition.settings, words.edition["scales"]
    places = {
        "survey.fielded": [settings.survey.lapsed_place],
        "survey.scale_annex": list(scales[scales["scale"] == settings.survey.scale_annex]["declared_at"].unique()),
        "interviews.approached": [settings.interviews.planned_place],
        "interviews.count": [settings.interviews.conducted_place],
        "interviews.questions": [settings.interviews.conducted_place],
        "sampling.done": [settings.sampling.done_place],
        "recommendations.king": [settings.recommendations.place],
        "methods_done": [method.done_place for method in settings.design if method.status != "lapsed"],
    }
    return places.get(setting.setting, [])


def _at_symbol(words: Words, text: str, claim: Claim) -> str:
    """Add the symbol, where a test counts the ratings with one symbol."""
    symbol = claim.test.where.get("symbol") if isinstance(claim.test, Query) else None
    return words.text("ledger.at_symbol", value=text, symbol=words.symbol(symbol)) if isinstance(symbol, str) else text


def _with_place(words: Words, text: str, claim: Claim) -> str:
    """Add where the publication prints the data."""
    places = data_places(words, claim)
    return f"{text}\n({places})" if places else text


def expected_text(words: Words, expect: Expectation, names: Mapping[str, str]) -> str:
    """Return what is expected if a claim holds, in words; of a long list only its length."""
    key = expect.key()
    value = getattr(expect, key)
    if key in ("quantifier", "relation"):
        return words.text(f"{key}.{_RELATIONS.get(value, value)}")
    if isinstance(value, list):
        return words.text(f"ledger.{key}", value=_values(words, value, names))
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
        **{name: words.municipality(name) for name in [*tables["municipalities"]["municipality"], GROUP]},
        **{name: words.scale(name) for name in tables["scales"]["scale"].unique()},
        **{symbol: words.symbol(symbol) for symbol in tables["scales"]["symbol"].dropna().unique()},
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


def passages(words: Words, evidence: pd.DataFrame) -> Table:
    """List for every rating the segments for it, mixed and against it, by variable."""
    rows: list[list[Cell | str]] = []
    for variable, part in evidence.groupby("variable", sort=False):
        rows.append([words.label(str(variable))])
        for row in part.to_dict("records"):
            ids = [row[f"ids_{side}"] or words.text("cell.none") for side in ("for", "mixed", "against")]
            rows.append(
                [words.municipality(row["municipality"]), words.symbol(row["symbol"]), *ids, words.text(f"standing.{row['standing']}")]
            )
    head = ("municipality", "rating", "for", "mixed", "against", "standing")
    widths = (0.14, 0.09, 0.24, 0.2, 0.16, 0.17)
    return Table([Column(words.text(f"column.{key}"), "left", width) for key, width in zip(head, widths, strict=True)], rows)


def standings(words: Words, counts: pd.DataFrame) -> Table:
    """Count ratings by their standing in the evidence map, per concept."""
    keys = [name for name in counts.columns if name != "concept"]
    rows: list[list[Cell | str]] = [[words.label(row["concept"]), *(str(row[key]) for key in keys)] for row in counts.to_dict("records")]
    rows.append([words.text("column.total"), *(str(int(counts[key].sum())) for key in keys)])
    heads = [Column(words.text(f"standing.{key}"), "right", 0.16) for key in keys]
    return Table([Column(words.text("column.concept"), "left", 0.36), *heads], rows)

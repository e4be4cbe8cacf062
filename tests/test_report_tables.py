"""The tables: the twelve that the thesis prints hold every rating, expectation and finding of the raw files, in both languages."""

import csv
from collections import Counter

import pandas as pd
import pytest
from build_fixtures import LANGUAGES, RAW, edition, results, words

from fruitmand.analysis.agreement import compare_coders
from fruitmand.report import tables_coding, tables_design, tables_provenance, tables_study
from fruitmand.report.blocks import as_cell

PUBLISHED = {
    "outcomes_theory": lambda w: tables_study.theory(w, "outcomes"),
    "risks_theory": lambda w: tables_study.theory(w, "risks"),
    "learning_capacity_measures": lambda w: tables_study.measures(w, "learning_capacity"),
    "improvement_measures": lambda w: tables_study.measures(w, "improvement"),
    "reasons": lambda w: tables_study.findings(w, "reasons"),
    "conversations": lambda w: tables_study.findings(w, "conversations"),
    "learning_climate": lambda w: tables_study.rated_by_municipality(w, "learning_climate"),
    "learning_practices": lambda w: tables_study.rated_by_municipality(w, "learning_practices"),
    "learning_barriers": lambda w: tables_study.rated_by_municipality(w, "learning_barriers"),
    "improvement": lambda w: tables_study.rated_by_municipality(w, "improvement"),
    "outcomes": lambda w: tables_study.rated_by_variable(w, "outcomes"),
    "risks": lambda w: tables_study.rated_by_variable(w, "risks"),
}
# Rows without group headings, groups, columns; counted in the thesis: five outcomes, five risks, six variables of learning capacity in
# three dimensions, four of improvement, four municipalities (and once the four together).
SHAPES = {
    "outcomes_theory": (5, 0, 2),
    "risks_theory": (5, 0, 2),
    "learning_capacity_measures": (6, 3, 5),
    "improvement_measures": (4, None, 5),
    "reasons": (4, 0, 3),
    "conversations": (5, 0, 3),
    "learning_climate": (4, 0, 4),
    "learning_practices": (4, 0, 4),
    "learning_barriers": (4, 0, 4),
    "improvement": (4, 0, 6),
    "outcomes": (5, 0, 5),
    "risks": (5, 0, 5),
}


def raw(name: str) -> list[dict[str, str]]:
    with (RAW / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def labels(table: str, key: str, language: str, column: str = "label") -> dict[str, str]:
    return {row[key]: row[f"{column}_{language}"] for row in raw(table)}


def grid(table) -> dict[tuple[str, str], str]:
    """Return the text of every cell under its row header and column header."""
    return {place: cell.text for place, cell in in_place(table).items()}


def symbols(table) -> dict[tuple[str, str], str]:
    """Return what stands small in every cell under its row header and column header."""
    return {place: cell.small for place, cell in in_place(table).items()}


def in_place(table):
    heads = [column.label for column in table.columns]
    rows = [[as_cell(cell) for cell in row] for row in table.rows if len(row) > 1]
    return {(row[0].text, head): cell for row in rows for head, cell in zip(heads[1:], row[1:], strict=True)}


def worded(rating: dict[str, str], language: str) -> str:
    """Return the word of the scale on which a variable was rated for the symbol that it was given; a plain one where it has none."""
    (scale,) = [row["scale_used"] for row in raw("codebook") if row["code"] == rating["variable"]]
    (point,) = [row for row in raw("scales") if (row["scale"], row["symbol"]) == (scale, rating["symbol"])]
    own = {"nl": ("bereikt", "een begin", "niet bereikt"), "en": ("achieved", "a start", "not achieved")}  # of the edition's own texts
    plain = {name: dict(zip(("+/+", "+/-", "-/-"), said, strict=True)) for name, said in own.items()}
    return point[f"label_{language}"].replace("+/-", "+/−") or plain[language][rating["symbol"]]


def test_the_twelve_are_the_tables_of_the_thesis():
    assert set(PUBLISHED) == {row["exhibit"] for row in raw("exhibits") if row["kind"] == "table"} == set(SHAPES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_table_has_the_rows_and_columns_of_the_thesis(name, language):
    table = PUBLISHED[name](words(language))
    rows, groups, columns = SHAPES[name]
    assert len(table.columns) == columns
    assert sum(len(row) > 1 for row in table.rows) == rows
    assert {len(row) for row in table.rows} <= {1, columns}
    if groups is not None:
        assert sum(len(row) == 1 for row in table.rows) == groups
    assert sum(column.width for column in table.columns) == pytest.approx(1, abs=0.01)
    assert all(column.label for column in table.columns)
    assert all(as_cell(row[0]).text for row in table.rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rating_stands_in_its_table_at_its_place(language):
    municipalities, codes = labels("municipalities", "municipality", language), labels("codebook", "code", language)
    polarity = {row["code"]: row["polarity"] for row in raw("codebook")}
    seen = Counter()
    for name in {row["exhibit"] for row in raw("ratings")}:
        table = PUBLISHED[name](words(language))
        cells = grid(table)
        shaded = Counter(as_cell(cell).shade for row in table.rows for cell in row if as_cell(cell).shade)
        wanted = Counter()
        for row in (row for row in raw("ratings") if row["exhibit"] == name):
            municipality, variable = municipalities[row["municipality"]], codes[row["variable"]]
            place = (variable, municipality) if name in ("outcomes", "risks") else (municipality, variable)
            assert cells[place] == worded(row, language), (name, place)
            assert symbols(table)[place] == row["symbol"].replace("-", "−"), (name, place)
            level = {"+/+": "high", "+/-": "middle", "-/-": "low"}[row["symbol"]]
            wanted[("bad_" if polarity[row["variable"]] == "higher_is_worse" else "") + level] += 1
            seen[name] += 1
        assert shaded == wanted
    # 20 variables times four municipalities
    assert sum(seen.values()) == 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_expectation_stands_with_its_letter_and_its_municipality(language):
    municipalities = labels("municipalities", "municipality", language)
    found = 0
    for name in {row["exhibit"] for row in raw("expectations")}:
        table = PUBLISHED[name](words(language))
        cells, last = grid(table), table.columns[-1].label
        for municipality, label in municipalities.items():
            rows = [row for row in raw("expectations") if (row["exhibit"], row["municipality"]) == (name, municipality)]
            assert cells[label, last].split("\n") == [f"({row['letter']}) {row[f'label_{language}']}" for row in rows]
            found += len(rows)
    assert found == len(raw("expectations"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_stands_in_its_cell(language):
    municipalities = labels("municipalities", "municipality", language) | {"g4": words(language).municipality("g4")}
    column = {("reasons", "reason"): 1, ("reasons", "expectation"): 2, ("conversations", "view"): 1, ("conversations", "expectation"): 2}
    found = 0
    for name in {row["exhibit"] for row in raw("findings")}:
        table = PUBLISHED[name](words(language))
        cells = grid(table)
        groups = {(row["municipality"], row["finding"]) for row in raw("findings") if row["exhibit"] == name}
        for municipality, kind in groups:
            head = table.columns[column.get((name, kind), -1)].label
            rows = [row for row in raw("findings") if (row["exhibit"], row["municipality"], row["finding"]) == (name, municipality, kind)]
            texts = [row[f"label_{language}"] for row in sorted(rows, key=lambda row: int(row["position"]))]
            lines = cells[municipalities[municipality], head].split("\n")
            assert [line.removeprefix("• ") for line in lines] == texts
            assert all(line.startswith("• ") for line in lines) == (len(texts) > 1)
            found += len(texts)
    assert found == len(raw("findings"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("concept", ["outcomes", "risks", "learning_capacity", "improvement"])
def test_every_variable_stands_with_its_definition(concept, language):
    name = f"{concept}_theory" if concept in ("outcomes", "risks") else f"{concept}_measures"
    table = PUBLISHED[name](words(language))
    rows = {as_cell(row[0]).text: [as_cell(cell).text for cell in row[1:]] for row in table.rows if len(row) > 1}
    book = {row["code"]: row for row in raw("codebook")}

    def concept_of(code: str) -> str:
        return concept_of(book[code]["parent"]) if book[code]["parent"] else code

    variables = [row for code, row in book.items() if row["level"] == "variable" and concept_of(code) == concept]
    assert set(rows) == {row[f"theory_label_{language}"] for row in variables}
    for row in variables:
        shown = rows[row[f"theory_label_{language}"]]
        assert shown[0] == row[f"definition_{language}"]
        if name.endswith("_measures"):
            points = [s for s in raw("scales") if s["scale"] == row["scale_declared"]]
            worded = [s[f"label_{language}"] for s in sorted(points, key=lambda s: -int(s["rank"]))]
            assert shown[1:3] == [row["question"], " · ".join(worded)]
            assert (shown[3] == words(language).text("cell.same")) == (row["scale_declared"] == row["scale_used"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_other_tables_can_be_built_and_fit_their_columns(language):
    w, made = words(language), results()
    changes = tables_study.variables(edition()["codebook"])  # only to be sure that the raw table is not changed below
    built = [
        tables_design.design(w),
        tables_design.methods(w),
        tables_study.agenda(w),
        tables_study.expectations(w),
        tables_coding.frequencies(w, made["frequencies"], made["sightings"]),
        tables_coding.agreement(w, made["agreement"]),
        tables_design.survey(w),
        tables_design.questions(w, made["counts"], made["verdicts"], made["evidence"]),
        tables_provenance.literature(w),
        tables_provenance.software(w, {"a": "1"}),
    ]
    for table in built:
        assert table.rows
        assert {len(row) for row in table.rows} <= {1, len(table.columns)}
    assert sum(len(row) > 1 for row in built[2].rows) == len(raw("agenda"))
    assert sum(len(row) == 1 for row in built[7].rows) == len(raw("questions"))
    assert sum(1 for row in built[3].rows for cell in row if as_cell(cell).mark == "●") == len(raw("expectations"))
    pd.testing.assert_frame_equal(changes, tables_study.variables(edition()["codebook"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_rating_is_a_dash_without_a_shade(language, monkeypatch):
    ratings = edition()["ratings"]
    gone = ~((ratings["municipality"] == "utrecht") & ratings["variable"].isin(["motivation", "efficiency"]))
    monkeypatch.setitem(edition()._tables, "ratings", ratings[gone])
    for name, dashes in (("learning_climate", 1), ("outcomes", 1), ("risks", 0)):
        cells = [as_cell(cell) for row in PUBLISHED[name](words(language)).rows for cell in row]
        assert [cell.shade + cell.small for cell in cells if cell.text == "–"] == [""] * dashes


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_undefined_agreement_shows_its_reason_and_no_number(language):
    codings = edition()["codings"]
    w = words(language)
    alone = compare_coders(codings, ("coder_1",), draws=1, seed=1)
    for row in tables_coding.agreement(w, alone).rows:
        undefined = w.text("cell.undefined")
        assert [as_cell(cell).text for cell in row[1:]] == [
            "0",
            undefined,
            undefined,
            w.text("reason.no_second_coder"),
            undefined,
            undefined,
        ]
    alike = codings[codings["segment_id"].isin(["s002", "s003"])].assign(code="position", valence="supports")
    results_alike = compare_coders(alike, edition().coders, draws=1, seed=1)
    shown = [as_cell(cell).text for row in tables_coding.agreement(w, results_alike).rows for cell in row]
    assert shown.count(w.text("cell.undefined")) == sum(
        (result.alpha is None) + (result.fleiss_kappa is None) + (result.gwet_ac1 is None) for result in results_alike
    )
    shares = [row[2] for row in tables_coding.agreement(w, results_alike).rows]
    assert shares == [f"{result.units}/{result.units}" for result in results_alike], "of few segments the count"
    assert not [text for text in shown if "nan" in text.lower()]

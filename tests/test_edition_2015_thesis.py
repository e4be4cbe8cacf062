"""The 2015 data against the text of the thesis, for whoever has it (``FRUITMAND_THESIS=FILE``)."""

import hashlib
import re
import tomllib

import pytest
from thesis_text import dashed, lettered, plain, runs

PAIRED = {  # the tables of each section, in the order in which it prints them
    "5.1": ("reasons", "conversations"),
    "5.2.1": ("learning_climate",),
    "5.2.2": ("learning_practices",),
    "5.2.3": ("learning_barriers",),
    "5.3": ("improvement", "outcomes", "risks"),
}
RUN = 8
LABELS = {"expectations.csv", "findings.csv", "second_reading.csv", "sources.csv"}  # short labels as printed, and literature
ANSWERS = {"hints.py", "test_importers_survey_tools.py"}  # the points of an agreement scale one after another, which every survey has
AS_PRINTED = {"label_nl", "label_en", "theory_label_nl", "theory_label_en"}


@pytest.fixture(scope="module")
def printed(thesis):
    """The printed result tables by exhibit: header and rows, with straight apostrophes."""
    assert {section: len(tables) for section, tables in thesis.tables.items() if section[0] == "5"} == {
        s: len(e) for s, e in PAIRED.items()
    }
    return {
        exhibit: [[plain(cell) for cell in row] for row in thesis.tables[section][number]]
        for section, exhibits in PAIRED.items()
        for number, exhibit in enumerate(exhibits)
    }


@pytest.fixture(scope="module")
def towns(edition):
    return edition["municipalities"].set_index("label_nl")["municipality"].to_dict() | {"G4": "g4"}


def cells(table):
    """Yield row header, column header and text of each cell."""
    header, *rows = table
    return [(row[0], name, cell) for row in rows for name, cell in zip(header[1:], row[1:], strict=True)]


def test_the_digest_of_a_segment_is_that_of_its_passage(edition, thesis):
    wrong = []
    for row in edition["segments"].itertuples():
        passage = thesis.paragraphs[row.section, row.paragraph][row.start : row.end]
        if len(passage) != row.end - row.start or hashlib.sha256(passage.encode()).hexdigest()[:12] != row.digest:
            wrong.append(row.segment_id)
    assert wrong == []


def test_a_passage_is_no_broken_word(edition, thesis):
    for row in edition["segments"].itertuples():
        text = thesis.paragraphs[row.section, row.paragraph]
        assert not re.match(r"\w\w", text[max(row.start - 1, 0) : row.start + 1]) or row.start == 0, row.segment_id
        assert text[row.start : row.end] == text[row.start : row.end].strip(), row.segment_id


def test_the_ratings_are_those_of_the_printed_tables(edition, printed, towns):
    book, second = edition["codebook"], edition["second_reading"]
    second = second[(second["table"] == "codebook") & (second["column"] == "label_nl")]  # names as printed; labels say what is meant
    variables = second[second["key"].isin(book[book["level"] == "variable"]["code"])]
    read = set()
    for exhibit, table in printed.items():
        for row, column, symbol in cells(table):
            if re.fullmatch(r"[+-]/[+-]", symbol):
                town, label = (row, column) if row in towns else (column, row)
                (code,) = variables[variables["value"].map(plain) == label]["key"]
                read.add((exhibit, towns[town], code, symbol))
    ratings = edition["ratings"]
    assert read == set(zip(ratings["exhibit"], ratings["municipality"], ratings["variable"], ratings["symbol"], strict=True))
    assert len(read) == 80


def test_the_expectations_are_those_of_the_printed_tables(edition, printed, towns):
    read = {
        (exhibit, towns[town], letter, label)
        for exhibit in ("learning_climate", "learning_practices", "learning_barriers")
        for town, column, cell in cells(printed[exhibit])
        if column == "Verwachtingen"
        for letter, label in lettered(cell).items()
    }
    table = edition["expectations"]
    assert read == set(zip(table["exhibit"], table["municipality"], table["letter"], table["label_nl"].map(plain), strict=True))


def test_the_findings_are_those_of_the_printed_tables(edition, printed, towns):
    kinds = {"Reden": "reason", "Verwachtingen": "expectation", "De": "view", "Opvallende": "notable_outcome"}
    read = {
        (exhibit, kinds[column.split()[0]], towns[town], position, item)
        for exhibit in ("reasons", "conversations", "improvement")
        for town, column, cell in cells(printed[exhibit])
        if cell.startswith("- ")
        for position, item in enumerate(dashed(cell), start=1)
    }
    table = edition["findings"]
    columns = [table[name] for name in ("exhibit", "finding", "municipality", "position")]
    assert read == set(zip(*columns, table["label_nl"].map(plain), strict=True))


def test_the_printed_scales_are_the_declared_ones(edition, thesis):
    book = edition["codebook"].set_index("theory_label_nl")
    words = edition["scales"].dropna(subset="declared_value").groupby("scale")
    scales = {name: {int(row.declared_value): row.label_nl for row in part.itertuples()} for name, part in words}
    checked = 0
    for table in thesis.tables["4.1"]:
        for row in table[1:]:
            label = next(name for name in book.index.dropna() if plain(row[2]).startswith(f"{row[2][:3]}{plain(name)} "))
            printed = {int(value): word for value, word in re.findall(r"(\d): (\w+)", row[3])}
            assert scales[book.loc[label, "scale_declared"]] == printed, label
            checked += 1
    assert checked == 10


def test_places_in_the_data_are_places_in_the_thesis(edition, root, thesis):
    sections = {section for section, _ in thesis.paragraphs} | set(thesis.tables)
    files = sorted((root / "data" / "raw" / "2015").glob("*.*"))
    cited = [
        (path.name, section, int(number))
        for path in files
        for section, first, last in re.findall(r"\b(\d(?:\.\d)*) ¶(\d+)(?:-(\d+))?", path.read_text(encoding="utf-8"))
        for number in (first, last or first)
    ]
    assert len(cited) > 20
    assert [place for place in cited if place[1:] not in thesis.paragraphs] == []
    for name in ("exhibits", "ratings", "segments", "findings", "expectations"):
        assert set(edition[name]["section"]) <= sections


def own_words(edition, root):
    """Yield place and text of all Dutch prose that the compendium calls its own."""
    for name, table in edition.items():
        if f"{name}.csv" in LABELS:
            continue
        for column in table.columns[table.columns.str.endswith("_nl")]:
            if name == "codebook" and column in AS_PRINTED:
                continue
            yield from ((f"{name}.csv row {index + 2} {column}", text) for index, text in table[column].dropna().items())

    def leaves(value, path):
        if isinstance(value, dict):
            for key, item in value.items():
                yield from leaves(item, f"{path}.{key}")
        elif isinstance(value, list):
            for number, item in enumerate(value):
                yield from leaves(item, f"{path}.{number}")
        elif isinstance(value, str):
            yield path, value

    raw = root / "data" / "raw" / "2015"
    for path in (raw / "edition.toml", raw / "models.toml", root / "src" / "fruitmand" / "report" / "text" / "nl.toml"):
        yield from leaves(tomllib.loads(path.read_text(encoding="utf-8")), path.name)


@pytest.fixture(scope="module")
def known(edition, thesis):
    """All runs of eight words of the thesis, but for its own title."""
    return runs(thesis.text, RUN) - runs(edition.settings.source.title, RUN)


def test_no_text_of_ours_shares_eight_words_in_a_row_with_the_thesis(edition, root, known):
    texts = list(own_words(edition, root))
    assert len(texts) > 300
    assert [(place, " ".join(run)) for place, text in texts for run in sorted(runs(text, RUN) & known)] == []


def test_no_file_of_the_compendium_holds_a_sentence_of_the_thesis(tracked, known):
    ours = {path: text for path, text in tracked.items() if "reports" not in path.parts}  # these are made of the others
    files = {path.name: text for path, text in ours.items() if path.name not in LABELS | ANSWERS}
    assert len(ours) < len(tracked)
    assert [(name, " ".join(run)) for name, text in files.items() for run in sorted(runs(text, RUN) & known)] == []

"""The coding kit: every tool gets the whole codebook and the valences, the import knows it again, and nothing personal is in it."""

import csv
import io
import re
from xml.etree import ElementTree

import pytest
from build_fixtures import LANGUAGES
from openpyxl import load_workbook

from fruitmand.checks.progress import rated_variables
from fruitmand.edition.columns import VALENCES
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.reading import Edition
from fruitmand.importers.coding.reading import read_coded
from fruitmand.outputs.coding_kit.codebooks import NAMESPACE
from fruitmand.outputs.coding_kit.files import coding_kit, main, write_coding_kit
from fruitmand.outputs.coding_kit.workbooks import CODES, DOCUMENTS, RATERS, ROWS
from fruitmand.outputs.text_extraction import spreadsheet_texts

NAMES = {"codebook.qdc", "codebook.taguette.csv", "coding.xlsx", "ratings.xlsx"}
GUID = r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}"
TAG = f"{{{NAMESPACE}}}"


@pytest.fixture(scope="module")
def made(edition):
    return coding_kit(edition)


@pytest.fixture(scope="module")
def books(made):
    return {name: load_workbook(io.BytesIO(made[name])) for name in ("coding.xlsx", "ratings.xlsx")}


@pytest.fixture(scope="module")
def codebook(made):
    return ElementTree.fromstring(made["codebook.qdc"])  # noqa: S314 - our own


def coded(edition):
    book = edition["codebook"]
    return book[book["level"].isin(["variable", "topic"])]


def choices(sheet, cell):
    """Return what a cell's list offers; None when it has no list."""
    return next((rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref), None)


def test_equal_editions_give_equal_bytes(made, root, monkeypatch):
    monkeypatch.chdir(root)
    again = coding_kit(Edition("2015"))
    assert set(made) == NAMES
    assert again == made


def test_the_codebook_has_every_code_under_its_parent_and_the_valences(edition, codebook):
    parents = {child.get("name"): parent.get("name") for parent in codebook.iter() for child in parent.findall(f"{TAG}Code")}
    wanted = {row["code"]: None if row["level"] == "concept" else row["parent"] for row in edition["codebook"].to_dict("records")}
    assert parents == wanted | {"valence": None} | dict.fromkeys(VALENCES, "valence")


def test_the_codebook_is_what_the_standard_asks(codebook):
    """REFI-QDA 1.5, CodeType: guid, name and isCodable are asked; Description comes before Code; GUIDs differ."""
    elements = list(codebook.iter(f"{TAG}Code"))
    assert codebook.tag == f"{TAG}CodeBook"
    assert [child.tag for child in codebook] == [f"{TAG}Codes"]
    for element in elements:
        assert set(element.keys()) == {"guid", "name", "isCodable"}
        assert re.fullmatch(GUID, element.get("guid"))
        assert [child.tag for child in element] == [f"{TAG}Description"] + [f"{TAG}Code"] * (len(element) - 1)
    assert len({element.get("guid") for element in elements}) == len(elements) > 40


def test_passages_are_coded_as_variables_topics_and_valences_alone(edition, codebook):
    codable = {element.get("name") for element in codebook.iter(f"{TAG}Code") if element.get("isCodable") == "true"}
    assert codable == {*coded(edition)["code"], *VALENCES}


def test_a_code_keeps_its_guid_where_it_moves_and_what_it_is_called(scratch, codebook):
    before = {element.get("name"): element.get("guid") for element in codebook.iter(f"{TAG}Code")}
    scratch.set("codebook.csv", scratch.row_of("codebook.csv", code="motivation"), "label_nl", "Zin")
    scratch.set("codebook.csv", scratch.row_of("codebook.csv", code="motivation"), "parent", "learning_practices")
    after = ElementTree.fromstring(coding_kit(Edition("2015"))["codebook.qdc"])  # noqa: S314 - our own
    assert {element.get("name"): element.get("guid") for element in after.iter(f"{TAG}Code")} == before


@pytest.mark.parametrize("name", ["codebook.qdc", "codebook.taguette.csv"])
def test_the_import_reads_the_codebook_back(edition, made, tmp_path, name):
    (tmp_path / name).write_bytes(made[name].encode())
    found = read_coded(tmp_path / name)
    paths = {code.path for code in found.codes}
    assert {("valence", valence) for valence in VALENCES} <= paths
    assert set(coded(edition)["code"]) <= {path[-1] for path in paths}


def test_taguette_gets_a_tag_and_a_description_for_each(edition, made):
    rows = list(csv.reader(io.StringIO(made["codebook.taguette.csv"], newline="")))
    assert rows[0] == ["tag", "description"]
    assert [tag for tag, _ in rows[1:]].count("motivation") == 1
    assert {tag for tag, _ in rows[1:]} == {*coded(edition)["code"], *(f"valence.{valence}" for valence in VALENCES)}
    assert all(description for _, description in rows)


def test_a_description_says_label_definition_and_pole_in_every_language(edition, made):
    row = edition["codebook"].set_index("code").loc["motivation"]
    texts = dict(csv.reader(io.StringIO(made["codebook.taguette.csv"], newline="")))
    for language in LANGUAGES:
        assert all(row[f"{what}_{language}"] in texts["motivation"] for what in ("label", "definition", "pole"))


def test_a_coding_workbook_that_is_filled_in_is_read_as_one(made, tmp_path):
    path = tmp_path / "anna.xlsx"
    path.write_bytes(made["coding.xlsx"])
    book = load_workbook(path)
    sheet = book["coding"]
    heads = [cell.value for cell in sheet[1]]
    for column, text in {
        "document": "Interview 1",
        "passage": "=een zin",
        "Code 1": "motivation",
        "Valence 1": "opposes",
        "Code 2": "other",
    }.items():
        sheet.cell(2, heads.index(column) + 1).value = text
        sheet.cell(2, heads.index(column) + 1).data_type = "s"
    book.save(path)
    found = read_coded(path)
    (passage,) = found.passages
    assert "Coding workbook" in found.tool
    assert passage.quote == "=een zin"
    assert dict(zip(passage.codes, passage.valences, strict=True)) == {("motivation",): "opposes", ("other",): ""}


def test_codes_and_valences_are_chosen_from_lists(edition, books):
    book = books["coding.xlsx"]
    sheet, listed = book["coding"], [cell.value for cell in book["codebook"]["A"]][1:]
    assert sorted(listed) == sorted(coded(edition)["code"])
    heads = [cell.value for cell in sheet[1]]
    for number in range(1, CODES + 1):
        code, valence = (sheet.cell(ROWS + 1, heads.index(f"{what} {number}") + 1).coordinate for what in ("Code", "Valence"))
        assert choices(sheet, code).formula1 == f"codebook!$A$2:$A${len(listed) + 1}"
        assert choices(sheet, valence).formula1 == f'"{",".join(VALENCES)}"'
    assert choices(sheet, "A2").formula1 == f"documents!$A$2:$A${DOCUMENTS + 1}"


def test_raters_choose_from_the_signs_of_each_variable(edition, books):
    scales = edition["scales"].dropna(subset="symbol")
    sheets = [books["ratings.xlsx"][name] for name in RATERS]
    variables = rated_variables(edition)
    assert len(variables) == 20
    for sheet in sheets:
        assert [cell.value for cell in sheet[1]][2:] == list(edition["municipalities"].sort_values("position")["label_nl"])
        for number, row in enumerate(variables.to_dict("records"), start=2):
            assert sheet.cell(number, 1).value == row["code"]
            points = scales[scales["scale"] == row["scale_used"]].sort_values("rank", ascending=False)["symbol"]
            assert choices(sheet, f"C{number}").formula1 == choices(sheet, f"F{number}").formula1 == f'"{",".join(points)}"'
            assert sheet.cell(number, 3).number_format == "@", "+/+ typed into another cell is a formula"


def test_headings_are_locked_and_cells_to_fill_in_are_not(books):
    for name, sheets in {"coding.xlsx": ["coding", "documents"], "ratings.xlsx": list(RATERS)}.items():
        for sheet in (books[name][one] for one in sheets):
            assert sheet.protection.sheet
            assert not sheet.protection.password
            assert all(cell.protection.locked for cell in sheet[1])
            assert not sheet.cell(2, 3 if name == "ratings.xlsx" else 1).protection.locked
    assert books["ratings.xlsx"]["rater_1"]["A2"].protection.locked


def test_the_manual_stands_in_both_workbooks(books):
    for book in books.values():
        assert len([cell.value for cell in book["manual"]["A"] if cell.value]) >= 8


def test_every_file_is_written_anew_and_the_command_says_what_next(scratch, capsys):
    assert main(["2015"]) == 0
    folder = scratch.root / "reports/2015-coding-kit"
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("reports/2015-coding-kit: ")
    assert last.startswith("next: ")
    assert {path.name for path in folder.iterdir()} == NAMES
    (folder / "old.txt").write_text("of an earlier kit")
    assert write_coding_kit("2015") == folder
    assert {path.name for path in folder.iterdir()} == NAMES
    assert [path.name for path in folder.parent.iterdir()] == ["2015-coding-kit"]


@pytest.mark.parametrize("column", ["label_nl", "definition_en"])
def test_what_may_not_leave_stops_the_kit_in_every_file_that_has_it(scratch, column):
    scratch.set("codebook.csv", scratch.row_of("codebook.csv", code="motivation"), column, "Vraag het jan@voorbeeld.nl")
    with pytest.raises(FruitmandError, match="the coding kit was not written") as caught:
        write_coding_kit("2015")
    named = {name for name in NAMES if name in str(caught.value)}
    assert {"codebook.qdc", "codebook.taguette.csv", "coding.xlsx"} <= named
    assert "jan@" not in str(caught.value)
    assert list((scratch.root / "reports").iterdir()) == []


def test_the_gate_reads_every_part_of_the_workbooks(made):
    for name in ("coding.xlsx", "ratings.xlsx"):
        assert any("motivation" in piece.text for piece in spreadsheet_texts(made[name]))


@pytest.mark.parametrize(("column", "value", "why"), [("parent", "nowhere", "motivation stand"), ("code", "valence", "'valence'")])
def test_a_codebook_that_is_no_tree_is_refused(scratch, column, value, why):
    scratch.set("codebook.csv", scratch.row_of("codebook.csv", code="motivation"), column, value)
    with pytest.raises(FruitmandError, match=why):
        coding_kit(Edition("2015"))

"""The report: tables that spreadsheets read as text, and a folder that appears whole or not at all."""

import csv
import datetime
import io
import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from build_fixtures import LANGUAGES, blocks, compendium, executed, tree
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from fruitmand.analysis.numbers import Number, Numbers
from fruitmand.edition.errors import FruitmandError
from fruitmand.outputs.sheets import table_csv, table_xlsx
from fruitmand.outputs.site import file_name
from fruitmand.outputs.web_fonts import FACES
from fruitmand.pipeline import jobs
from fruitmand.pipeline.order import OUTPUTS
from fruitmand.report.blocks import Caption, Cell, Column, Table, TableBlock, shown_blocks

DATE = datetime.date(2020, 2, 29)
GRID = [["Group", "Name", "Rating"], ["group one", "a\nb", "+/+"], ["group one", "=1+1", "http://x.nl"]]
RECORD = {"step": "1_step", "reads": {"x.csv": "é"}, "blocks": []}
plain = st.text(st.characters(exclude_categories=["Cs", "Cc"], max_codepoint=0xFFFD), max_size=20)


def sheets(payload: bytes) -> dict[str, list[list]]:
    book = load_workbook(io.BytesIO(payload))
    return {sheet.title: [list(row) for row in sheet.iter_rows()] for sheet in book}


def test_a_group_heading_becomes_a_first_column():
    assert list(csv.reader(io.StringIO(table_csv(blocks("en")["t"], "Group")))) == GRID


def test_a_spreadsheet_has_the_table_first_and_its_words_on_a_second_sheet():
    found = sheets(table_xlsx(blocks("en")["t"], DATE, "Group", "All invented."))
    assert list(found) == ["table", "about"]
    assert [[cell.value or "" for cell in row] for row in found["table"]] == GRID
    assert [row[0].value for row in found["about"]] == ["All invented.", "Table en", "note t", "source t"]


@settings(max_examples=25, derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(plain, st.sampled_from(["=1+1", "=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "{=1}", "1", "http://x.nl"])), max_size=4)
)
def test_no_text_becomes_a_formula_a_number_or_a_link(pairs):
    block = TableBlock(Caption("t", "=1", "=2"), Table([Column("=3"), Column("B")], [[a, Cell(b)] for a, b in pairs]))
    wanted = [["=3", "B"], *([a, b] for a, b in pairs)]
    assert list(csv.reader(io.StringIO(table_csv(block)))) == wanted
    found = sheets(table_xlsx(block, DATE))
    assert [[cell.value or "" for cell in row] for row in found["table"]] == wanted
    cells = [cell for rows in found.values() for row in rows for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_a_sheet_has_what_stands_small_and_what_only_the_web_page_has_room_for():
    row = ["Delft", Cell("enough", small="+/+", mark="▲", said="contested"), Cell("one\ntwo", more="three", more_said="and 1 more")]
    block = TableBlock(Caption("t", "T", "S"), Table([Column("A"), Column("B"), Column("C")], [row]))
    assert list(csv.reader(io.StringIO(table_csv(block))))[1] == ["Delft", "enough (+/+; contested)", "one\ntwo\nthree"]


def test_a_table_without_rows_is_a_header():
    block = TableBlock(Caption("t", "T", "S"), Table([Column("A")], []))
    assert table_csv(block) == "A\n"
    assert [[cell.value for cell in row] for row in sheets(table_xlsx(block, DATE))["table"]] == [["A"]]


def test_a_spreadsheet_has_the_date_that_it_is_given():
    book = load_workbook(io.BytesIO(table_xlsx(blocks("nl")["t"], DATE)))
    assert book.properties.created == datetime.datetime(2020, 2, 29)  # noqa: DTZ001 - as the library reads it


def test_a_spreadsheet_is_the_same_bytes_twice():
    assert table_xlsx(blocks("nl")["t"], DATE) == table_xlsx(blocks("nl")["t"], DATE)


@pytest.fixture
def built(tmp_path, monkeypatch) -> Path:
    """Return a compendium with one executed step and the report of it."""
    root = compendium(tmp_path, **{"1_step": executed()})
    monkeypatch.chdir(root)
    folder = root / "data/processed/2015/1_step"
    folder.mkdir(parents=True)
    nbformat.write(executed(), folder / "executed.ipynb")
    numbers = Numbers([Number("a.used", 1, 2, "x.csv"), Number("a.unused", 3, None, "x.csv")])
    (folder / "numbers.json").write_text(numbers.to_json({"a.used"}), encoding="utf-8")
    (folder / "provenance.json").write_text(json.dumps(RECORD), encoding="utf-8")
    for language, shown in shown_blocks(executed().cells).items():
        (folder / f"shown.{language}.json").write_text(json.dumps(shown), encoding="utf-8")
    make(root)
    return root


def make(root: Path) -> None:
    """Do what the jobs of the build do after the notebooks."""
    for job in ("step_files.1_step", *OUTPUTS, "report"):
        made = root / "data/processed/2015" / job
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        jobs.find(job, root)("2015", made)


def test_a_report_is_whole_and_the_same_twice(built):
    made = tree(built / "reports/2015")
    wanted = {"numbers.json", "provenance.json", "disclosure.json", *(f"fonts/{name}" for name in FACES)}
    for language in LANGUAGES:
        wanted |= {f"appendix.{language}.pdf", f"appendix.{language}.docx", f"notebooks/1_step.{language}.html"}
        wanted |= {f"figures/f.{language}.{kind}" for kind in ("svg", "png")} | {f"tables/t.{language}.{kind}" for kind in ("csv", "xlsx")}
        wanted |= {file_name(page, language, LANGUAGES) for page in ("index", "findings", "notebooks")}
    assert set(made) == wanted
    assert all(made.values())
    assert [item["name"] for item in json.loads(made["numbers.json"])] == ["a.used"]
    assert json.loads(made["provenance.json"]) == [RECORD]
    assert len(PdfReader(io.BytesIO(made["appendix.nl.pdf"])).pages) > 1
    (built / "reports/2015/leftover.txt").write_text("of an older report")
    make(built)
    assert tree(built / "reports/2015") == made
    assert [path.name for path in (built / "reports").iterdir()] == ["2015"]


def test_files_carry_the_keywords_and_the_date_of_their_edition(built):
    raw = built / "data/raw/2015/edition.toml"
    text = raw.read_text(encoding="utf-8")
    for words, date in (
        (["benchmarking", "Vensters voor Bedrijfsvoering", "G4"], "2016-01-17"),
        (["één", "twee"], "2020-02-29"),
        ([], "2016-01-17"),
    ):
        old = 'keywords = ["benchmarking", "Vensters voor Bedrijfsvoering", "G4"]'
        assert text.count(old) == text.count("2016-01-17") == 1
        new = f"keywords = {json.dumps(words, ensure_ascii=False)}" if words else ""
        raw.write_text(text.replace(old, new).replace("2016-01-17", date), encoding="utf-8")
        make(built)
        told = PdfReader(built / "reports/2015/appendix.nl.pdf").metadata
        assert told["/Keywords"] == ", ".join([*words, "2015"])
        assert told.creation_date.date().isoformat() == date
        book = load_workbook(built / "reports/2015/tables/t.nl.xlsx")
        assert book.properties.created.date().isoformat() == date


def test_nothing_is_published_that_the_disclosure_check_refuses(built):
    before = tree(built / "reports/2015")
    assert json.loads(before["disclosure.json"])["verdict"] == "passed"
    path = built / "data/processed/2015/1_step/numbers.json"
    kept = path.read_text(encoding="utf-8")
    path.write_text(kept.replace("x.csv", "j.jansen@voorbeeld.example.nl"), encoding="utf-8")
    with pytest.raises(FruitmandError, match=r"numbers\.json, line \d+: e_mail \(j…@…nl\)"):
        make(built)
    assert tree(built / "reports/2015") == before
    record = built / "data/processed/2015/disclosure.json"
    assert json.loads(record.read_text(encoding="utf-8"))["verdict"] == "refused"
    path.write_text(kept, encoding="utf-8")
    make(built)
    assert tree(built / "reports/2015") == before
    assert not record.exists()


def test_a_page_needs_no_network_and_speaks_one_language(built):
    for language, other in (("nl", "en"), ("en", "nl")):
        page = (built / f"reports/2015/notebooks/1_step.{language}.html").read_text(encoding="utf-8")
        assert page.startswith("<!DOCTYPE html>")
        assert f'<html lang="{language}">' in page
        assert not re.search(r"<(?:link|iframe|img)\b|<script[^>]+src", page)
        assert not re.search(r"(?:src|href)=\"http", page.replace('href="http://www.w3.org', ""))
        assert f"Table {language}" in page
        assert f"({other})" not in page


# What fails, and at which call of it; a report of one step in two languages has sixteen files.
BREAKS = {
    "the pictures": ("fruitmand.outputs.typst.to_pngs", 1),
    "a page": ("fruitmand.outputs.report_files.to_html", 2),
    "the second document": ("fruitmand.outputs.typst.to_pdf", 2),
    "the last file": ("fruitmand.outputs.report_files.write", 16),
    "the exchange of the two": ("fruitmand.edition.files._exchange", 1),
}


@pytest.mark.parametrize("place", BREAKS)
def test_a_report_that_breaks_off_leaves_the_old_one_as_it_was(built, monkeypatch, place):
    before = tree(built / "reports")
    target, last = BREAKS[place]
    module, _, name = target.rpartition(".")
    holder = Path if module == "pathlib.Path" else __import__(module, fromlist=[name])
    real, calls = getattr(holder, name), []

    def break_off(*given_, **named):
        calls.append(1)
        if len(calls) == last:
            raise OSError(28, "No space left on device")
        return real(*given_, **named)

    with monkeypatch.context() as patch:
        patch.setattr(holder, name, break_off)
        with pytest.raises(OSError, match="No space left"):
            make(built)
    assert tree(built / "reports") == before


def test_a_step_that_was_not_run_is_named_and_the_old_report_stays(built):
    before = tree(built / "reports")
    (built / "data/processed/2015/1_step/executed.ipynb").rename(built / "data/processed/2015/1_step/failed.ipynb")
    with pytest.raises(FruitmandError, match=r"2015.*step"):
        make(built)
    assert tree(built / "reports") == before

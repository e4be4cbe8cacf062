"""The exporter: any notebook becomes an accessible PDF, by nbconvert's own command."""

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from build_fixtures import EVIL, blocks, executed, foreign, words
from pypdf import PdfReader

from fruitmand.outputs.pdf_exporter import AppendixExporter, typeset_document
from fruitmand.report.document import document


def xmp(reader: PdfReader) -> str:
    return reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()


def text(reader: PdfReader) -> str:
    return "".join("".join(page.extract_text() for page in reader.pages).split())


def images(reader: PdfReader) -> int:
    return sum(len(page.images) for page in reader.pages)


def alternatives(node) -> list[str]:
    """Return the alternative texts in a PDF's structure tree."""
    node = node.get_object()
    if isinstance(node, list):
        return [found for item in node for found in alternatives(item)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])


@pytest.fixture(scope="module")
def converted(tmp_path_factory) -> Path:
    """Return a folder where nbconvert turned a foreign notebook and one of ours into PDFs."""
    folder = tmp_path_factory.mktemp("convert")
    nbformat.write(foreign(), folder / "foreign.ipynb")
    nbformat.write(executed(), folder / "ours.ipynb")
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "fruitmand", "foreign.ipynb", "ours.ipynb"]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "JUPYTER_PLATFORM_DIRS": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize(("name", "title", "language"), [("foreign", "A foreign title", "en"), ("ours", "What is this?", "nl")])
def test_a_pdf_says_its_title_language_and_standards(converted, name, title, language):
    reader = PdfReader(converted / f"{name}.pdf")
    root = reader.trailer["/Root"]
    assert reader.metadata.title.startswith(title)
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    stated = xmp(reader)
    for identifier in ("<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", "<pdfuaid:part>1</pdfuaid:part>"):
        assert identifier in stated
    assert "/ViewerPreferences" in root


def test_a_foreign_notebook_is_set_as_it_is_without_its_code(converted):
    reader = PdfReader(converted / "foreign.pdf")
    shown = text(reader)
    assert "Someplainwords." in shown
    assert "".join(f"streamed {EVIL}".split()) in shown
    assert "hidden_code" not in shown
    assert images(reader) == 1
    assert alternatives(reader.trailer["/Root"]["/StructTreeRoot"]) == ["a dot", "picture without a description"]


def test_our_notebook_is_set_in_the_language_of_its_screen(converted):
    reader = PdfReader(converted / "ours.pdf")
    shown = text(reader)
    for part in ("Tabel1.Tablenl", "Figuur1.Figurenl", "groupone", "+/+", "=1+1", "notet", "sourcef"):
        assert part in shown
    assert "(en)" not in shown
    assert "altf" in "".join(alternatives(reader.trailer["/Root"]["/StructTreeRoot"])).replace(" ", "")


@pytest.mark.parametrize("make", [foreign, executed])
def test_the_same_notebook_gives_the_same_bytes(make):
    first, _ = AppendixExporter().from_notebook_node(make())
    assert AppendixExporter().from_notebook_node(make())[0] == first


def test_a_notebook_of_no_edition_has_the_date_of_none():
    pdf, _ = AppendixExporter().from_notebook_node(foreign())
    told = PdfReader(io.BytesIO(pdf)).metadata
    assert told.creation_date.year == 1970
    assert "/Keywords" not in told


def test_the_language_can_be_chosen_and_prose_left_out():
    pdf, resources = AppendixExporter(language="en", prose=False).from_notebook_node(executed())
    reader = PdfReader(io.BytesIO(pdf))
    assert resources["output_extension"] == ".pdf"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert "Tableen" in text(reader)
    assert "(nl)" not in text(reader)


def test_what_a_cell_shows_besides_blocks_is_left_out_with_the_prose():
    notebook = executed()
    value = nbformat.v4.new_output("execute_result", {"text/plain": "some value", "text/html": "<b>some value</b>"}, execution_count=9)
    notebook.cells.append(nbformat.v4.new_code_cell("value", outputs=[value], execution_count=9))
    for prose in (True, False):
        pdf, _ = AppendixExporter(prose=prose).from_notebook_node(notebook)
        assert ("somevalue" in text(PdfReader(io.BytesIO(pdf)))) == prose


def test_a_report_without_an_answer_has_its_imprint_too():
    whole = document(words("en"), [replace(blocks("en")["body"], part="findings", web=False)])
    assert whole.imprint[-1] in PdfReader(io.BytesIO(typeset_document(whole))).pages[-1].extract_text()


def test_a_notebook_with_nothing_in_it_becomes_a_page():
    pdf, _ = AppendixExporter().from_notebook_node(nbformat.v4.new_notebook())
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    assert reader.metadata.title


def test_a_report_begins_with_the_answer_counts_pages_beside_references_of_the_first_parts_and_ends_with_where_its_provenance_is():
    made = blocks("en")
    summary = replace(made["body"], part="officials", web=False)
    guide = replace(made["body"], markdown="# Reading\n\nRead.", part="guide")
    unseen = replace(made["body"], markdown="Only on the web.", web=True)
    whole = document(words("en"), [made["found"], summary, guide, made["body"], made["t"], made["f"], unseen])
    reader = PdfReader(io.BytesIO(typeset_document(whole)))
    shown = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert "Claim." in shown[0]
    assert whole.title in shown[0]
    assert whole.imprint[-1] in shown[0]
    assert whole.labels["contents"] in shown[0]
    assert re.search(r"See\s+Table 1\s*,\s+p. 3 and\s+Figure 1\s*,\s+p. 3\s*\.", shown[1])
    assert "Reading" in shown[1]
    assert re.search(r"See\s+Table 1\s+and\s+Figure 1\s*\.", shown[2])
    assert whole.labels["closing_title"] in shown[-1]
    assert "Only on the web." not in " ".join(shown)

"""Typst: any text arrives as it was, and nothing in it becomes markup."""

import datetime
import io
import json
import os
import re
import subprocess
import sys

import pytest
import typst as engine
from build_fixtures import EVIL, blocks, drawing
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from fruitmand.edition.errors import FruitmandError
from fruitmand.outputs import typst
from fruitmand.outputs.pdf_exporter import plain_front
from fruitmand.outputs.typst import Whole
from fruitmand.report.blocks import Caption, Cell, Column, FigureBlock, Table, TableBlock, TextBlock

DAY = datetime.date(2016, 1, 17)
special = st.text(st.sampled_from(list("#$@*_\\\"'`<>[](){}/~=-+&;:\n\r\t é−ab0")), max_size=30)
texts = special | st.text(max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts, lambda inner: st.lists(inner, max_size=4), max_leaves=8
)


def trip(value):
    """Return what Typst makes of a literal, by way of its own JSON."""
    source = f"#metadata({typst.literal(value)}) <it>".encode()
    return json.loads(engine.query(source, "<it>", field="value", one=True))


def pages(source: str) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(typst.to_pdf(source, DAY))).pages)


def squeezed(text: str) -> str:
    # A word that was broken is whole again; a hyphen of the text may be read as a soft one.
    return re.sub(r"\s+", "", text.replace("\xad\n", "").replace("\xad", "-"))


@settings(max_examples=80, derandomize=True, deadline=None)
@given(st.lists(texts, min_size=1, max_size=10))
def test_any_text_survives_the_trip_into_typst(given_texts):
    assert trip(given_texts) == given_texts


@settings(max_examples=40, derandomize=True, deadline=None)
@given(values)
def test_lists_and_values_survive_with_their_types(value):
    assert trip([value]) == [value]


@settings(max_examples=30, derandomize=True, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_survives(value):
    assert trip([value])[0] == pytest.approx(value)


def test_empty_and_single_collections_keep_their_kind():
    for value in ([], [1], [[]], {}, {"a": {}}, {"a": [None], "b-c": ""}):
        assert trip(value) == value


def test_what_has_no_literal_is_an_error():
    with pytest.raises(TypeError, match="object"):
        typst.literal(object())


def test_tables_of_a_report_with_the_same_columns_have_them_alike_and_one_by_itself_has_its_own():
    columns = [Column("Name"), Column("Rating", "center", 0.3)]
    plain, shaded = Table(columns, [["a", "b"]]), Table(columns, [["long", Cell("+/+", "high")]])
    assert [column["padded"] for column in Whole(tables=[plain, shaded]).columns(plain)] == [False, True]
    alone = Whole()
    assert [column["padded"] for column in alone.columns(plain)] == [False, False]
    assert [column["padded"] for column in alone.columns(shaded)] == [False, True]
    assert "long" in {word["text"] for word in alone.columns(shaded)[0]["whole"]}


def test_nothing_in_a_table_or_caption_becomes_markup():
    table = Table(
        [Column(f"head {EVIL}"), Column("b")], [[f"group {EVIL}"], [f"cell {EVIL}", Cell(f"shaded {EVIL}", "high")], ["```", "#"]]
    )
    block = TableBlock(Caption("t", f"title {EVIL}", f"source {EVIL}", note=f"note {EVIL}\n```\n#panic()"), table, "findings")
    source = typst.document(typst.to_typst(typst.markdown(block, Whole())), plain_front(f"front {EVIL}", "en"))
    shown = squeezed(pages(source))
    for word in ("head", "group", "cell", "shaded", "title", "source", "note"):
        assert squeezed(f"{word} {EVIL}") in shown, word
    assert "#panic()" in shown


def test_nothing_in_a_figure_becomes_markup():
    block = FigureBlock(Caption("f", f"title {EVIL}", f"source {EVIL}", f"alt {EVIL}"), drawing(), "findings")
    assert squeezed(f"source {EVIL}") in squeezed(
        pages(typst.document(typst.to_typst(typst.markdown(block, Whole())), plain_front("x", "nl")))
    )


def test_references_become_links_to_numbered_tables_and_figures():
    made = blocks("en")
    body = "\n\n".join(typst.markdown(made[key], Whole({"t": "Title t", "f": "Title f"})) for key in ("body", "t", "f"))
    shown = pages(typst.document(typst.to_typst(body), plain_front("x", "en")))
    assert re.search(r"See\s+Table\s+1\s+and\s+Figure\s+1", shown)


def test_a_reference_to_what_is_not_in_the_document_is_its_title():
    body = typst.markdown(blocks("en")["body"], Whole({"f": "Title f"}))
    assert "*Title t*" in body
    assert '#fm-ref("f"' in body
    assert "fm-web" not in body


def test_a_reference_to_nothing_is_an_error_in_the_users_words():
    body = typst.to_typst(typst.markdown(TextBlock("See {@nowhere}.", {}, "findings"), Whole({"nowhere": "Nowhere"})))
    with pytest.raises(FruitmandError, match="nowhere"):
        typst.to_pdf(typst.document(body, plain_front("x", "en")), DAY)


def test_the_same_source_gives_the_same_bytes_and_another_day_another_date():
    source = typst.document(typst.to_typst("Some *words*."), plain_front("x", "en"))
    first = typst.to_pdf(source, DAY)
    assert typst.to_pdf(source, DAY) == first
    assert PdfReader(io.BytesIO(first)).metadata["/CreationDate"].startswith("D:20160117")
    assert typst.to_pdf(source, datetime.date(2020, 2, 29)) != first


def test_a_drawing_becomes_the_same_picture_twice():
    first, second = typst.to_pngs([drawing(), drawing()])
    assert first[:8] == b"\x89PNG\r\n\x1a\n"
    assert typst.to_pngs([drawing()]) == [first] == [second]
    assert typst.to_pngs([]) == []
    # 16 cm at 200 dots an inch: 16 / 2.54 * 200 = 1259.8
    assert int.from_bytes(first[16:20], "big") in (1259, 1260)


def test_a_newer_pandoc_of_the_users_own_is_not_taken(tmp_path):
    other = tmp_path / "pandoc"
    other.write_text('#!/bin/sh\necho "pandoc 99.1"\n')
    other.chmod(0o755)
    surroundings = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    code = "from fruitmand.outputs.typst import to_typst; print(to_typst('Some *words*.'))"
    said = subprocess.run([sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "Some #emph[words]."

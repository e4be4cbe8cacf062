"""Databases of Taguette, QualCoder and RQDA: each counts in its own unit, and what it quotes is what was cut out."""

import sqlite3

import pytest
from coding_exports import TEXT, database, qualcoder, rqda, taguette

from fruitmand.edition.errors import DataError
from fruitmand.importers.coding.reading import read_coded

TAGS = [("learning.motivation", "why"), ("improvement", "")]


def rows(project):
    return [(one.quote, one.codes, one.coder, one.start, one.end) for one in project.passages]


def test_taguette_counts_bytes_of_the_text_without_tags(tmp_path):
    given = [(1, 1), (1, 2), (3, 2)]
    highlights = [(1, 0, 9, "<p>Wij leren</p>"), (2, 19, 27, "<p>De kring</p>"), (3, 14, 18, "<p>veel</p>")]
    project = read_coded(taguette(tmp_path / "p.sqlite3", highlights, TAGS, given))
    assert project.tool == "Taguette, project database"
    assert rows(project) == [
        ("Wij leren", (("learning", "motivation"), ("improvement",)), "", 0, 9),
        ("veel", (("improvement",),), "", 12, 16),
    ]
    assert [(one.quote, one.start) for one in project.uncoded] == [("De kring", 17)]
    assert project.documents[0].text == "Wij leren – veel\nDe kring & tijd"
    assert [(code.path, code.description) for code in project.codes] == [(("learning", "motivation"), "why"), (("improvement",), "")]


@pytest.mark.parametrize(
    ("highlight", "rule"),
    [
        ((1, 0, 9, "<p>Wij leerde</p>"), "'Wij leerde' is quoted and 'Wij leren' was cut out"),
        ((1, 11, 14, "<p>veel</p>"), "must be a span within the text"),  # within the dash
        ((1, 0, 900, "<p>veel</p>"), "must be a span within the text"),
        ((1, "x", 9, "<p>veel</p>"), "must be a span within the text"),
    ],
)
def test_taguette_stops_where_the_text_and_its_quotation_differ(tmp_path, highlight, rule):
    with pytest.raises(DataError) as caught:
        read_coded(taguette(tmp_path / "p.sqlite3", [highlight], TAGS, [(1, 1)]))
    assert rule in caught.value.problems[0].rule
    assert caught.value.problems[0].rule.startswith("interview 1, highlight 1")


def test_taguette_of_a_server_and_of_a_tag_that_is_gone_stop(tmp_path):
    with pytest.raises(DataError, match="must hold one project"):
        read_coded(taguette(tmp_path / "a.sqlite3", [], TAGS, [], projects=2))
    with pytest.raises(DataError, match="there must be a tag with this id"):
        read_coded(taguette(tmp_path / "b.sqlite3", [(1, 0, 9, "Wij leren")], TAGS, [(1, 9)]))


def test_qualcoder_has_a_coder_a_coding_and_merges_those_of_one_span(tmp_path):
    codings = [
        (1, "Wij leren veel", 0, 14, "ann", "memo"),
        (2, "Wij leren veel", 0, 14, "Ann ", ""),
        (2, "Wij leren veel", 0, 14, "bob", ""),
        (2, "De kring", 29, 37, "bob", ""),
    ]
    project = read_coded(qualcoder(tmp_path / "data.qda", codings))
    assert rows(project) == [
        ("Wij leren veel", (("data", "sub", "sharing"), ("plain",)), "ann", 0, 14),
        ("Wij leren veel", (("plain",),), "bob", 0, 14),
        ("De kring", (("plain",),), "bob", 29, 37),
    ]
    assert (project.segments, project.codings, project.passages[0].memo) == (2, 4, "memo")
    assert [(code.path, code.codable) for code in project.codes] == [
        (("data",), False),
        (("data", "sub"), False),
        (("data", "sub", "sharing"), True),
        (("plain",), True),
    ]
    assert [(one.name, one.text) for one in project.documents] == [("interview 1", TEXT), ("photo.jpg", None)]
    assert [(one.document, one.codes, one.coder) for one in project.unplaced] == [("photo.jpg", (("plain",),), "ann")]


def test_qualcoder_categories_in_a_circle_do_not_hang(tmp_path):
    path = qualcoder(tmp_path / "data.qda", [(1, "Wij", 0, 3, "ann", "")])
    database(path, "UPDATE code_cat SET supercatid = 2 WHERE catid = 1", "UPDATE code_name SET supercid = 1 WHERE cid = 1")
    assert read_coded(path).passages[0].codes == (("data", "sub", "sharing"),)


@pytest.mark.parametrize(
    ("coding", "value", "rule"),
    [
        ((1, "Wij leer", 0, 9, "ann", ""), "characters 0 to 9", "'Wij leer' is quoted and 'Wij leren' was cut out"),
        ((9, "Wij", 0, 3, "ann", ""), "9", "ctid:1: there must be a code with this id"),
        ((1, "Wij", 0, None, "ann", ""), "characters 0 to None", "must be a span within the text"),
    ],
)
def test_qualcoder_stops_at_what_does_not_fit(tmp_path, coding, value, rule):
    with pytest.raises(DataError) as caught:
        read_coded(qualcoder(tmp_path / "data.qda", [coding]))
    assert (caught.value.problems[0].value, rule in caught.value.problems[0].rule) == (value, True)


def test_rqda_counts_characters_as_floats_and_keeps_no_deleted_coding(tmp_path):
    codings = [(1, "leren", 4.0, 9.0, 1), (2, "leren", 4.0, 9.0, 1), (1, "veel", 10.0, 14.0, 0), (3, "weg", 99.0, 102.0, 0)]
    project = read_coded(rqda(tmp_path / "p.rqda", codings))
    assert rows(project) == [("leren", (("learning", "motivation"), ("both",)), "ann", 4, 9)]
    assert [document.name for document in project.documents] == ["interview 1"]
    assert "Codes in several categories, which stand by themselves here: 1." in project.notes


@pytest.mark.parametrize("positions", [(4.5, 9.0), (4.0, float("inf")), (4.0, 8.0)])
def test_rqda_stops_at_a_position_that_is_no_place(tmp_path, positions):
    with pytest.raises(DataError, match="interview 1, coding 1 must"):
        read_coded(rqda(tmp_path / "p.rqda", [(1, "leren", *positions, 1)]))


def test_line_ends_of_windows_count_as_the_tool_counts_them(tmp_path):
    project = read_coded(qualcoder(tmp_path / "data.qda", [(1, "twee", 5, 9, "ann", "")], "een\r\ntwee"))
    assert (rows(project)[0][3:], project.documents[0].text) == ((4, 8), "een\ntwee")


def test_a_database_that_is_in_use_stops_and_is_not_touched(tmp_path):
    path = qualcoder(tmp_path / "data.qda", [(1, "Wij", 0, 3, "ann", "")])
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("DELETE FROM code_text")
    connection.commit()
    before = path.read_bytes()
    with pytest.raises(DataError, match="must not be in use"):
        read_coded(path)
    assert path.read_bytes() == before
    connection.close()


def test_a_database_without_rights_to_write_is_read(tmp_path):
    path = qualcoder(tmp_path / "vraag? #1.qda", [(1, "Wij", 0, 3, "ann", "")])
    path.chmod(0o400)
    assert read_coded(path).codings == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["vraag? #1.qda"]


def test_another_database_and_another_version_are_named(tmp_path):
    with pytest.raises(DataError, match="must be the database of Taguette, QualCoder or RQDA"):
        read_coded(database(tmp_path / "a.sqlite3", "CREATE TABLE t (a)"))
    path = rqda(tmp_path / "b.rqda", [])
    database(path, "ALTER TABLE coding DROP COLUMN selend")
    with pytest.raises(DataError, match="table 'coding' must have a column 'selend'"):
        read_coded(path)

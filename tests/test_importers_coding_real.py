"""Exports of real projects, where they are at hand: as many segments and codings as a plain count of the file gives."""

import csv
import sqlite3
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest
from build_fixtures import ROOT

from fruitmand.edition.errors import DataError
from fruitmand.importers.coding.reading import read_coded

EXPORTS = ROOT.parent / "shared" / "exports"
CASES = ROOT.parent / "shared" / "cases" / "coding"
RIGHT = {
    "q01": [2, 3, ["ann", "bob"], 0, 0, 4],
    "q02": [2, 3, ["ann", "bob"], 0, 0, 4],
    "q05": "interview 1",
    "q06": [0, 0, [], 0, 0, 4],
    "q07": [2, 3, ["ann", "bob"], 0, 0, 4],
    "q08": [2, 3, ["ann", "bob"], 0, 0, 4],
    "q09": "0000000000ff",
    "q11": [1, 1, ["ann"], 1, 0, 4],
    "q13": [0, 0, [], 0, 1, 4],
    "k01": [0, 0, [], 0, 0, 1],
    "k02": "line 1, column 151",
    "k03": [0, 0, [], 0, 0, 2],
    "t01": [1, 2, [], 1, 0, 2],
    "t02": "export the highlights as CSV",
    "t03": [0, 0, [], 0, 0, 1],
    "n01": [2, 2, ["ann"], 0, 0, 1],
    "w01": [2, 3, [], 0, 0, 3],
    "m01": [1, 2, ["ann", "bob"], 0, 0, 2],
    "a01": [1, 2, ["Ann B"], 1, 1, 2],
    "g03": [2, 2, ["ann"], 0, 0, 2],
}
pytestmark = pytest.mark.skipif(not EXPORTS.is_dir(), reason="the sample exports are not part of the project")


def query(file, sql):
    connection = sqlite3.connect(f"file:{EXPORTS / file}?mode=ro&immutable=1", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def counts(project):
    return project.segments, project.codings, len(project.uncoded)


def contents(project, *, coder=None):
    """Return passages as document, text and names of codes, to compare tools."""
    chosen = [one for one in project.passages if coder in (None, one.coder)]
    return sorted(
        (one.document.removesuffix(".txt"), " ".join(one.quote.split()), tuple(sorted(code[-1] for code in one.codes))) for one in chosen
    )


@pytest.mark.parametrize("file", ["taguette/project.sqlite3", "taguette/carpentry_sample_project.sqlite3"])
def test_taguette_databases(file):
    ((coded, codings),) = query(file, "SELECT count(DISTINCT highlight_id), count(*) FROM highlight_tags")
    ((highlights,),) = query(file, "SELECT count(*) FROM highlights")
    project = read_coded(EXPORTS / file)
    assert counts(project) == (coded, codings, highlights - coded)
    assert len(project.codes) == query(file, "SELECT count(*) FROM tags")[0][0]
    assert all(one.quote == text_of(project, one.document)[one.start : one.end] for one in (*project.passages, *project.uncoded))


def text_of(project, name):
    return next(document.text for document in project.documents if document.name == name)


def test_the_csv_of_taguette_holds_what_its_database_does():
    project, table = read_coded(EXPORTS / "taguette/project.sqlite3"), read_coded(EXPORTS / "taguette/all_tags.csv")
    with (EXPORTS / "taguette/all_tags.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert counts(table) == (len({row["id"] for row in rows}), len(rows), 0) == (66, 130, 0)
    assert contents(table) == contents(project)


def test_the_workbook_of_taguette_has_formulas_and_is_refused():
    with pytest.raises(DataError, match="must hold no formula, and does in D4, D5"):
        read_coded(EXPORTS / "taguette/all_tags.xlsx")


def test_codebooks_of_taguette_in_every_form_agree():
    paths = [[code.path for code in read_coded(EXPORTS / f"taguette/codebook.{ending}").codes] for ending in ("csv", "xlsx", "qdc")]
    assert paths[0] == paths[1] == paths[2] == [code.path for code in read_coded(EXPORTS / "taguette/project.sqlite3").codes]
    sizes = [len(read_coded(path).codes) for path in sorted((EXPORTS / "taguette").glob("serdif_*.csv"))]
    assert sizes == [120, 22, 22]
    assert read_coded(EXPORTS / "refi/taguette_codebook.qdc").codes[0].path == ("xsd:element name",)


def test_qualcoder_holds_the_same_in_every_export():
    sql = "SELECT count(*), count(DISTINCT fid || '-' || pos0 || '-' || pos1 || '-' || owner) FROM code_text"
    ((codings, passages),) = query("qualcoder/data.qda.sqlite", sql)
    base = read_coded(EXPORTS / "qualcoder/data.qda.sqlite")
    assert (base.codings, len(base.passages)) == (codings, passages) == (137, 73)
    project = read_coded(EXPORTS / "qualcoder/digidienst2024.qdpx")
    assert contents(project) == contents(base)
    assert {(one.document, one.start, one.end, one.coder, one.codes) for one in project.passages} == {
        (one.document, one.start, one.end, one.coder, one.codes) for one in base.passages
    }
    assert {code.path for code in project.codes} == {code.path for code in base.codes}
    assert {code.path for code in read_coded(EXPORTS / "qualcoder/Codebook-digidienst2024.qdc").codes} == {code.path for code in base.codes}
    for name in ("file", "file_vars", "case", "case_vars"):
        report = read_coded(EXPORTS / f"qualcoder/report_codings_{name}.csv")
        assert contents(report) == contents(base), name
        assert sorted(code for one in report.passages for code in one.codes) == sorted(code for one in base.passages for code in one.codes)
        with pytest.raises(DataError, match="take the report as CSV"):
            read_coded(EXPORTS / f"qualcoder/report_codings_{name}.xlsx")


def test_one_project_through_taguette_and_qualcoder_is_the_same():
    one, other = read_coded(EXPORTS / "taguette/project.sqlite3"), read_coded(EXPORTS / "qualcoder/data.qda.sqlite")
    assert {document.name for document in one.documents} == {document.name.removesuffix(".txt") for document in other.documents}
    categories = {code.path[-1] for code in other.codes if not code.codable}
    only_in_taguette = [content for content in contents(one) if set(content[2]) & categories]  # QualCoder codes with no category
    assert len(only_in_taguette) == 2
    assert [content for content in contents(one) if content not in only_in_taguette] == contents(other, coder="coderA")


def test_rqda():
    sql = "SELECT count(*), count(DISTINCT fid || '-' || selfirst || '-' || selend || '-' || owner) FROM coding WHERE status = 1"
    ((codings, passages),) = query("rqda/db.rqda", sql)
    project = read_coded(EXPORTS / "rqda/db.rqda")
    assert (project.codings, project.segments, len(project.documents), len(project.codes)) == (codings, passages, 6, 12) == (121, 83, 6, 12)
    assert {code.path[0] for code in project.codes} == {"focus", "sentence", "style", "valence"}


def test_refi_projects():
    with zipfile.ZipFile(EXPORTS / "refi/qc_demo.qdpx") as archive:
        tree = ElementTree.fromstring(archive.read("project.qde"))  # noqa: S314 - a file of our own
    names = [element.tag.rpartition("}")[2] for element in tree.iter()]
    project = read_coded(EXPORTS / "refi/qc_demo.qdpx")
    assert (project.segments, project.codings, len(project.codes)) == tuple(map(names.count, ("PlainTextSelection", "Coding", "Code")))
    assert (project.segments, project.codings, len(project.codes)) == (158, 205, 262)
    assert len({code.path for code in project.codes}) == 262
    atlas = read_coded(EXPORTS / "refi/ponte_target-atlas-project.qdpx")
    assert ([code.path[0] for code in atlas.codes], atlas.passages) == (["Commits"] * 3, ())


@pytest.mark.parametrize("file", ["coded_segments_2025.xlsx", "esteeschwarz_MAXQDA24_Codierte_Segmente_DE.xlsx"])
def test_maxqda_segments(file):
    heading, *rows = openpyxl.load_workbook(EXPORTS / "maxqda" / file).active.iter_rows(values_only=True)
    places = [
        next(place for place, name in enumerate(heading) if name in names)
        for names in (("Document name", "Dokumentname"), ("Beginning", "Anfang"), ("End", "Ende"), ("Segment",))
    ]
    project = read_coded(EXPORTS / "maxqda" / file)
    assert project.codings == len(rows)
    assert len(project.passages) >= project.segments == len({tuple(row[place] for place in places) for row in rows})


def test_maxqda_code_system():
    codes = read_coded(EXPORTS / "maxqda/esteeschwarz_MAXQDA24_Codesystem_DE.xlsx").codes
    assert [len(code.path) for code in codes] == [1, 1, 1, 1, 2, 3, 2][: len(codes)]
    assert codes[4].path == ("idiom", "idiom_en")


def test_cases():
    """What each invented case must give: segments, codings, coders; or a part of the error."""
    assert {path.name.split("_")[0] for path in CASES.iterdir()} - {"README.md"} == set(RIGHT)
    for path in sorted(CASES.iterdir()):
        expected = RIGHT.get(path.name.split("_")[0])
        if isinstance(expected, str):
            with pytest.raises(DataError, match=expected):
                read_coded(path)
        elif expected:
            project = read_coded(path)
            found = [
                project.segments,
                project.codings,
                list(project.coders),
                len(project.uncoded),
                len(project.unplaced),
                len(project.codes),
            ]
            assert found == expected, path.name

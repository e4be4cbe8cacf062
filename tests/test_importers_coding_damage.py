"""Damaged files and files of another kind: one error that says what is wrong, never a traceback, and never another table."""

import io
import os
import random
import re
import zipfile

import pytest
from coding_exports import project_xml, qdpx, qualcoder, rqda, selection_xml, source_xml, taguette, workbook

from fruitmand.edition.errors import DataError
from fruitmand.importers.coding.reading import read_coded

ROWS = [["id", "document", "tag", "content"], ["1", "interview 1", "motivation", "wij leren veel"], ["2", "interview 2", "joy", "samen"]]


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a whole export of each kind, by its name."""
    folder = tmp_path_factory.mktemp("whole")
    selections = [selection_xml(5, 0, 14, [(2, 100)], "Wij leren veel"), selection_xml(6, 30, 54, [(4, 101)], "De kring geeft ons tijd.")]
    qdpx(folder / "project.qdpx", project_xml(source_xml(selections)))
    workbook(folder / "table.xlsx", ROWS)
    (folder / "table.csv").write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS))
    taguette(folder / "taguette.sqlite3", [(1, 0, 9, "<p>Wij leren</p>")], [("a", "")], [(1, 1)])
    qualcoder(folder / "data.qda", [(1, "Wij leren veel", 0, 14, "ann", "")])
    rqda(folder / "project.rqda", [(1, "leren", 4.0, 9.0, 1)])
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def problem_of(tmp_path):
    def run(content, name="file.csv"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError) as caught:
            read_coded(tmp_path / name)
        (problem,) = caught.value.problems
        assert problem.file.startswith(name)
        return f"{problem.rule} ({problem.cause})"

    return run


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "must not be empty"),
        (b" \r\n ", "must not be empty"),
        (b"%PDF-1.7\n", "it is a PDF"),
        (b"\x89PNG\r\n\x1a\n", "it is a picture (PNG)"),
        (b"\xff\xd8\xff\xe0", "it is a picture (JPEG)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office file"),
        (b"{\\rtf1 wij}", "it is a formatted text (RTF)"),
        (zipped(word__document_xml="<w/>"), "it is a Word document"),
        (zipped(mimetype="application/vnd.oasis", content_xml="<w/>"), "it is an OpenDocument file"),
        (zipped(photo_jpg="x"), "it is another zip file"),
        (b"PK\x03\x04 and no more", "must be a whole zip file"),
        (zipped(), "it is another zip file"),
        (b"<!DOCTYPE html><html></html>", "it is a web page"),
        (b"<svg/>", "it is XML of another kind, 'svg'"),
        (b"<Project/>", "it is the part without the texts (.qde)"),
        (b"<a>", "must be well-formed XML"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "must be XML in an encoding that is known"),
        (b"SQLite format 3\0" + b"\0" * 84, "must be a whole database"),
        (bytes(range(256)) * 20, "must be a text, a workbook, a database or a project"),
        (b"one line of text", "it has one column"),
        (b"\xff\xfea\0b", "must be text in UTF-16"),
    ],
)
def test_a_file_of_another_kind_is_told_in_a_sentence(problem_of, content, told):
    assert told in problem_of(content)


def test_a_folder_a_missing_file_and_a_locked_one_are_told(tmp_path):
    (tmp_path / "project.qda").mkdir()
    with pytest.raises(DataError, match=r"project.qda: must be a file \(it is a folder; of a QualCoder project"):
        read_coded(tmp_path / "project.qda")
    with pytest.raises(DataError, match=r"missing.csv: file is missing"):
        read_coded(tmp_path / "missing.csv")
    (tmp_path / "link.csv").symlink_to("nowhere.csv")
    with pytest.raises(DataError, match="it is a link that leads nowhere"):
        read_coded(tmp_path / "link.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="it is a device or a pipe"):
        read_coded(tmp_path / "pipe.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_without_rights_is_told(tmp_path):
    (tmp_path / "locked.csv").write_text("a,b")
    (tmp_path / "locked.csv").chmod(0)
    with pytest.raises(DataError, match="there is no permission to read it"):
        read_coded(tmp_path / "locked.csv")


def test_an_ending_does_not_matter(tmp_path, whole):
    for name, content in whole.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / "export.bin").write_bytes(content)
        assert read_coded(tmp_path / "export.bin") == read_coded(tmp_path / name)


def test_a_file_that_ends_too_soon_is_refused_or_read_as_it_was(tmp_path, whole):
    refused = 0
    for name, content in whole.items():
        before = read_of(tmp_path, content)
        for place in range(1, len(content), max(1, len(content) // 60)):
            after = read_of(tmp_path, content[:place])
            assert after is None or after == before or name == "table.csv", (name, place)
            refused += after is None
    assert refused > 200


def test_a_file_of_which_a_bit_is_turned_never_ends_in_a_traceback(tmp_path, whole):
    order, outcomes = random.Random(20), []  # noqa: S311 - repeatable, not secret
    for content in whole.values():
        for _ in range(60):
            place, bit = order.randrange(len(content)), 1 << order.randrange(8)
            outcomes.append(read_of(tmp_path, content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :]))
    assert 50 < sum(outcome is None for outcome in outcomes) < len(outcomes)


def test_columns_in_another_order_read_the_same_and_without_one_are_refused(tmp_path):
    project = read_coded(workbook(tmp_path / "a.xlsx", ROWS))
    assert read_coded(workbook(tmp_path / "b.xlsx", [row[::-1] for row in ROWS])).passages == project.passages
    for place in (0, 2, 3):
        with pytest.raises(DataError):
            read_coded(workbook(tmp_path / "c.xlsx", [[cell for number, cell in enumerate(row) if number != place] for row in ROWS]))


def read_of(folder, content):
    """Return what is read from bytes; None when they are refused, with an error that fits on a screen and names the file."""
    (folder / "damaged").write_bytes(content)
    try:
        return read_coded(folder / "damaged")
    except DataError as error:
        message = str(error)
    assert re.match(r"\d+ problems? in the raw data:\n  damaged", message)
    assert len(message.splitlines()) <= 60
    return None

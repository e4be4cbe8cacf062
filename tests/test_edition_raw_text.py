"""What no raw file may hold: each kind of character is found wherever it stands, and a file that is no text in UTF-8 says what it is."""

import os
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitmand.edition.raw_text import decode, faults, is_plain, read_bytes

KINDS = {
    "control character": ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\r", "\x80", "\x85", "\x9f"],
    "direction": ["\u061c", "\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))],
    "soft hyphen": ["\xad"],
    "without width": ["\u200b", "\u200c", "\u200d", "\u2060", "\u180e", "\u3164", "\U000e0041"],
    "byte order mark": ["\ufeff"],
    "line separator": ["\u2028", "\u2029"],
    "replacement": ["\ufffd", "\ufffc"],
    "one font": ["\ue000", "\uf0b7", "\U0010fffd"],
    "no character": ["\ufffe", "\uffff", "\ufdd0"],
}
FINE = ["", "één van de vier", "+/− · “q” ‘q’ – — … € ½ § ¶5-7", "a\tb\nc", "Γ α 漢字", "👩\u200d👩\u200d👧 ❤\ufe0f", "niet\u00a0los"]


@pytest.mark.parametrize(("kind", "sign"), [(kind, sign) for kind, signs in KINDS.items() for sign in signs])
@pytest.mark.parametrize("text", ["{}", "{}één", "twee{}woorden", "aan het eind{}"])
def test_what_cannot_be_seen_is_named_with_its_number(kind, sign, text):
    (fault,) = faults(text.format(sign))
    assert kind in fault.rule
    assert fault.rule.endswith(f"U+{ord(sign):04X}")
    assert sign in fault.around
    assert fault.cause


@pytest.mark.parametrize("text", FINE)
def test_what_people_write_is_left_alone(text):
    assert is_plain(text)
    assert list(faults(text)) == []


def test_a_letter_and_its_accent_apart_are_named_with_the_word_that_is_meant():
    (fault,) = faults(unicodedata.normalize("NFD", "Er is financiële ruimte"))
    assert "'financiële'" in fault.rule
    assert "macOS" in fault.cause
    assert fault.around == unicodedata.normalize("NFD", "financiële")


def test_a_sign_that_unicode_keeps_for_older_texts_is_named_with_the_one_that_is_meant():
    (fault,) = faults("\u212bngstr\u00f6m")  # the unit, whose composed form is the letter
    assert "'\u00c5ngstr\u00f6m'" in fault.rule


def test_all_kinds_in_a_text_are_told_and_each_once():
    rules = [fault.rule for fault in faults("a\u200bb\u200bc\u202ed e\u0301")]
    assert len(rules) == 3
    assert len(set(rules)) == 3


def test_a_fault_shows_a_little_of_its_line_and_no_more():
    (fault,) = faults(f"{'x' * 5000}\n{'y' * 50}\u200b{'z' * 5000}")
    assert re.fullmatch("…y{12}\u200bz{12}…", fault.around)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(text=st.text())
def test_a_text_is_plain_when_it_has_no_fault(text):
    assert is_plain(text) == (not list(faults(text)))


def cause(content, file="raw/a.csv"):
    text, (problem,) = decode(content, file)
    assert text == ""
    assert problem.file == file
    assert "UTF-8" in problem.rule
    return problem


@pytest.mark.parametrize(
    ("encoding", "word"), [("cp1252", "Windows"), ("latin-1", "Windows"), ("mac_roman", "Mac Roman"), ("cp850", "MS-DOS")]
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_the_likely_encoding_is_told_with_row_and_word(encoding, word, ends):
    content = ends.join(["code,label", "a,Financiën", "b,één geïnterviewde", ""]).encode(encoding)
    problem = cause(content)
    assert word in problem.cause
    assert "CSV UTF-8" in problem.cause
    assert (problem.row, problem.value) == (2, "a,Financiën")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", ["code,label\na,b\n", "a\n"])
def test_utf_16_is_told_with_and_without_its_mark(encoding, text):
    assert "Unicode Text" in cause(text.encode(encoding)).cause


def test_a_workbook_with_the_ending_of_a_table_is_told():
    assert "workbook (XLSX" in cause(b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256))).cause
    assert "workbook (XLS)" in cause(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)).cause


def test_a_file_that_is_cut_off_is_told():
    problem = cause("code\né".encode()[:-1])
    assert problem.row == 2
    assert "cut off" in problem.cause


def test_what_excel_and_other_systems_add_is_understood():
    assert decode(b"\xef\xbb\xbfcode\r\n\xc3\xa9\r\n", "raw/a.csv") == ("code\né\n", [])
    assert decode("code\ré\r".encode(), "raw/a.csv") == ("code\né\n", [])
    assert decode(b"", "raw/a.csv") == ("", [])


@settings(derandomize=True, max_examples=300, deadline=None)
@given(content=st.binary(max_size=60))
def test_any_bytes_give_a_text_or_a_problem(content):
    text, problems = decode(content, "raw/a.csv")
    assert len(problems) <= 1
    assert not (text and problems)


def test_what_is_no_file_that_can_be_read_is_told(tmp_path, monkeypatch):
    def rule(name):
        content, (problem,) = read_bytes(tmp_path / name, f"raw/{name}")
        assert content is None
        assert problem.file == f"raw/{name}"
        return f"{problem.rule} ({problem.cause})"

    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    (tmp_path / "lost.csv").symlink_to(tmp_path / "nowhere.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "kept.csv").write_text("a\n")
    assert rule("none.csv") == "file is missing ()"
    assert "a folder has its name" in rule("folder.csv")
    assert "cannot be read" in rule("loop.csv")
    assert "a link that leads nowhere" in rule("lost.csv")
    assert "a device or a pipe" in rule("pipe.csv")
    assert "cannot be read" in rule(f"{'x' * 300}.csv"), "longer than a file system takes"
    assert read_bytes(tmp_path / "kept.csv", "raw/kept.csv") == (b"a\n", [])
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda _: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    assert "no permission" in rule("kept.csv")

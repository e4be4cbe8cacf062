"""Damaged files: whatever is wrong with an export, it is told in a line, and nothing of what stands in it is shown."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.chart import BarChart
from survey_exports import FORMATS, SECRETS, Person, answer_all

from fruitmand.edition.errors import DataError
from fruitmand.importers.survey.sheets import read_sheets

SHEET = "xl/worksheets/sheet1.xml"
PEOPLE = [Person(answer_all(value), "utrecht", "hr", "adviser", "Een opmerking.") for value in (1, 2, 3, 4, 5)]
DAMAGED = "it cannot be read: it is damaged, not whole, protected or a file of another kind; export the answers again"


@pytest.fixture(scope="module")
def intact(tmp_path_factory):
    """Return the bytes of a whole export, by its ending."""
    folder = tmp_path_factory.mktemp("whole")
    return {name: FORMATS[form].write(folder, PEOPLE).read_bytes() for name, form in ((".xlsx", "microsoft"), (".sav", "spss"))}


@pytest.fixture
def read(tmp_path):
    def run(content, ending):
        (tmp_path / f"export{ending}").write_bytes(content)
        return read_sheets(tmp_path / f"export{ending}")[0]

    return run


@pytest.fixture
def problems_of(read):
    def run(content, ending):
        with pytest.raises(DataError) as caught:
            read(content, ending)
        assert [secret for secret in SECRETS if secret in str(caught.value)] == []
        return caught.value.problems

    return run


def places(content, count):
    """Return places spread over a file, its first and last byte among them."""
    return sorted({round(number * (len(content) - 1) / (count - 1)) for number in range(count)})


def flipped(content, place):
    return content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :]


def changed(content, **parts):
    """Return a zip file with other parts: a text in the place of what it holds, or none; names without dots and slashes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            text = parts.get(name.split("/")[-1].split(".")[0].strip("[]_"), old.read(name))
            if text is not None:
                new.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize(("ending", "rule", "count"), [(".xlsx", "must be a workbook (XLSX)", 40), (".sav", "must be an SPSS file", 8)])
def test_a_file_that_ends_too_soon_is_refused(intact, problems_of, ending, rule, count):
    for place in places(intact[ending], count):
        (problem,) = problems_of(intact[ending][:place], ending)
        assert (problem.file, problem.row, problem.value, problem.rule, problem.cause) == (f"export{ending}", 0, "", rule, DAMAGED), place


def test_a_workbook_of_which_a_bit_is_turned_is_refused_or_read_as_it_was(intact, read):
    before, outcomes = read(intact[".xlsx"], ".xlsx"), []
    for place in places(intact[".xlsx"], 60):
        try:
            assert read(flipped(intact[".xlsx"], place), ".xlsx") == before, place
        except DataError as error:
            outcomes.append(str(error))
    assert 20 < len(outcomes) < 60
    assert len(set(outcomes)) <= 2


# Byte 352 holds the width of a variable; turned so, pyreadstat 1.3.7 crashes the process that reads it.
@pytest.mark.parametrize(("place", "bit"), [(352, 64), (0, 1), (64, 2), (80, 8), (176, 1), (400, 128)])
def test_an_spss_file_of_which_a_bit_is_turned_crashes_nothing(intact, read, place, bit):
    content = bytearray(intact[".sav"])
    content[place] ^= bit
    try:
        rules = [read(bytes(content), ".sav").reader]
    except DataError as error:
        rules = [problem.rule for problem in error.problems]
    assert rules in (["sav"], ["must be an SPSS file"])


@pytest.mark.parametrize(
    "parts",
    [
        {"sheet1": None},
        {"sheet1": ""},
        {"sheet1": "<worksheet><sheetData><row"},
        {"sheet1": b"\x00\x01\x02"},
        {"workbook": None},
        {"workbook": "<workbook/>"},
        {"sharedStrings": "<sst>"},
        {"sharedStrings": "<sst/>"},
        {"styles": "<styleSheet><fonts/>"},
        {"Content_Types": None},
        {"Content_Types": "<Types/>"},
    ],
    ids=str,
)
def test_a_workbook_with_a_wrong_part_is_refused(intact, problems_of, parts):
    (problem,) = problems_of(changed(intact[".xlsx"], **parts), ".xlsx")
    assert problem.rule.startswith(("must be a workbook (XLSX)", "must have a worksheet"))
    assert "cannot be read" in problem.cause or "charts alone" in problem.cause


@pytest.mark.parametrize("ending", [".xlsx", ".sav"])
@pytest.mark.parametrize("content", [b"", b"\n", b"PK\x03\x04", b"$FL2", b"q01a,q02\n1,2\n", bytes(range(256)) * 8])
def test_a_file_of_another_kind_is_refused(problems_of, ending, content):
    (problem,) = problems_of(content, ending)
    assert problem.cause == DAMAGED


def test_a_zip_file_that_is_no_workbook_is_refused(problems_of):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        book.writestr("export.csv", "q01a\n1\n")
    assert [problem.cause for problem in problems_of(buffer.getvalue(), ".xlsx")] == [DAMAGED]


def test_a_zip_file_with_a_password_is_refused(intact, problems_of):
    # PKWARE APPNOTE 4.4.4: bit 0 of the flags, six bytes into a local header and eight into one of the directory, says encrypted.
    content = bytearray(intact[".xlsx"])
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(sign)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(sign, place + 1)
    assert [problem.cause for problem in problems_of(bytes(content), ".xlsx")] == [DAMAGED]


def test_a_workbook_with_a_password_or_of_the_old_kind_says_so(problems_of):
    # Both are compound files: [MS-CFB] 2.2 gives their first eight bytes.
    (problem,) = problems_of(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504), ".xlsx")
    assert problem.cause == "it cannot be read: it has a password or is of the old kind (.xls); save it as .xlsx without a password"


def test_a_workbook_without_a_worksheet_is_refused(problems_of):
    book = openpyxl.Workbook()
    book.create_chartsheet().add_chart(BarChart())
    book.remove(book.active)
    buffer = io.BytesIO()
    book.save(buffer)
    (problem,) = problems_of(buffer.getvalue(), ".xlsx")
    assert (problem.rule, problem.cause) == ("must have a worksheet", "it has none, or charts alone; export the answers again")


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".sav"])
def test_what_cannot_be_opened_is_told(tmp_path, ending):
    (tmp_path / f"export{ending}").mkdir()
    with pytest.raises(DataError) as caught:
        read_sheets(tmp_path / f"export{ending}")
    assert [problem.file for problem in caught.value.problems] == [f"export{ending}"]


@pytest.mark.parametrize(
    "character", [*map(chr, (0, 1, 7, 8, 11, 12, 14, 27, 28, 31, 127, 128, 133, 159))], ids=lambda sign: f"U+{ord(sign):04X}"
)
@pytest.mark.parametrize("cell", ["{}", "4{}", "{}4", "4{}4"])
def test_a_control_character_in_a_cell_is_refused_with_its_row(problems_of, cell, character):
    (problem,) = problems_of(f"q01a,q02\n1,2\n1,{cell.format(character)}\n".encode(), ".csv")
    assert (problem.file, problem.row, problem.value) == ("export.csv", 3, f"U+{ord(character):04X}")
    assert "control character" in problem.rule
    assert "'q02'" in problem.rule


def test_every_cell_with_a_control_character_is_told_also_among_the_headings(problems_of):
    problems = problems_of(b"q01a,q\x0702\n1\x00,2\n1,2\x00\n", ".csv")
    assert [(problem.row, problem.value) for problem in problems] == [(1, "U+0007"), (2, "U+0000"), (3, "U+0000")]


def test_a_control_character_in_an_spss_file_is_refused_with_its_case(problems_of, tmp_path):
    people = [Person(answer_all(3)), Person(answer_all(3), remark="een\x07twee")]
    (problem,) = problems_of(FORMATS["spss"].write(tmp_path, people).read_bytes(), ".sav")
    assert (problem.row, problem.value) == (2, "U+0007")


@pytest.mark.parametrize("text", ["een\ttwee", "een\ntwee", "een\r\ntwee", "één\N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}twee"])
def test_tabs_line_ends_and_spaces_are_no_control_characters(read, text):
    assert [row.cells for row in read(f'q01a,remarks\n1,"{text}"\n'.encode(), ".csv").rows] == [("1", text)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_without_its_mark_is_told_to_be_no_utf_8(problems_of, encoding):
    (problem,) = problems_of("q01a,q02\n1,2\n3,4\n".encode(encoding), ".csv")
    assert (problem.row, problem.rule) == (0, "must be UTF-8")
    assert "save as 'CSV UTF-8'" in problem.cause


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
@pytest.mark.parametrize("ending", [".csv", ".tsv", ".txt"])
def test_unicode_text_with_its_mark_is_read(read, mark, encoding, ending):
    sheet = read(mark + "q01a\tremarks\n1\téén 😀\n".encode(encoding), ending)
    assert [row.cells for row in sheet.rows] == [("1", "één 😀")]
    (problem,) = _refused(read, mark + "q01a\tremarks\n1\téén\n".encode(encoding)[:-1], ending)
    assert problem.rule == "must be text"


def _refused(read, content, ending):
    with pytest.raises(DataError) as caught:
        read(content, ending)
    return caught.value.problems


@pytest.mark.parametrize("line", ["sep=;\r\n", "SEP=;\n", '"sep=;"\r\n', "sep=;;;;\r\n"])
def test_the_line_that_tells_excel_the_separator_is_no_row(read, line):
    sheet = read(f"{line}q01a;remarks\r\n4;a, b\r\n".encode(), ".csv")
    assert [(row.number, row.cells) for row in sheet.rows] == [(3, ("4", "a, b"))]


@pytest.mark.parametrize("first", ['Respons-ID\t"Datum verzonden"\tPlaats\tq', "id\tsubmitdate\tseed\tq"])
def test_the_vv_file_of_limesurvey_is_named_with_the_export_to_take(problems_of, first):
    content = f'{first}\nid\tsubmitdate\tstartlanguage\tLC_q01a\n1\t"2026"\t{{question_not_shown}}\tA4\n'.encode()
    for ending in (".csv", ".txt"):
        (problem,) = problems_of(content, ending)
        assert "VV" in problem.cause
        assert "'Question code'" in problem.cause


def test_an_spss_file_that_limesurvey_broke_is_told_with_the_export_to_take(problems_of):
    content = b"$FL2@(#) IBM SPSS STATISTICS" + b" " * 200 + b"Respons-ID  Datum verzonden Laatste pagina" + bytes(300)
    (problem,) = problems_of(content, ".sav")
    assert "CSV" in problem.cause
    assert "LimeSurvey" in problem.cause

"""The command: what it refuses, that it writes all three tables or none, and what it tells."""

import csv
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from survey_exports import FORMATS, IDS, NA, SECRETS, Person, answer_all, write_edition

from fruitmand.edition.errors import DataError, FruitmandError
from fruitmand.edition.reading import Edition
from fruitmand.importers import storing
from fruitmand.importers.__main__ import main
from fruitmand.importers.survey.command import import_survey
from fruitmand.importers.survey.late import KEYS_FILE

TABLES = ("respondents.csv", "responses.csv", "remarks.csv")
PEOPLE = [
    Person(answer_all(4, q01a=NA), "utrecht", "hr", "manager", "Een opmerking."),
    Person(dict.fromkeys(IDS)),
    Person(answer_all(2, q10=None), finished=False),
    Person(answer_all(1), preview=True),
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    root = tmp_path / "compendium"
    made = write_edition(root)
    (made / "values.csv").write_text("about,value,meaning\nagree5,6,not_applicable\n")  # not every point occurs among so few answers
    monkeypatch.chdir(root)
    return made


@pytest.fixture
def outside(tmp_path):
    made = tmp_path / "downloads"
    made.mkdir()
    return made


def fails(file, kind=FruitmandError):
    with pytest.raises(kind) as caught:
        import_survey(file, "2026")
    return str(caught.value)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def left_behind(folder):
    """Return what an import left beside the editions, but for its lock."""
    return [path.name for path in folder.parents[1].iterdir() if path.name != "raw" and not path.name.endswith(".lock")]


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_is_read_by_the_edition(outside, name):
    import_survey(FORMATS[name].write(outside, PEOPLE), "2026")
    edition = Edition("2026")
    assert len(edition["respondents"]) == 2
    assert len(edition["responses"]) == 2 * 13
    assert edition["responses"].value_counts("state").to_dict() == {"answered": 24, "not_applicable": 1, "not_answered": 1}
    assert list(edition["remarks"]["text"]) == ["Een opmerking."]


@pytest.mark.usefixtures("folder")
def test_the_message_tells_what_was_done(outside):
    items = [item for item in IDS if item != "q05"]
    told = import_survey(FORMATS["qualtrics_3_codes"].write(outside, PEOPLE, items), "2026").splitlines()
    assert told[:6] == [
        "  recognised export.csv as Qualtrics",
        "  respondents: 2 of 4 rows; left out: 1 as preview or test, 1 without any answer; 1 did not reach the end",
        "  consent: there is no column of it, so that nobody was left out for want of it",
        "  answers: 22 answered, 1 not applicable, 1 not answered, 2 not asked",
        "  remarks: 1",
        "  remarks were searched for an e-mail address, a telephone number, a bank account number, a citizen service number or a postcode,"
        " but not for names: a person must read them all before any is quoted",
    ]
    text = "\n".join(told)
    assert '  q01a is column "Q1_q01a" – De leerkring is goed en nodigt mij uit om te leren.' in told
    assert '  municipality is column "municipality"' in told
    assert '  remarks (no block) are column "Q20"' in told
    assert "  not asked, as there is no column: q05" in told
    assert "numbers were read as: 1 helemaal oneens, 2 oneens, 3 neutraal, 4 mee eens, 5 zeer mee eens; check that they are" in text
    assert '  personal data, not kept: "IPAddress", "RecipientLastName", "RecipientEmail", "LocationLatitude"' in told
    assert told[-1] == "  wrote data/raw/2026/respondents.csv, data/raw/2026/responses.csv, data/raw/2026/remarks.csv"
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.usefixtures("folder")
def test_those_who_did_not_reach_the_end_are_counted_among_the_kept_alone(outside):
    # The second answered nothing and the third broke off; both say that they did not reach the end.
    people = [PEOPLE[0], Person(dict.fromkeys(IDS), finished=False), PEOPLE[2]]
    told = import_survey(FORMATS["limesurvey_codes_comma"].write(outside, people), "2026")
    assert "respondents: 2 of 3 rows; left out: 1 without any answer; 1 did not reach the end" in told


@pytest.mark.usefixtures("folder")
def test_words_need_no_check_of_the_numbers(outside):
    assert "numbers were read" not in import_survey(FORMATS["google"].write(outside, PEOPLE), "2026")


def test_a_survey_without_remarks_has_an_empty_table_of_them(folder, outside):
    told = import_survey(FORMATS["plain"].write(outside, [Person(answer_all(3))]), "2026")
    assert (folder / "remarks.csv").read_text() == "remark,block,text\n"
    assert "remarks: 0" in told
    assert "were searched" not in told


@pytest.mark.parametrize(
    ("settings", "words"), [({"status": "published"}, "takes no answers"), ({"fielded": "false"}, 'set state = "fielded"')]
)
def test_an_edition_that_takes_no_answers_is_refused(tmp_path, monkeypatch, outside, settings, words):
    made = write_edition(tmp_path / "compendium", **settings)
    monkeypatch.chdir(made)
    before = contents(made)
    file = FORMATS["plain"].write(outside, PEOPLE)
    assert words in fails(file, DataError)
    assert contents(made) == before


def test_answers_that_are_there_are_not_lost(folder, outside):
    file = FORMATS["plain"].write(outside, PEOPLE)
    import_survey(file, "2026")
    (folder / KEYS_FILE).unlink()
    before = contents(folder)
    told = fails(file)
    assert "data/raw/2026 has answers already: 2 respondents, 26 responses, 1 remarks; nothing was changed" in told
    assert "To start anew, move respondents.csv, responses.csv, remarks.csv out of data/raw/2026" in told
    assert contents(folder) == before


def test_one_table_with_rows_is_enough_to_refuse(folder, outside):
    (folder / "remarks.csv").write_text('remark,block,text\nm1,,"Iets\nop twee regels"\n')
    assert "has answers already: 1 remarks" in fails(FORMATS["plain"].write(outside, PEOPLE))
    assert not (folder / "responses.csv").exists()


def test_tables_with_a_header_alone_are_filled(folder, outside):
    for name in TABLES:
        (folder / name).write_text("een,kop\n")
    import_survey(FORMATS["plain"].write(outside, PEOPLE), "2026")
    assert len(rows(folder / "respondents.csv")) == 2


def test_an_export_in_the_compendium_is_refused(folder):
    file = FORMATS["plain"].write(folder, PEOPLE)
    told = fails(file)
    assert "lies in the compendium" in told
    assert "Keep it elsewhere" in told


def test_a_link_into_the_compendium_is_refused_too(folder, outside):
    link = outside / "export.csv"
    link.symlink_to(FORMATS["plain"].write(folder, PEOPLE))
    assert "lies in the compendium" in fails(link)


@pytest.mark.usefixtures("folder")
def test_a_file_that_is_not_there_is_named(outside):
    assert fails(outside / "none.csv") == f"there is no file {outside / 'none.csv'}"


@pytest.mark.usefixtures("folder")
def test_a_folder_for_an_export_is_told_apart_from_a_file_that_is_not_there(outside):
    (outside / "export.csv").mkdir()
    for place in (outside, outside / "export.csv"):
        assert fails(place) == f"{place} is a folder; name the export in it, such as {place / 'export.csv'}"


def test_the_home_folder_may_be_written_as_a_tilde(folder, outside, monkeypatch):
    monkeypatch.setenv("HOME", str(outside))
    FORMATS["plain"].write(outside, PEOPLE)
    assert main(["~/export.csv", "2026"]) == 0
    assert len(rows(folder / "respondents.csv")) == 2


@pytest.mark.usefixtures("folder")
def test_the_home_folder_of_a_user_that_is_not_there_is_no_file(capsys):
    assert main(["~no-such-user-here/export.csv", "2026"]) == 1
    assert capsys.readouterr().err == "there is no file ~no-such-user-here/export.csv\n"


def test_a_tilde_that_leads_into_the_compendium_is_refused_too(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    FORMATS["plain"].write(folder, PEOPLE)
    assert "lies in the compendium" in fails(Path("~/export.csv"))


@pytest.mark.parametrize("table", TABLES)
def test_all_three_tables_are_written_or_none(folder, outside, monkeypatch, table):
    (folder / "remarks.csv").write_text("remark,block,text\n")
    before = contents(folder)
    real = storing.write

    def full(path, content):
        if path.name == table:
            raise OSError(28, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(storing, "write", full)
    with pytest.raises(OSError, match="No space left"):
        import_survey(FORMATS["plain"].write(outside, PEOPLE), "2026")
    assert contents(folder) == before
    assert left_behind(folder) == []


def test_nothing_is_written_when_anything_is_wrong(folder, outside):
    before = contents(folder)
    file = FORMATS["plain"].write(outside, [*PEOPLE, Person(answer_all(3), cells={"q07": "7"})])
    assert "export.csv row 5: '7' must be 1 to 5 or a label of the scale agree5, in column 'q07' (what it stands for" in fails(file)
    assert contents(folder) == before


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("remark", ["Bel 06-12345678", "jan@example.org", "NL91ABNA0417164300", "111222333", "1234 AB 12"])
def test_a_remark_with_personal_data_is_refused_without_being_shown(outside, remark):
    told = fails(FORMATS["plain"].write(outside, [Person(answer_all(3), remark=f"Zie: {remark}")]))
    assert "export.csv row 2: a remark may not hold a" in told
    assert "take it out in a copy of the export" in told
    assert remark not in told


def test_what_is_said_by_hand_is_used(folder, outside):
    (folder / "columns.csv").write_text("heading,item\nq10,ignore\n")
    told = import_survey(FORMATS["plain"].write(outside, PEOPLE), "2026")
    assert "not asked, as there is no column: q10" in told
    assert 'ignored: "q10"' in told


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("export.ods", b"q01a\n1\n", "must be one of .csv, .tsv, .xlsx, .sav"),
        ("export", b"q01a\n1\n", "a file without an ending is not read"),
        ("export.csv", b"", "the export is empty"),
        ("export.csv", b"q01a,q02\n", "the export is empty"),
        ("export.csv", "q01a,opmerking\n1,één\n".encode("latin-1"), "must be UTF-8"),
        ("export.csv", b"q01a,q02\n1,2\n1,2,3\n", "export.csv row 3: must have 2 cells, as the headings (it has 3"),
        ("export.csv", b'q01a,"q02\n1,2\n', "quotes do not match"),
        ("export.xlsx", b"no workbook", "must be a workbook (XLSX)"),
        ("export.sav", b"no such file", "must be an SPSS file"),
        ("export.csv", b"ResponseId,RecordedDate,q01a\nResponseID,Recorded Date,Vraag\n", "the export is empty"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(outside, name, content, words):
    (outside / name).write_bytes(content)
    assert words in fails(outside / name, DataError)


@pytest.mark.usefixtures("folder")
def test_an_empty_row_is_an_empty_respondent_and_a_blank_line_is_none(outside):
    (outside / "export.csv").write_text("q01a,q02\n1,2\n\n,\n3,4\n")
    assert "respondents: 2 of 3 rows; left out: 1 without any answer" in import_survey(outside / "export.csv", "2026")


@pytest.mark.parametrize(
    ("headings", "yes", "no"), [("consent", "OK", ""), ("Toestemming", "Ik doe vrijwillig mee.", "Nee"), ("start/consent", "1", "0")]
)
def test_answers_without_consent_are_not_kept(folder, outside, headings, yes, no):
    (outside / "export.csv").write_text(f"{headings},q01a,remarks\n{yes},1,wel\n{no},2,niet\n")
    told = import_survey(outside / "export.csv", "2026")
    assert "respondents: 1 of 2 rows; left out: 1 without consent" in told
    assert f'read as consent in 1 of 2 rows: "{yes}" (1); check that it is' in told
    refusal = f'"{no}"' if no else "an empty cell"
    assert f"read as refusal in 1 of 2 rows: {refusal} (1); check that it is" in told
    assert [row["text"] for row in rows(folder / "remarks.csv")] == ["wel"]
    assert {row["value"] for row in rows(folder / "responses.csv")} == {"1", ""}


def test_short_codes_of_limesurvey_are_known_where_they_are_of_one_alone(folder, outside):
    # As the project's own survey has them: not applicable is na, codes have five characters, remarks a number.
    headings = '"id";"submitdate";"consent";"G01Q01[q01a]";"G01Q02[q02]";"remarks1";"municipality";"domain";"role"'
    row = '"1";"1980-01-01";"yes";"na";"4";"Goed";"denha";"finan";"advis"'
    (outside / "export.csv").write_text(f"{headings}\n{row}\n", encoding="utf-8-sig")
    import_survey(outside / "export.csv", "2026")
    (person,) = rows(folder / "respondents.csv")
    assert (person["municipality"], person["domain"], person["role"]) == ("den-haag", "finance", "adviser")
    assert [row["state"] for row in rows(folder / "responses.csv")[:3]] == ["not_applicable", "not_asked", "answered"]
    assert [row["block"] for row in rows(folder / "remarks.csv")] == ["learning_capacity"]


def test_a_short_code_of_several_is_refused(folder, outside):
    (folder / "municipalities.csv").write_text("municipality,position,label_nl,label_en\namsterdam,1,A,A\namstelveen,2,B,B\n")
    (outside / "export.csv").write_text('"id";"submitdate";"G01Q02[q02]";"municipality"\n"1";"1980-01-01";"4";"amste"\n')
    assert "'amste' municipality must be an id or a label" in fails(outside / "export.csv", DataError)


@pytest.mark.usefixtures("folder")
def test_the_command_tells_what_it_did_and_ends_well(outside, capsys):
    assert main([str(FORMATS["plain"].write(outside, PEOPLE)), "2026"]) == 0
    assert capsys.readouterr().out.startswith("export.csv is taken for answers to the survey\n  recognised export.csv as a plain table\n")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("arguments", [[], ["", "2026"], ["none.csv", "2026"], ["none.csv", "1999"]])
def test_the_command_fails_with_words(capsys, arguments):
    assert main(arguments) == 1
    assert capsys.readouterr().err.strip()


@pytest.mark.usefixtures("folder")
def test_the_module_runs():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done = subprocess.run([sys.executable, "-m", "fruitmand.importers"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        1,
        "usage: make import FILE=… EDITION=… [CODER=…] [ADD=…], or python -m fruitmand.importers FILE EDITION [CODER [ADD]]\n",
    )

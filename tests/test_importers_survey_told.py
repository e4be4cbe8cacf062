"""What a person is told and offered: one round settles it, nothing is proposed that would make a wrong table, and nothing is hidden."""

import zipfile

import pandas as pd
import pyreadstat
import pytest
from survey_exports import FORMATS, Person, answer_all, write_edition

from fruitmand.checks.progress import next_step, to_do
from fruitmand.edition.errors import DataError, FruitmandError
from fruitmand.edition.reading import Edition
from fruitmand.importers.__main__ import main
from fruitmand.importers.survey.command import import_survey


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return the folder of an edition, and the place of an export."""
    folder = write_edition(tmp_path / "compendium")
    monkeypatch.chdir(tmp_path / "compendium")
    return folder, tmp_path / "export.csv"


def refused(file):
    with pytest.raises(FruitmandError) as caught:
        import_survey(file, "2026")
    return str(caught.value)


def offered(export, name):
    path = export.with_name(f"export.{name}.csv")
    return path.read_text(encoding="utf-8-sig").splitlines()[1:] if path.exists() else []


def test_a_proposal_that_a_dutch_excel_saved_is_read(place):
    folder, export = place
    export.write_text("respondent,consent,q01a,Stelling één,Iets\n1,Ja hoor,A4,2,x\n", encoding="utf-8")
    (folder / "columns.csv").write_bytes(
        "\ufeffHeading;Item;example;\r\nStelling één;q02;;\r\nIets;ignore;een, en twee;\r\n;;;\r\n".encode()
    )
    (folder / "values.csv").write_bytes("\ufeffabout;value;meaning\r\nagree5;A4;4\r\nconsent;Ja hoor;yes\r\n".encode())
    import_survey(export, "2026")
    found = Edition("2026")["responses"].dropna(subset="value")
    assert dict(zip(found["item"], found["value"], strict=True)) == {"q01a": 4, "q02": 2}


def test_a_proposal_in_the_encoding_of_excel_says_what_to_do(place):
    folder, export = place
    export.write_text("q01a\n4\n")
    (folder / "columns.csv").write_bytes("heading;item\nStelling één;q02\n".encode("cp1252"))
    assert "Excel saved it in another encoding: save it as “CSV UTF-8”" in refused(export)


def test_a_proposal_opens_in_excel_with_its_letters(place):
    _, export = place
    export.write_text("q01a,Één\n4,x\n", encoding="utf-8")
    refused(export)
    assert export.with_name("export.columns.csv").read_bytes().startswith(b"\xef\xbb\xbf")


SHIFTED = "q01a;q02;_id;_uuid;_submission_time;_index;__version__\n"


def test_rows_that_are_shifted_are_told_and_no_id_is_offered_as_an_answer(place):
    # As Kobo writes it when one cell is lost: the id of a row stands under its last statement.
    _, export = place
    rows = ["4;4;100;u-0;2026-03-01;1;v", *(f"4;{100 + number};u-{number};2026-03-01;{number};v;" for number in (1, 2, 3))]
    export.write_text(SHIFTED + "\n".join(rows) + "\n")
    told = refused(export)
    assert "rows 3-5 look shifted by one cell" in told
    assert "repair it in a copy of the export" in told
    assert offered(export, "values") == []


def test_a_shifted_row_hides_no_other_news(place):
    _, export = place
    export.write_text("respondent,q01a,q02,municipality\n1,4,A3,utrecht\n2,4,4827,nowhere\n")
    assert "row 3 looks shifted" in refused(export)
    assert offered(export, "values") == ["agree5,A3,?3"], "what stands in the shifted row is not asked"


def test_a_column_of_ids_is_not_told_as_shifted_rows(place):
    _, export = place
    export.write_text("respondent,q01a,q02\n1,4821,4\n2,4822,4\n")
    assert "the column is no item, or all rows are shifted" in refused(export)


@pytest.mark.parametrize("codes", [("99", "99"), ("999",), ("102", "102")])
def test_a_code_of_a_missing_value_is_no_id(place, codes):
    _, export = place
    export.write_text("respondent,q01a\n" + "".join(f"{number},{code}\n" for number, code in enumerate(codes)))
    assert "shifted" not in refused(export)
    assert offered(export, "values") == [f"agree5,{codes[0]},?"]


@pytest.mark.parametrize("cell", ["1-mei", "1-May", "mei-05", "2026-05-01 00:00:00", "2026-05-01", "1-5-2026", "01/05/2026"])
def test_a_point_that_a_spreadsheet_made_a_date_of_is_not_offered(place, cell):
    _, export = place
    export.write_text(f"respondent,q01a\n1,{cell}\n2,{cell}\n3,4\n")
    assert "a spreadsheet made a date of it" in refused(export)
    assert offered(export, "values") == []


def test_a_second_column_and_a_word_of_consent_are_settled_in_the_same_round(place):
    folder, export = place
    export.write_text("consent,q01a,q02,Q02_2\nmisschien,4,4,3\n1,4,5,3\n")
    told = refused(export)
    assert "q02 must have one column" in told
    assert offered(export, "columns") == ["q02,?q02,", "Q02_2,?ignore,answers such as 3"]
    assert offered(export, "values") == ["consent,misschien,?"]
    for name in ("columns", "values"):
        text = export.with_name(f"export.{name}.csv").read_text(encoding="utf-8-sig")
        (folder / f"{name}.csv").write_text(text.replace("misschien,?", "misschien,no").replace("?", ""), encoding="utf-8")
    assert "1 without consent" in import_survey(export, "2026")


def test_an_item_that_has_a_column_is_no_guess_for_another(place):
    _, export = place
    export.write_text("q03,Wij bespreken altijd de goede onderwerpen\n4,4\n")
    told = refused(export)
    assert "it is like q03, of which 'q03' is the column" in told
    assert offered(export, "columns") == ["Wij bespreken altijd de goede onderwerpen,?,"]


def test_many_unknown_columns_are_one_line_in_the_order_of_the_file(place):
    _, export = place
    names = [f"z{20 - number}" for number in range(12)]
    export.write_text(",".join(["q01a", *names]) + "\n" + ",".join(["9", *(["x"] * 12)]) + "\n")
    told = refused(export)
    assert "2 problems" in told
    assert "what 12 columns are" in told
    assert "'z20', 'z19', 'z18'" in told
    assert [row.split(",")[0] for row in offered(export, "columns")] == names


def test_an_example_shows_nothing_of_one_person(place):
    _, export = place
    rows = ["4,mild,jan@example.org,een", "4,mild,jan@example.org,twee", "4,vol,jan@example.org,drie"]
    export.write_text("\n".join(["q01a,smaak,contactpersoon,verhaal", *rows]) + "\n")
    refused(export)
    assert offered(export, "columns") == ["smaak,?,answers such as mild", "contactpersoon,?,", "verhaal,?,"]


def test_a_long_answer_is_cut_in_the_message_and_not_offered(place):
    _, export = place
    export.write_text(f"respondent,q01a\n1,{'lang verhaal ' * 30}\n")
    told = refused(export)
    assert "lang verhaal lang verhaal lang verhaal …'" in told
    assert "lang verhaal " * 4 not in told
    assert offered(export, "values") == []


def test_a_label_of_any_usual_length_is_offered_whole(place):
    folder, export = place
    label = "Dat ben ik met deze stelling nogal van harte eens"
    export.write_text(f"respondent,q01a\n1,{label}\n")
    refused(export)
    assert offered(export, "values") == [f"agree5,{label},?"]
    (folder / "values.csv").write_text(f"about,value,meaning\nagree5,{label},4\n")
    import_survey(export, "2026")


def test_what_the_two_files_changed_is_told_and_what_fits_nothing(place):
    folder, export = place
    export.write_text("respondent,consent,q01a,q02,stelling 3,stad\n1,1,6,4,4,U\n2,2,6,6,3,U\n")
    (folder / "values.csv").write_text(
        "about,value,meaning\nagree5,6,4\nq02,6,not_answered\nconsent,2,no\nagree5,7,5\nmunicipality,U,utrecht\n"
    )
    (folder / "columns.csv").write_text("heading,item\nstelling 3,q03\nstad,municipality\nkleur,ignore\n")
    told = import_survey(export, "2026").splitlines()
    assert "  by values.csv, of agree5: 6 -> 4 (2 answers)" in told
    assert "  by values.csv, of q02: 6 -> not_answered (1 answer)" in told
    assert "  by values.csv, of consent: 2 -> no (1 answer)" in told
    assert "  by values.csv, of municipality: u -> utrecht (2 answers)" in told
    assert "  in values.csv, but not in this export: agree5,7,5" in told
    assert '  by columns.csv: "stelling 3" is q03, "stad" is municipality' in told
    assert '  in columns.csv, but not in this export: "kleur"' in told


def test_numbers_that_were_turned_round_are_told(place):
    _, export = place
    file = export.with_suffix(".sav")
    labels = {1: "zeer mee eens", 5: "helemaal oneens"}
    frame = pd.DataFrame({"q01a": [2.0, 1.0], "q02": [4.0, 4.0]})
    both = {"q01a": labels, "q02": dict(zip(labels, reversed(labels.values()), strict=True))}
    pyreadstat.write_sav(frame, str(file), variable_value_labels=both)
    assert "  labels run the other way, so that numbers were turned round: q01a" in import_survey(file, "2026").splitlines()
    assert list(Edition("2026")["responses"].dropna(subset="value").query("item == 'q01a'")["value"].sort_values()) == [4, 5]


def test_respondents_of_another_tool_are_not_added_by_their_number_alone(place):
    folder, export = place
    import_survey(FORMATS["plain"].write(export.parent, [Person(answer_all(value)) for value in (1, 2, 3)]), "2026")
    before = (folder / "responses.csv").read_bytes()
    other = FORMATS["google"].write(export.parent, [Person(answer_all(value)) for value in (1, 2)])
    for add in ("", "2"):
        with pytest.raises(FruitmandError) as caught:
            import_survey(other, "2026", add=add)
        assert "None of the 3 known respondents is in this file; a later export of the same survey would have them." in str(caught.value)
        assert "Is it another survey or tool" in str(caught.value)
        assert "ADD=2-others" in str(caught.value)
    assert (folder / "responses.csv").read_bytes() == before
    import_survey(other, "2026", add="2-others")
    assert len(Edition("2026")["respondents"]) == 5


def test_nothing_to_add_is_no_error(place, capsys):
    _, export = place
    export.write_text("respondent,q01a\n1,4\n")
    assert [main([str(export), "2026"]) for _ in range(2)] == [0, 0]
    assert "there is nothing to add; nothing was changed" in capsys.readouterr().out


def test_a_zip_says_that_it_is_unpacked(place):
    _, export = place
    with zipfile.ZipFile(export.with_suffix(".zip"), "w") as packed:
        packed.writestr("export.csv", "q01a\n4\n")
    assert main([str(export.with_suffix(".zip")), "2026"]) == 1
    with pytest.raises(DataError, match="it is a zip: unpack it and give the CSV in it"):
        import_survey(export.with_suffix(".zip"), "2026")


def test_a_six_in_a_plain_table_comes_with_the_line_that_settles_it(place):
    folder, export = place
    export.write_text("respondent,q01a\n1,4\n2,6\n")
    assert "say it in values.csv, such as agree5,6,not_applicable" in refused(export)
    (folder / "values.csv").write_text("about,value,meaning\nagree5,6,not_applicable\n")
    assert "1 not applicable" in import_survey(export, "2026")


def test_a_municipality_that_is_not_there_can_be_added(place):
    _, export = place
    export.write_text("respondent,q01a,gemeente\n1,4,Zwolle\n")
    assert "add it to municipalities.csv if it is not there yet" in refused(export)


def test_who_broke_off_is_not_both_absent_and_counted(place):
    _, export = place
    export.write_text("id,submitdate,lastpage,startlanguage,q01a,q02\n1,2026-03-01,3,nl,n.v.t.,4\n2,NA,1,nl,3,NA\n")
    told = import_survey(export, "2026")
    assert "1 did not reach the end" in told
    assert "all responses were submitted" not in told


def test_a_survey_that_is_planned_says_when_answers_are_taken(tmp_path, monkeypatch):
    made = write_edition(tmp_path / "compendium", fielded="no")
    monkeypatch.chdir(made.parents[2])
    (tmp_path / "export.csv").write_text("q01a\n4\n")
    assert 'when it is out, set state = "fielded" under [survey]' in refused(tmp_path / "export.csv")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("agree5", "agre5", "items.csv row 2: 'agre5' must be in scales.csv (did you mean 'agree5'?)"),
        ("q01a,", "Q1a,", "'Q1a' column 'item' must be of the form small q, two digits or more, and perhaps a small letter, as 'q01a'"),
        (",motivation,", ",motivatoin,", "items.csv row 2: 'motivatoin' must be in codebook.csv (did you mean 'motivation'?)"),
    ],
)
def test_wrong_items_are_found_before_any_answer_is_read(place, old, new, told):
    folder, export = place
    items = folder / "items.csv"
    items.write_text(items.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    export.write_text("this is no export")
    assert told in refused(export)


def test_the_next_step_names_the_answers_of_a_survey_that_is_out(draft):
    path = draft / "edition.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"planned"', '"fielded"').replace("FILL IN", "x"), encoding="utf-8")
    edition = Edition("2026")
    assert "for the answers to the survey, make import FILE=… EDITION=2026;" in next_step(edition, to_do(edition), wrong=False)

"""What the import cannot know: asked once, offered as a map beside the export, and settled by a person."""

from dataclasses import replace

import pytest
from survey_exports import write_edition

from fruitmand.edition.errors import DataError
from fruitmand.edition.reading import Edition
from fruitmand.importers.survey.assembly import assemble
from fruitmand.importers.survey.command import import_survey
from fruitmand.importers.survey.formats import read_export
from fruitmand.importers.survey.matching import match_columns


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return the folder of an edition, and the place of an export."""
    folder = write_edition(tmp_path / "compendium")
    monkeypatch.chdir(tmp_path / "compendium")
    return folder, tmp_path / "export.csv"


CODES = "respondent,q01a,q02,In welke gemeente werkt u?\n1,A1,A5,3\n2,A2,A4,3\n3,A3,,4\n"


def refused(file):
    with pytest.raises(DataError) as caught:
        import_survey(file, "2026")
    return str(caught.value)


def test_codes_are_told_in_a_line_for_all_columns_and_offered_as_a_map(place):
    folder, export = place
    export.write_text(CODES)
    told = refused(export).splitlines()
    assert told[0] == "2 problems in the raw data:"
    assert "5 answers in 2 columns: 'A1' (1), 'A5' (1), 'A2' (1), 'A4' (1), 'A3' (1)" in told[2]
    assert told[-1].startswith(f"To settle this once: correct {export.with_name('export.values.csv')}")
    assert export.with_name("export.values.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "about,value,meaning",
        *(f"agree5,A{number},?{number}" for number in range(1, 6)),
        "municipality,3,?",
        "municipality,4,?",
    ]
    assert not (folder / "responses.csv").exists()


def test_points_that_are_numbered_from_0_are_offered_as_a_whole(place):
    # To say what 0 is alone would leave every other number one too low.
    _, export = place
    export.write_text("respondent,q01a,q02\n1,0,4\n2,3,0\n3,1,\n")
    told = refused(export).splitlines()
    assert told[0] == "1 problem in the raw data:"
    assert "numbered from 0, every number means another point" in told[1]
    assert export.with_name("export.values.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "about,value,meaning",
        *(f"agree5,{number},?{number + 1}" for number in range(5)),
    ]


def test_a_proposal_that_nobody_confirmed_is_not_taken(place):
    folder, export = place
    export.write_text(CODES)
    refused(export)
    (folder / "values.csv").write_bytes(export.with_name("export.values.csv").read_bytes())
    assert refused(export).count("confirm it: take the question mark away") == 7


def test_what_a_person_confirms_is_read(place):
    folder, export = place
    export.write_text(CODES)
    lines = [*(f"agree5,A{number},{6 - number}" for number in range(1, 6)), "municipality,3,utrecht", "municipality,4,not_answered"]
    (folder / "values.csv").write_text("\n".join(["about,value,meaning", *lines, ""]))
    numbers = iter(range(10))
    import_survey(export, "2026", lambda: f"{next(numbers):08}")
    responses, people = Edition("2026")["responses"], Edition("2026")["respondents"]
    assert list(responses.loc[responses["item"] == "q01a", "value"]) == [5, 4, 3]
    assert list(people["municipality"].fillna("-")) == ["utrecht", "utrecht", "-"]


def test_an_unknown_heading_is_offered_with_a_guess(place):
    _, export = place
    export.write_text("q01a,Wij bespreken altijd de goede onderwerpen,schoenmaat\n4,4,4\n")
    refused(export)
    offered = export.with_name("export.columns.csv").read_text(encoding="utf-8-sig")
    assert offered == "heading,item,example\nWij bespreken altijd de goede onderwerpen,?q03,\nschoenmaat,?,\n"


def test_consent_in_codes_is_settled_by_values(place):
    folder, export = place
    export.write_text("respondent,consent,q01a\n1,1,4\n2,2,3\n")
    assert "say in values.csv whether it is yes or no" in refused(export) or "export the labels" in refused(export)
    (folder / "values.csv").write_text("about,value,meaning\nconsent,2,no\n")
    assert "1 without consent" in import_survey(export, "2026")


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("agree5,A1,9", "9"),
        ("q99,A1,1", "q99"),
        ("municipality,3,nowhere", "nowhere"),
        ("consent,2,maybe", "maybe"),
        ("items,NA,3", "3"),
        ("agree5,A1,1\nagree5,a1,2", "a1"),
        ("agree5,A1", "agree5,A1"),
    ],
)
def test_a_wrong_map_of_values_is_named_with_its_row(place, row, value):
    folder, export = place
    export.write_text("q01a\n4\n")
    (folder / "values.csv").write_text(f"about,value,meaning\n{row}\n")
    told = refused(export)
    assert f"values.csv row {1 + len(row.splitlines())}: {value!r}" in told


def test_a_message_is_at_most_a_screen(place):
    _, export = place
    export.write_text(",".join(["q01a", *(f"column {number}" for number in range(900))]) + "\n" + ",".join(["4"] * 901) + "\n")
    told = refused(export).splitlines()
    assert len(told) <= 60
    assert "it is not known what 900 columns are (say what each is, or 'ignore', in data/raw/2026/columns.csv: 'column 0', 'col" in told[1]
    assert "and 890 more)" in told[1]
    export.write_text(",".join(["q01a", *(f"remarks{number}" for number in range(900))]) + "\n" + ",".join(["4"] * 901) + "\n")
    told = import_survey(export, "2026").splitlines()
    assert (len(told), "lines more about columns" in told[-2]) == (60, True)


def test_an_edition_without_domains_says_where_they_are_put(questionnaire, tmp_path):
    (tmp_path / "export.csv").write_text("respondent,q01a,domain\n1,4,HR\n2,3,HR\n")
    none = replace(questionnaire, fields=questionnaire.fields | {"domain": {}})
    export = read_export(tmp_path / "export.csv")
    with pytest.raises(DataError, match="there are none: put the domains in edition.toml, or say 'ignore' of this column in columns.csv"):
        assemble(export, match_columns(export, none, {}), none)

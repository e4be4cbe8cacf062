"""Consent: what is read as yes and as no, that nothing else is taken for either, and that the researcher can check it."""

import pytest
from survey_exports import write_edition

from fruitmand.edition.errors import DataError
from fruitmand.importers.survey.command import import_survey
from fruitmand.importers.survey.consent import NO, STATEMENTS, YES, read_consents
from fruitmand.importers.survey.export import Column, Export, Row
from fruitmand.importers.survey.text_matching import normalise
from fruitmand.importers.survey.tools import LIMESURVEY, PLAIN, QUALTRICS, SPSS
from fruitmand.importers.survey.values import Values

WAY = ", or say in values.csv whether it is yes or no: a line such as consent,2,no"


def consents(*cells, tool=PLAIN, values=None, **labels):
    column = Column("consent", ("consent",), (), {code.lstrip("c"): text for code, text in labels.items()})
    rows = tuple(Row(number, (cell,)) for number, cell in enumerate(cells, start=2))
    said, problems = read_consents(Export(tool, "export.csv", (column,), rows), 0, Values(values or {}))
    return [consent for _, consent in said], problems


@pytest.fixture
def imported(tmp_path, monkeypatch):
    folder = write_edition(tmp_path / "compendium")
    monkeypatch.chdir(tmp_path / "compendium")

    def run(*cells, heading="consent"):
        (tmp_path / "export.csv").write_text("\n".join([f"{heading},q02", *(f'"{cell}",4' for cell in cells), ""]), encoding="utf-8")
        told = import_survey(tmp_path / "export.csv", "2026")
        return told, len((folder / "respondents.csv").read_text().splitlines()) - 1

    return run


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "1",
            "1.0",
            "1,0",
            "y",
            "Y",
            "j",
            "J",
            "yes",
            "Yes",
            "ja",
            "JA.",
            "true",
            "TRUE",
            "WAAR",
            "OK",
            "Akkoord",
            "I agree",
            "I consent.",
        ),
        *("Ik stem toe", "Ik doe mee", "Ja, ik doe mee", "Ja ik geef toestemming", "Yes, I take part", "yes, gladly"),
        *("Ik heb deze informatie gelezen en doe vrijwillig mee.", "I have read this information and take part of my own free will."),
        *("<p>Ja</p>", " ja ", "Ja!"),
    ],
)
def test_what_is_yes_is_consent(cell):
    assert consents(cell) == (["yes"], [])


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "",
            " ",
            "0",
            "0.0",
            "n",
            "N",
            "no",
            "No.",
            "nee",
            "NEE",
            "false",
            "ONWAAR",
            "Nee, ik doe niet mee",
            "No, thank you",
            "Nee dank u",
        ),
        *("I do not consent", "I do not agree", "I don’t want to take part", "I won't", "Ik doe niet mee", "Ik stem niet toe"),
        *("niet akkoord", "Geen toestemming", "Ik geef geen toestemming", "I disagree", "niet beantwoord"),
    ],
)
def test_what_is_no_is_a_refusal(cell):
    assert consents(cell) == (["no"], [])


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "2",
            "3",
            "-1",
            "11",
            "10",
            "1.5",
            "A1",
            "AO02",
            "?",
            ".",
            "x",
            "n.v.t.",
            "misschien",
            "Ja/Nee",
            "yes/no",
            "jawel",
            "yesterday",
            "nope",
            "nota",
        ),
        *(
            "Ja, maar ik doe niet mee",
            "Yes, but I do not consent",
            "Ja, ik heb het gelezen en doe niet mee",
            "Yes / No",
            "Ja, liever later",
            "Ja, tenzij mijn naam genoemd wordt",
            "Ja, behalve voor publicatie",
            "ja onder voorwaarde",
            "yes, unless I am quoted",
            "Yes, I'd rather stop",
            "yes, cannot",
        ),
        *("ok niet", "I consent not", "Ik stem toe noch af", "akkoord niet", "gelezen", "utrecht"),
    ],
)
def test_what_is_neither_yes_nor_no_is_a_problem(cell):
    said, (problem,) = consents("ja", cell, "nee")
    assert said == ["yes", "unclear", "no"]
    assert (problem.file, problem.row, problem.value) == ("export.csv", 3, cell)
    assert all(word in problem.rule for word in ("'yes'", "'ja'", "'no'", "'nee'", "consent must be"))
    assert problem.cause


def test_no_words_are_both_yes_and_no():
    assert YES.isdisjoint(NO)
    assert {normalise(word) for word in YES | NO} == YES | NO, "words are compared as they are normalised"
    assert consents(*sorted(YES))[0] == ["yes"] * len(YES)
    assert consents(*sorted(NO))[0] == ["no"] * len(NO)
    assert len(STATEMENTS & YES) == 2


def test_value_labels_go_before_numbers():
    assert consents("1", "2", tool=SPSS, c1="Nee", c2="Ja, ik doe mee") == (["no", "yes"], [])
    assert consents("1", "2", tool=SPSS, c1="Ja", c2="I do not consent") == (["yes", "no"], [])


def test_a_code_without_a_label_beside_labels_is_a_problem():
    said, (problem,) = consents("1", "2", "", tool=SPSS, c2="Ja")
    assert said == ["unclear", "yes", "no"]
    assert (problem.value, problem.cause) == ("1", f"this code has no value label; give it one in SPSS, such as 'ja' or 'nee'{WAY}")


def test_a_label_that_says_nothing_is_a_problem():
    said, (problem,) = consents("1", tool=SPSS, c1="Weet niet")
    assert (said, problem.value) == (["unclear"], "Weet niet")


def test_no_value_of_a_tool_is_a_refusal():
    assert consents("-99", tool=QUALTRICS) == (["no"], [])
    assert consents("N/A", tool=LIMESURVEY) == (["no"], [])


@pytest.mark.parametrize(
    ("tool", "cell", "cause"),
    [
        (QUALTRICS, "2", "what 2 stands for is not in the file; export the texts of the choices instead of codes" + WAY),
        (LIMESURVEY, "A2", "what a2 stands for is not in the file; export the full answers instead of codes" + WAY),
        (PLAIN, "2", "what 2 stands for is not in the file; export the labels instead of codes" + WAY),
        (SPSS, "2", "this code has no value label; give it one in SPSS, such as 'ja' or 'nee'" + WAY),
        (PLAIN, "akkord", "did you mean 'akkoord'? say in values.csv whether it is yes or no"),
        (
            PLAIN,
            "Ja, maar niet nu",
            "it begins with yes, but what follows may take that back; say in values.csv whether it is yes or no",
        ),
    ],
)
def test_a_value_that_is_not_known_comes_with_a_way_out(tool, cell, cause):
    assert [problem.cause for problem in consents(cell, tool=tool)[1]] == [cause]


def test_a_value_in_many_rows_is_told_once_with_their_number():
    _, (problem,) = consents("ja", "2", "2", "2")
    assert (problem.row, problem.cause.endswith("; 3 rows have it")) == (3, True)


@pytest.mark.parametrize("cell", ["2", "misschien", "Ja, maar ik doe niet mee"])
def test_nothing_is_imported_while_it_is_not_known_who_consented(imported, tmp_path, cell):
    with pytest.raises(DataError, match="consent must be yes"):
        imported("ja", cell)
    assert not (tmp_path / "compendium" / "data" / "raw" / "2026" / "respondents.csv").exists()


@pytest.mark.parametrize("cell", ["Nee, ik doe niet mee", "I do not consent"])
def test_who_refuses_in_words_is_left_out(imported, cell):
    told, kept = imported("Ja, ik doe mee", cell)
    assert kept == 1
    assert "respondents: 1 of 2 rows; left out: 1 without consent" in told


def test_what_was_read_as_yes_and_as_no_is_told_with_its_counts(imported):
    told, kept = imported("ja", "Ja, graag", "nee", "ja", "", "")
    assert kept == 3
    assert '  read as consent in 3 of 6 rows: "ja" (2), "Ja, graag" (1); check that it is\n' in told
    assert '  read as refusal in 3 of 6 rows: "nee" (1), an empty cell (2); check that it is\n' in told
    assert "consent: there is no column" not in told


def test_a_survey_in_which_all_refuse_says_so(imported):
    with pytest.raises(DataError, match="2 have no consent: none of its 2 rows has one to keep"):
        imported("nee", "")

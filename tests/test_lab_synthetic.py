"""The synthetic editions: made by one command, the same bytes every time, named as invented everywhere, with a truth to find again."""

import openpyxl
import pytest
from build_fixtures import ROOT

from fruitmand.analysis import claims
from fruitmand.checks.whole_edition import read_edition
from fruitmand.edition.reading import Edition, editions
from fruitmand.importers.dispatch import import_file
from lab import synthetic, synthetic_exports

YEARS = list(synthetic.read_recipe()["editions"])
each = pytest.mark.parametrize("year", YEARS)


@each
def test_the_files_in_the_repository_are_what_the_generator_makes(year, tmp_path):
    synthetic.write_raw_files(year, tmp_path)
    kept = {path.name: path.read_bytes() for path in (ROOT / "data/raw" / f"synthetic-{year}").iterdir()}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept


def test_what_coders_raters_and_respondents_made_comes_in_as_exports_do(tmp_path, monkeypatch):
    said = []

    def told(*arguments, **others):
        for line in import_file(*arguments, **others):
            said.append(line)
            yield line

    monkeypatch.setattr(synthetic, "import_file", told)
    synthetic.write_raw_files(YEARS[0], tmp_path)
    coded = "taken for coded interviews"
    assert [line for line in said if " is taken for " in line] == [
        f"highlights.csv is {coded}",  # it proposes what the documents are
        f"highlights.csv is {coded}",
        f"interviews.qdpx is {coded}",
        "paraphrases.xlsx is taken for paraphrases of coded passages",
        "ratings.xlsx is taken for ratings",
        "answers.xlsx is taken for answers to the survey",
    ]
    report = "\n".join(said)
    for tool in ("Taguette", "REFI-QDA", "Microsoft Forms"):
        assert tool in report


@each
def test_two_coders_and_two_raters_differ_now_and_then_and_every_difference_is_decided(year):
    edition = Edition(f"synthetic-{year}")
    decided = edition["adjudications"]["table"].value_counts()
    assert decided["codings"] > 10
    assert decided["ratings"] > 2
    raters = edition.rater_ratings.groupby(["municipality", "variable"])["symbol"].nunique()
    assert (raters > 1).sum() == decided["ratings"]
    assert len(edition["ratings"]) == len(raters)
    assert edition.given["segments"]["start"].notna().all()


@each
def test_those_who_did_not_consent_are_in_the_export_and_not_in_the_edition(year, tmp_path):
    edition = Edition(f"synthetic-{year}")
    answers = synthetic.survey(synthetic.read_recipe(), year, edition["items"])
    file = synthetic_exports.write_survey(tmp_path / "answers.xlsx", answers, edition, synthetic.REMARKED)
    heading, *rows = openpyxl.load_workbook(file)["Sheet1"].iter_rows(values_only=True)
    consents = [row[heading.index("Toestemming")] for row in rows]
    assert consents.count("Nee") == synthetic_exports.REFUSING > 0
    assert len(edition["respondents"]) == len(rows) - synthetic_exports.REFUSING == len(answers[0])


@each
def test_the_answers_are_those_that_were_drawn_whatever_the_pseudonyms(year):
    edition = Edition(f"synthetic-{year}")
    people, responses = synthetic.survey(synthetic.read_recipe(), year, edition["items"])

    def forms(people, responses):
        by = responses.assign(cell=responses["state"] + responses["value"].astype("string").fillna(""))
        wide = by.pivot(index="respondent", columns="item", values="cell").astype(str)
        return sorted(map(tuple, people.set_index("respondent").join(wide).astype(str).to_numpy()))

    assert forms(edition["respondents"], edition["responses"]) == forms(people, responses)


def test_there_are_two_and_their_names_say_so():
    assert [name for name in editions() if Edition(name).settings.synthetic] == ["synthetic-2026", "synthetic-2027"]


@each
def test_whatever_has_words_says_that_it_is_invented(year):
    edition = read_edition(f"synthetic-{year}")
    assert edition.settings.synthetic
    assert edition["segments"]["paraphrase_nl"].str.startswith("Verzonnen").all()
    assert edition["segments"]["paraphrase_en"].str.startswith("Invented").all()
    assert edition["remarks"]["text"].str.contains("Verzonnen").all()
    assert all(coder.startswith("synthetic") for coder in edition.coders)
    real = set(Edition("2015")["municipalities"]["municipality"])
    assert not real & set(edition["municipalities"]["municipality"])


def test_the_claims_that_are_wrong_on_purpose_are_found_and_no_others():
    edition = Edition("synthetic-2026")
    judged = claims.judge(edition.claims, edition, edition.settings.facts())
    verdicts = {judgement.claim.id: judgement.verdict for judgement in judged}
    assert verdicts == {
        "c001": "holds",
        "c002": "contradicted",
        "c003": "holds_for_most",
        "c004": "not_visible",
        "c005": "holds",
        "c006": "holds",
        "c007": "unchecked",
    }


def test_every_state_of_an_answer_occurs():
    states = {year: set(Edition(f"synthetic-{year}")["responses"]["state"]) for year in YEARS}
    assert states["2026"] == {"answered", "not_applicable", "not_answered"}
    assert states["2027"] == {"answered", "not_applicable", "not_answered", "not_asked"}


def test_of_one_municipality_only_four_answered_in_2027():
    counts = Edition("synthetic-2027")["respondents"]["municipality"].value_counts()
    assert counts["lindemeer"] == 4
    assert counts.drop("lindemeer").min() >= 5


def test_interviews_and_survey_say_the_opposite_where_the_truth_says_so():
    truth = synthetic.read_recipe()["truth"]
    edition = Edition("synthetic-2026")
    rated = edition["ratings"].set_index(["variable", "municipality"])["symbol"]
    assert truth["divergent"] == ["savings"]
    assert truth["locations"]["savings"] > 0.5
    assert set(rated["savings"]) == {"-/-"}

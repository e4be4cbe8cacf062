"""Odd surveys: whatever comes in, the step of the survey ends, shows no small group, and says in words what there is not."""

import contextlib
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from build_fixtures import ROOT

from fruitmand.checks.whole_edition import read_edition
from fruitmand.edition import validation_cache
from fruitmand.edition.reading import Edition
from fruitmand.outputs.disclosure import check_folder
from fruitmand.pipeline.build import Build
from fruitmand.pipeline.order import Job
from fruitmand.pipeline.record import read_record

EDITION = "synthetic-2026"


def few(people, responses, count):
    return people.head(count), responses


def incomplete(people, responses):
    """Leave three respondents with every item answered."""
    gap = (responses["item"] == "q03") & ~responses["respondent"].isin(people["respondent"].head(3))
    return people, responses.assign(state=responses["state"].mask(gap, "not_answered"), value=responses["value"].mask(gap))


def homeless(people, responses):
    """Leave three respondents of no known municipality."""
    return people.assign(municipality=people["municipality"].mask(people.index < 3)), responses


def unasked(people, responses):
    gap = responses["item"] == "q02"
    return people, responses.assign(state=responses["state"].mask(gap, "not_asked"), value=responses["value"].mask(gap))


def agreed(people, responses):
    alike = responses["item"] == "q02"
    return people, responses.assign(state=responses["state"].mask(alike, "answered"), value=responses["value"].mask(alike, 4))


def silent(people, responses):
    """Nobody has an opinion: not applicable where that is offered, else nothing."""
    offers = set(Edition(EDITION)["items"].query("not_applicable == 'yes'")["item"])
    state = responses["item"].map(lambda item: "not_applicable" if item in offers else "not_answered")
    return people, responses.assign(state=state, value=pd.NA)


def nobody(people, responses):
    return people.head(0), responses


ODD = {
    "three": lambda *tables: few(*tables, 3),
    "nine": lambda *tables: few(*tables, 9),
    "incomplete": incomplete,
    "homeless": homeless,
    "unasked": unasked,
    "agreed": agreed,
    "silent": silent,
    "nobody": nobody,
    "uninvited": lambda *tables: tables,
}


@pytest.fixture(scope="module")
def sound():
    """Return the edition as it is, of which every table was read and found to be right."""
    with contextlib.chdir(ROOT):
        return read_edition(EDITION)


def compendium(root: Path, sound: Edition) -> Path:
    """Make a compendium of the edition with two notebooks; what is known of its tables as they are need not be found again."""
    raw = root / "data" / "raw" / EDITION
    shutil.copytree(ROOT / "data" / "raw" / EDITION, raw)
    (root / "notebooks").mkdir()
    for step in ("1_protocol", "5_survey"):
        shutil.copy(ROOT / "notebooks" / f"{step}.ipynb", root / "notebooks")
    (root / "src").symlink_to(ROOT / "src")
    validation_cache.remember(root / "data/processed" / EDITION / "check", sound.reads, sound.basis)
    return raw


@pytest.fixture(scope="module")
def protocol(tmp_path_factory, sound):
    """Run the protocol of the edition as it is; return the folder of its results."""
    root = tmp_path_factory.mktemp("sound")
    compendium(root, sound)
    with contextlib.chdir(root):
        assert Build(root, cores=1).run_one(Job(EDITION, "1_protocol"))
    return root / "data/processed" / EDITION / "1_protocol"


@pytest.fixture(scope="module", params=ODD)
def odd(request, tmp_path_factory, sound, protocol):
    """Run the survey of an odd edition, and its protocol where that is another; return its kind and the folder of the survey's results."""
    root = tmp_path_factory.mktemp(request.param)
    raw = compendium(root, sound)
    tables = [pd.read_csv(raw / f"{name}.csv", dtype="string") for name in ("respondents", "responses")]
    people, responses = ODD[request.param](*tables)
    people.to_csv(raw / "respondents.csv", index=False)
    responses[responses["respondent"].isin(people["respondent"])].to_csv(raw / "responses.csv", index=False)
    if request.param == "uninvited":
        toml = raw / "edition.toml"
        toml.write_text(re.sub(r"(?m)^invited = .*\n", "", toml.read_text(encoding="utf-8")), encoding="utf-8")
    made = root / "data" / "processed" / EDITION
    shutil.copytree(protocol, made / "1_protocol")
    steps = [Job(EDITION, "5_survey", {"draws": "200", "omega_draws": "5"})]
    if read_record(protocol).changes({"edition": EDITION}, root):
        steps.insert(0, Job(EDITION, "1_protocol"))
    assert len(steps) == 1 + (request.param == "uninvited"), "the protocol reads no answers"
    with contextlib.chdir(root):
        assert Edition(EDITION).settings.survey.invited == (None if request.param == "uninvited" else 60)
        for step in steps:
            assert Build(root, cores=1).run_one(step)
    return request.param, made / "5_survey"


def texts(folder: Path) -> str:
    document = json.loads((folder / "executed.ipynb").read_text(encoding="utf-8"))
    return json.dumps([cell.get("outputs") for cell in document["cells"]], ensure_ascii=False)


def test_an_odd_survey_passes_the_disclosure_check(odd, tmp_path):
    kind, folder = odd
    record = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    (tmp_path / "provenance.json").write_text(json.dumps([record]), encoding="utf-8")
    for table in folder.glob("*.csv"):
        shutil.copy(table, tmp_path)
    report = check_folder(tmp_path, Edition(EDITION).settings, "odd")
    assert report.refusals == ()
    assert any("q02" in warning for warning in report.warnings) == (kind == "agreed")
    assert report.blocks == (12 if kind == "nobody" else 14)  # a table without rows is left out


def test_an_odd_survey_shows_no_size_below_the_minimum(odd):
    _, folder = odd
    shown = {
        "respondents": ["respondents"],
        "groups": ["n"],
        "items": ["n_valid"],
        "reliability": ["n"],
        "comparisons": ["n"],
        "triangulation": ["n"],
    }
    for table, columns in shown.items():
        rows = pd.read_csv(folder / f"{table}.csv")
        sizes = rows.dropna(subset=["group"] if table == "respondents" else [])[columns].stack()  # those in no known group are no group
        assert not sizes.between(1, 4).any(), table


def test_comparisons_are_made_without_those_in_no_known_municipality_and_say_how_many_they_are(odd):
    kind, folder = odd
    found = pd.read_csv(folder / "comparisons.csv").query("by == 'municipality'")
    if kind == "homeless":
        assert set(found["left_out"]) == {3}
        assert found["p"].notna().all()
        assert "niet meegeteld, want niet bekend: 3" in texts(folder)
        assert "left out because not known: 3" in texts(folder)
    elif kind not in ("nine", "three"):
        assert "left out because not known" not in texts(folder)


def test_an_odd_survey_says_nothing_of_missing_numbers(odd):
    _, folder = odd
    assert not re.search(r"\bnan\b|<NA>|\bNone\b(?! of)", texts(folder))


def test_what_was_not_asked_is_said_to_be_so_everywhere(odd):
    kind, folder = odd
    pairs = pd.read_csv(folder / "triangulation.csv")
    reasons = set(pairs.loc[pairs["variable"] == "room_for_ideas", "reason"])
    variables = set(pd.read_csv(folder / "groups.csv")["variable"])
    if kind == "unasked":
        assert reasons == {"not_asked"}
        assert "room_for_ideas" not in variables
    elif kind != "nobody":
        assert "not_asked" not in reasons
        assert "room_for_ideas" in variables

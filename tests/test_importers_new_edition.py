"""A new edition: it begins with the instruments of an earlier one, asks nothing, and is there whole or not at all."""

import csv
import os
import subprocess
import sys
import tomllib

import pytest
from build_fixtures import ROOT

from fruitmand.edition.errors import DataError, FruitmandError
from fruitmand.importers import new_edition as module
from fruitmand.importers.new_edition import main, new_edition


def table(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_instruments_come_along_and_findings_do_not(scratch):
    rows = new_edition("2026", "2015")
    folder = scratch.root / "data/raw/2026"
    assert {path.name for path in folder.iterdir()} == {"edition.toml", *(f"{name}.csv" for name in rows)}
    assert set(rows) == {"municipalities", "codebook", "scales", "cut_offs", "agenda", "items"}
    for name, count in rows.items():
        old, new = table(scratch.raw / f"{name}.csv"), table(folder / f"{name}.csv")
        assert len(new) == len(old) == count > 0
        moved = {"place", "declared_at", "symbol_declared_at", "used_at", "was", "since", "until", "scale_declared"}
        assert [{key: row[key] for key in row.keys() - moved} for row in new] == [
            {key: row[key] for key in row.keys() - moved} for row in old
        ]


def test_places_of_the_earlier_edition_say_so_and_its_sections_go(scratch):
    new_edition("2026", "2015")
    old, new = (table(folder / "codebook.csv") for folder in (scratch.raw, scratch.root / "data/raw/2026"))
    assert any(row["declared_at"] for row in old)
    assert any(row["used_at"] for row in old)
    assert [row["declared_at"] for row in new] == [row["declared_at"] and f"edition 2015, {row['declared_at']}" for row in old]
    assert {row["used_at"] for row in new} == {""}
    assert {row["since"] for row in new} == {"2015"}
    assert list(new[0])[-3:] == ["was", "since", "until"], "a person fills them in and adds no column"
    assert {(row["was"], row["until"]) for row in new} == {("", "")}


def test_the_scale_that_was_used_is_the_one_that_is_declared(scratch):
    new_edition("2026", "2015")
    old, new = (table(folder / "codebook.csv") for folder in (scratch.raw, scratch.root / "data/raw/2026"))
    assert any(row["scale_declared"] not in ("", row["scale_used"]) for row in old)
    assert [row["scale_declared"] for row in new] == [row["scale_declared"] and row["scale_used"] for row in old]


def test_a_third_edition_keeps_where_and_since_when(scratch):
    new_edition("2026", "2015")
    folder = scratch.root / "data/raw/2026"
    text = (scratch.raw / "edition.toml").read_text(encoding="utf-8").replace('"2015"', '"2026"').replace("2015", "2026")
    (folder / "edition.toml").write_text(text, encoding="utf-8")  # of a publication, whose tables ask for no more than these have
    rows = [row | {"since": ""} if row["code"] == "motivation" else row for row in table(folder / "codebook.csv")]
    heads = [name for name in rows[0] if name != "since"]
    with (folder / "codebook.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, heads, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    new_edition("2027", "2026")
    third = {row["code"]: row for row in table(scratch.root / "data/raw/2027/codebook.csv")}
    assert third["motivation"]["declared_at"] == "edition 2015, Table 3"
    assert third["motivation"]["since"] == "2026"


def test_the_settings_are_a_draft_of_fieldwork_with_what_is_to_be_filled_in(scratch):
    new_edition("2026", "2015")
    text = (scratch.root / "data/raw/2026/edition.toml").read_text(encoding="utf-8")
    settings = tomllib.loads(text)
    assert {key: settings[key] for key in ("edition", "status", "basis", "synthetic", "year")} == {
        "edition": "2026",
        "status": "draft",
        "basis": "fieldwork",
        "synthetic": False,
        "year": 2026,
    }
    assert settings["survey"] == {"state": "planned"}
    assert settings["disclosure"]["min_cell"] == 5
    assert settings["title"] == {"nl": "FILL IN", "en": "FILL IN"}
    assert "@" not in text
    assert "made from edition 2015" in text.splitlines()[0]
    assert max(map(len, text.splitlines())) <= 140


@pytest.mark.parametrize(("name", "year"), [("2031", 2031), ("pilot-2031b", 2031), ("pilot", 2016)])
def test_the_year_is_that_of_the_name_or_the_one_after(scratch, name, year):
    new_edition(name, "2015")
    assert tomllib.loads((scratch.root / f"data/raw/{name}/edition.toml").read_text(encoding="utf-8"))["year"] == year


def test_words_of_the_study_come_along(scratch):
    path = scratch.raw / "edition.toml"
    text = path.read_text(encoding="utf-8").partition("\n[wording]")
    own = '\n[wording]\nnames = ["Één \\"naam\\""]\ninhabitants = { utrecht = ["Utrechter"] }\n'
    path.write_text(text[0] + own, encoding="utf-8")
    said = module._wording(module.Edition("2015"))
    assert tomllib.loads(said) == {"wording": {"names": ['Één "naam"']}}, "who lives where depends on the municipalities"


@pytest.mark.parametrize("name", ["", "2015b/x", "../2026", "Nieuw", "new edition", "-x", "x-", ".x", "a\nb", "é"])
def test_a_bad_name_is_refused_in_a_sentence(scratch, capsys, name):
    before = sorted(scratch.root.rglob("*"))
    assert main([name, "2015"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "no name of an edition" in said
    assert sorted(scratch.root.rglob("*")) == before


@pytest.mark.parametrize("made", ["folder", "file", "link"])
def test_what_is_there_stays(scratch, capsys, made):
    target = scratch.root / "data/raw/2026"
    match made:
        case "folder":
            target.mkdir()
        case "file":
            target.write_text("mine")
        case "link":
            target.symlink_to("nowhere")
    assert main(["2026", "2015"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "is there already" in said
    assert sorted(path.name for path in target.parent.iterdir()) == ["2015", "2026"]
    assert not target.is_dir() or not list(target.iterdir())


@pytest.mark.parametrize("origin", ["", "1999", "../raw/2015"])
def test_an_unknown_origin_is_refused_with_those_there_are(scratch, origin):
    with pytest.raises(FruitmandError, match="FROM= one of 2015") as caught:
        new_edition("2026", origin)
    assert "\n" not in str(caught.value)
    assert not (scratch.root / "data/raw/2026").exists()


def test_a_broken_origin_leaves_nothing(scratch):
    scratch.set("scales.csv", 2, "symbol", "++")
    with pytest.raises(DataError):
        new_edition("2026", "2015")
    assert sorted(path.name for path in (scratch.root / "data").iterdir()) == ["processed", "raw"]  # what the scratch copy has
    assert [path.name for path in (scratch.root / "data/raw").iterdir()] == ["2015"]


def test_an_interruption_leaves_nothing(scratch, monkeypatch):
    done = []

    def write(path, content):
        done.append(path)
        if len(done) == 3:
            raise KeyboardInterrupt
        path.write_text(content)

    monkeypatch.setattr(module, "write", write)
    with pytest.raises(KeyboardInterrupt):
        new_edition("2026", "2015")
    assert len(done) == 3
    assert sorted(path.name for path in (scratch.root / "data").iterdir()) == ["processed", "raw"]  # what the scratch copy has
    assert [path.name for path in (scratch.root / "data/raw").iterdir()] == ["2015"]


def test_the_module_runs_by_its_name_and_says_what_to_do(scratch):
    command = [sys.executable, "-m", "fruitmand.importers.new_edition", "2026", "2015"]
    places = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    run = subprocess.run(command, env=places, capture_output=True, text=True, check=True)
    command = "$ make edition EDITION=2026 FROM=2015\n"
    assert f"{command}{run.stdout}$ " in (ROOT / "README.md").read_text(encoding="utf-8"), "it says what the README shows"
    assert run.stdout.count("\n") == 2
    assert (scratch.root / "data/raw/2026").stat().st_mode & 0o777 == 0o755

"""The simulation: the same every time, complete, and its page up to date with the code."""

import re

import pandas as pd
import pytest

from fruitmand.checks.whole_edition import read_edition
from fruitmand.edition.errors import FruitmandError
from lab import simulate as module
from lab.simulate import CHECKED, DESIGN, MEASURES, PAGE, SEED, describe, digest, main, page, remarks, simulate


@pytest.fixture(scope="module")
def few(root):
    """Return the outcomes of as few samples as there can be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        return simulate(CHECKED)


@pytest.fixture(scope="module")
def written(root):
    return (root / PAGE).read_text(encoding="utf-8")


def quantities(text):
    """Return the rows of the page's table of results."""
    names = set(MEASURES.values())
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [row for row in rows if row[0] in names]


def made(*rows):
    """Return a table of results: measure, what, aim, found, low, high; with the rows on families that there always are."""
    families = [("family", f"tests, {when} Holm", pd.NA, 0.1, 0.0, 0.2) for when in ("before", "after")]
    return pd.DataFrame([*rows, *families], columns=["measure", "what", "aim", "found", "low", "high"]).astype(
        dict.fromkeys(["aim", "found", "low", "high"], "Float64")
    )


def test_the_samples_are_the_same_every_time_and_the_first_do_not_depend_on_their_number(few, root, monkeypatch):
    monkeypatch.chdir(root)
    more = simulate(CHECKED + 1)
    assert digest(more) == digest(few)
    assert not more["found"].equals(few["found"])
    assert page(few, CHECKED) == page(simulate(CHECKED), CHECKED)


def test_every_item_block_and_effect_has_its_row(few, root, monkeypatch):
    monkeypatch.chdir(root)
    items = read_edition("2015")["items"]
    assert set(few["measure"]) == set(MEASURES)
    counts = few["measure"].value_counts()
    effects = len({(by, variable) for by, _, variable in DESIGN.shifts})
    assert counts["share"] == len(items)
    assert counts["alpha"] == items["block"].nunique()
    assert counts["delta"] + counts["epsilon"] == effects + 4
    assert counts["power"] == 2 * effects
    assert counts["family"] == 2
    assert few["found"].between(0, 1).all()
    assert (few["low"] <= few["found"]).all()
    assert (few["found"] <= few["high"]).all()
    assert len(quantities(page(few, CHECKED))) == len(few)


def test_another_design_has_another_digest(few):
    assert digest(few) != digest(few.assign(truth="0.123"))
    assert digest(few) != digest(few.iloc[1:])


def test_the_committed_page_is_of_the_current_design_and_methods(few, written):
    assert int(re.search(r"samples (\d+); digest", written)[1]) >= 500
    assert f"Seed {SEED};" in written
    assert f"digest {digest(few)}." in written, "run: make simulate"
    for name, text in describe():
        assert f"| {name} | {text} |" in written
    assert len(quantities(written)) == len(few)


def test_the_committed_intervals_cover_and_the_tests_keep_their_level(written):
    rows = quantities(written)
    for method, what, _, aim, _, low, high, _ in rows:
        if method == MEASURES["alarm"]:
            assert float(low) <= float(aim), what
        elif aim:
            assert float(high) >= float(aim), what
    (after,) = [row for row in rows if row[0] == MEASURES["family"] and "after Holm" in row[1]]
    assert float(after[5]) <= 0.05


def test_only_what_is_off_by_more_than_chance_is_said_to_be():
    table = made(("share", "near", 0.95, 0.96, 0.94, 0.98), ("alpha", "rare", 0.95, 0.8, 0.7, 0.9), ("alarm", "often", 0.05, 0.2, 0.1, 0.3))
    count, said = remarks(table)
    assert count.startswith("1 of 3 ")
    assert "near" not in said
    assert "1 of 1 below the aim (rare 0.800)" in said
    assert "1 of 1 above the aim (often 0.200)" in said


def test_nothing_off_is_said_as_such():
    count, said = remarks(made(("share", "near", 0.95, 0.96, 0.94, 0.98)))
    assert count.startswith("1 of 1 ")
    assert "aim (" not in said


def test_fewer_samples_than_are_checked_are_refused(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    with pytest.raises(FruitmandError, match="at least 3 samples"):
        simulate(CHECKED - 1)
    assert main(["0"]) == 1
    assert "at least 3 samples" in capsys.readouterr().err


def test_the_command_writes_the_page(few, scratch, monkeypatch, capsys):
    monkeypatch.setattr(module, "simulate", lambda _: few)
    assert main(["3"]) == 0
    assert (scratch.root / PAGE).read_text(encoding="utf-8") == page(few, 3)
    assert main(["3"]) == 0
    assert [line.rpartition(" ")[2] for line in capsys.readouterr().out.splitlines()] == ["written", "unchanged"]

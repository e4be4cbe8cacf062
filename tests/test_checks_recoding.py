"""What a later reader changed in the codes: each change starts from what stood, and leaves codes that can stand."""

import pandas as pd
import pytest

from fruitmand.checks.recoding import check_recodings, settled_codes
from fruitmand.checks.whole_edition import read_edition
from fruitmand.edition import sealing

FILE = "data/raw/x/recodings.csv"
COLUMNS = ["segment_id", "code", "before", "after"]
SEGMENTS = pd.DataFrame(
    [("s001", 0), ("s002", 0), ("s003", 60)],  # the first two are one passage
    columns=["segment_id", "start"],
).assign(section="5.1", paragraph=1, end=90)
BOOK = pd.DataFrame({"code": ["c", "motivation", "network"], "level": ["concept", "variable", "topic"]})
CODINGS = pd.DataFrame(
    [("s001", "motivation", "supports"), ("s002", "motivation", "supports"), ("s003", "motivation", "mixed"), ("s003", "network", None)],
    columns=["segment_id", "code", "valence"],
).assign(coder="a")
DECIDED = pd.DataFrame(
    [("codings", "s003 motivation", "valence", "mixed", "opposes", "second"), ("codings", "s003 network", "valence", "given", "", "first")],
    columns=["table", "key", "column", "first", "second", "decision"],
)


def problems(*changes, decided=DECIDED):
    """Return file, row and value of what is wrong with some changes, and what the rules say."""
    recodings = pd.DataFrame(changes, columns=COLUMNS)
    tables = {"segments": SEGMENTS, "codebook": BOOK, "codings": CODINGS, "adjudications": decided, "recodings": recodings}
    found = check_recodings(tables, ["a"], "data/raw/x")
    return [(p.file, p.row, p.value) for p in found], " | ".join(p.rule for p in found)


def test_sound_changes_are_no_problem():
    assert problems() == ([], "")
    assert problems(("s003", "motivation", "opposes", "mixed"), ("s003", "network", "given", "not given")) == ([], "")
    both = [(segment, "network", "not given", "given") for segment in ("s001", "s002")]
    assert problems(*both) == ([], "")


@pytest.mark.parametrize(
    ("change", "value", "rule"),
    [
        (("s009", "motivation", "not given", "mixed"), "s009", "not in segments.csv"),
        (("s003", "motivatoin", "not given", "mixed"), "motivatoin", "not a variable or topic"),
        (("s003", "c", "not given", "given"), "c", "not a variable or topic"),
        (("s003", "motivation", "mixed", "supports"), "mixed", "'opposes'"),  # what the first coder gave; it was adjudicated
        (("s003", "network", "not given", "given"), "not given", "'given'"),
        (("s003", "motivation", "opposes", "opposes"), "opposes", "same as before"),
        (("s003", "motivation", "opposes", "given"), "given", "needs a valence"),
        (("s003", "network", "given", "mixed"), "mixed", "has no valence"),
    ],
)
def test_a_change_that_points_nowhere_starts_elsewhere_or_ends_wrongly_is_named_by_row(change, value, rule):
    sound = ("s003", "network", "given", "not given") if change[1] != "network" else ("s003", "motivation", "opposes", "mixed")
    found, rules = problems(sound, change)
    assert (FILE, 3, value) in found
    assert rule in rules


def test_a_segment_that_loses_its_last_code_is_named():
    gone = [("s003", "motivation", "opposes", "not given"), ("s003", "network", "given", "not given")]
    assert problems(gone[0]) == ([], "")
    found, rules = problems(*gone)
    assert found == [(FILE, 3, "s003")]
    assert "keeps no code" in rules


def test_rows_about_one_passage_end_with_the_same_codes():
    found, rules = problems(("s001", "motivation", "supports", "mixed"))
    assert found == [(FILE, 2, "s002")]
    assert "motivation mixed, motivation supports" in rules
    assert problems(*[(segment, "motivation", "supports", "mixed") for segment in ("s001", "s002")]) == ([], "")


def test_rows_about_one_passage_that_were_decided_unlike_are_told_where_that_was_decided():
    unlike = pd.DataFrame([("codings", "s002 network", "valence", "not given", "given", "second")], columns=DECIDED.columns)
    found, _ = problems(decided=unlike)
    assert found == [("data/raw/x/adjudications.csv", 0, "s002")]


def test_a_change_of_the_edition_that_no_longer_starts_from_what_stands_is_named(edition):
    tables = {name: edition[name] for name in edition}
    assert check_recodings(tables, edition.coders, edition.label) == []
    recodings = edition["recodings"].copy()
    place = recodings.index[(recodings["before"] == "not given") & (recodings["after"] == "mixed")][0]
    recodings.loc[place, "before"] = "opposes"
    (problem,) = check_recodings(tables | {"recodings": recodings}, edition.coders, edition.label)
    assert (problem.file, problem.row) == ("data/raw/2015/recodings.csv", place + 2)


def test_an_edition_without_recodings_keeps_its_adjudicated_codes(scratch):
    (scratch.raw / "recodings.csv").unlink()
    sealing.seal(scratch.raw)
    found = read_edition("2015")
    assert found["recodings"].empty
    assert settled_codes(found["codings"], found.coders, found["adjudications"], found["recodings"])["s180", "working_method"] == "supports"

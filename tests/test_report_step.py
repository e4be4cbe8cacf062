"""A step: it reads what it declares, and leaves a record of where each of its blocks comes from."""

import hashlib
import json
from functools import partial
from operator import methodcaller
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from build_fixtures import LANGUAGES, RAW, compendium, notebook, strings
from matplotlib.figure import Figure

from fruitmand.analysis.numbers import Number
from fruitmand.analysis.survey_results import NOT_MEASURED, Result
from fruitmand.edition.errors import FruitmandError
from fruitmand.report import figures_models, tables_design, tables_study
from fruitmand.report.blocks import Column, Table
from fruitmand.report.step import LABELS, Step, maker_name
from fruitmand.report.words import placeholders

PLANNED = Number("survey.respondents_planned", 12, None, "edition.toml")
WORDED = "survey_lapsed"  # a text of the catalogue with the one number of above


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.chdir(compendium(tmp_path, **{"1_x": notebook(), "2_y": notebook()}))
    return tmp_path


@pytest.fixture
def shown(monkeypatch) -> list:
    """Return the list that collects every display of a step."""
    found: list = []
    monkeypatch.setattr("fruitmand.report.step.display", found.append)
    return found


def record(root, step: str = "1_x") -> dict:
    return json.loads((root / f"data/processed/2015/{step}/provenance.json").read_text(encoding="utf-8"))


def busy() -> Step:
    """Return a step that shows a table, a figure, a text with a number and a text without."""
    step = Step("1_x", "2015", "nl", reads=["agenda.csv", "models.toml"])
    step.declare([PLANNED])
    step.table("agenda", tables_study.agenda, sources=["agenda.csv"], n=10)
    step.figure("learning_cycle", figures_models.model_diagram, step.edition.models["learning_cycle"], sources=["models.toml"])
    step.say(WORDED)
    step.say(plain_text())
    return step


def plain_text() -> str:
    """Return the key of a text of the catalogue without numbers."""
    found = strings("nl")
    return next(key[5:] for key, text in found.items() if key.startswith("text.") and not placeholders(text))


def test_the_text_with_a_number_is_what_it_is_taken_for():
    assert {name for name, _ in placeholders(strings("nl", own=True)[f"text.{WORDED}"])} == {PLANNED.name}


def test_a_raw_table_that_is_read_but_not_declared_stops_the_step_and_is_named(root):
    step = Step("1_x", "2015", "nl", reads=["agenda.csv"])
    step.raw("agenda")
    step.raw("ratings")
    with pytest.raises(FruitmandError, match=r"1_x.*ratings\.csv"):
        step.close()
    assert not (root / "data/processed/2015/1_x/provenance.json").exists()


@pytest.mark.parametrize("read", [lambda path: path.read_text(encoding="utf-8"), lambda path: open(path, "rb").close()])  # noqa: PTH123
def test_a_raw_file_that_is_opened_past_the_edition_is_found_as_well(root, read):
    step = Step("1_x", "2015", "nl")
    read(root / "data/raw/2015/sections.csv")
    with pytest.raises(FruitmandError, match=r"sections\.csv"):
        step.close()


@pytest.mark.usefixtures("root")
def test_a_raw_file_that_is_opened_by_a_relative_path_is_found_as_well():
    step = Step("1_x", "2015", "nl")
    Path("data/raw/2015/sections.csv").read_bytes()
    with pytest.raises(FruitmandError, match=r"sections\.csv"):
        step.close()


@pytest.mark.usefixtures("root")
def test_every_undeclared_file_is_named_at_once():
    step = Step("1_x", "2015", "nl")
    step.raw("ratings")
    assert step.edition.claims
    with pytest.raises(FruitmandError, match=r"claims\.toml, ratings\.csv"):
        step.close()


@pytest.mark.usefixtures("root")
def test_codings_are_declared_by_the_coders_files():
    step = Step("1_x", "2015", "nl", reads=["codings_coder_1.csv"])
    step.raw("codings")
    with pytest.raises(FruitmandError, match=r"codings_coder_2\.csv"):
        step.close()


def test_the_files_for_words_need_no_declaring(root):
    step = Step("1_x", "2015", "nl")
    for name in LABELS:
        if name.endswith(".csv"):
            step.raw(name.removesuffix(".csv"))
    assert step.edition.models
    step.close()
    assert set(record(root)["reads"]) == LABELS - {"texts.*"}


@pytest.mark.usefixtures("shown")
def test_the_record_names_exactly_the_raw_files_read_with_their_checksums(root):
    # A title asks exhibits, the agenda's words ask the codebook; ratings.csv is declared and not read.
    step = Step("1_x", "2015", "nl", reads=["agenda.csv", "ratings.csv"])
    step.table("agenda", tables_study.agenda, sources=["agenda.csv"])
    step.close()
    files = ["agenda.csv", "codebook.csv", "edition.toml", "exhibits.csv"]
    assert record(root)["reads"] == {name: hashlib.sha256((RAW / name).read_bytes()).hexdigest() for name in files}


@pytest.mark.usefixtures("shown")
def test_the_record_names_the_notebook_with_its_checksum_and_the_earlier_steps(root):
    busy().close()
    path = root / "notebooks/1_x.ipynb"
    assert record(root)["notebook"] == {"path": "notebooks/1_x.ipynb", "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    assert record(root)["earlier"] == []
    later = Step("2_y", "2015", "nl", earlier=["1_x"])
    assert later.provenance("1_x") == record(root)
    later.close()
    assert record(root, "2_y")["earlier"] == ["1_x"]
    assert record(root, "2_y")["blocks"] == []


def test_every_table_and_figure_has_an_id_that_stands_in_its_source_line_and_a_text_with_numbers_behind_it(root, shown):
    busy().close()
    blocks = record(root)["blocks"]
    assert [(block["id"], block["kind"], block["name"]) for block in blocks] == [
        ("P1.1", "table", "agenda"),
        ("P1.2", "figure", "learning_cycle"),
        ("P1.3", "text", WORDED),
    ]
    assert len(shown) == 4  # the text without numbers is shown and has no place that it comes from
    for language in LANGUAGES:
        table, figure, text, plain = (display.blocks[language] for display in shown)
        assert (table.caption.provenance, figure.caption.provenance) == ("P1.1", "P1.2")
        assert table.caption.whole_source().endswith("1_x.ipynb · P1.1")
        assert text.provenance == "P1.3"
        assert text.screen().endswith("[P1.3]")
        assert plain.provenance == ""
        assert "[" not in plain.screen()[-6:]


@pytest.mark.usefixtures("root", "shown")
def test_a_table_of_the_record_has_itself_in_it():
    step = busy()
    blocks = step.record()["blocks"]
    step.table("provenance", two_columns, 1, 2, sources=["agenda.csv"])
    assert [block["name"] for block in blocks] == ["agenda", "learning_cycle", WORDED, "provenance"]


@pytest.mark.usefixtures("shown")
def test_the_record_says_which_function_makes_a_block_of_which_files_and_with_which_numbers(root):
    busy().close()
    table, figure, text = record(root)["blocks"]
    assert (table["made_by"], table["sources"], table["numbers"]) == ("tables_study.agenda", ["agenda.csv"], [])
    assert (figure["made_by"], figure["sources"]) == ("figures_models.model_diagram", ["models.toml"])
    assert (text["made_by"], text["sources"], text["numbers"]) == ("", ["edition.toml"], [PLANNED.name])


def test_every_number_that_a_text_uses_is_in_the_record_and_in_the_numbers_file(root, shown):
    unused = Number("survey.unused", 1, None, "edition.toml")
    step = busy()
    step.declare([unused])
    step.close()
    numbers = json.loads((root / "data/processed/2015/1_x/numbers.json").read_text(encoding="utf-8"))
    assert {item["name"]: item["used"] for item in numbers} == {PLANNED.name: True, unused.name: False}
    named = {name for block in record(root)["blocks"] for name in block["numbers"]}
    assert named == {PLANNED.name}
    assert "twaalf" in shown[2].blocks["nl"].markdown or "12" in shown[2].blocks["nl"].markdown


@pytest.mark.usefixtures("root", "shown")
def test_a_text_with_a_number_that_nobody_named_stops_the_step():
    with pytest.raises(FruitmandError, match=PLANNED.name):
        Step("1_x", "2015", "nl").say(WORDED)


def test_a_maker_is_named_by_its_module_and_its_name_whatever_it_was_imported_as():
    from fruitmand.report.tables_design import legend as another_name

    assert maker_name(another_name) == "tables_design.legend"


def local():
    """Return a function that has no name of its own in its module."""

    def maker(words):
        return tables_design.legend(words)

    return maker


LAMBDA = lambda words: tables_study.theory(words, "risks")  # noqa: E731 - what is refused


@pytest.mark.parametrize("maker", [LAMBDA, partial(tables_study.theory, concept="risks"), local(), methodcaller("table")])
@pytest.mark.usefixtures("root")
def test_a_maker_that_nobody_could_look_up_is_refused_before_anything_is_shown(shown, maker):
    step = Step("1_x", "2015", "nl")
    for show in (step.table, step.figure):
        with pytest.raises(FruitmandError, match="function of a module, not by .*<"):
            show("agenda", maker, sources=["agenda.csv"])
    assert shown == []
    assert step.record()["blocks"] == []


def two_columns(words, first, second):
    """Make a table of the language and two arguments."""
    return Table([Column(words.language), Column(str(second))], [[str(first), str(second)]])


@pytest.mark.usefixtures("root")
def test_the_arguments_reach_the_maker_in_their_order_in_every_language(shown):
    Step("1_x", "2015", "nl").table("agenda", two_columns, 3, "b", sources=["agenda.csv"], n=7)
    for language in LANGUAGES:
        block = shown[0].blocks[language]
        assert [column.label for column in block.table.columns] == [language, "b"]
        assert block.table.rows == [["3", "b"]]
        assert "n\u00a0=\u00a07" in block.caption.source


def counted(words, frame):
    """Make a table of the number of rows of a frame."""
    return Table([Column(words.language)], [[str(len(frame))]])


def drawn(words, frame):
    """Draw the number of rows of a frame."""
    figure = Figure(figsize=(1, 1))
    figure.text(0.5, 0.5, f"{words.language} {len(frame)}")
    return figure


MEASURED = Result(pd.DataFrame({"group": ["a", "b"], "n": [9, 11]}), 20, 9, ("a",))


@pytest.mark.usefixtures("root")
def test_a_result_reaches_the_maker_as_its_table_and_says_what_the_disclosure_check_asks(shown):
    step = Step("1_x", "2015", "nl")
    step.declare([PLANNED])
    step.say(WORDED, of=MEASURED)
    step.say(WORDED, of=MEASURED, smallest=None)
    step.table("agenda", counted, MEASURED, sources=["agenda.csv"])
    step.figure("learning_cycle", drawn, MEASURED, sources=["models.toml"])
    text, together, table, figure = step.record()["blocks"]
    assert [block["smallest"] for block in (text, together, table, figure)] == [9, None, 9, 9]
    assert [block["name"] for block in (text, together, table, figure) if "alike" in block] == ["agenda"]
    assert table["alike"] == ["a"]
    assert shown[2].blocks["nl"].table.rows == [["2"]]
    assert ">nl 2<" in shown[3].blocks["nl"].svg
    assert all("n\u00a0=\u00a020" in display.blocks["nl"].caption.source for display in shown[2:])


@pytest.mark.usefixtures("shown")
def test_a_block_that_is_not_made_from_answers_says_nothing_of_groups(root):
    busy().close()
    assert not [block for block in record(root)["blocks"] if {"smallest", "alike"} & block.keys()]


def test_what_was_not_measured_is_neither_shown_nor_written_nor_recorded(root, shown):
    step = Step("1_x", "2015", "nl")
    step.say(WORDED, of=NOT_MEASURED)  # its number has no name, so that to say it would be an error
    step.table("agenda", counted, NOT_MEASURED, sources=["agenda.csv"], n=0)
    step.figure("learning_cycle", drawn, NOT_MEASURED, sources=["models.toml"])
    assert step.write("counts", NOT_MEASURED) is NOT_MEASURED
    step.close()
    assert shown == []
    assert record(root)["blocks"] == []
    assert not (root / "data/processed/2015/1_x/counts.csv").exists()


def test_a_result_is_written_as_its_table_and_missing_as_an_empty_cell(root):
    frame = pd.DataFrame({"group": ["a", "b"], "n": pd.array([9, pd.NA], dtype="Int64")})
    step = Step("1_x", "2015", "nl")
    for name, content in (("frame", frame), ("result", Result(frame, 9, 9))):
        assert step.write(name, content) is content
        assert (root / f"data/processed/2015/1_x/{name}.csv").read_text(encoding="utf-8") == "group,n\na,9\nb,\n"


def test_all_earlier_steps_are_those_of_a_lower_number_in_the_order_of_numbers(root):
    for name in ("10_last", "9_b", "2_again", "3_z"):
        nbformat.write(notebook(), root / f"notebooks/{name}.ipynb")
    for name in ("1_x", "2_again", "2_y", "3_z", "9_b"):
        Step(name, "2015", "nl").close()
    assert Step("10_last", "2015", "nl", earlier="all").earlier == ("1_x", "2_again", "2_y", "3_z", "9_b")
    assert Step("2_y", "2015", "nl", earlier="all").earlier == ("1_x",)
    assert Step("1_x", "2015", "nl", earlier="all").earlier == ()


@pytest.mark.usefixtures("root")
def test_a_step_reads_only_earlier_steps_that_it_names_and_that_were_run():
    with pytest.raises(FruitmandError, match=r"2_y needs numbers\.json of 1_x"):
        Step("2_y", "2015", "nl", earlier=["1_x"])
    step = Step("2_y", "2015", "nl")
    with pytest.raises(FruitmandError, match="does not name"):
        step.read("1_x", "counts")


@pytest.mark.usefixtures("root")
def test_a_step_knows_its_languages_and_its_edition():
    with pytest.raises(FruitmandError, match="'fr'.*nl, en"):
        Step("1_x", "2015", "fr")
    with pytest.raises(FruitmandError, match="1999"):
        Step("1_x", "1999", "nl")


@pytest.mark.usefixtures("shown")
def test_the_same_step_twice_leaves_the_same_record(root):
    busy().close()
    before = record(root)
    busy().close()
    assert record(root) == before

"""A step: it reads what it declares, and leaves a record of where each of its blocks comes from."""

import hashlib
import json
from pathlib import Path

import pytest
from build_fixtures import LANGUAGES, RAW, compendium, notebook, strings

from fruitmand.analysis.numbers import Number
from fruitmand.edition.errors import FruitmandError
from fruitmand.report import figures_models, tables_design, tables_study
from fruitmand.report.step import LABELS, Step, maker_name
from fruitmand.report.words import placeholders

PLANNED = Number("survey.respondents_planned", 12, None, "edition.toml")
WORDED = "survey_not_fielded"  # a text of the catalogue with the one number of above


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
    step.figure("learning_cycle", lambda w: figures_models.model_diagram(w, step.edition.models["learning_cycle"]), sources=["models.toml"])
    step.say(WORDED)
    step.say(plain_text())
    return step


def plain_text() -> str:
    """Return the key of a text of the catalogue without numbers."""
    found = strings("nl")
    return next(key[5:] for key, text in found.items() if key.startswith("text.") and not placeholders(text))


def test_the_text_with_a_number_is_what_it_is_taken_for():
    assert {name for name, _ in placeholders(strings("nl")[f"text.{WORDED}"])} == {PLANNED.name}


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
    for name in LABELS - {"edition.toml"}:
        step.raw(name.removesuffix(".csv"))
    step.close()
    assert set(record(root)["reads"]) == LABELS


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
    word = {"nl": "herkomst", "en": "provenance"}
    for language in LANGUAGES:
        table, figure, text, plain = (display.blocks[language] for display in shown)
        assert table.caption.source.endswith(f"{word[language]} P1.1")
        assert figure.caption.source.endswith(f"{word[language]} P1.2")
        assert text.provenance == "P1.3"
        assert text.screen().endswith("[P1.3]")
        assert plain.provenance == ""
        assert "[" not in plain.screen()[-6:]


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


def test_a_maker_is_named_by_module_and_function_also_in_a_lambda():
    assert maker_name(tables_design.legend) == "tables_design.legend"
    assert maker_name(lambda words: tables_design.legend(words, [])) == "tables_design.legend"
    w = 3
    assert maker_name(lambda words, n=w: figures_models.model_diagram(words, n + w)) == "figures_models.model_diagram"


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

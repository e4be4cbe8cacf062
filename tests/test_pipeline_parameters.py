"""Parameters: everything wrong with them is said at once, before a kernel starts."""

import nbformat
import pytest
from build_fixtures import ROOT, compendium, notebook
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitmand.edition.errors import FruitmandError
from fruitmand.pipeline import notebook as runner
from fruitmand.pipeline import run
from fruitmand.pipeline.parameters import _read, check_parameters

FIVE = (
    "edition: str = None  # folder\nmin_cell: int = 5  # smallest group\nlevel: float = 0.95  # of the interval\nfast: bool = False  # skip"
)


@pytest.fixture
def stored(tmp_path):
    """Return a function that stores a notebook with a parameters cell."""

    def store(parameters: str | None = FIVE):
        path = tmp_path / "step.ipynb"
        nbformat.write(notebook("1", parameters=parameters), path)
        return path

    return store


def test_values_get_the_types_of_the_notebook_and_defaults_stay(stored):
    assert check_parameters(stored(), {"edition": "2015"}) == {"edition": "2015"}
    given = {"edition": "2015", "min_cell": "7", "level": "1", "fast": "True"}
    values = check_parameters(stored(), given)
    assert values == {"edition": "2015", "min_cell": 7, "level": 1.0, "fast": True}
    assert [type(value) for value in values.values()] == [str, int, float, bool]


def test_every_problem_is_named_at_once(stored):
    with pytest.raises(FruitmandError) as error:
        check_parameters(stored(), {"min_cel": "3", "level": "high", "fast": "1", "min_cell": "2.5"})
    text = str(error.value)
    for part in ("step.ipynb", "'min_cel' is not known", "did you mean 'min_cell'?", "'edition' is missing"):
        assert part in text
    for name, kind, value in (("level", "float", "high"), ("fast", "bool", "1"), ("min_cell", "int", "2.5")):
        assert f"'{name}' must be {kind}, not '{value}'" in text


@pytest.mark.parametrize("value", ["", " 5x", "__import__('os')", "True", "5.0", "[5]", "None"])
def test_a_whole_number_is_nothing_else(stored, value):
    with pytest.raises(FruitmandError, match="min_cell"):
        check_parameters(stored(), {"edition": "2015", "min_cell": value})


@pytest.mark.parametrize("parameters", [None, "", "# nothing here"])
def test_a_notebook_without_parameters_is_an_error(stored, parameters):
    with pytest.raises(FruitmandError, match=r"step\.ipynb.*parameters"):
        check_parameters(stored(parameters), {"edition": "2015"})


def test_a_parameter_without_a_type_is_an_error(stored):
    with pytest.raises(FruitmandError, match=r"'min_cell' has no type"):
        check_parameters(stored("edition: str = None\nmin_cell = 5"), {"edition": "2015"})


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.text())
def test_a_text_stays_the_text_that_was_given(text):
    assert _read(text, str) == text


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_value_survives_the_command_line(value):
    assert _read(repr(value), type(value)) == value


@pytest.mark.parametrize("step", sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")))
def test_the_projects_own_notebooks_accept_their_edition(step):
    assert check_parameters(ROOT / "notebooks" / f"{step}.ipynb", {"edition": "2015"}) == {"edition": "2015"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"edition": "1999"}, "2015"),
        ({"edition": "2015", "editon": "x"}, "did you mean 'edition'"),
        ({}, "edition"),
        ({"edition": "../raw/2015"}, "2015"),
    ],
)
def test_no_notebook_starts_and_nothing_is_thrown_away_for_wrong_parameters(tmp_path, monkeypatch, given, named):
    root = compendium(tmp_path, small=notebook("1", parameters="edition: str = None  # folder"))
    old = root / "data/processed/2015/small/executed.ipynb"
    old.parent.mkdir(parents=True)
    old.write_text("old")
    monkeypatch.chdir(root)
    monkeypatch.setattr(runner.papermill, "execute_notebook", lambda *_, **__: pytest.fail("a notebook was started"))
    with pytest.raises(FruitmandError, match=named):
        run.run_job("small", given)
    assert old.read_text() == "old"


def test_a_job_without_an_edition_is_an_error(tmp_path, monkeypatch):
    monkeypatch.chdir(compendium(tmp_path, small=notebook("1")))
    with pytest.raises(FruitmandError, match="edition"):
        run.run_job("small", {})


def test_an_unknown_job_is_an_error_that_lists_the_jobs(tmp_path, monkeypatch):
    monkeypatch.chdir(compendium(tmp_path, one=notebook(), two=notebook()))
    with pytest.raises(FruitmandError, match=r"'three'.*check.*one.*two"):
        run.run_job("three", {"edition": "2015"})


@pytest.mark.parametrize("arguments", [[], ["one", "2015"]])
def test_a_wrong_command_line_says_how_it_is_used(arguments, capsys):
    assert run.main(arguments) == 1
    assert "usage" in capsys.readouterr().err

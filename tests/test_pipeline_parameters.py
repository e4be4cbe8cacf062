"""Parameters: everything wrong with them is said at once, before a kernel starts."""

import nbformat
import pytest
from build_fixtures import ROOT, compendium, notebook
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitmand.edition.errors import FruitmandError
from fruitmand.pipeline import __main__, run
from fruitmand.pipeline import notebook as runner
from fruitmand.pipeline.order import Job
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
    ("job", "named"),
    [
        (Job("1999", "small"), "2015"),
        (Job("2015", "small", {"editon": "x"}), "did you mean 'edition'"),
        (Job("../raw/2015", "small"), "2015"),
        (Job("", "small"), "2015"),
    ],
)
def test_no_notebook_starts_and_nothing_is_thrown_away_for_wrong_parameters(tmp_path, monkeypatch, job, named):
    root = compendium(tmp_path, small=notebook("1", parameters="edition: str = None  # folder"))
    old = root / "data/processed/2015/small/executed.ipynb"
    old.parent.mkdir(parents=True)
    old.write_text("old")
    monkeypatch.chdir(root)
    monkeypatch.setattr(runner.papermill, "execute_notebook", lambda *_, **__: pytest.fail("a notebook was started"))
    with pytest.raises(FruitmandError, match=named):
        run.run_job(job, root)
    assert old.read_text() == "old"


def test_an_unknown_job_is_an_error_that_lists_the_jobs(tmp_path, monkeypatch):
    root = compendium(tmp_path, **{"1_one": notebook(), "2_two": notebook()})
    monkeypatch.chdir(root)
    with pytest.raises(FruitmandError, match=r"'three'.*1_one.*2_two.*check"):
        run.run_job(Job("2015", "three"), root)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name an edition, EDITION=…; there are: 2015"),
        (["one", "engine=kernel"], "usage"),
        (["one", "edition=2015", "two"], "usage"),
        (["one", "edition=2015", "engine=x"], "there is no engine 'x'; there are: fruitmand, kernel"),
    ],
)
def test_a_wrong_command_line_says_how_it_is_used(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(compendium(tmp_path, one=notebook()))
    monkeypatch.setattr(__main__, "isolate", lambda _: None)
    monkeypatch.setattr(__main__, "note_imports", lambda: None)
    monkeypatch.setattr(__main__.gc, "disable", lambda: None)
    monkeypatch.setattr(__main__.signal, "signal", lambda *_: None)
    assert __main__.main(arguments) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "²"])
def test_a_number_of_cores_that_is_none_is_refused(monkeypatch, value):
    monkeypatch.setenv("CORES", value)
    with pytest.raises(FruitmandError, match="CORES must be a number of 1 or more"):
        __main__.cores()
    monkeypatch.setenv("CORES", "3")
    assert __main__.cores() == 3
    monkeypatch.delenv("CORES")
    assert __main__.cores() >= 1

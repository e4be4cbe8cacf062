"""The notebooks: each starts with its contract, names its parameters, and tells a story in short cells without logic of its own."""

import ast
import fnmatch
import re
import statistics
import tomllib

import nbformat
import pytest
from build_fixtures import ROOT

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in PATHS}
each = pytest.mark.parametrize("step", NOTEBOOKS)


def code(step: str) -> list[str]:
    return [cell.source for cell in NOTEBOOKS[step].cells if cell.cell_type == "code"]


def calls(step: str, method: str) -> list[ast.Call]:
    """Return the calls of a name, or of a method of ``step``."""
    nodes = [node for source in code(step) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [node for node in nodes if method == (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))]


def given(step: str, name: str) -> list[str]:
    """Return the words of a list that ``Step`` is given, there or in an assignment before it."""
    trees = [ast.parse(source) for source in code(step)]
    known = {
        target.id: node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    def words(node: ast.expr) -> list[str]:
        match node:
            case ast.Name():
                return words(known[node.id])
            case ast.Starred():
                return words(node.value)
            case ast.List():
                return [word for item in node.elts for word in words(item)]
        return [node.value]

    (start,) = calls(step, "Step")
    return [word for keyword in start.keywords if keyword.arg == name for word in words(keyword.value)]


def contract(step: str) -> dict[str, str]:
    """Return the title, the *Reads* and the *Writes* of a notebook's first cell."""
    cell = NOTEBOOKS[step].cells[0]
    assert cell.cell_type == "markdown"
    found = re.fullmatch(
        r"# (?P<title>[^\n]+)\n\n(?P<about>.+)\n\n\*\*Reads\*\* (?P<reads>.+)\n\n\*\*Writes\*\* (?P<writes>[^\n]+)", cell.source
    )
    assert found, f"{step}: the first cell is not a contract"
    return found.groupdict()


def test_there_are_nine_notebooks_and_the_makefile_lists_exactly_these():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"(?m)^STEPS := (.+)$", makefile)[1].split() == list(NOTEBOOKS)
    assert [name[:2] for name in NOTEBOOKS] == [f"{number}_" for number in range(1, 10)]


@each
def test_a_notebook_is_stored_without_outputs_counts_and_traces_of_a_session(step):
    node = NOTEBOOKS[step]
    nbformat.validate(node)
    for cell in node.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert set(cell.metadata) <= {"tags"}
    assert set(node.metadata) <= {"kernelspec", "language_info"}
    assert set(node.metadata.get("language_info", {})) <= {"name"}
    assert node.metadata.kernelspec.name == "python3"
    ids = [cell.id for cell in node.cells]
    assert len(set(ids)) == len(ids)


@each
def test_the_first_cell_is_the_contract(step):
    found = contract(step)
    assert found["title"].endswith("?")
    assert not re.search(r"(?m)^#", found["about"])
    assert found["writes"].startswith(f"`data/processed/<edition>/{step}/`")
    headings = [cell.source for cell in NOTEBOOKS[step].cells[1:] if cell.cell_type == "markdown" and cell.source.startswith("# ")]
    assert not headings


@each
def test_the_contract_names_what_is_written_and_which_steps_are_read(step):
    found = contract(step)
    written = [f"{call.args[0].value}.csv" for call in calls(step, "write")]
    assert [name.strip() for name in found["writes"].partition(":")[2].split(",")] == [*written, "numbers.json"]
    (start,) = calls(step, "Step")
    assert start.args[0].value == step
    earlier = given(step, "earlier")
    if "every earlier step" in found["reads"]:
        assert earlier == [other for other in NOTEBOOKS if other < step]
    else:
        assert earlier == re.findall(r"\d_[a-z_]+", found["reads"])
    assert {call.args[0].value for call in calls(step, "read")} <= set(earlier)
    assert all(other < step for other in earlier)


@each
def test_the_contract_names_the_raw_files_that_are_read(step):
    reads = contract(step)["reads"]
    for call in calls(step, "raw"):
        table = call.args[0].value
        assert ("codings_*.csv" if table == "codings" else f"{table}.csv") in reads
    patterns = re.findall(r"[a-z_*0-9]+\.(?:csv|toml)", reads)
    for name in patterns:
        assert list((ROOT / "data/raw").glob(f"*/{name}")), name
    if "tables that the claims name" in reads:
        claims = tomllib.loads((ROOT / "data/raw/2015/claims.toml").read_text(encoding="utf-8"))["claim"]
        sides = [side for claim in claims if "test" in claim for side in (claim["test"], *claim["test"].values()) if isinstance(side, dict)]
        patterns += sorted({f"{side['table']}.csv" for side in sides if "table" in side})
    for name in given(step, "reads"):
        assert any(fnmatch.fnmatch(name, pattern) for pattern in patterns), name


@each
def test_one_cell_names_the_parameters_with_type_default_and_comment(step):
    tagged = [cell for cell in NOTEBOOKS[step].cells if "parameters" in cell.metadata.get("tags", [])]
    assert [cell.cell_type for cell in tagged] == ["code"]
    assert NOTEBOOKS[step].cells.index(tagged[0]) == 1
    for line in tagged[0].source.splitlines():
        assert re.fullmatch(r"[a-z_]+: (str|int|float|bool) = \S.*?  # \S.+", line), line
    assert tagged[0].source.startswith("edition: str")


@each
def test_a_notebook_has_no_logic_of_its_own(step):
    for source in code(step):
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.While | ast.Try | ast.Global)
            assert not (isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names))
        assert not re.search(r"(?m)^\s*[%!]", source)


@each
def test_every_code_cell_has_a_sentence_before_it(step):
    cells = NOTEBOOKS[step].cells[2:]
    assert [cell.cell_type for cell in cells] == ["markdown", "code"] * (len(cells) // 2)
    for cell in cells[::2]:
        assert re.fullmatch(r"[A-Z][^\n]*[.?]", cell.source), cell.source


@each
def test_a_step_is_closed_once_at_its_end(step):
    assert len(calls(step, "close")) == 1
    assert code(step)[-1].splitlines()[-1] == "step.close()"


def test_cells_are_short(capsys):
    lengths = {step: [len(source.splitlines()) for source in code(step)] for step in NOTEBOOKS}
    every = [length for found in lengths.values() for length in found]
    with capsys.disabled():
        print(f"\nlines a code cell: median {statistics.median(every)}, longest {max(every)}, cells {len(every)}")
    assert max(every) <= 15
    assert statistics.median(every) <= 5

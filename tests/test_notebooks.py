"""The notebooks: each starts with its contract, names its parameters, and tells a story in short cells without logic of its own."""

import ast
import csv
import fnmatch
import re
import shutil
import statistics
import subprocess
import sys
import tomllib

import nbformat
import pytest
from build_fixtures import ROOT, as_make_gives

from fruitmand.edition.files import notebook_names

NOTEBOOKS = {name: nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4) for name in notebook_names(ROOT)}
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


def earlier(step: str) -> list[str] | str:
    """Return the steps that ``Step`` is given as earlier ones, which stand there literally."""
    (start,) = calls(step, "Step")
    return next((ast.literal_eval(keyword.value) for keyword in start.keywords if keyword.arg == "earlier"), [])


def prose(step: str) -> list[str]:
    """Return the Markdown cells after the contract."""
    return [cell.source for cell in NOTEBOOKS[step].cells[1:] if cell.cell_type == "markdown"]


def contract(step: str) -> dict[str, str]:
    """Return the title, the *Reads* and the *Writes* of a notebook's first cell."""
    cell = NOTEBOOKS[step].cells[0]
    assert cell.cell_type == "markdown"
    found = re.fullmatch(
        r"# (?P<title>[^\n]+)\n\n(?P<about>.+)\n\n\*\*Reads\*\* (?P<reads>.+)\n\n\*\*Writes\*\* (?P<writes>[^\n]+)", cell.source
    )
    assert found, f"{step}: the first cell is not a contract"
    return found.groupdict()


def test_the_numbers_of_the_notebooks_have_no_gap():
    assert [int(name.partition("_")[0]) for name in NOTEBOOKS] == list(range(1, len(NOTEBOOKS) + 1))
    assert len(NOTEBOOKS) >= 9


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
    written += ["survey_results.json"] * len(calls(step, "keep"))
    assert [name.strip() for name in found["writes"].partition(":")[2].split(",")] == [*written, "numbers.json"]
    (start,) = calls(step, "Step")
    assert start.args[0].value == step
    names = [other for other in NOTEBOOKS if other < step] if earlier(step) == "all" else earlier(step)
    if "every earlier step" in found["reads"]:
        assert earlier(step) == "all"
    else:
        assert names == re.findall(r"\d_[a-z_]+", found["reads"])
    assert {call.args[0].value for call in calls(step, "read")} <= set(names)
    assert all(other < step for other in names)


@each
def test_the_earlier_steps_can_be_read_from_the_source_of_a_notebook(step):
    match earlier(step):
        case list(names):
            assert all(name in NOTEBOOKS for name in names)
        case other:
            assert other == "all"


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
    patterns += re.findall(r"survey_results\.json", reads)  # only of an edition whose answers stay out of the repository
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
    nodes = [node for source in code(step) for node in ast.walk(ast.parse(source))]
    for node in nodes:
        assert not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.While | ast.Try | ast.Global)
        assert not (isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names))
    assert sum(isinstance(node, ast.If) for node in nodes) <= (step == "5_survey")
    assert not [source for source in code(step) if re.search(r"(?m)^\s*[%!]", source)]


@each
def test_a_cell_shows_blocks_or_the_value_of_its_last_line_and_a_survey_only_blocks(step):
    """What is made from answers passes the disclosure check as a block; a value would pass it by."""
    for source in code(step):
        tree = ast.parse(source)
        values = [node for node in ast.walk(tree) if isinstance(node, ast.Expr) and not ast.unparse(node).startswith("step.")]
        assert values == [] or (values == [tree.body[-1]] and step != "5_survey")
        assert not re.search(r"\b(?:print|display)\(", source)


@each
def test_every_code_cell_has_what_to_look_for_before_it_and_what_it_showed_after_it(step):
    cells = NOTEBOOKS[step].cells[2:]
    assert [cell.cell_type for cell in cells] == [*["markdown", "code"] * (len(cells) // 2), "markdown"]
    before, *between, after = [source.split("\n\n") for source in prose(step)]
    assert len(before) == len(after) == 1
    assert all(len(paragraphs) == 2 for paragraphs in between), "what the cell above showed; what to look for in the one below"
    for paragraph in (paragraph for paragraphs in (before, *between, after) for paragraph in paragraphs):
        assert re.fullmatch(r"(?:[A-Z*`])[^\n]*[.]", paragraph), paragraph
        assert len(re.findall(r"[.?!](?: |$)", paragraph)) <= 4, paragraph
    assert all(re.search(r"\b[Ll]ook\b", paragraphs[-1]) for paragraphs in (before, *between))


@each
def test_prose_has_no_digits_of_its_own(step):
    for source in prose(step):
        assert not re.search(r"\d|%", re.sub(r"`[^`]*`", "", source)), source


@each
def test_a_notebook_is_about_any_study(step):
    """No municipality, organisation, chapter or section of one study is in it; those are in an edition's files and the catalogues."""
    names = set()
    for folder in (path.parent for path in (ROOT / "data/raw").glob("*/edition.toml")):
        with (folder / "municipalities.csv").open(encoding="utf-8", newline="") as stream:
            names |= {row[column] for row in csv.DictReader(stream) for column in ("municipality", "label_nl", "label_en")}
        for partner in tomllib.loads((folder / "edition.toml").read_text(encoding="utf-8"))["partners"]:
            names |= {partner["name"], *re.findall(r"\((\w+)\)", partner["name"])} - {"–"}
    assert {"Utrecht", "KING"} <= names
    text = "\n".join(cell.source for cell in NOTEBOOKS[step].cells)
    assert [name for name in sorted(names) if re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)] == []
    assert not re.search(r"\b(?:thesis|chapter)\b|[§¶]", text, re.IGNORECASE)


ALONE = """
import sys
from pathlib import Path
import nbformat
for step in sys.argv[1:]:
    cells = nbformat.read(Path("notebooks", f"{step}.ipynb"), as_version=4).cells
    names = {}
    for cell in cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, step, "exec"), names)
print(sorted({"scipy", "statsmodels", "seaborn"} & sys.modules.keys()))
"""


def test_the_survey_of_an_edition_without_one_runs_alone_and_without_the_libraries_of_statistics(tmp_path):
    shutil.copytree(ROOT / "data/raw/2015", tmp_path / "data/raw/2015")
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    command = [sys.executable, "-c", ALONE, "1_protocol", "5_survey"]
    done = subprocess.run(command, cwd=tmp_path, env=as_make_gives(), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert [path.name for path in sorted((tmp_path / "data/processed/2015/5_survey").iterdir())] == ["numbers.json", "provenance.json"]


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

"""The house: imports run one way, functions stay short, and the locked versions agree with what is declared."""

import ast
import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from build_fixtures import ROOT

ROOMS = ("edition", "checks", "importers", "analysis", "report", "outputs", "pipeline")  # a room may use those before it
LOCKS = ("report", "test", "lab", "bench", "uv")
LONGEST = 50  # lines of a function

# Hosts and settings of package registries, in pieces so that this file does not hold them.
REGISTRIES = [
    ".".join(pieces)
    for pieces in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("yarnpkg", "com"),
        ("anaconda", "org"),
        ("anaconda", "com"),
        ("crates", "io"),
        ("proxy.golang", "org"),
        ("rubygems", "org"),
        ("cran.r-project", "org"),
        ("conda", "io"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
]
REGISTRIES += ["art" + "ifactory", "dev" + "pi/", "/sim" + "ple/", "--extra-" + "index-url", "trusted-" + "host"]


def imported(source):
    """Return the project's modules that a module imports, at whatever place in it."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {tuple(name.split(".")) for name in names if name.split(".")[0] == "fruitmand"}


@pytest.fixture(scope="module")
def modules(root):
    found = {path.relative_to(root / "src" / "fruitmand"): path for path in (root / "src" / "fruitmand").rglob("*.py")}
    assert {path.parts[0] for path in found if len(path.parts) > 1} == set(ROOMS)
    return {path.as_posix(): file.read_text(encoding="utf-8") for path, file in found.items()}


def test_imports_run_one_way(modules):
    wrong = []
    for name, source in modules.items():
        floor = name.split("/")[0]
        for target in imported(source):
            known = target[1] if len(target) > 1 else ""
            if target == ("fruitmand", "__version__"):
                continue
            if floor not in ROOMS or known not in ROOMS or ROOMS.index(known) > ROOMS.index(floor):
                wrong.append((name, ".".join(target)))
    assert wrong == []


def test_no_two_modules_import_each_other(modules):
    names = {name.removesuffix(".py") for name in modules}
    graph = {
        name.removesuffix(".py"): {"/".join(t[1:k]) for t in imported(source) for k in range(2, len(t) + 1)} & names
        for name, source in modules.items()
    }
    assert sum(map(len, graph.values())) > 200
    assert any("/" in target.partition("/")[2] for found in graph.values() for target in found), "subpackages are looked into"

    def reach(start):
        seen, todo = set(), [start]
        while todo:
            new = graph.get(todo.pop(), set()) - seen
            seen |= new
            todo.extend(new)
        return seen

    assert [name for name in graph if name in reach(name)] == []


def test_functions_stay_short(modules, root):
    lab = {f"lab/{path.name}": path.read_text(encoding="utf-8") for path in (root / "lab").glob("*.py")}
    functions = [
        (name, node.name, node.end_lineno - node.lineno + 1)
        for name, source in (modules | lab).items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert len(functions) > 500
    assert [(name, function, lines) for name, function, lines in functions if lines > LONGEST] == []


def test_private_names_stay_in_their_module(root, modules):
    notebooks = {path.name: path.read_text(encoding="utf-8") for path in (root / "notebooks").glob("*.ipynb")}
    private = re.compile(r"from fruitmand[\w.]* import [^\n]*\b_[a-z]")
    assert [name for name, source in (modules | notebooks).items() if private.search(source)] == []


def test_no_file_names_a_registry(tracked):
    assert [(str(path), word) for path, text in tracked.items() for word in REGISTRIES if word in text.lower()] == []


def test_locks_hold_no_address(root):
    for lock in LOCKS:
        assert "://" not in (root / "requirements" / f"{lock}.txt").read_text(encoding="utf-8"), lock


def plain(name):
    """Return a package's name as locks write it: without extras and bounds, with hyphens."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", name)[0]).lower()


def read_lock(root, name):
    """Return the lines of a lock as (package, version, rest)."""
    text = (root / "requirements" / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(*line.split()[0].split("=="), line) for line in lines]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_pinned_and_hashed(root, lock):
    lines = read_lock(root, lock)
    assert lines
    for name, version, line in lines:
        assert re.fullmatch(r"[a-z0-9-]+", name)
        assert re.fullmatch(r"[0-9][\w.!+]*", version), line
        assert re.search(r"--hash=sha256:[0-9a-f]{64}(\s|$)", line), name


def test_locks_agree_on_the_packages_that_they_share(root):
    pins = {}
    for lock in LOCKS:
        for name, version, line in read_lock(root, lock):
            marker = line.partition(" ; ")[2].partition(" --hash")[0].strip()
            pins.setdefault(name, {}).setdefault(lock, set()).add((version, marker))
    shared = {name: found for name, found in pins.items() if len(found) > 1}
    assert shared, "locks that share nothing prove nothing"
    versions = {name: [{version for version, _ in found} for found in locks.values()] for name, locks in shared.items()}
    assert [name for name, found in versions.items() if any(other != found[0] for other in found)] == []


def test_one_version_of_a_package_that_a_report_names_serves_every_python(root):
    from fruitmand.report.software import PACKAGES

    names = [name for name, *_ in read_lock(root, "report")]
    assert {name: names.count(plain(name)) for name in PACKAGES if name != "fruitmand"} == dict.fromkeys(set(PACKAGES) - {"fruitmand"}, 1)


def test_what_is_declared_is_locked(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    for lock, wanted in {"report": project["project"]["dependencies"], **project["dependency-groups"]}.items():
        locked = {name for name, *_ in read_lock(root, lock)}
        assert {plain(name) for name in wanted} <= locked, lock


def test_the_packages_named_in_a_report_are_locked_at_the_versions_in_use(root):
    from fruitmand import __version__
    from fruitmand.report.software import versions

    locked = {name: version for name, version, _ in read_lock(root, "report")}
    used = dict(versions())
    assert (
        used.pop("fruitmand") == __version__ == tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    )
    assert used == {name: locked[plain(name)] for name in used}


def test_conda_and_binder_get_the_locked_versions(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    assert environment["name"] == project["name"]
    plain_packages = [item for item in environment["dependencies"] if isinstance(item, str)]
    (pip,) = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    assert [item.removeprefix("python") for item in plain_packages if re.match(r"python\b", item)] == [project["requires-python"]]
    assert pip == ["-r requirements/report.txt", "-r requirements/lab.txt"]
    locked = {name for lock in LOCKS for name, *_ in read_lock(root, lock)}
    assert not {plain(item) for item in plain_packages if not re.match(r"python\b", item)} & locked, "one source for each package"


def test_a_page_of_an_edition_without_a_survey_does_not_wait_for_scipy():
    """It takes longer to import than a step to run; seaborn, which imports it, is in a module of its own."""
    modules = sorted(
        path.stem for path in (ROOT / "src/fruitmand/report").glob("*.py") if path.stem not in ("__init__", "figures_coverage")
    )
    assert "tables_survey" in modules
    asks = f"import sys; {'; '.join(f'import fruitmand.report.{name}' for name in modules)}; sys.exit('scipy' in sys.modules)"
    places = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    assert subprocess.run([sys.executable, "-c", asks], env=places, check=False).returncode == 0

"""The commands: `make` and `make report` in copies of the whole compendium, as a reader would run them."""

import csv
import fnmatch
import hashlib
import importlib
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

import html5lib
import pytest
from build_fixtures import LANGUAGES, ROOT, strings, tree
from openpyxl import load_workbook
from pypdf import PdfReader

from fruitmand.edition.columns import VERDICTS
from fruitmand.outputs.site import NOTEBOOKS, PAGES, file_name
from fruitmand.outputs.web_fonts import FACES
from fruitmand.pipeline import published
from fruitmand.report.words import placeholders
from lab import faults

STEPS = [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


def start(folder: Path, *arguments: str) -> subprocess.Popen:
    """Start make in a copy; it takes the environment as it is and never sets it up."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "EDITION")
    }
    command = ["make", "-o", ".venv/report.done", *arguments]
    return subprocess.Popen(command, cwd=folder, env=kept, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def make(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run make in a copy; return its code, output and errors."""
    process = start(folder, *arguments)
    out, err = process.communicate(timeout=180)
    return process.returncode, out, err


def copy(folder: Path) -> Path:
    """Copy the project with its times, without what is ignored."""
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, names.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def outcome(folder: Path) -> dict[str, bytes]:
    """Return what a build made: the report and the processed data, without make's own marks."""
    made = tree(folder / "reports/2015") | {f"processed/{name}": payload for name, payload in tree(folder / "data/processed/2015").items()}
    return {name: payload for name, payload in made.items() if not name.endswith(("inputs.json", "/built", "/.lock"))}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build two copies side by side, the second by two commands at once.

    The second lies in a folder with a blank, and first has a raw file that was tampered with. Returns the first copy and what was seen on
    the way.
    """
    home = tmp_path_factory.mktemp("copies")
    one, two = copy(home / "one"), copy(home / "and two")
    (one / "reports/2015/leftover.txt").parent.mkdir(parents=True, exist_ok=True)
    (one / "reports/2015/leftover.txt").write_text("of an older report")
    first = start(one, "report")
    ratings = two / "data/raw/2015/ratings.csv"
    sound = ratings.read_bytes()
    ratings.write_bytes(sound + sound.splitlines(keepends=True)[-1])
    tampered = make(two, "report")
    ran = sorted(path.name for path in (two / "data").rglob("executed.ipynb"))
    ratings.write_bytes(sound)
    both = [start(two, "CORES=1", "report") for _ in range(2)]
    said = [(*process.communicate(timeout=180), process.returncode) for process in (first, *both)]
    seen = {
        "first": said[0],
        "both": said[1:],
        "left": faults.leftovers(two),
        "tampered": tampered,
        "ran": ran,
        "made": outcome(one),
        "made again": outcome(two),
    }
    return one, seen


@pytest.fixture(scope="module")
def report(built) -> Path:
    return built[0] / "reports/2015"


@pytest.fixture(scope="module")
def claims(built) -> tuple[int, str, str]:
    """What `make claims` said: its code, output and errors."""
    return make(built[0], "claims")


@pytest.fixture
def make_here(built, tmp_path_factory, monkeypatch, capsys):
    """Return a function that runs make in the first copy, and in this process what make starts Python for, as make and the shell give it.

    It returns the code, the output and the errors of what was started, or of make when it started nothing.
    """
    home = tmp_path_factory.mktemp("python")
    words, variables = home / "words", home / "variables"
    python = home / "python"
    python.write_text(f"#!/bin/sh\nprintf '%s\\0' \"$@\" > {words}\nenv -0 > {variables}\n")
    python.chmod(0o755)

    def run(*arguments: str) -> tuple[int, str, str]:
        words.unlink(missing_ok=True)
        said = make(built[0], f"PY={python}", *arguments)
        if not words.exists():
            return said
        assert said == (0, "", "")
        dash, module, *given = words.read_bytes().decode().split("\0")[:-1]
        assert dash == "-m"
        for name, _, value in (line.partition("=") for line in variables.read_bytes().decode().split("\0")):
            if name in VARIABLES:
                monkeypatch.setenv(name, value)
        package = importlib.util.find_spec(module).submodule_search_locations is not None
        started = importlib.import_module(f"{module}.__main__" if package else module)
        monkeypatch.chdir(built[0])
        return started.main(given), *capsys.readouterr()

    return run


def test_make_alone_prints_the_targets_for_users_and_lab_help_those_for_maintainers(built):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shown = {}
    for mark, arguments in (("##", ()), ("###", ("lab-help",))):
        code, out, err = make(built[0], *arguments)
        assert (code, err) == (0, "")
        shown[mark] = re.findall(r"(?m)^make ([a-z-]+)\s+\S", out)
        assert shown[mark] == re.findall(rf"(?m)^([a-z-]+):.* {mark} \S", makefile)
    assert {"report", "watch", "test", "claims"} <= set(shown["##"])
    assert {"bench", "faults"} <= set(shown["###"])
    phony = re.search(r"(?m)^\.PHONY: (.+)$", makefile)[1].split()
    assert sorted(phony) == sorted([*shown["##"], *shown["###"]]), "every target has its sentence"
    assert len(makefile.splitlines()) <= 80


@pytest.mark.parametrize("edition", ["1999", "", "2015x"])
def test_an_unknown_edition_fails_and_lists_those_there_are(built, edition):
    code, _, err = make(built[0], "report", f"EDITION={edition}")
    assert code != 0
    assert "2015" in err
    assert not (built[0] / "data/processed/1999").exists()


def test_one_command_builds_the_report_and_says_each_step(built):
    out, err, code = built[1]["first"]
    assert (code, err) == (0, "")
    assert {*STEPS, "report"} <= set(re.findall(r"(?m)^\s+2015  (\S+)\s+\d+\.\d\d s$", out)), out


def test_a_second_make_has_nothing_to_do_and_is_quick(built):
    started = time.monotonic()
    code, out, _ = make(built[0], "report")
    assert code == 0
    assert out == "nothing to be done\n"
    assert time.monotonic() - started < 2


def test_a_raw_file_that_was_tampered_with_stops_the_build_before_any_notebook_runs(built):
    code, out, err = built[1]["tampered"]
    assert code != 0
    assert "data/raw/2015/ratings.csv" in err
    assert re.search("checksum|changed", err)
    assert not re.search("|".join(STEPS), out)
    assert not built[1]["ran"]


def test_two_builds_in_different_folders_give_the_same_bytes(built):
    first, second = built[1]["made"], built[1]["made again"]
    assert len(first) > 100
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_two_builds_at_once_do_not_harm_each_other(built):
    assert [code for _, _, code in built[1]["both"]] == [0, 0], built[1]["both"]
    (done,) = [out for out, _, _ in built[1]["both"] if "nothing to be done" not in out]
    assert {*STEPS, "report"} <= set(re.findall(r"(?m)^\s+2015  (\S+)\s+\d+\.\d\d s$", done)), "one built all of it, the other waited"
    assert built[1]["made again"] == built[1]["made"]
    assert built[1]["left"] == []


def test_a_build_gives_the_bytes_that_are_published(report):
    assert list(published.differences(published.published(ROOT, "2015"), report, ROOT / "reports/2015")) == []


def test_nothing_that_is_made_names_the_folder_or_the_user(built):
    for name, payload in built[1]["made"].items():
        assert str(built[0]).encode() not in payload, name
        assert os.fsencode(Path.home() / "") not in payload, name


def test_the_report_has_every_part_and_nothing_of_an_older_one(built, report):
    made = {name for name in built[1]["made"] if not name.startswith("processed/")}
    kinds = {"figures": ("svg", "png"), "tables": ("csv", "xlsx")}
    wanted = {"numbers.json", "provenance.json", "disclosure.json", *(f"fonts/{name}" for name in FACES)}
    wanted |= {f"appendix.{language}.{kind}" for language in LANGUAGES for kind in ("docx", "pdf")}
    wanted |= {file_name(page, language, LANGUAGES) for page in (*PAGES, NOTEBOOKS) for language in LANGUAGES}
    wanted |= {f"notebooks/{step}.{language}.html" for step in STEPS for language in LANGUAGES}
    wanted |= {f"tables/{name}.csv" for name in ("coverage", "initiatives_map", "sightings")}  # what figures are drawn from
    for folder, endings in kinds.items():
        names = {path.name.split(".")[0] for path in (report / folder).glob("*.*.*")}
        assert len(names) > 5
        wanted |= {f"{folder}/{name}.{language}.{ending}" for name in names for language in LANGUAGES for ending in endings}
    assert made == wanted
    exhibits = (ROOT / "data/raw/2015/exhibits.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(io.StringIO(exhibits)):
        assert f"{row['kind']}s/{row['exhibit']}.en.{'csv' if row['kind'] == 'table' else 'svg'}" in made
    assert all(built[1]["made"].values())


def test_every_number_has_name_value_n_and_source_and_is_used_by_a_text(report):
    numbers = json.loads((report / "numbers.json").read_text(encoding="utf-8"))
    for number in numbers:
        assert {"name", "value", "n", "source"} <= set(number)
        assert number["source"]
        assert number["value"] is not None or number["reason"]
    names = [number["name"] for number in numbers]
    assert len(set(names)) == len(names)
    for language in LANGUAGES:
        own, shared = strings(language, own=True), strings(language)
        asked = {name for text in own.values() for name, _ in placeholders(text) if "." in name}
        assert asked <= set(names)
        assert set(names) <= asked | {name for text in shared.values() for name, _ in placeholders(text)}


def test_every_figure_and_table_of_the_report_has_its_provenance(report):
    records = json.loads((report / "provenance.json").read_text(encoding="utf-8"))
    assert [record["step"] for record in records] == STEPS
    blocks = [block for record in records for block in record["blocks"]]
    for kind in ("figure", "table"):
        made = {path.name.split(".")[0] for path in (report / f"{kind}s").glob("*.*.*")}
        assert {block["name"] for block in blocks if block["kind"] == kind} == made
        assert all(block["sources"] and re.fullmatch(r"[a-z_]+\.[a-z_]+", block["made_by"]) for block in blocks if block["kind"] == kind)
    ids = [block["id"] for block in blocks]
    assert len(set(ids)) == len(ids)
    named = {name for block in blocks for name in block["numbers"]}
    numbers = json.loads((report / "numbers.json").read_text(encoding="utf-8"))
    said = {
        name
        for key, text in (strings("nl") | strings("nl", own=True)).items()
        if key.startswith("text.")
        for name, _ in placeholders(text)
        if "." in name
    }
    assert named == {number["name"] for number in numbers} & said


def test_the_provenance_of_the_report_has_the_checksums_of_the_raw_files_and_notebooks(built, report):
    records = json.loads((report / "provenance.json").read_text(encoding="utf-8"))
    for record in records:
        assert record["reads"]
        for name, digest in record["reads"].items():
            assert digest == hashlib.sha256((ROOT / "data/raw/2015" / name).read_bytes()).hexdigest()
        notebook = built[0] / record["notebook"]["path"]
        assert record["notebook"]["sha256"] == hashlib.sha256(notebook.read_bytes()).hexdigest()
    raw = {name for record in records for name in record["reads"]}
    for record in records:
        for block in record["blocks"]:
            assert all(fnmatch.filter(raw, name) for name in block["sources"] if "/" not in name), block["id"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_short_id_is_shown_and_leads_to_its_row_in_the_provenance(report, language):
    records = json.loads((report / "provenance.json").read_text(encoding="utf-8"))
    ids = {block["id"] for record in records for block in record["blocks"] if block["name"] != "provenance"}  # the table that has the rows
    pages = {page: (report / file_name(page, language, LANGUAGES)).read_text(encoding="utf-8") for page in PAGES}
    rows = re.findall(r'<tr[^>]* id="(P[0-9]+\.[0-9]+)"', pages["provenance"])
    shown = {name for page in pages.values() for name in re.findall(r'href="[^"]*#(P[0-9]+\.[0-9]+)"', page)}
    assert len(rows) == len(ids) > 100
    assert set(rows) == shown == ids


def test_make_claims_prints_every_claim_and_the_counts(claims):
    code, out, err = claims
    assert (code, err) == (0, "")
    *lines, last = out.splitlines()
    claims = tomllib.loads((ROOT / "data/raw/2015/claims.toml").read_text(encoding="utf-8"))["claim"]
    assert [line.split()[0] for line in lines] == [claim["id"] for claim in claims]
    assert all(line.endswith(claim["statement_en"]) for line, claim in zip(lines, claims, strict=True))
    verdicts = Counter(line.split()[1] for line in lines)
    assert last == "; ".join(f"{verdict} {count}" for verdict, count in sorted(verdicts.items()))
    assert set(verdicts) == set(VERDICTS)  # the edition has a claim of every verdict


def test_make_claims_against_the_same_edition_changes_no_verdict(claims, make_here):
    before = dict(line.split()[:2] for line in claims[1].splitlines()[:-1])
    code, out, err = make_here("claims", "EDITION=2015", "AGAINST=2015")
    assert (code, err) == (0, "")
    after = dict(line.split()[:2] for line in out.splitlines()[:-1])
    same = dict.fromkeys(VERDICTS, "still_fails") | dict.fromkeys(("holds", "holds_for_most", "points_to"), "still_holds")
    same |= dict.fromkeys(("circular", "unchecked"), "unchecked")
    assert after == {name: same[verdict] for name, verdict in before.items()}
    assert sum(int(part.split()[1]) for part in out.splitlines()[-1].split("; ")) == len(before)


def test_a_reader_who_has_seen_enough_is_no_error(built):
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", "make -o .venv/report.done claims | head -1"],
        cwd=built[0],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("c0")


@pytest.mark.parametrize("given", [("EDITION=1999",), ("AGAINST=1999",)])
def test_claims_of_or_against_an_unknown_edition_fail_and_list_those_there_are(make_here, given):
    code, out, err = make_here("claims", *given)
    assert code != 0
    assert out == ""
    assert "1999" in err
    assert "2015" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_appendix_is_accessible_and_archivable(report, language):
    reader = PdfReader(report / f"appendix.{language}.pdf")
    root = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert "Learning from the fruit basket" in reader.metadata.title or language == "nl"
    stated = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in stated
    assert "<pdfuaid:part>1</pdfuaid:part>" in stated
    shown = "".join(page.extract_text() for page in reader.pages)
    assert not re.search(r"\{[@a-z]|\bnan\b|None\b(?! of )", shown)
    assert len(reader.outline) >= len(STEPS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_is_the_same_in_both_of_its_files(report, language):
    for path in sorted((report / "tables").glob(f"*.{language}.csv")):
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        sheet = load_workbook(path.with_suffix(".xlsx"))["table"]
        assert [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)] == rows
        assert len({len(row) for row in rows}) == 1


def test_pages_need_no_network(report):
    for path in report.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert not re.search(r"<(?:link|iframe)\b|<script[^>]+src|url\(\s*['\"]?(?:http|//)|(?:src|href)=\"(?:http|//)", page), path.name


def test_a_browser_finds_no_element_open_and_no_other_fault_in_a_page(report):
    """html5lib reads as browsers do; an element left open made the rest of every page one hyperlink."""
    pages = sorted((report / "notebooks").glob("*.html"))
    assert len(pages) == len(STEPS) * len(LANGUAGES)
    found = []
    for path in pages:
        parser = html5lib.HTMLParser()
        parser.parse(path.read_text(encoding="utf-8"))
        found += [(path.name, position, fault) for position, fault, _ in parser.errors]
    assert found == []
    open_link = html5lib.HTMLParser()
    open_link.parse('<!DOCTYPE html><title>t</title><h1>a<a href="#a" /></h1><p>all blue</p>')
    assert open_link.errors, "a check that finds nothing in the page as it was proves nothing"


HOSTILE = ("`touch {}`", "; touch {}", "$(touch {})", "$(shell touch {})", "$$(touch {})", '"; touch {}; "', "'; touch {}; '")


VARIABLES = ("EDITION", "FROM", "FILE", "CODER", "STEP", "AGAINST", "TIMES", "CORES")
TARGETS = ("help", "why", "edition", "check", "coding-kit", "import", "seal")


def hostile(folder: Path, variables: tuple[str, ...]) -> list[str]:
    """Return the words that give each variable everything that could make a file in a folder."""
    return [f"{name}={' '.join(text.format(folder / f'{name}{number}') for number, text in enumerate(HOSTILE))}" for name in variables]


@pytest.mark.parametrize("variable", VARIABLES)
def test_no_variable_of_make_runs_a_command(built, make_here, tmp_path, variable):
    """Where a recipe names the variable, Python runs with it; elsewhere what make and the shell do with it is enough."""
    recipes = dict(re.findall(r"(?m)^([a-z-]+):.*\n\t(.+)$", (ROOT / "Makefile").read_text(encoding="utf-8")))
    given = hostile(tmp_path, (variable,))
    for target in TARGETS:
        if f"${variable}" in recipes[target]:
            make_here("EDITION=1999", "-o", "report", target, *given)
        else:
            make(built[0], "EDITION=1999", "-o", "report", target, "PY=true", *given)
    make(built[0], "-n", "-o", ".venv/test.done", "report", "bench", "identical", "corrupt", *given)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("target", TARGETS)
def test_no_variable_runs_a_command_where_all_are_given_at_once(make_here, tmp_path, target):
    make_here("EDITION=1999", "-o", "report", target, *hostile(tmp_path, VARIABLES[1:]))
    assert list(tmp_path.iterdir()) == []


def test_an_executed_notebook_of_the_project_becomes_a_pdf_by_itself(built, tmp_path):
    path = built[0] / "data/processed/2015/5_survey/executed.ipynb"
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "fruitmand", str(path), "--output-dir", str(tmp_path)]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "JUPYTER_PLATFORM_DIRS": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    reader = PdfReader(tmp_path / "executed.pdf")
    assert reader.metadata.title.startswith("What did the survey find, and does it agree with the interviews?")
    assert reader.trailer["/Root"]["/Lang"] == "nl"


def test_a_failing_notebook_fails_the_build_keeps_the_old_report_and_names_its_copy(built):
    folder = built[0]
    path = folder / "notebooks/5_survey.ipynb"
    sound = path.read_text(encoding="utf-8")
    before = tree(folder / "reports")
    try:
        broken = json.loads(sound)
        last = [cell for cell in broken["cells"] if cell["cell_type"] == "code"][-1]
        last["source"] = "raise ValueError('broken on purpose')"
        path.write_text(json.dumps(broken), encoding="utf-8")
        code, out, err = make(folder, "report")
        assert code != 0
        for part in ("5_survey.ipynb", "ValueError: broken on purpose", "data/processed/2015/5_survey/failed.ipynb"):
            assert part in err
        assert "report  " not in out
        assert (folder / "data/processed/2015/5_survey/failed.ipynb").is_file()
        assert not (folder / "data/processed/2015/5_survey/executed.ipynb").exists()
        assert tree(folder / "reports") == before
        assert make(folder, "report")[0] != 0  # there is work left: the failure is not taken for a result
    finally:
        path.write_text(sound, encoding="utf-8")

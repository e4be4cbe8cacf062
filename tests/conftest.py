"""Fixtures that all tests share: the 2015 edition, a scratch copy of it, and the thesis where somebody has its text."""

import contextlib
import csv
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

with pytest.MonkeyPatch.context() as alone:  # libraries of matrices take one thread of this process: two workers of tests share the cores
    alone.setenv("OPENBLAS_NUM_THREADS", "1")
    import scipy.linalg  # noqa: F401

from survey_exports import write_edition
from thesis_text import Thesis, read_thesis

from fruitmand.checks.whole_edition import read_edition
from fruitmand.edition import sealing, validation_cache
from fruitmand.edition.errors import DataError, Problem
from fruitmand.edition.reading import Edition
from fruitmand.importers.survey.questionnaire import Questionnaire, read_questionnaire

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Scratch:
    """A compendium in a scratch folder that holds a copy of the 2015 raw files, to be broken on purpose."""

    root: Path

    @property
    def raw(self) -> Path:
        return self.root / "data" / "raw" / "2015"

    def edit(self, file: str, change: Callable[[list[list[str]]], object]) -> None:
        """Change a table's lines (the header is the first) and seal again, so that the manifest is not what catches it."""
        path = self.raw / file
        with path.open(encoding="utf-8", newline="") as stream:
            lines = list(csv.reader(stream))
        change(lines)
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(lines)
        sealing.seal(self.raw)

    def set(self, file: str, row: int, column: str, value: str) -> None:
        """Write one cell; ``row`` is the line in the file, as in the messages."""
        self.edit(file, lambda lines: lines[row - 1].__setitem__(lines[0].index(column), value))

    def row_of(self, file: str, **cells: str) -> int:
        """Return the line of the first row with these cells."""
        with (self.raw / file).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        return next(number for number, row in enumerate(rows, start=2) if cells.items() <= row.items())

    def problems(self) -> list[Problem]:
        """Return what reading the edition finds wrong."""
        try:
            read_edition("2015")
        except DataError as error:
            return error.problems
        return []


LONGEST = ("pipeline_incremental", "commands", "pipeline_survey_results", "pipeline_run", "report_any_study", "new_edition_walk")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is left alone with one of them."""
    order = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


def scratch_in(folder: Path, edition: Edition) -> Scratch:
    """Copy the edition to a folder; its tables are known to be right by their schemas, until a test changes their bytes."""
    copy = Scratch(folder)
    shutil.copytree(ROOT / "data" / "raw" / "2015", copy.raw)
    validation_cache.remember(folder / "data" / "processed" / "2015" / "check", edition.reads)
    return copy


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edition: Edition) -> Scratch:
    monkeypatch.chdir(tmp_path)
    return scratch_in(tmp_path, edition)


@pytest.fixture(scope="session")
def problems_of(tmp_path_factory: pytest.TempPathFactory, edition: Edition) -> Callable[[Callable[[Scratch], object]], list[Problem]]:
    """Return a function that changes a copy of the edition of its own and returns what reading it finds wrong."""

    def read(change: Callable[[Scratch], object]) -> list[Problem]:
        copy = scratch_in(tmp_path_factory.mktemp("changed"), edition)
        with contextlib.chdir(copy.root):
            change(copy)
            return copy.problems()

    return read


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the raw folder of a draft of fieldwork, 2026, with the municipalities, codebook and scales of 2015 and nothing else."""
    folder = tmp_path / "data" / "raw" / "2026"
    folder.mkdir(parents=True)
    for name in ("municipalities", "codebook", "scales"):
        shutil.copy(ROOT / f"data/raw/2015/{name}.csv", folder)
    text = (ROOT / "data/raw/synthetic-2026/edition.toml").read_text(encoding="utf-8")
    assert 'basis = "fieldwork"' in text
    (folder / "edition.toml").write_text(text.replace('edition = "synthetic-2026"', 'edition = "2026"'), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture(scope="session")
def edition() -> Edition:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return read_edition("2015")


@pytest.fixture(scope="session")
def tracked() -> dict[Path, str]:
    """Text of every file that git keeps or would keep, by its path in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False) if shutil.which("git") else None
    if listed is None or listed.returncode:
        pytest.skip("needs a git checkout")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return {path.relative_to(ROOT): path.read_text(encoding="utf-8", errors="replace") for path in files if path.is_file()}


@pytest.fixture(scope="session")
def thesis() -> Thesis:
    """The thesis, numbered; its text is not part of the compendium, so name your own copy."""
    path = os.environ.get("FRUITMAND_THESIS", "")
    if not Path(path).is_file():
        pytest.skip("needs the text of the thesis: FRUITMAND_THESIS=FILE make test")
    return read_thesis(Path(path).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def questionnaire(tmp_path_factory) -> Questionnaire:
    """What the edition that the survey exports are imported into asks."""
    root = tmp_path_factory.mktemp("compendium")
    write_edition(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        return read_questionnaire(Edition("2026"))

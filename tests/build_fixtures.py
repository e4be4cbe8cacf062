"""Helpers of the tests of pages, builds, notebooks and commands: words, small blocks, small notebooks, small compendia."""

import base64
import contextlib
import os
import shutil
import tomllib
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import nbformat
import pandas as pd
from matplotlib.figure import Figure

from fruitmand.analysis import agreement, claims, coding, evidence, named_numbers, ratings
from fruitmand.analysis.numbers import Numbers
from fruitmand.checks.whole_edition import read_edition
from fruitmand.edition.reading import Edition
from fruitmand.edition.schema import SCHEMAS
from fruitmand.edition.settings import Analysis, Group
from fruitmand.report import figures_claims, figures_models, figures_publication
from fruitmand.report.blocks import Caption, Cell, Column, Display, FigureBlock, Table, TableBlock, TextBlock
from fruitmand.report.figures_coverage import code_saturation_curve, coverage_map
from fruitmand.report.style import style, to_svg
from fruitmand.report.words import Words

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw" / "2015"
LANGUAGES = ("nl", "en")
EVIL = '#panic("x") $a$ @ref *b* _c_ `d` <e> [f] \\n "q" \'s\' // no /* comment */ & = + - ~ {g} ``` é − +/+'
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def strings(language: str, *, own: bool = False) -> dict[str, str]:
    """Return every shared text, or every text of the 2015 edition's own, under its dotted key."""
    path = RAW / f"texts.{language}.toml" if own else ROOT / "src/fruitmand/report/text" / f"{language}.toml"
    tree = tomllib.loads(path.read_text(encoding="utf-8"))
    flat: dict[str, str] = {}

    def walk(node: object, key: str) -> None:
        match node:
            case dict():
                for name, item in node.items():
                    walk(item, f"{key}.{name}".lstrip("."))
            case list():
                for position, item in enumerate(node):
                    walk(item, f"{key}.{position}")
            case _:
                flat[key] = str(node)

    walk(tree, "")
    return flat


def raw_table(name: str, *rows: dict[str, object]) -> pd.DataFrame:
    """Return a raw table by hand, with the types of its schema; cells that a row does not name are missing."""
    form = SCHEMAS[name]
    assert set().union(*rows) <= set(form.columns)
    return pd.DataFrame({column: pd.array([row.get(column, pd.NA) for row in rows], dtype=kind) for column, kind in form.types.items()})


class MadeEdition(dict):
    """An edition by hand: the tables and settings that it is given; every other table is empty."""

    def __init__(self, tables: dict[str, pd.DataFrame], **settings: object) -> None:
        super().__init__({name: raw_table(name) for name in SCHEMAS} | tables)
        group = Group(id="g4", label_nl="Alle samen", label_en="All together")
        told = {"basis": "publication", "partners": [], "domains": [], "analysis": Analysis(), "group": group}
        self.settings = SimpleNamespace(**told | settings)
        self.folder, self.models, self.group_id = None, {}, "g4"
        self.rater_ratings = self["ratings"].assign(rater=pd.NA, segments=pd.NA)


@cache
def edition() -> Edition:
    with contextlib.chdir(ROOT):
        return read_edition("2015")


@cache
def results() -> dict:
    """Return the results that tables and figures are made of, with few bootstrap draws."""
    tables = edition()
    book, municipalities, segments = tables["codebook"], tables["municipalities"], tables["segments"]
    agreed = coding.adjudicated_codings(tables["codings"], edition().coders, tables["adjudications"], tables["recodings"])
    judgements = claims.judge(edition().claims, edition(), edition().settings.facts())
    found = evidence.evidence_map(tables["ratings"], segments, agreed, group=edition().group_id)
    return {
        "judgements": judgements,
        "verdicts": claims.verdict_table(judgements),
        "evidence": found,
        "standings": evidence.count_standings(found, book),
        "counts": ratings.count_by_variable(tables["ratings"], book),
        "by_municipality": ratings.count_by_municipality(tables["ratings"], book, municipalities),
        "coverage": coding.coverage(segments, agreed, book, municipalities, group=edition().group_id),
        "frequencies": coding.code_frequencies(segments, agreed, book),
        "sightings": coding.code_saturation(segments, agreed, book),
        "agreement": agreement.compare_coders(tables["codings"], edition().coders, draws=5, seed=1),
    }


@cache
def numbers() -> Numbers:
    made, tables = results(), edition()
    municipalities = tables["municipalities"]["municipality"]
    named = edition().settings.analysis.named
    return Numbers(
        replace(number, name=named(number.name))
        for number in [
            *named_numbers.design_numbers(edition()),
            *named_numbers.coding_numbers(tables["segments"], made["frequencies"], made["coverage"], made["sightings"], municipalities),
            *named_numbers.agreement_numbers(made["agreement"], draws=5, seed=1),
            *named_numbers.rating_numbers(made["counts"]),
            *named_numbers.concept_numbers(made["counts"], made["by_municipality"]),
            *named_numbers.expectation_numbers(tables["expectations"], len(municipalities)),
            *named_numbers.claim_numbers(made["judgements"]),
            *named_numbers.condition_numbers(tables["conditions"]),
            *named_numbers.initiative_numbers(tables["initiatives"]),
            *named_numbers.recommendation_numbers(tables["recommendations"]),
            *named_numbers.evidence_numbers(made["evidence"], made["evidence"]),
            *named_numbers.concept_evidence_numbers(made["standings"]),
            *named_numbers.adjudication_numbers(tables["adjudications"]),
        ]
    )


def words(language: str) -> Words:
    return Words(edition(), language, numbers())


def drawings() -> dict:
    """Return a function of words for every figure of the notebooks."""
    made = results()
    municipalities = edition()["municipalities"].sort_values("position")["municipality"].tolist()
    models = {name: lambda w, model=model: figures_models.model_diagram(w, model) for name, model in edition().models.items()}
    return models | {
        "coverage": lambda w: coverage_map(w, made["coverage"]),
        "sightings": lambda w: code_saturation_curve(w, made["sightings"], len(edition()["segments"])),
        "claims_map": lambda w: figures_claims.claims_figure(w, made["judgements"]),
        "initiatives_map": lambda w: figures_publication.initiatives_map(w, edition()["initiatives"], municipalities),
    }


def drawing() -> str:
    """Return a small drawing as SVG."""
    with style():
        figure = Figure(figsize=(2, 1))
        figure.text(0.5, 0.5, "+/+ drawn")
        return to_svg(figure)


def blocks(language: str) -> dict:
    """Return a title text, a body text, a table with a group and a shade, and a figure, in one language."""
    text = lambda markdown, part="findings": TextBlock(f"{markdown} ({language})", {"t": "Title t", "f": "Title f"}, part)  # noqa: E731
    table = Table(
        [Column("Name"), Column("Rating", "center", 0.3)], [["group one"], ["a\nb", Cell("+/+", "high")], ["=1+1", "http://x.nl"]]
    )
    picture = FigureBlock(Caption("f", f"Figure {language}", "source f", "alt f", notebook="1_step"), drawing(), "findings")
    return {
        "found": text("1. **Claim.** Rest", "answer"),
        "body": text("# Chapter\n\nSee {@t} and {@f}."),
        "t": TableBlock(Caption("t", f"Table {language}", "source t", note="note t"), table, "findings"),
        "f": picture,
    }


def executed() -> nbformat.NotebookNode:
    """Return a notebook as the runner leaves it, with every kind of block in both languages."""
    made = {language: blocks(language) for language in LANGUAGES}
    cells = [nbformat.v4.new_markdown_cell("# What is this?", id="contract")]
    for key in made["nl"]:
        bundle = Display({language: made[language][key] for language in LANGUAGES}, "nl")._repr_mimebundle_()
        output = nbformat.v4.new_output("display_data", nbformat.from_dict(bundle))
        cells.append(nbformat.v4.new_code_cell(f"show({key!r})", id=key, outputs=[output], execution_count=1))
    return nbformat.v4.new_notebook(cells=cells)


def foreign() -> nbformat.NotebookNode:
    """Return a notebook that knows nothing of this project: Markdown, a stream, a PNG, an SVG."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20"/></svg>'
    new = nbformat.v4.new_output
    outputs = [
        new("stream", name="stdout", text=f"streamed {EVIL}\n"),
        new("display_data", {"image/png": PIXEL, "text/plain": "a dot"}),
        new("display_data", {"image/svg+xml": svg}),
    ]
    cells = [
        nbformat.v4.new_markdown_cell("# A foreign title\n\nSome *plain* words.", id="a"),
        nbformat.v4.new_code_cell("hidden_code()", id="b", outputs=outputs, execution_count=1),
    ]
    assert base64.b64decode(PIXEL)[:4] == b"\x89PNG"
    return nbformat.v4.new_notebook(cells=cells)


def as_make_gives() -> dict[str, str]:
    """Return the environment in which make starts Python, for commands that are started without make."""
    dropped = ("FRUITMAND_SCRATCH", "PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": "0"}


PARAMETERS = 'edition: str = "2015"  # folder under data/raw'


def notebook(*sources: str, parameters: str | None = PARAMETERS) -> nbformat.NotebookNode:
    """Return a notebook with a parameters cell and code cells named c1, c2, …"""
    cells = [nbformat.v4.new_markdown_cell("# Why?", id="contract")]
    if parameters is not None:
        cells.append(nbformat.v4.new_code_cell(parameters, id="parameters", metadata={"tags": ["parameters"]}))
    cells += [nbformat.v4.new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources, start=1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def compendium(folder: Path, **notebooks: nbformat.NotebookNode) -> Path:
    """Make a compendium with the raw data of 2015 and notebooks of one's own."""
    shutil.copytree(RAW, folder / "data" / "raw" / "2015")
    (folder / "notebooks").mkdir()
    for name, node in notebooks.items():
        nbformat.write(node, folder / "notebooks" / f"{name}.ipynb")
    return folder


ONE_PAGE = """

def _typeset(parts: Iterable[str], front: Mapping[str, Any]) -> bytes:
    import hashlib

    told = hashlib.sha256(repr((list(parts), sorted(front.items()))).encode()).hexdigest()
    return typst.to_pdf(f'#set document(title: "Told")\\n= {told}', front.get("date", _EPOCH))
"""


def set_one_page(copy: Path) -> None:
    """Make a copy of the project set one page in place of a report, another for other text; which jobs run depends on no more."""
    exporter = copy / "src/fruitmand/outputs/pdf_exporter.py"
    text = exporter.read_text(encoding="utf-8")
    assert text.count("\ndef _typeset(parts: Iterable[str], front: Mapping[str, Any]) -> bytes:\n") == 1
    exporter.write_text(text + ONE_PAGE, encoding="utf-8")


def copy_made(made: Path, copy: Path, ignore: tuple[str, ...] = ()) -> Path:
    """Copy a project with what was made in it: no mark of an edition that is built, and no compiled module, is older than its sources."""
    shutil.copytree(made, copy, symlinks=True, ignore=shutil.ignore_patterns(*ignore))
    for path in (*(copy / "src").rglob("*.pyc"), *copy.glob("data/processed/*/built")):
        path.touch()
    later = copy / "later"
    later.touch()
    now = later.stat().st_mtime_ns
    while later.stat().st_mtime_ns == now:  # until the clock of files has moved on, so that a change is younger
        later.touch()
    later.unlink()
    return copy


T = TypeVar("T")


def apart(cases: Iterable[T], place: Callable[[T], Hashable]) -> list[dict[Hashable, T]]:
    """Divide cases over copies of an edition, of which none has two of one place; return of each copy its cases by place."""
    copies: list[dict[Hashable, T]] = []
    for case in cases:
        here = place(case)
        free = next((copy for copy in copies if here not in copy), None)
        if free is None:
            copies.append(free := {})
        free[here] = case
    return copies


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

"""What a notebook works with: the edition, its named numbers, and one way to show and to write."""

import io
import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Literal, TypeVar

import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from fruitmand.analysis import survey_from_file
from fruitmand.analysis.numbers import Number, Numbers
from fruitmand.analysis.survey_results import Result, Survey
from fruitmand.edition.errors import DataError, FruitmandError, Problem, blocking
from fruitmand.edition.file_access import DECLARED, watch_reads
from fruitmand.edition.files import notebook_names, project_root, sha256, write
from fruitmand.edition.reading import Edition
from fruitmand.edition.settled_fieldwork import BESIDE
from fruitmand.edition.survey_results_file import ANSWERS
from fruitmand.edition.survey_results_file import BESIDE as BESIDE_ANSWERS
from fruitmand.edition.survey_results_file import NAME as SURVEY_RESULTS
from fruitmand.report.blocks import Block, Caption, Display, FigureBlock, Part, Table, TableBlock, TextBlock
from fruitmand.report.style import style, to_svg
from fruitmand.report.words import Words, placeholders, references

Smallest = int | Literal["unsaid"] | None
Written = TypeVar("Written", pd.DataFrame, Result)

LABELS = frozenset({"edition.toml", "codebook.csv", "municipalities.csv", "scales.csv", "exhibits.csv", "models.toml", "texts.*"})
"""Raw files that every step may read for the words of its tables and figures."""


def maker_name(maker: Callable[..., object]) -> str:
    """Return the module and the function that make a block, as the provenance names them.

    >>> from fruitmand.report import tables_design
    >>> maker_name(tables_design.legend)
    'tables_design.legend'

    Raises
    ------
    FruitmandError
        When it is no function of a module, such as a lambda or a partial: nobody could look it up.
    """
    name = getattr(maker, "__qualname__", f"<{type(maker).__name__}>")
    if "<" in name:
        raise FruitmandError(f"a block is made by a function of a module, not by {name}: give the function, and its arguments after it")
    return f"{maker.__module__.rpartition('.')[2]}.{name}"


def _before(step: str) -> tuple[str, ...]:
    """Return the steps whose notebooks have a lower number, in order."""
    numbers = {name: int(name.partition("_")[0]) for name in notebook_names(project_root())}
    return tuple(name for name, number in numbers.items() if number < int(step.partition("_")[0]))


def _unwrap(arguments: Sequence[object]) -> tuple[Result | None, list[object]]:
    """Return the result of a survey among the arguments, if there is one, and the arguments with its table in its place."""
    result = next((item for item in arguments if isinstance(item, Result)), None)
    return result, [item.table if isinstance(item, Result) else item for item in arguments]


def _csv(frame: pd.DataFrame, *, index: bool | None = None) -> str:
    """Return a frame as CSV; its index comes along where that has a name, if not told otherwise."""
    buffer = io.StringIO()
    frame.to_csv(buffer, index=frame.index.name is not None if index is None else index, lineterminator="\n")
    return buffer.getvalue()


def _smallest(result: Result | None) -> Smallest:
    return "unsaid" if result is None else result.smallest


class Step:
    """One step of the chain: reads an edition and earlier steps, shows blocks, writes tables and numbers.

    It writes into the folder ``data/processed/<edition>/<step>``, or into the one that the runner names in ``FRUITMAND_SCRATCH``.

    Parameters
    ----------
    name : str
        Name of the notebook, which is also the name of its folder under ``data/processed/<edition>``.
    edition : str
        Edition to read.
    language : str
        Language shown on the screen; every language of the edition is made.
    reads : sequence of str
        Raw files that this step reads, or patterns such as ``codings_*.csv``, besides those of `LABELS`, which every table needs for its
        words. Reading another is an error.
    earlier : sequence of str or "all"
        Steps whose named numbers and tables this step uses; ``"all"`` stands for every notebook with a lower number.
    part : Part
        Part of the report to which its blocks belong, where they do not say otherwise.
    """

    def __init__(
        self,
        name: str,
        edition: str,
        language: str,
        *,
        part: Part = "findings",
        reads: Sequence[str] = (),
        earlier: Sequence[str] | Literal["all"] = (),
    ) -> None:
        self.name, self._part = name, part
        self.edition = Edition(edition)
        self._reads = frozenset(reads)
        self._opened = watch_reads(self.edition.folder)
        self._blocks: list[dict[str, Any]] = []
        languages = self.edition.settings.languages
        if language not in languages:
            raise FruitmandError(f"edition {edition} has no language {language!r}; it has: {', '.join(languages)}")
        self.language = language
        self.earlier = _before(name) if earlier == "all" else tuple(earlier)
        self.numbers = Numbers(number for step in self.earlier for number in Numbers.read(self._made(step, "numbers.json")))
        self._words = {code: Words(self.edition, code, self.numbers) for code in languages}

    def raw(self, table: str) -> pd.DataFrame:
        """Return a copy of a raw table of the edition."""
        return self.edition[table]

    def read(self, step: str, table: str) -> pd.DataFrame:
        """Return a table that an earlier step wrote; empty cells are missing."""
        if step not in self.earlier:
            raise FruitmandError(f"{self.name} reads {step} but does not name it as an earlier step")
        return pd.read_csv(self._made(step, f"{table}.csv"), keep_default_na=False, na_values=[""])

    def write(self, name: str, table: Written) -> Written:
        """Write a table of results as CSV and return it; missing stays an empty cell. What was not measured is not written."""
        frame = table.table if isinstance(table, Result) else table
        if frame is not None:
            write(self._path(self.name, f"{name}.csv"), _csv(frame, index=False))
        return table

    def keep(self, survey: Survey) -> None:
        """Write the results of a survey as a file, for whoever has a copy of the repository; nothing where the answers are in it.

        Where they are read from that file, they are not written again.
        """
        if self.edition.has_answers and self.edition.settings.answers_kept_out:
            write(self._path(self.name, SURVEY_RESULTS), survey_from_file.to_json(survey, self.edition))

    def declare(self, numbers: Iterable[Number]) -> None:
        """Name numbers for the text of this step and of the steps that build on it, by the edition's own names where it has them."""
        for number in numbers:
            self.numbers.add(replace(number, name=self.edition.settings.analysis.named(number.name)))

    def say(
        self,
        key: str,
        *,
        of: Result | None = None,
        n: int | None = None,
        smallest: Smallest = "unsaid",
        part: Part | None = None,
        web: bool = False,
    ) -> None:
        """Show a text of the catalogue, in the step's part of the report or in another; ``web`` says that only the web page has it.

        ``n`` is the number of cases that it tells of, if any; of none there is nothing to tell. ``of`` is the result of a survey that the
        text tells of: where it was not measured there is no text, else the disclosure check holds the text to its smallest group.
        ``smallest=None`` says that the text tells of all respondents together only.
        """
        if n == 0 or (of is not None and of.table is None):
            return
        numbers = {name for words in self._words.values() for name, _ in placeholders(words.raw(f"text.{key}"))}
        named = " ".join(self.numbers[name].source for name in numbers if name in self.numbers)
        sources = self._read_instead(sorted(set(re.findall(r"[\w.*]+\.(?:csv|toml)", named))))
        least = _smallest(of) if smallest == "unsaid" else smallest
        mark = self._record("text", key, sources, None, numbers=sorted(numbers), smallest=least) if numbers else ""
        self._show({code: self._text(words, f"text.{key}", part or self._part, mark, web=web) for code, words in self._words.items()})

    def table(
        self,
        name: str,
        maker: Callable[..., Table],
        *arguments: object,
        sources: Sequence[str],
        n: int | None = None,
        part: Part | None = None,
        web: bool = False,
    ) -> None:
        """Show a table, which ``maker(words, *arguments)`` makes in each language; ``n`` is the number of cases that it counts, if any.

        ``part`` and ``web`` are as with `say`.

        Of no cases, or without a row, there is no table.

        A `Result` of a survey among the arguments reaches the maker as its table, and says its n, its smallest group and its groups of one
        answer; where it was not measured no table is shown. The disclosure check refuses a table made from answers without a `Result`.
        """
        result, given = _unwrap(arguments)
        if result is not None:
            if result.table is None:
                return
            n = result.n
        elif n == 0:
            return
        alike = () if result is None else result.alike
        maker_name(maker)  # before anything is made
        made = {code: maker(words, *given) for code, words in self._words.items()}
        if not any(table.rows for table in made.values()):
            return
        sources = self._there(sources)
        key = self._record("table", name, sources, maker, smallest=_smallest(result), alike=alike)
        captions = {code: self._caption(words, name, sources, n, key) for code, words in self._words.items()}
        self._show({code: TableBlock(captions[code], made[code], part or self._part, web) for code in self._words})

    def figure(
        self,
        name: str,
        maker: Callable[..., Figure],
        *arguments: object,
        sources: Sequence[str],
        n: int | None = None,
        part: Part | None = None,
        web: bool = False,
    ) -> None:
        """Show a figure, made as a table is; its alternative text is in the catalogue.

        The first table among the arguments is its data, which readers get beside it.
        """
        name = self.edition.settings.analysis.named(name)
        result, given = _unwrap(arguments)
        if result is not None:
            if result.table is None:
                return
            n = result.n
        elif n == 0:
            return
        sources = self._there(sources)
        key = self._record("figure", name, sources, maker, smallest=_smallest(result))
        captions = {code: self._caption(words, name, sources, n, key, alt=True) for code, words in self._words.items()}
        marks = {code: words.notice("_mark") for code, words in self._words.items()}
        with style():
            drawn = {code: to_svg(maker(words, *given), marks[code]) for code, words in self._words.items()}
        frame = next((item for item in given if isinstance(item, pd.DataFrame)), None)
        data = "" if frame is None else _csv(frame)
        self._show({code: FigureBlock(captions[code], svg, part or self._part, web, data) for code, svg in drawn.items()})

    def require(self, problems: Sequence[Problem]) -> None:
        """Stop the build when there are problems that stop the edition, with all of them; a draft goes on with what is unfinished."""
        if stopping := blocking(problems, draft=self.edition.settings.status == "draft"):
            raise DataError(stopping)

    def provenance(self, step: str) -> dict[str, Any]:
        """Return where an earlier step's blocks come from, as it wrote it."""
        content: dict[str, Any] = json.loads(self._made(step, "provenance.json").read_text(encoding="utf-8"))
        return content

    def record(self) -> dict[str, Any]:
        """Return where this step's blocks come from and what it has read so far; blocks that are shown later join the list of blocks."""
        notebook = project_root() / "notebooks" / f"{self.name}.ipynb"
        return {
            "step": self.name,
            "notebook": {"path": f"notebooks/{self.name}.ipynb", "sha256": sha256(notebook)},
            "earlier": list(self.earlier),
            "reads": dict(sorted(self.edition.reads.items())),
            "blocks": self._blocks,
        }

    def close(self) -> None:
        """Write the named numbers, each with whether this step's words use it, and where every block comes from.

        Raises
        ------
        FruitmandError
            When the step read a raw file that it does not declare, or a block names a raw file as its source that the step did not read.
        """
        declared = self._reads | LABELS | (BESIDE if self.edition.basis == "fieldwork" else frozenset())
        undeclared = sorted(file for file in self._opened if file[-1] != "/" and not any(fnmatch(file, pattern) for pattern in declared))
        if undeclared:
            raise FruitmandError(
                f"{self.name} reads {', '.join(undeclared)} but does not declare it: add it to reads, and to the notebook's Reads"
            )
        for block in self._blocks:
            named = [source for source in block["sources"] if "/" not in source and source not in LABELS and block["kind"] != "text"]
            if unread := [source for source in named if not any(fnmatch(file, source) for file in self._opened)]:
                raise FruitmandError(f"{self.name} names {', '.join(unread)} as a source of {block['name']} but does not read it")
        write(self._path(self.name, "provenance.json"), json.dumps(self.record(), indent=1, ensure_ascii=False) + "\n")
        used = {name for words in self._words.values() for name in words.used}
        write(self._path(self.name, "numbers.json"), self.numbers.to_json(used))
        if "FRUITMAND_SCRATCH" in os.environ:  # whoever runs the notebook checks what is read after this
            write(self._path(self.name, DECLARED), json.dumps({"reads": sorted(declared), "earlier": self.earlier}))

    def _there(self, sources: Sequence[str]) -> list[str]:
        """Return the sources without the raw files that may be absent, and are."""
        return [source for source in self._read_instead(sources) if "/" in source or list(self.edition.folder.glob(source))]

    def _read_instead(self, sources: Sequence[str]) -> list[str]:
        """Return the sources with the results of the survey in the place of its answers, and of what these were combined with then."""
        if not (self.edition.has_results_alone and set(ANSWERS) & set(sources)):
            return list(sources)
        return [SURVEY_RESULTS, *(source for source in sources if source not in (*ANSWERS, *BESIDE_ANSWERS))]

    def _caption(self, words: Words, name: str, sources: Sequence[str], n: int | None, key: str, *, alt: bool = False) -> Caption:
        parts = [] if n is None else [words.text("source.n", n=words.decimal(n, 0))]
        exhibits = self.raw("exhibits").set_index("exhibit")
        if name in exhibits.index:
            row = exhibits.loc[name]
            kind = "printed" if self.edition.settings.basis == "publication" else "layout"  # only an edition's own texts have the second
            printed = f"source.{kind}_{'unnumbered' if pd.isna(row['number']) else row['kind']}"
            if words.has(printed):
                parts.insert(0, words.text(printed, number=row["number"], section=row["section"]))
        title, subtitle = words.title(name), ""
        if alt and words.has(f"says.{name}"):
            title, subtitle = words.text(f"says.{name}"), title
        return Caption(
            name,
            title,
            " · ".join(parts),
            words.text(f"alt.{name}") if alt else "",
            words.text(f"note.{name}") if words.has(f"note.{name}") else "",
            subtitle,
            tuple(source if "/" in source else f"data/raw/{self.edition.name}/{source}" for source in sources),
            self.name,
            key,
        )

    def _text(self, words: Words, key: str, part: Part, mark: str, *, web: bool) -> TextBlock:
        text = words.text(key)
        return TextBlock(text, {name: words.title(name) for name in sorted(references(text))}, part, web, mark)

    def _record(
        self,
        kind: str,
        name: str,
        sources: Sequence[str],
        maker: Callable[..., object] | None,
        *,
        numbers: Sequence[str] = (),
        smallest: Smallest = "unsaid",
        alike: Sequence[str] = (),
    ) -> str:
        """Note where a block comes from; return its short id: a P, the step's number and the block's place in it."""
        key = f"P{self.name.partition('_')[0]}.{len(self._blocks) + 1}"
        made_by = "" if maker is None else maker_name(maker)
        block = {"id": key, "kind": kind, "name": name, "sources": list(sources), "made_by": made_by, "numbers": list(numbers)}
        told = ({} if smallest == "unsaid" else {"smallest": smallest}) | ({"alike": list(alike)} if alike else {})
        self._blocks.append(block | told)
        return key

    def _show(self, blocks: dict[str, Block]) -> None:
        display(Display(blocks, self.language))

    def _path(self, step: str, name: str) -> Path:
        made = project_root() / "data" / "processed" / self.edition.name / step
        return Path(os.environ.get("FRUITMAND_SCRATCH", made) if step == self.name else made) / name

    def _made(self, step: str, name: str) -> Path:
        path = self._path(step, name)
        if not path.is_file():
            raise FruitmandError(f"{self.name} needs {name} of {step}, which is not there; run that step first")
        return path

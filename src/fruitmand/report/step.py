"""What a notebook works with: the edition, its named numbers, and one way to show and to write."""

import io
import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from fruitmand.analysis.numbers import Number, Numbers
from fruitmand.edition.errors import DataError, FruitmandError, Problem
from fruitmand.edition.file_access import watch_reads
from fruitmand.edition.files import notebook_names, project_root, sha256, write
from fruitmand.edition.reading import Edition
from fruitmand.report.blocks import Block, Caption, Display, FigureBlock, Place, Table, TableBlock, TextBlock
from fruitmand.report.style import style, to_svg
from fruitmand.report.words import Words, placeholders, references

Smallest = int | Literal["unsaid"] | None

LABELS = frozenset({"edition.toml", "codebook.csv", "municipalities.csv", "scales.csv", "exhibits.csv"})
"""Raw files that every step may read for the words of its tables and figures."""


def maker_name(maker: Callable[..., object]) -> str:
    """Return the module and function that make a block, also when a notebook wraps them in a lambda.

    >>> maker_name(lambda words: tables.theory(words, "risks"))  # doctest: +SKIP
    'tables.theory'
    """
    if maker.__name__ != "<lambda>":
        return f"{maker.__module__.rpartition('.')[2]}.{maker.__name__}"
    return ".".join(maker.__code__.co_names[:2])


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
    earlier : sequence of str
        Steps whose named numbers and tables this step uses.
    """

    def __init__(
        self, name: str, edition: str, language: str, *, reads: Sequence[str] = (), earlier: Sequence[str] | Literal["all"] = ()
    ) -> None:
        self.name = name
        self.edition = Edition(edition)
        self._reads = frozenset(reads)
        self._opened = watch_reads(self.edition.folder)
        self._blocks: list[dict[str, Any]] = []
        languages = self.edition.settings.languages
        if language not in languages:
            raise FruitmandError(f"edition {edition} has no language {language!r}; it has: {', '.join(languages)}")
        self.language = language
        names = notebook_names(project_root())
        self.earlier = tuple(names[: names.index(name)] if earlier == "all" else earlier)
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

    def write(self, table: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Write a table of results as CSV and return it; missing stays an empty cell."""
        buffer = io.StringIO()
        frame.to_csv(buffer, index=False, lineterminator="\n")
        write(self._path(self.name, f"{table}.csv"), buffer.getvalue())
        return frame

    def declare(self, numbers: Iterable[Number]) -> None:
        """Name numbers for the text of this step and of the steps that build on it."""
        for number in numbers:
            self.numbers.add(number)

    def say(self, key: str, place: Place = "body", smallest: Smallest = "unsaid") -> None:
        """Show a text of the catalogue; with place ``title_page`` the appendix prints it on its title page.

        A text with numbers from the answers to a survey says in ``smallest`` what the smallest group of respondents is that it tells of,
        None when it tells of all of them together only, as a table does.
        """
        numbers = {name for words in self._words.values() for name, _ in placeholders(words.raw(f"text.{key}"))}
        named = " ".join(self.numbers[name].source for name in numbers if name in self.numbers)
        sources = sorted(set(re.findall(r"[\w.*]+\.(?:csv|toml)", named)))
        mark = self._record("text", key, sources, None, numbers=sorted(numbers), place=place, smallest=smallest) if numbers else ""
        self._show({code: self._text(words, f"text.{key}", place, mark) for code, words in self._words.items()})

    def table(
        self,
        name: str,
        build: Callable[[Words], Table],
        *,
        sources: Sequence[str],
        n: int | None = None,
        smallest: Smallest = "unsaid",
        alike: Sequence[str] = (),
    ) -> None:
        """Show a table. ``build`` makes it in one language; ``n`` is the number of cases that it counts, if it counts any.

        A table made from the answers to a survey says in ``smallest`` what the smallest group of respondents is that it shows, None when it
        shows none; the disclosure check refuses it otherwise. It warns of the groups in ``alike``, in which everybody gave the same answer.
        """
        key = self._record("table", name, sources, build, smallest=smallest, alike=alike)
        self._show({c: TableBlock(self._caption(w, name, sources, n, key), build(w)) for c, w in self._words.items()})

    def figure(
        self,
        name: str,
        draw: Callable[[Words], Figure],
        *,
        sources: Sequence[str],
        n: int | None = None,
        place: Place = "body",
        smallest: Smallest = "unsaid",
    ) -> None:
        """Show a figure. ``draw`` draws it in one language; its alternative text is in the catalogue. ``smallest`` is as of a table."""
        key = self._record("figure", name, sources, draw, place=place, smallest=smallest)
        captions = {code: self._caption(words, name, sources, n, key, alt=True) for code, words in self._words.items()}
        marks = {
            code: words.text("document.synthetic_mark") if self.edition.settings.synthetic else "" for code, words in self._words.items()
        }
        with style():
            drawn = {code: to_svg(draw(words), marks[code]) for code, words in self._words.items()}
        self._show({code: FigureBlock(captions[code], svg, place) for code, svg in drawn.items()})

    def require(self, problems: Sequence[Problem]) -> None:
        """Stop the build when there are problems, with all of them."""
        if problems:
            raise DataError(problems)

    def provenance(self, step: str) -> dict[str, Any]:
        """Return where an earlier step's blocks come from, as it wrote it."""
        content: dict[str, Any] = json.loads(self._made(step, "provenance.json").read_text(encoding="utf-8"))
        return content

    def record(self) -> dict[str, Any]:
        """Return where this step's blocks come from, as far as they have been shown, and what it has read."""
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
        declared = self._reads | LABELS
        undeclared = sorted(file for file in self._opened if file[-1] != "/" and not any(fnmatch(file, pattern) for pattern in declared))
        if undeclared:
            raise FruitmandError(
                f"{self.name} reads {', '.join(undeclared)} but does not declare it: add it to reads, and to the notebook's Reads"
            )
        for block in self._blocks:
            named = [source for source in block["sources"] if "/" not in source and block["kind"] != "text"]
            if unread := [source for source in named if not any(fnmatch(file, source) for file in self._opened)]:
                raise FruitmandError(f"{self.name} names {', '.join(unread)} as a source of {block['name']} but does not read it")
        write(self._path(self.name, "provenance.json"), json.dumps(self.record(), indent=1, ensure_ascii=False) + "\n")
        used = {name for words in self._words.values() for name in words.used}
        write(self._path(self.name, "numbers.json"), self.numbers.to_json(used))

    def _caption(self, words: Words, name: str, sources: Sequence[str], n: int | None, key: str, *, alt: bool = False) -> Caption:
        raw = ", ".join(source if "/" in source else f"data/raw/{self.edition.name}/{source}" for source in sources)
        parts = [words.text("source.data", files=raw), words.text("source.notebook", notebook=self.name)]
        if n is not None:
            parts.append(words.text("source.n", n=words.decimal(n, 0)))
        parts.append(words.text("source.provenance", id=key))
        exhibits = self.raw("exhibits").set_index("exhibit")
        if name in exhibits.index:
            row = exhibits.loc[name]
            number = "unnumbered" if pd.isna(row["number"]) else str(row["kind"])
            parts.insert(0, words.text(f"source.thesis_{number}", number=row["number"], section=row["section"]))
        note = words.text(f"note.{name}") if words.has(f"note.{name}") else ""
        alternative = words.text(f"alt.{name}") if alt else ""
        return Caption(name, words.title(name), " · ".join(parts), alternative, note)

    def _text(self, words: Words, key: str, place: Place, mark: str) -> TextBlock:
        text = words.text(key)
        return TextBlock(text, {name: words.title(name) for name in sorted(references(text))}, place, mark)

    def _record(
        self,
        kind: str,
        name: str,
        sources: Sequence[str],
        maker: Callable[..., object] | None,
        *,
        numbers: Sequence[str] = (),
        place: Place = "body",
        smallest: Smallest = "unsaid",
        alike: Sequence[str] = (),
    ) -> str:
        """Note where a block comes from; return its short id: a P, the step's number and the block's place in it."""
        key = f"P{self.name.partition('_')[0]}.{len(self._blocks) + 1}"
        made_by = "" if maker is None else maker_name(maker)
        block = {"id": key, "kind": kind, "name": name, "sources": list(sources), "made_by": made_by, "numbers": list(numbers)}
        told = ({} if smallest == "unsaid" else {"smallest": smallest}) | ({"alike": list(alike)} if alike else {})
        self._blocks.append(block | {"place": place} | told)
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

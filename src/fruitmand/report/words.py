"""The words of a language: texts with named numbers, labels from the raw tables, numbers written as the language writes them."""

import re
from collections.abc import Hashable
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from babel.numbers import format_decimal

from fruitmand.analysis.numbers import Number, Numbers
from fruitmand.analysis.ratings import variables
from fruitmand.edition.errors import FruitmandError, suggest
from fruitmand.edition.file_access import note_key, parse_toml
from fruitmand.edition.reading import Edition
from fruitmand.report import text_patterns

_NAME = r"[a-z][a-z0-9_.-]*"
_NUMBER = re.compile(rf"\{{({_NAME})(?::(word|Word|share|Share|plain|\d)|\?([^{{}}|]*)\|([^{{}}|]*))?\}}")
_WHEN = re.compile(rf"\{{(if|unless) ({_NAME})\}} ?")
_SYMBOL = re.compile(r"(?<!\w)[+-]/[+-](?!\w)")
_REFERENCE = re.compile(r"\{@([a-z][a-z0-9_]*)\}")
_FOLDER = Path(__file__).with_name("text")


def load(language: str, own: Path | None = None) -> dict[str, Any]:
    """Return the texts of a language: ``nl.toml``, and over them what an edition's folder ``own`` has in ``texts.nl.toml``, if anything.

    Whoever uses a text notes it, so that it is known which texts something depends on.

    Raises
    ------
    FruitmandError
        When there is no catalogue for it, or one cannot be read.
    """
    words: dict[str, Any] = {}
    for path in _files(language, own):
        if not path.is_file():
            raise FruitmandError(f"there is no text catalogue {path.stem!r}")
        try:
            sections = parse_toml(path)
        except ValueError as error:
            raise FruitmandError(f"the text catalogue {path.name} cannot be read: {error}") from error
        if loose := sorted(name for name, texts in sections.items() if not isinstance(texts, dict)):
            raise FruitmandError(f"the text catalogue {path.name} has texts outside a section: {', '.join(loose)}")
        for section, texts in sections.items():
            words[section] = words.get(section, {}) | texts
    return words


def own_texts(folder: Path, language: str) -> dict[str, Any]:
    """Return the texts of its own that an edition's folder has in a language, as written; none where it has no such file."""
    return {} if own_file(language) not in {path.name for path in folder.iterdir()} else parse_toml(folder / own_file(language))


def note_text(language: str, key: str) -> None:
    """Note that a text of the shared catalogue is used, by its dotted key."""
    note_key(_FOLDER / f"{language}.toml", key)


def note_all_texts(own: Path | None = None) -> None:
    """Note that every text of every catalogue is used."""
    for path in [*sorted(_FOLDER.glob("*.toml")), *(sorted(own.glob("texts.*.toml")) if own else [])]:
        note_key(path, "")


def own_file(language: str) -> str:
    """Return the name of the file in which an edition's folder has its own texts."""
    return f"texts.{language}.toml"


def _files(language: str, own: Path | None) -> list[Path]:
    shared = _FOLDER / f"{language}.toml"
    mine = [path for path in own.iterdir() if path.name == own_file(language)] if own else []  # a list shows when one is added
    return [shared, *mine]


def placeholders(text: str) -> set[tuple[str, str]]:
    """Return the named numbers of a text with their formats, as (name, format) with an empty format for plain digits.

    >>> sorted(placeholders("{if a.n} {a.n:word} {a.n?passage|passages} of {b}"))
    [('a.n', '?'), ('a.n', 'if'), ('a.n', 'word'), ('b', '')]
    """
    asked = {(match[1], match[2] or ("" if match[3] is None else "?")) for match in _NUMBER.finditer(text)}
    return asked | {(match[2], match[1]) for match in _WHEN.finditer(text)}


def references(text: str) -> set[str]:
    """Return the ids of the tables and figures that a text refers to."""
    return {match[1] for match in _REFERENCE.finditer(text)}


class Words:
    """The words of one edition in one language.

    Texts take their numbers from ``numbers``; ``used`` collects the names that were asked for.
    """

    def __init__(self, edition: Edition, language: str, numbers: Numbers) -> None:
        self.edition, self.language, self.numbers = edition, language, numbers
        self.used: dict[str, Number] = {}
        self._catalogue, self._files = load(language, edition.folder), _files(language, edition.folder)
        self._noted: set[str] = set()
        self._columns: dict[tuple[str, str], dict[str, str]] = {}

    def raw(self, key: str) -> str:
        """Return a text with its placeholders, and with the parts that are made from the edition (`text_patterns.expand`).

        Raises
        ------
        FruitmandError
            When the catalogue has no such key, nor a pattern for what it is about.
        """
        return text_patterns.expand(self, *self._template(key))

    def _template(self, key: str) -> tuple[str, str]:
        """Return a text as the catalogue has it and what it is about; where it has none, the pattern of its kind."""
        node = self.node(key)
        found = (node, "") if isinstance(node, str) else text_patterns.template(self, key)
        if found is None:
            raise FruitmandError(f"text catalogue {self.language!r} has no text {key!r}")
        return found

    def node(self, key: str) -> Any:
        """Return what the catalogue has at a dotted key: a text, or a table or list of texts; None where it has nothing."""
        if key not in self._noted:
            self._noted.add(key)
            for path in self._files:
                note_key(path, key)
        node: Any = self._catalogue
        for part in key.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        return node

    def text(self, key: str, **fills: object) -> str:
        """Return a text with its numbers filled in; references to tables and figures stay as ``{@id}``.

        ``{name?one|many}`` is the first form when the number is 1, else the second. A line that begins with ``{if name}`` is left out when
        the number is undefined or a count of 0, one with ``{unless name}`` when it is neither; lines make a paragraph as in Markdown.
        ``fills`` are words of the caller's own (a file, a label), which go before named numbers.

        Raises
        ------
        FruitmandError
            When the catalogue has no such key, or the text asks for a number that no step named.
        """

        def fill(match: re.Match[str]) -> str:
            name, form, one, many = match.groups()
            if one is not None:
                return str(one if (fills[name] if name in fills else self._named(name, key).value) == 1 else many)
            return str(fills[name]) if name in fills else self._number(name, form or "", key)

        kept = [_WHEN.sub("", line) for line in self.raw(key).split("\n") if self._holds(line, key)]
        return _NUMBER.sub(fill, re.sub(r"\n{3,}", "\n\n", "\n".join(kept)))

    def has(self, key: str) -> bool:
        """Return whether there is a text with this key."""
        try:
            self._template(key)
        except FruitmandError:
            return False
        return True

    def _holds(self, line: str, key: str) -> bool:
        """Return whether a line stays, by the conditions that it begins with."""
        values = {found[2]: self._named(found[2], key).value for found in _WHEN.finditer(line)}
        lacks = {name for name, value in values.items() if value is None or (isinstance(value, int) and value == 0)}
        return all((found[2] in lacks) == (found[1] == "unless") for found in _WHEN.finditer(line))

    def _named(self, name: str, key: str) -> Number:
        if name not in self.numbers:
            hint = suggest(name, self.numbers.names())
            raise FruitmandError(f"text {key!r} ({self.language}) asks for number {name!r}, which no step has named {hint}".strip())
        return self.used.setdefault(name, self.numbers[name])

    def _number(self, name: str, form: str, key: str) -> str:
        number = self._named(name, key)
        if number.value is None:
            return self.text(f"reason.{number.reason}")
        if form == "plain":
            return str(number.value)
        if form.lower() == "share":
            if not number.n:
                raise FruitmandError(f"text {key!r} ({self.language}) asks for {name!r} as a share, but it has no n")
            words = self.share(int(number.value), number.n)
        elif form.lower() == "word":
            words = self.count(int(number.value))
        else:
            return self.decimal(number.value, int(form or 0))
        capital = "E" if words.startswith("é") else words[0].upper()  # Dutch leaves the accent out there
        return capital + words[1:] if form[0].isupper() else words

    def count(self, value: int) -> str:
        """Write a count as a word where the language does so, else in digits."""
        words: list[str] = self.node("format.number_words")
        return words[value] if 0 <= value < len(words) else self.decimal(value, 0)

    def share(self, value: int, n: int) -> str:
        """Write *k of the n* in words: none of, all, or k of the n."""
        kind = "none" if value == 0 else "all" if value == n else "some"
        pattern: str = self.node(f"format.share.{kind}")
        return pattern.format(k=self.count(value), n=self.count(n))

    def decimal(self, value: float, places: int) -> str:
        """Write a number with a fixed number of decimals, as the language does."""
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return str(format_decimal(value, format=pattern, locale=self.language)).replace("-", "−")

    def pick(self, row: Any, column: str = "label") -> str:
        """Return the cell of a bilingual column in this language, symbols with minus signs; a missing cell gives an empty text."""
        value = row[f"{column}_{self.language}"]
        return "" if pd.isna(value) else _SYMBOL.sub(lambda found: self.symbol(found[0]), str(value))

    def label(self, code: str, column: str = "label") -> str:
        """Return a code's label (or another bilingual column of the codebook)."""
        return self._look_up("codebook", "code", code, column)

    def municipality(self, name: str) -> str:
        """Return a municipality's name, also for the group of all and for nobody."""
        key = f"municipality.{name}"
        if self.has(key):
            return self.text(key)
        group = self.edition.settings.group
        if group is not None and name == group.id:
            return self.pick(group.model_dump())
        return self._look_up("municipalities", "municipality", name, "label")

    def named(self, name: str) -> str:
        """Return the label of a municipality or code, else the name itself."""
        labels = self._column("municipalities", "municipality", "label")
        return labels[name] if name in labels else self._column("codebook", "code", "label").get(name, name)

    def title(self, block: str) -> str:
        """Return the title of a table or figure: the exhibit's own, or the catalogue's."""
        return self._column("exhibits", "exhibit", "title").get(block) or self.text(f"title.{block}")

    def point(self, scale: str, symbol: str) -> str:
        """Return the word of a symbol on a scale; the symbol itself where there is no word for it."""
        return self._points[scale, symbol] or self.symbol(symbol)

    @cached_property
    def _points(self) -> dict[tuple[str, str], str]:
        rows = self.edition["scales"].drop_duplicates(["scale", "symbol"])
        return {(row["scale"], row["symbol"]): self.pick(row) for row in rows.to_dict("records")}

    @cached_property
    def variables(self) -> dict[str, dict[Hashable, Any]]:
        """The variables of the codebook by their code, as `analysis.ratings.variables` has them."""
        return {row["code"]: row for row in variables(self.edition["codebook"]).to_dict("records")}

    @cached_property
    def segments(self) -> dict[str, dict[Hashable, Any]]:
        """The segments by their id."""
        return {row["segment_id"]: row for row in self.edition["segments"].to_dict("records")}

    def symbol(self, symbol: str) -> str:
        """Return a symbol with a minus sign in place of the hyphen that the raw tables have."""
        return symbol.replace("-", "−")

    def heading(self, key: str) -> str:
        """Return the heading that a text begins with; the first words in bold where it has none."""
        text, subject = self._template(key)
        match = re.search(r"^#+ (.+?)(?: \{\.|$)|\*\*(.+?)\.?\*\*", text, re.MULTILINE)
        return text_patterns.expand(self, match[1] or match[2], subject) if match else key

    def place(self, place: str) -> str:
        """Return a place in a publication with its words (table, annex, title page) in this language."""
        for name, word in self.node("place").items():
            place = re.sub(rf"\b{name.replace('_', ' ')}\b", word, place)
        return place

    def section_place(self, place: str) -> str:
        """Return a place, or several separated by ``;``, with the sign of a section before every number."""
        parts = [part.strip() for part in place.split(";") if part.strip()]
        return "; ".join(f"§\N{NO-BREAK SPACE}{part}" if part[0].isdigit() else self.place(part) for part in parts)

    def notice(self, ending: str = "") -> str:
        """Return what every page says of an edition that is synthetic, or a draft; empty for another, for which no texts are read.

        With the ending ``_mark`` it is the short form, for figures.
        """
        settings = self.edition.settings
        kind = "synthetic" if settings.synthetic else "draft" if settings.status == "draft" else ""
        return self.text(f"document.{kind}{ending}") if kind else ""

    def scale(self, name: str) -> str:
        """Return a scale's words, highest first; its symbols where there are no words."""
        return self._scales.get(name, "")

    @cached_property
    def _scales(self) -> dict[str, str]:
        written = dict[str, str]()
        for row in self.edition["scales"].sort_values("rank", ascending=False).to_dict("records"):
            point = self.pick(row) or self.symbol(str(row["symbol"]))
            written[row["scale"]] = f"{written[row['scale']]} · {point}" if row["scale"] in written else point
        return written

    def _column(self, table: str, key: str, column: str) -> dict[str, str]:
        """Return a bilingual column of a raw table in this language, by its key."""
        if (table, column) not in self._columns:
            self._columns[table, column] = {row[key]: self.pick(row, column) for row in self.edition[table].to_dict("records")}
        return self._columns[table, column]

    def _look_up(self, table: str, key: str, value: str, column: str) -> str:
        found = self._column(table, key, column)
        if value not in found:
            raise FruitmandError(f"{table}.csv has no {key} {value!r} {suggest(value, found)}".strip())
        return found[value]


FOREIGN = re.compile(r"\[(?P<words>[^\[\]]+)\]\{lang=(?P<language>[a-z]{2,3})\}")
"""Words of another language in a text, and which."""


def fill_references(text: str, replace: Any) -> str:
    """Replace every ``{@id}`` of a text by what ``replace`` makes of its id."""
    return _REFERENCE.sub(lambda match: replace(match[1]), text)

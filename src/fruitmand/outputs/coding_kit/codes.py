"""The codebook as coders get it: a tree of codes with what each is about, and the valences as codes of their own.

A code has the name that it has in ``codebook.csv``, so that the import knows it again; its label and definition stand in its description.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fruitmand.edition.columns import VALENCES
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.reading import Edition

CODABLE = ("variable", "topic")
"""The levels that a passage is coded as; the others order them."""
VALENCE = "valence"


@dataclass(frozen=True)
class Code:
    """A code with those below it; ``labels`` and ``texts`` by language, and ``valued`` where a valence goes with it.

    ``name`` is what it is called among those beside it, and ``tag`` among all codes, where a tool has no levels.
    """

    name: str
    tag: str
    labels: Mapping[str, str]
    texts: Mapping[str, str]
    codable: bool
    valued: bool = False
    below: tuple["Code", ...] = ()

    def description(self, languages: Sequence[str]) -> str:
        """Return label and text in every language, a line for each."""
        lines = (f"{self.labels[language]}: {self.texts[language]}".removesuffix(": ") for language in languages)
        return "\n".join(dict.fromkeys(lines))


def codes(edition: Edition, words: Mapping[str, Any]) -> tuple[Code, ...]:
    """Return the codes of an edition in the order of its codebook, and then the valences.

    Parameters
    ----------
    edition : Edition
        Its codebook; a definition or a pole that is missing is left out.
    words : mapping of str to Any
        The texts of the kit by language, of which `VALENCE` has label and text of each valence.

    Raises
    ------
    FruitmandError
        When a code stands under one that is not in the codebook, or has the name under which the valences go.
    """
    book = edition["codebook"].sort_values("position", kind="stable")
    found = _tree(book, words, None)
    if loose := sorted(set(book["code"]) - {code.tag for code in _flat(found)}):
        raise FruitmandError(f"{edition.label}/codebook.csv: {', '.join(loose)} stand under no code that is there; make check says more")
    if VALENCE in set(book["code"]):
        raise FruitmandError(f"{edition.label}/codebook.csv: {VALENCE!r} is the name under which the valences go; give that code another")
    return (*found, _valences(words))


def codable(found: Sequence[Code]) -> list[Code]:
    """Return the codes that a passage is coded as, without the valences."""
    return [code for code in _flat(found) if code.codable and code.tag == code.name]


def _flat(found: Sequence[Code]) -> Iterator[Code]:
    for code in found:
        yield code
        yield from _flat(code.below)


def _tree(book: pd.DataFrame, words: Mapping[str, Any], parent: str | None) -> tuple[Code, ...]:
    rows = book[book["parent"].isna()] if parent is None else book[book["parent"] == parent]
    return tuple(_code(row, book, words) for row in rows.to_dict("records"))


def _code(row: Mapping[str, Any], book: pd.DataFrame, words: Mapping[str, Any]) -> Code:
    valued = row["level"] == "variable"
    texts = {}
    for language, said in words.items():
        parts = [_text(row[f"definition_{language}"])]
        if valued and (pole := _text(row[f"pole_{language}"])):
            parts.append(said["codebook"]["pole"].format(pole=pole))
        texts[language] = " ".join(filter(None, parts))
    labels = {language: _text(row[f"label_{language}"]) for language in words}
    return Code(row["code"], row["code"], labels, texts, row["level"] in CODABLE, valued, _tree(book, words, row["code"]))


def _text(cell: Any) -> str:
    return "" if pd.isna(cell) else str(cell)


def _valences(words: Mapping[str, Any]) -> Code:
    def code(name: str, tag: str, *, below: tuple[Code, ...] = ()) -> Code:
        labels = {language: said[VALENCE][name]["label"] for language, said in words.items()}
        texts = {language: said[VALENCE][name]["text"] for language, said in words.items()}
        return Code(name, tag, labels, texts, codable=not below, below=below)

    return code(VALENCE, VALENCE, below=tuple(code(name, f"{VALENCE}.{name}") for name in VALENCES))

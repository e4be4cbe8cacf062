"""What a code of the tool is in the codebook: ``codes.csv``, proposed by the first import that meets it, settled by a person."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from fruitmand.edition.columns import VALENCES
from fruitmand.importers.coding.code_paths import split_dots
from fruitmand.importers.coding.edition_tables import Row
from fruitmand.importers.coding.names import name_key, storable
from fruitmand.importers.coding.project import CodePath

FILE = "codes.csv"
_CODED = ("variable", "topic")
_ABOVE_A_VALENCE = ("valence", "valentie")


@dataclass(frozen=True)
class Meaning:
    """What a code of the tool stands for: a code, a valence, a code with its valence; neither when it is ignored."""

    code: str = ""
    valence: str = ""


@dataclass(frozen=True)
class CodeMap:
    """The rows of the map with those that are new, the meaning of each code of the tool, and what a person must settle."""

    rows: tuple[Row, ...]
    meanings: Mapping[CodePath, Meaning]
    new: int
    open: tuple[str, ...]


class Codebook:
    """The codebook of an edition, as the import compares names with it."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = {row["code"]: row for row in rows}

    def level(self, code: str) -> str:
        """Return what a code is: a concept, dimension, variable or topic; empty when the codebook lacks it."""
        return self.rows.get(code, {}).get("level", "")

    def names(self, code: str) -> set[str]:
        """Return the id of a code, its labels and the id that it had before, normalised."""
        row = self.rows[code]
        return {name_key(row[name]) for name in ("code", "label_nl", "label_en", "was") if row.get(name)}

    def exactly(self, path: CodePath) -> list[str]:
        """Return the codes that a path is: by its last name, those above it being names of what stands above the code.

        An id of a variable or topic goes before the labels of others. More than one is for a person to decide, also when one of them is a
        concept or a dimension.
        """
        wanted = [name_key(part) for part in path]
        found = [code for code in self.rows if wanted[-1] in self.names(code) and self._are_above(wanted[:-1], code)]
        by_id = [code for code in found if name_key(code) == wanted[-1] and self.level(code) in _CODED]
        return by_id if len(by_id) == 1 else found

    def near(self, path: CodePath) -> str:
        """Return the variable or topic with a name like the last of a path, or within it; empty when there is none."""
        key = name_key(path[-1])
        names = {name: code for code, row in self.rows.items() if row["level"] in _CODED for name in self.names(code)}
        if key in names:
            return names[key]
        if found := get_close_matches(key, sorted(names), n=1):
            return names[found[0]]
        within = {names[name] for name in names if re.search(rf"\b{re.escape(name)}\b", key)}
        return within.pop() if len(within) == 1 else ""

    def heads(self, path: CodePath) -> str:
        """Return the concept or dimension that a path is by its last name, empty when it is none."""
        key = name_key(path[-1])
        return next((code for code, row in self.rows.items() if row["level"] not in _CODED and key in self.names(code)), "")

    def _are_above(self, wanted: Sequence[str], code: str) -> bool:
        above: list[set[str]] = []
        seen = {code}
        while (code := self.rows[code].get("parent", "")) in self.rows and code not in seen:
            seen.add(code)
            above.insert(0, self.names(code))
        place = 0
        for name in wanted:
            while place < len(above) and name not in above[place]:
                place += 1
            if place == len(above):
                return False
            place += 1
        return True


def map_codes(paths: Iterable[CodePath], rows: Sequence[Row], book: Codebook, file: str = FILE) -> CodeMap:
    """Return what every code of a tool stands for; one that the map lacks is added to it.

    A new code is taken when it is an id or a label of the codebook, or a valence; else it is left empty, and said with what it is near.
    """
    made = [dict(row) for row in rows]
    known = {row["path"]: number for number, row in enumerate(made)}
    alike: dict[str, list[int]] = {}
    for number, row in enumerate(made):
        alike.setdefault(name_key(row["path"]), []).append(number)
    meanings: dict[CodePath, Meaning] = {}
    opened: list[str] = []
    for path in dict.fromkeys(paths):
        text = storable(" > ".join(path))
        same = alike.get(name_key(text), [])
        place = known.get(text, same[0] if len(same) == 1 else None)
        if place is None:
            place = known[text] = len(made)
            made.append({"path": text, "use": "yes"} | _proposal(path, book))
        row = made[place]
        meanings[path] = Meaning() if row["use"] == "ignore" else Meaning(row["code"], row["valence"])
        if problem := _open(row, path, book):
            opened.append(f"{file} row {place + 2}: {text!r} {problem}")
    return CodeMap(tuple(made), meanings, len(made) - len(rows), tuple(dict.fromkeys(opened)))


def valence_of(text: str) -> str:
    """Return the valence that a word is, empty when it is none."""
    return text if (text := name_key(text)) in VALENCES else ""


def _proposal(path: CodePath, book: Codebook) -> dict[str, str]:
    parts = split_dots(path[0]) if len(path) == 1 else path
    for levels in dict.fromkeys((path, parts)):
        if len(found := book.exactly(levels)) == 1 and book.level(found[0]) in _CODED:
            return {"code": found[0], "valence": ""}
        if valence := valence_of(levels[-1]):
            above = levels[:-1]
            if not above or name_key(above[-1]) in _ABOVE_A_VALENCE:
                return {"code": "", "valence": valence}
            if len(found := book.exactly(above)) == 1 and book.level(found[0]) == "variable":
                return {"code": found[0], "valence": valence}
    return {"code": "", "valence": ""}


def _open(row: Row, path: CodePath, book: Codebook) -> str:
    """Return what is still to be settled about a row; empty when nothing is."""
    code, valence = row["code"], row["valence"]
    if row["use"] == "ignore":
        return "is ignored, and has a code or a valence; empty both, or use it" if code or valence else ""
    if code and book.level(code) not in _CODED:
        near = book.near((code,))
        return f"has code {code!r}, which is no variable or topic of codebook.csv{f' (did you mean {near!r}?)' if near else ''}"
    if code and valence and book.level(code) == "topic":
        return f"gives topic {code!r} a valence, and a topic has none"
    return "" if code or valence else f"{_unknown(path, book)}, or write ignore under use"


def _unknown(path: CodePath, book: Codebook) -> str:
    if len(found := book.exactly(path)) > 1:
        return f"is a name of several codes ({', '.join(found)}); give the one that is meant"
    if near := book.near(path):
        return f"is no code of codebook.csv (did you mean {near!r}?); give its code"
    if head := book.heads(path):
        return f"is {head!r}, a {book.level(head)}, and only variables and topics are coded; give a code"
    return "is no code of codebook.csv; give its code"

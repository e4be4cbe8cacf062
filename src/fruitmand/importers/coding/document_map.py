"""Which document of the edition an interview of the tool is: ``documents.csv``, proposed by the first import that meets it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from fruitmand.edition.errors import suggest
from fruitmand.importers.coding.edition_tables import Row
from fruitmand.importers.coding.names import name_key, slug, storable, without_ending

FILE = "documents.csv"
_NONE = "leave it empty when it is of none"


@dataclass(frozen=True)
class DocumentMap:
    """The rows of the map with those that are new, the id of each document by its name in the tool, and what a person must look at."""

    rows: tuple[Row, ...]
    ids: Mapping[str, str]
    new: int
    open: tuple[str, ...]


def map_documents(names: Iterable[str], rows: Sequence[Row], municipalities: Sequence[Row]) -> DocumentMap:
    """Return the id of every document that a tool names; one that the map lacks is added to it.

    A document is known by its name in the tool, else by that name without its ending, capitals, underscores and hyphens, or by its id, when
    that means one document. The municipality of a new one is taken when the name is its id or label; else it is left empty, and a person
    is asked once.
    """
    made = [dict(row) for row in rows]
    given = list(dict.fromkeys(names))
    ids: dict[str, str] = {}
    known = {row["municipality"] for row in municipalities}
    opened = [
        f"{FILE} row {number}: {name!r} is no municipality of municipalities.csv ({suggest(name, known) or _NONE})"
        for number, row in enumerate(rows, start=2)
        if (name := row["municipality"]) and name not in known
    ]
    for name in given:
        found = _known(name, rows, given)
        if found is None:
            municipality, near = _municipality(name, municipalities)
            found = _new_id(name, {row["document"] for row in made})
            row = {"document": found, "file": storable(name), "municipality": municipality, "domain": "", "role": ""}
            made.append(row)
            if not municipality and municipalities:
                hint = f"did you mean {near!r}?" if near else _NONE
                opened.append(f"{FILE} row {len(made) + 1}: {name!r} has no municipality ({hint})")
        ids[name] = found
    return DocumentMap(tuple(made), ids, len(made) - len(rows), tuple(opened))


def _known(name: str, rows: Sequence[Row], given: Sequence[str]) -> str | None:
    exact = [row["document"] for row in rows if row["file"] in (name, storable(name))]
    if exact:
        return exact[0]
    key = name_key(without_ending(name))
    if sum(name_key(without_ending(other)) == key for other in given) > 1:
        return None
    taken = {storable(other) for other in given}
    alike = [
        row["document"]
        for row in rows
        if row["file"] not in taken and key in (name_key(without_ending(row["file"])), name_key(row["document"]))
    ]
    return alike[0] if len(alike) == 1 else None


def _municipality(name: str, municipalities: Sequence[Row]) -> tuple[str, str]:
    """Return the municipality that a document's name is, and else the one that it is near."""
    key = name_key(without_ending(name))
    names = {
        name_key(text): row["municipality"]
        for row in municipalities
        for text in (row["municipality"], row.get("label_nl", ""), row.get("label_en", ""))
        if text
    }
    if key in names:
        return names[key], ""
    within = {names[text] for text in names if re.search(rf"\b{re.escape(text)}\b", key)}
    if len(within) == 1:
        return "", within.pop()
    near = get_close_matches(key, sorted(names), n=1)
    return "", names[near[0]] if near and not within else ""


def _new_id(name: str, taken: set[str]) -> str:
    made = slug(without_ending(name), "-", "document")
    number, found = 1, made
    while found in taken:
        number += 1
        found = f"{made}-{number}"
    return found

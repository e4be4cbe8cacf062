"""The codes of a REFI-QDA file, of a project and of a codebook alike."""

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from fruitmand.edition.errors import Problem
from fruitmand.importers.coding.code_paths import clean, split_dots, split_known
from fruitmand.importers.coding.markup import children, text_of
from fruitmand.importers.coding.problems import all_of
from fruitmand.importers.coding.project import Code, CodePath

DEEPEST = 40
"""Levels of codes; more is no codebook that a person made."""


def read_codes(codebook: Element, file: str, origin: str) -> dict[str, Code]:
    """Return the codes of a codebook by their guid, in the order of the file.

    A code's path is what it is nested in; names hold levels themselves where a tool exports a flat list, with ``::`` or dots.

    Raises
    ------
    DataError
        When a code has no name or no guid, two codes share a guid, or codes are nested without end.
    """
    codes: dict[str, Code] = {}
    problems: list[Problem] = []
    names = {clean(code.get("name", "")) for group in children(codebook, "Codes") for code in children(group, "Code")}
    split: Callable[[str], CodePath] = split_dots if origin.casefold().startswith("taguette") else lambda name: split_known(name, names)
    for path, element in _walk(codebook, split):
        guid, name = element.get("guid", "").casefold(), clean(element.get("name", ""))
        above = " > ".join(path)
        if not name or not guid:
            problems.append(Problem(file, 0, name or guid, f"a code{f' under {above!r}' if above else ''} must have a name and a guid"))
        elif guid in codes:
            problems.append(Problem(file, 0, name, f"must have a guid of its own; {' > '.join(codes[guid].path)!r} has the same, {guid}"))
        elif len(path) >= DEEPEST:
            problems.append(Problem(file, 0, name, f"codes may be nested {DEEPEST} deep at most", "the file is damaged"))
        else:
            codable = element.get("isCodable", "true").strip().casefold() not in ("false", "0")
            codes[guid] = Code((*path, name) if path else split(name), text_of(element, "Description"), codable)
    if problems:
        raise all_of(problems)
    return codes


def code_notes(codes: dict[str, Code]) -> list[str]:
    """Return what a person must know of the codes: paths that two codes share."""
    seen: dict[CodePath, int] = {}
    for code in codes.values():
        seen[code.path] = seen.get(code.path, 0) + 1
    return [f"{count} codes have the same path {' > '.join(path)!r}, and are taken as one." for path, count in seen.items() if count > 1]


def _walk(codebook: Element, split: Callable[[str], CodePath]) -> Iterator[tuple[CodePath, Element]]:
    """Yield every code with the path above it, without recursion, which a damaged file could exhaust."""
    codes = [code for group in children(codebook, "Codes") for code in children(group, "Code")]
    todo: list[tuple[CodePath, Element]] = [((), code) for code in reversed(codes)]
    while todo:
        path, element = todo.pop()
        yield path, element
        if len(path) < DEEPEST:
            name = clean(element.get("name", ""))
            below = (*path, name) if path else split(name)
            todo.extend((below, code) for code in reversed(children(element, "Code")))

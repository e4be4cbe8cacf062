"""Read a raw TOML file by its model; every problem names the row or the key, and what is wrong with it."""

import re
import tomllib
from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from fruitmand.edition.errors import Problem
from fruitmand.edition.raw_text import decode, faults

T = TypeVar("T", bound=BaseModel)

_LARGEST = 2**63
"""TOML asks for whole numbers of 64 bits."""


def read_toml(content: bytes, kind: type[T], file: str) -> tuple[T | None, list[Problem]]:
    """Read and check the bytes of a TOML file.

    Parameters
    ----------
    content : bytes
        Of the file.
    kind : type
        What it holds.
    file : str
        Name of the file, for the messages.

    Returns
    -------
    found : model or None
        None when there are problems.
    problems : list of Problem
        Everything that is wrong, empty when nothing is.
    """
    text, problems = decode(content, file)
    problems = problems or list(_rows(text, file))
    if problems:
        return None, problems
    try:
        raw = tomllib.loads(text)
        problems = list(_values(raw, file))
        return (None, problems) if problems else (kind.model_validate(raw), [])
    except ValidationError as error:
        return None, [
            _invalid(".".join(map(str, item["loc"])), _rule(item["type"], item["msg"]), item["input"], file) for item in error.errors()
        ]
    except RecursionError:
        return None, [Problem(file, 0, "", "is not valid TOML in UTF-8", "brackets or keys within each other without end")]
    except ValueError as error:  # also of a number with more digits than Python reads
        row = re.search(r"at line (\d+)", str(error))
        return None, [Problem(file, int(row[1]) if row else 0, "", "is not valid TOML in UTF-8", str(error))]


def _rule(kind: str, message: str) -> str:
    return "there is no such key; docs/data-dictionary.md has those that there are" if kind == "extra_forbidden" else message


def _invalid(key: str, message: str, given: object, file: str) -> Problem:
    return Problem(file, 0, key, message, f"the file has {given!r}"[:120])


def _rows(text: str, file: str) -> Iterator[Problem]:
    """Find what may not be in the text as it is written, comments and names of keys included."""
    for number, line in enumerate(text.split("\n"), start=1):
        for fault in faults(line):
            yield Problem(file, number, fault.around, fault.rule, fault.cause)


def _values(value: object, file: str, key: str = "") -> Iterator[Problem]:
    """Find what may not be in the values, which can write a character by its number."""
    match value:
        case str():
            yield from (Problem(file, 0, f"{key}: {fault.around}", fault.rule, fault.cause) for fault in faults(value))
        case int() if abs(value) >= _LARGEST:
            yield Problem(file, 0, key, "must be a number of 64 bits", "a digit too many")
        case dict():
            for name, item in value.items():
                yield from (Problem(file, 0, f"{key}: {fault.around}", f"a key {fault.rule}", fault.cause) for fault in faults(name))
                yield from _values(item, file, f"{key}.{name}".lstrip("."))
        case list():
            for position, item in enumerate(value):
                yield from _values(item, file, f"{key}.{position}".lstrip("."))

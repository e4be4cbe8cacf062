"""Named numbers: every number that a report's text can use, with its denominator and its source."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from fruitmand.edition.errors import FruitmandError


@dataclass(frozen=True)
class Number:
    """A number with a name.

    ``value`` is None when the number is undefined, and ``reason`` then says why. ``n`` is the number of cases that the value is based on,
    None where the value is itself the count of all cases. ``source`` names the raw files.
    """

    name: str
    value: int | float | None
    n: int | None
    source: str
    reason: str = ""


class Numbers:
    """The named numbers of a step, in the order in which they were named."""

    def __init__(self, numbers: Iterable[Number] = ()) -> None:
        self._numbers: dict[str, Number] = {}
        for number in numbers:
            self.add(number)

    def add(self, number: Number) -> None:
        """Add a number.

        Raises
        ------
        FruitmandError
            When its name already has another value, or an undefined number has no reason.
        """
        if number.value is None and not number.reason:
            raise FruitmandError(f"number {number.name!r} is undefined and has no reason")
        known = self._numbers.setdefault(number.name, number)
        if known != number:
            raise FruitmandError(f"number {number.name!r} has two values: {known.value} and {number.value}")

    def __getitem__(self, name: str) -> Number:
        return self._numbers[name]

    def __contains__(self, name: str) -> bool:
        return name in self._numbers

    def __iter__(self) -> Iterator[Number]:
        return iter(self._numbers.values())

    def names(self) -> list[str]:
        """Return the names in order."""
        return list(self._numbers)

    def to_json(self, used: Collection[str]) -> str:
        """Return the numbers as JSON: a list of objects with name, value, n, source, reason and whether a text uses it."""
        items = [asdict(number) | {"used": number.name in used} for number in self]
        return json.dumps(items, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, path: Path, *, used_only: bool = False) -> "Numbers":
        """Read numbers that ``to_json`` wrote, all of them or only those that a text uses."""
        items = json.loads(path.read_text(encoding="utf-8"))
        return cls(Number(**item) for item in items if item.pop("used") or not used_only)

"""Offer a map of what an import did not understand: tables beside the export, which a person completes and confirms."""

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from fruitmand.edition.errors import DataError, Problem
from fruitmand.edition.files import write

MOST = 500
"""Most rows of a proposal; more are no list for a person."""
BESIDE = "example"
"""Heading of the column that is there to be read by a person alone."""


class NotUnderstoodError(DataError):
    """All problems of an export, and what a person could settle: columns by heading, answers by (what they are about, answer).

    Each has a guess, or nothing. ``examples`` says of a column, by heading, what it asks, or what answers it has.
    """

    def __init__(
        self,
        problems: Sequence[Problem],
        columns: Mapping[str, str],
        values: Mapping[tuple[str, str], str],
        examples: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(problems)
        self.columns, self.values, self.examples = columns, values, examples or {}

    def offering(self, export: Path, label: str) -> "NotUnderstoodError":
        """Write the proposals beside the export, and return the error with what to do with them.

        What it guesses carries a question mark, which the import does not read: a person takes it away.
        """
        columns = [(heading, f"?{near}", self.examples.get(heading, "")) for heading, near in self.columns.items() if heading]
        values = [(about, value, f"?{meaning}") for (about, value), meaning in sorted(self.values.items())]
        tables: list[tuple[str, tuple[str, ...], Sequence[tuple[str, ...]]]] = [
            ("columns", ("heading", "item", BESIDE), columns),
            ("values", ("about", "value", "meaning"), values),
        ]
        for name, headings, rows in tables:
            if rows and len(rows) <= MOST:
                proposal = export.with_name(f"{export.stem}.{name}.csv")
                with suppress(OSError):  # without a place for it there is still the message
                    write(proposal, "\ufeff" + _csv([headings, *rows]))  # by the mark Excel shows umlauts
                    self.args = (
                        f"{self}\nTo settle this once: correct {proposal}, put what is right in the place of every ?,"
                        f" and save it as {label}/{name}.csv (add its rows if there is one).",
                    )
        return self


def _csv(rows: Sequence[Sequence[str]]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()

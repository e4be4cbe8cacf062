"""Read a table of an SQLite database that a tool keeps its project in, without any way to write to it."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fruitmand.edition.errors import DataError
from fruitmand.importers.coding.problems import refusal

MAGIC = b"SQLite format 3\0"
LONGEST = 64_000_000
"""Bytes of a text."""
STEPS = 200_000_000
"""Steps of the database engine per question, some seconds: a damaged file must not keep it busy for ever."""


class Database:
    """A database, opened read-only and as a file that nobody changes; ``tables`` are the columns of each of its tables."""

    def __init__(self, path: Path) -> None:
        """Open a database.

        Raises
        ------
        DataError
            When it is damaged, or the tool has it open, so that what was coded last may not be in it yet.
        """
        self.file = path.name
        path = path.resolve()
        for ending in ("-wal", "-journal"):
            beside = path.with_name(path.name + ending)
            if beside.is_file() and beside.stat().st_size:
                raise refusal(
                    self.file, "must not be in use", f"{beside.name} stands beside it: close the tool, so that all is in one file"
                )
        try:
            self._connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
            self._connection.execute("PRAGMA trusted_schema=OFF")
            self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
            self._connection.set_progress_handler(lambda: 1, STEPS)
            damage = self._connection.execute("PRAGMA integrity_check(1)").fetchone()
            names = [name for (name,) in self._connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
            self.tables = {name: [row[1] for row in self._connection.execute(f'PRAGMA table_info("{_quoted(name)}")')] for name in names}
        except (sqlite3.Error, UnicodeDecodeError, ValueError, TypeError):
            raise self._damage() from None
        if damage != ("ok",):
            raise self._damage()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def rows(self, table: str, columns: Sequence[str], *, optional: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Return the rows of a table, in the order of the database; an optional column that it does not have is None.

        Raises
        ------
        DataError
            When the table or a column is missing, or the database is damaged.
        """
        present = self.tables.get(table, [])
        if missing := [column for column in columns if column not in present]:
            rule = f"table {table!r} must have a column {missing[0]!r}" if present else f"must have a table {table!r}"
            raise refusal(self.file, rule, "it is of a version of the tool that is not known; export a REFI-QDA project (.qdpx) or a table")
        chosen = [*columns, *(column for column in optional if column in present)]
        names = ", ".join(f'"{_quoted(column)}"' for column in chosen)
        try:
            found = self._connection.execute(f'SELECT {names} FROM "{_quoted(table)}" ORDER BY rowid').fetchall()  # noqa: S608 - quoted
        except (sqlite3.Error, UnicodeDecodeError):
            raise self._damage() from None
        return [dict.fromkeys(optional) | dict(zip(chosen, row, strict=True)) for row in found]

    def count(self, table: str) -> int:
        """Return how many rows a table has; 0 when there is no such table."""
        return len(self.rows(table, self.tables[table][:1])) if self.tables.get(table) else 0

    def _damage(self) -> DataError:
        return refusal(self.file, "must be a whole database", "it is damaged or cut off; copy it again, with the tool closed")


def whole(value: Any) -> int | None:
    """Return a position as a whole number, also when it is stored as a float; None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if abs(value) < 2**53 and int(value) == value else None


def words(value: Any) -> str:
    """Return a value as text; what is missing is empty."""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return "" if value is None else str(value)


def _quoted(name: str) -> str:
    return name.replace('"', '""')

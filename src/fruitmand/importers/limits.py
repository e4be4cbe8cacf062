"""How large an export may be. It keeps the memory that any file takes under 500 MiB, and no interviews or survey come near it."""

from pathlib import Path

from fruitmand.edition.errors import DataError, Problem

MAX_BYTES = 24 * 2**20
"""Largest file."""
MAX_UNPACKED = 64 * 2**20
"""Most bytes in a part of a workbook, or in the cells of an SPSS file, once unpacked."""
MAX_CELLS = 1_000_000
MAX_COLUMNS = 5_000
MAX_ROWS = 20_000


def check_size(path: Path) -> None:
    """Refuse a file that is larger than any export.

    Raises
    ------
    DataError
        Also when it cannot be looked at.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DataError([Problem(path.name, 0, "", "must be a file that can be read", str(error.strerror))]) from None
    if size > MAX_BYTES:
        raise too_large(path, f"it has {size / 2**20:,.0f} MiB, and at most {MAX_BYTES / 2**20:.0f} are read")


def too_large(path: Path, what: str) -> DataError:
    """Return the error of a file that is larger than any export, with what is too large about it."""
    return DataError([Problem(path.name, 0, "", "must be no larger than an export is", f"{what}; is this the file that the tool made?")])

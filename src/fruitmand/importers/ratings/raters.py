"""Who rated: named by whoever imports, by a column of the table, or by the sheet; one person under two spellings is one rater."""

import re
import unicodedata
from collections.abc import Sequence

from fruitmand.edition.columns import ID
from fruitmand.edition.errors import FruitmandError
from fruitmand.importers.ratings.layouts import Cell

_UNNAMED = re.compile(r"(?:sheet|blad|werkblad|tabelle|feuil|tabel|table|ratings|beoordelingen)\s*\d*")


def raters_of(cells: Sequence[Cell], given: str) -> tuple[list[str], list[str]]:
    """Return the rater of every cell that is filled in, as an id, and how each was spelled.

    Raises
    ------
    FruitmandError
        When nobody says who rated, a name makes no id, one rater has two sheets, or ``given`` would name the raters of two.
    """
    places = list(dict.fromkeys(cell.place for cell in cells))
    if given and len(places) > 1:
        raise FruitmandError(f"{' and '.join(places)} are both filled in, and CODER names one rater; leave CODER out")
    raters: list[str] = []
    spelled: dict[str, list[str]] = {}
    sheets: dict[str, str] = {}
    for cell in cells:
        said = _said(cell, given)
        rater = rater_id(said)
        if not re.fullmatch(ID, rater):
            raise FruitmandError(f"{said!r} is no name for a rater, which begins with a letter; add CODER=…")
        if sheets.setdefault(rater, cell.place) != cell.place:
            raise FruitmandError(f"a rater has one sheet, and {rater} has {sheets[rater]} and {cell.place}; name them after two raters")
        raters.append(rater)
        if said not in spelled.setdefault(rater, []):
            spelled[rater].append(said)
    notes = [f"rater {' and '.join(map(repr, names))} is written as {rater}" for rater, names in spelled.items() if names != [rater]]
    return raters, notes


def _said(cell: Cell, given: str) -> str:
    """Return the name of the rater of a cell as somebody wrote it."""
    if given and cell.rater and rater_id(cell.rater) != rater_id(given):
        raise FruitmandError(f"{cell.place} row {cell.row}: its rater is {cell.rater!r}, and CODER says {given!r}; leave CODER out")
    unnamed = _UNNAMED.fullmatch(cell.sheet.strip().casefold())
    said = given or cell.rater or ("" if unnamed else cell.sheet)
    if not said:
        sheet = ", or give the sheet the rater's name" if cell.sheet else ""
        raise FruitmandError(f"{cell.place} does not say who rated; give the same command with the rater: add CODER=…{sheet}")
    return said


def rater_id(name: str) -> str:
    """Return a name as an id: small letters without accents, and ``_`` for what is no letter or digit.

    >>> rater_id("Zoë de Vries")
    'zoe_de_vries'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")

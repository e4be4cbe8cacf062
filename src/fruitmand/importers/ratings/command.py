"""Import ratings into an edition: read the workbook or table, put each rater's ratings in the place of the earlier ones, and report."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fruitmand.edition.errors import DataError, FruitmandError, Problem, suggest
from fruitmand.edition.files import write
from fruitmand.edition.raw_text import decode, read_bytes
from fruitmand.edition.reading import Edition
from fruitmand.edition.signatures import is_zip
from fruitmand.importers.coding.refused_files import first_bytes
from fruitmand.importers.coding.tables import Sheet, even, read_separated, read_workbook
from fruitmand.importers.ratings.layouts import Cell, is_long, is_wide, read_cells
from fruitmand.importers.ratings.raters import raters_of
from fruitmand.importers.ratings.study import Study, read_study

COLUMNS = ("municipality", "variable", "symbol", "rater", "segments")
SHOWN = 5
"""Ratings that are named one by one in a line of the report."""
Key = tuple[str, str]
"""A municipality and a variable."""


@dataclass(frozen=True)
class Rating:
    """A rating by one rater; ``segments`` are the passages that it names, separated by ``;``."""

    symbol: str
    segments: str = ""


Ratings = dict[str, dict[Key, Rating]]
"""Ratings by rater."""


def is_ratings(path: Path) -> bool:
    """Return whether a file is a workbook or a table of ratings; a file that cannot be read is none."""
    try:
        return any(is_long(sheet) or is_wide(sheet) for sheet in _sheets(path))
    except DataError:
        return False


def import_ratings(path: Path, name: str, rater: str = "") -> str:
    """Import ratings into ``data/raw/<name>/ratings.csv`` and return a report of what was done, line by line.

    An empty cell is a rating that is missing: it is listed, and not written. A rater who is in the file already has all earlier ratings
    replaced, and the report says which changed; the passages that a rating named stay with it where its symbol stayed and the new table
    names none.

    Parameters
    ----------
    path : Path
        A workbook with a sheet for each rater, or a table, wide or long.
    name : str
        The edition; a draft that rests on fieldwork.
    rater : str
        Who rated; when empty, the name of each sheet or the column *rater*.

    Raises
    ------
    FruitmandError
        When the edition takes no ratings, or nobody says who rated.
    DataError
        With all problems of the table at once. Nothing is written then.
    """
    edition = Edition(name)
    file = f"{edition.label}/edition.toml"
    if edition.settings.status == "published":
        raise DataError([Problem(file, 0, "published", "a published edition takes no ratings", "make a new edition")])
    if edition.settings.basis != "fieldwork":
        rule = "only an edition that rests on fieldwork takes ratings"
        raise DataError([Problem(file, 0, edition.settings.basis, rule, "those of a publication are read out of it")])
    study = read_study(edition)
    sheets = [sheet for sheet in _sheets(path) if is_long(sheet) or is_wide(sheet)][: None if _is_book(path) else 1]
    if not sheets:
        raise DataError([Problem(path.name, 0, "", "must be a table of ratings", "no sheet has variables and municipalities")])
    found, notes = _read(path, sheets, study, rater)
    before = _earlier(edition)
    kept = {one: _with_segments(ratings, before.get(one, {})) for one, ratings in found.items()}
    changed = write(edition.folder / "ratings.csv", _csv(before | kept, study))
    lines = [f"read {', '.join(_form(sheet) for sheet in sheets)}", *notes]
    lines += [line for one, ratings in kept.items() for line in _told(one, ratings, before, study)]
    lines += [*_decided_before(edition, kept, before), *_differences(before | kept, study)]
    lines.append(f"{'wrote' if changed else 'nothing changed in'} {edition.label}/ratings.csv")
    return "\n".join(f"  {line}" for line in lines)


def _is_book(path: Path) -> bool:
    return is_zip(first_bytes(path))


def _sheets(path: Path) -> list[Sheet]:
    return read_workbook(path) if _is_book(path) else read_separated(path.read_bytes(), path.name)


def _form(sheet: Sheet) -> str:
    form = "a row for each rating" if is_long(sheet) else "a cell for each rating"
    return f"sheet {sheet.name!r} with {form}" if sheet.kind == "xlsx" else f"a table with {form}"


def _read(path: Path, sheets: Sequence[Sheet], study: Study, given: str) -> tuple[Ratings, list[str]]:
    """Return the ratings of every rater in a file and what to say of them; sheets in which nobody rated are left out by name."""
    problems: list[Problem] = []
    notes: list[str] = []
    filled: list[Cell] = []
    for sheet in map(even, sheets):
        place = f"{path.name} (sheet {sheet.name!r})" if sheet.kind == "xlsx" else path.name
        notes += sheet.notes
        cells, odd = read_cells(sheet, study, place)
        if rated := [cell for cell in cells if cell.text.strip()]:
            filled += rated
        else:
            notes.append(f"nothing is rated in {place}")
        problems += odd if rated or len(sheets) == 1 else []
    problems += [problem for cell in filled if (problem := _odd(cell, study))]
    if problems:
        raise DataError(problems)
    if not filled:
        raise FruitmandError(f"{path.name}: nothing is rated in it, and nothing was changed")
    raters, told = raters_of(filled, given)
    ratings: Ratings = {}
    for cell, rater in zip(filled, raters, strict=True):
        symbol = study.symbol(cell.variable, cell.text)
        assert symbol is not None, "odd cells are told before"
        ratings.setdefault(rater, {})[cell.municipality, cell.variable] = Rating(symbol, cell.segments)
    return ratings, list(dict.fromkeys([*notes, *told]))


def _odd(cell: Cell, study: Study) -> Problem | None:
    if study.symbol(cell.variable, cell.text) is not None:
        return None
    rule = f"must be a rating of {cell.municipality} on {cell.variable}: {study.choices(cell.variable)}, or the word for one"
    near = suggest(cell.text.strip(), study.words[cell.variable]) or "leave the cell empty where nothing was rated"
    return Problem(cell.place, cell.row, cell.text.strip(), rule, near)


def _earlier(edition: Edition) -> Ratings:
    """Return the ratings that the edition has; none when there is no file."""
    path, file = edition.folder / "ratings.csv", f"{edition.label}/ratings.csv"
    if not path.exists():
        return {}
    content, problems = read_bytes(path, file)
    text, odd = decode(content or b"", file)
    if problems or odd:
        raise DataError([*problems, *odd])
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    if not set(COLUMNS[:3]) <= set(rows.fieldnames or ()) <= set(COLUMNS):
        rule = f"its columns must be {', '.join(COLUMNS)}"
        raise DataError([Problem(file, 1, ", ".join(rows.fieldnames or ()), rule, "it was not imported; move it away")])
    found: Ratings = {}
    for row in rows:
        key = row["municipality"], row["variable"]
        found.setdefault(row.get("rater") or "", {})[key] = Rating(row["symbol"], row.get("segments") or "")
    return found


def _with_segments(ratings: Mapping[Key, Rating], before: Mapping[Key, Rating]) -> dict[Key, Rating]:
    """Return ratings with the passages that they named before, where their symbol stayed and they name none now."""
    old = {key: before[key].segments if key in before and before[key].symbol == one.symbol else "" for key, one in ratings.items()}
    return {key: Rating(one.symbol, one.segments or old[key]) for key, one in ratings.items()}


def _csv(ratings: Ratings, study: Study) -> str:
    """Return the table, by municipality and variable in the order of the study, then by rater; what the study no longer has comes last."""
    towns = {name: place for place, name in enumerate(study.municipalities.ids)}
    variables = {name: place for place, name in enumerate(study.variables.ids)}
    last = len(towns) + len(variables)
    rows = [(*key, one.symbol, rater, one.segments) for rater, by_key in ratings.items() for key, one in by_key.items()]
    rows.sort(key=lambda row: (towns.get(row[0], last), row[0], variables.get(row[1], last), row[1], row[3]))
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([COLUMNS, *rows])
    return buffer.getvalue()


def _told(rater: str, ratings: Mapping[Key, Rating], before: Ratings, study: Study) -> Iterator[str]:
    """Yield what to say of a rater's ratings: how many, which are missing, and what changed."""
    wanted = [(town, variable) for town in study.municipalities.ids for variable in study.variables.ids]
    missing = [key for key in wanted if key not in ratings]
    yield f"rater {rater}: {len(ratings)} of {len(wanted)} ratings"
    if missing:
        yield f"not rated by {rater}: {_some(' '.join(key) for key in missing)}"
    if rater not in before:
        if near := suggest(rater, before):
            yield f"{rater} is a new rater: {near} If so, delete the rows of {rater} and import again with CODER=…"
        return
    old = before[rater]
    others = {key: one for key, one in ratings.items() if old.get(key, one).symbol != one.symbol}
    for what, keys in {
        "changed": [f"{' '.join(key)} {old[key].symbol} is now {one.symbol}" for key, one in others.items()],
        "new": [" ".join(key) for key in ratings if key not in old],
        "gone": [f"{' '.join(key)} ({one.symbol})" for key, one in old.items() if key not in ratings],
        "names other passages": [" ".join(key) for key, one in ratings.items() if old.get(key, one).segments != one.segments],
    }.items():
        if keys:
            yield f"{what}, {len(keys)} of rater {rater}: {_some(keys)}"


def _decided_before(edition: Edition, now: Ratings, before: Ratings) -> Iterator[str]:
    """Yield which ratings changed that somebody decided on, having seen what stood then."""
    path = edition.folder / "adjudications.csv"
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", newline="") as stream:
        decided = {row.get("key") for row in csv.DictReader(stream) if row.get("table") == "ratings"}
    changed = {key for rater, ratings in before.items() if rater in now for key, one in ratings.items() if now[rater].get(key) != one}
    if again := sorted(" ".join(key) for key in changed if " ".join(key) in decided):
        yield f"adjudications.csv decides on {_some(again)}, which changed; look at it again"


def _differences(ratings: Ratings, study: Study) -> Iterator[str]:
    """Yield where raters differ."""
    found = []
    for key in [(town, variable) for town in study.municipalities.ids for variable in study.variables.ids]:
        given = {rater: by_key[key].symbol for rater, by_key in ratings.items() if key in by_key}
        if len(set(given.values())) > 1:
            found.append(f"{' '.join(key)} ({', '.join(f'{rater} {symbol}' for rater, symbol in given.items())})")
    if found:
        yield f"raters differ on {len(found)}, which adjudications.csv settles: {_some(found)}"


def _some(texts: Iterable[str]) -> str:
    listed = list(texts)
    more = f", … and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + more

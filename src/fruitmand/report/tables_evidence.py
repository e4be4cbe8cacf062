"""The tables of ratings in words: the map, by concept, per variable with the passages beside each rating, and per municipality."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from fruitmand.analysis.ratings import variables
from fruitmand.report.blocks import Cell, Column, Table
from fruitmand.report.tables_study import columns, rating
from fruitmand.report.words import Words

SIDES = ("for", "mixed", "against")
PRINTED = 3
"""Passages beside a rating that are printed; the web page has all of them."""
_MARKS = {"supported": "●", "mixed": "◆", "contested": "▲", "opposed": "×", "none": "○"}
"""Shape for how passages stand to a rating: told apart without colour."""


def rating_map(words: Words, evidence: pd.DataFrame) -> Table:
    """Show every rating once, in words, with a shape for the passages beside it: a row per variable, a column per municipality.

    Parameters
    ----------
    evidence : DataFrame
        As `analysis.evidence.evidence_map` returns it; a rating that is not in it was not given, and is a dash.
    """
    names = _municipalities(words)
    found = {(row["variable"], row["municipality"]): row for row in evidence.to_dict("records")}
    rows: list[list[Cell | str]] = []
    for concept, part in variables(words.edition["codebook"]).groupby("concept", sort=False):
        lines: list[list[Cell | str]] = [
            [words.label(book["code"]), *(_rating(words, book, found.get((book["code"], name)), marked=True) for name in names)]
            for book in part.to_dict("records")
            if any((book["code"], name) in found for name in names)
        ]
        rows += [[words.label(str(concept))], *lines] if lines else []
    width = 0.6 / max(1, len(names))
    return Table([*columns(words, ("variable", "left", 0.4)), *(Column(words.municipality(name), "center", width) for name in names)], rows)


def _municipalities(words: Words) -> list[str]:
    return [str(name) for name in words.edition["municipalities"].sort_values("position")["municipality"]]


def _rating(words: Words, book: Mapping[object, object], row: Mapping[object, object] | None, *, marked: bool = False) -> Cell:
    """Return a rating in words with the study's own symbol small below, linked to the passages beside it; a dash where there is none."""
    if row is None:
        return Cell(words.text("cell.none"))
    given = rating(words, book, row["symbol"])
    standing = str(row["standing"])
    mark, said = (_MARKS[standing], words.text(f"standing.{standing}")) if marked else ("", "")
    return replace(given, mark=mark, said=said, link=f"rating-{row['variable']}-{row['municipality']}")


def by_concept(words: Words, by_municipality: pd.DataFrame) -> Table:
    """Show how many of its ratings each municipality has at the high end of each concept: a row per concept.

    Parameters
    ----------
    by_municipality : DataFrame
        As `analysis.ratings.count_by_municipality` returns it. Without a rating there is a dash.
    """
    names = _municipalities(words)
    rows: list[list[Cell | str]] = []
    for concept, part in by_municipality.groupby("concept", sort=False):
        counted = {row["municipality"]: row for row in part.to_dict("records")}
        if part["n"].sum():
            rows.append([words.label(str(concept)), *(_share(words, counted[name]) for name in names)])
    width = 0.64 / max(1, len(names))
    return Table([*columns(words, ("concept", "left", 0.36)), *(Column(words.municipality(name), "center", width) for name in names)], rows)


def _share(words: Words, row: Mapping[object, object]) -> str:
    high, n = int(str(row["high"])), int(str(row["n"]))
    return words.text("cell.of", value=high, n=n) if n else words.text("cell.none")


def passages(words: Words, evidence: pd.DataFrame, variable: str) -> Table:
    """Show the ratings of a variable in words, each with the passages for it, mixed and against it: a row per municipality.

    Parameters
    ----------
    evidence : DataFrame
        As `analysis.evidence.evidence_map` returns it.
    """
    book = words.variables[variable]
    rows: list[list[Cell | str]] = []
    for row in evidence[evidence["variable"] == variable].to_dict("records"):
        name = words.municipality(row["municipality"])
        higher = set(str(row["ids_higher"]).split())
        by_side = {
            side: [_passage(words, _way(side, segment in higher), words.segments[segment]) for segment in str(row[f"ids_{side}"]).split()]
            for side in SIDES
        }
        shown, more = _chosen(by_side)
        told = Cell(
            "\n".join(shown) or words.text("cell.no_passage"),
            more="\n".join(more),
            more_said=words.text("cell.more", n=len(more)) if more else "",
        )
        standing = _standing(words, row["standing"])
        given = _rating(words, book, row)
        rows.append([Cell(name, anchor=given.link), replace(given, link=""), standing, told])
    heads = columns(
        words, ("municipality", "left", 0.11), ("rating", "center", 0.12), ("standing", "left", 0.17), ("passages", "left", 0.6)
    )
    return Table(heads, rows)


def _chosen(by_side: Mapping[str, list[str]]) -> tuple[list[str], list[str]]:
    """Return the passages that are printed, and the others: of every side its first, so that none is hidden, and then in their order.

    >>> _chosen({"for": ["a", "b", "c"], "mixed": [], "against": ["d"]})
    (['a', 'b', 'd'], ['c'])
    """
    first = [lines[0] for lines in by_side.values() if lines]
    rest = [line for lines in by_side.values() for line in lines[1:]]
    kept = {*first, *rest[: PRINTED - len(first)]}
    lines = [line for lines in by_side.values() for line in lines]
    return [line for line in lines if line in kept], [line for line in lines if line not in kept]


def _standing(words: Words, standing: str) -> str:
    """Return how passages stand to a rating, as a shape and in words."""
    return f"{_MARKS[standing]} {words.text(f'standing.{standing}')}"


def _way(side: str, higher: bool) -> str:
    """Return the key of which way a passage points: one that is a step away points higher or lower than the rating."""
    return side if side != "mixed" else "higher" if higher else "lower"


def _passage(words: Words, side: str, row: Mapping[object, object]) -> str:
    """Return a passage with which way it points."""
    return words.text("cell.passage", side=words.text(f"side.{side}"), text=passage_text(words, row))


def passage_text(words: Words, row: Mapping[object, object]) -> str:
    """Return a passage as its paraphrase, with where it is found and who spoke, as far as its source tells."""
    respondent = row["respondent"]
    who = "" if pd.isna(respondent) else words.text(f"speaker.{respondent}")
    return f"{words.pick(row, 'paraphrase')} ({'; '.join(filter(None, [_place(words, row), who]))})"


def _place(words: Words, row: Mapping[object, object]) -> str:
    """Return the section and paragraph of a published passage, the document of one of an interview."""
    if words.edition.settings.basis == "fieldwork":
        return str(row["document"])
    return words.section_place(f"{row['section']} ¶{row['paragraph']}")


def municipality(words: Words, evidence: pd.DataFrame, name: str) -> Table:
    """Show all ratings of a municipality in words, by concept, with how passages stand to each and how many there are."""
    found = evidence[evidence["municipality"] == name].set_index("variable", drop=False)
    rows: list[list[Cell | str]] = []
    for concept, part in variables(words.edition["codebook"]).groupby("concept", sort=False):
        shown = [book for book in part.to_dict("records") if book["code"] in found.index]
        rows += [[words.label(str(concept))]] if shown else []
        for book in shown:
            row = found.loc[book["code"]].to_dict()
            standing = _standing(words, row["standing"])
            rows.append([words.label(book["code"]), _rating(words, book, row), standing, *(str(row[f"n_{side}"]) for side in SIDES)])
    heads = columns(words, ("variable", "left", 0.36), ("rating", "center", 0.18), ("standing", "left", 0.19))
    return Table([*heads, *(Column(words.text(f"side.{side}"), "right", 0.09) for side in SIDES)], rows)


def told(words: Words, name: str) -> Table:
    """Show what else is told of a municipality: what it expects, and the initiatives in which it takes part."""
    tables = words.edition
    expected = tables["expectations"][tables["expectations"]["municipality"] == name]
    started = tables["initiatives"][tables["initiatives"]["municipalities"].fillna("").str.split(";").map(lambda names: name in names)]
    kinds: Sequence[tuple[str, list[str]]] = (
        ("expectations", list(dict.fromkeys(words.pick(row) for row in expected.to_dict("records")))),
        ("initiatives", [_with_status(words, row) for row in started.to_dict("records")]),
    )
    rows: list[list[Cell | str]] = [[words.text(f"column.{kind}"), "\n".join(items)] for kind, items in kinds if items]
    return Table(columns(words, ("what", "left", 0.2), ("value", "left", 0.8)), rows)


def _with_status(words: Words, row: Mapping[object, object]) -> str:
    """Return an initiative with how far it came."""
    status = row["status"]
    return f"{words.pick(row)} ({words.text(f'initiative.{status}').lower()})"

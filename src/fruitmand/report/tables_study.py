"""The tables of the study: agenda, theory, measures, findings, ratings and expectations; one function a table."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from fruitmand.analysis.raters import Comparison
from fruitmand.analysis.ratings import variables
from fruitmand.edition.reading import Edition
from fruitmand.report.blocks import Align, Cell, Column, Table
from fruitmand.report.style import shade
from fruitmand.report.words import Words

_LEVELS = {"+/+": "high", "+/-": "middle", "-/-": "low"}


def columns(words: Words, *specs: tuple[str, Align, float]) -> list[Column]:
    """Return table columns from (key of the header's text, alignment, width as a share of the page)."""
    return [Column(words.text(f"column.{key}"), align, width) for key, align, width in specs]


def without_empty(table: Table) -> Table:
    """Return a table without its last column where no row has anything in it but a dash."""
    width = len(table.columns)
    if any(len(row) == width and row[-1] not in ("", "–") for row in table.rows):
        return table
    return Table(table.columns[:-1], [row[: width - 1] for row in table.rows])


def rating(words: Words, variable: Mapping[Any, Any], symbol: object) -> Cell:
    """Return a rating in a word with the study's own symbol small below; a dash where none was given.

    The word is that of its scale, or *high*, *middle* or *low* where that has none; ``variable`` is its row of the codebook.
    """
    if pd.isna(symbol):
        return Cell(words.text("cell.none"))
    word, sign = words.point(variable["scale_used"], str(symbol)), words.symbol(str(symbol))
    said = words.text(f"rated.{_LEVELS[str(symbol)]}") if word == sign else word
    return Cell(said, shade(str(symbol), variable["polarity"]), sign)


def agenda(words: Words) -> Table:
    """List the interview questions, grouped by block in the order in which the blocks begin."""
    rows: list[list[Cell | str]] = []
    block = ""
    for row in by_block(words.edition["agenda"]).to_dict("records"):
        if row["block"] != block:
            block = row["block"]
            rows.append([words.label(block)])
        rows.append([str(row["question"]), words.pick(row), words.pick(row, "asks")])
    return Table(columns(words, ("number", "right", 0.06), ("subject", "left", 0.34), ("asks", "left", 0.6)), rows)


def by_block(rows: pd.DataFrame) -> pd.DataFrame:
    """Return questions or items with those of a block together, the blocks in the order in which they begin."""
    order = {block: place for place, block in enumerate(dict.fromkeys(rows["block"]))}
    return rows.sort_values("block", key=lambda blocks: blocks.map(order), kind="stable")


def measures(words: Words, concept: str) -> Table:
    """Show how a concept was measured: dimensions, variables, questions, scales as declared and scales as used.

    Fieldwork rates on the scale of the codebook, so that where that is the one declared it is shown once.
    """
    book = variables(words.edition["codebook"], concept)
    once = (
        words.edition.settings.basis == "fieldwork" and not (book["scale_declared"].fillna(book["scale_used"]) != book["scale_used"]).any()
    )
    rows: list[list[Cell | str]] = []
    for dimension, part in book.groupby("dimension", sort=False):
        rows.append([words.label(str(dimension))])
        for row in part.to_dict("records"):
            declared, used = (row[column] if not pd.isna(row[column]) else "" for column in ("scale_declared", "scale_used"))
            rows.append(
                [
                    _in_theory(words, row["code"]),
                    words.label(row["code"], "definition"),
                    words.text("cell.none") if pd.isna(row["question"]) else str(row["question"]),
                    *([] if once else [words.scale(declared) or words.text("cell.none")]),
                    words.text("cell.same") if used == declared and words.edition.settings.basis != "fieldwork" else words.scale(used),
                ]
            )
    heads: list[tuple[str, Align, float]] = [("variable", "left", 0.2), ("definition", "left", 0.34), ("question", "center", 0.08)]
    scales: list[tuple[str, Align, float]] = [("scale_declared", "left", 0.2), ("scale_used", "left", 0.18)]
    return Table(columns(words, *heads, *([("scale", "left", 0.38)] if once else scales)), rows)


def _in_theory(words: Words, code: str) -> str:
    """Return a variable as a publication's theory calls it; fieldwork has one label for it."""
    return (words.label(code, "theory_label") if words.edition.settings.basis != "fieldwork" else "") or words.label(code)


def theory(words: Words, concept: str) -> Table:
    """List the variables of a concept with their definitions."""
    rows = [
        [_in_theory(words, row["code"]), words.label(row["code"], "definition")]
        for row in variables(words.edition["codebook"], concept).to_dict("records")
    ]
    return Table([Column(_head(words, concept), "left", 0.42), *columns(words, ("definition", "left", 0.58))], rows)


def _head(words: Words, code: str) -> str:
    """Return the head of a column of variables of a concept: the edition's own, or the concept's label."""
    return words.text(f"column.of_{code}") if words.has(f"column.of_{code}") else words.label(code)


def scale_changes(words: Words, changes: pd.DataFrame) -> Table:
    """List the variables whose scale in the results differs from the declared one."""
    rows = [
        [
            words.label(row["variable"]),
            words.scale(row["scale_declared"]),
            words.count(row["points_declared"]),
            words.scale(row["scale_used"]),
            words.count(row["points_used"]),
        ]
        for row in changes.to_dict("records")
    ]
    return Table(
        columns(
            words,
            ("variable", "left", 0.32),
            ("scale_declared", "left", 0.24),
            ("points", "left", 0.1),
            ("scale_used", "left", 0.24),
            ("points", "left", 0.1),
        ),
        rows,
    )


def findings(words: Words, exhibit: str) -> Table:
    """Show findings in words: a row per municipality, a column per kind of finding, in the order of their rows."""
    cells = _of_exhibit(words.edition["findings"], exhibit)
    present, kinds = list(dict.fromkeys(cells["municipality"])), list(dict.fromkeys(cells["finding"]))
    rows = [[words.municipality(name), *(_items(words, cells, name, kind) for kind in kinds)] for name in present]
    heads = [_kind_head(words, exhibit, kind) for kind in kinds]
    width = 0.84 / len(kinds)
    return Table([*columns(words, ("municipality", "left", 0.16)), *(Column(head, "left", width) for head in heads)], rows)


def _kind_head(words: Words, exhibit: str, kind: str) -> str:
    """Return the head of a column of findings: the edition's own for that table, or the word for the kind."""
    own = f"column.of_{exhibit}_{kind}"
    return words.text(own if words.has(own) else f"finding.{kind}")


def _of_exhibit(frame: pd.DataFrame, exhibit: str) -> pd.DataFrame:
    return frame[frame["exhibit"] == exhibit]


def _items(words: Words, cells: pd.DataFrame, municipality: str, kind: str) -> str:
    rows = cells[(cells["municipality"] == municipality) & (cells["finding"] == kind)].sort_values("position")
    texts = [words.pick(row) for row in rows.to_dict("records")]
    return "\n".join(f"• {text}" for text in texts) if len(texts) > 1 else "".join(texts)


def rated(words: Words, exhibit: str) -> Table:
    """Show ratings: with municipalities as rows where the table also has expectations or findings in words, else with variables as rows."""
    worded = any((words.edition[name]["exhibit"] == exhibit).any() for name in ("expectations", "findings"))
    return rated_by_municipality(words, exhibit) if worded else rated_by_variable(words, exhibit)


def rated_by_municipality(words: Words, exhibit: str) -> Table:
    """Show ratings with municipalities as rows, and expectations or findings in words beside them; a missing rating is a dash."""
    tables = words.edition
    book, wide = _rated(words, exhibit)
    expectations, cells = _of_exhibit(tables["expectations"], exhibit), _of_exhibit(tables["findings"], exhibit)
    rows: list[list[Cell | str]] = []
    for municipality in wide.columns:
        held = expectations[expectations["municipality"] == municipality]
        in_words = "\n".join(f"({row['letter']}) {words.pick(row)}" for row in held.to_dict("records"))
        symbols: list[Cell | str] = [rating(words, row, wide.at[code, municipality]) for code, row in book.to_dict("index").items()]
        rows.append([words.municipality(municipality), *symbols, in_words or _items(words, cells, municipality, "notable_outcome")])
    last = "expectations" if len(expectations) else "notable_outcomes"
    width = 0.165 if len(book) < 3 else 0.13
    head = [Column(words.text("column.municipality"), "left", 0.14), *(Column(words.label(code), "center", width) for code in book.index)]
    return Table([*head, Column(words.text(f"column.{last}"), "left", 0.86 - width * len(book))], rows)


def rated_by_variable(words: Words, exhibit: str) -> Table:
    """Show ratings with variables as rows and municipalities as columns; a missing rating is a dash."""
    book, wide = _rated(words, exhibit)
    rows: list[list[Cell | str]] = [
        [words.label(code), *(rating(words, row, wide.at[code, name]) for name in wide.columns)]
        for code, row in book.to_dict("index").items()
    ]
    width = 0.56 / len(wide.columns)
    first = _head(words, exhibit) if words.has(f"column.of_{exhibit}") else words.text("column.variable")
    head = [Column(first, "left", 0.44), *(Column(words.municipality(name), "center", width) for name in wide.columns)]
    return Table(head, rows)


def _rated(words: Words, exhibit: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the variables of a table of ratings, by code, and their symbols by municipality; one that was not rated is missing."""
    tables = words.edition
    ratings = _of_exhibit(tables["ratings"], exhibit)
    book = variables(tables["codebook"]).set_index("code")
    book = book[book.index.isin(ratings["variable"])]
    municipalities = tables["municipalities"].sort_values("position")["municipality"].tolist()
    wide = ratings.pivot(index="variable", columns="municipality", values="symbol")
    return book, wide.reindex(index=book.index, columns=municipalities)


def expectations(words: Words) -> Table:
    """List every expectation once, with the municipalities that hold it."""
    tables = words.edition
    frame = tables["expectations"]
    municipalities = tables["municipalities"].sort_values("position")["municipality"].tolist()
    yes, no = Cell("", mark="●", said=words.text("cell.named")), Cell("", said=words.text("cell.not_named"))
    rows: list[list[Cell | str]] = []
    for exhibit, part in frame.groupby("exhibit", sort=False):
        rows.append([words.title(str(exhibit))])
        for letter, held in sorted(part.groupby("letter"), key=lambda item: str(item[0])):
            marks = [yes if name in set(held["municipality"]) else no for name in municipalities]
            rows.append([f"({letter}) {words.pick(held.iloc[0])}", *marks, str(len(held))])
    head = [
        Column(words.text("column.expectation"), "left", 0.42),
        *(Column(words.municipality(name), "center", 0.5 / len(municipalities)) for name in municipalities),
    ]
    return Table([*head, Column(words.text("column.count"), "right", 0.08)], rows)


def rated_from(edition: Edition, exhibit: str) -> list[str]:
    """Return the raw files that a table of ratings is made from."""
    worded = [name for name in ("expectations", "findings") if (edition[name]["exhibit"] == exhibit).any()]
    return ["ratings.csv", *(f"{name}.csv" for name in worded[:1])]  # expectations go before findings


def rater_agreement(words: Words, compared: Comparison) -> Table:
    """Show how many ratings two raters gave alike, one step apart and opposite, and their weighted kappa with its interval."""
    counts = {"pairs": compared.pairs, "same": compared.same, "one_step": compared.one_step, "opposite": compared.opposite}
    if compared.kappa is None:
        kappa = words.text(f"reason.{compared.reason}")
    else:
        kappa = words.decimal(compared.kappa, 2)
        if compared.low is not None and compared.high is not None:
            kappa += f" ({words.decimal(compared.low, 2)} – {words.decimal(compared.high, 2)})"
    rows = [[words.text(f"raters.{name}"), str(count)] for name, count in counts.items()]
    return Table(columns(words, ("measure", "left", 0.6), ("value", "left", 0.4)), [*rows, [words.text("raters.kappa"), kappa]])


def rater_differences(words: Words, compared: Comparison) -> Table:
    """List the ratings on which two raters differ, what was decided, and why."""
    rows: list[list[Cell | str]] = []
    for row in compared.differences.to_dict("records"):
        settled = words.text("raters.undecided") if pd.isna(row["decision"]) else words.symbol(row["decision"])
        symbols = [words.symbol(row[side]) for side in ("first", "second")]
        rows.append([words.municipality(row["municipality"]), words.label(row["variable"]), *symbols, settled, words.pick(row, "reason")])
    heads = columns(words, ("municipality", "left", 0.14), ("variable", "left", 0.24))
    heads += [Column(name, "center", 0.11) for name in compared.raters]
    return Table([*heads, *columns(words, ("settled", "center", 0.12), ("reason", "left", 0.28))], rows)

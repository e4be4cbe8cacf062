"""The tables rebuilt from the publication: agenda, theory, measures, findings, ratings and expectations; one function a table."""

import pandas as pd

from fruitmand.analysis.ratings import variables
from fruitmand.report.blocks import Align, Cell, Column, Table
from fruitmand.report.style import shade
from fruitmand.report.words import Words


def columns(words: Words, *specs: tuple[str, Align, float]) -> list[Column]:
    """Return table columns from (key of the header's text, alignment, width as a share of the page)."""
    return [Column(words.text(f"column.{key}"), align, width) for key, align, width in specs]


def _symbol(words: Words, symbol: object, polarity: str) -> Cell:
    return Cell("×") if pd.isna(symbol) else Cell(words.symbol(str(symbol)), shade(str(symbol), polarity))


def agenda(words: Words) -> Table:
    """List the interview questions, grouped by block."""
    rows: list[list[Cell | str]] = []
    block = ""
    for row in words.edition["agenda"].to_dict("records"):
        if row["block"] != block:
            block = row["block"]
            rows.append([words.label(block)])
        rows.append([str(row["question"]), words.pick(row), words.pick(row, "asks")])
    return Table(columns(words, ("number", "right", 0.06), ("subject", "left", 0.34), ("asks", "left", 0.6)), rows)


def measures(words: Words, concept: str) -> Table:
    """Rebuild table 3 or 4: dimensions, variables, questions, scales as declared and scales as used."""
    book = variables(words.edition["codebook"], concept)
    rows: list[list[Cell | str]] = []
    for dimension, part in book.groupby("dimension", sort=False):
        rows.append([words.label(str(dimension))])
        for row in part.to_dict("records"):
            used = words.text("cell.same") if row["scale_used"] == row["scale_declared"] else words.scale(row["scale_used"])
            rows.append(
                [
                    words.label(row["code"], "theory_label"),
                    words.label(row["code"], "definition"),
                    str(row["question"]),
                    words.scale(row["scale_declared"]),
                    used,
                ]
            )
    return Table(
        columns(
            words,
            ("variable", "left", 0.2),
            ("definition", "left", 0.34),
            ("question", "center", 0.08),
            ("scale_declared", "left", 0.2),
            ("scale_used", "left", 0.18),
        ),
        rows,
    )


def theory(words: Words, concept: str) -> Table:
    """Rebuild table 1 or 2: what the literature expects, with a definition."""
    rows = [
        [words.label(row["code"], "theory_label"), words.label(row["code"], "definition")]
        for row in variables(words.edition["codebook"], concept).to_dict("records")
    ]
    return Table(columns(words, (concept, "left", 0.42), ("definition", "left", 0.58)), rows)


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


def findings(words: Words, exhibit: str, first: str, second: str) -> Table:
    """Rebuild a table of findings in words: a row per municipality, two columns of findings."""
    cells = _of_exhibit(words.edition["findings"], exhibit)
    present = list(dict.fromkeys(cells["municipality"]))
    rows = [[words.municipality(name), *(_items(words, cells, name, kind) for kind in (first, second))] for name in present]
    return Table(
        columns(words, ("municipality", "left", 0.16), (f"{exhibit}_{first}", "left", 0.42), (f"{exhibit}_{second}", "left", 0.42)), rows
    )


def _of_exhibit(frame: pd.DataFrame, exhibit: str) -> pd.DataFrame:
    return frame[frame["exhibit"] == exhibit]


def _items(words: Words, cells: pd.DataFrame, municipality: str, kind: str) -> str:
    rows = cells[(cells["municipality"] == municipality) & (cells["finding"] == kind)].sort_values("position")
    texts = [words.pick(row) for row in rows.to_dict("records")]
    return "\n".join(f"• {text}" for text in texts) if len(texts) > 1 else "".join(texts)


def rated_by_municipality(words: Words, exhibit: str) -> Table:
    """Rebuild a result table with municipalities as rows: ratings, then expectations or findings in words."""
    tables = words.edition
    ratings = _of_exhibit(tables["ratings"], exhibit)
    book = variables(tables["codebook"]).set_index("code")
    codes = [code for code in book.index if code in set(ratings["variable"])]
    wide = ratings.pivot(index="municipality", columns="variable", values="symbol")
    expectations, cells = _of_exhibit(tables["expectations"], exhibit), _of_exhibit(tables["findings"], exhibit)
    rows: list[list[Cell | str]] = []
    for municipality in tables["municipalities"].sort_values("position")["municipality"]:
        held = expectations[expectations["municipality"] == municipality]
        in_words = "\n".join(f"({row['letter']}) {words.pick(row)}" for row in held.to_dict("records"))
        symbols: list[Cell | str] = [_symbol(words, wide.at[municipality, code], str(book.at[code, "polarity"])) for code in codes]
        rows.append([words.municipality(municipality), *symbols, in_words or _items(words, cells, municipality, "notable_outcome")])
    last = "expectations" if len(expectations) else "notable_outcomes"
    width = 0.165 if len(codes) < 3 else 0.13
    head = [Column(words.text("column.municipality"), "left", 0.14), *(Column(words.label(code), "center", width) for code in codes)]
    return Table([*head, Column(words.text(f"column.{last}"), "left", 0.86 - width * len(codes))], rows)


def rated_by_variable(words: Words, concept: str) -> Table:
    """Rebuild a result table with variables as rows and municipalities as columns."""
    tables = words.edition
    municipalities = tables["municipalities"].sort_values("position")["municipality"].tolist()
    wide = tables["ratings"].pivot(index="variable", columns="municipality", values="symbol")
    rows: list[list[Cell | str]] = [
        [words.label(row["code"]), *(_symbol(words, wide.at[row["code"], name], row["polarity"]) for name in municipalities)]
        for row in variables(tables["codebook"], concept).to_dict("records")
    ]
    head = [
        Column(words.text(f"column.{concept}"), "left", 0.44),
        *(Column(words.municipality(name), "center", 0.14) for name in municipalities),
    ]
    return Table(head, rows)


def expectations(words: Words) -> Table:
    """List every expectation once, with the municipalities that hold it."""
    tables = words.edition
    frame = tables["expectations"]
    municipalities = tables["municipalities"].sort_values("position")["municipality"].tolist()
    rows: list[list[Cell | str]] = []
    for exhibit, part in frame.groupby("exhibit", sort=False):
        rows.append([words.title(str(exhibit))])
        for letter, held in sorted(part.groupby("letter"), key=lambda item: str(item[0])):
            marks = [Cell("●", "middle") if name in set(held["municipality"]) else "" for name in municipalities]
            rows.append([f"({letter}) {words.pick(held.iloc[0])}", *marks, str(len(held))])
    head = [
        Column(words.text("column.expectation"), "left", 0.42),
        *(Column(words.municipality(name), "center", 0.125) for name in municipalities),
    ]
    return Table([*head, Column(words.text("column.count"), "right", 0.08)], rows)

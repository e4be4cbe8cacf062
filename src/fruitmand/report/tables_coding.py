"""The tables of the coding: segments by attribution, code frequencies, and the agreement between the coders."""

from collections.abc import Sequence

import pandas as pd

from fruitmand.analysis.agreement import Agreement
from fruitmand.analysis.coding import NOBODY
from fruitmand.report.blocks import Cell, Table
from fruitmand.report.tables_study import columns
from fruitmand.report.words import Words

MINIMUM_FOR_PERCENTAGE = 10


def attribution(words: Words, counts: pd.DataFrame) -> Table:
    """Show how many segments are attributed to each municipality, with a total; by kind where there is more than one.

    Segments of fieldwork are all quotations, and nobody's are named only where there are any.
    """
    keys = [name for name in counts.columns if name != "municipality"]
    if words.edition.settings.basis == "fieldwork":
        keys = keys[:1] if (counts[keys[2:]] == 0).all(axis=None) else keys
        counts = counts[(counts["municipality"] != NOBODY) | (counts["segments"] > 0)]
    rows: list[list[Cell | str]] = [
        [words.municipality(row["municipality"]), *(str(row[key]) for key in keys)] for row in counts.to_dict("records")
    ]
    rows.append([words.text("column.total"), *(str(int(counts[key].sum())) for key in keys)])
    return Table(columns(words, ("credited", "left", 0.36), *((key, "right", 0.16) for key in keys)), rows)


def frequencies(words: Words, counts: pd.DataFrame, saturation: pd.DataFrame) -> Table:
    """Show how often each code was assigned, its valences and where it first occurs."""
    first_occurrences = saturation.set_index("code")
    rows: list[list[Cell | str]] = []
    level = ""
    for row in counts.to_dict("records"):
        if row["level"] != level:
            level = row["level"]
            rows.append([words.text(f"level.{level}")])
        valences = [words.text("cell.none") if pd.isna(row[key]) else str(int(row[key])) for key in ("supports", "mixed", "opposes")]
        first_occurrence = first_occurrences.loc[row["code"]] if row["code"] in first_occurrences.index else None
        place = words.text("cell.never") if first_occurrence is None else _place(words, first_occurrence)
        rows.append([words.label(row["code"]), str(row["segments"]), str(row["passages"]), *valences, place])
    return Table(
        columns(
            words,
            ("code", "left", 0.34),
            ("segments", "right", 0.12),
            ("passages", "right", 0.12),
            ("supports", "right", 0.1),
            ("mixed", "right", 0.1),
            ("opposes", "right", 0.1),
            ("first_seen", "left", 0.12),
        ),
        rows,
    )


def _place(words: Words, first: pd.Series) -> str:
    """Return where a code first occurs: the place in a publication, and of fieldwork, which has no paragraphs, the segment."""
    return str(first["segment_id"]) if words.edition.settings.basis == "fieldwork" else f"{first['section']} ¶{first['paragraph']}"


def agreement(words: Words, results: Sequence[Agreement]) -> Table:
    """Show per measure alpha and its interval, percent agreement, kappa and AC1; an undefined alpha shows its reason."""
    rows: list[list[Cell | str]] = []
    for result in results:
        label, undefined = words.text(f"agreement.{result.measure}"), words.text("cell.undefined")
        if result.alpha is None:
            alpha, interval = undefined, words.text(f"reason.{result.reason}")
        else:
            alpha = words.decimal(result.alpha, 2)
            interval = (
                undefined
                if result.low is None or result.high is None
                else f"{words.decimal(result.low, 2)} – {words.decimal(result.high, 2)}"
            )
        missing = words.text("cell.none") if result.nominal_reason == "partly_equal" else undefined
        nominal = [missing if value is None else words.decimal(value, 2) for value in (result.fleiss_kappa, result.gwet_ac1)]
        rows.append([label, str(result.units), _share_agree(words, result), alpha, interval, *nominal])
    heads = columns(
        words,
        ("measure", "left", 0.28),
        ("units", "right", 0.12),
        ("share_agree", "right", 0.1),
        ("alpha", "right", 0.1),
        ("interval", "left", 0.18),
        ("fleiss_kappa", "right", 0.11),
        ("gwet_ac1", "right", 0.11),
    )
    return Table(heads, rows)


def _share_agree(words: Words, result: Agreement) -> str:
    """Return the percent agreement of the two coders; of few segments the count, as elsewhere."""
    if result.share_agree is None:
        return words.text("cell.undefined")
    if result.units < MINIMUM_FOR_PERCENTAGE:
        return f"{words.decimal(result.share_agree * result.units, 0)}/{result.units}"
    return words.text("cell.percentage", share=words.decimal(100 * result.share_agree, 0))

"""The tables of what else the publication tells: initiatives, recommendations, conditions, facts, partners, definitions, roles."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from fruitmand.report.blocks import Cell, Table
from fruitmand.report.tables_evidence import passage_text
from fruitmand.report.tables_study import columns
from fruitmand.report.words import Words

Row = Mapping[Any, Any]


def initiatives(words: Words) -> Table:
    """List the initiatives by how far they came: label, domain, claimed effect, whether the benchmark is behind it, place."""
    frame = words.edition["initiatives"]
    rows: list[Sequence[Cell | str]] = []
    for status in ("adopted", "carried_out", "started", "proposed", "dropped", "unsaid"):
        part = frame[frame["status"] == status].to_dict("records")
        rows += [[words.text(f"initiative.{status}")]] if part else []
        for row in part:
            effect = words.pick(row, "effect") or words.text("cell.none")
            due = words.text(f"due.{row['due_to_benchmark']}")
            rows.append([words.pick(row), _domain(words, row["domain"]), effect, due, words.section_place(row["places"])])
    return Table(
        columns(
            words,
            ("initiative", "left", 0.26),
            ("domain", "left", 0.12),
            ("effect", "left", 0.34),
            ("due", "left", 0.12),
            ("place", "left", 0.16),
        ),
        rows,
    )


def recommendations(words: Words) -> Table:
    """List the recommendations by addressee, with the passages and expectations that each rests on."""
    frame = words.edition["recommendations"]
    rows: list[Sequence[Cell | str]] = []
    for addressee, part in frame.groupby("addressee", sort=False):
        rows.append([_addressee(words, str(addressee))])
        for row in part.to_dict("records"):
            rows.append([words.pick(row, "gist"), words.section_place(row["place"]), _grounds(words, row)])
    return Table(columns(words, ("recommendation", "left", 0.5), ("place", "left", 0.14), ("grounds", "left", 0.36)), rows)


def _grounds(words: Words, row: Row) -> Cell:
    """Return how many passages a recommendation rests on and which expectations; the passages themselves are for the web page."""
    ids = [] if pd.isna(row["segments"]) else str(row["segments"]).split(";")
    said = (passage_text(words, words.segments[name]) for name in ids)
    passages = list(dict.fromkeys(said))  # one that counts for several municipalities is one passage
    rests = [words.text("cell.passages", n=len(passages))] if passages else []
    rests += [] if pd.isna(row["expectations"]) else [_expectation(words, key) for key in str(row["expectations"]).split(";")]
    return Cell("\n".join(rests) or words.text("cell.none"), more="\n".join(passages))


def conditions(words: Words) -> Table:
    """List the conditions by where they come from, with what they bear on and whether they are met."""
    rows: list[Sequence[Cell | str]] = []
    for source, part in words.edition["conditions"].groupby("source", sort=False):
        rows.append([words.text(f"condition_source.{source}")])
        for row in part.to_dict("records"):
            codes = [] if pd.isna(row["bears_on"]) else str(row["bears_on"]).split(";")
            bears_on = ", ".join(words.label(code) for code in codes) or words.text("cell.none")
            met = words.text(f"met.{row['met']}")
            if not pd.isna(row["met_place"]):
                met += f" ({words.section_place(row['met_place'])})"
            rows.append([words.pick(row), words.section_place(row["place"]), bears_on, met])
    return Table(
        columns(words, ("condition", "left", 0.3), ("place", "left", 0.14), ("bears_on", "left", 0.32), ("met", "left", 0.24)), rows
    )


def facts(words: Words) -> Table:
    """List the numbers that the publication states, with their unit; an example is said to be one."""
    rows = []
    for row in words.edition["facts"].to_dict("records"):
        about = words.pick(row)
        if row["hypothetical"] == "yes":
            about = words.text("cell.example", what=about)
        rows.append([f"{_value(words, row['value'])} {words.pick(row, 'unit')}", about, words.section_place(row["place"])])
    return Table(columns(words, ("amount", "left", 0.26), ("what", "left", 0.54), ("place", "left", 0.2)), rows)


def partners(words: Words) -> Table:
    """List with whom to compare or learn from, who names them, and why."""
    rows = [
        [
            words.pick(row),
            who(words, row["proposed_by"]),
            words.pick(row, "reason") or words.text("cell.none"),
            words.section_place(row["place"]),
        ]
        for row in words.edition["partners"].to_dict("records")
    ]
    return Table(
        columns(words, ("partner", "left", 0.26), ("named_by", "left", 0.18), ("reason", "left", 0.4), ("place", "left", 0.16)), rows
    )


def definitions(words: Words) -> Table:
    """List the terms whose definition is disputed, who disputes it, and what."""
    rows = [
        [words.pick(row), who(words, row["disputed_by"]), words.pick(row, "dispute"), words.section_place(row["place"])]
        for row in words.edition["definitions"].to_dict("records")
    ]
    return Table(
        columns(words, ("term", "left", 0.24), ("named_by", "left", 0.18), ("dispute", "left", 0.42), ("place", "left", 0.16)), rows
    )


def roles(words: Words) -> Table:
    """Tell the role of a partner: what it does, how it is valued, what is asked of it, what is recommended to it."""
    rows: list[Sequence[Cell | str]] = []
    for (_, aspect), part in words.edition["roles"].groupby(["partner", "aspect"], sort=False):
        rows.append([words.text(f"aspect.{aspect}")])
        rows += [[words.pick(row, "gist"), words.section_place(row["place"])] for row in part.to_dict("records")]
    return Table(columns(words, ("role", "left", 0.8), ("place", "left", 0.2)), rows)


def who(words: Words, names: object) -> str:
    """Return the names of municipalities, the group or the author in words; that it is not told where there are none."""
    if pd.isna(names):
        return words.text("cell.not_told")
    return ", ".join(words.municipality(name) for name in str(names).split(";"))


def _domain(words: Words, domain: str) -> str:
    labels = {one.id: one.label_nl if words.language == "nl" else one.label_en for one in words.edition.settings.domains}
    return labels.get(domain) or words.text(f"domain.{domain}")


def _addressee(words: Words, name: str) -> str:
    labels = {one.id: one.name for one in words.edition.settings.partners}
    return words.text(f"addressee.{name}") if words.has(f"addressee.{name}") else labels[name]


def _expectation(words: Words, key: str) -> str:
    exhibit, municipality, letter = key.split("/")
    frame = words.edition["expectations"]
    rows = frame[(frame["exhibit"] == exhibit) & (frame["municipality"] == municipality) & (frame["letter"] == letter)]
    return f"{words.municipality(municipality)}: {words.pick(rows.iloc[0])}"


def _value(words: Words, value: str) -> str:
    """Return a number or range as the language writes it.

    A sign after the last digit stays. Four digits stand together, so that a year looks like one.
    """
    parts = value.rstrip("+").split("-")
    shown = [part if len(part) == 4 and part.isdigit() else words.decimal(float(part), len(part.partition(".")[2])) for part in parts]
    return "–".join(shown) + ("+" if value.endswith("+") else "")

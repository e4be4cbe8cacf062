"""The tables of the last chapter: literature, software, disclosure control, provenance of every result, and checksums of the raw files."""

from collections.abc import Mapping, Sequence
from typing import Any

from fruitmand.report.blocks import Cell, Column, Table
from fruitmand.report.tables_study import columns, without_empty
from fruitmand.report.words import Words


def literature(words: Words) -> Table:
    """List the literature that the rebuilt tables and figures cite."""
    frame = words.edition["sources"]
    exhibits = words.edition["exhibits"].dropna(subset="sources").to_dict("records")
    rows: list[list[Cell | str]] = []
    for row in frame.to_dict("records"):
        citing = [words.title(e["exhibit"]) for e in exhibits if row["source"] in str(e["sources"]).split(";")]
        rows.append([row["citation"], "\n".join(citing)])
    return Table(columns(words, ("citation", "left", 0.62), ("cited_in", "left", 0.38)), rows)


def software(words: Words, versions: Mapping[str, str]) -> Table:
    """List packages and their locked versions."""
    return Table(
        columns(words, ("package", "left", 0.5), ("version", "left", 0.5)), [[name, version] for name, version in versions.items()]
    )


def disclosure(words: Words) -> Table:
    """Show the rules of disclosure control, what respondents were promised, and every exception with its reason."""
    settings = words.edition.settings
    rule, anonymity = settings.disclosure, settings.anonymity.model_dump()
    rows: list[list[Cell | str]] = [
        [
            words.text("disclosure.min_cell"),
            words.text("disclosure.min_cell_value", n=rule.min_cell, reason=words.pick(rule.model_dump(), "reason")),
        ],
        [words.text("disclosure.patterns"), words.text("disclosure.patterns_value", n=len(rule.deny))],
    ]
    rows += [[words.text(f"disclosure.{name}"), said] for name in ("promise", "practice") if (said := words.pick(anonymity, name))]
    for exempt in rule.exempt:
        rows.append([words.text("disclosure.exempt", where=exempt.where, rule=exempt.rule), words.pick(exempt.model_dump(), "reason")])
    if not rule.exempt:
        rows.append([words.text("disclosure.exempt_none"), words.text("disclosure.exempt_nothing")])
    return Table(columns(words, ("fact", "left", 0.34), ("value", "left", 0.66)), rows)


def provenance(words: Words, steps: Sequence[Mapping[str, Any]], claims: Mapping[str, Sequence[str]]) -> Table:
    """List every figure, table and text with numbers: short id, what it is, its raw files, the function that makes it, claims about it."""
    rows: list[list[Cell | str]] = []
    for step in steps:
        if step["blocks"]:
            rows.append([f"{step['notebook']['path']} ({step['notebook']['sha256'][:12]})"])
        for block in step["blocks"]:
            kind = words.text(f"block.{block['kind']}")
            name = words.title(block["name"]) if block["kind"] != "text" else words.heading(f"text.{block['name']}")
            made_by = block["made_by"] or "\n".join(block["numbers"])
            rows.append(
                [
                    Cell(block["id"], anchor=block["id"]),
                    f"{kind}: {name}",
                    "\n".join(block["sources"]),
                    made_by,
                    " ".join(claims.get(block["name"], [])),
                ]
            )
    keys, widths = ("id", "what", "sources", "made_by", "claims_on_it"), (0.06, 0.23, 0.22, 0.35, 0.14)
    return without_empty(Table([Column(words.text(f"column.{key}"), "left", width) for key, width in zip(keys, widths, strict=True)], rows))


def checksums(words: Words, files: Mapping[str, str]) -> Table:
    """List the raw files that the steps read with the first 16 digits of their SHA-256 checksums."""
    rows = [[name, digest[:16]] for name, digest in sorted(files.items())]
    return Table(columns(words, ("file", "left", 0.5), ("checksum", "left", 0.5)), rows)

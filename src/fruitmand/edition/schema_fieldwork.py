"""The schemas of an edition that rests on fieldwork of its own: interviews that stay outside, coded in any tool, and raters.

Only the municipalities, the codebook and the scales must be there; every other table may be absent, and is empty then.
"""

from collections.abc import Mapping
from dataclasses import replace

from fruitmand.edition.columns import ID, SECTION, SEGMENT, SLUG, SYMBOLS, VALENCES, Column, Schema, labels

NEEDED = frozenset({"municipalities", "codebook", "scales"})
"""The tables that an edition of fieldwork cannot do without."""

_UNASKED: Mapping[str, tuple[str, ...]] = {
    "codebook": ("theory_label_nl", "theory_label_en", "scale_declared", "question", "declared_at", "used_at"),
    "scales": ("declared_value", "declared_at", "symbol_declared_at"),
    "agenda": ("place",),
    "items": ("about", "place"),
    "expectations": ("section",),
    "findings": ("section",),
    "questions": ("asked_at", "answered_at"),
    "exhibits": ("section",),
}
"""Columns about places of a publication, by table: in fieldwork they may be absent, and so may their cells."""

_OWN: dict[str, Schema] = {
    "documents": Schema(
        "The interviews and other documents that were coded. They stay outside; this is what the edition knows of them.",
        {
            "document": Column("Id of the document", "interview-1", pattern=SLUG),
            "file": Column("Its name in the tool", "Interview 1.docx"),
            "municipality": Column("Municipality that it is about; empty when none", "lakeside", pattern=SLUG, optional=True),
            "domain": Column("Domain of edition.toml", "hr", pattern=ID, optional=True, additional=True),
            "role": Column("Role of edition.toml", "adviser", pattern=ID, optional=True, additional=True),
        },
        ["document"],
    ),
    "codes": Schema(
        "What the codes of the tool are in the codebook.",
        {
            "path": Column("Code as in the tool, levels joined by ' > '", "Climate > Trust"),
            "code": Column(
                "Code of the codebook; empty when ignored, or when it gives a valence alone", "trust", pattern=ID, optional=True
            ),
            "valence": Column("Valence that it gives; empty when none", "supports", allowed=VALENCES, optional=True),
            "use": Column("Whether it is used", "yes", allowed=("yes", "ignore")),
        },
        ["path"],
    ),
    "segments": Schema(
        "The passages that were coded, by the place where they stand. A row per passage; each coder may have passages of one's own.",
        {
            "segment_id": Column("Id of the segment", "s001", pattern=SEGMENT),
            "document": Column("Document that it stands in", "interview-1", pattern=SLUG, optional=True, additional=True),
            "municipality": Column(
                "Municipality that it is attributed to; empty for that of its document",
                "lakeside",
                pattern=SLUG,
                optional=True,
                additional=True,
            ),
            "respondent": Column("Who spoke, where it is known", "one", pattern=ID, optional=True, additional=True),
            "section": Column("Section, of a document that has numbered ones", "5.2.1", pattern=SECTION, optional=True, additional=True),
            "paragraph": Column(
                "Paragraph, where it is known", "3", dtype="Int64", minimum=1, unit="count", optional=True, additional=True
            ),
            "start": Column(
                "Where it starts, where the tool tells", "0", dtype="Int64", minimum=0, unit="characters", optional=True, additional=True
            ),
            "end": Column("Where it ends, exclusive", "120", dtype="Int64", minimum=1, unit="characters", optional=True, additional=True),
            "source_id": Column("What the tool calls it", "17", optional=True, additional=True),
            "digest": Column(
                "First 12 hexadecimal digits of the SHA-256 of the passage, so that it can be checked without its words",
                "0f3a5b6c7d8e",
                pattern=r"[0-9a-f]{12}",
            ),
            "kind": Column("Quotation or reported speech", "quotation", allowed=("quotation", "reported"), optional=True, additional=True),
            "layer": Column("Findings, or the author's own synthesis", "findings", pattern=ID, optional=True, additional=True),
            "same_as": Column("Earlier segment that it repeats", "s042", pattern=SEGMENT, optional=True, additional=True),
            **{
                name: replace(column, additional=True)
                for name, column in labels(
                    "Paraphrase, the coder's own words",
                    "De respondent leert veel.",
                    "The respondent learns much.",
                    prefix="paraphrase",
                    optional=True,
                ).items()
            },
            "quote": Column(
                "The passage itself; only where edition.toml says that quotations are published", "…", optional=True, additional=True
            ),
            "coder": Column("Coder whose segment it is; empty when shared by all", "anna", pattern=ID, optional=True, additional=True),
        },
        ["segment_id"],
        "selective",
    ),
    "ratings": Schema(
        "The ratings, a row per municipality, variable and rater. Where two raters differ, adjudications.csv settles it.",
        {
            "municipality": Column("Municipality rated", "lakeside", pattern=SLUG),
            "variable": Column("Variable rated", "trust", pattern=ID),
            "symbol": Column("Symbol", "+/-", allowed=SYMBOLS),
            "exhibit": Column(
                "Table that shows it; empty for that of its dimension", "climate", pattern=ID, optional=True, additional=True
            ),
            "section": Column("Section that shows it", "5.2.1", pattern=SECTION, optional=True, additional=True),
            "rater": Column("Who rated; empty when one person rated all", "anna", pattern=ID, optional=True, additional=True),
            "segments": Column(
                "Segments that it rests on, separated by ;", "s001;s017", pattern=rf"{SEGMENT}(;{SEGMENT})*", optional=True, additional=True
            ),
        },
        ["municipality", "variable", "rater"],
    ),
}


def fieldwork(publication: Mapping[str, Schema], survey: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return the schemas of fieldwork: its own, and those of a publication with what only a publication can tell left open."""
    tables = {name: _open(name, form) for name, form in publication.items() if name not in _OWN}
    own = {name: replace(form, optional=True) for name, form in _OWN.items()}
    return {**tables, **own, **survey}


def _open(name: str, form: Schema) -> Schema:
    unasked = _UNASKED.get(name, ())
    columns = {key: replace(column, optional=True, additional=True) if key in unasked else column for key, column in form.columns.items()}
    return replace(form, columns=columns, optional=name not in NEEDED)

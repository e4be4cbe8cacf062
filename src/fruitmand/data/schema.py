"""The schemas of the raw tables: the one place that says which columns there are and what they may hold."""

from collections.abc import Iterable

import pandera.pandas as pa

SYMBOLS = ("+/+", "+/-", "-/-")
LEVELS = ("concept", "dimension", "variable", "topic")
VALENCES = ("supports", "mixed", "opposes")
RESPONDENTS = ("one", "another", "two", "several", "all")
LAYERS = ("findings", "conclusion", "analysis", "summary")
POLARITIES = ("higher_is_better", "higher_is_worse")

_ID = r"[a-z][a-z0-9_]*"
_SLUG = r"[a-z][a-z0-9-]*"
_SECTION = r"\d(\.\d){0,2}"


def _column(
    title: str,
    example: str,
    *,
    dtype: str = "string",
    allowed: Iterable[str] | None = None,
    pattern: str = "",
    minimum: int | None = None,
    optional: bool = False,
    unit: str = "",
) -> pa.Column:
    checks = []
    if allowed is not None:
        rule = "one of: " + ", ".join(allowed)
        checks.append(pa.Check.isin(list(allowed), name=rule, error=rule))
    if pattern:
        rule = f"of the form {pattern}"
        checks.append(pa.Check.str_matches(rf"(?:{pattern})\Z", name=rule, error=rule))
    if minimum is not None:
        rule = f"{minimum} or more"
        checks.append(pa.Check.ge(minimum, name=rule, error=rule))
    return pa.Column(dtype, checks, nullable=optional, coerce=True, title=title, metadata={"example": example, "unit": unit})


def _labels(what: str, nl: str, en: str, *, prefix: str = "label", optional: bool = False) -> dict[str, pa.Column]:
    return {
        f"{prefix}_nl": _column(f"{what}, in Dutch", nl, optional=optional),
        f"{prefix}_en": _column(f"{what}, in English", en, optional=optional),
    }


def _table(description: str, columns: dict[str, pa.Column], unique: list[str]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=unique, description=description)


SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "municipalities": _table(
        "The municipalities studied, in the order of the thesis's tables.",
        {
            "municipality": _column("Id of the municipality", "den-haag", pattern=_SLUG),
            "position": _column("Place in the order of the tables", "2", dtype="Int64", minimum=1, unit="rank"),
            **_labels("Name", "Den Haag", "The Hague"),
        },
        ["municipality"],
    ),
    "scales": _table(
        "The scales: as declared, and as the result tables use them. A row per point of a scale.",
        {
            "scale": _column("Id of the scale", "sufficient3", pattern=_ID),
            "rank": _column("Order of the point, higher is more", "3", dtype="Int64", minimum=1, unit="rank"),
            "symbol": _column("Symbol in the result tables; empty when none", "+/+", allowed=SYMBOLS, optional=True),
            "declared_value": _column("Number that the thesis gives the point; empty when none", "1", dtype="Int64", optional=True),
            **_labels("Word for the point; empty when the thesis gives none", "voldoende", "sufficient", optional=True),
            "declared_at": _column("Where the words are declared", "Table 3", optional=True),
            "symbol_declared_at": _column("Where the symbols get their words", "5.3 ¶23", optional=True),
        },
        ["scale", "rank"],
    ),
    "codebook": _table(
        "Concepts, dimensions, variables and topics: what a passage can be coded as and what a rating is about.",
        {
            "code": _column("Id of the code", "motivation", pattern=_ID),
            "level": _column("Level in the hierarchy", "variable", allowed=LEVELS),
            "parent": _column("Code one level up; empty for a concept", "learning_climate", pattern=_ID, optional=True),
            "position": _column("Order among the codes of one parent", "1", dtype="Int64", minimum=1, unit="rank"),
            **_labels("Label, as in the result tables", "Motivatie", "Motivation"),
            **_labels("Label in tables 1 to 4 of the thesis", "Motivatie", "Motivation", prefix="theory_label", optional=True),
            **_labels(
                "Definition in the compendium's own words",
                "Of deelnemers uit zichzelf meedoen en willen leren.",
                "Whether participants take part of their own accord and want to learn.",
                prefix="definition",
            ),
            "polarity": _column("Whether +/+ is the wanted end", "higher_is_better", allowed=POLARITIES, optional=True),
            **_labels("What +/+ means", "voldoende motivatie", "sufficient motivation", prefix="pole", optional=True),
            "scale_declared": _column("Scale that the thesis declares", "sufficient3", pattern=_ID, optional=True),
            "scale_used": _column("Scale that the result table uses", "sufficient3", pattern=_ID, optional=True),
            "question": _column("Question of the interview agenda", "1", dtype="Int64", minimum=1, optional=True),
            "declared_at": _column("Where the thesis defines it", "Table 3", optional=True),
            "used_at": _column("Section with its results", "5.2.1", pattern=_SECTION, optional=True),
        },
        ["code"],
    ),
    "agenda": _table(
        "The questions of the interview agenda.",
        {
            "question": _column("Number of the question", "1", dtype="Int64", minimum=1, unit="rank"),
            "block": _column("Concept that the block of questions measures", "learning_capacity", pattern=_ID),
            "code": _column("Variable that the question asks about", "motivation", pattern=_ID),
            **_labels("Heading of the question", "Ruimte voor ideeën", "Room for ideas"),
            **_labels(
                "The question in the compendium's own words",
                "Wordt er met de VvB-informatie gestuurd?",
                "Is VvB information used for steering?",
                prefix="asks",
            ),
            "place": _column("Where the thesis prints it", "annex (Interviewagenda)"),
        },
        ["question"],
    ),
    "exhibits": _table(
        "The published tables and figures that the compendium rebuilds.",
        {
            "exhibit": _column("Id of the table or figure", "learning_climate", pattern=_ID),
            "kind": _column("Table or figure", "table", allowed=("table", "figure")),
            "number": _column("Number as printed; empty when unnumbered", "3", dtype="Int64", minimum=1, optional=True),
            "section": _column("Section that prints it", "5.2.1", pattern=_SECTION),
            **_labels("Title in the compendium", "Leerklimaat", "Learning climate", prefix="title"),
            "sources": _column("Sources it cites, separated by ;", "freytag2001", pattern=rf"{_ID}(;{_ID})*", optional=True),
        },
        ["exhibit"],
    ),
    "sources": _table(
        "Literature that the rebuilt tables and figures cite.",
        {
            "source": _column("Id of the source", "freytag2001", pattern=_ID),
            "citation": _column("Reference, as full as the thesis gives it", "Freytag, P.V. & Hollensen, S. (2001). …"),
            "listed": _column("Whether the thesis's list of literature has it", "yes", allowed=("yes", "no")),
        },
        ["source"],
    ),
    "questions": _table(
        "The central question and the sub-questions, with the place and the gist of their answers.",
        {
            "question": _column("Number of the sub-question, or central", "1", pattern=r"\d|central"),
            "position": _column("Order", "1", dtype="Int64", minimum=1, unit="rank"),
            **_labels(
                "The question in the compendium's own words",
                "Hoe kunnen de gemeenten met VvB verbeteren?",
                "How can the municipalities improve with VvB?",
                prefix="asks",
            ),
            "asked_at": _column("Where it is asked", "1.4 ¶3"),
            "answered_at": _column("Where it is answered", "6 ¶5-7"),
            "rests_on": _column(
                "Variables whose ratings bear on it, separated by ;",
                "savings;steering",
                pattern=rf"{_ID}(;{_ID})*",
                optional=True,
            ),
            **_labels("Gist of the answer, own words", "Kweek bereidheid …", "Build readiness …", prefix="answer"),
        },
        ["question"],
    ),
    "expectations": _table(
        "The lettered expectations of the three tables on learning capacity. A row per municipality and letter.",
        {
            "exhibit": _column("Table that prints it", "learning_climate", pattern=_ID),
            "municipality": _column("Municipality that holds it", "utrecht", pattern=_SLUG),
            "letter": _column("Letter as printed", "a", pattern="[a-z]"),
            **_labels("Short label, as printed", "goede voorbereiding", "good preparation"),
            "section": _column("Section", "5.2.1", pattern=_SECTION),
        },
        ["exhibit", "municipality", "letter"],
    ),
    "findings": _table(
        "The other worded cells of the municipality tables. A row per dashed item.",
        {
            "exhibit": _column("Table that prints it", "reasons", pattern=_ID),
            "finding": _column("Column of the table", "reason", allowed=("reason", "expectation", "view", "notable_outcome")),
            "municipality": _column("Municipality, or g4 for the four together", "utrecht", pattern=_SLUG),
            "position": _column("Order within the cell", "1", dtype="Int64", minimum=1, unit="rank"),
            **_labels("Short label, as printed", "handig en gemakkelijk overzicht", "a handy and easy overview"),
            "section": _column("Section", "5.1", pattern=_SECTION),
        },
        ["exhibit", "finding", "municipality", "position"],
    ),
    "ratings": _table(
        "The published ratings. A row per municipality and variable.",
        {
            "municipality": _column("Municipality rated", "utrecht", pattern=_SLUG),
            "variable": _column("Variable rated", "motivation", pattern=_ID),
            "symbol": _column("Symbol as printed", "+/-", allowed=SYMBOLS),
            "exhibit": _column("Table that prints it", "learning_climate", pattern=_ID),
            "section": _column("Section", "5.2.1", pattern=_SECTION),
        },
        ["municipality", "variable"],
    ),
    "segments": _table(
        "The passages of chapter 5 that are credited to somebody. A row per passage and municipality credited.",
        {
            "segment_id": _column("Id of the segment, in the order of the text", "s001", pattern=r"s\d{3}"),
            "municipality": _column(
                "Municipality credited, g4 for the four together; empty when the text does not tell",
                "utrecht",
                pattern=_SLUG,
                optional=True,
            ),
            "respondent": _column(
                "Who spoke, as far as the text tells; empty when the municipality itself is credited or nobody is named",
                "one",
                allowed=RESPONDENTS,
                optional=True,
            ),
            "section": _column("Section", "5.2.1", pattern=_SECTION),
            "paragraph": _column(
                "Paragraph within the section; headings and tables are not counted",
                "3",
                dtype="Int64",
                minimum=1,
                unit="count",
            ),
            "start": _column("Where the passage starts in the paragraph", "0", dtype="Int64", minimum=0, unit="characters"),
            "end": _column("Where it ends, exclusive", "120", dtype="Int64", minimum=1, unit="characters"),
            "digest": _column(
                "First 12 hexadecimal digits of the SHA-256 of the passage, so that the place can be checked without its words",
                "0f3a5b6c7d8e",
                pattern=r"[0-9a-f]{12}",
            ),
            "kind": _column("Quotation or reported speech", "reported", allowed=("quotation", "reported")),
            "layer": _column("Part of the chapter", "findings", allowed=LAYERS),
            "same_as": _column("Earlier segment that it repeats", "s042", pattern=r"s\d{3}", optional=True),
            **_labels(
                "Paraphrase, the coder's own words",
                "De respondent leert het meest in een goed voorbereide leerkring.",
                "The respondent learns most in a well-prepared learning circle.",
                prefix="paraphrase",
            ),
            "coder": _column("Who made the segment and the paraphrase", "coder_1", pattern=_ID),
        },
        ["segment_id"],
    ),
    "codings": _table(
        "The codes of the segments, a file per coder. A row per segment and code.",
        {
            "segment_id": _column("Segment coded", "s001", pattern=r"s\d{3}"),
            "code": _column("Variable or topic", "motivation", pattern=_ID),
            "valence": _column("What the passage is evidence of; empty for a topic", "supports", allowed=VALENCES, optional=True),
            "coder": _column("Who coded", "coder_1", pattern=_ID),
        },
        ["segment_id", "code"],
    ),
}

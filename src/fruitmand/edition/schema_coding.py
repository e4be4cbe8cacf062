"""The schemas of what readers made of the text: segments, codes, second readings, adjudications, recodings, sections, items, verdicts."""

from fruitmand.edition.columns import (
    DATE,
    ID,
    ITEM,
    LAYERS,
    RESPONDENTS,
    SECTION,
    SEGMENT,
    SLUG,
    STANDINGS,
    VALENCES,
    VERDICTS,
    Column,
    Schema,
    labels,
)

_STATES = (*VALENCES, "given", "not given")

CODING: dict[str, Schema] = {
    "second_reading": Schema(
        "What a second reader read in the publication, without sight of the first reading. A row per cell of a raw table or claim.",
        {
            "table": Column("Raw table, or claims", "ratings", pattern=ID),
            "key": Column("Key of its row, in the order of the table's key", "lakeside trust"),
            "column": Column("Column, or expect of a claim", "symbol", pattern=ID),
            "value": Column("What the second reader read; empty when nothing is there", "+/-", optional=True),
        },
        ["table", "key", "column"],
    ),
    "adjudications": Schema(
        "Every difference between two readings or two coders that is a matter of judgement, and how a third reader decided it.",
        {
            "table": Column("Raw table, codings or claims", "codings", pattern=ID),
            "key": Column("Key of the row; of codings the segment and the code", "s010 trust"),
            "column": Column("Column that differs", "valence", pattern=ID),
            "first": Column("The first reading; of codings the valence, given (a topic) or not given", "supports", optional=True),
            "second": Column("The second reading", "not given", optional=True),
            "decision": Column("Which of the two stands", "first", allowed=("first", "second")),
            **labels("Why", "De passage gaat over iets anders.", "The passage is about something else.", prefix="reason"),
        },
        ["table", "key", "column"],
    ),
    "recodings": Schema(
        "What a later reader changed in the codes after both coders, with the reason.",
        {
            "segment_id": Column("Segment whose code was changed", "s010", pattern=SEGMENT),
            "code": Column("Variable or topic", "trust", pattern=ID),
            "before": Column("What stood: the valence, given (a topic) or not given", "supports", allowed=_STATES),
            "after": Column("What stands now", "mixed", allowed=_STATES),
            **labels("Why", "De passage stelt een voorwaarde.", "The passage sets a condition.", prefix="reason"),
        },
        ["segment_id", "code"],
        optional=True,
    ),
    "sections": Schema(
        "The numbered sections of the publication, for claims about its own road map.",
        {
            "section": Column("Section", "5.2.1", pattern=SECTION),
            "parent": Column("Section that it is part of; empty for a chapter", "5.2", pattern=SECTION, optional=True),
            "position": Column("Order within its parent", "1", dtype="Int64", minimum=1, unit="rank"),
            **labels("Short title, own words", "Klimaat", "Climate"),
            "codes": Column("Codes that it treats, separated by ;", "trust", pattern=rf"{ID}(;{ID})*", optional=True),
        },
        ["section"],
    ),
    "items": Schema(
        "The statements of the questionnaire in the annex. A row per statement.",
        {
            "item": Column("Id of the item", "q01a", pattern=ITEM),
            "block": Column("Concept that the block measures", "ability", pattern=ID),
            "question": Column("Topic, as in the interview agenda", "1", dtype="Int64", minimum=1, unit="rank"),
            "code": Column("Variable that the statement is about", "trust", pattern=ID),
            "about": Column("What it asks about, in a word that items share", "meeting", pattern=ID),
            **labels(
                "Statement, own words",
                "De leerkring nodigt mij uit om te leren.",
                "The learning circle invites me to learn.",
                prefix="statement",
            ),
            "scale": Column("Scale of the answer", "agree5", pattern=ID),
            "not_applicable": Column("Whether not applicable is offered", "yes", allowed=("yes", "no")),
            "place": Column("Where it is printed", "annex (Vragenlijst), printed 2"),
        },
        ["item"],
    ),
    "wordings": Schema(
        "Earlier wordings of a statement, by which answers are recognised that still come in under them. A row per item and wording.",
        {
            "item": Column("Id of the item", "q01a", pattern=ITEM),
            **labels("The earlier statement", "De leerkring nodigt uit.", "The learning circle invites.", prefix="statement"),
        },
        ["item", "statement_nl"],
        optional=True,
    ),
    "reviewed": Schema(
        "Verdicts that a reader has compared with the publication. A verdict that is missing here, or changes, stops the build.",
        {
            "kind": Column("Claim, or rating without a passage of its own", "claim", allowed=("claim", "rating")),
            "id": Column("Id of the claim, or municipality and variable", "c005"),
            "verdict": Column(
                "Verdict that was checked",
                "contradicted",
                allowed=(*VERDICTS, *STANDINGS),
            ),
            "checked_on": Column("Date of the check", "2026-11-23", pattern=DATE, unit="date"),
            **labels("What the check showed; empty when nothing needs saying", "…", "…", prefix="note", optional=True),
        },
        ["kind", "id"],
    ),
    "segments": Schema(
        "The passages that the publication attributes to somebody. A row per passage and municipality that it is attributed to.",
        {
            "segment_id": Column(
                "Id of the segment; rows stand in the order of the text, ids in the order of making", "s001", pattern=SEGMENT
            ),
            "municipality": Column(
                "Municipality that it is attributed to, the group of edition.toml for all together; empty when the text does not tell",
                "lakeside",
                pattern=SLUG,
                optional=True,
            ),
            "respondent": Column(
                "Who spoke, as far as the text tells; empty when it is attributed to the municipality itself or nobody is named",
                "one",
                allowed=RESPONDENTS,
                optional=True,
            ),
            "section": Column("Section", "5.2.1", pattern=SECTION),
            "paragraph": Column(
                "Paragraph within the section; headings and tables are not counted",
                "3",
                dtype="Int64",
                minimum=1,
                unit="count",
            ),
            "start": Column("Where the passage starts in the paragraph", "0", dtype="Int64", minimum=0, unit="characters"),
            "end": Column("Where it ends, exclusive", "120", dtype="Int64", minimum=1, unit="characters"),
            "digest": Column(
                "First 12 hexadecimal digits of the SHA-256 of the passage, so that the place can be checked without its words",
                "0f3a5b6c7d8e",
                pattern=r"[0-9a-f]{12}",
            ),
            "kind": Column("Quotation or reported speech", "reported", allowed=("quotation", "reported")),
            "layer": Column("Part of the chapter", "findings", allowed=LAYERS),
            "same_as": Column("Earlier segment that it repeats", "s042", pattern=SEGMENT, optional=True),
            **labels(
                "Paraphrase, the coder's own words",
                "De respondent leert het meest in een goed voorbereide leerkring.",
                "The respondent learns most in a well-prepared learning circle.",
                prefix="paraphrase",
            ),
            "coder": Column("Who made the segment and the paraphrase", "coder_1", pattern=ID),
        },
        ["segment_id"],
        "selective",
    ),
    "codings": Schema(
        "The codes of the segments, a file per coder. A row per segment and code.",
        {
            "segment_id": Column("Segment coded", "s001", pattern=SEGMENT),
            "code": Column("Variable or topic", "trust", pattern=ID),
            "valence": Column("What the passage is evidence of; empty for a topic", "supports", allowed=VALENCES, optional=True),
            "coder": Column("Who coded", "coder_1", pattern=ID),
        },
        ["segment_id", "code"],
        "selective",
    ),
}

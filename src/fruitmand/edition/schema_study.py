"""The schemas of what the publication reports: municipalities, scales, codebook, agenda, exhibits, ratings."""

from fruitmand.edition.columns import ID, LEVELS, PLACES, POLARITIES, SECTION, SLUG, SYMBOLS, Column, Schema, labels

STUDY: dict[str, Schema] = {
    "municipalities": Schema(
        "The municipalities studied, in the order of the publication's tables.",
        {
            "municipality": Column("Id of the municipality", "hilltop", pattern=SLUG),
            "position": Column("Place in the order of the tables", "2", dtype="Int64", minimum=1, unit="rank"),
            **labels("Name", "Heuveltop", "Hilltop"),
        },
        ["municipality"],
    ),
    "scales": Schema(
        "The scales: as declared, and as the result tables use them. A row per point of a scale.",
        {
            "scale": Column("Id of the scale", "sufficient3", pattern=ID),
            "rank": Column("Order of the point, higher is more", "3", dtype="Int64", minimum=1, unit="rank"),
            "symbol": Column("Symbol in the result tables; empty when none", "+/+", allowed=SYMBOLS, optional=True),
            "declared_value": Column("Number that the publication gives the point; empty when none", "1", dtype="Int64", optional=True),
            **labels("Word for the point; empty when the publication gives none", "voldoende", "sufficient", optional=True),
            "declared_at": Column("Where the words are declared", "Table 3", optional=True),
            "symbol_declared_at": Column("Where the symbols get their words", "5.3 ¶23", optional=True),
        },
        ["scale", "rank"],
    ),
    "cut_offs": Schema(
        "The one cut-off of a scale: from which point a rating counts as yes, where a statement names no degree. A row per scale.",
        {
            "scale": Column("Scale", "sufficient3", pattern=ID),
            "yes_from": Column("Smallest rank that counts as yes", "3", dtype="Int64", minimum=1, unit="rank"),
            **labels("Why", "Matig is niet voldoende.", "Moderate is not sufficient.", prefix="reason"),
        },
        ["scale"],
        optional=True,
    ),
    "codebook": Schema(
        "Concepts, dimensions, variables and topics: what a passage can be coded as and what a rating is about.",
        {
            "code": Column("Id of the code", "trust", pattern=ID),
            "level": Column("Level in the hierarchy", "variable", allowed=LEVELS),
            "parent": Column("Code one level up; empty for a concept", "climate", pattern=ID, optional=True),
            "position": Column("Order among the codes of one parent", "1", dtype="Int64", minimum=1, unit="rank"),
            **labels("Label, as in the result tables", "Vertrouwen", "Trust"),
            **labels("Label in tables 1 to 4 of the publication", "Vertrouwen", "Trust", prefix="theory_label", optional=True),
            **labels(
                "Definition in the compendium's own words",
                "Of deelnemers uit zichzelf meedoen en willen leren.",
                "Whether participants take part of their own accord and want to learn.",
                prefix="definition",
            ),
            "polarity": Column("Whether +/+ is the wanted end", "higher_is_better", allowed=POLARITIES, optional=True),
            **labels("What +/+ means", "voldoende vertrouwen", "sufficient trust", prefix="pole", optional=True),
            "scale_declared": Column("Scale that the publication declares", "sufficient3", pattern=ID, optional=True),
            "scale_used": Column("Scale that the result table uses", "sufficient3", pattern=ID, optional=True),
            "question": Column("Question of the interview agenda", "1", dtype="Int64", minimum=1, optional=True),
            "declared_at": Column("Where the publication defines it", "Table 3", optional=True),
            "used_at": Column("Section with its results", "5.2.1", pattern=SECTION, optional=True),
            "was": Column("Its id in an earlier edition, when that was another", "morale", pattern=ID, optional=True, additional=True),
            "since": Column(
                "Year of the first edition that has it", "2015", dtype="Int64", minimum=1900, unit="year", optional=True, additional=True
            ),
            "until": Column(
                "Year of the last edition that has it; a later one keeps it for the record alone",
                "2035",
                dtype="Int64",
                minimum=1900,
                unit="year",
                optional=True,
                additional=True,
            ),
        },
        ["code"],
    ),
    "agenda": Schema(
        "The questions of the interview agenda.",
        {
            "question": Column("Number of the question", "1", dtype="Int64", minimum=1, unit="rank"),
            "block": Column("Concept that the block of questions measures", "ability", pattern=ID),
            "code": Column("Variable that the question asks about", "trust", pattern=ID),
            **labels("Heading of the question", "Ruimte voor ideeën", "Room for ideas"),
            **labels(
                "The question in the compendium's own words",
                "Wordt er met de uitkomsten gestuurd?",
                "Are the outcomes used for steering?",
                prefix="asks",
            ),
            "place": Column("Where the publication prints it", "annex (Interviewagenda)"),
        },
        ["question"],
    ),
    "exhibits": Schema(
        "The published tables and figures that the compendium rebuilds.",
        {
            "exhibit": Column("Id of the table or figure", "climate", pattern=ID),
            "kind": Column("Table or figure", "table", allowed=("table", "figure")),
            "number": Column("Number as printed; empty when unnumbered", "3", dtype="Int64", minimum=1, optional=True),
            "section": Column("Section that prints it", "5.2.1", pattern=SECTION),
            **labels("Title in the compendium", "Klimaat", "Climate", prefix="title"),
            "sources": Column("Sources it cites, separated by ;", "freytag2001", pattern=rf"{ID}(;{ID})*", optional=True),
        },
        ["exhibit"],
    ),
    "sources": Schema(
        "Literature that the rebuilt tables and figures cite.",
        {
            "source": Column("Id of the source", "freytag2001", pattern=ID),
            "citation": Column("Reference, as full as the publication gives it", "Freytag, P.V. & Hollensen, S. (2001). …"),
            "listed": Column("Whether the publication's list of literature has it", "yes", allowed=("yes", "no")),
        },
        ["source"],
    ),
    "questions": Schema(
        "The central question and the sub-questions, with the place and the gist of their answers.",
        {
            "question": Column("Number of the sub-question, or central", "1", pattern=r"[1-9][0-9]*|central"),
            "position": Column("Order", "1", dtype="Int64", minimum=1, unit="rank"),
            **labels(
                "The question in the compendium's own words",
                "Hoe kunnen de gemeenten met de benchmark verbeteren?",
                "How can the municipalities improve with the benchmark?",
                prefix="asks",
            ),
            "asked_at": Column("Where it is asked", "1.4 ¶3"),
            "answered_at": Column("Where it is answered", "6 ¶5-7", pattern=PLACES),
            "rests_on": Column(
                "Variables whose ratings bear on it, separated by ;",
                "costs;steering",
                pattern=rf"{ID}(;{ID})*",
                optional=True,
            ),
            **labels("Gist of the answer, own words", "Kweek bereidheid …", "Build readiness …", prefix="answer"),
        },
        ["question"],
    ),
    "expectations": Schema(
        "The lettered expectations of the tables. A row per municipality and letter.",
        {
            "exhibit": Column("Table that prints it", "climate", pattern=ID),
            "municipality": Column("Municipality that holds it", "lakeside", pattern=SLUG),
            "letter": Column("Letter as printed", "a", pattern="[a-z]"),
            **labels("Short label, as printed", "goede voorbereiding", "good preparation"),
            "section": Column("Section", "5.2.1", pattern=SECTION),
        },
        ["exhibit", "municipality", "letter"],
        "selective",
    ),
    "findings": Schema(
        "The other worded cells of the municipality tables. A row per dashed item.",
        {
            "exhibit": Column("Table that prints it", "reasons", pattern=ID),
            "finding": Column("Column of the table", "reason", allowed=("reason", "expectation", "view", "notable_outcome")),
            "municipality": Column("Municipality, or the group of edition.toml for all together", "lakeside", pattern=SLUG),
            "position": Column("Order within the cell", "1", dtype="Int64", minimum=1, unit="rank"),
            **labels("Short label, as printed", "handig en gemakkelijk overzicht", "a handy and easy overview"),
            "section": Column("Section", "5.1", pattern=SECTION),
        },
        ["exhibit", "finding", "municipality", "position"],
        "selective",
    ),
    "ratings": Schema(
        "The published ratings. A row per municipality and variable.",
        {
            "municipality": Column("Municipality rated", "lakeside", pattern=SLUG),
            "variable": Column("Variable rated", "trust", pattern=ID),
            "symbol": Column("Symbol as printed", "+/-", allowed=SYMBOLS),
            "exhibit": Column("Table that prints it", "climate", pattern=ID),
            "section": Column("Section", "5.2.1", pattern=SECTION),
        },
        ["municipality", "variable"],
    ),
}

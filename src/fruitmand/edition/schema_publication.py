"""The schemas of what else the publication tells: initiatives, recommendations, conditions, facts, partners, roles and more."""

from fruitmand.edition.columns import ID, PLACES, SECTION, SEGMENT, SLUG, Column, Schema, labels

_PLACE = Column("Where the publication says so, first the main place", "5.3 ¶2; 5.3 ¶20", pattern=PLACES)
_WHO = rf"{SLUG}(;{SLUG})*"

ALSO_TOLD: dict[str, Schema] = {
    "initiatives": Schema(
        "What the municipalities started or tried, as the publication tells it. A row per initiative.",
        {
            "initiative": Column("Id of the initiative", "job-exchange", pattern=SLUG),
            "places": _PLACE,
            "domain": Column("Part of internal operations", "hr", pattern=ID),
            **labels("Short label, own words", "Banenruil", "Job exchange"),
            "status": Column(
                "How far it came, as far as the publication tells",
                "carried_out",
                allowed=("proposed", "started", "carried_out", "adopted", "dropped", "unsaid"),
            ),
            **labels("Effect that is claimed; empty when none", "Het spaart kosten.", "It saves costs.", prefix="effect", optional=True),
            "due_to_benchmark": Column("Whether the publication ties it to the benchmark", "unclear", allowed=("yes", "unclear", "no")),
            "municipalities": Column(
                "Who takes part, separated by ;; empty when not told", "lakeside;hilltop", pattern=_WHO, optional=True
            ),
            "count": Column("How many take part, when only a number is told", "3", dtype="Int64", minimum=1, unit="count", optional=True),
        },
        ["initiative"],
        kind="selective",
        optional=True,
    ),
    "recommendations": Schema(
        "The recommendations, and what they rest on. A row per recommendation.",
        {
            "recommendation": Column("Id of the recommendation", "r01", pattern=r"r[0-9]{2,}"),
            "addressee": Column("To whom: a partner of edition.toml, or researchers", "institute", pattern=ID),
            **labels("Short label, own words", "Elk kwartaal meten", "Measure every quarter"),
            **labels("Gist, own words", "Meet elk kwartaal.", "Measure every quarter.", prefix="gist"),
            "place": _PLACE,
            "segments": Column("Segments that it rests on, separated by ;", "s033", pattern=rf"{SEGMENT}(;{SEGMENT})*", optional=True),
            "expectations": Column(
                "Expectations that it rests on, separated by ;",
                "climate/lakeside/a",
                pattern=rf"{ID}/{SLUG}/[a-z](;{ID}/{SLUG}/[a-z])*",
                optional=True,
            ),
        },
        ["recommendation"],
        optional=True,
    ),
    "conditions": Schema(
        "Conditions for learning or improving that the publication names. A row per condition and source.",
        {
            "condition": Column("Id of the condition", "right-people", pattern=SLUG),
            "source": Column("What it comes from", "theory", allowed=("theory", "findings", "conclusion")),
            "place": _PLACE,
            **labels("Short label, own words", "De juiste mensen", "The right people"),
            "bears_on": Column("Codes that it bears on, separated by ;", "trust", pattern=rf"{ID}(;{ID})*", optional=True),
            "met": Column("Whether it is met, by the publication's own words", "partly", allowed=("yes", "partly", "no", "unsaid")),
            "met_place": Column("Where it says so", "5.3 ¶1", pattern=PLACES, optional=True),
        },
        ["condition"],
        kind="selective",
        optional=True,
    ),
    "facts": Schema(
        "Numbers that the publication states and that are no ratings. A row per fact and place.",
        {
            "fact": Column("Id of the fact", "indicators", pattern=SLUG),
            "place": _PLACE,
            "value": Column("Number or range, in plain digits", "20-30", pattern=r"[0-9]+(\.[0-9]+)?(-[0-9]+(\.[0-9]+)?)?\+?"),
            **labels("Unit", "procent", "per cent", prefix="unit"),
            **labels("What it is, own words", "Indicatoren van het instrument", "Indicators of the instrument"),
            "hypothetical": Column("Whether it is only an example", "no", allowed=("yes", "no")),
        },
        ["fact"],
        kind="selective",
        optional=True,
    ),
    "partners": Schema(
        "With whom to compare or learn from. A row per partner.",
        {
            "partner": Column("Id of the partner", "best-scoring", pattern=SLUG),
            "place": _PLACE,
            **labels("Who, own words", "De beste gemeenten", "The best municipalities"),
            "proposed_by": Column("Who names it, separated by ;; empty when not told", "lakeside", pattern=_WHO, optional=True),
            **labels("Why; empty when not told", "Daar valt te leren.", "There is much to learn there.", prefix="reason", optional=True),
        },
        ["partner"],
        kind="selective",
        optional=True,
    ),
    "roles": Schema(
        "What the publication tells of the role of a partner. A row per point.",
        {
            "role": Column("Id of the point", "names-outliers", pattern=SLUG),
            "partner": Column("Id of a partner of edition.toml", "institute", pattern=ID),
            "aspect": Column("Which side of the role", "does", allowed=("does", "valued", "asked", "recommended")),
            **labels("The point, own words", "Noemt wat opvalt.", "Names what stands out.", prefix="gist"),
            "place": _PLACE,
        },
        ["role"],
        kind="selective",
        optional=True,
    ),
    "definitions": Schema(
        "Indicators and terms whose definition is disputed. A row per term.",
        {
            "term": Column("Id of the term", "overhead", pattern=SLUG),
            "place": _PLACE,
            **labels("The term", "Overhead", "Overhead"),
            "disputed_by": Column("Who disputes it, separated by ;; empty when not told", "lakeside", pattern=_WHO, optional=True),
            **labels("What is disputed", "Wat meetelt, verschilt.", "What counts differs.", prefix="dispute"),
        },
        ["term"],
        kind="selective",
        optional=True,
    ),
    "citations": Schema(
        "The works that the text cites, and whether its list of literature has them. A row per work.",
        {
            "work": Column("Id of the work", "freytag2001", pattern=ID),
            "cited_as": Column("As the text cites it", "Freytag & Hollensen 2001"),
            "cited_at": _PLACE,
            "listed": Column("Whether the list has it", "yes", allowed=("yes", "no", "other_year")),
            "listed_year": Column("Year in the list, when it is another", "2002", pattern=r"[0-9]{4}(;[0-9]{4})*", optional=True),
        },
        ["work"],
        optional=True,
    ),
    "stances": Schema(
        "What two or more places of the publication say on one matter, where they sit ill together. A row per matter and place.",
        {
            "matter": Column("Id of the matter", "choice-of-respondents", pattern=SLUG),
            "place": Column(
                "Place, or section where nothing of the kind is found", "4.3 ¶3", pattern=rf"{SECTION}( ¶[0-9]+)?|annex|summary ¶[0-9]+"
            ),
            "stance": Column("What it says, in a word that other places can share", "random", pattern=ID),
            **labels("What it says, own words", "Aselect.", "At random.", prefix="says"),
        },
        ["matter", "place"],
        kind="text",
        optional=True,
    ),
}

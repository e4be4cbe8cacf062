"""The schemas of a fielded survey: who answered, what they answered."""

from fruitmand.edition.columns import ID, ITEM, SLUG, Column, Schema

STATES = ("answered", "not_applicable", "not_answered", "not_asked")
"""What can be the case of a respondent and an item; the four are never mixed."""

PSEUDONYM = r"r[0-9a-z]{8}"

SURVEY: dict[str, Schema] = {
    "respondents": Schema(
        "Who answered the survey, by pseudonym, in the order of the pseudonyms. A row per respondent.",
        {
            "respondent": Column("Random pseudonym", "r4k9x2m7q", pattern=PSEUDONYM),
            "municipality": Column("Municipality; empty when not known", "lakeside", pattern=SLUG, optional=True),
            "domain": Column("Domain of edition.toml; empty when not known", "hr", pattern=ID, optional=True),
            "role": Column("Role of edition.toml; empty when not known", "adviser", pattern=ID, optional=True),
        },
        ["respondent"],
    ),
    "responses": Schema(
        "The answers to the questionnaire. A row per respondent and item of items.csv, whatever the state.",
        {
            "respondent": Column("Pseudonym, as in respondents.csv", "r4k9x2m7q", pattern=PSEUDONYM),
            "item": Column("Item of items.csv", "q01a", pattern=ITEM),
            "state": Column("Whether there is an answer, and if not, why", "answered", allowed=STATES),
            "value": Column("Point on the item's scale; empty unless answered", "4", dtype="Int64", minimum=1, optional=True, unit="rank"),
        },
        ["respondent", "item"],
    ),
    "remarks": Schema(
        "Remarks that respondents wrote, in the order of their ids, with nothing that tells who wrote them. Never published.",
        {
            "remark": Column("Random id", "m1", pattern=r"m[0-9a-z]+"),
            "block": Column("Concept of the block that it stands under; empty when under none", "improvement", pattern=ID, optional=True),
            "text": Column("The remark", "…"),
        },
        ["remark"],
    ),
}

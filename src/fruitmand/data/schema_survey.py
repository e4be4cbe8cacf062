"""The schemas of a fielded survey: who answered, what they answered, and how the columns of an export meet the items."""

import pandera.pandas as pa

from fruitmand.data.columns import ID, SLUG, column, table

STATES = ("answered", "not_applicable", "not_answered", "not_asked")
"""What can be the case of a respondent and an item; the four are never mixed."""

PSEUDONYM = r"r[0-9a-z]{8}"

SURVEY: dict[str, pa.DataFrameSchema] = {
    "respondents": table(
        "Who answered the survey, by pseudonym, in the order of the pseudonyms. A row per respondent.",
        {
            "respondent": column("Random pseudonym", "r4k9x2m7q", pattern=PSEUDONYM),
            "municipality": column("Municipality; empty when not known", "utrecht", pattern=SLUG, optional=True),
            "domain": column("Domain of edition.toml; empty when not known", "hr", pattern=ID, optional=True),
            "role": column("Role of edition.toml; empty when not known", "adviser", pattern=ID, optional=True),
        },
        ["respondent"],
    ),
    "responses": table(
        "The answers to the questionnaire. A row per respondent and item of items.csv, whatever the state.",
        {
            "respondent": column("Pseudonym, as in respondents.csv", "r4k9x2m7q", pattern=PSEUDONYM),
            "item": column("Item of items.csv", "q01a", pattern=r"q\d{2}[a-z]?"),
            "state": column("Whether there is an answer, and if not, why", "answered", allowed=STATES),
            "value": column("Point on the item's scale; empty unless answered", "4", dtype="Int64", minimum=1, optional=True, unit="rank"),
        },
        ["respondent", "item"],
    ),
    "remarks": table(
        "Remarks that respondents wrote, in the order of their ids, with nothing that tells who wrote them. Never published.",
        {
            "remark": column("Random id", "m1", pattern=r"m[0-9a-z]+"),
            "block": column("Concept of the block that it stands under; empty when under none", "improvement", pattern=ID, optional=True),
            "text": column("The remark", "…"),
        },
        ["remark"],
    ),
}

"""What must hold in a fielded survey: every respondent has every item, states and values agree, and groups are known."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from fruitmand.edition.errors import Problem, suggest
from fruitmand.edition.schema import SURVEY
from fruitmand.edition.settings import Settings
from fruitmand.edition.survey_groups import groups
from fruitmand.edition.survey_results_file import NAME

Tables = Mapping[str, pd.DataFrame]


def check_survey(tables: Tables, settings: Settings, folder: Path, label: str) -> list[Problem]:
    """Return every problem between the tables of a survey; for an edition without one, every survey file that is there all the same.

    In fieldwork the answers may still be on their way, or stay out of the repository, with their results in their place.
    """
    if not settings.survey.fielded:
        rule, cause = "edition.toml says that the survey was not fielded", "set survey.state to fielded, or remove the file"
        return [Problem(f"{label}/{name}.csv", 0, "", rule, cause) for name in SURVEY if (folder / f"{name}.csv").is_file()]
    if settings.basis == "fieldwork" and not (folder / "responses.csv").is_file():
        if (folder / NAME).is_file():
            return []
        rule, cause = "the survey was fielded, and there are no answers yet", f"import them, or ask whoever has them for {NAME}"
        return [Problem(f"{label}/responses.csv", 0, "", rule, cause, "unfinished")]
    return [*_groups(tables, settings, label), *_whole(tables, label), *_answers(tables, label), *_remarks(tables, label)]


def _groups(tables: Tables, settings: Settings, label: str) -> Iterator[Problem]:
    for column, rows in groups(tables, settings).items():
        allowed = {row["id"] for row in rows}
        for index, value in tables["respondents"][column].dropna().items():
            if value not in allowed:
                yield Problem(f"{label}/respondents.csv", _row(index), value, f"{column} is not known", suggest(value, allowed))


def _whole(tables: Tables, label: str) -> Iterator[Problem]:
    """Check that there is a row for every respondent and item, and for no others."""
    people, items = list(tables["respondents"]["respondent"]), list(tables["items"]["item"])
    responses = tables["responses"]
    file = f"{label}/responses.csv"
    for column, known in (("respondent", people), ("item", items)):
        for index, value in responses[column][~responses[column].isin(known)].items():
            yield Problem(file, _row(index), value, f"{column} is not in {column}s.csv", suggest(value, known))
    present = set(zip(responses["respondent"], responses["item"], strict=True))
    for person in people:
        missing = [item for item in items if (person, item) not in present]
        if missing:
            yield Problem(file, 0, person, f"has no row for {', '.join(missing)}", "a row was dropped")


def _answers(tables: Tables, label: str) -> Iterator[Problem]:
    items = tables["items"].set_index("item")
    scales, offered = items["scale"].to_dict(), items["not_applicable"].to_dict()
    top = tables["scales"].groupby("scale")["rank"].max().to_dict()
    file = f"{label}/responses.csv"
    for row in tables["responses"].itertuples():
        if (row.state == "answered") == pd.isna(row.value):
            rule = "an answer needs a value" if row.state == "answered" else f"{row.state} has no value"
            yield Problem(file, _row(row.Index), str(row.item), rule, "state and value disagree")
        if row.item not in scales:
            continue
        if row.state == "not_applicable" and offered[row.item] == "no":
            yield Problem(file, _row(row.Index), str(row.item), "the item does not offer not applicable", "the answer is wrong")
        scale = scales[row.item]  # one that is not in scales.csv is told by the references
        if not pd.isna(row.value) and row.value > top.get(scale, row.value):
            yield Problem(file, _row(row.Index), str(row.value), f"is not on scale {scale} of {row.item}", "an answer outside the scale")


def _remarks(tables: Tables, label: str) -> Iterator[Problem]:
    """Check that a remark stands under a block of the codebook."""
    if "remarks" not in tables:  # they need not be in the repository
        return
    known = set(tables["codebook"]["code"])
    for index, block in tables["remarks"]["block"].dropna().items():
        if block not in known:
            yield Problem(f"{label}/remarks.csv", _row(index), block, "block is not in the codebook", suggest(block, known))


def _row(index: object) -> int:
    return int(str(index)) + 2

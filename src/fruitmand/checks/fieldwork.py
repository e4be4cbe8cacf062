"""What must hold in an edition that rests on fieldwork: documents, codes of the tool, segments of coders, ratings of raters."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from fruitmand.checks.references import check_ids, row_of
from fruitmand.edition.errors import Problem, suggest
from fruitmand.edition.settings import Settings

Tables = Mapping[str, pd.DataFrame]
RATERS = 2
"""How many may rate one variable of one municipality, so that a difference can be settled between them."""


def check_fieldwork(given: Tables, settings: Settings, coders: Sequence[str], label: str) -> list[Problem]:
    """Return every problem of the tables that fieldwork alone has; nothing for another basis.

    Parameters
    ----------
    given : mapping of str to DataFrame
        The tables as the files have them.
    settings : Settings
    coders : sequence of str
        Coders in the order of their files.
    label : str
        Folder of the files, for the messages.
    """
    if settings.basis != "fieldwork":
        return []
    parts = (_documents(given, settings, label), _codes(given, label), _segments(given, settings, coders, label), _ratings(given, label))
    return [problem for part in parts for problem in part]


def _documents(given: Tables, settings: Settings, label: str) -> Iterator[Problem]:
    group = {settings.group.id} if settings.group else set()
    wanted = (
        ("documents", "municipality", {*given["municipalities"]["municipality"], *group}, "in municipalities.csv"),
        ("documents", "domain", {one.id for one in settings.domains}, "a domain of edition.toml"),
        ("documents", "role", {one.id for one in settings.roles}, "a role of edition.toml"),
        ("segments", "document", set(given["documents"]["document"]), "in documents.csv"),
    )
    yield from check_ids(given, wanted, label)
    files = given["documents"]["file"]
    for index in files.index[files.duplicated()]:
        yield Problem(f"{label}/documents.csv", row_of(index), files[index], "file occurs more than once", "a row was copied")


def _codes(given: Tables, label: str) -> Iterator[Problem]:
    levels = given["codebook"].set_index("code")["level"].to_dict()
    usable = {code for code, level in levels.items() if level in ("variable", "topic")}
    for row in given["codes"].itertuples():
        place = (f"{label}/codes.csv", row_of(row.Index))
        if not pd.isna(row.code) and row.code not in usable:
            yield Problem(*place, row.code, "code is not a variable or topic of the codebook", suggest(row.code, usable))
        elif row.use == "yes" and pd.isna(row.code) and pd.isna(row.valence):
            yield Problem(*place, row.path, "a path that is used has a code, a valence or both", "fill in code, or set use to ignore")
        elif not pd.isna(row.valence) and levels.get(row.code) == "topic":
            yield Problem(*place, row.valence, f"topic {row.code} has no valence")


def _segments(given: Tables, settings: Settings, coders: Sequence[str], label: str) -> Iterator[Problem]:
    file, quoted = f"{label}/segments.csv", settings.interviews.quotations == "published"
    for row in given["segments"].itertuples():
        place = (file, row_of(row.Index))
        if pd.isna(row.document) and pd.isna(row.section):
            yield Problem(*place, row.segment_id, "a segment has a document", "the cell was left blank")
        if pd.isna(row.start) != pd.isna(row.end):
            yield Problem(*place, row.segment_id, "start and end are both told, or neither", "a cell was left blank")
        if not pd.isna(row.quote) and not quoted:
            rule, cause = "a passage may not be quoted", 'remove the words, or set quotations = "published" under [interviews]'
            yield Problem(*place, row.segment_id, rule, cause)
        if not pd.isna(row.coder) and row.coder not in coders:
            cause = suggest(row.coder, coders) or f"codings_{row.coder}.csv is missing"
            yield Problem(*place, row.coder, "coder has no file of codes", cause)


def _ratings(given: Tables, label: str) -> Iterator[Problem]:
    file, ratings = f"{label}/ratings.csv", given["ratings"]
    yield from check_ids(given, (("ratings", "segments", set(given["segments"]["segment_id"]), "in segments.csv"),), label)
    for (municipality, variable), part in ratings.groupby(["municipality", "variable"], sort=False):
        if len(part) > RATERS:
            rule = f"has {len(part)} ratings; at most {RATERS} raters can be compared"
            yield Problem(file, row_of(part.index[RATERS]), f"{municipality}, {variable}", rule, "leave the others out")
        elif len(part) > 1 and part["rater"].isna().any():
            yield Problem(
                file, row_of(part.index[-1]), f"{municipality}, {variable}", "each of two ratings has a rater", "a cell was left blank"
            )


def check_history(book: pd.DataFrame, year: int, label: str) -> list[Problem]:
    """Return a problem for every code whose history cannot be: when it came, when it went, what it was called before.

    Parameters
    ----------
    book : DataFrame
        The whole codebook, ended codes included.
    year : int
        Of the edition.
    label : str
        Folder of the file, for the messages.
    """
    file, current, problems = f"{label}/codebook.csv", set(book["code"]), []
    before: dict[str, str] = {}
    for row in book.itertuples():
        place = (file, row_of(row.Index))
        if not pd.isna(row.since) and row.since > year:
            problems.append(Problem(*place, str(row.since), f"since of {row.code} is after the edition's year {year}"))
        if not pd.isna(row.since) and not pd.isna(row.until) and row.until < row.since:
            problems.append(Problem(*place, str(row.until), f"until of {row.code} is before its since {row.since}", "the two were swapped"))
        if pd.isna(row.was):
            continue
        if row.was in current:
            cause = "a code keeps its id, or the old one is not in the codebook any more"
            problems.append(Problem(*place, row.was, f"was of {row.code} is a code of this codebook", cause))
        elif before.setdefault(row.was, row.code) != row.code:
            problems.append(Problem(*place, row.was, f"was of {row.code} is that of {before[row.was]} as well", "a row was copied"))
    return problems

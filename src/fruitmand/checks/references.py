"""What must hold between the raw files: every id points somewhere, every rating is on its scale, nothing is missing."""

from collections.abc import Hashable, Iterable, Iterator, Mapping

import pandas as pd

from fruitmand.edition.columns import AUTHOR, SYMBOLS
from fruitmand.edition.errors import Problem, suggest
from fruitmand.edition.settings import Basis, Settings

Tables = Mapping[str, pd.DataFrame]
Wanted = tuple[str, str, set[str], str]  # table, column, what its values may be, and that in words


def check_references(
    tables: Tables, coders: tuple[str, ...], label: str, *, group: str | None = None, basis: Basis = "publication"
) -> list[Problem]:
    """Check every reference between the tables of an edition.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All tables of the data dictionary, each valid by its own schema, as the files have them.
    coders : tuple of str
        Coders in the order of their files.
    label : str
        Folder of the files, for the messages.
    group : str or None
        Id of all municipalities together, where something may be attributed to them.
    basis : "publication" or "fieldwork"
        In fieldwork a rating's exhibit may be a code, and any coder may be the one who coded a segment.
    """
    known = set(tables["exhibits"]["exhibit"]) | (set(tables["codebook"]["code"]) if basis == "fieldwork" else set())
    everybody = {*tables["municipalities"]["municipality"], *([group] if group else [])}
    checks = (_positions, _ratings, _scales, _places, _labels_agree, _segments)
    problems = [*check_ids(tables, _wanted(tables, everybody, known), label)]
    problems += [problem for check in checks for problem in check(tables, label)]
    return problems + list(_codings(tables, coders, label, basis))


def check_models(models: Iterable[str], tables: Tables, label: str) -> list[Problem]:
    """Return a problem for every conceptual figure that is not among the exhibits."""
    known = set(tables["exhibits"]["exhibit"])
    return [
        Problem(f"{label}/models.toml", 0, name, "is not in exhibits.csv", suggest(name, known)) for name in models if name not in known
    ]


def _unknown(place: str, frame: pd.DataFrame, column: str, known: Iterable[str], what: str) -> Iterator[Problem]:
    names = set(known)
    for index, value in frame[column].dropna().items():
        for part in str(value).split(";"):
            if part not in names:
                yield Problem(place, row_of(index), part, f"{column} is not {what}", suggest(part, names))


def row_of(index: Hashable) -> int:
    """Return the row of the file that a row of a table is: the header is row 1."""
    return int(str(index)) + 2


def check_ids(tables: Tables, wanted: Iterable[Wanted], label: str) -> Iterator[Problem]:
    """Yield a problem for every value of a column, or of its parts, that is not among those it may be."""
    for table, column, known, what in wanted:
        yield from _unknown(f"{label}/{table}.csv", tables[table], column, known, what)


def _wanted(tables: Tables, everybody: set[str], rated_in: set[str]) -> tuple[Wanted, ...]:
    """Return what every id must be; ``everybody`` are the municipalities and their group, ``rated_in`` the exhibits of ratings."""
    codebook = tables["codebook"]
    codes, exhibits = set(codebook["code"]), set(tables["exhibits"]["exhibit"])
    variables = set(codebook.query("level == 'variable'")["code"])
    municipalities, scales = set(tables["municipalities"]["municipality"]), set(tables["scales"]["scale"])
    book = "in the codebook"
    return (
        ("codebook", "parent", codes, book),
        ("codebook", "scale_declared", scales, "in scales.csv"),
        ("cut_offs", "scale", scales, "in scales.csv"),
        ("codebook", "scale_used", scales, "in scales.csv"),
        ("codebook", "question", {str(q) for q in tables["agenda"]["question"]}, "in the agenda"),
        ("agenda", "code", variables, "a variable of the codebook"),
        ("agenda", "block", codes, book),
        ("exhibits", "sources", set(tables["sources"]["source"]), "in sources.csv"),
        ("questions", "rests_on", variables, "a variable of the codebook"),
        ("expectations", "exhibit", exhibits, "in exhibits.csv"),
        ("expectations", "municipality", municipalities, "in municipalities.csv"),
        ("findings", "exhibit", exhibits, "in exhibits.csv"),
        ("findings", "municipality", everybody, "in municipalities.csv"),
        ("ratings", "exhibit", rated_in, "in exhibits.csv"),
        ("ratings", "municipality", municipalities, "in municipalities.csv"),
        ("ratings", "variable", variables, "a variable of the codebook"),
        ("sections", "codes", codes, book),
        ("sections", "parent", set(tables["sections"]["section"]), "in sections.csv"),
        ("items", "block", codes, book),
        ("wordings", "item", set(tables["items"]["item"]), "in items.csv"),
        ("items", "code", variables, "a variable of the codebook"),
        ("items", "question", {str(q) for q in tables["agenda"]["question"]}, "in the agenda"),
        ("items", "scale", scales, "in scales.csv"),
        ("segments", "municipality", everybody, "in municipalities.csv"),
        ("initiatives", "municipalities", everybody, "in municipalities.csv"),
        ("recommendations", "segments", set(tables["segments"]["segment_id"]), "in segments.csv"),
        ("recommendations", "expectations", _expectations(tables), "a table, municipality and letter of expectations.csv"),
        ("conditions", "bears_on", codes, book),
        ("partners", "proposed_by", everybody | {AUTHOR}, "in municipalities.csv"),
        ("definitions", "disputed_by", everybody | {AUTHOR}, "in municipalities.csv"),
    )


def _expectations(tables: Tables) -> set[str]:
    rows = tables["expectations"][["exhibit", "municipality", "letter"]].itertuples(index=False)
    return {"/".join(row) for row in rows}


def check_partners(tables: Tables, settings: Settings, label: str) -> list[Problem]:
    """Return a problem for every partner or domain that a table names and the settings do not have, and for ids of the settings alone."""
    partners, domains = {one.id for one in settings.partners}, {one.id for one in settings.domains} | {"general", "other"}
    known = (
        ("roles", "partner", partners),
        ("recommendations", "addressee", partners | {"researchers"}),
        ("initiatives", "domain", domains),
    )
    problems = [
        problem
        for table, column, names in known
        for problem in _unknown(f"{label}/{table}.csv", tables[table], column, names, "in edition.toml")
    ]
    return problems + list(_settings(tables, settings, partners | {"researchers"}, label))


def _settings(tables: Tables, settings: Settings, addressees: set[str], label: str) -> Iterator[Problem]:
    """Check the ids in edition.toml itself."""
    file, municipalities = f"{label}/edition.toml", set(tables["municipalities"]["municipality"])
    if settings.group is not None and settings.group.id in municipalities:
        yield Problem(file, 0, settings.group.id, "group.id is a municipality", "the group has an id of its own")
    for name in settings.wording.inhabitants:
        if name not in municipalities:
            yield Problem(file, 0, name, "wording.inhabitants is not in municipalities.csv", suggest(name, municipalities))
    for name in settings.recommendations.by_addressee:
        if name not in addressees:
            yield Problem(file, 0, name, "recommendations.by_addressee is no partner", suggest(name, addressees))
    scales = set(tables["scales"]["scale"])
    for key, name in (("scale_announced", settings.survey.scale_announced), ("scale_annex", settings.survey.scale_annex)):
        if name and name not in scales:
            yield Problem(file, 0, name, f"survey.{key} is not in scales.csv", suggest(name, scales))


def _positions(tables: Tables, label: str) -> Iterator[Problem]:
    """Check that no two rows that stand in one order have the same place in it: which comes first would depend on who sorts."""
    for table, within in (("municipalities", []), ("codebook", ["parent"]), ("questions", []), ("sections", ["parent"])):
        frame = tables[table]
        for index in frame.index[frame.duplicated([*within, "position"])]:
            place = str(frame.at[index, "position"])
            yield Problem(f"{label}/{table}.csv", row_of(index), place, "position occurs more than once", "a row was copied")


def _ratings(tables: Tables, label: str) -> Iterator[Problem]:
    ratings, codebook = tables["ratings"], tables["codebook"].set_index("code")
    variables = codebook.query("level == 'variable'")
    symbols = tables["scales"].dropna(subset="symbol").groupby("scale")["symbol"].agg(set)
    for row in ratings.itertuples():
        place = (f"{label}/ratings.csv", row_of(row.Index))
        scale = variables["scale_used"].get(row.variable)
        if scale is not None and row.symbol not in symbols.get(scale, set()):
            yield Problem(*place, row.symbol, f"is not on scale {scale} of {row.variable}")
    if ratings.empty:
        yield Problem(f"{label}/ratings.csv", 0, "", "there are no ratings yet", "", "unfinished")
        return
    present = set(zip(ratings["municipality"], ratings["variable"], strict=True))
    for municipality in tables["municipalities"]["municipality"]:
        for variable in variables.index:
            if (municipality, variable) not in present:
                yield Problem(f"{label}/ratings.csv", 0, f"{municipality}, {variable}", "has no rating", "a row was dropped", "unfinished")


def _scales(tables: Tables, label: str) -> Iterator[Problem]:
    """Check that the symbols of a scale fall with its rank, and that no symbol and no word comes twice."""
    order = {symbol: place for place, symbol in enumerate(SYMBOLS)}
    for scale, part in tables["scales"].groupby("scale", sort=False):
        points = part.sort_values("rank", ascending=False)
        if set(points["rank"]) != set(range(1, len(points) + 1)):
            yield Problem(
                f"{label}/scales.csv", row_of(part.index[0]), str(scale), "ranks must run from 1 without gaps", "a row was dropped"
            )
        for column in ("symbol", "label_nl", "label_en", "declared_value"):
            cells = points[column].dropna()
            for index in cells[cells.duplicated()].index:
                yield Problem(
                    f"{label}/scales.csv", row_of(index), str(cells[index]), f"{column} comes twice on scale {scale}", "a row was copied"
                )
            if 0 < len(cells) < len(points):
                for index in points.index.difference(cells.index):
                    yield Problem(
                        f"{label}/scales.csv", row_of(index), str(scale), f"{column} is empty", "other points of the scale have one"
                    )
        places = points["symbol"].dropna().map(order)
        if not places.is_monotonic_increasing:
            yield Problem(
                f"{label}/scales.csv", row_of(part.index[0]), str(scale), "symbols must fall with the rank", "two symbols were swapped"
            )


def _places(tables: Tables, label: str) -> Iterator[Problem]:
    sections = tables["exhibits"].set_index("exhibit")["section"]
    for table in ("ratings", "expectations", "findings"):
        for row in tables[table].itertuples():
            if not pd.isna(row.section) and row.section != sections.get(row.exhibit, row.section):
                rule, cause = f"section of {row.exhibit} is {sections[row.exhibit]}", "the row names another table"
                yield Problem(f"{label}/{table}.csv", row_of(row.Index), row.section, rule, cause)
    for row in tables["codebook"].itertuples():
        if row.level != "concept" and pd.isna(row.parent):
            yield Problem(f"{label}/codebook.csv", row_of(row.Index), row.code, f"a {row.level} has a parent", "the cell was left blank")


def _labels_agree(tables: Tables, label: str) -> Iterator[Problem]:
    frame = tables["expectations"]
    for language in ("label_nl", "label_en"):
        first: dict[tuple[str, str], str] = {}
        for row in frame[["exhibit", "letter", language]].itertuples():
            text = str(getattr(row, language))
            if first.setdefault((row.exhibit, row.letter), text) != text:
                yield Problem(
                    f"{label}/expectations.csv",
                    row_of(row.Index),
                    text,
                    f"{language} of ({row.letter}) must be {first[row.exhibit, row.letter]!r}",
                    "one letter has one label in a table",
                )


def _segments(tables: Tables, label: str) -> Iterator[Problem]:
    segments = tables["segments"]
    file = f"{label}/segments.csv"
    earlier: set[str] = set()
    for row in segments.itertuples():
        if not pd.isna(row.start) and not pd.isna(row.end) and row.end <= row.start:
            yield Problem(file, row_of(row.Index), f"{row.start}-{row.end}", "end must be after start")
        if not pd.isna(row.same_as) and row.same_as not in earlier:
            yield Problem(file, row_of(row.Index), row.same_as, "same_as is not an earlier segment", suggest(row.same_as, earlier))
        earlier.add(row.segment_id)


def _codings(tables: Tables, coders: tuple[str, ...], label: str, basis: Basis) -> Iterator[Problem]:
    codings, book = tables["codings"], tables["codebook"].set_index("code")["level"]
    segments = tables["segments"]["segment_id"]
    for coder in coders:
        part = codings[codings["coder"] == coder].reset_index(drop=True)
        file = f"{label}/codings_{coder}.csv"
        yield from _unknown(file, part, "segment_id", segments, "in segments.csv")
        codes = book[book.isin(["variable", "topic"])].index
        yield from _unknown(file, part, "code", codes, "a variable or topic of the codebook")
        for row in part.itertuples():
            level = book.get(row.code)
            if level == "variable" and pd.isna(row.valence):
                yield Problem(file, row_of(row.Index), row.code, "a variable needs a valence", "the cell was left blank")
            if level == "topic" and not pd.isna(row.valence):
                yield Problem(file, row_of(row.Index), row.valence, f"topic {row.code} has no valence")
    if not coders:
        if len(segments):
            yield Problem(f"{label}/codings_<coder>.csv", 0, "", "nobody coded the segments yet", "", "unfinished")
        return
    first = codings["segment_id"] if basis == "fieldwork" else codings[codings["coder"] == coders[0]]["segment_id"]
    for segment in sorted(set(segments) - set(first)):
        yield Problem(f"{label}/codings_{coders[0]}.csv", 0, segment, "segment has no code", "a row was dropped", "unfinished")

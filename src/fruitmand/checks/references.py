"""What must hold between the raw files: every id points somewhere, every rating is on its scale, nothing is missing."""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from fruitmand.edition.columns import AUTHOR, GROUP, SYMBOLS
from fruitmand.edition.errors import Problem, suggest
from fruitmand.edition.settings import Settings

Tables = Mapping[str, pd.DataFrame]


def check_references(tables: Tables, coders: tuple[str, ...], label: str) -> list[Problem]:
    """Check every reference between the tables of an edition.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All tables of the data dictionary, each valid by its own schema.
    coders : tuple of str
        Coders in the order of their files.
    label : str
        Folder of the files, for the messages.
    """
    checks = (_ids, _positions, _ratings, _scales, _places, _labels_agree, _segments)
    problems = [problem for check in checks for problem in check(tables, label)]
    return problems + list(_codings(tables, coders, label))


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
                yield Problem(place, _row(index), part, f"{column} is not {what}", suggest(part, names))


def _row(index: object) -> int:
    return int(str(index)) + 2


def _ids(tables: Tables, label: str) -> Iterator[Problem]:
    codebook = tables["codebook"]
    codes, exhibits = set(codebook["code"]), set(tables["exhibits"]["exhibit"])
    variables = set(codebook.query("level == 'variable'")["code"])
    municipalities, scales = set(tables["municipalities"]["municipality"]), set(tables["scales"]["scale"])
    book = "in the codebook"
    wanted = (
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
        ("findings", "municipality", municipalities | {GROUP}, "in municipalities.csv"),
        ("ratings", "exhibit", exhibits, "in exhibits.csv"),
        ("ratings", "municipality", municipalities, "in municipalities.csv"),
        ("ratings", "variable", variables, "a variable of the codebook"),
        ("sections", "codes", codes, book),
        ("sections", "parent", set(tables["sections"]["section"]), "in sections.csv"),
        ("items", "block", codes, book),
        ("wordings", "item", set(tables["items"]["item"]), "in items.csv"),
        ("items", "code", variables, "a variable of the codebook"),
        ("items", "question", {str(q) for q in tables["agenda"]["question"]}, "in the agenda"),
        ("items", "scale", scales, "in scales.csv"),
        ("segments", "municipality", municipalities | {GROUP}, "in municipalities.csv"),
        ("initiatives", "municipalities", municipalities | {GROUP}, "in municipalities.csv"),
        ("recommendations", "segments", set(tables["segments"]["segment_id"]), "in segments.csv"),
        ("recommendations", "expectations", _expectations(tables), "a table, municipality and letter of expectations.csv"),
        ("conditions", "bears_on", codes, book),
        ("partners", "proposed_by", municipalities | {GROUP, AUTHOR}, "in municipalities.csv"),
        ("definitions", "disputed_by", municipalities | {GROUP, AUTHOR}, "in municipalities.csv"),
    )
    for table, column, known, what in wanted:
        yield from _unknown(f"{label}/{table}.csv", tables[table], column, known, what)


def _expectations(tables: Tables) -> set[str]:
    rows = tables["expectations"][["exhibit", "municipality", "letter"]].itertuples(index=False)
    return {"/".join(row) for row in rows}


def check_partners(tables: Tables, settings: Settings, label: str) -> list[Problem]:
    """Return a problem for every partner or domain that a table names and the settings do not have."""
    partners, domains = {one.id for one in settings.partners}, {one.id for one in settings.domains} | {"general", "other"}
    known = (
        ("roles", "partner", partners),
        ("recommendations", "addressee", partners | {"researchers"}),
        ("initiatives", "domain", domains),
    )
    return [
        problem
        for table, column, names in known
        for problem in _unknown(f"{label}/{table}.csv", tables[table], column, names, "in edition.toml")
    ]


def _positions(tables: Tables, label: str) -> Iterator[Problem]:
    """Check that no two rows that stand in one order have the same place in it: which comes first would depend on who sorts."""
    for table, within in (("municipalities", []), ("codebook", ["parent"]), ("questions", []), ("sections", ["parent"])):
        frame = tables[table]
        for index in frame.index[frame.duplicated([*within, "position"])]:
            place = str(frame.at[index, "position"])
            yield Problem(f"{label}/{table}.csv", _row(index), place, "position occurs more than once", "a row was copied")


def _ratings(tables: Tables, label: str) -> Iterator[Problem]:
    ratings, codebook = tables["ratings"], tables["codebook"].set_index("code")
    variables = codebook.query("level == 'variable'")
    symbols = tables["scales"].dropna(subset="symbol").groupby("scale")["symbol"].agg(set)
    for row in ratings.itertuples():
        place = (f"{label}/ratings.csv", _row(row.Index))
        scale = variables["scale_used"].get(row.variable)
        if scale is not None and row.symbol not in symbols.get(scale, set()):
            yield Problem(*place, row.symbol, f"is not on scale {scale} of {row.variable}")
    present = set(zip(ratings["municipality"], ratings["variable"], strict=True))
    for municipality in tables["municipalities"]["municipality"]:
        for variable in variables.index:
            if (municipality, variable) not in present:
                yield Problem(f"{label}/ratings.csv", 0, f"{municipality}, {variable}", "has no rating", "a row was dropped")


def _scales(tables: Tables, label: str) -> Iterator[Problem]:
    """Check that the symbols of a scale fall with its rank, and that no symbol and no word comes twice."""
    order = {symbol: place for place, symbol in enumerate(SYMBOLS)}
    for scale, part in tables["scales"].groupby("scale", sort=False):
        points = part.sort_values("rank", ascending=False)
        if set(points["rank"]) != set(range(1, len(points) + 1)):
            yield Problem(f"{label}/scales.csv", _row(part.index[0]), str(scale), "ranks must run from 1 without gaps", "a row was dropped")
        for column in ("symbol", "label_nl", "label_en", "declared_value"):
            cells = points[column].dropna()
            for index in cells[cells.duplicated()].index:
                yield Problem(
                    f"{label}/scales.csv", _row(index), str(cells[index]), f"{column} comes twice on scale {scale}", "a row was copied"
                )
            if 0 < len(cells) < len(points):
                for index in points.index.difference(cells.index):
                    yield Problem(
                        f"{label}/scales.csv", _row(index), str(scale), f"{column} is empty", "other points of the scale have one"
                    )
        places = points["symbol"].dropna().map(order)
        if not places.is_monotonic_increasing:
            yield Problem(
                f"{label}/scales.csv", _row(part.index[0]), str(scale), "symbols must fall with the rank", "two symbols were swapped"
            )


def _places(tables: Tables, label: str) -> Iterator[Problem]:
    sections = tables["exhibits"].set_index("exhibit")["section"]
    for table in ("ratings", "expectations", "findings"):
        for row in tables[table].itertuples():
            if row.section != sections.get(row.exhibit, row.section):
                rule, cause = f"section of {row.exhibit} is {sections[row.exhibit]}", "the row names another table"
                yield Problem(f"{label}/{table}.csv", _row(row.Index), row.section, rule, cause)
    for row in tables["codebook"].itertuples():
        if row.level != "concept" and pd.isna(row.parent):
            yield Problem(f"{label}/codebook.csv", _row(row.Index), row.code, f"a {row.level} has a parent", "the cell was left blank")


def _labels_agree(tables: Tables, label: str) -> Iterator[Problem]:
    frame = tables["expectations"]
    for language in ("label_nl", "label_en"):
        first: dict[tuple[str, str], str] = {}
        for row in frame[["exhibit", "letter", language]].itertuples():
            text = str(getattr(row, language))
            if first.setdefault((row.exhibit, row.letter), text) != text:
                yield Problem(
                    f"{label}/expectations.csv",
                    _row(row.Index),
                    text,
                    f"{language} of ({row.letter}) must be {first[row.exhibit, row.letter]!r}",
                    "one letter has one label in a table",
                )


def _segments(tables: Tables, label: str) -> Iterator[Problem]:
    segments = tables["segments"]
    file = f"{label}/segments.csv"
    earlier: set[str] = set()
    for row in segments.itertuples():
        if row.end <= row.start:
            yield Problem(file, _row(row.Index), f"{row.start}-{row.end}", "end must be after start")
        if not pd.isna(row.same_as) and row.same_as not in earlier:
            yield Problem(file, _row(row.Index), row.same_as, "same_as is not an earlier segment", suggest(row.same_as, earlier))
        earlier.add(row.segment_id)


def _codings(tables: Tables, coders: tuple[str, ...], label: str) -> Iterator[Problem]:
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
                yield Problem(file, _row(row.Index), row.code, "a variable needs a valence", "the cell was left blank")
            if level == "topic" and not pd.isna(row.valence):
                yield Problem(file, _row(row.Index), row.valence, f"topic {row.code} has no valence")
    first = codings[codings["coder"] == coders[0]]["segment_id"]
    for segment in sorted(set(segments) - set(first)):
        yield Problem(f"{label}/codings_{coders[0]}.csv", 0, segment, "segment has no code", "a row was dropped")

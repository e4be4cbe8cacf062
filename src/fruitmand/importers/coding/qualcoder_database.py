"""Read the database of a QualCoder project (``data.qda``); positions are characters, and every coding has a coder."""

from collections.abc import Iterator
from typing import Any

from fruitmand.importers.coding.code_paths import clean
from fruitmand.importers.coding.database import Database, words
from fruitmand.importers.coding.passages import Coders, Coding, gather
from fruitmand.importers.coding.problems import all_of
from fruitmand.importers.coding.project import Code, CodedProject, CodePath, Document, Unplaced
from fruitmand.importers.coding.spans import Cutter, Text

TABLES = {"source", "code_text", "code_name", "code_cat"}
_OTHER = (
    ("code_image", "imid", "a selection in a picture has no text"),
    ("code_av", "avid", "a selection in a recording has a time, not a place in a text"),
)


def read_qualcoder(base: Database) -> CodedProject:
    """Return the codings of a project; those of one coder at one span are one passage.

    Raises
    ------
    DataError
        When a coding is outside its text or differs from what QualCoder quotes, or names a code or a document that is not there.
    """
    names = base.rows("code_name", ("cid", "name"), optional=("memo", "catid", "supercid"))
    categories = base.rows("code_cat", ("catid", "name"), optional=("memo", "supercatid"))
    cat_paths = {row["catid"]: _category(row["catid"], {one["catid"]: one for one in categories}) for row in categories}
    codes = {row["cid"]: _code(row, {one["cid"]: one for one in names}, cat_paths) for row in names}
    sources = {row["id"]: row for row in base.rows("source", ("id", "name", "fulltext"))}
    texts = {key: Text(words(row["name"]), words(row["fulltext"])) for key, row in sources.items()}
    coders = Coders()
    gathered = gather(base.file, _codings(base, texts, codes, coders))
    unplaced = tuple(_unplaced(base, texts, codes, coders))
    book = [Code(cat_paths[row["catid"]], words(row["memo"]), codable=False) for row in categories]
    return CodedProject(
        "QualCoder, project database",
        gathered.passages,
        (*book, *(Code(codes[row["cid"]], words(row["memo"])) for row in names)),
        tuple(Document(text.name, text.plain if sources[key]["fulltext"] is not None else None) for key, text in texts.items()),
        gathered.uncoded,
        unplaced,
        (*coders.notes(), *gathered.notes),
    )


def _category(key: Any, rows: dict[Any, dict[str, Any]]) -> CodePath:
    path: list[str] = []
    seen: set[Any] = set()
    while key in rows and key not in seen:
        seen.add(key)
        path.append(clean(words(rows[key]["name"])))
        key = rows[key]["supercatid"]
    return tuple(path[::-1])


def _code(row: dict[str, Any], rows: dict[Any, dict[str, Any]], cat_paths: dict[Any, CodePath]) -> CodePath:
    """Return the path of a code: below the codes above it, and their category."""
    path = [clean(words(row["name"]))]
    seen = {row["cid"]}
    while row["supercid"] in rows and row["supercid"] not in seen:
        row = rows[row["supercid"]]
        seen.add(row["cid"])
        path.append(clean(words(row["name"])))
    return (*cat_paths.get(row["catid"], ()), *path[::-1])


def _codings(base: Database, texts: dict[Any, Text], codes: dict[Any, CodePath], coders: Coders) -> list[Coding]:
    cutter = Cutter(base.file, texts)
    codings: list[Coding] = []
    for row in base.rows("code_text", ("ctid", "cid", "fid", "seltext", "pos0", "pos1", "owner"), optional=("memo",)):
        place = f"ctid:{row['ctid']}"
        span = cutter.cut(place, row["fid"], (row["pos0"], row["pos1"]), words(row["seltext"]))
        if row["cid"] not in codes:
            cutter.lacks(place, "code", row["cid"])
        elif span:
            at, coder, code = (span.start, span.end), coders.name(words(row["owner"])), codes[row["cid"]]
            codings.append(Coding(span.document, at, span.quote, code, coder, place, None, *at, words(row["memo"])))
    if cutter.problems:
        raise all_of(cutter.problems)
    return codings


def _unplaced(base: Database, texts: dict[Any, Text], codes: dict[Any, CodePath], coders: Coders) -> Iterator[Unplaced]:
    for table, key, why in _OTHER:
        if base.tables.get(table):
            for row in base.rows(table, (key, "id", "cid"), optional=("owner",)):
                document = texts[row["id"]].name if row["id"] in texts else f"source {row['id']}"
                code = codes.get(row["cid"])
                yield Unplaced(document, f"{key}:{row[key]}", why, (code,) if code else (), coders.name(words(row["owner"])))

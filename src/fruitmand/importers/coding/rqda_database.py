"""Read the database of an RQDA project (``.rqda``); positions are characters, stored as floats, and what is deleted stays with status 0."""

from typing import Any

from fruitmand.importers.coding.code_paths import clean
from fruitmand.importers.coding.database import Database, whole, words
from fruitmand.importers.coding.passages import Coders, Coding, gather
from fruitmand.importers.coding.problems import all_of
from fruitmand.importers.coding.project import Code, CodedProject, CodePath, Document
from fruitmand.importers.coding.spans import Cutter, Text, require_names

TABLES = {"source", "freecode", "coding", "treecode", "codecat"}


def read_rqda(base: Database) -> CodedProject:
    """Return the codings of a project. A code in one category is below it; one in several stands alone, since RQDA has no tree.

    Raises
    ------
    DataError
        When a coding is outside its text or differs from what RQDA quotes, or names a code or a document that is not there.
    """
    rows = [row for row in base.rows("freecode", ("id", "name"), optional=("memo", "status")) if _kept(row)]
    above, notes = _categories(base)
    codes = {row["id"]: (*above.get(row["id"], ()), clean(words(row["name"]))) for row in rows}
    files = [row for row in base.rows("source", ("id", "name", "file"), optional=("status",)) if _kept(row)]
    texts = {row["id"]: Text(words(row["name"]), words(row["file"])) for row in files}
    require_names(base.file, [text.name for text in texts.values()])
    coders = Coders()
    gathered = gather(base.file, _codings(base, texts, codes, coders))
    if pictures := base.count("imageCoding"):
        notes.append(f"Codings of pictures, which have no text and are left out: {pictures}.")
    return CodedProject(
        "RQDA, project database",
        gathered.passages,
        tuple(Code(codes[row["id"]], words(row["memo"])) for row in rows),
        tuple(Document(text.name, text.plain) for text in texts.values()),
        gathered.uncoded,
        notes=(*notes, *coders.notes(), *gathered.notes),
    )


def _kept(row: dict[str, Any]) -> bool:
    return row["status"] is None or whole(row["status"]) != 0


def _categories(base: Database) -> tuple[dict[Any, CodePath], list[str]]:
    names = {row["catid"]: clean(words(row["name"])) for row in base.rows("codecat", ("catid", "name"), optional=("status",)) if _kept(row)}
    found: dict[Any, list[str]] = {}
    for row in base.rows("treecode", ("cid", "catid"), optional=("status",)):
        if _kept(row) and names.get(row["catid"]):
            found.setdefault(row["cid"], []).append(names[row["catid"]])
    several = sum(len(set(above)) > 1 for above in found.values())
    notes = [f"Codes in several categories, which stand by themselves here: {several}."] if several else []
    return {key: (above[0],) for key, above in found.items() if len(set(above)) == 1}, notes


def _codings(base: Database, texts: dict[Any, Text], codes: dict[Any, CodePath], coders: Coders) -> list[Coding]:
    cutter = Cutter(base.file, texts)
    codings: list[Coding] = []
    columns = ("cid", "fid", "seltext", "selfirst", "selend")
    for number, row in enumerate(base.rows("coding", columns, optional=("status", "owner", "memo")), start=1):
        if not _kept(row):
            continue
        place = f"coding {number}"
        span = cutter.cut(place, row["fid"], (row["selfirst"], row["selend"]), words(row["seltext"]))
        if row["cid"] not in codes:
            cutter.lacks(place, "code", row["cid"])
        elif span:
            at, coder, code = (span.start, span.end), coders.name(words(row["owner"])), codes[row["cid"]]
            codings.append(Coding(span.document, at, span.quote, code, coder, place, None, *at, words(row["memo"])))
    if cutter.problems:
        raise all_of(cutter.problems)
    return codings

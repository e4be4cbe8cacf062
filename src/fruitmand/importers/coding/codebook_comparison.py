"""Compare the codebook of a tool with that of an edition, and propose what was renamed; a person decides."""

from collections.abc import Sequence

from fruitmand.importers.coding.changes import listed
from fruitmand.importers.coding.code_map import Codebook, valence_of
from fruitmand.importers.coding.names import name_key, slug, storable
from fruitmand.importers.coding.project import Code


def compare_codebooks(codes: Sequence[Code], book: Codebook) -> list[str]:
    """Return what a codebook of a tool has otherwise than that of the edition.

    A code is the same when its name is an id or label; one of another name with the same description was renamed, as it seems. Categories
    and codes of a valence are left aside.
    """
    described = {
        name_key(text): code for code, row in book.rows.items() for name in ("definition_nl", "definition_en") if (text := row.get(name))
    }
    same: set[str] = set()
    renamed, other, unknown = [], [], []
    for code in codes:
        name, text = " > ".join(code.path), name_key(code.description)
        found = book.exactly(code.path)
        if len(found) == 1:
            same.add(found[0])
            if text and described.get(text) != found[0]:
                other.append(f"{name!r} is {found[0]} with another description: {storable(code.description)}")
        elif text and (old := described.get(text)):
            same.add(old)
            new = slug(code.path[-1], "_", "code")
            renamed.append(f"{name!r} has the description of {old}: if it was renamed, write code {new} with was = {old}")
        elif code.codable and not valence_of(code.path[-1]) and not book.heads(code.path):
            near = book.near(code.path)
            unknown.append(f"{name!r}{f' (did you mean {near!r}?)' if near else ''}")
    missing = [code for code, row in book.rows.items() if row["level"] in ("variable", "topic") and code not in same]
    return [
        f"codes of the edition that it has: {len(same)}",
        *listed("renamed, as it seems", renamed),
        *listed("described otherwise", other),
        *listed("not in codebook.csv", unknown),
        *listed("in codebook.csv, and not here", missing),
        "it holds no coded passage; nothing was written",
    ]

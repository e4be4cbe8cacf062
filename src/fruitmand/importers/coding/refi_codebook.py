"""Read a codebook in the REFI-QDA standard (``.qdc``)."""

from xml.etree.ElementTree import Element

from fruitmand.importers.coding.code_paths import clean
from fruitmand.importers.coding.problems import refusal
from fruitmand.importers.coding.project import CodedProject
from fruitmand.importers.coding.refi_codes import code_notes, read_codes


def read_codebook(root: Element, file: str) -> CodedProject:
    """Return the codes of a codebook; it has no passages.

    Raises
    ------
    DataError
        When it has no codes, or its codes are not in order.
    """
    origin = clean(root.get("origin", ""))
    codes = read_codes(root, file, origin)
    if not codes:
        raise refusal(file, "must hold a code", "the codebook is empty; export it again")
    made = f", made by {origin}" if origin else ""
    notes = ("It is a codebook, with no coded passage.", *code_notes(codes))
    return CodedProject(f"REFI-QDA, codebook (.qdc){made}", codes=tuple(codes.values()), notes=notes)

"""The codebook in the forms that tools of qualitative research import: REFI-QDA (``.qdc``), and the CSV of Taguette.

REFI-QDA 1.5 (2019), section 4: a codebook has codes within codes, each with a name, a GUID and whether passages are coded with it. The
GUID of a code is made from its tag alone, so that a later edition's codebook has the same one and tools merge the two.
"""

import csv
import io
import uuid
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from fruitmand.outputs.coding_kit.codes import Code

NAMESPACE = "urn:QDA-XML:codebook:1.0"
_GUIDS = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)


def refi_codebook(codes: Sequence[Code], languages: Sequence[str]) -> str:
    """Return the codes as a REFI-QDA codebook; concepts and dimensions are there and not codable."""
    root = Element("CodeBook", {"xmlns": NAMESPACE, "origin": "fruitmand"})
    _add(SubElement(root, "Codes"), codes, languages)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _add(parent: Element, codes: Sequence[Code], languages: Sequence[str]) -> None:
    for code in codes:
        guid = str(uuid.uuid5(_GUIDS, code.tag)).upper()
        element = SubElement(parent, "Code", {"guid": guid, "name": code.name, "isCodable": str(code.codable).lower()})
        SubElement(element, "Description").text = code.description(languages)
        _add(element, code.below, languages)


def taguette_codebook(codes: Sequence[Code], languages: Sequence[str]) -> str:
    """Return the codes as the codebook that Taguette exports and imports: a tag for each that passages are coded with.

    Taguette has no levels; a dot stands between *valence* and what it is.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)  # with the line ends of Taguette
    writer.writerow(["tag", "description"])
    writer.writerows(_tags(codes, languages))
    return buffer.getvalue()


def _tags(codes: Sequence[Code], languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    for code in codes:
        if code.codable:
            yield code.tag, code.description(languages)
        yield from _tags(code.below, languages)

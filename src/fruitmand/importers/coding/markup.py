"""Parse the XML of an export: no DTD, no entities of its own, no more than fits in memory."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from fruitmand.edition.errors import DataError, Problem
from fruitmand.importers.coding.problems import refusal


def parse(content: bytes, file: str) -> Element:
    """Return the root of an XML document, whatever its encoding.

    Raises
    ------
    DataError
        When it is not well-formed, with its line and column; when it has a DTD, which no tool writes and which can hide other files.
    """
    try:
        return ElementTree.fromstring(content, forbid_dtd=True)
    except ParseError as error:
        line, column = error.position
        what = str(error).partition(":")[0]
        cause = "the file is damaged, cut off or changed by hand; export it again"
        raise DataError([Problem(file, 0, "", f"must be well-formed XML: {what} at line {line}, column {column + 1}", cause)]) from None
    except DefusedXmlException:
        raise refusal(
            file, "must have no DTD (DOCTYPE)", "no tool of this field writes one; it can name other files or grow without end"
        ) from None
    except (LookupError, ValueError):
        raise refusal(
            file, "must be XML in an encoding that is known", "the encoding in its first line is unknown; export it again"
        ) from None


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace, which differs between versions of the standard."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element, *names: str) -> list[Element]:
    """Return the children of an element that have one of some names."""
    return [child for child in element if local_name(child) in names]


def text_of(element: Element, name: str) -> str:
    """Return the text of a child, without white space around it; empty when there is none."""
    return next(("".join(child.itertext()).strip() for child in children(element, name)), "")

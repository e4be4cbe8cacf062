"""How a file of a kind begins that more than one room must tell."""

ZIP = b"PK\x03\x04"
"""How a zip file begins that has a file in it, and so every workbook (XLSX, ODS) and Word document."""
_EMPTY_ZIP = b"PK\x05\x06"


def is_zip(first: bytes) -> bool:
    r"""Return whether a file that begins with these bytes is a zip file, be it one with nothing in it.

    >>> is_zip(b"PK\x03\x04\x14"), is_zip(b"PK\x05\x06\0"), is_zip(b"PK,variable")
    (True, True, False)
    """
    return first.startswith((ZIP, _EMPTY_ZIP))

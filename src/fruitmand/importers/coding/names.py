"""Names as people write them, and the ids that they become; and the digest by which a passage is known without its words."""

import hashlib
import re
import unicodedata

from fruitmand.edition.raw_text import faults
from fruitmand.importers.coding.code_paths import clean

_ENDINGS = re.compile(r"\.(txt|docx?|rtf|odt|pdf|md|html?|xlsx?|csv|mp3|mp4|wav|m4a)$", re.IGNORECASE)


def name_key(text: str) -> str:
    """Return a name of which capitals, underscores, hyphens and white space do not count.

    >>> name_key(" Room-for_Ideas ")
    'room for ideas'
    """
    return clean(re.sub(r"[_\-]+", " ", unicodedata.normalize("NFKC", storable(text)))).casefold()


def storable(text: str) -> str:
    r"""Return a text of a tool as a raw file may hold it: composed, with single spaces, and without signs that cannot be seen.

    >>> storable("e\u0301e\u0301n\n\u200btekst")
    'één tekst'
    """
    composed = clean(unicodedata.normalize("NFC", text))
    return composed if not any(faults(composed)) else "".join(sign for sign in composed if not any(faults(sign)))


def without_ending(file: str) -> str:
    """Return the name of a file without the ending that says its kind.

    >>> without_ending("INT_1.docx"), without_ending("St. Louis")
    ('INT_1', 'St. Louis')
    """
    return _ENDINGS.sub("", file.strip())


def slug(text: str, joined_by: str, otherwise: str) -> str:
    """Return an id of small letters and digits; one that would not begin with a letter begins with another word.

    >>> slug("INT_Den Ham", "-", "document"), slug("2e interview", "-", "document"), slug("Ann B.", "_", "coder")
    ('int-den-ham', 'document-2e-interview', 'ann_b')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", joined_by, plain).strip(joined_by)
    return made if re.match(r"[a-z]", made) else joined_by.join(filter(None, (otherwise, made)))


def passage_text(quote: str) -> str:
    """Return the text of a passage with single spaces, since tools differ in line ends and in white space around a selection."""
    return clean(unicodedata.normalize("NFC", quote))


def digest(quote: str) -> str:
    r"""Return the first 12 hexadecimal digits of the SHA-256 of a passage, white space counting as one space.

    >>> digest("wij\n leren ") == digest("wij leren")
    True
    """
    return hashlib.sha256(passage_text(quote).encode()).hexdigest()[:12]

"""Personal data in a text: what may not stand in anything published, found by its form and never echoed.

A form alone is a weak witness where digits abound, so whatever has a check digit is checked, and a number counts only when it stands
alone: not inside a digest, a decimal or a longer number.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from stdnum import numdb
from stdnum.iso7064 import mod_97_10
from stdnum.nl import bsn

from fruitmand.edition.errors import FruitmandError

Kind = Literal["e_mail", "phone", "iban", "citizen_service_number", "postcode", "deny_list"]
KINDS: tuple[Kind, ...] = ("e_mail", "phone", "iban", "citizen_service_number", "postcode", "deny_list")

_AT = re.compile(r"(?:@|%40|[\[(] ?(?:at|apenstaartje) ?[\])])", re.I)
_USER = re.compile(r"(?<![\w.%+-])[\w.%+-]*\w ?\Z")
_HOST = re.compile(r" ?(?:[a-z0-9-]+\.)+[a-z]{2,}(?![\w-])", re.I)
_BEFORE = r"(?<![^\W_])(?<![0-9][-.,/+])"  # a number that stands alone: neither word, decimal nor longer number before it
_AFTER = r"(?![^\W_])(?![-.,/+:][0-9])"
_SEP = r"(?:[ .\-/\n]|[ \n]?-[ \n]| ?\) ?)?"
_PHONE = re.compile(
    rf"(?=[0+(]){_BEFORE}\(?(?:"
    rf"06{_SEP}[1-9](?:{_SEP}[0-9]){{7}}"  # mobile
    rf"|0[1-57-9][0-9](?:{_SEP}[0-9]){{7}}"  # area of three digits; one of four is this with another break
    rf"|(?:\+|00)31{_SEP}(?:\(0\))?{_SEP}[1-9](?:{_SEP}[0-9]){{8}}"
    rf"|(?:\+|00(?=[1-9][0-9][^0-9]|[34][0-9]{{9}}))[1-9][0-9]{{0,2}}{_SEP}(?:\(0\))?{_SEP}[0-9](?:{_SEP}[0-9]){{7,11}}"
    rf"){_AFTER}"
)
_DATE = re.compile(r"\d\d([-./ ])\d\d\1(?:19|20)\d\d")
_CHECK_DIGITS = re.compile(
    r"[0-9]{2}(?=[ .\-\n]?[A-Z0-9])(?:(?<=(?<![^\W_])[A-Z]{2}[0-9]{2})|(?<=(?<![^\W_])[A-Z]{2}[ .\-][0-9]{2}))", re.I
)
"""Of an IBAN, after the letters of a country; they are looked for first, since a search for digits is much faster."""
_REST = re.compile(r"(?:[ .\-\n]?[A-Z0-9]){,29}", re.I)
_CITIZEN = re.compile(
    rf"(?=[0-9]{{3}}){_BEFORE}(?<!\.)"
    rf"(?:[0-9]{{9}}|[0-9]{{4}}\.[0-9]{{2}}\.[0-9]{{3}}|[0-9]{{3}}\.[0-9]{{3}}\.[0-9]{{3}}"
    rf"|(?<![0-9] )[0-9]{{4}} [0-9]{{2}} [0-9]{{3}}(?! [0-9])){_AFTER}"
)
_POSTCODE = re.compile(rf"(?=[1-9][0-9]{{3}}){_BEFORE}(?<![#.])[0-9]{{4}} ?(?!S[ADS])[A-Z]{{2}}(?![^\W_])")
_YEAR = re.compile(r"(?:19|20)\d\d (?:AD|BC|EN|EU|HR|IN|IT|NL|OF|OP|TE|UK|US|VK|VS)")
"""Not a postcode but a year and a word in capitals; the two overlap in Haarlem and Velsen alone."""
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE", "œ": "oe", "ı": "i"})
"""Letters with a plain form that Unicode does not take apart."""


@dataclass(frozen=True, order=True)
class PersonalDatum:
    """Something personal in a text: what kind, at which character it starts, and a mask of it that is safe to print."""

    start: int
    kind: Kind
    shown: str


def scan(text: str, deny: Sequence[str] = ()) -> list[PersonalDatum]:
    """Find personal data in a text, in the order in which it stands there.

    Letters are compared without their accents, spaces and hyphens of all kinds as one; words of the deny-list also without their case,
    with any few signs between their parts. A postcode counts in capitals only.

    Parameters
    ----------
    text : str
        Anything that is to be published.
    deny : sequence of str
        Names and words that may not be in it; they match whole words.

    Raises
    ------
    FruitmandError
        When a word of the deny-list has no letter or digit, so that it can match nothing.

    References
    ----------
    Check digits: ISO 7064 MOD 97-10 for the IBAN, with the lengths of ISO 13616; the 11-test for the Dutch citizen service number. They
    are those of python-stdnum.
    Postcodes have any letters since 2005, but never SA, SD or SS.

    Examples
    --------
    >>> for finding in scan("Bel 06-12345678 of schrijf j.jansen@voorbeeld.nl, editie 2015 in P2.12"):
    ...     print(finding.start, finding.kind, finding.shown)
    4 phone 0…8
    27 e_mail j…@…nl
    >>> scan("123456782 and 123456781")  # one has a valid check digit
    [PersonalDatum(start=0, kind='citizen_service_number', shown='1…2')]
    """
    table = {sign: _plain(sign) for sign in set(text) if not sign.isascii()}
    plain = text
    for sign, form in table.items():
        plain = plain.replace(sign, form)
    return sorted(
        {
            PersonalDatum(_origin(text, table, start), kind, _mask(value))
            for kind, start, value in _found(plain, tuple(deny))
            if value.strip()
        }
    )


def iban_holds(value: str) -> bool:
    """Return whether letters and digits without separators have the length and the check digits of an IBAN.

    What a country demands beyond these, such as letters for the bank, is not asked: it is better to find one too many.

    >>> iban_holds("NL91ABNA0417164300"), iban_holds("NL92ABNA0417164300"), iban_holds("NL91ABNA041716430")
    (True, False, False)
    """
    return len(value) == iban_length(value[:2]) and mod_97_10.is_valid(value[4:] + value[:4])


@cache
def iban_length(country: str) -> int | None:
    """Return how many characters an IBAN of a country has, None where no country of that code has any.

    >>> iban_length("NL"), iban_length("NO"), iban_length("ZZ")
    (18, 15, None)
    """
    parts = {name: value for _, about in numdb.get("iban").info(country) for name, value in about.items()}
    return 4 + sum(map(int, re.findall(r"([0-9]+)!", parts["bban"]))) if parts else None


def _found(plain: str, deny: tuple[str, ...]) -> Iterator[tuple[Kind, int, str]]:
    for match in _AT.finditer(plain):
        if address := _e_mail(plain, match):
            yield "e_mail", *address
    accounts = dict(filter(None, (_iban(plain, match) for match in _CHECK_DIGITS.finditer(plain))))
    for start, value in accounts.items():
        yield "iban", start, value
    for match in _PHONE.finditer(plain):
        within = any(start <= match.start() < start + len(value) for start, value in accounts.items())
        if not within and _is_phone(match[0], plain[max(0, match.start() - 12) : match.start()]):
            yield "phone", match.start(), match[0]
    for match in _CITIZEN.finditer(plain):
        if bsn.is_valid(re.sub(r"\D", "", match[0])):
            yield "citizen_service_number", match.start(), match[0]
    for match in _POSTCODE.finditer(plain):
        if not _YEAR.fullmatch(match[0]):
            yield "postcode", match.start(), match[0]
    if deny:
        for match in _denied(deny).finditer(plain.lower()):
            yield "deny_list", match.start(), match[0]


def _e_mail(plain: str, at: re.Match[str]) -> tuple[int, str] | None:
    """Return the address around an at sign and where it starts.

    Blanks may stand only around a sign in brackets; around another it is a product, or a decorator in code.
    """
    user, host = _USER.search(plain, max(0, at.start() - 80), at.start()), _HOST.match(plain, at.end())
    if user is None or host is None:
        return None
    value = plain[user.start() : host.end()]
    return (user.start(), value) if at[0][0] in "[(" or " " not in value else None


def _is_phone(value: str, before: str) -> bool:
    """Tell a phone number from a date with an hour after it, and from the old ISBN of ten digits."""
    return not (_DATE.match(value) or re.search(r"ISBN(?:-10)?:? ?$", before, re.I))


def _iban(plain: str, digits: re.Match[str]) -> tuple[int, str] | None:
    """Return the start of the IBAN with these check digits, and the IBAN, when it ends there at the end of a word."""
    start = digits.start() - (2 if plain[digits.start() - 1].isalpha() else 3)
    rest = _REST.match(plain, digits.end())
    value = plain[start : digits.end()] + (rest[0] if rest else "")
    places = [place for place, sign in enumerate(value) if sign.isalnum()]
    length = iban_length(value[:2].upper())
    if length is None or len(places) < length:
        return None
    end = places[length - 1] + 1
    ends_a_word = not plain[start + end : start + end + 1].isalnum()
    return (start, value[:end]) if ends_a_word and iban_holds("".join(value[place] for place in places[:length]).upper()) else None


@cache
def _denied(deny: tuple[str, ...]) -> re.Pattern[str]:
    forms = []
    for word in deny:
        parts = re.findall(r"[^\W_]+", "".join(map(_plain, word)).lower())
        if not parts:
            raise FruitmandError(f"the deny-list has {word!r}, which has neither a letter nor a digit and so can match nothing")
        forms.append(r"[\W_]{1,4}".join(parts))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(forms)})(?![^\W_])")


@cache
def _plain(sign: str) -> str:
    """Return a character without accent, a space or hyphen of any kind as the usual one, and nothing for what is not seen."""
    match unicodedata.category(sign):
        case "Zs":
            return " "
        case "Pd":
            return "-"
        case "Cf" | "Mn":
            return ""
        case "Nd":
            return str(unicodedata.digit(sign))
    parts = unicodedata.normalize("NFKD", sign.translate(_LETTERS))
    return "".join(part for part in parts if not unicodedata.combining(part))


def _origin(text: str, table: dict[str, str], position: int) -> int:
    """Return where a position of the plain text is in the text itself."""
    if all(len(form) == 1 for form in table.values()):
        return position
    reached = 0
    for place, sign in enumerate(text):
        form = table.get(sign, sign)
        if form and reached + len(form) > position:
            return place
        reached += len(form)
    return len(text)


def _mask(value: str) -> str:
    """Return the ends of a value, too little to know it by: ``j…@…nl``."""
    value = value.strip("( \n")
    if "@" in value:
        return f"{value[0]}…@…{value.rpartition('.')[2]}"
    return f"{value[0]}…{value[-1]}" if len(value) > 3 else f"{value[0]}…"

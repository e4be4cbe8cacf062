"""Personal data in a text: what may not stand in anything published, found by its form and never echoed.

A text is made plain first: what looks like a letter, a digit, a space or a hyphen becomes one, and what is not seen goes. A form alone is
a weak witness where digits abound, so whatever has a check digit is checked, and a number counts only when it stands alone: not inside a
digest, a decimal or a longer number.
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

_GAP = r"[ \n]{1,3}"
_AT = re.compile(r"[@%](?:(?<=@)|40)")
_AT_WORD = re.compile(r"at(?=[ \n\])}>])(?<=[ \n\[({<]at)")  # a search for what begins with letters that are known is much faster
_AT_TAIL = re.compile(r"staart(?:(?<=apestaart)|(?<=apenstaart))(?:je)?(?=[ \n\])}>])")
_AT_LEFT = re.compile(rf"(?:[\[({{<] ?|{_GAP})(?:at|apen?staart(?:je)?)\Z")
_AT_RIGHT = re.compile(rf" ?[\])}}>]|{_GAP}")
_USER = re.compile(r"(?<![\w.%+-])[\w.%+-]*\w ?\Z")
_DOT = rf"(?:\.|{_GAP}(?:dot|punt){_GAP}| ?[\[({{<] ?(?:dot|punt|\.) ?[\])}}>] ?)"
_HOST = re.compile(rf" ?(?:[a-z0-9-]+{_DOT})+(?P<end>[a-z]{{2,}})(?![\w-])(?P<code>[\[(])?", re.I)
_IN_WORDS = re.compile(r"dot|punt", re.I)
_ENDS = frozenset(
    "com org net info biz edu gov int mil name app dev online site email shop example test amsterdam frl gent brussels".split()  # noqa: SIM905 - a line to be read
)
"""How the name of a host ends, besides the two letters of a country."""

_BEFORE = r"(?<![^\W_])(?<![0-9][-.,+])"  # a number that stands alone: neither word, decimal nor longer number before it
_AFTER = r"(?![^\W_])(?![-.,+:][0-9])"
_JOINED = re.compile(r"(?<![^\W_])[0-9+(][0-9 ().\-]{7,}[0-9] ?/ ?\Z")
"""A number before a slash, long enough for what comes after it to be another of its kind, and not one more part of it."""
_DIGITS = re.compile(r"[0-9](?:[ .\-/()_\n]{0,4}[0-9]){8,}")
"""Digits enough for a number of somebody; only there is looked for one."""
_SEP = r"(?:[ .\-/\n_]{1,2}|[ \n]?-{1,2}[ \n]| ?\) ?)?"
_PHONE = re.compile(
    rf"{_BEFORE}\(?(?:"
    rf"[0Oo]6{_SEP}[1-9](?:{_SEP}[0-9]){{7}}"  # mobile
    rf"|0[ .-]6(?:[ .-][0-9]){{8}}"  # with every digit apart
    rf"|0[1-57-9][0-9](?:{_SEP}[0-9]){{7}}"  # area of three digits; one of four is this with another break
    rf"|(?:\+ ?|00 ?)31{_SEP}(?:\(0\))?{_SEP}[1-9](?:{_SEP}[0-9]){{8}}"
    rf"|(?:\+|00(?=[1-9][0-9][^0-9]|[34][0-9]{{9}}))[1-9][0-9]{{0,2}}{_SEP}(?:\(0\))?{_SEP}[0-9](?:{_SEP}[0-9]){{7,11}}"
    rf"|31[ \-_]?(?:\(0\))?[ \-_]?[1-9](?:[ \-_]?[0-9]){{8}}(?![ \-_][0-9])"  # without plus
    rf"|(?<![0-9] )6[ \-_]?[1-9](?:[ \-_]?[0-9]){{7}}(?![ \-_][0-9])"  # without nought
    rf"|(?<![0-9] )[1-57-9](?:[0-9][ -][1-9][0-9]{{6}}|[0-9]{{2}}[ -][1-9][0-9]{{5}})(?![ -][0-9])"
    rf"){_AFTER}"
)
_DATE = re.compile(r"\d\d([-./ ])\d\d\1(?:19|20)\d\d")
_CHECK_DIGITS = re.compile(
    r"[0-9]{2}(?=[ .\-\n]?[A-Z0-9])(?:(?<=(?<![^\W_])[A-Z]{2}[0-9]{2})|(?<=(?<![^\W_])[A-Z]{2}[ .\-\n][0-9]{2}))", re.I
)
"""Of an IBAN, after the letters of a country; they are looked for first, since a search for digits is much faster."""
_REST = re.compile(r"(?:[ .\-\n]?[A-Z0-9]){,29}", re.I)
_CITIZEN = re.compile(
    rf"{_BEFORE}(?<!\.)"
    rf"(?:[0-9]{{9}}|(?<![0-9] )[0-9](?:(?: ?[.\-_] ?| )?[0-9]){{8}}(?![ _][0-9])){_AFTER}"
)
_PARTED = frozenset(((3, 3, 3), (4, 2, 3), (2, 2, 2, 3), (3, 2, 4), (2, 3, 4), (3, 4, 2), (4, 5), (5, 4), (3, 6), (6, 3), (9,), (1,) * 9))
"""How the digits of a citizen service number are written apart."""
_POSTCODE = re.compile(
    rf"(?=[1-9][0-9]{{3}}){_BEFORE}(?<![#.])[0-9]{{4}}(?:(?:[ _]|\n )?(?!S[ADS])[A-Z]{{2}}|(?P<low> ?)(?!s[ads])[a-z]{{2}})(?![^\W_])"
)
_YEAR = re.compile(r"(?:19|20)\d\d[ _](?:AD|BC|EN|EU|HR|IN|IT|NL|OF|OP|TE|UK|US|VK|VS)")
"""Not a postcode but a year and a word in capitals; the two overlap in Haarlem and Velsen alone."""
_UNITS = frozenset("cl cm de dl dm em ex fr gb hz kb kg km kw mb mg ml mm ms nd ns pc pt px rd st tb th us".split())  # noqa: SIM905
_WORDS = _UNITS | frozenset(
    "ad al am an as at be bv by do eh ei en er et eu go he hr ie if ik in is it ja je la le me my na nl no nr nu nv of ok om on op or "  # noqa: SIM905
    "pm so te to tv uk um un up uw we ze zo".split()
)
"""Small words and units; after four digits they are no letters of a postcode, though every pair may be."""

_LOOKS = dict(
    pair
    for like, plain in (
        ("АВСЕНІЈКМОРЅТХУҮԚԜ", "ABCEHIJKMOPSTXYYQW"),  # Cyrillic
        ("авсеһіјкмнорѕтхуүԛԝԁӏгпѵ", "abcehijkmhopstxyyqwdlrnv"),
        ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),  # Greek
        ("αβγεηικνορςτυχω", "abyenikvopstuxw"),
        ("ոսօցհյզ", "nuoghjq"),  # Armenian
        ("ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃ", "ABCDEGHJKLMPRSTVWZ"),  # Cherokee
        ("ɑɩʋⲟⲣⲥ", "aivopc"),
        ("\N{LATIN CAPITAL LETTER SHARP S}", "S"),
        ("\N{MINUS SIGN}\N{HYPHEN BULLET}", "--"),
    )
    for pair in zip(like, plain, strict=True)
)
"""Signs that look like a Latin letter; of other signs the name or the decomposition of Unicode says which it is."""
_LONGER = {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
_NAMED = re.compile(r"(?:LATIN|REGIONAL|SQUARED|CIRCLED|NEGATIVE) .*?(?:LETTER|CAPITAL|DOTLESS|SCRIPT) ([A-Z])(?: WITH .*)?")
_AS = {"Zs": " ", "Zl": "\n", "Zp": "\n", "Pd": "-", "Cf": "", "Cc": "", "Mn": "", "Me": ""}
"""What characters of these categories of Unicode read as."""
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn as nothing."""
_CONTROLS = frozenset(map(chr, (*range(1, 9), 11, 12, *range(13, 32), 127)))

_INSTEAD = {"a": "a4@", "b": "b8", "e": "e3", "g": "g9", "i": "i1!|", "l": "l1|", "o": "o0", "s": "s5$", "t": "t7", "z": "z2"}
"""What is written for a letter."""
_BETWEEN = r"[^\w\0]{1,3}"


@dataclass(frozen=True, order=True)
class PersonalDatum:
    """Something personal in a text: what kind, at which character it starts, and a mask of it that is safe to print."""

    start: int
    kind: Kind
    shown: str


def scan(text: str, deny: Sequence[str] = ()) -> list[PersonalDatum]:
    """Find personal data in a text, in the order in which it stands there.

    Letters are compared without their accents and as what they look like, spaces and hyphens of all kinds as one; words of the deny-list
    also without their case, with any few signs between their parts or none, with their last parts first, with their letters apart, and with
    digits for some letters. Four digits and a small word or unit in small letters, such as ``2015 is``, are no postcode.

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
    table = {sign: _plain(sign) for sign in set(text) if not sign.isascii() or sign in _CONTROLS}
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
    low = plain.lower()
    for start, end in (*(match.span() for match in _AT.finditer(plain)), *_at_words(low)):
        if address := _e_mail(plain, start, end):
            yield "e_mail", *address
    accounts = dict(filter(None, (_iban(plain, match) for match in _CHECK_DIGITS.finditer(plain))))
    for start, value in accounts.items():
        yield "iban", start, value
    for kind, start, value in _numbers(plain):
        if not any(first <= start < first + len(account) for first, account in accounts.items()):
            yield kind, start, value
    for match in _POSTCODE.finditer(plain):
        small = match["low"] is not None and match[0][-2:] in (_WORDS if match["low"] else _UNITS)
        if not small and not _YEAR.fullmatch(match[0]):
            yield "postcode", match.start(), match[0]
    if deny:
        for match in _denied(deny).finditer(low):
            if _is_word(match[0]):
                yield "deny_list", match.start(), match[0]


def _at_words(low: str) -> Iterator[tuple[int, int]]:
    """Yield where the words for an at sign begin and end, with the brackets or the space around them."""
    for match in (*_AT_WORD.finditer(low), *_AT_TAIL.finditer(low)):
        left, right = _AT_LEFT.search(low, max(0, match.start() - 8), match.end()), _AT_RIGHT.match(low, match.end())
        if left and right:
            yield left.start(), right.end()


def _numbers(plain: str) -> Iterator[tuple[Kind, int, str]]:
    """Yield the telephone and citizen service numbers."""
    for run in _DIGITS.finditer(plain):
        at = max(0, run.start() - 3)  # of what is before digits, a plus, a bracket and a letter O may belong to a number
        while at < run.end() - 8:
            at += 1
            phone, citizen = _PHONE.match(plain, at - 1), _CITIZEN.match(plain, at - 1)
            if phone and _stands_alone(plain, phone) and _is_phone(phone[0], plain[max(0, phone.start() - 12) : phone.start()]):
                yield "phone", phone.start(), phone[0]
                at = phone.end()
            if citizen and _stands_alone(plain, citizen) and _is_citizen_service_number(citizen[0]):
                yield "citizen_service_number", citizen.start(), citizen[0]
                at = max(at, citizen.end())


def _stands_alone(plain: str, number: re.Match[str]) -> bool:
    """Tell a number after a slash that joins it to another of its kind from one more part of a path or date."""
    before = plain[max(0, number.start() - 24) : number.start()]
    return not re.search(r"[0-9] ?/ ?\Z", before) or bool(_JOINED.search(before))


def _is_citizen_service_number(value: str) -> bool:
    """Return whether the check digit holds, and the digits are written apart in a usual way with one kind of sign between them."""
    parts = re.findall("[0-9]+", value)
    signs = {sign.strip() for sign in re.findall("[^0-9]+", value)}
    return (
        len(signs) < 2 and (signs != {"."} or len(parts) > 2) and tuple(map(len, parts)) in _PARTED and bool(bsn.is_valid("".join(parts)))
    )


def _is_word(value: str) -> bool:
    """Tell a word with digits for some letters from a number that happens to be one with digits for most."""
    signs = [sign for sign in value if sign.isalnum() or sign in "@$!|"]
    return sum(sign.isalpha() for sign in signs) * 2 >= len(signs)


def _e_mail(plain: str, start: int, end: int) -> tuple[int, str] | None:
    """Return the address around an at sign and where it starts.

    Blanks around a bare sign may be those of a product or a decorator in code, so that the end has to be that of a host; and ``at`` may be
    the word in English, so that the dot has to be a word too, or the name before it to have one.
    """
    user, host = _USER.search(plain, max(0, start - 80), start), _HOST.match(plain, end)
    if user is None or host is None:
        return None
    value = plain[user.start() : host.end("end")]
    is_known = (len(host["end"]) == 2 or host["end"].lower() in _ENDS) and not host["code"]
    if plain[start] in "[({<":
        holds = True
    elif plain[start] in "@%":
        holds = is_known or not (user[0].endswith(" ") or plain[end : end + 1] == " ")
    else:
        holds = is_known and bool(_IN_WORDS.search(host[0]) or re.search(r"\w[._+]\w", user[0]))
    return (user.start(), value) if holds else None


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
        gap = r"[\W_]{0,4}" if len("".join(parts)) > 4 else r"[\W_]{1,4}"
        forms += [gap.join(map(_written, parts[first:] + parts[:first])) for first in range(len(parts))]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(forms)})(?![^\W_])")


def _written(part: str) -> str:
    """Return the ways to write a part of a word, as a pattern: as it is, with other signs for letters, or with its letters apart."""
    if len(part) < 3:
        return part
    letters = [f"[{_INSTEAD[letter]}]" if letter in _INSTEAD else letter for letter in part]
    return f"{letters[0]}(?:{''.join(letters[1:])}|{''.join(_BETWEEN + letter for letter in letters[1:])})"


@cache
def _plain(sign: str) -> str:
    """Return a character as the Latin letter that it looks like, a space or hyphen of any kind as the usual one, and nothing if unseen."""
    if sign in _LOOKS or sign in _LONGER:
        return _LOOKS.get(sign) or _LONGER[sign]
    category = unicodedata.category(sign)
    if category in _AS or sign in _UNSEEN:
        return "" if sign in _UNSEEN else _AS[category]
    if category == "Nd":
        return str(unicodedata.digit(sign))
    parts = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    if parts.isascii():
        return parts
    return "".join(map(_plain, parts)) if parts != sign else _named(sign)


def _named(sign: str) -> str:
    """Return the Latin letter that the name of a character has, or the character."""
    name = unicodedata.name(sign, "")
    letter = _NAMED.fullmatch(name)
    if letter is None:
        return sign
    return letter[1].lower() if "SMALL LETTER" in name else letter[1]


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
        return f"{value[0]}…@…{re.split('[^a-zA-Z0-9]', value)[-1]}"
    return f"{value[0]}…{value[-1]}" if len(value) > 3 else f"{value[0]}…"

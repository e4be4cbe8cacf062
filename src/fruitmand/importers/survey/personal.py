"""Detect personal data: columns that hold them, which are never kept, and texts in remarks, which stop the import."""

import re
from collections.abc import Sequence

from fruitmand.checks.personal_data import scan
from fruitmand.importers.survey.export import Column
from fruitmand.importers.survey.text_matching import alphanumeric, normalise, tokens, word_set

COLUMNS = word_set("""name naam fullname volledigenaam voornaam achternaam firstname lastname tussenvoegsel initials voorletters
    email mail emailaddress emailadres emailaddresses recipientemail recipientfirstname recipientlastname username gebruikersnaam user
    phone phonenumber telephone telefoon telefoonnummer mobile mobiel mobielnummer mobieltelefoonnummer
    address adres postcode zipcode postalcode dateofbirth birthdate geboortedatum bsn personeelsnummer employeenumber
    ipaddress ipaddr ip ipadres refurl referrerurl referralurl qurl useragent token accesscode toegangscode externalreference
    externaldatareference externaldata locationlatitude locationlongitude locationaccuracy latitude longitude altitude gps geopoint
    startgeopoint deviceid imei subscriberid simserial simid serial submittedby submitterid submittername""")
"""Names of columns with personal data, `alphanumeric`; tools write them, or surveys ask for them."""

ENDINGS = COLUMNS - {"name", "naam"}  # the name of a municipality is not personal

_QUESTION = re.compile(
    r"(?:(?:wat (?:is|zijn) )?(?:uw|je|jouw) |(?:what is )?your |vul (?:hier )?(?:uw|je) )(?:(?:volledige|full|first|last) )*"
    r"(?:(?:voor|achter)?naam|name|e-?mail(?:[ -]?(?:adres|address))?|(?:mobiele )?telefoon(?:nummer)?|(?:mobile )?phone(?: number)?)"
    r"(?: in)?"
)
_COORDINATE = re.compile(r"_?(?P<point>.+)_(latitude|longitude|altitude|precision)")

KINDS = {
    "e_mail": "an e-mail address",
    "phone": "a telephone number",
    "iban": "a bank account number",
    "citizen_service_number": "a citizen service number",
    "postcode": "a postcode",
}
"""The kinds of personal data that remarks are searched for, as messages name them."""


def personal_columns(columns: Sequence[Column]) -> set[int]:
    """Return the positions of the columns that hold personal data, by their headings, names and texts."""
    points = {match["point"] for column in columns if (match := _COORDINATE.fullmatch(_leaf(column.heading)))}
    return {position for position, column in enumerate(columns) if _is_personal(column, points)}


def _is_personal(column: Column, points: set[str]) -> bool:
    leaf = _leaf(column.heading)
    if leaf in points or _COORDINATE.fullmatch(leaf):
        return True
    for text in (leaf, *column.names, *column.texts):
        bare = normalise(re.sub(r"\([^()]*\)", "", text))
        if alphanumeric(bare) in COLUMNS or _QUESTION.fullmatch(bare) or (tokens(bare) and tokens(bare)[-1] in ENDINGS):
            return True
    return False


def _leaf(heading: str) -> str:
    return normalise(heading).rsplit("/", 1)[-1]


def personal_data_in(text: str) -> list[str]:
    """Return the kinds of personal data in a text, as messages name them; empty when none is recognised.

    >>> personal_data_in("Mail jan@example.org of bel 06-12345678")
    ['an e-mail address', 'a telephone number']
    >>> personal_data_in("BSN 111222333"), personal_data_in("Zaak 111222334"), personal_data_in("In 2015 waren er 12 gesprekken.")
    (['a citizen service number'], [], [])
    """
    return [KINDS[kind] for kind in dict.fromkeys(finding.kind for finding in scan(text))]

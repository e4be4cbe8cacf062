"""Personal data are found by their form, and what only looks like them is left alone."""

import hashlib
import string
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fruitmand.checks.personal_data import iban_holds, iban_length, scan
from fruitmand.edition.errors import FruitmandError

COUNTRIES = [first + second for first, second in product(string.ascii_uppercase, repeat=2) if iban_length(first + second)]


def kinds(text, deny=()):
    return [finding.kind for finding in scan(text, deny)]


def make_iban(country, rest):
    """ISO 7064: the check digits are 98 minus the remainder of the rest, the country and 00 as one number, by 97."""
    number = int("".join(str(int(sign, 36)) for sign in f"{rest}{country}00"))
    return f"{country}{98 - number % 97:02d}{rest}"


@st.composite
def ibans(draw):
    country = draw(st.sampled_from(COUNTRIES))
    length = iban_length(country) - 4
    return make_iban(country, draw(st.text(string.digits + string.ascii_uppercase, min_size=length, max_size=length)))


@st.composite
def citizen_service_numbers(draw):
    """The last digit is the weighed sum of the first eight by 11; where that is 10 there is no such number."""
    digits = draw(st.text(string.digits, min_size=8, max_size=8).filter(lambda d: int(d) and _last(d) < 10))
    return f"{digits}{_last(digits)}"


def _last(digits):
    return sum((9 - place) * int(digit) for place, digit in enumerate(digits)) % 11


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("j.jansen@voorbeeld.nl", "j…@…nl"),
        ("Schrijf naar <info@bureau.voorbeeld.nl>.", "i…@…nl"),
        ("mailto:jan+test@voorbeeld.example", "j…@…example"),
        ("JAN@VOORBEELD.NL", "J…@…NL"),
        ("jan%40voorbeeld.nl", "j…l"),
        ("jan [at] voorbeeld.nl", "j…l"),
        ("jan(at)voorbeeld.nl", "j…l"),
        ("josé@voorbeeld.nl", "j…@…nl"),
        ("jan@voor\u00adbeeld.nl", "j…@…nl"),  # as a page breaks it
        ("jan @ voorbeeld.nl", "j…@…nl"),
        ("Schrijf naar jan@ voorbeeld.org!", "j…@…org"),
        ("jan(at)voorbeeld(punt)nl", "j…l"),
        ("jan [AT] voorbeeld [DOT] nl", "j…l"),
        ("jan{at}voorbeeld.nl", "j…l"),
        ("jan at voorbeeld dot nl", "j…l"),
        ("jan apenstaartje voorbeeld punt nl", "j…l"),
        ("jan.jansen at bureau.voorbeeld.nl", "j…l"),
        ("jan@voorbeeld(dot)nl", "j…@…nl"),
        ("j\u0430n@v\u043e\u043erbeeld.nl", "j…@…nl"),  # Cyrillic a and o
        ("jan\uff20voorbeeld\uff0enl", "j…@…nl"),
    ],
)
def test_an_e_mail_address_is_found_and_masked(text, shown):
    assert [(f.kind, f.shown) for f in scan(text)] == [("e_mail", shown)]


@pytest.mark.parametrize(
    "text",
    [
        "@media print { }",
        "@dataclass\n@pytest.mark.slow",
        "value\n@property.setter",
        "weights @ values.sum()",
        "A@B",
        "12 @ 3.50",
        "@voorbeeld",
        "bel (at) once",
        "look at voorbeeld.nl",
        "at this point at last dot the i",
        "weights @ frame.at[3]",
        "scores @ weights.to(device)",
    ],
)
def test_an_at_sign_alone_is_no_address(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "0612345678",
        "06-12345678",
        "06 12 34 56 78",
        "06-1234 5678",
        "06.1234.5678",
        "06‑12345678",  # hyphen that does not break
        "06\u00a01234\u00a05678",  # spaces that do not break
        "020-1234567",
        "(020) 123 45 67",
        "0317-123456",
        "0317 12 34 56",
        "010 - 123 45 67",
        "088 123 4567",
        "+31612345678",
        "+31 6 12345678",
        "+31 (0)6 1234 5678",
        "+31 (0)20-1234567",
        "0031 6 12345678",
        "0031612345678",
        "+32 470 12 34 56",
        "+49 30 12345678",
        "0049 30 12345678",
        "+1 555-010-9999",
        "tel:+31201234567",
        "Tel.0201234567",
        "tel_0612345678",
        "Bel 06-12345678.",
        "06-123\n45678",  # a line broke
        "06 -- 12345678",
        "06  1234  5678",
        "0 6 1 2 3 4 5 6 7 8",
        "0 6-1 2 3 4-5 6 7 8",
        "O6-12345678",
        "612345678",
        "6 12345678",
        "6-1234-5678",
        "31612345678",
        "31 6 12345678",
        "31 (0)6 12345678",
        "31-20-1234567",
        "20-1234567",
        "317-123456",
        "+ 31 6 12345678",
        "00 31 6 12345678",
        "x_06_12345678",
    ],
)
def test_a_phone_number_is_found(text):
    assert kinds(text) == ["phone"]


@pytest.mark.parametrize(
    "text",
    ["06-12345678/06-87654321", "0201234567 / 0612345678", "020-1234567/0612345678", "+31612345678/612345679", "0317-123456/0612345678"],
)
def test_two_phone_numbers_that_a_slash_joins_are_both_found(text):
    assert kinds(text) == ["phone", "phone"]


@pytest.mark.parametrize(
    "text",
    [
        "06-12-2015 10:30",
        "2015-06-12 10:30:45",
        "01-02-2015",
        "06/12/2015 1030",
        "versie 0.1.0, 2.0.12345678",
        "ISBN 0306406152",
        "ISBN 978-0-13-468599-1",
        "ISSN 0123-4567",
        "doi 10.1016/0306-4573(88)90021-0",
        "P6.12 P06.12",
        "2.3 ¶1-2; 4.3 ¶12",
        "M 0 327.002 L 436.680891 327.002 0.0612345678",
        "0.0612345678",
        "1,0612345678",
        "-4.0612345678e-06",
        "a0612345678b",
        "x0612345678",
        "061234567890",
        "+10 000 000",
        "2006123456",
        "#0612345678ab",
        "6.12345678",
        "31.612345678",
        "10.1016/0612345678",
        "0 25 50 75 100",
        "0 1 2 3 4 5 6 7 8 9",
        "3 6 12 34 56 78 9",
        "31 12 2015",
        "712345678",
        "1 040 123 456 789",
    ],
)
def test_digits_of_another_kind_are_no_phone_number(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "NL91ABNA0417164300",  # registry of ISO 13616: the example of the Netherlands, and of other countries
        "NL91 ABNA 0417 1643 00",
        "nl91abna0417164300",
        "IBAN: NL91-ABNA-0417-1643-00.",
        "NL91 ABNA\n0417 1643 00",
        "BE68 5390 0754 7034",
        "DE89370400440532013000 ten name van",
        "DE89 3704 0044 0532 0130 00 TNV IEMAND",
        "GB29 NWBK 6016 1331 9268 19",
        "NO93 8601 1117 947",
        "MT84MALT011000012345MTLCAST001S",
    ],
)
def test_an_iban_is_found(text):
    assert kinds(text) == ["iban"]


@pytest.mark.parametrize(
    "text", ["NL92ABNA0417164300", "NL91ABNA0417164301", "NL91ABNA04171643001", "XNL91ABNA0417164300", "ZZ91ABNA0417164300"]
)
def test_what_has_not_the_form_or_the_check_digits_is_no_iban(text):
    assert kinds(text) == []


def test_every_country_of_the_registry_has_its_length():
    """The examples are those of the registry of ISO 13616; there are 89 countries in it."""
    assert len(COUNTRIES) >= 89
    assert {country: iban_length(country) for country in ("NO", "BE", "NL", "FR", "MU", "MT", "LC", "RU")} == {
        "NO": 15,
        "BE": 16,
        "NL": 18,
        "FR": 27,
        "MU": 30,
        "MT": 31,
        "LC": 32,
        "RU": 33,
    }


@given(ibans(), st.sampled_from(["", " ", "-"]))
def test_every_valid_iban_is_found(iban, separator):
    assert iban_holds(iban)
    printed = separator.join(iban[place : place + 4] for place in range(0, len(iban), 4))
    assert "iban" in kinds(f"rekening {printed}, graag")


@given(ibans(), st.integers(1, 96))
def test_an_iban_with_other_check_digits_is_never_found(iban, shift):
    wrong = f"{iban[:2]}{(int(iban[2:4]) - 2 + shift) % 97 + 2:02d}{iban[4:]}"  # check digits run from 02 to 98
    assert not iban_holds(wrong)
    assert "iban" not in kinds(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "111222333",
        "bsn 123456782.",
        "BSN:123456782;",
        "(123456782)",
        "1234.56.782",
        "1234 56 782",
        "123.456.782",
        "nr_123456782",
        "123 456 782",
        "123-456-782",
        "1234-56-782",
        "12 34 56 782",
        "1 2 3 4 5 6 7 8 2",
        "123456782/",
        "123 - 456 - 782",
        "\uff11\uff12\uff13456782",
    ],
)
def test_a_citizen_service_number_is_found(text):
    assert kinds(text) == ["citizen_service_number"]


@pytest.mark.parametrize(
    "text",
    [
        "123456781",  # the 11-test fails
        "000000000",
        "1234567820",
        "9123456782",
        "0.123456782",
        "0,123456782",
        ".123456782",
        "123456782.5",
        "123456782,5",
        "20160117-123456782-3",
        "a123456782",
        "123456782f",
        "12345678",
        "0 50 100 150 200 250",  # the ticks of an axis
        "1000 1234 56 782",
        "1234 56 782 900",
        "123.456782",
        "12/123456782",
        "123-456 782",
        "1 23456782",
    ],
)
def test_digits_that_do_not_stand_alone_are_no_citizen_service_number(text):
    assert kinds(text) == []


def test_two_citizen_service_numbers_that_a_slash_joins_are_both_found():
    assert kinds("123456782/111222333") == ["citizen_service_number"] * 2


@given(citizen_service_numbers())
def test_every_valid_citizen_service_number_is_found(number):
    assert "citizen_service_number" in kinds(f"nummer {number} van")


@given(citizen_service_numbers(), st.integers(1, 9))
def test_a_citizen_service_number_with_another_last_digit_is_never_found(number, shift):
    wrong = f"{number[:8]}{(int(number[8]) + shift) % 10}"
    assert "citizen_service_number" not in kinds(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "1234 AB",
        "1234AB",
        "NL-1234 AB",
        "Straat 1, 2011 XZ Haarlem",
        "9999 XX",
        "1011 FY",
        "1234\u00a0AB",
        "1234 ab",
        "1234ab",
        "2011xz",
        "1234_AB",
    ],
)
def test_a_postcode_is_found(text):
    assert kinds(text) == ["postcode"]


@pytest.mark.parametrize(
    "text",
    [
        "2015 in",
        "in 2015 zijn",
        "2015 HR",
        "2016 EN VERDER",
        "1234 SS",
        "1234 SA",
        "0123 AB",
        "1234 ABC",
        "12345 AB",
        "1234 Ab",
        "1234  AB",
        "#1234AB",
        "1.1234 AB",
        "12-1234AB",
        "1234\nAB",
        "1234 sa",
        "1200 kg",
        "1024px",
        "2015 is",
        "2015 nl",
        "1234 de",
        "de 1000ste",
        "#1234ab",
        "1234 abc",
    ],
)
def test_digits_and_letters_of_another_kind_are_no_postcode(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("zei Jan Jansen gisteren", "Jan Jansen"),
        ("JAN JANSEN", "jan jansen"),
        ("jan_jansen.txt", "Jan Jansen"),
        ("Jan\nJansen", "Jan Jansen"),
        ("Jan-Jansen's", "Jan Jansen"),
        ("Jose Munoz", "José Muñoz"),
        ("José Muñoz", "Jose Munoz"),
        ("Jose\u0301", "José"),  # an accent of its own
        ("Soren en Strasse", "Straße"),
        ("de ﬁets", "fiets"),  # a ligature
        ("project-x2", "project X2"),
        ("Jan\u00adsen", "Jansen"),
        ("Jan\u200bsen", "Jansen"),
        ("J\ufeffan\u2060sen", "Jansen"),
        ("Jan\u3164sen", "Jansen"),
        ("Jan\x02sen", "Jansen"),
        ("J4nsen", "Jansen"),
        ("j4n53n", "Jansen"),
        ("Jan J@n$en", "Jan Jansen"),
        ("P1et", "Piet"),
        ("Wi11em", "Willem"),
        ("Jansen, Jan", "Jan Jansen"),
        ("Wit, Jan de", "Jan de Wit"),
        ("de Wit, Jan", "Jan de Wit"),
        ("JanJansen", "Jan Jansen"),
        ("J a n s e n", "Jansen"),
        ("j.a.n.s.e.n", "Jansen"),
        ("J-a-n J-a-n-s-e-n", "Jan Jansen"),
        ("J  4  n  s  e  n", "Jansen"),
        ("J\u0430ns\u0435n", "Jansen"),
        ("J\u03b1nsen", "Jansen"),
        ("\u0408\u0410N", "Jan"),
        ("\u13ab\u13aa\u039d", "Jan"),
        ("\u24bfansen", "Jansen"),
        ("\u1d0a\u1d00\u0274s\u1d07\u0274", "Jansen"),
        ("\U0001d579ansen", "Nansen"),
        ("\uff2aansen", "Jansen"),
        ("J\u0332a\u0332nsen", "Jansen"),
        ("Łukasz", "Lukasz"),
    ],
)
def test_a_word_of_the_deny_list_is_found_without_case_and_accents(text, word):
    assert kinds(text, [word]) == ["deny_list"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Jansens", "Jansen"),
        ("oranje", "Jan"),
        ("Jan1", "Jan"),
        ("Jan en Jansen", "Jan Jansen"),
        ("Jan", "Piet"),
        ("130", "Leo"),
        ("808", "Bob"),
        ("1s", "Is"),
        ("all", "Ali"),
        ("Jan sen", "Jansen"),
        ("J, a", "Jan"),
        ("Jansen en Jan", "Jan Jansen"),
    ],
)
def test_a_word_of_the_deny_list_matches_whole_words_only(text, word):
    assert kinds(text, [word]) == []


def test_a_deny_word_that_can_match_nothing_is_an_error():
    with pytest.raises(FruitmandError, match="neither a letter nor a digit"):
        scan("text", ["ok", "…"])


def test_a_finding_starts_where_it_stands_in_the_text_itself():
    text = "½ œuvre\u00ad jansen en jan@voorbeeld.nl"
    assert [text[finding.start :][:3] for finding in scan(text, ["jansen"])] == ["jan", "jan"]
    assert [finding.start for finding in scan(text, ["jansen"])] == [text.index("jansen"), text.index("jan@")]
    assert [finding.start for finding in scan("bij jan%40kring%40voorbeeld.nl")] == [4], "the first at sign is not the one of the host"


@pytest.mark.parametrize(
    "value",
    [
        "jan.jansen@voorbeeld.nl",
        "jan@voorbeeld dot nl",
        "jan at voorbeeld dot nl",
        "0612345678",
        "NL91ABNA0417164300",
        "123456782",
        "1234 AB",
        "Geheim",
        "Jan",
        "Q",
    ],
)
def test_a_mask_never_gives_the_value_back(value):
    [finding] = scan(f"x {value} y", ["Geheim", "Jan", "Q"] if value.isalpha() else [])
    assert value not in finding.shown
    assert "…" in finding.shown
    assert sum(sign.isalnum() for sign in finding.shown) <= 3


def test_an_empty_text_has_no_findings():
    assert scan("") == scan("", ["Jan"]) == []


def test_all_that_stands_in_a_text_is_found_in_order():
    assert kinds("jan@voorbeeld.nl 0612345678 NL91ABNA0417164300 123456782 1234 AB jan", ["jan"]) == [
        "deny_list",
        "e_mail",
        "phone",
        "iban",
        "citizen_service_number",
        "postcode",
        "deny_list",
    ]


@given(st.binary())
def test_a_checksum_is_nobody(content):
    digest = hashlib.sha256(content).hexdigest()
    assert kinds(f"{digest}  file.csv {digest.upper()} {digest[:7]} sha256:{digest}") == []


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(0, 1000))
def test_a_number_with_decimals_is_nobody(wide, narrow):
    assert kinds(f"M {narrow:.6f} {narrow:.9f} L {narrow!r},{narrow:.3f} {wide:.9e}") == []

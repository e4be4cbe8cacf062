"""What must hold between the two languages of the raw tables."""

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from fruitmand.edition.claims import Claim
from fruitmand.edition.errors import Problem
from fruitmand.edition.settings import Settings, Wording

Tables = Mapping[str, pd.DataFrame]
NUMBER_WORDS = {
    "nl": ("geen", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf"),
    "en": ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
}
_POOLED = ("codebook", "agenda", "exhibits", "expectations", "findings", "scales")
_LABELS = ("label_nl", "theory_label_nl", "title_nl")
_ONE_WILL_DO = "segments.csv", "paraphrase"
"""The text, by file and column, that may be in one language alone; the schema of a publication asks for both."""
_OPPOSITES = {  # words on which a statement turns: present in both languages, or in neither
    "all": (r"\balle[ns]?\b", r"(?<!at )\ball\b"),
    "no": (r"\b(?:geen|niet|nee|zonder|nergens)\b", r"\b(?:no|not|none|without|nowhere)\b"),
    "more": (r"\b(?:meer|vaker|efficiënter)\b", r"\bmore\b"),
    "less": (r"\bminder\b", r"\b(?:less|fewer)\b"),
    "sufficient": (r"\bvoldoende\b", r"\bsufficient(?:ly)?\b"),
    "insufficient": (r"\bonvoldoende\b", r"\binsufficient(?:ly)?\b"),
    "high": (r"\bho(?:og|ge)\b", r"\bhigh\b"),
    "low": (r"\bla(?:ag|ge)\b", r"\blow\b"),
}
_DIGITS = 99
"""Where a number is cut in two; Python reads none of some thousands of digits."""


def study_wording(settings: Settings) -> Wording:
    """Return the words of a study, with the names of its partners and its group among those that are the same in both languages."""
    partners = [name for one in settings.partners for name in (one.id.upper(), *re.findall(r"\((\w+)\)", one.name), one.name)]
    group = [settings.group.id.upper()] if settings.group else []
    names = [name for name in (*settings.wording.names, *partners, *group) if re.fullmatch(r"\w+", name)]
    return settings.wording.model_copy(update={"names": list(dict.fromkeys(names))})


def check_parity(tables: Tables, claims: Sequence[Claim], label: str, wording: Wording) -> list[Problem]:
    """Check that Dutch and English say the same as far as a rule can tell, in all tables and claims.

    Both are filled or both empty, they differ, they hold the same numbers and names; and one label has one translation.
    """
    patterns = municipality_patterns(tables["municipalities"], wording.inhabitants)
    pairs = [*_table_pairs(tables, label), *_claim_pairs(claims, label)]
    problems = [problem for pair in pairs for problem in _compare(*pair, patterns=patterns, wording=wording)]
    problems += [problem for pair in _claim_pairs(claims, label) for problem in _turns(*pair)]
    return [*problems, *_one_translation(tables, label), *_twins(tables, label)]


def numbers(text: str, language: str) -> list[int]:
    """Return the numbers of a text in order of size, in digits or in words from two to twelve.

    >>> numbers("drie van de vier, 1.200 keer", "nl"), numbers("1,200 times in three of the four", "en")
    ([3, 4, 1200], [3, 4, 1200])
    """
    words = NUMBER_WORDS[language]
    found = [words.index(word) for word in re.findall(r"[^\W\d_]+", text.lower()) if word in words[2:]]
    return sorted(found + [int(re.sub(r"[.,]", "", digits)) for digits in re.findall(rf"[0-9][0-9.,]{{,{_DIGITS}}}", text)])


def municipality_patterns(municipalities: pd.DataFrame, inhabitants: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return each municipality's names as a pattern; the ending stays open, for whoever lives there.

    ``inhabitants`` has the words for them that do not begin with the name.
    """
    rows = municipalities[["municipality", "label_nl", "label_en"]].itertuples(index=False)
    return {name: rf"(?<!\w)(?:{'|'.join(map(re.escape, [nl, en, *inhabitants.get(name, ())]))})" for name, nl, en in rows}


def named_municipalities(text: str, patterns: Mapping[str, str]) -> set[str]:
    """Return the ids of the municipalities that a text names; ``patterns`` has one for each."""
    return {name for name, pattern in patterns.items() if re.search(pattern, text, re.IGNORECASE)}


def _table_pairs(tables: Tables, label: str) -> Iterator[tuple[str, int, str, object, object]]:
    for name in tables:
        frame = tables[name]
        if name == "codings":
            continue
        for column in [column for column in frame.columns if column.endswith("_nl")]:
            stem = column.removesuffix("_nl")
            for index, (nl, en) in enumerate(zip(frame[column], frame[f"{stem}_en"], strict=True)):
                yield f"{label}/{name}.csv", index + 2, stem, nl, en


def _claim_pairs(claims: Sequence[Claim], label: str) -> Iterator[tuple[str, int, str, object, object]]:
    for claim in claims:
        for stem in ("statement", "assumes", "needs", "answer"):
            yield f"{label}/claims.toml", 0, f"{claim.id}: {stem}", getattr(claim, f"{stem}_nl"), getattr(claim, f"{stem}_en")


def _compare(file: str, row: int, what: str, nl: object, en: object, *, patterns: Mapping[str, str], wording: Wording) -> Iterator[Problem]:
    dutch, english = ("" if pd.isna(text) else str(text).strip() for text in (nl, en))
    if bool(dutch) != bool(english):
        if (file.rpartition("/")[2], what) == _ONE_WILL_DO:
            return
        missing = "Dutch" if not dutch else "English"
        yield Problem(file, row, dutch or english, f"{what} has no {missing}", "both languages are filled, or neither")
        return
    if (
        dutch
        and dutch == english
        and dutch not in wording.same
        and not re.fullmatch(r"\W+|…", dutch)
        and not _only_names(dutch, patterns, wording)
    ):
        yield Problem(file, row, dutch, f"{what} is the same in Dutch and English", "it was not translated")
    found = numbers(dutch, "nl"), numbers(english, "en")
    if found[0] != found[1]:
        yield Problem(file, row, english, f"{what} has numbers {found[0]} in Dutch and {found[1]} in English", "one of the two is wrong")
    if dutch[-1:] != english[-1:] and {dutch[-1:], english[-1:]} & set(".?!"):
        yield Problem(file, row, english, f"{what} is a sentence in one language only", "its end was lost")
    names = [sorted({*named_municipalities(text, patterns), *_names(text, wording)}) for text in (dutch, english)]
    if names[0] != names[1]:
        yield Problem(file, row, english, f"{what} names {names[0]} in Dutch and {names[1]} in English", "one of the two is wrong")


def _turns(file: str, row: int, what: str, nl: object, en: object) -> Iterator[Problem]:
    """Compare the words on which the meaning of a statement turns: all and no, more and less, high and low."""
    texts = (str(nl).lower(), str(en).lower())
    found = [{word for word, forms in _OPPOSITES.items() if re.search(forms[side], text)} for side, text in enumerate(texts)]
    if odd := sorted(found[0] ^ found[1]):
        rule = f"{what} has a word for {', '.join(odd)} in one language only"
        yield Problem(file, row, str(en), rule, "one of the two is wrong")


def _names(text: str, wording: Wording) -> set[str]:
    return {name for name in wording.names if re.search(rf"\b{re.escape(name)}\b", text)}


def _only_names(text: str, patterns: Mapping[str, str], wording: Wording) -> bool:
    rest = text
    for pattern in (*(rf"\b{re.escape(name)}\b" for name in wording.names), *patterns.values()):
        rest = re.sub(pattern, "", rest)
    return rest != text and not re.search(r"\w", rest)


def _one_translation(tables: Tables, label: str) -> Iterator[Problem]:
    """Find labels that come twice with two translations, and codes with one label in one language and two in the other."""
    first: dict[str, tuple[str, str]] = {}
    for name in _POOLED:
        frame = tables[name]
        for stem in [column.removesuffix("_nl") for column in frame.columns if column in _LABELS]:
            for index, (nl, en) in enumerate(zip(frame[f"{stem}_nl"], frame[f"{stem}_en"], strict=True)):
                if pd.isna(nl) or pd.isna(en):
                    continue
                known, where = first.setdefault(str(nl), (str(en), f"{name}.csv row {index + 2}"))
                if known != en:
                    rule = f"{stem}_en of {str(nl)!r} must be {known!r}, as in {where}"
                    yield Problem(f"{label}/{name}.csv", index + 2, str(en), rule, "one label has one translation")
    for row in tables["codebook"].dropna(subset=["theory_label_nl", "theory_label_en"]).itertuples():
        same = row.label_nl == row.theory_label_nl, row.label_en == row.theory_label_en
        if same[0] != same[1]:
            rule = f"label and theory label of {row.code} are the same in one language only"
            yield Problem(f"{label}/codebook.csv", int(row.Index) + 2, row.label_nl, rule, "one of the four labels is wrong")


def _twins(tables: Tables, label: str) -> Iterator[Problem]:
    """Find rows of one column that are the same in one language and differ in the other; spaces and capitals do not count."""
    for name in tables:
        frame = tables[name]
        for stem in [column.removesuffix("_nl") for column in frame.columns if column.endswith("_nl") and name != "reviewed"]:
            first: dict[str, tuple[str, int]] = {}
            for number, (nl, en) in enumerate(zip(frame[f"{stem}_nl"], frame[f"{stem}_en"], strict=True), start=2):
                if pd.isna(nl) or pd.isna(en):
                    continue
                dutch, english = (re.sub(r"\s", "", str(text)).lower() for text in (nl, en))
                known, row = first.setdefault(english, (dutch, number))
                if known != dutch:
                    rule = f"{stem}_en is that of row {row}, but {stem}_nl is not"
                    yield Problem(f"{label}/{name}.csv", number, str(en), rule, f"row {row} or row {number} has another row's words")

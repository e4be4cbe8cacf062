"""Compare what a claim's test expects with the words of its statement: a change of the one needs a change of the other."""

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from fruitmand.checks.language_parity import NUMBER_WORDS, named_municipalities
from fruitmand.edition.claims import Claim, Expectation, Scalar
from fruitmand.edition.columns import SECTION
from fruitmand.edition.errors import Problem

Tables = Mapping[str, pd.DataFrame]
_ORDINALS = {
    "nl": ("", "eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende"),
    "en": ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh"),
}
_NEGATION = {"nl": r"\b(?:geen|niet|zonder|nergens)\b", "en": r"\b(?:no|not|none|without|nowhere)\b"}
_PARTIAL = {  # words for a part of the municipalities; a whole or nothing needs no word, but must have none of these
    "more_than_half": {"nl": r"(?<!niet )meer dan de helft", "en": r"(?<!no )more than half"},
    "majority": {"nl": r"\bde meeste", "en": r"\bmost (?!from)"},
    "half": {"nl": r"niet meer dan de helft|(?<!dan )de helft", "en": r"no more than half|(?<!than )half"},
    "one": {"nl": r"\b[eé][eé]n van de\b|\béén\b|^een (?:stad|gemeente)", "en": r"\bone of the\b|\bone (?:city|municipality)\b"},
    "some": {"nl": r"\bsommige (?:gemeenten|steden)|ten minste één", "en": r"\bsome (?:municipalities|cities)|at least one"},
}
_WHOLE = {  # words for the whole, and for nothing of it; a plural without a number has none of these
    "nl": r"\b(?:alle|allen|elke|ieder|iedere|geen|nergens|overal)\b",
    "en": r"\b(?:all|every|each|none|no|nowhere|everywhere)\b",
}
_OF_THE = {"nl": "van de", "en": "of the"}
_INCLUSIVE = {"nl": r"\b(?:ten minste|hoogstens|hooguit|minstens|evenveel)\b", "en": r"\b(?:at least|at most|as much as|as many as)\b"}

Methods = Mapping[str, Mapping[str, str]]


def check_wording(claims: Sequence[Claim], tables: Tables, methods: Methods, label: str) -> list[Problem]:
    """Return a problem for every claim whose expectation is not carried by its statement in both languages.

    Numbers, sections, municipalities, scales, methods and quantifiers are looked for by their words.
    ``methods`` has the labels of the methods of the design by id and language.
    """
    file, problems = f"{label}/claims.toml", []
    tables = {name: tables[name] for name in ("municipalities", "codebook", "scales") if name in tables}
    for claim in claims:
        if claim.expect is None:
            continue
        key = claim.expect.key()
        for language in ("nl", "en"):
            text = f"{getattr(claim, f'statement_{language}')} {getattr(claim, f'assumes_{language}')}".strip()
            for rule in _unsaid(claim.expect, text, language, tables, methods):
                value = f"{claim.id}: {key} = {getattr(claim.expect, key)}"
                problems.append(Problem(file, 0, value, f"statement_{language} {rule}", "the expectation or the statement is wrong"))
    return problems


def _unsaid(expect: Expectation, text: str, language: str, tables: Tables, methods: Methods) -> Iterator[str]:
    low = text.lower()
    match expect.key():
        case "equals" if isinstance(expect.equals, bool):
            if bool(re.search(_NEGATION[language], low)) == expect.equals:
                yield "denies it" if expect.equals else "does not deny it"
        case "equals" | "at_least" | "at_most" as key if isinstance(number := getattr(expect, key), int):
            if not _says(low, str(number), language):
                yield f"does not say {number}"
        case "quantifier":
            yield from _unsaid_quantifier(str(expect.quantifier), low, language, len(tables["municipalities"]))
        case "relation":
            if expect.relation in ("<=", ">=", "!=") and not re.search(_INCLUSIVE[language], low):
                yield f"has no word for {expect.relation}"
        case "equals":
            yield from _unsaid_values([str(expect.equals)], text, language, tables, methods)
        case key:
            yield from _unsaid_values(getattr(expect, key), text, language, tables, methods)


def _unsaid_quantifier(quantifier: str, low: str, language: str, n: int) -> Iterator[str]:
    said = {word for word, patterns in _PARTIAL.items() if re.search(patterns[language], low)}
    words = NUMBER_WORDS[language]
    if n % 2 == 0 and 0 < n < len(words) and re.search(rf"{words[n // 2]} {_OF_THE[language]} {words[n]}", low):
        said.add("half")
    whole = bool(re.search(_WHOLE[language], low)) or (1 < n < len(words) and bool(re.search(rf"\b{words[n]}\b", low)))
    if quantifier in _PARTIAL and quantifier not in said:
        yield f"has no word for {quantifier.replace('_', ' ')}"
    if quantifier not in _PARTIAL and said:
        yield f"speaks of {', '.join(sorted(said)).replace('_', ' ')}"
    if quantifier in ("all", "none") and not whole:
        yield "has no word for all or none"
    if quantifier == "plural" and whole:
        yield "has a word for all or none"


def _unsaid_values(values: Sequence[Scalar], text: str, language: str, tables: Tables, methods: Methods) -> Iterator[str]:
    low, wanted = text.lower(), [str(value) for value in values]
    names = {row.municipality: re.escape(getattr(row, f"label_{language}")) for row in tables["municipalities"].itertuples()}
    scales = tables["scales"]
    known = set(scales["scale"])
    if set(wanted) <= set(names):
        named = named_municipalities(text, names)
        if named != set(wanted):
            yield f"names {', '.join(sorted(named)) or 'no municipality'}"
    elif set(wanted) <= set(tables["codebook"]["code"]):
        counts = [number for number, word in enumerate(NUMBER_WORDS[language]) if number > 1 and re.search(rf"\b{word}\b", low)]
        if counts and len(wanted) not in counts:
            yield f"speaks of {', '.join(map(str, counts))}, not of {len(wanted)}"
    elif set(wanted) <= set(methods):
        stems = {name: [word[:6].lower() for word in re.findall(r"\w{6,}", labels[language])] for name, labels in methods.items()}
        named = {name for name, found in stems.items() if any(stem in low for stem in found)}
        if named != set(wanted) and not (named <= set(wanted) and _says(low, str(len(wanted)), language)):
            yield f"names {', '.join(sorted(named)) or 'no method'}"
    for value in wanted:
        if re.fullmatch(SECTION, value) and not _says(low, value, language):
            yield f"does not say {value}"
        if value in known:
            points = scales[scales["scale"] == value]
            words = [str(word).lower() for word in points[f"label_{language}"].dropna()]
            if not (words and all(word in low for word in words)) and not _says(low, str(len(points)), language):
                yield f"has neither the words of scale {value} nor its number of points"


def _says(low: str, value: str, language: str) -> bool:
    """Return whether a text says a number or a section, in digits, as a number word or as an ordinal."""
    if re.search(rf"(?<![\d.]){re.escape(value)}(?!\.?\d)", low):
        return True
    if value == "0":
        return bool(re.search(_NEGATION[language], low))
    known = [words[int(value)] for words in (NUMBER_WORDS[language], _ORDINALS[language]) if value.isdigit() and int(value) < len(words)]
    return any(re.search(rf"\b{word}\b", low) for word in known if word)

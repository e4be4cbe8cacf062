"""Compare two text catalogues: every text must exist in both languages, with the same numbers, references, parts and structure."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from fruitmand.checks.language_parity import numbers
from fruitmand.edition.errors import Problem
from fruitmand.report.text_patterns import insertions
from fruitmand.report.words import fill_references, placeholders, references

FOLDER = "src/fruitmand/report/text"


def flatten(tree: Mapping[str, Any]) -> dict[str, str]:
    """Return every text of a catalogue under its dotted key."""
    flat: dict[str, str] = {}
    for key, value in tree.items():
        items = dict(enumerate(value)) if isinstance(value, list) else value
        if isinstance(items, Mapping):
            flat |= {f"{key}.{name}": text for name, text in flatten({str(name): item for name, item in items.items()}).items()}
        else:
            flat[key] = str(value)
    return flat


def check_catalogues(
    dutch: Mapping[str, Any], english: Mapping[str, Any], known: Collection[str], figures: Collection[str]
) -> list[Problem]:
    """Return a problem for every difference between the two catalogues, unknown named number, and missing alternative text.

    Parameters
    ----------
    dutch, english : mapping
        The catalogues as read.
    known : collection of str
        Names of all named numbers.
    figures : collection of str
        Ids of all figures; each has an alternative text.
    """
    problems = check_languages(dutch, english)
    for language, texts in (("nl", flatten(dutch)), ("en", flatten(english))):
        file = f"{FOLDER}/{language}.toml"
        problems += [
            Problem(file, 0, f"alt.{name}", "a figure has no alternative text") for name in figures if not texts.get(f"alt.{name}")
        ]
        for key, text in texts.items():
            for name, _ in sorted(placeholders(text)):
                if "." in name and not name.startswith("its.") and name not in known:
                    problems.append(Problem(file, 0, key, f"asks for number {name!r}, which no step names"))
    return problems


def check_languages(dutch: Mapping[str, Any], english: Mapping[str, Any], folder: str = FOLDER, prefix: str = "") -> list[Problem]:
    """Return a problem for every text that is missing in one language, or has other numbers, references or Markdown there.

    ``folder`` is where the two lie, and ``prefix`` what comes before the language in the names of their files.
    """
    texts = {"nl": flatten(dutch), "en": flatten(english)}
    problems = []
    for language, other in (("nl", "en"), ("en", "nl")):
        missing = [key for key in texts[other].keys() - texts[language].keys() if not key.startswith("place.")]
        cause = f"the other language has it: {prefix}{other}.toml"
        problems += [Problem(f"{folder}/{prefix}{language}.toml", 0, key, "text is missing", cause) for key in sorted(missing)]
    for key in sorted(texts["nl"].keys() & texts["en"].keys()):
        rules = _differences(key, texts["nl"][key], texts["en"][key])
        problems += [Problem(f"{folder}/{prefix}nl.toml, {prefix}en.toml", 0, key, rule, "one of the two is wrong") for rule in rules]
    return problems


def _differences(key: str, nl: str, en: str) -> Iterator[str]:
    """Yield in what a text differs from its translation."""
    if not nl.strip() or not en.strip():
        yield "a text is empty"
    plain = [re.sub(r"\{[^{}]*\}", "", fill_references(text, str)) for text in (nl, en)]
    placeholders_in = [sorted((name, form.lower()) for name, form in placeholders(text)) for text in (nl, en)]
    if placeholders_in[0] != placeholders_in[1]:
        in_one = sorted(name for name, _ in set(map(tuple, placeholders_in[0])) ^ set(map(tuple, placeholders_in[1])))
        yield f"named numbers differ: {', '.join(in_one)}"
    if sorted(insertions(nl)) != sorted(insertions(en)):
        yield f"insertions differ: {', '.join(sorted(insertions(nl) ^ insertions(en)))}"
    if references(nl) != references(en):
        yield f"references differ: {', '.join(sorted(references(nl) ^ references(en)))}"
    if key.startswith(("text.", "alt.", "note.")):
        if nl == en and any(re.search(r"\w", text) for text in plain):
            yield "is the same in Dutch and English"
        counts = [text.count("**") + len(re.findall(r"(?m)^(?:#+|\d+\.|-) ", text)) for text in (nl, en)]
        if counts[0] != counts[1]:
            yield "headings, list items or emphasis differ"
        sentences = [len(re.findall(r"[.:](?=\s|$)", text)) for text in plain]
        if key.startswith("alt.") and sentences[0] != sentences[1]:
            yield f"has {sentences[0]} sentences in Dutch and {sentences[1]} in English"
        symbols = [sorted(re.findall(r"[+−]/[+−]", text)) for text in plain]
        if symbols[0] != symbols[1]:
            yield "symbols differ"
        numbers_in = [numbers(text, language) for text, language in zip(plain, ("nl", "en"), strict=True)]
        if numbers_in[0] != numbers_in[1]:
            yield f"has numbers {numbers_in[0]} in Dutch and {numbers_in[1]} in English"

"""The mutants of an edition: single mistakes that an editor could make, of every kind, each as the new text of one file."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from fruitmand.checks.language_parity import NUMBER_WORDS
from fruitmand.edition.claims import Claim
from fruitmand.edition.reading import Edition
from fruitmand.edition.schema import SCHEMAS, SYMBOLS, VALENCES
from fruitmand.report.words import placeholders

Rows = list[list[str]]
Texts = Mapping[str, str]  # file name to content; the catalogues are nl.toml and en.toml
Choice = Callable[[dict[str, str]], Iterator[str]]  # from a row to the values that a cell of it might be changed into
Change = tuple[str, str, Choice]  # file, column, and the values
QUANTIFIERS = ("all", "none", "half", "majority", "more_than_half", "some", "one")
RELATIONS = ("<", "<=", "=", ">", ">=", "!=")
_SWAPS = {
    "nl": (("alle", "geen"), ("voldoende", "onvoldoende"), ("meer", "minder")),
    "en": (("all", "no"), ("more", "less"), ("high", "low")),
}


@dataclass(frozen=True)
class Mutant:
    """A single mistake: its kind, its file, how to make the new text, where it is, and words of which a precise message contains one."""

    kind: str
    file: str
    text: Callable[[], str]
    place: str
    marks: tuple[str, ...]


def rows_of(text: str) -> Rows:
    """Return the rows of a table, the header first."""
    return list(csv.reader(io.StringIO(text)))


def _written(rows: Rows) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def every_mutant(edition: Edition, texts: Texts, numbers: list[str]) -> dict[str, list[Mutant]]:
    """Return all mutants of every kind, in a fixed order.

    Parameters
    ----------
    edition : Edition
        The edition as it is, for its ids and claims.
    texts : mapping of str to str
        Content of its files and of the two catalogues.
    numbers : list of str
        Names of all named numbers.
    """
    claims = texts["claims.toml"]
    cells = {
        kind: [mutant for file, column, choose in changes for mutant in _cells(kind, texts, file, column, choose)]
        for kind, changes in (_study_cells(edition, texts) | _coding_cells(edition)).items()
    }
    return cells | {
        "claim expected value": [mutant for claim in edition.claims for mutant in _expected(claim, edition, claims)],
        "claim statement": [mutant for claim in edition.claims for mutant in _statement(claim, edition, claims)],
        "codebook line": list(_dropped(texts["codebook.csv"])),
        "named number": list(_named(texts, numbers)),
        "alternative text": list(_alternative(texts)),
        "checksum": list(_checksums(texts["MANIFEST.sha256"])),
    }


def _study_cells(edition: Edition, texts: Texts) -> dict[str, list[Change]]:
    """Return the cells to change in the transcribed publication: ratings, expectations, findings, scales, labels and translations."""
    municipalities = list(edition["municipalities"]["municipality"])
    scales = list(dict.fromkeys(edition["scales"]["scale"]))
    translated = {
        "codebook.csv": ("label_en", "theory_label_en", "definition_en"),
        "expectations.csv": ("label_en",),
        "findings.csv": ("label_en",),
        "exhibits.csv": ("title_en",),
        "agenda.csv": ("label_en", "asks_en"),
        "segments.csv": ("paraphrase_en",),
    }
    return {
        "rating": [("ratings.csv", "symbol", _each("symbol", SYMBOLS))],
        "expectation": [
            ("expectations.csv", "municipality", _each("municipality", municipalities)),
            ("expectations.csv", "letter", _each("letter", "abcdefgh")),
            _mislabelled(texts, "expectations.csv", "label_nl"),
        ],
        "finding": [
            ("findings.csv", "municipality", _each("municipality", municipalities)),
            _mislabelled(texts, "findings.csv", "label_nl"),
        ],
        "scale": [
            ("scales.csv", "symbol", _each("symbol", SYMBOLS)),
            _mislabelled(texts, "scales.csv", "label_nl"),
            ("codebook.csv", "scale_used", _each("scale_used", scales)),
            ("codebook.csv", "scale_declared", _each("scale_declared", scales)),
        ],
        "initiative, condition": [
            ("initiatives.csv", "status", _each("status", SCHEMAS["initiatives"].columns["status"].allowed)),
            ("initiatives.csv", "due_to_benchmark", _each("due_to_benchmark", SCHEMAS["initiatives"].columns["due_to_benchmark"].allowed)),
            ("conditions.csv", "met", _each("met", SCHEMAS["conditions"].columns["met"].allowed)),
            ("stances.csv", "stance", _each("stance", sorted(set(edition["stances"]["stance"])))),
        ],
        "label": [_mislabelled(texts, "codebook.csv", column) for column in ("label_nl", "theory_label_nl")],
        "translation": [_mislabelled(texts, file, column) for file, columns in translated.items() for column in columns],
    }


def _coding_cells(edition: Edition) -> dict[str, list[Change]]:
    """Return the cells to change in the coding: attributions of segments, and the first coder's codes and valences."""
    municipalities = [*edition["municipalities"]["municipality"], *filter(None, [edition.group_id])]
    level = edition["codebook"].set_index("code")["level"].to_dict()
    codes = {kind: [code for code in level if level[code] == kind] for kind in ("variable", "topic")}
    first = f"codings_{edition.coders[0]}.csv"
    return {
        "segment municipality": [("segments.csv", "municipality", _each("municipality", municipalities))],
        "segment code": [(first, "code", lambda row: iter(codes[level[row["code"]]]))],
        "segment valence": [(first, "valence", _each("valence", VALENCES))],
    }


def _each(column: str, values: Iterable[str]) -> Choice:
    """Choose every value there can be; none for an empty cell."""
    return lambda row: iter([value for value in values if row[column]])


def _mislabelled(texts: Texts, file: str, column: str) -> Change:
    """Choose another row's text, the text without its last letter, and the text in the other language; none for an empty cell."""
    known = list(dict.fromkeys(_column(texts[file], column)))
    translation = f"{column[:-3]}_{'en' if column.endswith('_nl') else 'nl'}"

    def choose(row: dict[str, str]) -> Iterator[str]:
        old = row[column]
        if old:
            yield known[(known.index(old) + 1) % len(known)]
            yield old[:-1]
            yield row[translation]

    return file, column, choose


def _cells(kind: str, texts: Texts, file: str, column: str, choose: Choice) -> Iterator[Mutant]:
    """Write one cell of a column: a mutant for each other value of a row. The row is the line in the file, as in the messages."""
    rows = rows_of(texts[file])
    position = rows[0].index(column)

    def written(number: int, value: str) -> str:
        changed = [*rows[number - 1][:position], value, *rows[number - 1][position + 1 :]]
        return _written([*rows[: number - 1], changed, *rows[number:]])

    for number, line in enumerate(rows[1:], start=2):
        old = line[position]
        for value in dict.fromkeys(choose(dict(zip(rows[0], line, strict=True)))):
            if value and value != old:
                place = f"{file} row {number} ({', '.join(line[:2])}): {column} {old!r} → {value!r}"
                yield Mutant(kind, file, partial(written, number, value), place, (f"row {number}:", f"'{line[0]}'", repr(value), repr(old)))


def sample(mutants: list[Mutant], size: int, seed: int) -> list[Mutant]:
    """Draw mutants without replacement, the same for the same seed; all of them when there are no more."""
    return mutants if len(mutants) <= size else Random(f"{seed} {mutants[0].kind}").sample(mutants, size)  # noqa: S311


def _column(text: str, column: str) -> list[str]:
    rows = rows_of(text)
    return [row[rows[0].index(column)] for row in rows[1:] if row[rows[0].index(column)]]


def _block(claim: Claim, text: str) -> tuple[int, int]:
    start = text.index(f'id = "{claim.id}"')
    end = text.find("[[claim]]", start)
    return start, len(text) if end < 0 else end


def _in_claim(kind: str, claim: Claim, text: str, old: str, new: str) -> Mutant:
    start, end = _block(claim, text)
    part = text[start:end]
    if part.count(old) < 1:
        raise ValueError(f"{claim.id} has no {old!r}")
    place = f"claims.toml {claim.id}: {old!r} → {new!r}"
    return Mutant(kind, "claims.toml", lambda: text[:start] + part.replace(old, new, 1) + text[end:], place, (claim.id,))


def _expected(claim: Claim, edition: Edition, text: str) -> Iterator[Mutant]:
    """Change what a claim expects: every other quantifier and relation, a number one off, a value dropped, added or replaced."""
    if claim.expect is None:
        return
    start, end = _block(claim, text)
    line = re.search(r"(?m)^expect = \{.*\}$", text[start:end])
    if line is None:
        raise ValueError(f"{claim.id} has no line with what it expects")
    key = claim.expect.key()
    for value in _other_values(key, getattr(claim.expect, key), edition):
        written = json.dumps(value, ensure_ascii=False)
        yield _in_claim("claim expected value", claim, text, line[0], f"expect = {{ {key} = {written} }}")


def _other_values(key: str, value: Any, edition: Edition) -> Iterator[Any]:
    families = [
        list(edition["municipalities"]["municipality"]),
        list(edition["codebook"]["code"]),
        list(dict.fromkeys(edition["scales"]["scale"])),
        [method.id for method in edition.settings.design],
        list(SYMBOLS),
        list(edition["sections"]["section"]),
        list(edition["codebook"]["label_en"]),
    ]
    match value:
        case bool():
            yield not value
        case int():
            yield from (other for other in (value - 1, value + 1) if other >= 0)
        case str() if key in ("quantifier", "relation"):
            yield from (other for other in (QUANTIFIERS if key == "quantifier" else RELATIONS) if other != value)
        case str():
            yield from [other for family in families if value in family for other in family if other != value][:3] or ["nonsense"]
        case list():
            additions = [other for family in families if value[0] in family for other in family if other not in value][:2] or ["9"]
            yield from ([*value[:i], *value[i + 1 :]] for i in range(len(value)) if len(value) > 1)
            yield from ([other, *value[1:]] for other in additions)
            yield [*value, additions[0]]


def _statement(claim: Claim, edition: Edition, text: str) -> Iterator[Mutant]:
    """Change a word that a statement depends on: a number, a municipality, or a word with an opposite."""
    if claim.test is None:
        return
    for language in ("nl", "en"):
        old = f'statement_{language} = "{getattr(claim, f"statement_{language}")}"'
        municipalities = list(edition["municipalities"][f"label_{language}"])
        swaps = [*_SWAPS[language], *zip(NUMBER_WORDS[language][2:], NUMBER_WORDS[language][3:], strict=False)]
        swaps += list(zip(municipalities, [*municipalities[1:], municipalities[0]], strict=True))
        for word, replacement in swaps:
            if re.search(rf"\b{word}\b", old):
                yield _in_claim("claim statement", claim, text, old, re.sub(rf"\b{word}\b", replacement, old, count=1))


def _dropped(text: str) -> Iterator[Mutant]:
    lines = text.splitlines(keepends=True)
    for number, row in enumerate(rows_of(text)[1:], start=2):
        marks = (f"'{row[0]}'", f" {row[0]}'", f"of {row[0]}")
        yield Mutant(
            "codebook line",
            "codebook.csv",
            partial("".join, lines[: number - 1] + lines[number:]),
            f"codebook.csv row {number} ({row[0]})",
            marks,
        )


def _values(texts: Texts, file: str) -> Iterator[tuple[str, str, int]]:
    """Yield (key, text, position) of every text of a catalogue, on one line or several."""
    section = ""
    for match in re.finditer(r'(?ms)^\[(\w+)\]$|^(\w+) = (?:"""\n(.*?)"""|"([^"\n]*)")$', texts[file]):
        if match[1]:
            section = match[1]
        else:
            group = 3 if match[3] is not None else 4
            yield f"{section}.{match[2]}", match[group], match.start(group)


def _in_catalogue(kind: str, file: str, texts: Texts, at: tuple[str, str, int], new: str) -> Mutant:
    key, old, start = at
    place = f"{file} {key}: {old[:40]!r} → {new[:40]!r}"
    return Mutant(kind, file, lambda: texts[file][:start] + new + texts[file][start + len(old) :], place, (f"'{key}'",))


def _named(texts: Texts, numbers: list[str]) -> Iterator[Mutant]:
    """Change a named number in a text of one language: to another one, to an unknown one, or to a digit."""
    for file in ("nl.toml", "en.toml"):
        for at in _values(texts, file):
            for name in sorted({name for name, _ in placeholders(at[1]) if name in numbers}):
                for other in (numbers[(numbers.index(name) + 1) % len(numbers)], f"{name}x"):
                    yield _in_catalogue("named number", file, texts, at, at[1].replace(f"{{{name}", f"{{{other}", 1))
                yield _in_catalogue("named number", file, texts, at, re.sub(rf"\{{{re.escape(name)}[^}}]*\}}", "7", at[1], count=1))


def _alternative(texts: Texts) -> Iterator[Mutant]:
    """Change an alternative text: delete it, its last sentence or its last word, leave it untranslated, or replace it by another."""
    texts_of = {
        file: {located[0]: located for located in _values(texts, file) if located[0].startswith("alt.")} for file in ("nl.toml", "en.toml")
    }
    for file, translation in (("nl.toml", "en.toml"), ("en.toml", "nl.toml")):
        keys = list(texts_of[file])
        for position, key in enumerate(keys):
            located = texts_of[file][key]
            shorter = re.sub(r"(?<=[.:]) [^.:]+\.$", "", located[1])
            neighbour = texts_of[file][keys[(position + 1) % len(keys)]][1]
            for new in dict.fromkeys(["", shorter, located[1].rsplit(" ", 1)[0] + ".", texts_of[translation][key][1], neighbour]):
                if new != located[1]:
                    yield _in_catalogue("alternative text", file, texts, located, new)


def _checksums(text: str) -> Iterator[Mutant]:
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        broken = ("1" if line[0] == "0" else "0") + line[1:]
        name = line.split()[1]
        yield Mutant(
            "checksum",
            "MANIFEST.sha256",
            partial("".join, [*lines[:number], broken, *lines[number + 1 :]]),
            f"MANIFEST.sha256 {name}",
            (name,),
        )

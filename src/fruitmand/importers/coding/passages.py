"""Gather codings, as rows of an export give them, into passages."""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from fruitmand.edition.errors import Problem
from fruitmand.importers.coding.code_paths import clean
from fruitmand.importers.coding.problems import all_of
from fruitmand.importers.coding.project import CodePath, Document, Passage


@dataclass(frozen=True)
class Coding:
    """A code that a coder gave to a segment; no code when the segment was marked and not coded.

    ``segment`` is what makes two codings one segment within a document: an id, or a span.
    """

    document: str
    segment: Hashable
    quote: str
    code: CodePath | None
    coder: str = ""
    source_id: str = ""
    row: int | None = None
    start: int | None = None
    end: int | None = None
    memo: str = ""
    valence: str = ""


@dataclass
class Coders:
    """The people who coded, each under the spelling that the export has first."""

    spellings: dict[str, list[str]] = field(default_factory=dict)

    def name(self, text: str) -> str:
        """Return the name of a coder: spellings that differ in white space or capitals alone are one person."""
        key = re.sub(r"\s", "", unicodedata.normalize("NFC", text)).casefold()
        if not key:
            return ""
        known = self.spellings.setdefault(key, [])
        if text not in known:
            known.append(text)
        return clean(known[0])

    def notes(self) -> list[str]:
        """Return a sentence for each coder that has several spellings."""
        several = (known for known in self.spellings.values() if len(known) > 1)
        return [f"{' and '.join(map(repr, known))} are taken as one coder, {clean(known[0])!r}." for known in several]


@dataclass(frozen=True)
class Gathered:
    """The passages of an export, those without a code, and a note when a code was given twice."""

    passages: tuple[Passage, ...]
    uncoded: tuple[Passage, ...]
    notes: tuple[str, ...]


def gather(file: str, codings: Iterable[Coding], *, repeats: bool = False) -> Gathered:
    """Return a passage for each segment and coder, in the order of the export.

    A code that comes back within a passage counts once. Where a segment is known by its text alone (``repeats``), it is the same sentence
    elsewhere in the document instead, and starts another passage. A segment without any code is uncoded.

    Raises
    ------
    DataError
        When codings of one segment quote different texts.
    """
    groups: dict[Hashable, list[Coding]] = {}
    sources: dict[Hashable, Coding] = {}
    double: list[Coding] = []
    problems: list[Problem] = []
    turns: dict[Hashable, int] = {}
    for coding in codings:
        given = (coding.document, coding.segment, coding.coder, coding.code)
        turn = turns[given] = turns.get(given, -1) + 1
        if turn and not repeats:
            double.append(coding)
            continue
        first = sources.setdefault((coding.document, coding.segment, turn), coding)
        if first.quote != coding.quote:
            rule = f"must quote the same text as {_place(first)}, {first.quote!r}, which has the same id"
            problems.append(Problem(file, coding.row or 0, coding.quote, rule, "the file was changed after the export"))
        groups.setdefault((coding.document, coding.segment, coding.coder, turn), []).append(coding)
    if problems:
        raise all_of(problems)
    ids = {key: coding.source_id or _place(coding) for key, coding in sources.items()}
    made = [_passage(group, ids) for group in _with_ids(groups)]
    return Gathered(
        tuple(passage for passage in made if passage.codes), tuple(passage for passage in made if not passage.codes), tuple(_twice(double))
    )


def codes_or_none(codes: Sequence[CodePath]) -> Sequence[CodePath | None]:
    """Return the codes of a segment, or one None when it was marked and not coded."""
    return codes or (None,)


def documents_of(codings: Iterable[Coding]) -> tuple[Document, ...]:
    """Return the documents that codings name, without texts, in the order of the export."""
    return tuple(Document(name) for name in dict.fromkeys(coding.document for coding in codings) if name)


def _with_ids(groups: dict[Hashable, list[Coding]]) -> Iterable[tuple[Hashable, list[Coding]]]:
    for key, group in groups.items():
        assert isinstance(key, tuple)
        yield (key[0], key[1], key[3]), group


def _passage(group: tuple[Hashable, list[Coding]], ids: dict[Hashable, str]) -> Passage:
    key, codings = group
    first = codings[0]
    coded = [coding for coding in codings if coding.code]
    memo = "\n".join(dict.fromkeys(coding.memo for coding in codings if coding.memo))
    valences = tuple(coding.valence for coding in coded)
    return Passage(
        first.document,
        first.start,
        first.end,
        first.quote,
        tuple(coding.code for coding in coded if coding.code),
        first.coder,
        ids[key],
        first.row,
        memo,
        valences if any(valences) else (),
    )


def _place(coding: Coding) -> str:
    return f"row {coding.row}" if coding.row else coding.source_id or coding.document


def _twice(double: list[Coding]) -> Iterable[str]:
    if coded := [coding for coding in double if coding.code]:
        shown = ", ".join(dict.fromkeys(f"{' > '.join(coding.code or ())!r} at {_place(coding)}" for coding in coded[:3]))
        yield f"Codes given twice to a passage by the same coder, and counted once: {len(coded)}, such as {shown}."

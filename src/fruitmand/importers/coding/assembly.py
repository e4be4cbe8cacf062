"""Make segments and codings of what a coder coded: passages that are there already keep their ids, and coders share what both coded."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fruitmand.edition.errors import DataError, Problem
from fruitmand.importers.coding.edition_tables import Row
from fruitmand.importers.coding.names import digest, passage_text, storable
from fruitmand.importers.coding.project import CodePath, Passage

Codes = dict[str, str]
"""The valence of each code of a segment, empty for a topic and where it is not settled."""


@dataclass
class Coded:
    """A passage of one coder, with the codes of the tool and the valence that a table has beside each.

    ``once`` says that its text occurs once in the document, as far as the export has that.
    """

    passage: Passage
    document: str
    digest: str
    once: bool
    given: list[tuple[CodePath, str]]

    @property
    def span(self) -> tuple[str, str]:
        """Its positions as the table has them, empty when there are none."""
        start, end = self.passage.start, self.passage.end
        return ("", "") if start is None or end is None else (str(start), str(end))

    @property
    def place(self) -> str:
        """Where it is, for a message."""
        where = f" {'-'.join(self.span)}" if any(self.span) else f" ({self.passage.source_id})" if self.passage.source_id else ""
        return f"{self.document or 'no document'}{where}"


@dataclass(frozen=True)
class Placed:
    """The segment of each passage, in their order; all segments of the edition; and how many passages were paired by order alone."""

    ids: tuple[str, ...]
    segments: tuple[Row, ...]
    by_order: int


def passages_of(passages: Iterable[Passage], documents: Mapping[str, str], texts: Mapping[str, str]) -> list[Coded]:
    """Return the passages of a coder; one that was selected several times, each with a code of its own, is one passage.

    ``documents`` has the id of each document by its name in the tool, ``texts`` their texts as far as the export holds them.
    """
    plain = {name: passage_text(text) for name, text in texts.items()}
    found: dict[tuple[object, ...], Coded] = {}
    for passage in passages:
        document, text = documents.get(passage.document, ""), passage_text(passage.quote)
        mark = digest(passage.quote) if text else ""
        once = bool(text) and plain.get(passage.document, "").count(text) == 1
        span = (passage.start, passage.end) if passage.start is not None else passage.source_id
        key = (document, mark, None if once else span)
        if key not in found:
            found[key] = Coded(passage, document, mark, once, [])
        found[key].given += zip(passage.codes, passage.valences or ("",) * len(passage.codes), strict=True)
    return list(found.values())


class Segments:
    """The segments of an edition, to which the passages of a coder are added."""

    def __init__(self, rows: Iterable[Row], last: int) -> None:
        self.rows = {row["segment_id"]: dict(row) for row in rows}
        self.last = last
        self.by_text: dict[tuple[str, str], list[str]] = {}
        for name, row in self.rows.items():
            self.by_text.setdefault((row["document"], row["digest"]), []).append(name)

    def place(self, coded: Sequence[Coded], coder: str, before: Iterable[str], file: str) -> Placed:
        """Return the segment of every passage of a coder; the ids go on from the last.

        A passage is a segment that is there when it has the same text in the same document and the same span; or, where one of the two has
        no positions or the text occurs once in the document, the next one with that text, those first that the coder coded ``before``.

        Raises
        ------
        DataError
            When a passage has neither a text nor the id of a segment.
        """
        ids = {number: name for number, one in enumerate(coded) if (name := self._same_span(one))}
        if problems := [self._unknown(one, file) for number, one in enumerate(coded) if number not in ids and not self._can_be_placed(one)]:
            raise DataError(problems)
        mine, used, by_order = set(before), set(ids.values()), 0
        for number, one in enumerate(coded):
            if number in ids:
                continue
            free = [name for name in self.by_text.get((one.document, one.digest), []) if name not in used and self._may_be(one, name)]
            free.sort(key=lambda name: (name not in mine, self._source(name, coder) != storable(one.passage.source_id)))
            by_order += len(free) > 1
            ids[number] = free[0] if free else self._new(one, coder)
            used.add(ids[number])
        for number, one in enumerate(coded):
            self._share(one, ids[number], coder)
        return Placed(tuple(ids[number] for number in range(len(coded))), tuple(self.rows.values()), by_order)

    def _same_span(self, one: Coded) -> str:
        if not one.digest:
            return one.passage.source_id if one.passage.source_id in self.rows else ""
        if not any(one.span):
            return ""
        same = self.by_text.get((one.document, one.digest), [])
        return next((name for name in same if (self.rows[name].get("start", ""), self.rows[name].get("end", "")) == one.span), "")

    def _can_be_placed(self, one: Coded) -> bool:
        return bool(one.digest and one.document)

    def _unknown(self, one: Coded, file: str) -> Problem:
        if not one.digest:
            cause = "it has no text of the passage, and no segment of segments.csv has its id"
            return Problem(file, one.passage.row or 0, one.passage.source_id, "must be a passage that can be found again", cause)
        rule, cause = "must name its document", "add a column 'document' with the name of the interview"
        return Problem(file, one.passage.row or 0, one.passage.quote[:60], rule, cause)

    def _may_be(self, one: Coded, name: str) -> bool:
        return one.once or not any(one.span) or not self.rows[name].get("start", "")

    def _source(self, name: str, coder: str) -> str | None:
        """Return what the coder's tool calls a segment; None when it was another's tool, in which an id means something else."""
        row = self.rows[name]
        return row.get("source_id", "") if row.get("coder", "") == coder else None

    def _new(self, one: Coded, coder: str) -> str:
        self.last += 1
        name = f"s{self.last:03d}"
        start, end = one.span
        row = {"segment_id": name, "document": one.document, "start": start, "end": end, "digest": one.digest, "coder": coder}
        self.rows[name] = row | {"source_id": storable(one.passage.source_id)}
        return name

    def _share(self, one: Coded, name: str, coder: str) -> None:
        """Note that a coder coded a segment: one of another becomes shared, and one of this coder alone has the place that it has now."""
        row = self.rows[name]
        start, end = one.span
        if row.get("coder", "") == coder and one.digest:
            row["source_id"] = storable(one.passage.source_id)
        if any(one.span) and (row.get("coder", "") == coder or not row.get("start", "")):
            row["start"], row["end"] = start, end
        if row.get("coder", "") not in ("", coder):
            row["coder"] = ""


def segment_number(name: str) -> int:
    """Return the number in the id of a segment, 0 when it is no such id."""
    return int(name[1:]) if re.fullmatch(r"s[0-9]+", name) else 0

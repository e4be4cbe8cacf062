"""Put what a coder coded in the place of what the edition has of that coder, and say what that changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fruitmand.importers.coding import changes, paraphrases
from fruitmand.importers.coding.assembly import Coded, Codes, Segments, segment_number
from fruitmand.importers.coding.edition_tables import BY_HAND, CodedEdition, Row
from fruitmand.importers.coding.names import storable
from fruitmand.importers.coding.valences import Given


@dataclass
class Replacing:
    """The segments and codings of an edition, replaced coder by coder.

    ``last`` is the highest number of a segment so far, ``lines`` what to say, ``known`` the passages whose text is known by now.
    """

    edition: CodedEdition
    segments: list[Row]
    codings: dict[str, dict[str, Codes]]
    last: int
    lines: list[str] = field(default_factory=list)
    known: list[paraphrases.Written] = field(default_factory=list)

    def replace(self, coder: str, coded: Sequence[Coded], given: Sequence[Given], file: str) -> None:
        """Replace the codings of a coder by what was ``given`` to the passages that were ``coded``; each has a code of the codebook.

        Raises
        ------
        DataError
            When a passage cannot be placed.
        """
        before = self.codings.get(coder, {})
        segments = Segments(self.segments, self.last)
        placed = segments.place(coded, coder, before, file)
        self.last, self.segments = segments.last, list(placed.segments)
        pairs = sorted(zip(placed.ids, given, strict=True), key=lambda pair: segment_number(pair[0]))
        after = self.codings[coder] = {name: what.codes for name, what in pairs}
        mentions = list(changes.mentions(self.edition))
        kept = self._drop(coder, set(before) - set(after), {name for name, _, _ in mentions})
        self.lines.append(self._summary(coder))
        if before:
            self.lines += [f"  {line}" for line in changes.differences(before, after)]
            told = changes.orphans(mentions, self.segments, kept, changes.changed_codes(before, after))
            self.lines += changes.listed("what people wrote about codings that are no longer so", told)
        if placed.by_order:
            self.lines.append(f"passages whose text stands in the document more than once, paired by their order: {placed.by_order}")
        unsettled = [
            f"{name} ({one.place}): {said}" for name, one, what in zip(placed.ids, coded, given, strict=True) for said in what.unsettled
        ]
        self.lines += changes.listed("to be settled in the tool, and then imported again", unsettled)
        self._remember(coded, placed.ids, after)

    def _summary(self, coder: str) -> str:
        codings = self.codings[coder]
        said = f"{coder}: {len(codings)} segments, {sum(map(len, codings.values()))} codings"
        others = {name for other, found in self.codings.items() if other != coder for name in found}
        return f"{said}; {len(others & set(codings))} of the segments another coder coded too" if len(self.codings) > 1 else said

    def _drop(self, coder: str, gone: set[str], mentioned: set[str]) -> set[str]:
        """Take away the segments that a coder alone had coded and no longer does; return those that stay since people wrote about them."""
        kept: set[str] = set()
        rows = []
        for row in self.segments:
            name = row["segment_id"]
            if name in gone:
                others = [other for other, codes in self.codings.items() if name in codes]
                written = name in mentioned or any(row.get(column) for column in (*paraphrases.LANGUAGES, *BY_HAND))
                if not others and row.get("coder") == coder and not written:
                    continue
                kept |= set() if others else {name}
                row["coder"] = others[0] if len(others) == 1 else row.get("coder", "")
            rows.append(row)
        self.segments = rows
        return kept

    def _remember(self, coded: Sequence[Coded], ids: Sequence[str], after: dict[str, Codes]) -> None:
        """Keep the texts of the passages: for the workbook, and in the table where quotations are published."""
        rows = {row["segment_id"]: row for row in self.segments}
        for one, name in zip(coded, ids, strict=True):
            if one.digest:
                self.known.append(paraphrases.written(rows[name], after[name], one.passage.quote))
                if self.edition.quotations:
                    rows[name]["quote"] = storable(one.passage.quote)

"""What an import changes for people: codings that come, go or differ, and what they wrote about segments that go."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from fruitmand.importers.coding.assembly import Codes
from fruitmand.importers.coding.edition_tables import CodedEdition, Row

FIRST = 10
"""How many of a kind a message shows."""
_TABLES = ("adjudications", "recodings", "ratings", "recommendations")


def listed(title: str, lines: Sequence[str]) -> list[str]:
    """Return how many there are of something, and the first of them; nothing when there are none."""
    if not lines:
        return []
    more = [f"  … and {len(lines) - FIRST} more"] if len(lines) > FIRST else []
    return [f"{title}: {len(lines)}", *(f"  {line}" for line in lines[:FIRST]), *more]


def differences(before: Mapping[str, Codes], after: Mapping[str, Codes]) -> list[str]:
    """Return what changes in the codings of a coder, with counts and the first of each kind."""
    added = [f"{name} {_said(codes)}" for name, codes in after.items() if name not in before]
    gone = [f"{name} {_said(codes)}" for name, codes in before.items() if name not in after]
    changed = [
        f"{name} {_said(codes)}, was {_said(before[name])}" for name, codes in after.items() if name in before and before[name] != codes
    ]
    lines = [*listed("added", added), *listed("gone", gone), *listed("changed", changed)]
    return lines or ["nothing changes in the codings"]


def changed_codes(before: Mapping[str, Codes], after: Mapping[str, Codes]) -> set[tuple[str, str]]:
    """Return the segments and codes of which a coder's state differs."""
    one = {(name, code, valence) for name, codes in before.items() for code, valence in codes.items()}
    other = {(name, code, valence) for name, codes in after.items() for code, valence in codes.items()}
    return {(name, code) for name, code, _ in one ^ other}


def mentions(edition: CodedEdition) -> Iterator[tuple[str, str, str]]:
    """Yield every segment that people wrote about, with the code that they decided on when it is one, and where that stands."""
    for table in _TABLES:
        for number, row in enumerate(edition.rows(table), start=2):
            place = f"{table}.csv row {number}"
            if table == "adjudications":
                name, _, code = row.get("key", "").partition(" ")
                if row.get("table") in ("codings", "segments"):
                    yield name, code, place
            for name in filter(None, re.split(r"\s*;\s*", row.get("segment_id", "") or row.get("segments", ""))):
                yield name, row.get("code", ""), place


def orphans(found: Iterable[tuple[str, str, str]], segments: Sequence[Row], uncoded: set[str], changed: set[tuple[str, str]]) -> list[str]:
    """Return what people wrote that no longer has its codings: about segments that nobody codes now, and about codes that changed."""
    lines = []
    for name, code, place in found:
        if name in uncoded:
            lines.append(f"{place} is about {name}, which nobody codes any more")
        elif (name, code) in changed:
            lines.append(f"{place} decides on {name} {code}, which was coded otherwise; look at it again")
    for row in segments:
        if row["segment_id"] in uncoded and (text := row.get("paraphrase_nl", "") or row.get("paraphrase_en", "")):
            lines.append(f"segments.csv has a paraphrase of {row['segment_id']}, which nobody codes any more: {text}")
    return lines


def _said(codes: Codes) -> str:
    return ", ".join(f"{code} {valence}".strip() for code, valence in codes.items())

"""What a coder gave to a segment: the codes of the codebook, each variable with its valence, and what is not settled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fruitmand.importers.coding.assembly import Codes
from fruitmand.importers.coding.code_map import Codebook, Meaning, valence_of
from fruitmand.importers.coding.project import CodePath


@dataclass(frozen=True)
class Given:
    """The codes of a segment by the codebook, what is unsettled about them as ends of a sentence, and how many codings are ignored."""

    codes: Codes
    unsettled: tuple[str, ...]
    ignored: int


def codes_given(given: Iterable[tuple[CodePath, str]], meanings: Mapping[CodePath, Meaning], book: Codebook) -> Given:
    """Return what a passage was given, of the codes of a tool and the words for a valence beside them.

    A valence beside a code, or in the code itself, is of that code alone; a valence code is of every variable on the segment that has none.
    A variable that has no valence so, or has two, is given with none and is unsettled.
    """
    own: dict[str, set[str]] = {}
    of_all: set[str] = set()
    unsettled: list[str] = []
    ignored = 0
    for path, word in given:
        meaning = meanings[path]
        if not meaning.code:
            of_all |= {meaning.valence} - {""}
            ignored += not meaning.valence
            continue
        beside = valence_of(word)
        if word.strip() and not beside:
            unsettled.append(f"{meaning.code}: {word.strip()!r} is no valence (supports, mixed or opposes)")
        own.setdefault(meaning.code, set()).update({beside, meaning.valence} - {""})
    codes: Codes = {}
    for code, valences in own.items():
        possible = valences or of_all
        if book.level(code) == "topic":
            codes[code] = ""
            continue
        codes[code] = next(iter(possible)) if len(possible) == 1 else ""
        if not possible:
            unsettled.append(f"{code} has no valence")
        elif len(possible) > 1:
            unsettled.append(f"{code} has several valences: {', '.join(sorted(possible))}")
    return Given(codes, tuple(unsettled), ignored)

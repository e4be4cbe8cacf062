"""Who coded: the coders of an export, under the names that the edition has for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fruitmand.edition.errors import FruitmandError
from fruitmand.importers.coding.changes import listed
from fruitmand.importers.coding.names import slug
from fruitmand.importers.coding.project import CodedProject, Passage


@dataclass(frozen=True)
class CodersFound:
    """The coders by their id in the edition, each with the spellings in the export, and what to say about it."""

    spellings: dict[str, tuple[str, ...]]
    notes: tuple[str, ...]

    def of(self, passages: Sequence[Passage], coder: str) -> list[Passage]:
        """Return the passages of a coder."""
        return [passage for passage in passages if passage.coder in self.spellings[coder]]


def choose_coders(project: CodedProject, coder: str, known: Collection[str]) -> CodersFound:
    """Return whose codings of an export are imported: those of one coder when a person names one, else all.

    ``known`` are the coders that the edition has codings of.

    Raises
    ------
    FruitmandError
        When the export holds no coded passage; when it names nobody and no coder is given; when it has several and the one given is not
        among them; or when its one coder is another coder of the edition than the one given.
    """
    if not project.passages:
        raise FruitmandError("\n".join(["the file holds no coded passage; nothing was changed", *_instead(project)]))
    named: dict[str, list[str]] = {}
    for name in sorted({passage.coder for passage in project.passages}):
        named.setdefault(_id(name), []).append(name)
    notes = [
        f"{' and '.join(map(repr, names))} are taken as one coder, {made!r}." for made, names in named.items() if made and len(names) > 1
    ]
    wanted = _id(coder)
    people = [name for name in named if name]
    if wanted and wanted in named:
        return CodersFound({wanted: tuple(named[wanted])}, tuple(notes))
    if wanted and len(named) == 1:
        (only,) = named
        if only and only in known:
            raise FruitmandError(f"the file is by {only!r}, who is another coder of the edition than {wanted!r}; leave CODER out")
        notes += [f"The coder {named[only][0]!r} of the file is taken as {wanted!r}."] if only else []
        return CodersFound({wanted: tuple(named[only])}, tuple(notes))
    if wanted:
        shown = f"coders {', '.join(people)}" if people else "no coder"
        also = " and passages of nobody" if "" in named and people else ""
        raise FruitmandError(f"CODER={coder} is not in the file, which has {shown}{also}; name one of them")
    if "" in named:
        some = f"some passages of the file name no coder (others: {', '.join(people)})" if people else "the file does not say who coded"
        raise FruitmandError(f"{some}; add CODER=…, such as CODER=anna")
    return CodersFound({name: tuple(names) for name, names in named.items()}, tuple(notes))


def _id(name: str) -> str:
    """Return the id of a coder; a name without Latin letters and digits gives none, and all of those would become one person."""
    made = slug(name, "_", "")
    if name.strip() and not made:
        raise FruitmandError(f"the name of coder {name!r} needs Latin letters or digits, since a file is named after it")
    return made if not made or made[0].isalpha() else f"coder_{made}"


def _instead(project: CodedProject) -> list[str]:
    """Return what an export has instead of coded passages."""
    uncoded = [f"{one.document}: {' '.join(one.quote.split())}" for one in project.uncoded]
    unplaced = [f"{one.document}, {one.where}: {one.why}" for one in project.unplaced]
    return [*listed("highlights without a code", uncoded), *listed("selections without a place in a text", unplaced)]

"""The gate before anything is published: every text of every file is read, and what may not leave stops the build."""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from fruitmand.checks.personal_data import KINDS, PersonalDatum, scan
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import sha256, write
from fruitmand.edition.settings import Exemption, Settings
from fruitmand.edition.signatures import ZIP, is_zip
from fruitmand.edition.survey_results_file import ANSWERS
from fruitmand.edition.survey_results_file import NAME as SURVEY_RESULTS
from fruitmand.outputs.text_extraction import (
    Piece,
    RefusedError,
    csv_texts,
    json_texts,
    markup_texts,
    plain_texts,
    png_texts,
    spreadsheet_texts,
    word_pictures,
    word_texts,
)
from fruitmand.outputs.text_extraction_pdf import pdf_texts
from fruitmand.outputs.web_fonts import font_texts

ADVICE: Mapping[str, str] = {
    **dict.fromkeys(KINDS, "take it out of the raw data or the words, or exempt it with a reason"),
    "minimum_cell": "withhold the group, or exempt the block with a reason",
    "raw_file": "keep it out of the report; it cannot be exempted",
    "unknown_kind": "publish it as one of: csv, docx, html, json, pdf, png, svg, xlsx; a font as this project has it",
    "unreadable": "make it anew; what cannot be read cannot be published",
    "active": "make it anew without",
    "picture": "draw it as SVG, with its text as text",
    "stale_exemption": "remove it from edition.toml, or correct where it holds and its rule; it cannot be exempted",
}
"""What to do, by the rule that is broken; the names are those of exemptions."""

SEEN = "seen.json"
"""What was found in the parts of a report, beside them; not published itself."""

_NEVER = frozenset({"raw_file", "stale_exemption"})
_Readers = Mapping[str, tuple[bytes, Callable[[bytes], Iterable[Piece]]]]
_READERS: _Readers = {
    "csv": (b"", csv_texts),
    "docx": (ZIP, word_texts),
    "html": (b"", markup_texts),
    "json": (b"", json_texts),
    "pdf": (b"%PDF-", pdf_texts),
    "png": (b"\x89PNG\r\n\x1a\n", png_texts),
    "svg": (b"", markup_texts),
    "woff": (b"wOFF", font_texts),
    "xlsx": (ZIP, spreadsheet_texts),
}
"""The kinds of file that are published: how each begins, and who reads it."""
_WITH_TEXTS: _Readers = {kind: reader for kind, reader in _READERS.items() if kind != "docx"} | {"txt": (b"", plain_texts)}
"""The kinds of file of a questionnaire; in a report a plain text might be a transcript, and here a Word document."""
_QUESTIONNAIRE = "instrument/"
"""How an exemption names the files of a questionnaire."""

_RAW_NAME = re.compile(
    r"\.(?:qdpx|qde|qdc|qda|sqlite\w*|db\d?|mx\d*|mex|atlproj\w*|atlcb|hpr\d*|nvpx?|nvcx|sav|zsav|por|dta|sas7bdat|rdata|rds"
    r"|mp3|wav|m4a|mp4|mov|avi|ogg|oga|opus|flac|aac|amr|wma|webm|mkv|3gp)(?:-\w+)?$",
    re.IGNORECASE,
)
_RAW_START = re.compile(
    rb"SQLite format 3\0|\$FL[23]|.{,512}SPSS PORT FILE|<stata_dta>|.{,2048}urn:QDA-XML|\xd0\xcf\x11\xe0|\x1f\x8b|7z\xbc\xaf"
    rb"|RIFF.{4}(?:WAVE|AVI )|ID3[\x02-\x04]|\xff[\xe2-\xfb]|\0.{3}ftyp|OggS|fLaC|#!AMR|\x1aE\xdf\xa3",
    re.DOTALL,
)
_ABOUT_RESPONDENTS = frozenset({*ANSWERS, SURVEY_RESULTS})


@dataclass(frozen=True, order=True)
class Refusal:
    """Something that may not be published: the file or block, the place in it, the rule, and a mask of what was found."""

    where: str
    place: str
    rule: str
    shown: str

    def __str__(self) -> str:
        place = f", {self.place}" if self.place else ""
        return f"{self.where}{place}: {self.rule} ({self.shown}); {ADVICE[self.rule]}"


@dataclass(frozen=True)
class Report:
    """What a check looked at and found; only without refusals may the folder be published, and a person must judge the warnings."""

    label: str
    files: Mapping[str, int]
    texts: int
    blocks: int
    about_respondents: int
    min_cell: int
    deny: int
    exempted: tuple[tuple[Refusal, Exemption], ...]
    refusals: tuple[Refusal, ...]
    warnings: tuple[str, ...]

    def to_json(self) -> str:
        """Return the report as JSON, the same for the same folder and settings; it has no word of the deny-list."""
        content = {
            "checked": self.label,
            "verdict": "refused" if self.refusals else "passed",
            "files": dict(sorted(self.files.items())),
            "texts": self.texts,
            "blocks": self.blocks,
            "blocks_about_respondents": self.about_respondents,
            "rules": sorted(ADVICE),
            "minimum_cell": self.min_cell,
            "words_on_deny_list": self.deny,
            "exempted": [
                asdict(refusal) | {"reason_nl": exemption.reason_nl, "reason_en": exemption.reason_en}
                for refusal, exemption in self.exempted
            ],
            "refused": [asdict(refusal) for refusal in self.refusals],
            "warnings": list(self.warnings),
        }
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


class _Block(BaseModel):
    """The record of a figure, table or text of a report, as far as it is checked."""

    model_config = ConfigDict(strict=True)

    id: str
    name: str
    sources: list[str] = []
    smallest: Any = None
    alike: list[str] = []


@dataclass(frozen=True)
class Looked:
    """What was found in one file: its digest then, the number of its texts, what may not be published, and digests of pictures in it."""

    digest: str
    texts: int
    found: tuple[Refusal, ...]
    pictures: tuple[str, ...] = ()


def look_through(folder: Path, settings: Settings) -> dict[str, Looked]:
    """Look through every file of a folder, by name, by kind, by content, and text by text; return what was found by file."""
    names = _files(folder)
    look = cache(lambda text: scan(text, settings.disclosure.deny))  # spreadsheets share many of their parts
    return {name: _look(name, path, names.keys(), look, _READERS) for name, path in names.items()}


def write_looked(folder: Path, settings: Settings) -> None:
    """Look through a part of a report where it is made, and leave what was found beside it for `check_folder`."""
    looked = {name: asdict(one) for name, one in look_through(folder, settings).items()}
    write(folder / SEEN, json.dumps(looked, indent=1, ensure_ascii=False) + "\n")


def read_looked(folder: Path) -> dict[str, Looked]:
    """Return what `write_looked` left.

    Raises
    ------
    FruitmandError
        When it cannot be read as that.
    """
    path = folder / SEEN
    try:
        return TypeAdapter(dict[str, Looked]).validate_json(path.read_bytes(), strict=True)
    except (OSError, ValueError) as error:
        raise FruitmandError(f"{path} is not what the disclosure check left there; delete its folder, and it is made anew") from error


def check_folder(folder: Path, settings: Settings, label: str, seen: Mapping[str, Looked] | None = None) -> Report:
    """Check everything in a folder that is to be published, and the texts of ``edition.toml``, of which any may stand in it.

    Parameters
    ----------
    folder : Path
        The folder; its ``provenance.json`` has the blocks, of which those about respondents are checked against the minimum cell.
    settings : Settings
        Of the edition: the minimum cell, the deny-list, and the exemptions. An exemption that lets nothing pass is refused as stale.
    label : str
        What the folder is called in the report, such as ``reports/2015``.
    seen : mapping of str to Looked, optional
        What was found in files of this name before, with the same settings; a file that is not there, or has another digest, is looked
        through now.

    Raises
    ------
    FruitmandError
        When there is nothing in the folder: a check of nothing is no check. When a folder in it cannot be listed.
    """
    rules, names = settings.disclosure, _files(folder)
    if not names:
        raise FruitmandError(f"{label} has no files, so that there is nothing to check")
    look = cache(lambda text: scan(text, rules.deny))
    kinds = Counter(path.suffix.removeprefix(".").lower() or "none" for path in names.values())
    by_name = {
        name: before
        if (before := (seen or {}).get(name)) and before.digest == _digest(path)
        else _look(name, path, names.keys(), look, _READERS)
        for name, path in names.items()
    }
    looked = by_name.values()
    blocks, problems = _blocks(names.get("provenance.json"))
    own = [refusal for piece in _own_texts(settings.model_dump(mode="json")) for refusal in _findings("edition.toml", piece, look)]
    found = {
        *problems,
        *own,
        *_cells(blocks, rules.min_cell),
        *_strange_pictures(by_name),
        *(refusal for one in looked for refusal in one.found),
    }
    exempted, refused = _judge(sorted(found), [one for one in rules.exempt if not one.where.startswith(_QUESTIONNAIRE)])
    texts, about = sum(one.texts for one in looked), sum(block.smallest is not None for block in blocks)
    warned = tuple(f"{block.name}: all respondents gave the same answer: {group}" for block in blocks for group in block.alike)
    return Report(label, dict(kinds), texts, len(blocks), about, rules.min_cell, len(rules.deny), tuple(exempted), tuple(refused), warned)


def check_questionnaire(folder: Path, settings: Settings, label: str) -> Report:
    """Check the files of a questionnaire, which may be plain texts too; its exemptions begin with ``instrument/``.

    Parameters
    ----------
    folder, settings, label
        As for `check_folder`.
    """
    rules, names = settings.disclosure, _files(folder)
    kinds = Counter(path.suffix.removeprefix(".").lower() or "none" for path in names.values())
    look = cache(lambda text: scan(text, rules.deny))
    looked = [_look(name, path, names.keys(), look, _WITH_TEXTS) for name, path in names.items()]
    found = {replace(refusal, where=_QUESTIONNAIRE + refusal.where) for one in looked for refusal in one.found}
    exempted, refused = _judge(sorted(found), [one for one in rules.exempt if one.where.startswith(_QUESTIONNAIRE)])
    return Report(
        label, dict(kinds), sum(o.texts for o in looked), 0, 0, rules.min_cell, len(rules.deny), tuple(exempted), tuple(refused), ()
    )


def refuse(report: Report) -> None:
    """Stop the build when anything may not be published.

    Raises
    ------
    FruitmandError
        With every place, the rule that it breaks, a mask of what is there, and what to do.
    """
    if report.refusals:
        number = len(report.refusals)
        lines = "\n".join(f"  {refusal}" for refusal in report.refusals)
        raise FruitmandError(f"{report.label} cannot be published, for {number} {'reason' if number == 1 else 'reasons'}:\n{lines}")


def _files(folder: Path) -> dict[str, Path]:
    """Return every file of a folder, and every link in it, by its name; a folder that cannot be listed is an error."""

    def stop(error: OSError) -> None:
        raise FruitmandError(f"{error.filename} cannot be listed, so that it cannot be checked ({error.strerror})") from error

    paths = [Path(top, name) for top, folders, files in os.walk(folder, onerror=stop) for name in [*folders, *files]]
    found = sorted(path for path in paths if path.is_symlink() or not path.is_dir())
    return {path.relative_to(folder).as_posix().encode("utf-8", "backslashreplace").decode(): path for path in found}


def _own_texts(content: Any, key: str = "") -> Iterator[Piece]:
    """Yield the texts of the settings with their keys, but those of the deny-list."""
    if key == "disclosure.deny":
        return
    if isinstance(content, str):
        yield Piece(key, content)
    elif isinstance(content, (dict, list)):
        for name, value in content.items() if isinstance(content, dict) else enumerate(content, start=1):
            yield from _own_texts(value, f"{key}.{name}".lstrip("."))


def _look(name: str, path: Path, names: Collection[str], look: Callable[[str], list[PersonalDatum]], readers: _Readers) -> Looked:
    found = list(_findings(name, Piece("name", name), look))
    try:
        pieces = _pieces(name, path, names, readers)
    except RefusedError as error:
        return Looked(_digest(path), 0, (*found, Refusal(name, "", error.rule, error.why)))
    pictures = [hashlib.sha256(picture).hexdigest() for picture in word_pictures(path.read_bytes())] if path.suffix == ".docx" else []
    found += [refusal for piece in pieces for refusal in _findings(name, piece, look)]
    return Looked(_digest(path), len(pieces), tuple(found), tuple(pictures))


def _strange_pictures(looked: Mapping[str, Looked]) -> Iterator[Refusal]:
    """Find the documents with a picture that is none of the PNG beside them, of which each has a drawing with its text."""
    own = {one.digest for name, one in looked.items() if name.endswith(".png")}
    for name, one in looked.items():
        if not own.issuperset(one.pictures):
            yield Refusal(name, "", "picture", "a picture that is no figure of this report")


def _digest(path: Path) -> str:
    """Return a file's checksum; what is no file, or cannot be opened, has none."""
    try:
        return sha256(path) if path.is_file() and not path.is_symlink() else ""
    except OSError:
        return ""


def _pieces(name: str, path: Path, names: Collection[str], readers: _Readers) -> list[Piece]:
    """Return the texts of a file, or raise the rule that it breaks by its name, its kind or its content."""
    kind = path.suffix.removeprefix(".")
    if path.is_symlink() or not path.is_file():
        raise RefusedError("unknown_kind", "it is no file")
    if _RAW_NAME.search(path.name):
        raise RefusedError("raw_file", "by its name it is a project file, a database or a recording")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RefusedError("unreadable", f"it cannot be opened: {error.strerror}") from error
    if _RAW_START.match(content[:4096]) or (readers.get(kind, (b"",))[0] != ZIP and is_zip(content)):
        raise RefusedError("raw_file", "by its content it is a project file, a database, an archive or a recording")
    if kind not in readers:
        raise RefusedError("unknown_kind", f"nobody reads files of kind {kind!r}")
    start, reader = readers[kind]
    if not content.startswith(start):
        raise RefusedError("unreadable", f"it is no {kind}, whatever its name says")
    if kind == "png" and str(PurePosixPath(name).with_suffix(".svg")) not in names:
        raise RefusedError("picture", "there is no drawing with the same name to read its text from")
    try:
        return list(reader(content))
    except RefusedError:
        raise
    except Exception as error:  # whatever goes wrong in reading: what was not read is not published
        raise RefusedError("unreadable", f"it cannot be read: {type(error).__name__}") from error


def _findings(where: str, piece: Piece, look: Callable[[str], list[PersonalDatum]]) -> Iterator[Refusal]:
    for finding in look(piece.text):
        place = piece.place or f"line {piece.text.count(chr(10), 0, finding.start) + 1}"
        yield Refusal(where, place, finding.kind, finding.shown)


def _blocks(path: Path | None) -> tuple[list[_Block], list[Refusal]]:
    """Return the records of all blocks, or a refusal where there are none to be read."""
    try:
        steps = json.loads(path.read_bytes()) if path is not None else []
        blocks = [_Block.model_validate(block) for step in steps for block in step["blocks"]]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        steps, blocks = [], []
    why = "it has no steps with their blocks to be read, nor whether they show small groups"
    return blocks, [] if steps else [Refusal("provenance.json", "", "unreadable", why)]


def _cells(blocks: Iterable[_Block], min_cell: int) -> Iterator[Refusal]:
    """Find the blocks that show too small a group, or that are made from answers and do not say how small their groups are."""
    for block in blocks:
        if "smallest" not in block.model_fields_set:
            if _ABOUT_RESPONDENTS.intersection(block.sources):
                why = "it is made from answers and does not say how small its groups are"
                yield Refusal(block.name, f"block {block.id}", "minimum_cell", why)
        elif block.smallest is not None and (type(block.smallest) is not int or block.smallest < min_cell):
            yield Refusal(block.name, f"block {block.id}", "minimum_cell", f"a group below {min_cell}")


def _judge(found: Sequence[Refusal], exempt: Sequence[Exemption]) -> tuple[list[tuple[Refusal, Exemption]], list[Refusal]]:
    """Divide what was found into what is exempted and what is refused; an exemption that lets nothing pass is refused too.

    An exemption names a block, a file, or the files of one name in every language and kind: ``agenda`` for ``tables/agenda.nl.csv``.
    """
    exempted, refused = list[tuple[Refusal, Exemption]](), list[Refusal]()
    for refusal in found:
        wheres = {refusal.where, PurePosixPath(refusal.where).name.partition(".")[0]}
        matching = [e for e in exempt if e.rule == refusal.rule and e.where in wheres and e.rule not in _NEVER]
        exempted += [(refusal, exemption) for exemption in matching[:1]]
        refused += [] if matching else [refusal]
    used = {exemption for _, exemption in exempted}
    stale = (exemption for exemption in exempt if exemption not in used)
    refused += [Refusal(one.where, "edition.toml", "stale_exemption", f"{one.rule} is not broken there") for one in stale]
    return exempted, refused

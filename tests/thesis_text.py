"""Number the paragraphs of the thesis by rule 6 of docs/coding-manual.md, and read its tables."""

import re
from dataclasses import dataclass, field

CONTENTS = re.compile(r"((?:\d\.)*\d)\.? (.+?)\.{3,}\t\d+")
HEADING = re.compile(r"((?:\d\.)*\d)\.? (.+)")
ENDS_A_LINE = tuple(".?!:\"”’'*")
ENDS_A_BLOCK = (*ENDS_A_LINE, ";", ")")
SHORT = 75
"""A shorter line without a stop at its end is a heading without number."""


@dataclass
class Thesis:
    """The whole text, its paragraphs by section and number (from 1), and per section its tables: rows of cells, the header first."""

    text: str
    paragraphs: dict[tuple[str, int], str] = field(default_factory=dict)
    tables: dict[str, list[list[list[str]]]] = field(default_factory=dict)


def read_thesis(text: str) -> Thesis:
    """Number the text blocks of each section; headings and table rows are not counted, a block broken by a page end counts once.

    Sections are those of the table of contents. Annexes are left out.
    """
    lines = [line.rstrip() for line in text.splitlines()]
    contents = {number: match for number, line in enumerate(lines) if (match := CONTENTS.fullmatch(line))}
    titles = {(match[1], plain(match[2])) for match in contents.values()}
    thesis, section, number, in_table, open_block = Thesis(text), "", 0, False, False
    for line in lines[max(contents) + 1 :]:
        block = line.strip()
        if not block:
            continue
        heading = HEADING.fullmatch(block)
        if heading and (heading[1], plain(heading[2])) in titles:
            section, number, in_table, open_block = heading[1], 0, False, False
        elif block.startswith("Bijlage"):
            break
        elif "\t" in line:
            _add_row(thesis.tables.setdefault(section, []), line.split("\t"), new_table=not in_table)
            in_table, open_block = True, False
        elif len(block) < SHORT and not block.endswith(ENDS_A_LINE) and not block.startswith(("-", "*")):
            in_table, open_block = False, False
        elif open_block and (not thesis.paragraphs[section, number].endswith(ENDS_A_BLOCK) or block[0].islower()):
            thesis.paragraphs[section, number] += f" {block}"
        else:
            number += 1
            thesis.paragraphs[section, number] = block
            in_table, open_block = False, True
    return thesis


def _add_row(tables: list[list[list[str]]], cells: list[str], *, new_table: bool) -> None:
    cells = [cell.strip() for cell in cells]
    if new_table:
        tables.append([cells])
    elif not cells[0] and not any(cells[1:-1]) and len(cells) == len(tables[-1][0]) and tables[-1][-1][0]:
        tables[-1][-1][-1] += f" {cells[-1]}"  # a row that a page end broke
    else:
        tables[-1].append(cells)


def plain(text: str) -> str:
    """Return a text with straight apostrophes and single spaces, to compare labels by."""
    return " ".join(re.sub("[‘’`´]", "'", text).split())


def lettered(cell: str) -> dict[str, str]:
    """Return the items of a cell like ``(a) one (b) two``, by letter."""
    return {letter: plain(label) for letter, label in re.findall(r"\(([a-z])\) (.+?)(?= \([a-z]\) |$)", cell)}


def dashed(cell: str) -> list[str]:
    """Return the items of a cell like ``- one - two``."""
    return [plain(item) for item in re.split(r"(?:^| )- ", cell) if item]


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Return all runs of so many consecutive words, without case and punctuation."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}

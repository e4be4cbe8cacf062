"""Make an edition's report from its executed notebooks: PDFs, figures, tables, pages, numbers."""

import csv
import datetime
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
import xlsxwriter
from babel.dates import format_date

from fruitmand import __version__
from fruitmand.analysis.numbers import Numbers
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import notebook_names, project_root, write
from fruitmand.edition.reading import Edition
from fruitmand.outputs import typst
from fruitmand.outputs.html import to_html
from fruitmand.outputs.pdf_exporter import blocks_of, in_body, typeset_blocks
from fruitmand.report.blocks import Block, FigureBlock, TableBlock, TextBlock, as_cell, read_block
from fruitmand.report.text_parity import check_languages
from fruitmand.report.words import Words, load, note_all_texts


def write_parts(edition_name: str, step: str, folder: Path) -> None:
    """Write what readers get of one step into a folder, in every language: its figures, its tables and its page."""
    edition = Edition(edition_name)
    notebook = read_executed(_steps(edition_name, [step])[step])
    shown = {language: [block for cell in notebook.cells for block in blocks_of(cell, language)] for language in edition.settings.languages}
    figures = {
        f"{block.caption.id}.{name}": block.svg for name, found in shown.items() for block in found if isinstance(block, FigureBlock)
    }
    for (name, svg), picture in zip(figures.items(), typst.to_pngs(list(figures.values())), strict=True):
        write(folder / "figures" / f"{name}.svg", svg)
        write(folder / "figures" / f"{name}.png", picture)
    for language, blocks in shown.items():
        for table in (block for block in blocks if isinstance(block, TableBlock)):
            write(folder / "tables" / f"{table.caption.id}.{language}.csv", table_csv(table))
            write(folder / "tables" / f"{table.caption.id}.{language}.xlsx", table_xlsx(table, edition.settings.source.date))
        page = to_html(notebook, language, f"{step} · {edition.name}", banner(edition, language))
        write(folder / "notebooks" / f"{step}.{language}.html", page)


def read_executed(made: Path) -> nbformat.NotebookNode:
    """Return the executed notebook in a step's folder; it is this project's own, and not validated again."""
    return nbformat.v4.reads((made / "executed.ipynb").read_text(encoding="utf-8"))


def banner(edition: Edition, language: str) -> str:
    """Return the line that every page of a synthetic edition has; empty for another, for which no texts are read."""
    return Words(edition, language, Numbers()).text("document.synthetic") if edition.settings.synthetic else ""


def write_appendix(edition_name: str, language: str, folder: Path) -> None:
    """Write the PDF appendix in one language into a folder; nothing when the edition does not have that language."""
    edition = Edition(edition_name)
    if language not in edition.settings.languages:
        return
    steps = _steps(edition_name)
    shown = [json.loads((made / f"shown.{language}.json").read_text(encoding="utf-8")) for made in steps.values()]
    blocks = [read_block(content) for contents in shown for content in contents]
    words = Words(edition, language, _numbers(steps))
    pdf = typeset_blocks(blocks, front_matter(words, blocks, banner(edition, language)))
    write(folder / f"appendix.{language}.pdf", pdf)


def check_texts(edition_name: str) -> None:
    """Check that the two languages say the same.

    Raises
    ------
    FruitmandError
        With every text that they do not have alike.
    """
    catalogues = {language: load(language, Edition(edition_name).settings.basis) for language in ("nl", "en")}
    note_all_texts()
    if problems := check_languages(catalogues["nl"], catalogues["en"]):
        raise FruitmandError("the two languages do not say the same:\n" + "\n".join(f"  {problem}" for problem in problems))


def gather(edition_name: str, folder: Path) -> None:
    """Write the numbers that the texts use, and where every block comes from, into a folder."""
    steps = _steps(edition_name)
    numbers = _numbers(steps)
    write(folder / "numbers.json", numbers.to_json(numbers.names()))
    records = [json.loads((made / "provenance.json").read_text(encoding="utf-8")) for made in steps.values()]
    write(folder / "provenance.json", json.dumps(records, indent=1, ensure_ascii=False) + "\n")


def _steps(edition_name: str, steps: Sequence[str] = ()) -> dict[str, Path]:
    """Return the folder of the results of every notebook, or of some, in order."""
    root = project_root()
    wanted = steps or notebook_names(root)
    found = {step: root / "data" / "processed" / edition_name / step for step in wanted}
    if missing := [step for step, made in found.items() if not (made / "executed.ipynb").is_file()]:
        raise FruitmandError(f"edition {edition_name} has no executed notebook of: {', '.join(missing)}; run `make report`")
    return found


def _numbers(steps: Mapping[str, Path]) -> Numbers:
    return Numbers(number for made in steps.values() for number in Numbers.read(made / "numbers.json", used_only=True))


def front_matter(words: Words, blocks: Sequence[Block], line: str) -> dict[str, Any]:
    """Return the title page, the running head and the metadata of the appendix; text and picture come from the blocks meant for it."""
    chosen = [block for block in blocks if not in_body(block)]
    found = [block.markdown for block in chosen if isinstance(block, TextBlock)]
    pictures = [{"svg": b.svg, "alt": b.caption.alt, "note": b.caption.note} for b in chosen if isinstance(b, FigureBlock)]
    settings = words.edition.settings
    source = settings.source
    title, subtitle = (getattr(text, words.language) for text in (settings.title, settings.subtitle))
    return {
        "cover": True,
        "contents": words.text("document.contents"),
        "language": words.language,
        "title": title,
        "subtitle": subtitle,
        "kicker": f"{words.text('document.kicker')} {settings.edition}",
        "banner": line,
        "running": f"{title} · {words.text('document.subject')} {settings.edition}",
        "author": "fruitmand",
        "keywords": [*settings.keywords, settings.edition],
        "found-title": words.text("document.found"),
        "found": [_claim(line) for text in found for line in text.strip().splitlines()],
        "picture": pictures[0] if pictures else None,
        "imprint": [
            f"{words.text('document.read_out_of')}: {source.author}, {source.title}.",
            f"{words.pick(source.model_dump(), 'kind')}, {format_date(source.date, format='d MMMM y', locale=words.language)}.",
            f"Compendium fruitmand {__version__}.",
        ],
        "page": words.text("document.page"),
        "of": words.text("document.of"),
        "date": source.date,
    }


def _claim(line: str) -> dict[str, str]:
    """Split ``1. **Claim.** Rest`` into its claim and the rest."""
    match = re.fullmatch(r"\d+\. \*\*(.+?)\*\* (.+)", line.strip())
    if match is None:
        raise FruitmandError(f"a line of the title page must read '1. **claim** rest', not {line!r}")
    return {"claim": match[1], "rest": match[2]}


def table_csv(block: TableBlock) -> str:
    """Return a table as CSV: header, then rows; a group heading becomes a first column, an item a line stays within its cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows(_grid(block))
    return buffer.getvalue()


def table_xlsx(block: TableBlock, date: datetime.date) -> bytes:
    """Return a table as a spreadsheet of a date: the table from the first row, its title, note and source on a second sheet."""
    moment = datetime.datetime.combine(date, datetime.time(), datetime.UTC)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": block.caption.title, "created": moment})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        sheet, about = book.add_worksheet("table"), book.add_worksheet("about")
        grid = _grid(block)
        for number, row in enumerate(grid):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, body if number else head)
        for column in range(len(grid[0])):
            longest = max(len(line) for row in grid for line in row[column].split("\n"))
            sheet.set_column(column, column, min(60, longest + 2))
        sheet.freeze_panes(1, 1)
        for number, text in enumerate(filter(None, (block.caption.title, block.caption.note, block.caption.source))):
            about.write_string(number, 0, text)
    return buffer.getvalue()


def _grid(block: TableBlock) -> list[list[str]]:
    grouped = any(len(row) == 1 for row in block.table.rows)
    header = [column.label for column in block.table.columns]
    grid, group = [["", *header] if grouped else header], ""
    for row in block.table.rows:
        texts = [as_cell(cell).text for cell in row]
        if len(row) == 1:
            group = texts[0]
        else:
            grid.append([group, *texts] if grouped else texts)
    return grid

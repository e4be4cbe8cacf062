"""A table as a sheet: CSV, and a spreadsheet whose second page has title, note and source."""

import csv
import datetime
import io

import xlsxwriter

from fruitmand.report.blocks import Cell, TableBlock, as_cell


def table_csv(block: TableBlock, group: str = "") -> str:
    """Return a table as CSV: header, then rows; a group heading becomes a first column headed ``group``, an item a line stays in its cell.

    What stands small in a cell comes behind its text in brackets, a mark in words, and what only the web page has room for is there too.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows(_grid(block, group))
    return buffer.getvalue()


def table_xlsx(block: TableBlock, date: datetime.date, group: str = "", notice: str = "") -> bytes:
    """Return a table as a spreadsheet of a date: the table from the first row; on a second sheet its title, note and source.

    ``group`` heads the column of group headings; ``notice`` says of what standing the edition is, before all else.
    """
    moment = datetime.datetime.combine(date, datetime.time(), datetime.UTC)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": block.caption.title, "comments": notice, "created": moment})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        sheet, about = book.add_worksheet("table"), book.add_worksheet("about")
        grid = _grid(block, group)
        for number, row in enumerate(grid):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, body if number else head)
        for column in range(len(grid[0])):
            longest = max(len(line) for row in grid for line in row[column].split("\n"))
            sheet.set_column(column, column, min(60, longest + 2))
        sheet.freeze_panes(1, 1)
        for number, text in enumerate(filter(None, (notice, block.caption.title, block.caption.note, block.caption.whole_source()))):
            about.write_string(number, 0, text)
    return buffer.getvalue()


def _grid(block: TableBlock, group_head: str) -> list[list[str]]:
    grouped = any(len(row) == 1 for row in block.table.rows)
    header = [column.label for column in block.table.columns]
    grid, group = [[group_head, *header] if grouped else header], ""
    for row in block.table.rows:
        texts = [_whole(as_cell(cell)) for cell in row]
        if len(row) == 1:
            group = texts[0]
        else:
            grid.append([group, *texts] if grouped else texts)
    return grid


def _whole(cell: Cell) -> str:
    beside = "; ".join(filter(None, (cell.small, cell.said)))
    text = f"{cell.text} ({beside})" if cell.text and beside else cell.text or beside
    return "\n".join(filter(None, (text, cell.more)))

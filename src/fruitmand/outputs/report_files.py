"""The files of a report: of each step figures, tables and page; of all steps the appendix, the numbers and the provenance."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import nbformat

from fruitmand.analysis.numbers import Numbers
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import notebook_names, project_root, write
from fruitmand.edition.reading import Edition
from fruitmand.edition.survey_results_file import NAME as SURVEY_RESULTS
from fruitmand.outputs import typst
from fruitmand.outputs.notebook_pages import contract, to_html
from fruitmand.outputs.pdf_exporter import blocks_of, typeset_document
from fruitmand.outputs.sheets import table_csv, table_xlsx
from fruitmand.outputs.site import Notebook, site, web_addresses
from fruitmand.outputs.word import to_docx
from fruitmand.report.blocks import FigureBlock, TableBlock, read_block
from fruitmand.report.document import Document, document
from fruitmand.report.text_parity import check_languages
from fruitmand.report.words import Words, load, note_all_texts, own_texts

PRINTED = "printed.json"
"""What of a report is printed, beside the web pages that show all of it; it stays the same when only what the web shows is another."""


def write_step_files(edition_name: str, step: str, folder: Path) -> None:
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
    names = notebook_names(project_root())
    for language, blocks in shown.items():
        words = Words(edition, language, Numbers())
        group, notice = words.text("column.group"), words.notice()
        for table in (block for block in blocks if isinstance(block, TableBlock)):
            write(folder / "tables" / f"{table.caption.id}.{language}.csv", table_csv(table, group))
            sheet = table_xlsx(table, edition.settings.source.date, group, notice)
            write(folder / "tables" / f"{table.caption.id}.{language}.xlsx", sheet)
        for figure in (block for block in blocks if isinstance(block, FigureBlock) and block.data):
            write(folder / "tables" / f"{figure.caption.id}.csv", figure.data)
        page = to_html(notebook, step, document(words, []), names)
        write(folder / "notebooks" / f"{step}.{language}.html", page)


def read_executed(made: Path) -> nbformat.NotebookNode:
    """Return the executed notebook in a step's folder; it is this project's own, and not validated again."""
    return nbformat.v4.reads((made / "executed.ipynb").read_text(encoding="utf-8"))


def write_pages(edition_name: str, language: str, folder: Path) -> None:
    """Write the web pages of the report in one language into a folder, and beside them what of it is printed."""
    edition, steps = Edition(edition_name), _steps(edition_name)
    shown = [block for made in steps.values() for block in json.loads((made / f"shown.{language}.json").read_text(encoding="utf-8"))]
    whole = document(Words(edition, language, Numbers()), [read_block(content) for content in shown])
    for name, page in site(whole, [_contract(step) for step in steps]).items():
        write(folder / name, page)
    printed = {"blocks": [content for content in shown if not content["web"]], "web": web_addresses(whole)}
    write(folder / PRINTED, json.dumps(printed, ensure_ascii=False) + "\n")


def _printed(edition_name: str, language: str) -> Document:
    """Return the report in one language as it is printed, of what `write_pages` left."""
    content = json.loads((_processed(edition_name) / f"pages.{language}" / PRINTED).read_text(encoding="utf-8"))
    web = {name: (address, said) for name, (address, said) in content["web"].items()}
    words = Words(Edition(edition_name), language, Numbers())
    return replace(document(words, [read_block(block) for block in content["blocks"]]), web=web)


def write_pdf(edition_name: str, language: str, folder: Path) -> None:
    """Write the report in one language as PDF into a folder."""
    write(folder / f"appendix.{language}.pdf", typeset_document(_printed(edition_name, language)))


def write_word(edition_name: str, language: str, folder: Path) -> None:
    """Write the report in one language as a Word document into a folder, with the pictures that are beside the tables of the steps."""
    printed, made = _printed(edition_name, language), _processed(edition_name)
    figures = [block.caption for blocks in printed.printed().values() for block in blocks if isinstance(block, FigureBlock)]
    pictures = {one.id: (made / f"step_files.{one.notebook}/figures/{one.id}.{language}.png").read_bytes() for one in figures}
    write(folder / f"appendix.{language}.docx", to_docx(printed, pictures))


WRITERS = {"step_files": write_step_files, "pages": write_pages, "pdf": write_pdf, "word": write_word}
"""What writes each kind of output, given the edition, the step or language, and the folder."""


def _contract(step: str) -> Notebook:
    """Return a notebook's question and summary."""
    notebook = nbformat.v4.reads((project_root() / "notebooks" / f"{step}.ipynb").read_text(encoding="utf-8"))
    question, summary, _ = contract(notebook, step)
    return Notebook(step, question, summary)


def check_texts(edition_name: str) -> None:
    """Check that the two languages say the same, in the shared texts and in those of the edition.

    Raises
    ------
    FruitmandError
        With every text that they do not have alike.
    """
    edition = Edition(edition_name)
    note_all_texts(edition.folder)
    problems = check_languages(load("nl"), load("en"))
    if len(edition.settings.languages) > 1:
        problems += check_languages(own_texts(edition.folder, "nl"), own_texts(edition.folder, "en"), edition.label, "texts.")
    if problems:
        raise FruitmandError("the two languages do not say the same:\n" + "\n".join(f"  {problem}" for problem in problems))


def gather(edition_name: str, folder: Path) -> None:
    """Write the numbers that the texts use, and where every block comes from, into a folder."""
    steps = _steps(edition_name)
    numbers = _numbers(steps)
    write(folder / "numbers.json", numbers.to_json(numbers.names()))
    records = [json.loads((made / "provenance.json").read_text(encoding="utf-8")) for made in steps.values()]
    write(folder / "provenance.json", json.dumps(records, indent=1, ensure_ascii=False) + "\n")


def gather_survey(edition: Edition, folder: Path) -> None:
    """Put the results of a survey whose answers stay out of the repository into a folder; nothing for another edition."""
    made = sorted(_processed(edition.name).glob(f"[0-9]*/{SURVEY_RESULTS}"))
    for path in [edition.folder / SURVEY_RESULTS] if edition.has_results_alone else made:
        write(folder / SURVEY_RESULTS, path.read_bytes())


def keep_survey(edition: Edition, folder: Path) -> list[Path]:
    """Keep the results of a survey that passed the disclosure check beside the raw files of a draft; return what was made.

    Raises
    ------
    FruitmandError
        When those of a published edition are others.
    """
    published, kept = folder / SURVEY_RESULTS, edition.folder / SURVEY_RESULTS
    if edition.has_results_alone or not published.is_file():
        return []
    if edition.settings.status == "draft":
        write(kept, published.read_bytes())
        return [kept]
    if not kept.is_file() or kept.read_bytes() != published.read_bytes():
        advice = f'set status = "draft", make report EDITION={edition.name}, set it back, and make seal EDITION={edition.name}'
        raise FruitmandError(f"{edition.label}/{SURVEY_RESULTS} of a published edition is not what its answers give now: {advice}")
    return []


def _processed(edition_name: str) -> Path:
    """Return the folder with the results of the jobs of an edition."""
    return project_root() / "data" / "processed" / edition_name


def _steps(edition_name: str, steps: Sequence[str] = ()) -> dict[str, Path]:
    """Return the folder of the results of every notebook, or of some, in order."""
    found = {step: _processed(edition_name) / step for step in steps or notebook_names(project_root())}
    if missing := [step for step, made in found.items() if not (made / "executed.ipynb").is_file()]:
        raise FruitmandError(f"edition {edition_name} has no executed notebook of: {', '.join(missing)}; run `make report`")
    return found


def _numbers(steps: Mapping[str, Path]) -> Numbers:
    return Numbers(number for made in steps.values() for number in Numbers.read(made / "numbers.json", used_only=True))

"""Make the questionnaire of an edition ready to be fielded: ``python -m fruitmand.outputs.questionnaire.files EDITION``.

It writes ``reports/<edition>-instrument``: files to import into LimeSurvey, XLSForm tools and Qualtrics, a form on paper in every
language, and the codebook.
"""

import argparse
import datetime
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter

from fruitmand.checks.personal_data import scan
from fruitmand.checks.progress import FILL_IN
from fruitmand.edition.command_line import command
from fruitmand.edition.files import project_root, replace_folder, write
from fruitmand.edition.reading import Edition
from fruitmand.outputs.disclosure import check_questionnaire, refuse
from fruitmand.outputs.questionnaire.codebook import codebook, instructions
from fruitmand.outputs.questionnaire.form import ABOUT_THE_RESEARCHER, SECTION, Form, Part, open_fields, read_form, unasked
from fruitmand.outputs.questionnaire.limesurvey import limesurvey
from fruitmand.outputs.questionnaire.qualtrics import qualtrics
from fruitmand.outputs.questionnaire.xlsform import Sheet, xlsform
from fruitmand.outputs.typst import literal, to_pdf
from fruitmand.report.style import ACCENT, FONT, INK, LINE, MUTED, PAPER, SHADES
from fruitmand.report.words import own_file


def instrument(edition: Edition) -> dict[str, bytes | str]:
    """Return the content of every file of the survey instrument by its name; equal editions give equal bytes.

    Raises
    ------
    DataError
        When the files of the edition do not make a questionnaire; the message names every problem.
    """
    return _contents(read_form(edition), edition)


def _contents(form: Form, edition: Edition) -> dict[str, bytes | str]:
    contents: dict[str, bytes | str] = {
        "limesurvey.txt": limesurvey(form),
        "xlsform.xlsx": workbook(xlsform(form), form.date),
        "codebook.csv": codebook(form, edition),
    }
    for language in form.languages:
        contents[f"qualtrics.{language}.txt"] = qualtrics(form, language)
        contents[f"questionnaire.{language}.pdf"] = to_pdf(document(form, language), form.date)
        contents[f"read_first.{language}.txt"] = instructions(form, language)
    return contents


def write_instrument(edition_name: str) -> Path:
    """Write the files, replacing earlier ones, all of them or none; return their folder.

    Raises
    ------
    FruitmandError
        When the disclosure check refuses any of them.
    """
    edition = Edition(edition_name)
    form = read_form(edition)
    contents = _contents(form, edition)
    # Respondents must be able to reach the researcher: of his own address alone the check does not know.
    looked_at = _contents(form.without_the_researcher(), edition) if _has_an_address(form, edition) else contents
    target = project_root() / "reports" / f"{edition_name}-instrument"
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        scratch.chmod(0o755)  # temporary folders are readable by their owner only
        for name, content in looked_at.items():
            write(scratch / name, content)
        refuse(check_questionnaire(scratch, edition.settings, f"reports/{target.name}"))
        for name, content in contents.items():
            write(scratch / name, content)
        replace_folder(scratch, target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def _has_an_address(form: Form, edition: Edition) -> bool:
    """Return whether the texts about the researcher hold personal data, and no name that may not be published."""
    texts = [form.fills[key][language] for key in ABOUT_THE_RESEARCHER for language in form.languages]
    found = {finding.kind for text in texts for finding in scan(text, edition.settings.disclosure.deny)}
    return bool(found) and "deny_list" not in found


def workbook(sheets: Mapping[str, Sheet], date: datetime.date) -> bytes:
    """Return sheets as an XLSX workbook in which every cell is text; empty texts are left out."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime.datetime.combine(date, datetime.time())})
        head = book.add_format({"bold": True, "bottom": 1})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    if text:
                        sheet.write_string(number, column, text, body if number else head)
            for column in range(len(rows[0])):
                longest = max(len(text) for row in rows for text in row[column].split("\n"))
                sheet.set_column(column, column, min(60, longest + 2))
            sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def document(form: Form, language: str) -> str:
    """Return the paper form as a Typst document: the template, and its texts and questions as values."""
    colours = {"accent": ACCENT, "ink": INK, "muted": MUTED, "line": LINE, "paper": PAPER}
    settings = {"font": FONT, "colours": colours, "open": SHADES["bad_low"][0], "banner": SHADES["bad_middle"][0]}
    return f"#let settings = {literal(settings)}\n{_template()}\n#questionnaire({literal(_content(form, language))})\n"


@cache
def _template() -> str:
    return (files("fruitmand.outputs.questionnaire") / "questionnaire.typ").read_text(encoding="utf-8")


def _content(form: Form, language: str) -> dict[str, Any]:
    words = form.words(language)
    labels, information = words["document"], words["information"]
    questions = [{"text": asked.text[language], "options": [o.label[language] for o in asked.options]} for asked in form.questions]
    return {
        "language": language,
        "title": form.title(language),
        "heading": labels["title"],
        "edition": labels["edition"],
        "banner": form.banner[language],
        "page": labels["page"],
        "of": labels["of"],
        "columns": {"item": labels["item"], "statement": labels["statement"], "not-applicable": labels["not_applicable_short"]},
        "information": information | {"parts": [part | {"text": _text_parts(part["text"], language)} for part in information["parts"]]},
        "consent": words["consent"],
        "answering": words["answering"],
        "stem": words["block"]["stem"],
        "parts": [
            {"title": part.title[language], "remarks": form.remarks(part, language), "runs": _runs(part, language)} for part in form.parts
        ],
        "background": {
            "title": words["background"]["title"],
            "note": words["background"]["note"],
            "questions": [asked | {"longest": max(map(len, asked["options"]))} for asked in questions],
        },
        "end": {"thanks": words["end"]["thanks"], "paper": _text_parts(words["end"]["paper"], language)},
    }


def _runs(part: Part, language: str) -> list[dict[str, Any]]:
    """Return the tables of a part: one per run of items on the same scale, with a last column when any item offers *not applicable*."""
    runs = []
    for _, group in groupby(part.items, key=lambda item: item.scale):
        items = list(group)
        points = [{"code": point.code, "label": point.label[language]} for point in items[0].points]
        rows = [{"id": item.id, "statement": item.statement[language], "offered": item.not_applicable} for item in items]
        runs.append({"points": points, "rows": rows, "offered": any(item.not_applicable for item in items)})
    return runs


def _text_parts(text: str, language: str) -> list[dict[str, Any]]:
    return [{"text": piece, "open": is_open} for piece, is_open in open_fields(text, language)]


@command
def main(arguments: list[str]) -> int:
    """Write the questionnaire of an edition and print where; return 1 when its files do not make one."""
    parser = argparse.ArgumentParser(
        prog="python -m fruitmand.outputs.questionnaire.files", description="Make the questionnaire ready to be fielded."
    )
    parser.add_argument("edition")
    parsed = parser.parse_args(arguments)
    folder = write_instrument(parsed.edition)
    print(f"{folder.relative_to(project_root())}: {', '.join(sorted(path.name for path in folder.iterdir()))}")
    form = read_form(edition := Edition(parsed.edition))
    if unasked(form):
        print(f"no {' and no '.join(_LISTS[name] for name in unasked(form))}: the questionnaire does not ask for them")
    for line in _to_complete(form, edition.label, folder.name):
        print(line)
    return 0


_LISTS = {
    "municipality": "municipalities in municipalities.csv",
    "domain": "[[domains]] in edition.toml",
    "role": "[[roles]] in edition.toml",
}


def _to_complete(form: Form, label: str, folder: str) -> Iterator[str]:
    """Yield what only the researcher can complete, and in which file, as lines to copy into it."""
    if titles := [language for language in form.languages if FILL_IN in form.title(language)]:
        yield f"its title is not there yet: fill it in in {label}/edition.toml, [title] {' and '.join(titles)}"
    by_language = {language: texts for language in form.languages if (texts := form.to_complete(language))}
    if not by_language:
        return
    count = sum(map(len, by_language.values()))
    files_in = " and ".join(f"{label}/{own_file(language)}" for language in by_language)
    yield f"not ready for use, as every title says: {count} {'text is' if count == 1 else 'texts are'} to be completed."
    yield f"Fill these in under [{SECTION}] in {files_in} (make the file if it is not there),"
    yield f"and run make instrument EDITION={form.edition} again; do not edit the files in reports/{folder}, which are written anew."
    for language, texts in by_language.items():
        yield f"\n  {label}/{own_file(language)}:\n  [{SECTION}]"
        yield from (f"  {key} = {json.dumps(text, ensure_ascii=False)}" for key, text in texts.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Write what a researcher would hold of an invented study: exports of the tools in which it was coded, rated and surveyed.

Two coders work in different tools: the one exports highlights from Taguette, which has no places and no coder; the other has a project in
the REFI-QDA format, with the texts of the interviews. Raters fill in a sheet each, and the survey was held with Microsoft Forms.
"""

import csv
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pandas as pd
import xlsxwriter

from fruitmand.edition.columns import VALENCES
from fruitmand.edition.reading import Edition
from fruitmand.edition.survey_groups import groups
from fruitmand.importers.coding.paraphrases import HEADINGS, Written
from lab.synthetic_interviews import Passage

NOT_APPLICABLE = "n.v.t."
_FORMS = ("ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam", "Toestemming", "In welke gemeente werkt u?", "Domein", "Rol")
REFUSING = 2
"""How many fill in the survey and do not consent, so that they must be left out."""


def write_taguette(path: Path, passages: Sequence[Passage], parents: Mapping[str, str]) -> Path:
    """Write highlights as Taguette exports them: a row for each tag of a highlight; a tag is ``parent.code``, or ``valence.supports``."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("id", "document", "tag", "content"))
        for number, passage in enumerate(passages, start=1):
            tags = [f"{parents[passage.code]}.{passage.code}", *([f"valence.{passage.valence}"] if passage.valence else [])]
            rows.writerows((number, f"{passage.interview}.docx", tag, passage.words) for tag in tags)
    return path


def write_project(path: Path, passages: Sequence[Passage], labels: Mapping[str, str], coder: str) -> Path:
    """Write a REFI-QDA project with the text of every interview; a code bears its label in the codebook (``labels`` by id)."""
    named = {name: name for name in VALENCES} | dict(labels)
    codes = {name: _guid(number) for number, name in enumerate(named, start=1)}
    book = "".join(f'<Code guid="{codes[name]}" name={quoteattr(label)} isCodable="true"/>' for name, label in named.items())
    user = _guid(999)
    sources: list[str] = []
    texts: dict[str, str] = {}
    for number, interview in enumerate(dict.fromkeys(passage.interview for passage in passages), start=1):
        text = f"{interview}, verzonnen.\n"
        selections: list[str] = []
        for passage in (one for one in passages if one.interview == interview):
            text += "\nVraag: en verder?\nAntwoord: "
            given = [codes[name] for name in (passage.code, passage.valence) if name]
            ends = f'startPosition="{len(text)}" endPosition="{len(text) + len(passage.words)}"'
            inner = "".join(f'<Coding creatingUser="{user}"><CodeRef targetGUID="{code}"/></Coding>' for code in given)
            guid = _guid(10_000 * number + len(selections))
            selections.append(f'<PlainTextSelection guid="{guid}" {ends}>{inner}</PlainTextSelection>')
            text += f"{passage.words}\n"
        texts[f"sources/{number}.txt"] = text
        told = f'guid="{_guid(1000 + number)}" name="{interview}" plainTextPath="internal://{number}.txt"'
        sources.append(f"<TextSource {told}>{''.join(selections)}</TextSource>")
    xml = (
        '<?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" name="interviews" origin="lab">'
        f'<Users><User guid="{user}" name="{coder}"/></Users><CodeBook><Codes>{book}</Codes></CodeBook>'
        f"<Sources>{''.join(sources)}</Sources></Project>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"project.qde": xml, **texts}.items():
            archive.writestr(name, content)
    return path


def _guid(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012x}"


def write_ratings(path: Path, symbols: Mapping[str, pd.DataFrame]) -> Path:
    """Write a workbook of ratings with a sheet for each rater: variables down, municipalities across."""
    sheets = {
        rater: [["variable", *table.columns], *([code, *row] for code, *row in table.itertuples())] for rater, table in symbols.items()
    }
    return _workbook(path, sheets)


def write_paraphrases(path: Path, listed: Sequence[Written], spoken: Sequence[Passage]) -> Path:
    """Write the workbook of paraphrases as a coder fills it in beside the passages that the import ``listed``."""
    by_words = {passage.words: passage.paraphrases for passage in spoken}
    rows = [(one.segment_id, one.document, one.place, one.codes, one.passage, *by_words[one.passage], one.digest) for one in listed]
    return _workbook(path, {"paraphrases": [HEADINGS, *rows]})


def write_survey(path: Path, answers: tuple[pd.DataFrame, pd.DataFrame], edition: Edition, remarked: Sequence[str]) -> Path:
    """Write the answers to the survey as Microsoft Forms exports them, in Dutch, with the question for consent first.

    An item that was asked of nobody has no column. The last ones who fill it in do not consent.

    Parameters
    ----------
    path : Path
        The workbook.
    answers : tuple of DataFrame
        Respondents and responses, as `lab.survey_model.draw` returns them.
    edition : Edition
        The edition with the instrument.
    remarked : sequence of str
        The blocks that remarks are asked on.
    """
    people, responses = answers
    items, blocks = edition["items"], edition["codebook"].set_index("code")["label_nl"]
    words = {row["id"]: row["label_nl"] for rows in groups(edition, edition.settings).values() for row in rows}
    points = edition["scales"].set_index(["scale", "rank"])["label_nl"].to_dict()
    scale = items.set_index("item")["scale"]
    asked = responses[responses["state"] != "not_asked"]
    shown = items[items["item"].isin(asked["item"])]
    cells = {(row.respondent, row.item): points[scale[row.item], row.value] for row in asked.itertuples() if row.state == "answered"}
    cells |= {(row.respondent, row.item): NOT_APPLICABLE for row in asked.itertuples() if row.state == "not_applicable"}
    rows: list[Sequence[object]] = [[*_FORMS, *shown["statement_nl"], *(f"Opmerkingen over {blocks[block]}" for block in remarked)]]
    for number, person in enumerate([*people.itertuples(), *people.head(REFUSING).itertuples()], start=1):
        consent = "Ja, ik doe mee" if number <= len(people) else "Nee"
        moment = f"2000-01-01 09:{number:02}"
        remarks = ["Verzonnen opmerking." if number == place else "" for place in range(1, len(remarked) + 1)]
        told = [words[person.municipality], words[person.domain], words[person.role]]
        given = [cells.get((person.respondent, item), "") for item in shown["item"]]
        rows.append([str(number), moment, moment, "anonymous", "", consent, *told, *given, *remarks])
    return _workbook(path, {"Sheet1": rows})


def _workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path

"""A small fieldwork edition that coded interviews are imported into; all content is invented."""

import csv
import re
from pathlib import Path

CODEBOOK = """code,level,parent,position,label_nl,label_en,definition_nl,definition_en,polarity,pole_nl,pole_en,scale_used,was
learning_capacity,concept,,1,Leervermogen,Learning capacity,Wat leren mogelijk maakt.,What makes learning possible.,,,,,
improvement,concept,,2,Verbetering,Improvement,Of het beter gaat.,Whether things go better.,,,,,
motivation,variable,learning_capacity,1,Motivatie,Motivation,Of men wil leren.,Whether people want to learn.,,,,,
room_for_ideas,variable,learning_capacity,2,Ruimte voor ideeën,Room for ideas,Of er ruimte is.,Whether there is room.,,,,,
goal_attainment,variable,improvement,1,Doelen,Improvement,Of doelen worden gehaald.,Whether goals are reached.,,,,,goals
network,topic,improvement,2,Netwerk,Network,Contacten.,Contacts.,,,,,
"""
MUNICIPALITIES = "municipality,position,label_nl,label_en\nkamperveen,1,Kamperveen,Kamperveen\nden-ham,2,Den Ham,Den Ham\n"
SETTINGS = (
    "year = 2031",
    'title = { nl = "Leren", en = "Learning" }',
    'subtitle = { nl = "Een onderzoek", en = "A study" }',
    'source = { author = "A. Author", title = "Appendix", date = 2031-11-01 }',
)
HEADINGS = ["id", "document", "tag", "content"]


def write_edition(root: Path, name="2031", **settings) -> Path:
    """Write a draft edition and return its raw folder; ``quotations`` goes under interviews."""
    folder = root / "data" / "raw" / name
    folder.mkdir(parents=True)
    given = {"status": "draft", "basis": "fieldwork", **settings}
    quotations = given.pop("quotations", "")
    lines = [f'edition = "{name}"', *(f'{key} = "{value}"' for key, value in given.items()), *SETTINGS]
    lines += ["[interviews]", f'quotations = "{quotations}"'] if quotations else []
    (folder / "edition.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "codebook.csv").write_text(CODEBOOK, encoding="utf-8")
    (folder / "municipalities.csv").write_text(MUNICIPALITIES, encoding="utf-8")
    return folder


def write_rows(path: Path, headings, rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([headings, *rows])
    return path


def highlights(path: Path, *rows) -> Path:
    """Write highlights as Taguette does; a row is (id, document, tags separated by spaces, content)."""
    lines = [(key, document, tag, text) for key, document, tags, text in rows for tag in tags.split() or [""]]
    return write_rows(path, HEADINGS, lines)


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def change(path: Path, pattern: str, to: str) -> None:
    """Edit a file as a person would; the pattern must be there."""
    text, count = re.subn(pattern, to, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count, f"{pattern} is not in {path.name}"
    path.write_text(text, encoding="utf-8")

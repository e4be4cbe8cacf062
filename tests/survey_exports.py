"""Write the same made-up answers as every survey tool would export them; nothing here is a real answer."""

import csv
import datetime
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import xlsxwriter

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw" / "2015"
NA = "na"

# An item whose statement has every sign that separates things somewhere.
NASTY = {
    "statement_nl": 'Met "VvB"; of [iets] anders - en/of meer, valt te sturen.',
    "statement_en": 'With "VvB"; or [some] else - and/or so, one steers.',
}


def _read_items() -> list[dict[str, str]]:
    with (RAW / "items.csv").open(encoding="utf-8", newline="") as stream:
        return [row | (NASTY if row["item"] == "q08" else {}) for row in csv.DictReader(stream)]


ITEMS = _read_items()
IDS = tuple(item["item"] for item in ITEMS)
OFFERS = tuple(item["item"] for item in ITEMS if item["not_applicable"] == "yes")
LABELS = {
    "nl": {1: "helemaal oneens", 2: "oneens", 3: "neutraal", 4: "mee eens", 5: "zeer mee eens", NA: "n.v.t."},
    "en": {1: "Strongly disagree", 2: "Disagree", 3: "Neutral", 4: "Agree", 5: "Strongly agree", NA: "Not applicable"},
}
MUNICIPALITIES = {"amsterdam": "Amsterdam", "den-haag": "Den Haag", "utrecht": "Utrecht", "rotterdam": "Rotterdam"}
DOMAINS = {"hr": "HR", "finance": "Financiën"}
ROLES = {"adviser": "adviseur financiën of HR", "manager": "manager (leidinggevende of concerncontroller)"}
MOMENT = datetime.datetime.fromisoformat("2026-03-01T09:00:00")
STEM = "In hoeverre bent u het eens met deze uitspraken?"

# What must never come through: one word of each, in every personal column that is written.
SECRETS = ("203.0.113.7", "jansen@example.org", "Jan Jansen", "52.0907", "collect:AbCd", "+31612345678")
IP, EMAIL, NAME, LATITUDE, DEVICE, PHONE = SECRETS


@dataclass(frozen=True)
class Person:
    """A made-up respondent: a rank, NA or None per item; ``cells`` writes a cell as it stands, ``response`` is the tool's id."""

    answers: dict[str, int | str | None]
    municipality: str = ""
    domain: str = ""
    role: str = ""
    remark: str = ""
    finished: bool = True
    preview: bool = False
    response: str = ""
    cells: dict[str, str] = field(default_factory=dict)


def answer_all(value: int = 3, **others: int | str | None) -> dict[str, int | str | None]:
    return dict.fromkeys(IDS, value) | others


Cell = Callable[[int | str | None], str]


def _coded(empty: str = "", not_applicable: str = "6") -> Cell:
    return lambda answer: empty if answer is None else not_applicable if answer == NA else str(answer)


def _labelled(language: str, empty: str = "") -> Cell:
    return lambda answer: empty if answer is None else LABELS[language][answer]


def _answers(person: Person, items: Sequence[dict[str, str]], cell: Cell) -> list[str]:
    return [person.cells.get(item["item"], cell(person.answers[item["item"]])) for item in items]


def _places(person: Person, *, labels: bool) -> list[str]:
    if not labels:
        return [person.municipality, person.domain, person.role]
    return [MUNICIPALITIES.get(person.municipality, ""), DOMAINS.get(person.domain, ""), ROLES.get(person.role, "")]


def _filled(cells: list[str], cell: Cell) -> list[str]:
    """Write what the tool writes for nothing in the cells that have nothing."""
    return [text or cell(None) for text in cells]


def _numbered(people: Sequence[Person]) -> Iterator[tuple[str, Person]]:
    return ((person.response or f"R_{number:03}", person) for number, person in enumerate(people, start=1))


def _csv(path: Path, rows: list[list[str]], *, separator: str = ",", bom: bool = False, quoting: int = csv.QUOTE_MINIMAL) -> Path:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator, quoting=quoting).writerows(rows)
    path.write_text(stream.getvalue(), encoding="utf-8-sig" if bom else "utf-8", newline="")
    return path


def qualtrics(path: Path, people: Sequence[Person], items: Sequence[dict[str, str]], cell: Cell, *, headers: int, labels: bool) -> Path:
    fixed = [
        "StartDate",
        "Status",
        "IPAddress",
        "Progress",
        "Finished",
        "RecordedDate",
        "ResponseId",
        "RecipientLastName",
        "RecipientEmail",
    ]
    fixed += ["LocationLatitude", "DistributionChannel", "UserLanguage"]
    names = [*fixed, *(f"Q1_{item['item']}" for item in items), "municipality", "Q8", "Q9", "Q20"]
    texts = ["Begindatum", *fixed[1:], *(f"{STEM} - {item['statement_nl']}" for item in items)]
    texts += ["In welke gemeente werkt u?", "Wat is uw domein? - Domein", "Wat is uw rol?", "Heeft u nog opmerkingen?"]
    ids = [json.dumps({"ImportId": name}) for name in [*fixed, *(f"QID1_{number}" for number in range(len(items) + 3)), "QID20_TEXT"]]
    rows = [names, texts, ids][:headers]
    for response, person in _numbered(people):
        status = ("Survey Preview" if labels else "1") if person.preview else ("IP Address" if labels else "0")
        finished = {True: "True", False: "False"}[person.finished] if labels else str(int(person.finished))
        row = [
            "2026-03-01 09:00:00",
            status,
            IP,
            "100",
            finished,
            "2026-03-01 09:05:00",
            response,
            NAME,
            EMAIL,
            LATITUDE,
            "anonymous",
            "NL",
        ]
        rows.append([*row, *_answers(person, items, cell), *_filled([*_places(person, labels=labels), person.remark], cell)])
    return _csv(path, rows)


def spss(path: Path, people: Sequence[Person], items: Sequence[dict[str, str]]) -> Path:
    """Write codes with value labels; *not applicable* is 99, declared as user-missing."""
    coded = _coded(empty="nan", not_applicable="99")
    names = [item["item"].upper() for item in items]
    columns: dict[str, list[str] | list[float]] = {"ResponseId": [response for response, _ in _numbered(people)]}
    columns["IPAddress"], columns["Status"] = [IP] * len(people), [float(person.preview) for person in people]
    columns["Finished"] = [float(person.finished) for person in people]
    for name, item in zip(names, items, strict=True):
        columns[name] = [float(_answers(person, [item], coded)[0]) for person in people]
    values = {"municipality": MUNICIPALITIES, "domain": DOMAINS, "role": ROLES}
    for place, ids in values.items():
        columns[place.upper()] = [list(ids).index(value) + 1.0 if (value := getattr(person, place)) else np.nan for person in people]
    columns["REMARKS"] = [person.remark for person in people]
    labels = {name: {float(code): text for code, text in LABELS["en"].items() if code != NA} | {99.0: "Not applicable"} for name in names}
    labels |= {place.upper(): dict(enumerate(ids.values(), start=1)) for place, ids in values.items()}
    labels["Status"] = {0: "IP Address", 1: "Survey Preview"}
    frame = pd.DataFrame(columns)
    wording = {name: f"{STEM} - {item['statement_en']}" for name, item in zip(names, items, strict=True)}
    described = [wording.get(name, name) for name in frame.columns]
    missing = {name: [99.0] for name in names}
    pyreadstat.write_sav(frame, str(path), column_labels=described, variable_value_labels=labels, missing_ranges=missing)
    return path


def limesurvey(path: Path, people: Sequence[Person], items: Sequence[dict[str, str]], cell: Cell, *, text: bool, separator: str) -> Path:
    fixed = ["id", "submitdate", "lastpage", "startlanguage", "seed", "ipaddr", "refurl"]
    if text:
        fixed = ["Response ID", "Date submitted", "Last page", "Start language", "Seed", "IP address", "Referrer URL"]
        names = [
            *(f"{STEM} [{item['statement_nl']}]" for item in items),
            "In welke gemeente werkt u?",
            "Domein",
            "Wat is uw rol?",
            "Opmerkingen",
        ]
    else:
        names = [*(f"G01Q01[{item['item']}]" for item in items), "G02Q01[municipality]", "domain", "role", "remarks"]
    rows = [[*fixed, *names]]
    for response, person in _numbered(people):
        submitted = "1980-01-01 00:00:00" if person.finished else ""
        row = [response, submitted, "3", "nl", "123", IP, f"https://survey.example.org/?mail={EMAIL}"]
        rows.append([*row, *_answers(person, items, cell), *_filled([*_places(person, labels=text), person.remark], cell)])
    return _csv(path, rows, separator=separator, bom=True, quoting=csv.QUOTE_ALL)


def microsoft(path: Path, people: Sequence[Person], items: Sequence[dict[str, str]]) -> Path:
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    sheet = book.add_worksheet("Sheet1")
    statements = [item["statement_nl"].replace(" ", "\N{NO-BREAK SPACE}", 1) for item in items]
    headings = [
        "ID",
        "Start time",
        "Completion time",
        "Email",
        "Name",
        *statements,
        "In welke gemeente werkt u?",
        "Domein",
        "Rol",
        "Opmerkingen",
    ]
    sheet.write_row(0, 0, headings)
    moment = book.add_format({"num_format": "m/d/yy h:mm:ss"})
    for number, (response, person) in enumerate(_numbered(people), start=1):
        sheet.write(number, 0, response)
        sheet.write_datetime(number, 1, MOMENT, moment)
        sheet.write_datetime(number, 2, MOMENT, moment)
        cells = [EMAIL, NAME, *_answers(person, items, _labelled("nl")), *_places(person, labels=True), person.remark]
        for place, cell in enumerate(cells, start=3):
            sheet.write_string(number, place, cell)
    book.close()
    return path


def google(path: Path, people: Sequence[Person], items: Sequence[dict[str, str]]) -> Path:
    headings = [
        "Timestamp",
        "Email Address",
        *(f"{STEM} [{item['statement_en']}]" for item in items),
        "Municipality",
        "Domain",
        "Role",
        "Any remarks?",
    ]
    rows = [headings]
    for number, person in enumerate(people):
        row = [
            f"2026/03/01 9:{number // 60:02}:{number % 60:02} AM GMT+1",
            EMAIL,
            *_answers(person, items, _labelled("en")),
            *_places(person, labels=True),
            person.remark,
        ]
        rows.append(row)
    return _csv(path, rows, quoting=csv.QUOTE_ALL)


def kobo(path: Path, people: Sequence[Person], items: Sequence[dict[str, str]], cell: Cell, *, labels: bool) -> Path:
    names = [f"Vragen/{item['statement_nl']}" if labels else f"{item['block']}/{item['item']}" for item in items]
    names += ["Over u/Gemeente", "Over u/Domein", "Over u/Rol"] if labels else ["about/municipality", "about/domain", "about/role"]
    fixed = ["start", "end", "deviceid", "phonenumber", "gps", "_gps_latitude"]
    rows = [
        [*fixed, *names, "Opmerkingen" if labels else "about/remarks", "_id", "_uuid", "_submission_time", "_submitted_by", "__version__"]
    ]
    for response, person in _numbered(people):
        row = ["2026-03-01T09:00:00", "2026-03-01T09:05:00", DEVICE, PHONE, f"{LATITUDE} 5.1 0 0", LATITUDE]
        row += [*_answers(person, items, cell), *_places(person, labels=labels), person.remark]
        rows.append([*row, "1", response, "2026-03-01T09:05:10", NAME, "v1"])
    return _csv(path, rows, separator=";", quoting=csv.QUOTE_ALL)


def plain(path: Path, people: Sequence[Person], items: Sequence[dict[str, str]]) -> Path:
    rows = [["respondent", *(item["item"] for item in items), "municipality", "domain", "role", "remarks", "Naam"]]
    cell = _coded(not_applicable="not_applicable")
    rows += [
        [response, *_answers(person, items, cell), *_places(person, labels=False), person.remark, NAME]
        for response, person in _numbered(people)
    ]
    return _csv(path, rows)


@dataclass(frozen=True)
class Format:
    """How a file is written, the name it must be recognised by, its first row of answers, and what it has."""

    tool: str
    suffix: str
    first_row: int
    writer: Callable[..., Path]
    settings: dict[str, object] = field(default_factory=dict)
    previews: bool = False
    ids: bool = True

    def write(self, folder: Path, people: Sequence[Person], items: Sequence[str] = IDS) -> Path:
        shown = [person for person in people if self.previews or not person.preview]
        return self.writer(folder / f"export{self.suffix}", shown, [item for item in ITEMS if item["item"] in items], **self.settings)


def _qualtrics(headers: int, cell: Cell, *, labels: bool) -> Format:
    return Format("Qualtrics", ".csv", headers + 1, qualtrics, {"headers": headers, "cell": cell, "labels": labels}, previews=True)


def _limesurvey(separator: str, cell: Cell, *, text: bool) -> Format:
    return Format("LimeSurvey", ".csv", 2, limesurvey, {"separator": separator, "cell": cell, "text": text})


FORMATS = {
    "qualtrics_3_codes": _qualtrics(3, _coded(), labels=False),
    "qualtrics_3_labels": _qualtrics(3, _labelled("en"), labels=True),
    "qualtrics_3_seen": _qualtrics(3, _coded(empty="-99"), labels=False),
    "qualtrics_2_codes": _qualtrics(2, _coded(), labels=False),
    "qualtrics_2_labels": _qualtrics(2, _labelled("nl"), labels=True),
    "spss": Format("SPSS", ".sav", 1, spss, previews=True),
    "limesurvey_codes_semicolon": _limesurvey(";", _coded(), text=False),
    "limesurvey_codes_comma": _limesurvey(",", _coded(empty="N/A"), text=False),
    "limesurvey_text_semicolon": _limesurvey(";", _labelled("nl", empty="N/A"), text=True),
    "limesurvey_text_comma": _limesurvey(",", _labelled("en"), text=True),
    "microsoft": Format("Microsoft Forms", ".xlsx", 2, microsoft),
    "google": Format("Google Forms", ".csv", 2, google, ids=False),
    "kobo_values": Format("Kobo/ODK", ".csv", 2, kobo, {"cell": _coded(not_applicable="not_applicable"), "labels": False}),
    "kobo_labels": Format("Kobo/ODK", ".csv", 2, kobo, {"cell": _labelled("nl"), "labels": True}),
    "plain": Format("a plain table", ".csv", 2, plain),
}


def write_edition(root: Path, *, status: str = "draft", fielded: str = "true") -> Path:
    """Write an edition 2026 that asks what 2015's asks, but for one nasty statement, and return its folder."""
    folder = root / "data" / "raw" / "2026"
    folder.mkdir(parents=True)
    for name in ("scales.csv", "municipalities.csv", "codebook.csv"):
        (folder / name).write_bytes((RAW / name).read_bytes())
    with (folder / "items.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(ITEMS[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(ITEMS)
    settings = (RAW / "edition.toml").read_text(encoding="utf-8")
    for old, new in {
        'edition = "2015"': 'edition = "2026"',
        'status = "published"': f'status = "{status}"',
        'state = "lapsed"': f'state = "{"fielded" if fielded == "true" else "lapsed"}"',
    }.items():
        assert settings.count(old) == 1
        settings = settings.replace(old, new)
    (folder / "edition.toml").write_text(settings, encoding="utf-8")
    return folder

"""The walk of a new edition: what docs/new-edition.md says, command by command, on invented material, up to a draft of the report."""

import contextlib
import csv
import io
import json
import re
import runpy
import shutil
import subprocess
import sys
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pytest
from build_fixtures import ROOT, as_make_gives

TOWNS = {"Amsterdam": "amsterdam", "Rotterdam": "rotterdam", "Den Haag": "den-haag", "Tilburg": "tilburg", "Zwolle": "zwolle"}
SYMBOLS = ("+/+", "+/-", "-/-")
PASSAGES = (("candour", "supports"), ("idea_space", "opposes"), ("network", ""))
"""What coder ada gave in every interview; bo is of another mind about the first passage of Zwolle."""
NEW = {
    **{
        "code": "candour",
        "level": "variable",
        "parent": "learning_climate",
        "position": "3",
        "label_nl": "Openheid",
        "label_en": "Candour",
    },
    **{"definition_nl": "Of men zegt wat misging.", "definition_en": "Whether people say what went wrong."},
    **{"polarity": "higher_is_better", "pole_nl": "veel openheid", "pole_en": "much candour", "scale_declared": "sufficient3"},
    **{"scale_used": "sufficient3", "question": "11", "declared_at": "plan", "since": "2026"},
}
ASKED = {"question": "11", "block": "learning_capacity", "code": "candour", "label_nl": "Openheid", "label_en": "Candour"}
ASKED |= {"asks_nl": "Zegt men wat misging?", "asks_en": "Do people say what went wrong?", "place": "plan"}
FILLED_IN = ("Tien jaar later", "Ten years on", "Leren zij ervan?", "Do they learn from it?", "A. Auteur", "Tien jaar later")


@dataclass(frozen=True)
class Walk:
    """A walked edition: its compendium, what every command said, and the pages of both reports."""

    root: Path
    said: dict[str, tuple[int, str]]
    pages: dict[str, list[str]]
    variables: list[str]

    def text(self, language: str) -> str:
        """Return the words of a report."""
        return " ".join(self.pages[language])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_rows(path: Path, rows: list[dict[str, str]], **form: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], restval="", lineterminator="\n", **form)
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(root: Path, module: str, *arguments: str) -> tuple[int, str]:
    """Run a module by its name in a folder, as ``python -m`` does; return its exit code and what it says."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        warnings.filterwarnings("ignore", ".* found in sys.modules", RuntimeWarning)  # another test imported it
        patch.chdir(root)
        patch.delenv("FRUITMAND_SCRATCH", raising=False)
        patch.setattr(sys, "argv", [module, *arguments])
        with pytest.raises(SystemExit) as ended:
            runpy.run_module(module, run_name="__main__")
    return int(ended.value.code or 0), out.getvalue() + err.getvalue()


def build(root: Path, *arguments: str) -> tuple[int, str]:
    """Build editions in a process of its own, which the build forks."""
    command = [sys.executable, "-m", "fruitmand.pipeline", *arguments]
    done = subprocess.run(command, cwd=root, env=as_make_gives(), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def change_by_hand(raw: Path) -> None:
    """Do what a person does: five files, of which the codebook has a code more and one with another id and label."""
    text = (raw / "edition.toml").read_text(encoding="utf-8")
    for words in FILLED_IN:
        text = text.replace('"FILL IN"', f'"{words}"', 1)
    assert "FILL IN" not in text.partition("[title]")[2]
    (raw / "edition.toml").write_text(text, encoding="utf-8")
    towns = [(town, str(place), name, name) for place, (name, town) in enumerate(TOWNS.items(), start=1)]
    heads = list(rows_of(raw / "municipalities.csv")[0])
    write_rows(raw / "municipalities.csv", [dict(zip(heads, town, strict=True)) for town in towns])
    for name in ("codebook", "agenda", "items"):
        rows = rows_of(raw / f"{name}.csv")
        heads = list(rows[0])
        for row in [row for row in rows if row["code"] == "room_for_ideas"]:
            row["code"] = "idea_space"
            if name == "codebook":
                row |= {"was": "room_for_ideas", "label_nl": "Denkruimte", "label_en": "Idea space"}
        rows += {"codebook": [NEW], "agenda": [ASKED], "items": []}[name]
        write_rows(raw / f"{name}.csv", [{head: row.get(head, "") for head in heads} for row in rows])


def highlights(path: Path, coder: str) -> Path:
    """Write what Taguette exports of a coder's project: a row for each highlight and tag."""
    rows = []
    for town in TOWNS:
        for number, (code, valence) in enumerate(PASSAGES, start=1):
            said = "mixed" if (coder, town, number) == ("bo", "Zwolle", 1) else valence
            passage = {"id": str(len(rows)), "document": f"talk {town}", "content": f"Invented words {number} of {town}."}
            rows += [passage | {"tag": tag} for tag in (code, f"valence.{said}" if said else "") if tag]
    return write_rows(path, rows)


def ratings(path: Path, variables: list[str]) -> Path:
    """Write a table as a spreadsheet of this country does, with semicolons: variables down, municipalities across."""
    rows = [
        {"variabele": code} | {name: SYMBOLS[(down + across) % 3] for across, name in enumerate(TOWNS)}
        for down, code in enumerate(variables)
    ]
    return write_rows(path, rows, delimiter=";")


@pytest.fixture(scope="module")
def walk(tmp_path_factory) -> Walk:
    root, outside = tmp_path_factory.mktemp("compendium"), tmp_path_factory.mktemp("interviews")
    for path in ROOT.iterdir():
        if path.name not in ("data", "reports", ".git"):
            (root / path.name).symlink_to(path)
    shutil.copytree(ROOT / "data/raw/2015", root / "data/raw/2015")
    raw, said = root / "data/raw/2026", {}
    said["edition"] = run(root, "fruitmand.importers.new_edition", "2026", "2015")
    change_by_hand(raw)
    said["check"] = run(root, "fruitmand.checks.command", "2026")
    said["kit"] = run(root, "fruitmand.outputs.coding_kit.files", "2026")
    ada = ["fruitmand.importers", str(highlights(outside / "ada.csv", "ada")), "2026", "ada"]
    said["proposal"] = run(root, *ada)
    documents = rows_of(raw / "documents.csv")
    write_rows(raw / "documents.csv", [row | {"municipality": TOWNS[row["file"].removeprefix("talk ")]} for row in documents])
    said["ada"] = run(root, *ada)
    said["bo"] = run(root, "fruitmand.importers", str(highlights(outside / "bo.csv", "bo")), "2026", "bo")
    variables = [row["code"] for row in rows_of(raw / "codebook.csv") if row["level"] == "variable"]
    table = str(ratings(outside / "oordelen.csv", variables))
    said["no rater"] = run(root, "fruitmand.importers", table, "2026")
    said["ratings"] = run(root, "fruitmand.importers", table, "2026", "ada")
    said["last check"] = run(root, "fruitmand.checks.command", "2026")
    said["report"] = build(root, "2026")
    assert said["report"][0] == 0, said["report"][1][-3000:]
    pages = {}
    for language in ("nl", "en"):
        made = pypdf.PdfReader(root / f"reports/2026/appendix.{language}.pdf").pages
        pages[language] = [" ".join(page.extract_text().replace("\u00ad\n", "").split()) for page in made]
    return Walk(root, said, pages, variables)


def test_every_command_ends_well_or_says_what_to_do(walk):
    failed = {name for name, (code, _) in walk.said.items() if code}
    assert failed == {"proposal", "no rater"}
    last = {name: told.strip().splitlines()[-1] for name, (_, told) in walk.said.items()}
    assert last["edition"].endswith("then make check EDITION=2026")
    assert last["check"].startswith("next: make coding-kit EDITION=2026, code the interviews, and make import FILE=… CODER=… EDITION=2026")
    assert "make import FILE=… CODER=… EDITION=2026" in last["kit"]
    assert last["proposal"].strip() == "Look through them, fill in what is meant, and import again with the same command."
    assert last["no rater"].endswith("add CODER=…")
    assert last["ada"] == last["bo"] == last["ratings"] == "next: make check EDITION=2026"
    assert last["last check"] == "next: make report EDITION=2026"


def test_the_first_import_asks_for_municipalities_and_for_nothing_of_the_codes(walk):
    told = walk.said["proposal"][1]
    for name, town in TOWNS.items():
        assert f"'talk {name}' has no municipality (did you mean '{town}'?)" in told
    assert "codes.csv row" not in told


def test_what_was_imported_is_what_the_coders_and_the_rater_gave(walk):
    raw = walk.root / "data/raw/2026"
    assert len(rows_of(raw / "segments.csv")) == len(TOWNS) * len(PASSAGES)
    for coder, odd in (("ada", "supports"), ("bo", "mixed")):
        given = Counter((row["code"], row["valence"]) for row in rows_of(raw / f"codings_{coder}.csv"))
        assert given.total() == len(TOWNS) * len(PASSAGES)
        assert given["candour", "supports"] == len(TOWNS) - (odd == "mixed")
    assert "rater ada: 105 of 105 ratings" in walk.said["ratings"][1]
    assert "Invented words" not in (raw / "segments.csv").read_text(encoding="utf-8")


def test_the_check_lists_what_is_not_there_yet(walk):
    told = walk.said["last check"][1]
    assert "nothing is wrong" in told
    assert "15 of 15 passages have no paraphrase" in told
    assert re.search(r"codings_ada\.csv row \d+: 'supports' s\d+ candour: the second coder has 'mixed'", told)


def test_every_page_says_that_it_is_a_draft_and_one_lists_what_is_missing(walk):
    for language, mark in (("nl", "CONCEPT"), ("en", "DRAFT")):
        assert [number for number, page in enumerate(walk.pages[language], start=1) if mark not in page] == []
    (page,) = [page.partition("still missing. ")[2] for page in walk.pages["en"] if "The following is still missing. " in page]
    assert re.findall(r"• ([^•]+?\.)(?= •| Reading guide)", page) == [
        "Paraphrases in both languages: of 15 of the 15 segments.",
        "Decisions on codes on which the coders differ: 1.",
        "The answers to the planned survey.",
        "The research questions with their answers.",
        "Claims from the report, to be tested on the data.",
    ]


def test_the_numbers_are_those_of_the_material(walk):
    count = Counter(SYMBOLS[(down + across) % 3] for down in range(len(walk.variables)) for across in range(len(TOWNS)))
    assert count.total() == 105
    found = {row["name"]: row["value"] for row in json.loads((walk.root / "reports/2026/numbers.json").read_text(encoding="utf-8"))}
    assert [found[f"all.{name}"] for name in ("high", "middle", "low")] == [count[symbol] for symbol in SYMBOLS]
    assert (found["design.municipalities"], found["coding.segments"], found["agreement.units"]) == (5, 15, 15)
    assert found["adjudications.segments"] == 0
    text = walk.text("en")
    assert f"Of the 105 ratings {count['+/+']} are high (+/+), {count['+/-']} in the middle (+/−) and {count['-/-']} low (−/−)." in text
    assert "The study rates five municipalities on 21 variables" in text
    assert "The interviews gave 15 coded passages; each passage is a segment" in text


def test_what_changed_is_in_the_report_and_what_went_is_not(walk):
    for language, labels in (("nl", ("Openheid", "Denkruimte")), ("en", ("Candour", "Idea space"))):
        text = walk.text(language)
        assert all(label in text for label in (*labels, "Tilburg", "Zwolle"))
        assert "Utrecht" not in text
    assert "Room for ideas: " not in walk.text("en")
    page = (walk.root / "reports/2026/method.en.html").read_text(encoding="utf-8")
    agenda = page.partition('id="agenda"')[2].partition("</table>")[0]
    assert agenda.count(">Learning capacity</th>") == 1, "a question that was added stands with its block"


def test_nothing_of_the_old_study_is_left_in_the_texts(walk):
    old = r"(?<![0-9a-f])2015(?![0-9a-f])|\bG4\b|\bKING\b|\b[Tt]hesis\b|[Ss]criptie|Rojas|¶|\bVNG\b"
    for language in ("nl", "en"):
        text = re.sub(r"Rol van KING|Role of KING", "", walk.text(language))
        assert [text[max(0, found.start() - 40) : found.end() + 20] for found in re.finditer(old, text)] == []
    assert "quotation" not in walk.text("en")
    assert "citaat" not in walk.text("nl")


def test_a_hand_touches_no_more_than_seven_files_and_gives_no_more_than_eight_commands(walk):
    by_hand = ["edition.toml", "municipalities.csv", "codebook.csv", "agenda.csv", "items.csv", "documents.csv"]
    assert all((walk.root / "data/raw/2026" / name).is_file() for name in by_hand)
    given = [name for name in walk.said if name not in ("no rater", "last check")]
    assert len(by_hand) <= 7
    assert len(given) <= 8

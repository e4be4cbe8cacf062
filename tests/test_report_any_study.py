"""Ids are data: an edition in which every id has another name gives a report in which none of the old ones is left."""

import contextlib
import csv
import io
import json
import re
import shutil
import subprocess
import sys
import zlib

import pytest
from build_fixtures import LANGUAGES, ROOT, as_make_gives

from fruitmand.analysis.ratings import concepts
from fruitmand.edition.reading import Edition
from fruitmand.outputs.text_extraction import csv_texts, json_texts, markup_texts, spreadsheet_texts
from fruitmand.outputs.text_extraction_pdf import pdf_texts

SOURCE, NAME = "synthetic-2026", "other-study"
OF_2015 = {
    "VvB": "the benchmark studied in the first edition",
    "KING": "an organisation",
    "VNG": "an organisation",
    "G4": "the group of municipalities",
    "Vensters": "the benchmark",
    "Rojas": "the author",
    "20160117": "a seed made of a date",
    "leerkring": "a meeting of that benchmark",
    "duidingsgesprek": "a meeting of that benchmark",
    "thesis": "the publication of the first edition",
}
READERS = {
    ".pdf": pdf_texts,
    ".html": markup_texts,
    ".svg": markup_texts,
    ".csv": csv_texts,
    ".json": json_texts,
    ".xlsx": spreadsheet_texts,
}
ORDINARY = {"other", "process", "position", "network", "efficiency", "reasons", "definitions", "initiatives", "accountability"} | {
    *("conversations", "improvement", "outcomes", "risks", "definitions", "steering", "motivation", "savings", "finance", "manager"),
    *("adviser", "hr", "nobody", "literature", "interviews", "survey", "expectations"),
}
"""Ids that are ordinary words as well: in running text they say nothing; as an id they are looked for in names, not in texts."""


def old_ids() -> dict[str, str]:
    """Return a new name for every id of the edition."""
    edition = Edition(SOURCE)
    codes = edition["codebook"]["code"].tolist()
    new = {code: f"k{place:02}" for place, code in enumerate(codes)}
    kinds = [f"{code}_{kind}" for code in concepts(edition["codebook"])["concept"] for kind in ("theory", "measures")]
    new |= {kind: kind.replace(code, new[code]) for kind in kinds for code in codes if kind.startswith(f"{code}_")}
    new |= {name: f"x{place:02}" for place, name in enumerate(edition["exhibits"]["exhibit"]) if name not in new}
    new |= {name: f"town-{place}" for place, name in enumerate(edition["municipalities"]["municipality"])}
    new |= {name: f"s{int(name[1:]) + 500}" for name in edition["segments"]["segment_id"]}
    new |= {name: f"hand_{place}" for place, name in enumerate(edition.coders)}
    return new | {"hr": "dom_a", "finance": "dom_b", "adviser": "job_a", "manager": "job_b"}


def renamed(row: dict[str, str], column: str, new: dict[str, str], table: str) -> str:
    """Return a cell with the new ids; labels of the codebook and its like are made anew, and words of the first edition go."""
    cell = row[column]
    parts = re.split(r"([; ])", cell)
    if cell and all(part in new or part in ("", ";", " ") for part in parts):
        return "".join(new.get(part, part) for part in parts)
    kind = re.fullmatch(r"(theory_label|label|definition|pole|title)_(nl|en)", column)
    if kind and cell and table in ("codebook", "exhibits", "municipalities"):
        letters = "".join(chr(97 + int(digit)) for digit in str(zlib.crc32(row[f"{kind[1]}_nl"].encode())))
        return f"{'Woord' if kind[2] == 'nl' else 'Word'} {letters}"
    return re.sub(r"\b(?:VvB|KING|G4|thesis|[Ll]eerkring(?:en)?|[Dd]uidingsgesprek(?:ken)?)\b", "Zz", cell)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Build the report of an edition in which every id is new and nothing of the old one is left; return its folder."""
    root = tmp_path_factory.mktemp("study")
    for path in ROOT.iterdir():
        if path.name not in ("data", "reports", ".git", "notebooks"):
            (root / path.name).symlink_to(path)
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    survey = root / "notebooks/5_survey.ipynb"
    text = survey.read_text(encoding="utf-8")
    for many, few in (("draws: int = 100000", "draws: int = 1000"), ("omega_draws: int = 200", "omega_draws: int = 5")):
        assert text.count(f'"{many} ') == 1
        text = text.replace(f'"{many} ', f'"{few} ')  # ids are the same in every draw
    survey.write_text(text, encoding="utf-8")
    raw = root / "data" / "raw" / NAME
    raw.mkdir(parents=True)
    with contextlib.chdir(ROOT):
        new = old_ids()
    for path in (ROOT / "data" / "raw" / SOURCE).iterdir():
        stem = re.sub(r"(?<=^codings_).*", lambda found: new[found[0]], path.stem)
        if path.suffix == ".csv":
            reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
            rows, names = list(reader), reader.fieldnames
            out = io.StringIO()
            writer = csv.DictWriter(out, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows([{column: renamed(row, column, new, stem) for column in row} for row in rows])
            (raw / f"{stem}.csv").write_text(out.getvalue(), encoding="utf-8")
        elif path.name in ("edition.toml", "models.toml"):
            text = re.sub(r'"([\w-]+)"', lambda found: f'"{new.get(found[1], found[1])}"', path.read_text(encoding="utf-8"))
            text = re.sub(r"\b(?:VvB|KING|G4|Vensters voor Bedrijfsvoering)\b", "Zz", text).replace(SOURCE, NAME)
            text = re.sub(r"(?m)^names = \[.*\]", "names = []", text)  # there is no such name any more
            (raw / path.name).write_text(text, encoding="utf-8")
    (raw / "claims.toml").write_text("claim = []\n", encoding="utf-8")
    text = (raw / "reviewed.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (raw / "reviewed.csv").write_text("".join(line for line in text if not line.startswith("claim")), encoding="utf-8")
    command = [sys.executable, "-m", "fruitmand.pipeline", NAME]
    done = subprocess.run(command, cwd=root, env=as_make_gives(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return root / "reports" / NAME, new


def test_no_old_id_is_left_in_any_name_of_a_file_number_or_block(study):
    folder, new = study
    old = {name for name in new if not re.fullmatch(r"s\d+", name)}
    names = {path.name.split(".")[0] for path in folder.rglob("*") if path.is_file()}
    names |= {part for number in json.loads((folder / "numbers.json").read_text()) for part in number["name"].split(".")}
    records = json.loads((folder / "provenance.json").read_text())
    names |= {block["name"] for record in records for block in record["blocks"]}
    names |= {block["name"].partition("_")[2] for record in records for block in record["blocks"]}
    shared = {"survey", "expectations", "interviews", "literature"}
    assert len(names) > 100
    assert (names & old) - shared == set()
    assert {f"evidence_{new['motivation']}", new["learning_climate"]} <= names


def test_no_old_id_and_no_word_of_the_first_edition_is_left_in_any_text(study):
    folder, new = study
    files = [path for path in folder.rglob("*") if path.suffix in READERS]
    words = [name for name in new if name not in ORDINARY and not re.fullmatch(r"s\d+", name)] + list(OF_2015)
    looked_for = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?![\w-])")
    found = {}
    for path in files:
        for piece in READERS[path.suffix](path.read_bytes()):
            for hit in looked_for.finditer(piece.text):
                if (hit[0], path.suffix) != ("G4", ".xlsx"):  # there it is the name of a cell
                    found.setdefault(hit[0], f"{path.name} {piece.place}: {piece.text[max(0, hit.start() - 40) : hit.end() + 40]}")
    assert len(files) > 60
    assert len(words) > 40
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_part_of_a_text_is_left_unfilled(study, language):
    folder, _ = study
    pages = [path.read_text(encoding="utf-8") for path in (folder / "notebooks").glob(f"*.{language}.html")]
    assert len(pages) == 9
    for page in pages:
        assert not re.search(r"\{\+|\bits\.[a-z]|\{if |\{unless |\{@", page)

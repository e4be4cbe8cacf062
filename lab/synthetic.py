"""Generate the synthetic editions, the same every time: ``python -m lab.synthetic``.

Everything in them is drawn from the parameters in ``synthetic.toml`` with the edition's year as the seed, so that tests know what the
analysis should find. The instrument (codebook, scales, agenda, items, models, exhibits) is that of the 2015 edition.
"""

import csv
import io
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
import pandas as pd

from fruitmand.analysis.claims import Judgement, judge
from fruitmand.analysis.coding import adjudicated_codings
from fruitmand.analysis.evidence import evidence_map
from fruitmand.analysis.ratings import variables
from fruitmand.checks.language_parity import NUMBER_WORDS
from fruitmand.checks.whole_edition import read_edition
from fruitmand.edition.claims import Claims
from fruitmand.edition.command_line import command
from fruitmand.edition.files import project_root, replace_folder, write
from fruitmand.edition.reading import Edition
from fruitmand.edition.schema import SCHEMAS
from fruitmand.edition.settings import Settings
from fruitmand.report.words import own_file
from lab import synthetic_interviews
from lab.survey_model import Design, draw

MODEL = "2015"
COPIED = ("codebook.csv", "scales.csv", "agenda.csv", "items.csv", "exhibits.csv", "sources.csv", "models.toml")


def read_recipe() -> dict[str, Any]:
    """Return the parameters of the synthetic editions."""
    return tomllib.loads(_file("synthetic.toml"))


def design(recipe: Mapping[str, Any], year: str) -> Design:
    """Return the design of a year's survey, from which its true parameters can be computed."""
    truth = recipe["truth"]
    shifts = {
        (by, group, code): value
        for by, groups in truth["shifts"].items()
        for group, by_code in groups.items()
        for code, value in by_code.items()
    }
    return Design(
        respondents=recipe["editions"][year]["respondents"],
        municipalities=tuple(municipality["id"] for municipality in recipe["municipalities"]),
        domains=("hr", "finance"),
        roles=("adviser", "manager"),
        locations=truth["locations"],
        shifts=shifts,
        person_sd=truth["person_sd"],
        item_sd=truth["item_sd"],
        thresholds=tuple(truth["thresholds"]),
        not_applicable=truth["not_applicable"],
        not_answered=truth["not_answered"],
        break_off=truth["break_off"],
    )


def survey(recipe: Mapping[str, Any], year: str, items: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw a year's respondents and responses, with some items not asked and only four respondents in one municipality."""
    respondents, responses = draw(design(recipe, year), items, np.random.default_rng([int(year), 2]))
    choice = recipe["editions"][year]
    left_out = set(respondents[respondents["municipality"] == choice["few"]]["respondent"].iloc[4:])
    respondents = respondents[~respondents["respondent"].isin(left_out)].reset_index(drop=True)
    responses = responses[~responses["respondent"].isin(left_out)].reset_index(drop=True)
    unasked = responses["item"].isin(choice["not_asked"])
    responses.loc[unasked, "state"] = "not_asked"
    responses.loc[unasked, "value"] = pd.NA
    return respondents, responses


def write_raw_files(year: str, folder: Path) -> None:
    """Write the raw files of a year's edition into a folder."""
    recipe, study = read_recipe(), Edition(MODEL)
    municipalities = [municipality["id"] for municipality in recipe["municipalities"]]
    rng = np.random.default_rng([int(year), 1])
    for name in COPIED:
        shutil.copyfile(study.folder / name, folder / name)
    _write_settings(year, folder)
    codebook, exhibits = study["codebook"], study["exhibits"]
    codes = variables(codebook)["code"].tolist()
    truth = synthetic_interviews.true_symbols(recipe["truth"], municipalities, codes, rng)
    rated = synthetic_interviews.ratings(truth, study["ratings"])
    segments, first = synthetic_interviews.segments(study, truth, rng)
    second, decisions = synthetic_interviews.second_coder(first, segments, codes, rng)
    respondents, responses = survey(recipe, year, study["items"])
    sections = study["sections"]
    tables = {
        "municipalities": pd.DataFrame(
            [
                {"municipality": row["id"], "position": place, "label_nl": row["label"], "label_en": row["label"]}
                for place, row in enumerate(recipe["municipalities"], start=1)
            ]
        ),
        "ratings": rated,
        "segments": segments,
        f"codings_{synthetic_interviews.CODERS[0]}": first,
        f"codings_{synthetic_interviews.CODERS[1]}": second,
        "adjudications": decisions,
        "expectations": synthetic_interviews.expectations(recipe["expectations"], municipalities, exhibits, rng),
        "findings": synthetic_interviews.findings(recipe["findings"], municipalities, exhibits),
        "questions": _questions(recipe["questions"]),
        "sections": sections[sections["section"].str.startswith("5")],
        "second_reading": _empty("second_reading"),
        "respondents": respondents,
        "responses": responses,
        "remarks": pd.DataFrame(
            [
                {"remark": f"m{place}", "block": block, "text": "Verzonnen opmerking."}
                for place, block in enumerate(("learning_capacity", "improvement"))
            ]
        ),
    }
    agreed = adjudicated_codings(pd.concat([first, second]), synthetic_interviews.CODERS, decisions, _empty("recodings"))
    ledger = _claims(rated, segments)
    write(folder / "claims.toml", ledger)
    settings = Settings.model_validate(tomllib.loads((folder / "edition.toml").read_text(encoding="utf-8")))
    judged = judge(Claims.model_validate(tomllib.loads(ledger)).claim, tables, settings.facts())
    tables["reviewed"] = _reviewed(judged, evidence_map(rated, segments, agreed, group=synthetic_interviews.GROUP), year)
    for name, table in tables.items():
        write(folder / f"{name}.csv", _csv(name, table))


def _write_settings(year: str, folder: Path) -> None:
    write(folder / "edition.toml", Template(_file("synthetic_edition.toml")).substitute(year=year))
    for language in ("nl", "en"):
        write(folder / own_file(language), _file(f"synthetic_texts.{language}.toml"))


def _empty(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(SCHEMAS[name].columns))


def _csv(name: str, table: pd.DataFrame) -> str:
    """Return a raw table as CSV, with its columns in the schema's order; missing values are empty cells."""
    columns = list(SCHEMAS["codings" if name.startswith("codings_") else name].columns)
    buffer = io.StringIO()
    table[columns].to_csv(buffer, index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    return buffer.getvalue()


def _questions(questions: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [
        {
            "question": row["question"],
            "position": place,
            "asks_nl": row["asks"][0],
            "asks_en": row["asks"][1],
            "asked_at": "generator",
            "answered_at": row["answered_at"],
            "rests_on": row["rests_on"],
            "answer_nl": row["answer"][0],
            "answer_en": row["answer"][1],
        }
        for place, row in enumerate(questions, start=1)
    ]
    return pd.DataFrame(rows)


def _claims(rated: pd.DataFrame, segments: pd.DataFrame) -> str:
    """Return the claims of the invented report, with counts that make some of them right and others wrong."""
    counts = rated.groupby(["variable", "symbol"]).size()
    high, more = int(counts.get(("motivation", "+/+"), 0)), int(counts.get(("room_for_ideas", "-/-"), 0)) + 1
    words = {f"{name}_{language}": NUMBER_WORDS[language][n] for name, n in (("high", high), ("more", more)) for language in NUMBER_WORDS}
    quoted = int((segments["kind"] == "quotation").sum()) + 1
    return Template(_file("synthetic_claims.toml")).substitute(words, high=high, more=more, quoted=quoted)


def _file(name: str) -> str:
    return (files("lab") / name).read_text(encoding="utf-8")


def _reviewed(judged: list[Judgement], evidence: pd.DataFrame, year: str) -> pd.DataFrame:
    """Register every verdict that a reader would have to verify; here they follow from the parameters, so that no reader is needed."""
    needs_none = ("holds", "points_to", "circular", "unchecked")
    claims = [("claim", judgement.claim.id, judgement.verdict) for judgement in judged if judgement.verdict not in needs_none]
    rated = [
        ("rating", f"{row.municipality} {row.variable}", row.standing)
        for row in evidence.itertuples()
        if row.standing in ("none", "opposed")
    ]
    note = {"checked_on": f"{year}-01-15", "note_nl": pd.NA, "note_en": pd.NA}
    return pd.DataFrame([{"kind": kind, "id": name, "verdict": verdict} | note for kind, name, verdict in [*claims, *rated]])


@command
def main(_: list[str]) -> int:
    """Write every synthetic edition, and check it like any other."""
    raw = project_root() / "data" / "raw"
    for year in read_recipe()["editions"]:
        name = f"synthetic-{year}"
        with tempfile.TemporaryDirectory(prefix=f".{name}.", dir=raw) as scratch:
            folder = Path(scratch) / name
            folder.mkdir()
            write_raw_files(year, folder)
            replace_folder(folder, raw / name)
        edition = read_edition(name)
        print(f"  {name}: {len(edition['segments'])} segments, {len(edition['respondents'])} respondents")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

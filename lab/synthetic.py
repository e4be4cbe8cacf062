"""Generate the synthetic editions, the same every time: ``python -m lab.synthetic``.

Everything in them is drawn from the parameters in ``synthetic.toml`` with the edition's year as the seed, so that tests know what the
analysis should find. They come in by the road of a researcher: an edition is begun with the instruments of 2015, and what two coders, two
raters and the respondents made is imported from exports of their tools (`lab.synthetic_exports`).
"""

import contextlib
import csv
import io
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
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
from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root, replace_folder, write
from fruitmand.edition.reading import Edition
from fruitmand.edition.schema import FIELDWORK
from fruitmand.importers.coding.edition_tables import open_edition
from fruitmand.importers.coding.names import digest
from fruitmand.importers.coding.paraphrases import NAME as PARAPHRASES
from fruitmand.importers.coding.paraphrases import folder_of, read_paraphrases
from fruitmand.importers.dispatch import import_file
from fruitmand.importers.new_edition import new_edition
from fruitmand.importers.survey.assembly import ID_LENGTH, ID_LETTERS
from fruitmand.report.words import own_file
from lab import synthetic_exports as exports
from lab import synthetic_interviews as interviews
from lab.survey_model import Design, draw

MODEL = "2015"
COPIED = ("sources.csv", "models.toml")
"""What the invented report has of the earlier edition besides its instruments."""
RATED_IN = {"improvement": "efficiency_improvement"}
"""The table of ratings that findings stand in: an edition of fieldwork has one for each dimension."""
REMARKED = ("learning_capacity", "improvement")
"""Blocks of the survey that remarks are asked on."""


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
    """Write the raw files of a year's edition into a folder, by the road of a researcher in a compendium of its own.

    The edition begins with the instruments of an earlier one; what a researcher writes by hand is written; every export is imported.
    """
    name, source = f"synthetic-{year}", project_root() / "data" / "raw" / MODEL
    with tempfile.TemporaryDirectory(prefix="synthetic.") as scratch:
        compendium, held = Path(scratch) / "compendium", Path(scratch) / "held"
        shutil.copytree(source, compendium / "data" / "raw" / MODEL)
        held.mkdir()
        with contextlib.chdir(compendium):
            new_edition(name, MODEL)
            _Road(year, compendium / "data" / "raw" / name, held).walk()
        for path in (compendium / "data" / "raw" / name).glob("[!.]*"):  # hidden ones hold the keys of respondents
            shutil.copyfile(path, folder / path.name)


class _Road:
    """What a researcher does between a new edition and a report, with invented data.

    Parameters
    ----------
    year : str
        Of the edition; the seed.
    folder : Path
        The raw folder of the edition, as a new one has it.
    held : Path
        Where the exports are kept, outside the compendium.
    """

    def __init__(self, year: str, folder: Path, held: Path) -> None:
        self.year, self.name, self.folder, self.held = year, folder.name, folder, held
        self.recipe, self.study = read_recipe(), Edition(MODEL)
        self.towns = {row["id"]: row["label"] for row in self.recipe["municipalities"]}
        self.codebook = self.study["codebook"]
        self.codes = variables(self.codebook)["code"].tolist()

    def walk(self) -> None:
        """Go all the way."""
        rng = np.random.default_rng([int(self.year), 1])
        self._write_by_hand(rng)
        truth = interviews.true_symbols(self.recipe["truth"], list(self.towns), self.codes, rng)
        self._interviews(truth, rng)
        other = interviews.second_rater(truth, self.recipe["truth"]["divergent"], rng)
        ratings = dict(zip(interviews.CODERS, (truth, other), strict=True))
        self._import(exports.write_ratings(self.held / "ratings.xlsx", ratings))
        edition = Edition(self.name)
        decided = interviews.adjudications(edition["codings"], edition.rater_ratings, rng)
        self._table("adjudications", decided)
        self._survey()
        self._report()

    def _import(self, file: Path, coder: str = "") -> None:
        letters, rng = list(ID_LETTERS), np.random.default_rng([int(self.year), 3])
        for _ in import_file(file, self.name, coder, new_id=lambda: "".join(rng.choice(letters, ID_LENGTH))):
            pass

    def _table(self, name: str, table: pd.DataFrame) -> None:
        """Write a table as a person does who has the columns of the schema that are needed, and those that are filled in."""
        columns = [column for column in FIELDWORK[name].columns if column in table]
        buffer = io.StringIO()
        table[columns].to_csv(buffer, index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
        write(self.folder / f"{name}.csv", buffer.getvalue())

    def _write_by_hand(self, rng: np.random.Generator) -> None:
        """Write the settings, and what a report of one's own has besides data."""
        towns, exhibits, sections = list(self.towns), self._exhibits(), self.study["sections"]
        self._table("exhibits", exhibits)
        write(self.folder / "edition.toml", Template(_file("synthetic_edition.toml")).substitute(year=self.year))
        for language in ("nl", "en"):
            write(self.folder / own_file(language), _file(f"synthetic_texts.{language}.toml"))
        for name in COPIED:
            shutil.copyfile(self.study.folder / name, self.folder / name)
        rows = [
            {"municipality": town, "position": place, "label_nl": label, "label_en": label}
            for place, (town, label) in enumerate(self.towns.items(), start=1)
        ]
        self._table("municipalities", pd.DataFrame(rows))
        self._table("expectations", interviews.expectations(self.recipe["expectations"], towns, exhibits, rng))
        self._table("findings", interviews.findings(self.recipe["findings"], towns, exhibits))
        self._table("questions", _questions(self.recipe["questions"]))
        self._table("sections", sections[sections["section"].str.startswith("5")])

    def _exhibits(self) -> pd.DataFrame:
        """Return the exhibits of the earlier edition, those of ratings by the dimension that they show."""
        exhibits, labels = self.study["exhibits"].set_index("exhibit"), self.codebook.set_index("code")
        for earlier, dimension in RATED_IN.items():
            exhibits.loc[earlier, ["title_nl", "title_en"]] = labels.loc[dimension, ["label_nl", "label_en"]].to_numpy()
        return exhibits.rename(index=RATED_IN).reset_index()

    def _interviews(self, truth: pd.DataFrame, rng: np.random.Generator) -> None:
        """Import what two coders made of the interviews in two tools, and the first one's paraphrases."""
        talks = interviews.interviews(self.towns)
        spoken = interviews.passages(talks, self.codebook, truth, rng)
        again = interviews.second_coder(spoken, self.codes, rng)
        coded = self.codebook[self.codebook["level"].isin(("variable", "topic"))].set_index("code")
        first, second = interviews.CODERS
        highlights = exports.write_taguette(self.held / "highlights.csv", spoken, coded["parent"].to_dict())
        with contextlib.suppress(FruitmandError):  # which proposes what the documents and codes are, and asks a person
            self._import(highlights, first)
        self._settle_documents(talks)
        self._import(highlights, first)
        self._import(exports.write_project(self.held / "interviews.qdpx", again, coded["label_nl"].to_dict(), second))
        edition = open_edition(self.name)
        listed = read_paraphrases(folder_of(edition) / PARAPHRASES)
        self._import(exports.write_paraphrases(self.held / PARAPHRASES, listed, spoken))
        by_digest = {digest(passage.words): passage for passage in spoken}
        segments = Edition(self.name).given["segments"]
        said = [by_digest[mark] for mark in segments["digest"]]
        own = {"municipality": [passage.attributed_to for passage in said], "kind": [passage.kind for passage in said]}
        self._table("segments", segments.assign(**own).dropna(axis="columns", how="all"))

    def _settle_documents(self, talks: Sequence[interviews.Interview]) -> None:
        """Say of every document that the import proposed whom it was with."""
        documents, known = Edition(self.name)["documents"], {talk.name: talk for talk in talks}
        said = [known[file.removesuffix(".docx")] for file in documents["file"]]
        own = {field: [getattr(talk, field) for talk in said] for field in ("municipality", "domain", "role")}
        self._table("documents", documents.assign(**own))

    def _survey(self) -> None:
        edition = Edition(self.name)
        answers = survey(self.recipe, self.year, edition["items"])
        self._import(exports.write_survey(self.held / "answers.xlsx", answers, edition, REMARKED))

    def _report(self) -> None:
        """Write the claims of the invented report, and register their verdicts as a reader would."""
        edition = Edition(self.name)
        write(self.folder / "claims.toml", _claims(edition["ratings"], edition["segments"]))
        judged = judge(edition.claims, edition, edition.settings.facts())
        agreed = adjudicated_codings(edition["codings"], edition.coders, edition["adjudications"], edition["recodings"])
        evidence = evidence_map(edition["ratings"], edition["segments"], agreed, group=edition.group_id)
        self._table("reviewed", _reviewed(judged, evidence, self.year))


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

"""Names of the numbers of each step: from results to the names that the text catalogues use.

What the answers to the survey give is in `named_survey_numbers`, how far two raters agree in `raters`.
"""

from collections.abc import Iterator, Sequence

import pandas as pd

from fruitmand.analysis.agreement import Agreement
from fruitmand.analysis.claims import Judgement
from fruitmand.analysis.coding import NOBODY, passages
from fruitmand.analysis.numbers import Number
from fruitmand.analysis.ratings import scale_changes, variables
from fruitmand.edition.columns import STANDINGS, VERDICTS
from fruitmand.edition.reading import Edition

RELIABLE = 0.667
"""The smallest alpha at which Krippendorff (2019, chapter 12) accepts tentative conclusions."""

_CODES = "codings_*.csv, adjudications.csv, recodings.csv"


def design_numbers(edition: Edition) -> Iterator[Number]:
    """Name the numbers of the design: interviews, questions, variables per concept, ratings, scales."""
    settings, book = edition.settings, variables(edition["codebook"])
    changes = scale_changes(edition["codebook"], edition["scales"])
    points = edition["scales"].groupby("scale").size()
    per_concept = book["concept"].value_counts(sort=False)
    counts = {
        "design.interviews": (settings.interviews.count, "edition.toml"),
        "design.questions": (settings.interviews.questions, "edition.toml"),
        "design.municipalities": (len(edition["municipalities"]), "municipalities.csv"),
        "design.variables": (len(book), "codebook.csv"),
        "design.ratings": (len(edition["ratings"]), "ratings.csv"),
        **{f"design.variables.{name}": (count, "codebook.csv") for name, count in per_concept.items()},
        "design.agenda_variables": (book["question"].notna().sum(), "codebook.csv"),
        "design.scale_changes": (len(changes), "codebook.csv, scales.csv"),
        "survey.respondents_planned": (settings.survey.respondents_planned, "edition.toml"),
        "survey.points_announced": (points.get(settings.survey.scale_announced), "edition.toml, scales.csv"),
        "survey.points_annex": (points.get(settings.survey.scale_annex), "edition.toml, scales.csv"),
        "questions.sub": ((edition["questions"]["question"] != "central").sum(), "questions.csv"),
        "literature.unlisted": ((edition["sources"]["listed"] == "no").sum(), "sources.csv"),
    }
    if not changes.empty:
        counts["design.points_declared"] = (changes["points_declared"].max(), "codebook.csv, scales.csv")
        counts["design.points_used"] = (changes["points_used"].max(), "codebook.csv, scales.csv")
    for name, (value, source) in counts.items():
        yield Number(name, None, None, source, "not_reported") if value is None else Number(name, int(value), None, source)


def coding_numbers(
    segments: pd.DataFrame, frequencies: pd.DataFrame, coverage: pd.DataFrame, saturation: pd.DataFrame, municipalities: Sequence[str]
) -> Iterator[Number]:
    """Name the numbers of the coding: segments, passages, covered cells, and code saturation."""
    cells = coverage[list(municipalities)]
    source = f"segments.csv, {_CODES}"
    yield Number("coding.segments", len(segments), None, "segments.csv")
    yield Number("coding.passages", len(passages(segments)), None, "segments.csv, distinct places")
    yield Number("coding.quotations", int((segments["kind"] == "quotation").sum()), len(segments), "segments.csv")
    yield Number("coding.cells", int(cells.size), None, "codebook.csv, municipalities.csv")
    yield Number("coding.covered_cells", int((cells > 0).to_numpy().sum()), int(cells.size), source)
    yield Number("coding.empty_cells", int((cells == 0).to_numpy().sum()), int(cells.size), source)
    of_group = coverage[[name for name in coverage.columns if name not in {"variable", "question", NOBODY, *cells.columns}]]
    group_only = (cells == 0).to_numpy() & (of_group > 0).any(axis=1).to_numpy()[:, None]
    yield Number("coding.group_only_cells", int(group_only.sum()), int(cells.size), source)
    yield Number("coding.own_synthesis", int((segments["layer"] != "findings").sum()), len(segments), "segments.csv")
    yield Number("coding.repeats", int(segments["same_as"].notna().sum()), len(segments), "segments.csv")
    yield Number("coding.codes", len(frequencies), None, "codebook.csv")
    yield Number("sightings.seen", len(saturation), len(frequencies), source)
    yield Number("sightings.last", int(saturation["order"].max()) if len(saturation) else 0, len(segments), source)


def agreement_numbers(results: Sequence[Agreement], *, draws: int, seed: int) -> Iterator[Number]:
    """Name Krippendorff's alpha of each measure, the units compared and the settings of the bootstrap."""
    source = "codings_*.csv"
    yield Number("agreement.draws", draws, None, "parameter of the notebook")
    yield Number("agreement.seed", seed, None, "parameter of the notebook")
    yield Number("agreement.threshold", RELIABLE, None, "Krippendorff (2019), chapter 12")
    yield Number("agreement.units", max(result.units for result in results), None, source)
    for result in results:
        value = None if result.alpha is None else round(result.alpha, 6)
        yield Number(f"agreement.{result.measure}", value, result.units, source, result.reason)


def adjudication_numbers(adjudications: pd.DataFrame) -> Iterator[Number]:
    """Name on how many codes the coders disagree, in how many segments, and how many were adjudicated for the second coder."""
    rows = adjudications[adjudications["table"] == "codings"]
    yield Number("adjudications.codes", len(rows), None, "adjudications.csv")
    yield Number("adjudications.segments", rows["key"].str.split().str[0].nunique(), None, "adjudications.csv")
    yield Number("adjudications.second", int((rows["decision"] == "second").sum()), len(rows), "adjudications.csv")


def rating_numbers(counts: pd.DataFrame) -> Iterator[Number]:
    """Name the counts of +/+, +/- and -/- per variable."""
    for row in counts.to_dict("records"):
        for level in ("high", "middle", "low"):
            yield Number(f"ratings.{row['variable']}.{level}", int(row[level]), int(row["n"]), "ratings.csv")


def concept_numbers(counts: pd.DataFrame, by_municipality: pd.DataFrame) -> Iterator[Number]:
    """Name the counts per concept and over all ratings, and the fewest and most +/+ of a municipality."""
    groups = [(f"concept.{name}", rows) for name, rows in counts.groupby("concept", sort=False)]
    for short, rows in [*groups, ("all", counts)]:
        total = int(rows["n"].sum())
        yield Number(f"{short}.n", total, None, "ratings.csv")
        for level in ("high", "middle", "low"):
            yield Number(f"{short}.{level}", int(rows[level].sum()), total, "ratings.csv")
    for name, rows in by_municipality.groupby("concept", sort=False):
        size = int(rows["n"].max())
        yield Number(f"concept.{name}.least_high", int(rows["high"].min()), size, "ratings.csv")
        yield Number(f"concept.{name}.most_high", int(rows["high"].max()), size, "ratings.csv")


def expectation_numbers(expectations: pd.DataFrame, n_municipalities: int) -> Iterator[Number]:
    """Name how many expectations there are, and how many municipalities hold each."""
    yield Number("expectations.rows", len(expectations), None, "expectations.csv")
    yield Number("expectations.distinct", len(expectations.drop_duplicates(["exhibit", "letter"])), None, "expectations.csv")
    for (exhibit, letter), held in expectations.groupby(["exhibit", "letter"], sort=False):
        yield Number(f"expectations.{exhibit}.{letter}", len(held), n_municipalities, f"expectations.csv, {exhibit} ({letter})")


def condition_numbers(conditions: pd.DataFrame) -> Iterator[Number]:
    """Name how many conditions there are, and how many are met, by the publication's own words."""
    total = len(conditions)
    yield Number("conditions.n", total, None, "conditions.csv")
    for name, met in (("met", "yes"), ("partly", "partly"), ("not_met", "no"), ("unsaid", "unsaid")):
        yield Number(f"conditions.{name}", int((conditions["met"] == met).sum()), total, "conditions.csv")


def initiative_numbers(initiatives: pd.DataFrame) -> Iterator[Number]:
    """Name how many initiatives there are, how many were carried out, how many are tied to the benchmark, and how many both."""
    total, source = len(initiatives), "initiatives.csv"
    yield Number("initiatives.n", total, None, source)
    done = initiatives["status"].isin(["carried_out", "adopted"])
    yield Number("initiatives.done", int(done.sum()), total, source)
    yield Number("initiatives.done_due", int((done & (initiatives["due_to_benchmark"] == "yes")).sum()), total, source)
    for name, due in (("due", "yes"), ("unclear", "unclear"), ("not_due", "no")):
        yield Number(f"initiatives.{name}", int((initiatives["due_to_benchmark"] == due).sum()), total, source)


def recommendation_numbers(recommendations: pd.DataFrame) -> Iterator[Number]:
    """Name how many recommendations there are, and how many have a passage or an expectation behind them."""
    total = len(recommendations)
    yield Number("recommendations.n", total, None, "recommendations.csv")
    grounded = recommendations[["segments", "expectations"]].notna().any(axis=1).sum()
    yield Number("recommendations.grounded", int(grounded), total, "recommendations.csv")


def claim_numbers(judgements: Sequence[Judgement]) -> Iterator[Number]:
    """Name the counts of claims, in all and per verdict, and how many had data from elsewhere to be tested on."""
    total = len(judgements)
    yield Number("claims.n", total, None, "claims.toml")
    for verdict in VERDICTS:
        count = sum(judgement.verdict == verdict for judgement in judgements)
        yield Number(f"claims.{verdict}", count, total, "claims.toml and the tables it names")
    tested = sum(judgement.verdict not in ("unchecked", "circular") for judgement in judgements)
    yield Number("claims.tested", tested, total, "claims.toml")
    assumed = sum(judgement.verdict in ("points_to", "points_away") for judgement in judgements)
    yield Number("claims.assumed", assumed, total, "claims.toml")


def evidence_numbers(evidence: pd.DataFrame, findings: pd.DataFrame) -> Iterator[Number]:
    """Name the counts of ratings by their standing in the evidence map, over all variables and for each.

    Parameters
    ----------
    evidence : DataFrame
        The evidence map of all passages.
    findings : DataFrame
        The evidence map without the passages in which the author synthesises the findings.
    """
    source = f"ratings.csv, segments.csv, {_CODES}"
    total, supported = len(evidence), evidence["standing"] == "supported"
    yield Number("evidence.n", total, None, "ratings.csv")
    for standing in STANDINGS:
        yield Number(f"evidence.{standing}", int((evidence["standing"] == standing).sum()), total, source)
        yield Number(f"evidence.findings_{standing}", int((findings["standing"] == standing).sum()), total, source)
    for variable, rows in evidence.groupby("variable", sort=False):
        for standing in STANDINGS:
            yield Number(f"evidence.{variable}.{standing}", int((rows["standing"] == standing).sum()), len(rows), source)
    yield Number("evidence.single", int((supported & (evidence["n_for"] == 1)).sum()), int(supported.sum()), source)
    yield Number("evidence.no_other_end", int((evidence["symbol"] == "+/-").sum()), total, "ratings.csv")


def concept_evidence_numbers(counts: pd.DataFrame) -> Iterator[Number]:
    """Name the counts of ratings by their standing for each concept.

    Parameters
    ----------
    counts : DataFrame
        As `evidence.count_standings` returns it.
    """
    for row in counts.to_dict("records"):
        total = sum(int(row[standing]) for standing in STANDINGS)
        for standing in STANDINGS:
            yield Number(f"evidence.{row['concept']}.{standing}", int(row[standing]), total, f"ratings.csv, segments.csv, {_CODES}")

"""Names of the numbers of the survey: respondents, reliability, comparisons and triangulation.

Apart from the other names, since the statistics of a survey take long to import.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from fruitmand.analysis.comparisons import DetectableDelta
from fruitmand.analysis.numbers import Number
from fruitmand.analysis.protected_summaries import answering_respondents
from fruitmand.analysis.survey_results import ALPHA_THRESHOLD, SIGNIFICANCE_LEVEL, Draws
from fruitmand.analysis.triangulation import Kappa
from fruitmand.edition.reading import Edition

_ANSWERS = "responses.csv"


def survey_numbers(edition: Edition, summary: pd.DataFrame, distributions: pd.DataFrame) -> Iterator[Number]:
    """Name how many were invited and answered, how many items there are, with how many most agree, and how many groups are withheld.

    Parameters
    ----------
    summary, distributions : DataFrame
        The protected tables of the items and of the score distributions by municipality.
    """
    settings = edition.settings
    respondents = len(answering_respondents(edition["responses"]))
    yield Number("survey.respondents", respondents, settings.survey.invited, _ANSWERS)
    invited = settings.survey.invited
    yield Number("survey.invited", invited, None, "edition.toml", "not_reported" if invited is None else "")
    if invited:
        yield Number("survey.rate", round(100 * respondents / invited), invited, f"edition.toml, {_ANSWERS}")
    else:
        yield Number("survey.rate", None, None, "edition.toml", "not_reported")
    yield Number("survey.items", len(summary), None, "items.csv")
    unasked = (~summary["asked"].fillna(True)).sum()  # one that is withheld was asked
    yield Number("survey.unasked", int(unasked), len(summary), _ANSWERS)
    shared = summary[summary["high_low"].notna()]
    agreed = (2 * shared["high"] > shared["n_valid"]).sum()
    yield Number("survey.shared", len(shared), len(summary), _ANSWERS)
    yield Number("survey.agreed", int(agreed), len(shared), _ANSWERS)
    yield Number("survey.min_cell", settings.disclosure.min_cell, None, "edition.toml")
    yield Number("survey.withheld", int((distributions["withheld"] != "").sum()), len(distributions), "respondents.csv, responses.csv")


def reliability_numbers(reliabilities: pd.DataFrame, draws: Draws) -> Iterator[Number]:
    """Name Cronbach's alpha of each block with its interval and its complete cases, where they are defined."""
    yield Number("reliability.threshold", ALPHA_THRESHOLD, None, "")
    yield Number("reliability.draws", draws.omega, None, "")
    yield Number("reliability.seed", draws.seed, None, "edition.toml")
    for row in reliabilities[reliabilities["measure"] == "alpha"].to_dict("records"):
        value, n = (None if pd.isna(row["value"]) else float(row["value"])), (None if pd.isna(row["n"]) else int(row["n"]))
        yield Number(f"reliability.{row['block']}", value, n, _ANSWERS, row["reason"])
        if value is not None and not pd.isna(row["low"]):
            yield Number(f"reliability.{row['block']}.low", float(row["low"]), n, _ANSWERS)
            yield Number(f"reliability.{row['block']}.high", float(row["high"]), n, _ANSWERS)
            yield Number(f"reliability.{row['block']}.n", n, None, _ANSWERS)


def difference_numbers(comparisons: pd.DataFrame, distributions: Mapping[str, pd.DataFrame]) -> Iterator[Number]:
    """Name the median of every group, ``difference.<grouping>.<variable>.<group>``, of the comparisons that stand after correction.

    Parameters
    ----------
    distributions : mapping of str to DataFrame
        The protected score distributions, by grouping; groups are compared only where all of them are shown.
    """
    significant = comparisons[(comparisons["p_adjusted"] < SIGNIFICANCE_LEVEL).fillna(False)]
    for by, variable in zip(significant["by"], significant["variable"], strict=True):
        table = distributions[by]
        for row in table[table["variable"] == variable].to_dict("records"):
            yield Number(f"difference.{by}.{variable}.{row['group']}", float(row["median"]), int(row["n"]), f"respondents.csv, {_ANSWERS}")


def comparison_numbers(comparisons: pd.DataFrame, detectable: DetectableDelta, draws: Draws) -> Iterator[Number]:
    """Name how many comparisons there are, of which kind, how many stand after Holm's correction, and the smallest detectable effect."""
    exact = comparisons["test"].str.endswith("_exact").fillna(False)
    yield Number("comparisons.exact", int(exact.sum()), len(comparisons), _ANSWERS)
    yield Number("comparisons.drawn", int((comparisons["test"].notna() & ~exact).sum()), len(comparisons), _ANSWERS)
    yield Number("comparisons.several", int((comparisons["groups"] > 2).fillna(False).sum()), len(comparisons), _ANSWERS)
    yield Number("comparisons.draws", draws.comparisons, None, "")
    yield Number("comparisons.seed", draws.seed, None, "edition.toml")
    tested = comparisons["p_adjusted"].notna()
    yield Number("comparisons.n", int(tested.sum()), len(comparisons), _ANSWERS)
    yield Number("comparisons.withheld", int((comparisons["reason"] == "withheld").sum()), len(comparisons), _ANSWERS)
    yield Number("comparisons.significant", int((comparisons["p_adjusted"] < SIGNIFICANCE_LEVEL).sum()), int(tested.sum()), _ANSWERS)
    yield Number("comparisons.smaller", detectable.first, None, "respondents.csv")
    yield Number("comparisons.larger", detectable.second, None, "respondents.csv")
    yield Number("comparisons.detectable", detectable.delta, None, "respondents.csv", detectable.reason)


def triangulation_numbers(pairs: pd.DataFrame, kappa: Kappa) -> Iterator[Number]:
    """Name the counts of pairs by relation between interviews and survey, and their weighted kappa."""
    source = f"ratings.csv, {_ANSWERS}"
    cells = len(pairs)
    yield Number("triangulation.cells", cells, None, source)
    yield Number("triangulation.pairs", int((pairs["relation"] != "silent").sum()), cells, source)
    for relation in ("convergent", "complementary", "divergent", "silent"):
        yield Number(f"triangulation.{relation}", int((pairs["relation"] == relation).sum()), cells, source)
    for variable, count in pairs.loc[pairs["relation"] == "divergent", "variable"].value_counts(sort=False).items():
        yield Number(f"opposite.{variable}", int(count), cells, source)
    for reason in ("not_asked", "too_few", "withheld", "not_rated"):
        yield Number(f"triangulation.{reason}", int((pairs["reason"] == reason).sum()), cells, source)
    for name, value in (("kappa", kappa.value), ("kappa_low", kappa.low), ("kappa_high", kappa.high)):
        yield Number(f"triangulation.{name}", None if value is None else round(value, 6), kappa.n, source, kappa.reason)

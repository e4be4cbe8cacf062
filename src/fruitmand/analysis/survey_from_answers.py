"""From the answers to a survey to results that may be shown: counts, scores, reliability, comparisons, and the interviews beside them."""

from collections.abc import Iterator

import pandas as pd

from fruitmand.analysis import likert, named_survey_numbers, protected_summaries, triangulation
from fruitmand.analysis.comparisons import detectable_delta
from fruitmand.analysis.numbers import Number
from fruitmand.analysis.suppression import Suppressed, smallest_shown
from fruitmand.analysis.survey_results import Draws, Result, Survey
from fruitmand.edition.reading import Edition


def analyse(edition: Edition, *, draws: int, omega_draws: int, seed: int) -> Survey:
    """Return the results of the survey of an edition, with small groups withheld and whatever would give them back.

    Respondents who answered nothing do not count. What else is missing, each table says for itself.

    Parameters
    ----------
    edition : Edition
        An edition with a survey.
    draws, omega_draws : int
        Permutations of the comparisons, and bootstrap draws for the interval of omega.
    seed : int
        Seed of both.

    Raises
    ------
    DataError
        When the edition has no answers.
    """
    items, responses, min_cell = edition["items"], edition["responses"], edition.settings.disclosure.min_cell
    respondents = edition["respondents"].set_index("respondent").loc[protected_summaries.answering_respondents(responses)]
    responses = responses[responses["respondent"].isin(respondents.index)]
    scores = likert.scores(responses, items)

    answers = likert.summarise(responses, items, means=edition.settings.survey.means)
    summary = protected_summaries.protect_items(answers, items, min_cell=min_cell)
    counts = protected_summaries.protect_group_sizes(protected_summaries.group_sizes(respondents), min_cell=min_cell)
    spreads = protected_summaries.protect_score_distributions(scores, respondents, counts.table, min_cell=min_cell)
    blocks = protected_summaries.reliabilities(responses, items, draws=omega_draws, seed=seed, min_cell=min_cell)
    tested = protected_summaries.compare_groups(scores, respondents, counts.table, spreads, draws=draws, seed=seed, min_cell=min_cell)
    spread, municipalities = spreads["municipality"], edition["municipalities"].sort_values("position")["municipality"].tolist()
    pairs = _beside_interviews(edition, scores, respondents, spread.table, municipalities)

    n = len(respondents)
    used = Draws(draws, omega_draws, seed)
    named = _numbers(edition, used, items=summary.table, counts=counts.table, spreads=spreads, blocks=blocks, tested=tested, pairs=pairs)
    return Survey(
        respondents=_result(counts, n),
        items=_result(summary, n),
        groups=_result(spread, n),
        reliability=Result(blocks, n, smallest_shown(blocks["n"])),
        comparisons=Result(tested, n, protected_summaries.smallest_compared_group(tested, spreads)),
        triangulation=Result(pairs, len(pairs), smallest_shown(pairs["n"])),
        municipalities=tuple(municipalities),
        numbers=tuple(named),
    )


def _result(found: Suppressed, n: int) -> Result:
    return Result(found.table, n, found.smallest, found.alike)


def _beside_interviews(
    edition: Edition, scores: pd.DataFrame, respondents: pd.DataFrame, spread: pd.DataFrame, municipalities: list[str]
) -> pd.DataFrame:
    """Set the ratings that the interviews ask about beside those of the survey, without the groups that ``spread`` withholds."""
    rated = edition["ratings"][edition["ratings"]["variable"].isin(edition["agenda"]["code"])]
    variables, min_cell = rated["variable"].unique().tolist(), edition.settings.disclosure.min_cell
    surveyed = triangulation.survey_ratings(scores, respondents.reset_index(), variables, municipalities, min_cell)
    return triangulation.triangulate(rated, protected_summaries.withhold_ratings(surveyed, spread))


def _numbers(
    edition: Edition,
    draws: Draws,
    *,
    items: pd.DataFrame,
    counts: pd.DataFrame,
    spreads: dict[str, Suppressed],
    blocks: pd.DataFrame,
    tested: pd.DataFrame,
    pairs: pd.DataFrame,
) -> Iterator[Number]:
    """Name the numbers of the texts, of tables that may be shown."""
    yield from named_survey_numbers.survey_numbers(edition, items, spreads["municipality"].table)
    yield from named_survey_numbers.reliability_numbers(blocks, draws)
    detectable = detectable_delta(*protected_summaries.group_size_range(tested, counts))
    yield from named_survey_numbers.comparison_numbers(tested, detectable, draws)
    yield from named_survey_numbers.difference_numbers(tested, {by: protected.table for by, protected in spreads.items()})
    yield from named_survey_numbers.triangulation_numbers(pairs, triangulation.weighted_kappa(pairs))

"""Simulation study of the survey's statistics: ``python -m lab.simulate [SAMPLES]``.

It draws samples from a design with known parameters and writes ``docs/simulation.md``: coverage of the intervals, type I error and power of
the tests.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd

from fruitmand.analysis.comparisons import adjust_holm, compare, detectable_delta
from fruitmand.analysis.intervals import share_interval
from fruitmand.analysis.likert import scores
from fruitmand.analysis.reliability import cronbach_alpha
from fruitmand.analysis.survey_results import SIGNIFICANCE_LEVEL
from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root, write
from fruitmand.edition.reading import Edition
from lab.survey_model import Design, Truth, draw, truth

PAGE = Path("docs/simulation.md")
QUESTIONNAIRE = "2015"
SEED = 20160117
SAMPLES = 500
DRAWS = 1999  # permutations of a test: with fewer, none of 27 could have a p that is under 5 % after Holm
CERTAINTY = 0.99  # of the Monte-Carlo intervals: among some thirty of them, one at 95 % would be off by chance
CHECKED = 3  # samples whose outcomes are in the digest
MUNICIPALITIES = ("alfa", "bravo", "charlie", "delta")

DESIGN = Design(
    respondents=40,
    municipalities=MUNICIPALITIES,
    domains=("finance", "hr"),
    roles=("adviser", "manager"),
    locations={
        "motivation": 0.4,
        "room_for_ideas": 0.2,
        "themes_and_topics": 1.4,
        "knowledge_sharing": 0.0,
        "individual_barriers": -0.3,
        "savings": -0.5,
        "steering": 0.3,
        "working_method": 0.5,
        "goal_attainment": 0.6,
    },
    # Only municipalities with both domains in equal parts are shifted, so that a variable differs by the grouping that it is shifted by and
    # by no other.
    shifts={
        ("role", "adviser", "individual_barriers"): -0.4,
        ("role", "manager", "individual_barriers"): 0.4,
        ("role", "adviser", "savings"): -0.5,
        ("role", "manager", "savings"): 0.5,
        ("municipality", "bravo", "steering"): 1.0,
        ("municipality", "delta", "steering"): -1.0,
        ("municipality", "bravo", "goal_attainment"): 0.6,
        ("municipality", "delta", "goal_attainment"): -0.6,
    },
    person_sd=0.6,
    item_sd=0.8,
    thresholds=(-1.5, -0.5, 0.5, 1.5),
    not_applicable=0.1,
    not_answered=0.03,
    break_off=0.05,
)

MEASURES = {
    "share": "Wilson interval of the share that agrees (4 or 5)",
    "alpha": "Feldt interval of Cronbach's alpha",
    "delta": "Brunner-Munzel interval of Cliff's delta, two groups",
    "epsilon": "noncentral-F interval of rank epsilon squared, four groups",
    "alarm": "false alarms of a test at 5 %",
    "family": "samples with any false alarm",
    "power": "power",
}
AIMS = {"share": 0.95, "alpha": 0.95, "delta": 0.95, "epsilon": 0.95, "alarm": 0.05}
WHY = {
    ("share", "above"): "the share of some forty answers moves in steps, and groups of fixed size differ less than a free sample would",
    ("share", "below"): "the share of some forty answers moves in steps, and close to 0 or 1 a step is large",
    ("alpha", "above"): "Feldt takes normal items with equal covariances, and these have five points and fixed groups",
    ("alpha", "below"): "Feldt takes normal items with equal covariances, and these have five points and unequal ones",
    ("delta", "above"): "with some twenty scores a group, t on the logit scale is a little wide, the more so around 0",
    ("delta", "below"): "it estimates the variances of both groups, and scores that crowd on few points show too little of it",
    ("epsilon", "above"): "the interval misses no truth of 0 and few small ones on the upper side, which leaves 2.5 % on the lower",
    ("epsilon", "below"): "it takes normal scores, and the ranks of answers on five points spread less in a group that crowds at an end",
    ("alarm", "above"): "a permutation test cannot do this when nothing differs, so the test or the design has a fault",
    ("alarm", "below"): "a test of few distinct values has no p just under 5 %, and stays below it",
}
BALANCED = "the groups have equal parts of the grouping that has an effect, so they resemble each other more than groups drawn freely would"
NOTHING, ELSEWHERE = "variables without any effect, mean", "variables with an effect of another grouping only, mean"

Outcome = tuple[str, str, str, float | None]  # measure, what, truth, and the value in this sample


def outcomes(seed: np.random.SeedSequence, items: pd.DataFrame, known: Truth) -> list[Outcome]:
    """Draw one sample and return whether each interval covers and each test rejects; None where it is undefined in the sample."""
    people, responses = draw(DESIGN, items, np.random.default_rng(seed))
    people = people.set_index("respondent")
    wide = responses.pivot(index="respondent", columns="item", values="value")
    results: list[Outcome] = []
    high = known.items.query("by == 'all'").set_index("item")["high"]
    for item in items["item"]:
        valid = wide[item].dropna()
        interval = share_interval(int((valid >= 4).sum()), len(valid))
        results.append(("share", f"`{item}`", _three(high[item]), float(interval.low <= high[item] <= interval.high)))
    for block, alpha in known.alphas.set_index("block")["alpha"].items():
        result = cronbach_alpha(wide[items.loc[items["block"] == block, "item"]])
        inside = None if result.low is None or result.high is None else float(result.low <= alpha <= result.high)
        results.append(("alpha", f"`{block}`", _three(alpha), inside))
    scored = scores(responses, items)
    permutation_seed = int(seed.generate_state(1)[0])
    tests = adjust_holm([compare(scored, people[by], by=by, draws=DRAWS, seed=permutation_seed) for by in DESIGN.groups])
    return [*results, *_effects(tests.merge(known.effects.drop(columns="groups"), on=["variable", "by"], suffixes=("", "_true")))]


def _effects(tests: pd.DataFrame) -> Iterator[Outcome]:
    """Yield the outcomes of the comparisons of one sample: each effect by itself, and the mean of those without an effect."""
    inside = tests["effect_low"].le(tests["effect_true"]) & tests["effect_high"].ge(tests["effect_true"])
    table = tests.assign(
        measure=np.where(tests["by"].isin(["domain", "role"]), "delta", "epsilon"),
        inside=inside.astype("Float64").mask(tests["effect_low"].isna()),
        **{name: tests[p].lt(SIGNIFICANCE_LEVEL).astype("Float64") for name, p in (("plain", "p"), ("holm", "p_adjusted"))},
    )
    null = table["effect_true"] == 0
    has_effect_elsewhere = table["variable"].isin(table.loc[~null, "variable"])
    for (measure, elsewhere), rows in table[null].groupby(["measure", has_effect_elsewhere[null]]):
        what = ELSEWHERE if elsewhere else NOTHING
        yield measure, what, "0", _mean(rows["inside"])
        yield "alarm", f"{'two' if measure == 'delta' else 'four'} groups: {what}", "0", _mean(rows["plain"])
    for row in table[~null].itertuples():
        what = f"`{row.variable}` by {row.by}"
        yield row.measure, what, _three(row.effect_true), _mean(pd.Series([row.inside]))
        yield "power", f"{what}, before Holm", _three(row.effect_true), _mean(pd.Series([row.plain]))
        yield "power", f"{what}, after Holm", _three(row.effect_true), _mean(pd.Series([row.holm]))
    for name, label in (("plain", "before"), ("holm", "after")):
        yield "family", f"{null.sum()} tests without an effect, {label} Holm", "0", float(table.loc[null, name].max())


def _mean(values: pd.Series) -> float | None:
    known = values.dropna()
    return float(known.mean()) if len(known) else None


def _three(value: float) -> str:
    return f"{value:.3f}"


def simulate(samples: int) -> pd.DataFrame:
    """Draw samples and estimate coverage, type I error and power.

    The seed of a sample does not depend on the number of samples.

    Returns
    -------
    DataFrame
        A row per quantity: ``measure, what, truth, aim, found, low, high`` (Monte-Carlo interval of 99 %), ``samples`` (in which it is
        defined) and ``first`` (its values in the first three samples).

    Raises
    ------
    FruitmandError
        When there are fewer than three samples.
    """
    if samples < CHECKED:
        raise FruitmandError(f"it takes at least {CHECKED} samples, not {samples}")
    items = Edition(QUESTIONNAIRE)["items"]
    known = truth(DESIGN, items)
    drawn = [outcome for seed in np.random.SeedSequence(SEED).spawn(samples) for outcome in outcomes(seed, items, known)]
    long = pd.DataFrame(drawn, columns=["measure", "what", "truth", "value"]).astype({"value": "Float64"})
    rows = []
    for measure in MEASURES:
        for (what, true), values in long[long["measure"] == measure].groupby(["what", "truth"], sort=False)["value"]:
            rows.append((measure, what, true, AIMS.get(measure, pd.NA), *_rate(values.dropna()), values.notna().sum(), [*values[:CHECKED]]))
    names = ["measure", "what", "truth", "aim", "found", "low", "high", "samples", "first"]
    return pd.DataFrame(rows, columns=names).astype({"aim": "Float64", "found": "Float64", "low": "Float64", "high": "Float64"})


def _rate(values: pd.Series) -> tuple[object, object, object]:
    """Return the mean of a quantity and its Monte-Carlo interval: Wilson's for a proportion, else from the standard error."""
    numbers = values.to_numpy(float)
    if not len(numbers):
        return pd.NA, pd.NA, pd.NA
    mean = float(numbers.mean())
    if set(numbers) <= {0.0, 1.0}:
        bounds = share_interval(int(numbers.sum()), len(numbers), confidence=CERTAINTY)
        return mean, bounds.low, bounds.high
    width = 2.576 * float(numbers.std(ddof=1)) / len(numbers) ** 0.5
    return mean, mean - width, mean + width


def digest(table: pd.DataFrame) -> str:
    """Return a checksum of the truth and of the outcomes of the first samples; it changes with the design and with the methods."""
    rows = [(row.measure, row.what, row.truth, *map(_cell, row.first)) for row in table.itertuples()]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


def page(table: pd.DataFrame, samples: int) -> str:
    """Return the page of the simulation as Markdown."""
    half = DESIGN.respondents // 2
    detectable = _cell(detectable_delta(half, half).delta)
    shown = [
        (MEASURES[row.measure], row.what, row.truth, *map(_cell, (row.aim, row.found, row.low, row.high)), row.samples)
        for row in table.itertuples()
    ]
    parts = [
        "# Simulation of the survey's statistics",
        "What a report says of a survey rests on intervals and tests that are only roughly right for few respondents. Here they meet "
        f"answers whose truth is known: {samples} samples of one fixed design. `make simulate` draws them anew and writes this page, and a "
        "test compares the page with the design and with the outcomes of the first samples.",
        "## Design",
        f"The items are those of the questionnaire of {QUESTIONNAIRE}. A latent answer is the location of the item's variable, plus the "
        "shifts of the respondent's groups, plus a normal value of the person and another of the person and the item; the thresholds cut "
        "it into five points. What is missing depends on nothing. A variable and grouping without a shift have no effect at all. The truth "
        "is integrated, not drawn.",
        _markdown([("what", "value"), *describe()]),
        "## What was found",
        "*truth* is the share, alpha or effect that the design has, *aim* what the method promises, *found* how often it was so, and *low* "
        f"and *high* are the Monte-Carlo interval of {CERTAINTY:.0%}. Where permutations are drawn there are {DRAWS}. By "
        f"Noether's approximation two groups of {half} scores show a Cliff's delta of {detectable} with a power "
        "of 0.8, before Holm; the rows on power say what these methods do.",
        _markdown([("method", "of", "truth", "aim", "found", "low", "high", "samples"), *shown]),
        "## What is off, and why",
        *remarks(table),
        f"Seed {SEED}; samples {samples}; digest {digest(table)}.",
    ]
    return "\n\n".join(parts) + "\n"


def describe() -> list[tuple[str, str]]:
    """Return the parameters of the design as pairs of a name and a text."""
    values = {field.name: getattr(DESIGN, field.name) for field in fields(DESIGN)}
    shifts = "; ".join(f"{variable} of {group} ({by}) {shift:+g}" for (by, group, variable), shift in values["shifts"].items())
    locations = "; ".join(f"{variable} {place:g}" for variable, place in values["locations"].items())
    texts = {name: ", ".join(map(str, value)) if isinstance(value, tuple) else str(value) for name, value in values.items()}
    return [(f"`{name}`", text) for name, text in (texts | {"shifts": shifts, "locations": locations}).items()]


def remarks(table: pd.DataFrame) -> list[str]:
    """Return in words which quantities deviate from their nominal value by more than Monte-Carlo error, and why."""
    lines: list[str] = []
    judged = table.dropna(subset=["aim", "found"])
    for (measure, side), why in WHY.items():
        rows = judged[judged["measure"] == measure]
        off = rows[rows["low"] > rows["aim"]] if side == "above" else rows[rows["high"] < rows["aim"]]
        elsewhere = off["what"].str.endswith(ELSEWHERE)
        for rows_off, cause in ((off[~elsewhere], why), (off[elsewhere], BALANCED)):
            if len(rows_off):
                names = "; ".join(f"{row.what} {_cell(row.found)}" for row in rows_off.itertuples())
                lines.append(f"- {MEASURES[measure]}: {len(rows_off)} of {len(rows)} {side} the aim ({names}). Why: {cause}.")
    family = table.set_index(table["measure"] + table["what"].str.extract(r"(before|after)", expand=False).fillna(""))["found"]
    lines.append(
        f"- Without an adjustment {_cell(family['familybefore'])} of the samples have a false alarm somewhere; after Holm it is "
        f"{_cell(family['familyafter'])}, for at most {SIGNIFICANCE_LEVEL}."
    )
    within = len(judged) - sum((judged["low"] > judged["aim"]) | (judged["high"] < judged["aim"]))
    return [f"{within} of {len(judged)} quantities with an aim are where they should be, up to chance.", "\n".join(lines)]


def _cell(value: float | None) -> str:
    return "" if value is None or value is pd.NA else f"{value:.3f}"


def _markdown(rows: list[tuple[object, ...]]) -> str:
    head, *body = rows
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in (head, ["---"] * len(head), *body))


@command
def main(arguments: list[str]) -> int:
    """Simulate on the command line and write the page."""
    parser = argparse.ArgumentParser(prog="python -m lab.simulate", description="Test the survey's statistics.")
    parser.add_argument("samples", nargs="?", type=int, default=SAMPLES)
    parsed = parser.parse_args(arguments)
    path, table = project_root() / PAGE, simulate(parsed.samples)
    print(f"{PAGE}: {'written' if write(path, page(table, parsed.samples)) else 'unchanged'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A model of survey answers: draw answers from a design, and compute the true values that their analysis should estimate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

from fruitmand.edition.errors import FruitmandError

Array = npt.NDArray[np.float64]
Members = Mapping[tuple[str, str], npt.NDArray[np.bool_]]
"""Which cells (combinations of municipality, domain and role) belong to each group, by grouping and group."""

POINTS = 5
NODES = 64
DECIMALS = 9  # what is left of an effect that is not there is beyond them
SCORES = np.arange(1, POINTS + 0.5, 0.5)  # a median of whole points is whole or half
LETTERS = np.array(list("0123456789abcdefghijklmnopqrstuvwxyz"))


@dataclass(frozen=True)
class Design:
    """The parameters of a simulated survey.

    A respondent's latent answer to an item is the location of the item's variable, plus the shifts of the respondent's groups, plus
    ``person_sd`` times a standard normal value of the respondent, plus ``item_sd`` times one of the respondent and the item. The four
    ``thresholds`` cut it into five points. The shares are probabilities: that a subject (``about``) does not apply to a respondent, which
    shows on its items with ``not_applicable`` yes; that an item is passed over; that a respondent breaks off after the first item or later.

    Raises
    ------
    FruitmandError
        When thresholds do not rise, a share or deviation is out of range, a shift is of a group or variable that is not there, or there are
        fewer respondents than combinations of municipality, domain and role.
    """

    respondents: int
    municipalities: tuple[str, ...]
    domains: tuple[str, ...]
    roles: tuple[str, ...]
    locations: Mapping[str, float]
    shifts: Mapping[tuple[str, str, str], float]
    person_sd: float
    item_sd: float
    thresholds: tuple[float, float, float, float]
    not_applicable: float = 0.0
    not_answered: float = 0.0
    break_off: float = 0.0

    def __post_init__(self) -> None:
        known = {(by, group, code) for by, groups in self.groups.items() for group in groups for code in self.locations}
        unknown = sorted(set(self.shifts) - known)
        wrong = {
            "thresholds must rise": list(self.thresholds) != sorted(set(self.thresholds)) or len(self.thresholds) != POINTS - 1,
            "shares must be 0 to 1": not all(0 <= share <= 1 for share in (self.not_applicable, self.not_answered, self.break_off)),
            "deviations must be 0 or more, and item_sd more": self.person_sd < 0 or self.item_sd <= 0,
            f"shifts must be of a grouping, group and variable of the design: {unknown}": bool(unknown),
            "every combination of municipality, domain and role needs a respondent": not 1 <= self._combinations() <= self.respondents,
        }
        if violated := [rule for rule, broken in wrong.items() if broken]:
            raise FruitmandError("design of a survey: " + "; ".join(violated))

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The groups of each grouping."""
        return {"municipality": self.municipalities, "domain": self.domains, "role": self.roles}

    def _combinations(self) -> int:
        return len(self.municipalities) * len(self.domains) * len(self.roles)


@dataclass(frozen=True)
class Truth:
    """The true values that the analysis of answers drawn from a design estimates.

    Parameters
    ----------
    items : DataFrame
        ``item, by, group, point_1 … point_5, high``: the probability of each point, and of 4 or 5, among valid answers; a row per item and
        group of each grouping, and one for everybody with ``by`` and ``group`` "all".
    effects : DataFrame
        ``variable, by, groups, effect``: of two groups Cliff's delta (positive when the first in alphabetical order scores higher), of more
        the rank epsilon squared, as `fruitmand.analysis.comparisons.compare` estimates them from the medians per variable.
    alphas : DataFrame
        ``block, items, alpha``: Cronbach's alpha of all items of a block, among those who answered them all.
    """

    items: pd.DataFrame
    effects: pd.DataFrame
    alphas: pd.DataFrame


def draw(design: Design, items: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the answers of a survey.

    Answers are missing completely at random. A respondent to whom a subject does not apply answers *not applicable* at every item about it
    that offers this, unless the item is passed over or comes after breaking off. Groups are as equal in size as can be, and no combination
    of municipality, domain and role is empty.

    Parameters
    ----------
    items : DataFrame
        As ``items.csv``, in the order of asking; every ``code`` has a location in the design.
    rng : Generator
        The only source of chance; the same state gives the same answers.

    Returns
    -------
    respondents, responses : DataFrame
        As ``respondents.csv`` and ``responses.csv``, in the order of the pseudonyms.
    """
    people = _people(design)
    n, count = len(people), len(items)
    person, noise = rng.standard_normal((n, 1)), rng.standard_normal((n, count))
    latent = _locations(design, people, items) + design.person_sd * person + design.item_sd * noise
    points = 1 + np.searchsorted(np.array(design.thresholds), latent)
    subjects, about = np.unique(items["about"].to_numpy(str), return_inverse=True)
    not_applicable = (rng.random((n, len(subjects))) < design.not_applicable)[:, about] & (items["not_applicable"] == "yes").to_numpy(bool)
    not_answered = rng.random((n, count)) < design.not_answered
    stops = np.where(rng.random(n) < design.break_off, rng.integers(1, max(2, count), n), count)
    not_answered |= np.arange(count) >= stops[:, np.newaxis]
    names = _pseudonyms(n, rng)
    order = np.argsort(names)
    respondents = people.assign(respondent=names).iloc[order].reset_index(drop=True)[["respondent", *design.groups]].astype("string")
    states = np.select([not_answered, not_applicable], ["not_answered", "not_applicable"], "answered")[order].ravel()
    answers = pd.Series(points[order].ravel(), dtype="Int64").mask(states != "answered")
    responses = pd.DataFrame(
        {
            "respondent": pd.array(np.repeat(names[order], count), dtype="string"),
            "item": pd.array(np.tile(items["item"].to_numpy(str), n), dtype="string"),
            "state": pd.array(states, dtype="string"),
            "value": answers,
        }
    )
    return respondents, responses


def truth(design: Design, items: pd.DataFrame) -> Truth:
    """Compute the true values of a design.

    Probabilities of points are exact, from the normal ogive. Effects and alphas integrate over the person's value by Gauss-Hermite
    quadrature with 64 nodes, and count every pattern of missing items with its probability; nothing is drawn. Groups have the sizes that
    `draw` gives them. The work grows with five to the power of the number of items of a variable.

    Parameters
    ----------
    items : DataFrame
        As for `draw`.

    Notes
    -----
    With group shares w, pooled probabilities f of the scores, and P of a group the probability that its score is above a pooled score, ties
    counted half, rank epsilon squared is 12 Σ w (P - 1/2)² / (1 - Σ f³): the limit of H / (n - 1) for a large n (Kruskal & Wallis, 1952).
    Alpha is from the covariances of the points (Cronbach, 1951).
    """
    cells = _people(design).value_counts(sort=False).rename("size").reset_index()
    sizes = cells["size"].to_numpy(float)
    locations = _locations(design, cells, items)
    members = {(by, group): (cells[by] == group).to_numpy(bool) for by, groups in design.groups.items() for group in sorted(groups)}
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    at_nodes = locations[:, np.newaxis] + design.person_sd * nodes[:, np.newaxis]
    point_probabilities = _probabilities(design, at_nodes, design.item_sd)  # cells, nodes, items, points
    scores = {variable: _scores(design, items, variable, point_probabilities, weights) for variable in dict.fromkeys(items["code"])}
    return Truth(
        _item_probabilities(design, items, locations, members, sizes),
        _effects(design, scores, members, sizes),
        _alphas(items, point_probabilities, weights, sizes),
    )


def _item_probabilities(design: Design, items: pd.DataFrame, locations: Array, members: Members, sizes: Array) -> pd.DataFrame:
    """Return the probability of every point, and of 4 or 5, of each item: for everybody and for each group."""
    exact = _probabilities(design, locations, float(np.hypot(design.person_sd, design.item_sd)))
    rows = []
    for position, item in enumerate(items["item"]):
        for (by, group), inside in {("all", "all"): np.ones(len(sizes), bool), **members}.items():
            shares = np.average(exact[inside, position], axis=0, weights=sizes[inside])
            rows.append((item, by, group, *shares, shares[3:].sum()))
    points = [f"point_{point}" for point in range(1, POINTS + 1)]
    return pd.DataFrame(rows, columns=["item", "by", "group", *points, "high"])


def _effects(design: Design, scores: Mapping[str, Array], members: Members, sizes: Array) -> pd.DataFrame:
    """Return the effect of every grouping with more than one group on every variable."""
    rows = []
    for variable, by_cell in scores.items():
        for by, groups in design.groups.items():
            if len(groups) > 1:
                parts = [(sizes * inside, by_cell) for (grouping, _), inside in members.items() if grouping == by]
                rows.append((variable, by, len(groups), round(_effect(parts), DECIMALS)))
    return pd.DataFrame(rows, columns=["variable", "by", "groups", "effect"])


def _alphas(items: pd.DataFrame, point_probabilities: Array, weights: Array, sizes: Array) -> pd.DataFrame:
    """Return alpha of every block; missing for a block of one item."""
    rows = []
    for block in dict.fromkeys(items["block"]):
        chosen = np.flatnonzero(items["block"] == block)
        rows.append((block, len(chosen), _alpha(point_probabilities[:, :, chosen], weights, sizes) if len(chosen) > 1 else pd.NA))
    return pd.DataFrame(rows, columns=["block", "items", "alpha"]).astype({"alpha": "Float64"})


def _people(design: Design) -> pd.DataFrame:
    """Return the groups of every respondent, as balanced as can be: municipalities in turn, and combinations of the others in turn."""
    others = list(product(design.domains, design.roles))
    count = len(design.municipalities)
    rows = [(design.municipalities[i % count], *others[(i // count + i % count) % len(others)]) for i in range(design.respondents)]
    return pd.DataFrame(rows, columns=[*design.groups])


def _locations(design: Design, people: pd.DataFrame, items: pd.DataFrame) -> Array:
    """Return the latent location of every row of people (or cell of them) and item."""
    if unknown := sorted(set(items["code"]) - set(design.locations)):
        raise FruitmandError(f"design of a survey: no location for {', '.join(unknown)}")
    places = np.tile(np.array([design.locations[code] for code in items["code"]], float), (len(people), 1))
    for (by, group, variable), shift in design.shifts.items():
        places += shift * np.outer(people[by] == group, items["code"] == variable)
    return places


def _pseudonyms(n: int, rng: np.random.Generator) -> npt.NDArray[np.str_]:
    while True:
        names = np.array(["r" + "".join(LETTERS[row]) for row in rng.integers(0, len(LETTERS), (n, 8))])
        if len(set(names)) == n:
            return names


def _probabilities(design: Design, places: Array, sd: float) -> Array:
    """Return the probability of each point, on a new last axis."""
    below = ndtr((np.array(design.thresholds) - places[..., np.newaxis]) / sd)
    ends = np.zeros((*places.shape, 1))
    return np.diff(np.concatenate([ends, below, ends + 1], axis=-1), axis=-1)


def _patterns(design: Design, items: pd.DataFrame, chosen: npt.NDArray[Any]) -> Iterator[tuple[tuple[bool, ...], float]]:
    """Yield every pattern of valid answers to the chosen items, with its probability; a pattern may occur more than once."""
    last = len(items)
    stops = {last: 1.0} if last < 2 else {last: 1 - design.break_off} | dict.fromkeys(range(1, last), design.break_off / (last - 1))
    picked = items.iloc[chosen]
    subjects = sorted(set(picked["about"]))
    for (stop, chance), applies in product(stops.items(), product([True, False], repeat=len(subjects))):
        applies_to = dict(zip(subjects, applies, strict=True))
        probability = np.prod([1 - design.not_applicable if yes else design.not_applicable for yes in applies])
        open_to = [
            position < stop and (applies_to[about] or allowed != "yes")
            for position, about, allowed in zip(chosen, picked["about"], picked["not_applicable"], strict=True)
        ]
        for valid in product(*([True, False] if able else [False] for able in open_to)):
            answered = [
                design.not_answered if not yes else 1 - design.not_answered for yes, able in zip(valid, open_to, strict=True) if able
            ]
            yield valid, float(chance * probability * np.prod(answered))


def _scores(design: Design, items: pd.DataFrame, variable: str, point_probabilities: Array, weights: Array) -> Array:
    """Return the probability of each median of a variable's valid answers, by cell: shape (cells, 9)."""
    chosen = np.flatnonzero(items["code"] == variable)
    chances: dict[tuple[bool, ...], float] = {}
    for valid, chance in _patterns(design, items, chosen):
        chances[valid] = chances.get(valid, 0.0) + chance
    distribution = np.zeros((len(point_probabilities), len(SCORES)))
    for valid, chance in chances.items():
        if not any(valid):
            continue
        joint = np.ones((*point_probabilities.shape[:2], 1))
        for position in chosen[list(valid)]:
            joint = (joint[..., np.newaxis] * point_probabilities[:, :, np.newaxis, position]).reshape(*point_probabilities.shape[:2], -1)
        medians = np.array([np.median(answers) for answers in product(range(1, POINTS + 1), repeat=sum(valid))])
        distribution += chance * np.einsum("cnj,n->cj", joint, weights) @ (medians[:, np.newaxis] == SCORES)
    return np.asarray(distribution / distribution.sum(axis=1, keepdims=True))


def _effect(groups: list[tuple[Array, Array]]) -> float:
    """Return Cliff's delta of two groups, or rank epsilon squared of more; a group is the sizes of its cells and their scores."""
    sizes = np.array([size.sum() for size, _ in groups])
    each = np.array([np.average(scores, axis=0, weights=size) for size, scores in groups])
    pooled = np.average(each, axis=0, weights=sizes)
    if len(groups) == 2:
        return float(each[0] @ (np.cumsum(each[1]) - each[1]) - each[1] @ (np.cumsum(each[0]) - each[0]))
    above = each @ (np.cumsum(pooled) - pooled / 2)
    return float(12 * np.average((above - 0.5) ** 2, weights=sizes) / (1 - (pooled**3).sum()))


def _alpha(point_probabilities: Array, weights: Array, size: Array) -> float:
    """Return Cronbach's alpha from probabilities by cell, node, item and point."""
    points = np.arange(1, POINTS + 1)
    means, squares = point_probabilities @ points, point_probabilities @ points**2
    joint = np.einsum("c,n->cn", size / size.sum(), weights)
    centre = np.einsum("cn,cni->i", joint, means)
    covariance = np.einsum("cn,cni,cnj->ij", joint, means, means) - np.outer(centre, centre)
    np.fill_diagonal(covariance, np.einsum("cn,cni->i", joint, squares) - centre**2)
    count = len(centre)
    return float(count / (count - 1) * (1 - np.trace(covariance) / covariance.sum()))

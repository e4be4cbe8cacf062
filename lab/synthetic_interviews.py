"""Draw the interview data of the synthetic editions: ratings, passages as two coders code them, decisions, expectations, findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from fruitmand.analysis.ratings import variables
from fruitmand.checks.double_entry import GIVEN, NOT_GIVEN
from fruitmand.edition.schema import SYMBOLS, VALENCES

CODERS = ("synthetic_1", "synthetic_2")
INTERVIEWS_PER_MUNICIPALITY = 3
GROUP = "g4"
"""Id of all municipalities together, as in ``synthetic_edition.toml``."""
_HIGH, _LOW = 0.5, -0.5  # latent levels from which an interview rating is +/+, or -/-
_SAYS_SO, _TOPICS = 0.8, 1  # chance that a passage speaks as the rating does; topics an interview
_OTHER_VALENCE, _OTHER_CODE, _SECOND = 0.10, 0.06, 0.3  # how often the second coder differs, and is right then
_OTHER_SYMBOL = 0.06  # how often the second rater differs
_SAYS = {
    "supports": ("een respondent ziet", "a respondent sees"),
    "mixed": ("een respondent ziet ten dele", "a respondent sees in part"),
    "opposes": ("een respondent mist", "a respondent misses"),
}
_WORDS = {"supports": "ik zie", "mixed": "ik zie ten dele", "opposes": "ik mis"}


def true_symbols(truth: Mapping[str, Any], municipalities: Sequence[str], codes: Sequence[str], rng: np.random.Generator) -> pd.DataFrame:
    """Return the true symbol of every municipality and variable: from the survey's locations and shifts where there are any, else drawn."""
    shifts = truth["shifts"]["municipality"]
    table = pd.DataFrame(index=pd.Index(codes, name="variable"), columns=pd.Index(municipalities, name="municipality"), dtype="string")
    for code in codes:
        for municipality in municipalities:
            if code in truth["locations"]:
                place = truth["locations"][code] + shifts.get(municipality, {}).get(code, 0.0)
                place = -place if code in truth["divergent"] else place
                symbol = SYMBOLS[0] if place > _HIGH else SYMBOLS[2] if place < _LOW else SYMBOLS[1]
            else:
                symbol = str(rng.choice(SYMBOLS))
            table.loc[code, municipality] = symbol
    return table


def second_rater(symbols: pd.DataFrame, kept: Sequence[str], rng: np.random.Generator) -> pd.DataFrame:
    """Return the symbols of a second rater, who differs now and then, but not on the variables that are ``kept``."""
    other = symbols.copy()
    for code in symbols.index:
        for municipality in symbols.columns:
            if rng.random() < _OTHER_SYMBOL and code not in kept:
                other.loc[code, municipality] = str(rng.choice([one for one in SYMBOLS if one != symbols.loc[code, municipality]]))
    return other


@dataclass(frozen=True)
class Passage:
    """What somebody says in an interview, what it is about, and how it is told in the coder's words."""

    interview: str
    words: str
    code: str
    valence: str
    attributed_to: str
    kind: str
    paraphrases: tuple[str, str]


@dataclass(frozen=True)
class Interview:
    """An interview: its name, and whom it was with."""

    name: str
    municipality: str
    domain: str
    role: str


def interviews(municipalities: Mapping[str, str]) -> list[Interview]:
    """Return the interviews in every municipality (labels by id), with respondents of every domain and role."""
    return [
        Interview(f"Interview {label} {number}", municipality, ("hr", "finance")[number % 2], ("adviser", "manager")[(place + number) % 2])
        for place, (municipality, label) in enumerate(municipalities.items())
        for number in range(1, INTERVIEWS_PER_MUNICIPALITY + 1)
    ]


def passages(held: Sequence[Interview], codebook: pd.DataFrame, symbols: pd.DataFrame, rng: np.random.Generator) -> list[Passage]:
    """Draw the passages of every interview, in the order in which they are spoken.

    An interview has a passage on every question of the agenda, on two other variables and on a topic. One passage in fifteen is about all
    municipalities together, and after one in twenty the same is said of a second municipality.
    """
    rated, topics, labels = variables(codebook), codebook[codebook["level"] == "topic"]["code"], codebook.set_index("code")
    asked, unasked = rated.dropna(subset="question")["code"], rated[rated["question"].isna()]["code"]
    found: list[Passage] = []
    for interview in held:
        for code in [*asked, *rng.choice(unasked, 2, replace=False), *rng.choice(topics, _TOPICS)]:
            valence = "" if code in set(topics) else _valence(str(symbols.loc[code, interview.municipality]), rng)
            about = [GROUP if rng.random() < 1 / 15 else interview.municipality]
            if rng.random() < 1 / 20 and about != [GROUP]:
                about.append(str(rng.choice([name for name in symbols.columns if name != interview.municipality])))
            kind = "quotation" if rng.random() < 0.25 else "reported"
            for municipality in about:
                words, paraphrases = _said(len(found) + 1, labels.loc[code], valence)
                found.append(Passage(interview.name, words, str(code), valence, municipality, kind, paraphrases))
    return found


def _valence(symbol: str, rng: np.random.Generator) -> str:
    matching = VALENCES[SYMBOLS.index(symbol)]
    return matching if rng.random() < _SAYS_SO else str(rng.choice(VALENCES))


def _said(number: int, code: pd.Series, valence: str) -> tuple[str, tuple[str, str]]:
    """Return the words of a passage and its paraphrases."""
    begin, first = (f"Verzonnen passage {number}:", f"Invented passage {number}:"), f"Verzonnen antwoord {number}:"
    if not valence:
        nl, en = f"een respondent spreekt over ‘{code['label_nl']}’.", f"a respondent speaks about ‘{code['label_en']}’."
        return f"{first} over ‘{code['label_nl']}’.", (f"{begin[0]} {nl}", f"{begin[1]} {en}")
    (nl, en), said = _SAYS[valence], _WORDS[valence]
    return f"{first} {said} {code['pole_nl']}.", (f"{begin[0]} {nl} {code['pole_nl']}.", f"{begin[1]} {en} {code['pole_en']}.")


def second_coder(spoken: Sequence[Passage], codes: Sequence[str], rng: np.random.Generator) -> list[Passage]:
    """Return the passages as a second coder codes them: now and then with another valence, or another code."""
    found = []
    for passage in spoken:
        code, valence, chance = passage.code, passage.valence, rng.random()
        if valence and chance < _OTHER_VALENCE:
            valence = str(rng.choice([other for other in VALENCES if other != valence]))
        elif valence and chance < _OTHER_VALENCE + _OTHER_CODE:
            code = str(rng.choice([other for other in codes if other != code]))
        found.append(replace(passage, code=code, valence=valence))
    return found


def adjudications(codings: pd.DataFrame, raters: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return a decision on every difference between two coders, and between two raters; of the ratings the first stands, the true ones."""
    rows: list[dict[str, str]] = []
    for segment, part in codings.groupby("segment_id", sort=False):
        first, second = (_states(part[part["coder"] == coder]) for coder in CODERS)
        decision = "second" if rng.random() < _SECOND else "first"
        rows += [
            _decision("codings", f"{segment} {code}", "valence", (first.get(code, NOT_GIVEN), second.get(code, NOT_GIVEN)), decision)
            for code in dict.fromkeys([*first, *second])
            if first.get(code) != second.get(code)
        ]
    for (municipality, variable), part in raters.groupby(["municipality", "variable"], sort=False):
        one, two = part.sort_values("rater")["symbol"]
        if one != two:
            rows.append(_decision("ratings", f"{municipality} {variable}", "symbol", (one, two), "first"))
    return pd.DataFrame(rows)


def _states(codings: pd.DataFrame) -> dict[str, str]:
    return dict(zip(codings["code"], codings["valence"].fillna(GIVEN), strict=True))


def _decision(table: str, key: str, column: str, pair: tuple[str, str], decision: str) -> dict[str, str]:
    said = {"table": table, "key": key, "column": column, "first": pair[0], "second": pair[1], "decision": decision}
    return said | {"reason_nl": "Verzonnen besluit.", "reason_en": "Invented decision."}


def expectations(
    pools: Mapping[str, Sequence[tuple[str, str]]], municipalities: Sequence[str], exhibits: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return which municipality holds which expectation: each holds the first, and others at random."""
    sections = exhibits.set_index("exhibit")["section"]
    rows = [
        {
            "exhibit": exhibit,
            "municipality": municipality,
            "letter": "abc"[place],
            "label_nl": nl,
            "label_en": en,
            "section": sections[exhibit],
        }
        for exhibit, pool in pools.items()
        for municipality in municipalities
        for place, (nl, en) in enumerate(pool)
        if place == 0 or rng.random() < 0.5
    ]
    return pd.DataFrame(rows)


def findings(
    pools: Mapping[str, Mapping[str, Sequence[tuple[str, str]]]], municipalities: Sequence[str], exhibits: pd.DataFrame
) -> pd.DataFrame:
    """Return a worded cell for every municipality and column, different for each municipality."""
    sections = exhibits.set_index("exhibit")["section"]
    rows = [
        {
            "exhibit": exhibit,
            "finding": column,
            "municipality": municipality,
            "position": 1,
            "label_nl": nl,
            "label_en": en,
            "section": sections[exhibit],
        }
        for exhibit, columns in pools.items()
        for column, pool in columns.items()
        for municipality, (nl, en) in zip(municipalities, pool, strict=True)
    ]
    return pd.DataFrame(rows)

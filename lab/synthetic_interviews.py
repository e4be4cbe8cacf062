"""Invented interviews for the synthetic editions: ratings, segments, two coders' codes, decisions, expectations and findings."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from fruitmand.analysis.ratings import variables
from fruitmand.checks.double_entry import GIVEN, NOT_GIVEN
from fruitmand.checks.references import GROUP
from fruitmand.edition.reading import Edition
from fruitmand.edition.schema import SYMBOLS, VALENCES

CODERS = ("synthetic_1", "synthetic_2")
INTERVIEWS_PER_MUNICIPALITY = 3
_HIGH, _LOW = 0.5, -0.5  # latent levels from which an interview rating is +/+, or -/-
_SAYS_SO, _TOPICS = 0.8, 1  # chance that a passage speaks as the rating does; topics an interview
_OTHER_VALENCE, _OTHER_CODE, _SECOND = 0.10, 0.06, 0.3  # how often the second coder differs, and is right then
_SAYS = {
    "supports": ("een respondent ziet", "a respondent sees"),
    "mixed": ("een respondent ziet ten dele", "a respondent sees in part"),
    "opposes": ("een respondent mist", "a respondent misses"),
}


def levels(truth: Mapping[str, Any], municipalities: Sequence[str], codes: Sequence[str], rng: np.random.Generator) -> pd.DataFrame:
    """Return the true symbol of every municipality and variable: from the survey's locations and shifts where it has one, else drawn."""
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


def ratings(found: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Return the ratings, in the tables and sections that another edition's ratings stand in."""
    places = like.drop_duplicates("variable").set_index("variable")
    rows = [
        {"municipality": municipality, "variable": code, "symbol": found.loc[code, municipality]}
        | places.loc[code, ["exhibit", "section"]].to_dict()
        for code in found.index
        for municipality in found.columns
    ]
    return pd.DataFrame(rows)


def segments(study: Edition, found: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the segments, in the order of the text, and the first coder's codes.

    An interview has a passage on every question of the agenda, on two other variables and on a topic. One passage in fifteen is attributed
    to all municipalities together, and one in twenty to a second municipality as well.
    """
    labels = study["codebook"].set_index("code")
    rows: list[dict[str, Any]] = []
    codings: list[dict[str, Any]] = []
    paragraphs: dict[str, int] = {}
    for number, passage in enumerate(_passages(study["codebook"], found, rng), start=1):
        section = str(labels.loc[passage["code"], "used_at"])
        paragraphs[section] = paragraphs.get(section, 0) + 1
        nl, en = _paraphrase(number, passage, labels)
        for municipality in passage["attributed_to"]:
            name = f"s{len(rows) + 1:03}"
            rows.append(
                {
                    "segment_id": name,
                    "municipality": municipality,
                    "respondent": "one" if passage["interview"] % 2 else "another",
                    "section": section,
                    "paragraph": paragraphs[section],
                    "start": 0,
                    "end": len(nl),
                    "digest": hashlib.sha256(nl.encode()).hexdigest()[:12],
                    "kind": passage["kind"],
                    "layer": "findings",
                    "same_as": pd.NA,
                    "paraphrase_nl": nl,
                    "paraphrase_en": en,
                    "coder": CODERS[0],
                }
            )
            codings.append({"segment_id": name, "code": passage["code"], "valence": passage["valence"], "coder": CODERS[0]})
    return pd.DataFrame(rows), pd.DataFrame(codings)


def _passages(codebook: pd.DataFrame, found: pd.DataFrame, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Draw the passages of every interview, in the order of the sections that their codes are used in."""
    rated, topics = variables(codebook), codebook[codebook["level"] == "topic"]["code"]
    asked, unasked = rated.dropna(subset="question")["code"], rated[rated["question"].isna()]["code"]
    municipalities = list(found.columns)
    passages: list[dict[str, Any]] = []
    for interview, municipality in enumerate(np.repeat(municipalities, INTERVIEWS_PER_MUNICIPALITY)):
        for code in [*asked, *rng.choice(unasked, 2, replace=False), *rng.choice(topics, _TOPICS)]:
            valence = "" if code in set(topics) else _valence(str(found.loc[code, municipality]), rng)
            attributed_to = [GROUP if rng.random() < 1 / 15 else str(municipality)]
            if rng.random() < 1 / 20 and attributed_to != [GROUP]:
                attributed_to.append(str(rng.choice([name for name in municipalities if name != municipality])))
            kind = "quotation" if rng.random() < 0.25 else "reported"
            passages.append({"code": code, "valence": valence, "attributed_to": attributed_to, "kind": kind, "interview": interview})
    section = codebook.set_index("code")["used_at"]
    return sorted(passages, key=lambda passage: str(section[passage["code"]]))


def _valence(symbol: str, rng: np.random.Generator) -> str:
    said = VALENCES[SYMBOLS.index(symbol)]
    return said if rng.random() < _SAYS_SO else str(rng.choice(VALENCES))


def _paraphrase(number: int, passage: Mapping[str, Any], labels: pd.DataFrame) -> tuple[str, str]:
    words = labels.loc[passage["code"]]
    if not passage["valence"]:
        return (
            f"Verzonnen passage {number}: een respondent spreekt over ‘{words['label_nl']}’.",
            f"Invented passage {number}: a respondent speaks about ‘{words['label_en']}’.",
        )
    nl, en = _SAYS[passage["valence"]]
    return f"Verzonnen passage {number}: {nl} {words['pole_nl']}.", f"Invented passage {number}: {en} {words['pole_en']}."


def second_coder(
    first: pd.DataFrame, made: pd.DataFrame, codes: Sequence[str], rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the second coder's codes, and how every difference with the first was decided; one passage has one coding."""
    place = made.set_index("segment_id")[["section", "paragraph"]].apply(tuple, axis=1)
    chosen: dict[tuple[Any, ...], tuple[str, str, str]] = {}
    rows, decisions = [], []
    for row in first.itertuples():
        key = place[row.segment_id]
        if key not in chosen:
            code, valence, draw = row.code, row.valence, rng.random()
            if valence and draw < _OTHER_VALENCE:
                valence = str(rng.choice([other for other in VALENCES if other != valence]))
            elif valence and draw < _OTHER_VALENCE + _OTHER_CODE:
                code = str(rng.choice([other for other in codes if other != code]))
            chosen[key] = code, valence, "second" if rng.random() < _SECOND else "first"
        code, valence, decision = chosen[key]
        rows.append({"segment_id": row.segment_id, "code": code, "valence": valence, "coder": CODERS[1]})
        ours, theirs = {row.code: row.valence or GIVEN}, {code: valence or GIVEN}
        for name in dict.fromkeys([*ours, *theirs]):
            pair = ours.get(name, NOT_GIVEN), theirs.get(name, NOT_GIVEN)
            if pair[0] != pair[1]:
                decisions.append(
                    {
                        "table": "codings",
                        "key": f"{row.segment_id} {name}",
                        "column": "valence",
                        "first": pair[0],
                        "second": pair[1],
                        "decision": decision,
                        "reason_nl": "Verzonnen besluit.",
                        "reason_en": "Invented decision.",
                    }
                )
    return pd.DataFrame(rows), pd.DataFrame(decisions)


def expectations(
    pools: Mapping[str, Sequence[tuple[str, str]]], municipalities: Sequence[str], exhibits: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return which municipality holds which lettered expectation: each holds the first, and others at random."""
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

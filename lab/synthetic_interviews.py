"""Draw the interview data of the synthetic editions: ratings, segments, codes of two coders, adjudications, expectations, findings."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from fruitmand.analysis.ratings import variables
from fruitmand.checks.double_entry import GIVEN, NOT_GIVEN
from fruitmand.edition.reading import Edition
from fruitmand.edition.schema import SYMBOLS, VALENCES

CODERS = ("synthetic_1", "synthetic_2")
INTERVIEWS_PER_MUNICIPALITY = 3
GROUP = "g4"
"""Id of all municipalities together, as in ``synthetic_edition.toml``."""
_HIGH, _LOW = 0.5, -0.5  # latent levels from which an interview rating is +/+, or -/-
_SAYS_SO, _TOPICS = 0.8, 1  # chance that a passage speaks as the rating does; topics an interview
_OTHER_VALENCE, _OTHER_CODE, _SECOND = 0.10, 0.06, 0.3  # how often the second coder differs, and is right then
_SAYS = {
    "supports": ("een respondent ziet", "a respondent sees"),
    "mixed": ("een respondent ziet ten dele", "a respondent sees in part"),
    "opposes": ("een respondent mist", "a respondent misses"),
}


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


def ratings(symbols: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Return the ratings, with the exhibits and sections of another edition's ratings."""
    places = like.drop_duplicates("variable").set_index("variable")
    rows = [
        {"municipality": municipality, "variable": code, "symbol": symbols.loc[code, municipality]}
        | places.loc[code, ["exhibit", "section"]].to_dict()
        for code in symbols.index
        for municipality in symbols.columns
    ]
    return pd.DataFrame(rows)


def segments(study: Edition, symbols: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the segments, in the order of the text, and the first coder's codes.

    An interview has a passage on every question of the agenda, on two other variables and on a topic. One passage in fifteen is attributed
    to all municipalities together, and one in twenty to a second municipality as well.
    """
    labels = study["codebook"].set_index("code")
    rows: list[dict[str, Any]] = []
    codings: list[dict[str, Any]] = []
    paragraphs: dict[str, int] = {}
    for number, passage in enumerate(_passages(study["codebook"], symbols, rng), start=1):
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


def _passages(codebook: pd.DataFrame, symbols: pd.DataFrame, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Draw the passages of every interview, in the order of the sections that their codes are used in."""
    rated, topics = variables(codebook), codebook[codebook["level"] == "topic"]["code"]
    asked, unasked = rated.dropna(subset="question")["code"], rated[rated["question"].isna()]["code"]
    municipalities = list(symbols.columns)
    passages: list[dict[str, Any]] = []
    for interview, municipality in enumerate(np.repeat(municipalities, INTERVIEWS_PER_MUNICIPALITY)):
        for code in [*asked, *rng.choice(unasked, 2, replace=False), *rng.choice(topics, _TOPICS)]:
            valence = "" if code in set(topics) else _valence(str(symbols.loc[code, municipality]), rng)
            attributed_to = [GROUP if rng.random() < 1 / 15 else str(municipality)]
            if rng.random() < 1 / 20 and attributed_to != [GROUP]:
                attributed_to.append(str(rng.choice([name for name in municipalities if name != municipality])))
            kind = "quotation" if rng.random() < 0.25 else "reported"
            passages.append({"code": code, "valence": valence, "attributed_to": attributed_to, "kind": kind, "interview": interview})
    section = codebook.set_index("code")["used_at"]
    return sorted(passages, key=lambda passage: str(section[passage["code"]]))


def _valence(symbol: str, rng: np.random.Generator) -> str:
    matching = VALENCES[SYMBOLS.index(symbol)]
    return matching if rng.random() < _SAYS_SO else str(rng.choice(VALENCES))


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
    first: pd.DataFrame, segments: pd.DataFrame, codes: Sequence[str], rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the second coder's codes and the adjudication of every disagreement; segments of one passage are coded alike."""
    location_of = segments.set_index("segment_id")[["section", "paragraph"]].apply(tuple, axis=1)
    by_passage: dict[tuple[Any, ...], tuple[str, str, str]] = {}
    rows, decisions = [], []
    for row in first.itertuples():
        key = location_of[row.segment_id]
        if key not in by_passage:
            code, valence, chance = row.code, row.valence, rng.random()
            if valence and chance < _OTHER_VALENCE:
                valence = str(rng.choice([other for other in VALENCES if other != valence]))
            elif valence and chance < _OTHER_VALENCE + _OTHER_CODE:
                code = str(rng.choice([other for other in codes if other != code]))
            by_passage[key] = code, valence, "second" if rng.random() < _SECOND else "first"
        code, valence, decision = by_passage[key]
        rows.append({"segment_id": row.segment_id, "code": code, "valence": valence, "coder": CODERS[1]})
        first_codes, second_codes = {row.code: row.valence or GIVEN}, {code: valence or GIVEN}
        for name in dict.fromkeys([*first_codes, *second_codes]):
            pair = first_codes.get(name, NOT_GIVEN), second_codes.get(name, NOT_GIVEN)
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

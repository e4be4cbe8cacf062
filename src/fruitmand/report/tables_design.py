"""The tables of the design and of the synthesis: facts, methods, legend, survey plan, and research questions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from fruitmand.analysis.claims import claims_about
from fruitmand.analysis.ratings import variables
from fruitmand.edition.columns import STANDINGS
from fruitmand.edition.schema import SYMBOLS
from fruitmand.report.blocks import Cell, Column, Table
from fruitmand.report.tables_study import columns, rating, without_empty
from fruitmand.report.words import Words

_LEVELS = ("high", "middle", "low")


def design(words: Words) -> Table:
    """List the facts of the design with the location that states each; what is not told has no row."""
    settings, pick = words.edition.settings, words.pick
    interviews, anonymity = settings.interviews, settings.anonymity
    held = words.text("design.interviews_value") if interviews.count else ""
    first = {"domains": settings.domains[:1], "roles": settings.roles[:1]}
    at = {name: words.section_place(found[0].place) if found else "" for name, found in first.items()}
    groups: dict[str, list[list[Cell | str]]] = {
        "partners": [[p.name, pick(p.model_dump(), "role"), words.section_place(p.place)] for p in settings.partners],
        "interviews": [
            [words.text("design.held"), held, words.section_place(interviews.conducted_place)],
            [words.text("design.domains"), ", ".join(pick(d.model_dump()) for d in settings.domains), at["domains"]],
            [words.text("design.roles"), "; ".join(pick(r.model_dump()) for r in settings.roles), at["roles"]],
            *_told(words),
        ],
        "anonymity": [
            [words.text("design.promise"), pick(anonymity.model_dump(), "promise"), words.section_place(anonymity.place)],
            [words.text("design.practice"), pick(anonymity.model_dump(), "practice"), words.section_place(anonymity.practice_place)],
        ],
    }
    rows: list[list[Cell | str]] = []
    for name, part in groups.items():
        told = [row for row in part if row[1]]
        rows += [[words.text(f"design.{name}")], *told] if told else []
    return without_empty(Table(columns(words, ("fact", "left", 0.34), ("value", "left", 0.5), ("place", "left", 0.16)), rows))


def _told(words: Words) -> Iterator[list[Cell | str]]:
    """Return what is told of the interviews; of fieldwork only what its settings say, and what was coded."""
    interviews, fieldwork = words.edition.settings.interviews, words.edition.settings.basis == "fieldwork"
    if fieldwork and len(documents := words.edition["documents"]):
        yield [words.text("design.coded"), str(len(documents)), ""]
    for name in ("by_municipality", "transcripts"):
        if not fieldwork or name in interviews.model_fields_set:
            yield [words.text(f"design.{name}"), words.text(f"design.{getattr(interviews, name).replace(' ', '_')}"), "–"]


def methods(words: Words) -> Table:
    """List the planned methods and whether each was carried out."""
    rows = [
        [
            words.pick(m.model_dump()),
            words.section_place(m.planned_place) or words.text("cell.not_announced"),
            words.text(f"status.{m.status}"),
            words.section_place(m.done_place),
        ]
        for m in words.edition.settings.design
    ]
    return Table(
        columns(words, ("method", "left", 0.4), ("announced_at", "left", 0.18), ("status", "left", 0.24), ("stated_at", "left", 0.18)),
        rows,
    )


def survey(words: Words) -> Table:
    """Show what was planned for the survey and whether it was fielded; what is not told has no row."""
    plan = words.edition.settings.survey
    state = f"{words.text(f'survey.{plan.state}')}. {words.pick(plan.model_dump(), 'reason')}"
    rows: list[list[Cell | str]] = []
    if plan.respondents_planned:
        rows.append([words.text("survey.respondents"), words.text("survey.respondents_value"), words.section_place(plan.planned_place)])
    for name in ("scale_announced", "scale_annex"):
        if scale := getattr(plan, name):
            rows.append([words.text(f"survey.{name}"), words.scale(scale), _declared(words, scale)])
    rows.append([words.text("survey.state"), state.rstrip(), words.section_place(plan.lapsed_place)])
    rows.append([words.text("survey.answers"), words.text("survey.no_answers"), "–"])
    return without_empty(Table(columns(words, ("fact", "left", 0.26), ("value", "left", 0.52), ("place", "left", 0.22)), rows))


def _declared(words: Words, scale: str) -> str:
    scales = words.edition["scales"]
    return words.section_place(str(scales.loc[scales["scale"] == scale, "declared_at"].iloc[0]))


def questions(words: Words, counts: pd.DataFrame, verdicts: pd.DataFrame, evidence: pd.DataFrame) -> Table:
    """Show per research question its answer, the claims made there and on the same subject, the ratings and their standing."""
    rated_as, verdict_of = counts.set_index("variable"), dict(zip(verdicts["claim"], verdicts["verdict"], strict=True))
    nothing = words.text("cell.nothing_tested")
    rows: list[list[Cell | str]] = []
    for row in words.edition["questions"].sort_values("position").to_dict("records"):
        codes = [] if pd.isna(row["rests_on"]) else str(row["rests_on"]).split(";")
        made_there = [claim for claim, _ in claims_at(verdicts, str(row["answered_at"]))]
        about_same_subject = [claim for claim in claims_about(words.edition.claims, codes) if claim not in made_there]
        standings = evidence[evidence["variable"].isin(codes)]["standing"].value_counts()
        number = words.text("cell.central") if row["question"] == "central" else str(row["question"])
        rows.append([f"{number}. {words.pick(row, 'asks')}"])
        rows.append([words.text("column.answer"), f"{words.pick(row, 'answer')} ({words.section_place(str(row['answered_at']))})"])
        rows.append([words.text("column.claims_there"), _by_verdict(words, made_there, verdict_of) or nothing])
        rows.append([words.text("column.claims_about"), _by_verdict(words, about_same_subject, verdict_of) or nothing])
        ratings_shown = "; ".join(_rated(words, code, rated_as) for code in codes)
        rows.append([words.text("column.rests_on"), ratings_shown or words.text("cell.literature")])
        if codes:
            counts_shown = (words.text(f"standing_count.{name}", n=int(standings[name])) for name in STANDINGS if name in standings)
            rows.append([words.text("column.standing"), ", ".join(counts_shown)])
    return Table([Column(words.text("column.question_asked"), "left", 0.27), Column(words.text("column.value"), "left", 0.73)], rows)


def _rated(words: Words, code: str, rated_as: pd.DataFrame) -> str:
    """Return a variable with the number of municipalities at each rating that occurs, in words."""
    book = words.variables[code]
    counts = ((rating(words, book, symbol).text, int(rated_as.loc[code, key])) for symbol, key in zip(SYMBOLS, _LEVELS, strict=True))
    return f"{words.label(code)}: {', '.join(f'{count}× {word}' for word, count in counts if count)}"


def _by_verdict(words: Words, claims: Sequence[str], verdict_of: Mapping[str, str]) -> str:
    """Return claims by verdict, in words."""
    by_verdict: dict[str, list[str]] = {}
    for claim in claims:
        by_verdict.setdefault(verdict_of[claim], []).append(claim)
    return "; ".join(f"{words.text(f'verdict.{verdict}').lower()}: {', '.join(of_verdict)}" for verdict, of_verdict in by_verdict.items())


def claims_at(verdicts: pd.DataFrame, places: str) -> list[tuple[str, str]]:
    """Return (claim, verdict) of the claims made at locations such as ``6 ¶15-16; 6 ¶18``.

    >>> frame = pd.DataFrame({"claim": ["c1", "c2"], "section": ["6", "6"], "paragraph": [5, 9], "verdict": ["holds", "holds"]})
    >>> claims_at(frame, "6 ¶4-7; 7 ¶9")
    [('c1', 'holds')]
    """
    made_there = []
    for place in places.split(";"):
        section, _, span = place.strip().partition(" ¶")
        first, _, last = span.partition("-")
        is_there = (verdicts["section"].astype(str) == section) & verdicts["paragraph"].between(int(first), int(last or first))
        made_there += list(verdicts.loc[is_there, ["claim", "verdict"]].itertuples(index=False, name=None))
    return made_there


def legend(words: Words) -> Table:
    """List what the symbols mean per group of variables, and where a publication says that; of fieldwork the codebook does."""
    tables = words.edition
    scales = tables["scales"].set_index(["scale", "symbol"])
    rows: list[list[Cell | str]] = []
    for (concept, scale, _), part in variables(tables["codebook"]).groupby(["concept", "scale_used", "polarity"], sort=False):
        is_whole_concept = len(part) == (variables(tables["codebook"])["concept"] == concept).sum()
        group = (
            words.label(concept)
            if is_whole_concept
            else f"{words.label(concept)}: {', '.join(words.label(code).lower() for code in part['code'])}"
        )
        asked = part["scale_declared"].notna().any()  # the scale of its question says where it is declared, not where the symbols are
        printed = pd.NA if asked else scales.loc[(scale, "+/+"), "symbol_declared_at"]
        cells = [replace(rating(words, part.iloc[0].to_dict(), symbol), small="") for symbol in SYMBOLS]
        rows.append([group, *cells, words.text("cell.no_legend") if pd.isna(printed) else words.section_place(str(printed))])
    heads = columns(words, ("group", "left", 0.4), *((key, "center", 0.15) for key in ("high", "middle", "low")), ("legend", "left", 0.15))
    shown = len(heads) - (words.edition.settings.basis == "fieldwork")
    return Table(heads[:shown], [row[:shown] for row in rows])

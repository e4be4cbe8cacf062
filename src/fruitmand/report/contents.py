"""What an edition has to report: the chapters that have something in them, and what a draft lacks."""

from collections.abc import Iterator
from dataclasses import dataclass

from fruitmand.analysis.ratings import concepts, variables
from fruitmand.checks.double_entry import undecided_codes
from fruitmand.edition.reading import Edition

CHAPTERS = ("protocol", "interviews", "first", "others", "survey", "claims", "evidence", "synthesis")
"""The chapters in order, by what they are about; each is a notebook."""


@dataclass(frozen=True)
class Lack:
    """Something that a draft lacks: its kind, how many of how many, and which municipalities, codes or files."""

    kind: str
    n: int = 0
    of: int = 0
    names: tuple[str, ...] = ()


def chapters(edition: Edition) -> list[str]:
    """Return the chapters of `CHAPTERS` that have content, in order; the first, on the design, always has."""
    ratings, segments = edition["ratings"], edition["segments"]
    book = variables(edition["codebook"])
    first = concepts(edition["codebook"])["concept"].iloc[:1]
    of_first = ratings["variable"].isin(book[book["concept"].isin(first)]["code"])
    there = {
        "protocol": True,
        "interviews": len(segments) > 0,
        "first": bool(of_first.any()),
        "others": bool((~of_first).any()),
        "survey": has_survey(edition),
        "claims": len(edition.claims) > 0,
        "evidence": len(ratings) > 0 and len(segments) > 0,
        "synthesis": len(ratings) > 0,
    }
    return [name for name in CHAPTERS if there[name]]


def has_survey(edition: Edition) -> bool:
    """Return whether there is a survey to tell of, be it fielded or not."""
    return edition.settings.survey.state != "none"


def survey_state(edition: Edition) -> str:
    """Return what became of the survey: ``awaited`` where it was fielded and nothing is there of it yet, else as the settings say."""
    state = edition.settings.survey.state
    return "awaited" if state == "fielded" and not edition.fielded else state


def answers_kept_out(edition: Edition) -> bool:
    """Return whether results of a survey are shown of which the answers stay out of the repository."""
    return edition.fielded and edition.settings.answers_kept_out


def missing(edition: Edition) -> list[Lack]:
    """Return what a draft lacks that the report would show, nothing for a published edition; what an edition can do without is no lack."""
    if edition.settings.status != "draft":
        return []
    return [*_missing_ratings(edition), *_missing_interviews(edition), *_missing_rest(edition)]


def _missing_ratings(edition: Edition) -> Iterator[Lack]:
    ratings, book = edition["ratings"].dropna(subset="symbol"), variables(edition["codebook"])
    municipalities = edition["municipalities"].sort_values("position")["municipality"].tolist()
    cells = len(book) * len(municipalities)
    given = edition.rater_ratings.dropna(subset="symbol").drop_duplicates(["municipality", "variable"])
    if given.empty:
        yield Lack("no_ratings", of=cells)
    elif len(given) < cells:
        per_municipality = given["municipality"].value_counts()
        lacking = tuple(name for name in municipalities if per_municipality.get(name, 0) < len(book))
        yield Lack("ratings", cells - len(given), cells, lacking)
    if unsettled := len(given) - len(ratings):
        yield Lack("unsettled", unsettled)


def _missing_interviews(edition: Edition) -> Iterator[Lack]:
    segments = edition["segments"]
    if not len(segments):
        yield Lack("segments")
        return
    coded = set(edition["codings"]["segment_id"])
    if uncoded := sum(segment not in coded for segment in segments["segment_id"]):
        yield Lack("uncoded", uncoded, len(segments))
    languages = [f"paraphrase_{language}" for language in edition.settings.languages]
    if unsaid := int(segments[languages].isna().any(axis=1).sum()):
        yield Lack("paraphrases", unsaid, len(segments))
    silent = set(edition["municipalities"]["municipality"]) - set(segments["municipality"].dropna())
    in_order = edition["municipalities"].sort_values("position")["municipality"]
    if silent:
        yield Lack("silent", len(silent), names=tuple(name for name in in_order if name in silent))
    if len(edition.coders) == 1:
        yield Lack("second_coder")
    if edition.basis == "fieldwork":  # a publication's coders are settled before it can be read
        undecided = undecided_codes(edition["codings"], edition.coders, edition["adjudications"], lone=edition.lone_codings)
        yield from [Lack("undecided", undecided)] if undecided else []


def _missing_rest(edition: Edition) -> Iterator[Lack]:
    if edition.settings.survey.state == "planned":
        yield Lack("survey")
    if not len(edition["questions"]):
        yield Lack("questions")
    if not len(edition["agenda"]):
        yield Lack("agenda")
    if not edition.claims:
        yield Lack("claims")

"""The questionnaire of an edition, independent of any tool: the basis of the files for survey tools and of the paper form."""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fruitmand.checks.items import problems_of_items
from fruitmand.edition.errors import DataError, Problem, suggest
from fruitmand.edition.reading import Edition
from fruitmand.edition.survey_groups import GROUPINGS, groups
from fruitmand.report.words import load, own_file, own_texts

NOT_APPLICABLE = "na"
SECTION = "questionnaire"
"""Where ``texts.<language>.toml`` of an edition has what only its researcher knows."""
ABOUT_THE_RESEARCHER = ("retention", "contact", "controller", "complaints", "data_protection", "hand_in")
"""The texts of that section that may hold an address or a telephone number."""
_DEPENDING = ("what_you_do", "recognisable", "kept", "short_codes")
"""The texts that depend on how many of municipality, domain and role are asked."""
Text = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True)
class Option:
    """An answer that can be chosen: its code and its label by language."""

    code: str
    label: Text


@dataclass(frozen=True)
class Item:
    """A statement, the points of its scale from low to high, and whether *not applicable* is offered beside them."""

    id: str
    code: str
    about: str
    statement: Text
    scale: str
    points: tuple[Option, ...]
    not_applicable: bool


@dataclass(frozen=True)
class Part:
    """A block of items, titled with the label of the concept that they measure."""

    id: str
    title: Text
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Question:
    """A background question about the respondent, with its answers."""

    id: str
    text: Text
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Form:
    """A questionnaire in the languages of its edition. ``banner`` is empty unless the edition is synthetic."""

    edition: str
    date: datetime.date
    languages: tuple[str, ...]
    parts: tuple[Part, ...]
    questions: tuple[Question, ...]
    announced: int
    banner: Text
    fills: Mapping[str, Text]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in their order."""
        return tuple(item for part in self.parts for item in part.items)

    def words(self, language: str) -> dict[str, Any]:
        """Return the texts around the questions, with the values of the edition filled in."""
        filled: dict[str, Any] = self._filled(load(f"instrument.{language}"), language)
        return filled

    def title(self, language: str) -> str:
        """Return the title, marked as such when the edition is synthetic, and when the researcher has still to complete something."""
        labels = self.words(language)["document"]
        return " – ".join(filter(None, (labels["title"], self.banner[language], labels["not_ready"] if self.unready else "")))

    @property
    def unready(self) -> bool:
        """Whether a text has a place that the researcher has still to complete."""
        return any(is_open for name in self.languages for text in _texts(self.words(name)) for _, is_open in open_fields(text, name))

    def to_complete(self, language: str) -> dict[str, str]:
        """Return the texts that the researcher has still to complete, by their key in the section `SECTION`."""
        texts = {key: self.fills[key][language] for key in load(language)[SECTION]}
        return {key: text for key, text in texts.items() if any(is_open for _, is_open in open_fields(text, language))}

    def without_the_researcher(self) -> "Form":
        """Return the form without what is said about the researcher."""
        blank = {name: load(name)[SECTION] for name in self.languages}
        return replace(self, fills={**self.fills, **{key: {n: blank[n][key] for n in self.languages} for key in ABOUT_THE_RESEARCHER}})

    def remarks(self, part: Part, language: str) -> str:
        """Return the question that asks for remarks on a part."""
        return str(self.words(language)["block"]["remarks"]).replace("{block}", part.title[language])

    def not_applicable(self) -> Option:
        """Return the answer *not applicable*, which is on no scale."""
        return Option(NOT_APPLICABLE, {name: self.words(name)["document"]["not_applicable"] for name in self.languages})

    def options(self, item: Item) -> tuple[Option, ...]:
        """Return all answers of an item: the points of its scale, and *not applicable* where it is offered."""
        return (*item.points, self.not_applicable()) if item.not_applicable else item.points

    def _filled(self, node: Any, language: str) -> Any:
        if isinstance(node, dict):
            return {key: self._filled(value, language) for key, value in node.items()}
        if isinstance(node, list):
            return [self._filled(value, language) for value in node]
        return re.sub(r"\{(\w+)\}", lambda match: self.fills[match[1]][language] if match[1] in self.fills else match[0], node)


def read_form(edition: Edition) -> Form:
    """Read the questionnaire from an edition's items, scales, codebook, municipalities and settings; other files are not needed.

    Statements, labels and titles are put on one line, whatever white space the raw files contain.

    Raises
    ------
    DataError
        When there are no items, an item names an unknown scale, block or variable, or its scale has a point without a label.
    """
    settings, languages = edition.settings, tuple(edition.settings.languages)
    if problems := [*problems_of_items(edition), *_problems_of_texts(edition)]:
        raise DataError(problems)
    codebook, scales = edition["codebook"].set_index("code"), edition["scales"]
    points = {
        str(name): tuple(Option(str(row["rank"]), _text(row, "label", languages)) for row in rows.sort_values("rank").to_dict("records"))
        for name, rows in scales[scales["scale"].isin(edition["items"]["scale"])].groupby("scale")
    }
    parts = []
    for block, rows in edition["items"].groupby("block", sort=False):
        items = tuple(_item(row, points, languages) for row in rows.to_dict("records"))
        parts.append(Part(str(block), _text(codebook.loc[block], "label", languages), items))
    questions = tuple(_questions(edition, languages))
    title = settings.title.model_dump()
    banner: Text = {name: load(f"instrument.{name}")["document"]["synthetic"] if settings.synthetic else "" for name in languages}
    counts = {"min_cell": settings.disclosure.min_cell, "items": len(edition["items"]), "questions": len(questions)}
    fills: dict[str, Text] = {name: dict.fromkeys(languages, str(count)) for name, count in counts.items()}
    about = {name: load(name, edition.folder)[SECTION] for name in languages}
    fills |= {key: {name: one_line(about[name][key]) for name in languages} for key in about[languages[0]]}
    fills |= {"title": {name: one_line(title[name]) for name in languages}, "edition": dict.fromkeys(languages, edition.name)}
    fills.update(_of_the_asked([question.id for question in questions], fills, languages))
    return Form(
        edition=edition.name,
        date=settings.source.date,
        languages=languages,
        parts=tuple(parts),
        questions=questions,
        announced=int((scales["scale"] == settings.survey.scale_announced).sum()),
        banner=banner,
        fills=fills,
    )


def one_line(text: str) -> str:
    r"""Return a text on one line, without white space around it.

    >>> one_line(" one\ttwo\r\nthree ")
    'one two three'
    """
    return " ".join(text.split())


def open_fields(text: str, language: str) -> list[tuple[str, bool]]:
    """Split a text at the fields that the researcher still has to complete, as (text, whether it is such a field).

    >>> open_fields("Ask [to be completed: name].", "en")
    [('Ask ', False), ('[to be completed: name]', True), ('.', False)]
    """
    mark = load(f"instrument.{language}")["document"]["to_fill_in"]
    parts = re.split(rf"(\[{re.escape(mark)}: [^\]]*\])", text)
    return [(part, bool(place % 2)) for place, part in enumerate(parts) if part]


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _texts(child)


def _item(row: Mapping[Any, Any], points: Mapping[str, tuple[Option, ...]], languages: Sequence[str]) -> Item:
    statement = _text(row, "statement", languages)
    return Item(row["item"], row["code"], row["about"], statement, row["scale"], points[row["scale"]], row["not_applicable"] == "yes")


def _text(row: Any, column: str, languages: Sequence[str]) -> Text:
    return {name: one_line(str(row[f"{column}_{name}"])) for name in languages}


def _questions(edition: Edition, languages: Sequence[str]) -> Iterator[Question]:
    """Yield the background questions that have answers in this edition."""
    for name, answers in groups(edition, edition.settings).items():
        text = {language: load(f"instrument.{language}")["background"][name] for language in languages}
        if answers:
            yield Question(name, text, tuple(Option(row["id"], _text(row, "label", languages)) for row in answers))


def _of_the_asked(asked: Sequence[str], fills: Mapping[str, Text], languages: Sequence[str]) -> Mapping[str, Text]:
    """Return the texts that depend on which background questions are asked: none promises what is not asked."""
    made: dict[str, dict[str, str]] = {key: {} for key in (*_DEPENDING, "asked")}
    for language in languages:
        words = load(f"instrument.{language}")["asked"]
        *names, last = [words[name] for name in asked] or [""]
        listed = f"{', '.join(names)} {words['and']} {last}" if names else last
        known = {name: text[language] for name, text in fills.items()} | {"asked": listed}
        texts = words["many" if len(asked) > 1 else "one" if asked else "none"]
        filled = {key: re.sub(r"\{(\w+)\}", lambda match: known[match[1]], texts.get(key, "")) for key in _DEPENDING}  # noqa: B023
        for key, text in (filled | {"asked": listed}).items():
            made[key][language] = text
    return made


def unasked(form: Form) -> list[str]:
    """Return what respondents are not asked, as the edition has no answers for it."""
    return [name for name in GROUPINGS if name not in {question.id for question in form.questions}]


def _problems_of_texts(edition: Edition) -> Iterator[Problem]:
    """Find the texts for the questionnaire that an edition gives and nothing uses, or that say nothing."""
    for language in edition.settings.languages:
        known = load(language)[SECTION]
        for key, text in own_texts(edition.folder, language).get(SECTION, {}).items():
            file = f"{edition.label}/{own_file(language)}"
            if key not in known:
                yield Problem(file, 0, f"{SECTION}.{key}", "must be a text of the questionnaire", suggest(key, known) or ", ".join(known))
            elif not isinstance(text, str) or not text.strip():
                yield Problem(file, 0, f"{SECTION}.{key}", "must be a text, and not be empty")

"""Texts about what an edition itself names: made from a shared pattern and the labels and poles of the codebook.

A text of an edition's own, under its own key, goes before what is made here.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import pandas as pd

from fruitmand.analysis.numbers import Numbers
from fruitmand.analysis.ratings import concepts, variables
from fruitmand.edition.reading import Edition
from fruitmand.edition.survey_groups import groups
from fruitmand.report.contents import chapters, missing

_INSERTION = re.compile(r"\{\+([a-z_]+)\}")
_ITS = re.compile(r"\bits\.([a-z_]+)")
_TEXTS = ("chapter", "concept", "table", "rests", "municipality")
_BLOCKS = ("measures", "theory")
_ABOUT = ("evidence", "municipality", "told")
_IN_A_TITLE = 3  # variables that a title names


class Source(Protocol):
    """What texts are made from: an edition, its named numbers, and the words of a language."""

    edition: Edition
    language: str
    numbers: Numbers

    def node(self, key: str) -> Any:
        """Return what the catalogue has at a dotted key."""

    def pick(self, row: Any, column: str = "label") -> str:
        """Return the cell of a bilingual column in this language."""

    def label(self, code: str, column: str = "label") -> str:
        """Return a code's label."""

    def named(self, name: str) -> str:
        """Return the label of a municipality or code, else the name itself."""

    def title(self, block: str) -> str:
        """Return the title of a table or figure."""


def template(source: Source, key: str) -> tuple[str, str] | None:
    """Return the pattern of a text that has no words of its own, and the code, table or model that it is about; None when there is none."""
    section, _, name = key.partition(".")
    found = _subject(source, section, name)
    if found is None:
        return None
    kind, subject = found
    pattern = source.node(f"{section}.{kind}" if section == "text" else f"{section}.of_{kind}")
    return (pattern, subject) if isinstance(pattern, str) else None


def _subject(source: Source, section: str, name: str) -> tuple[str, str] | None:
    """Return what kind of text or block a name stands for, and what it is about."""
    if section == "text":
        kind, _, subject = name.partition("_")
        return (kind, subject) if kind in _TEXTS and subject else None
    if section not in ("title", "note", "alt"):
        return None
    kind, _, subject = name.partition("_")
    if kind in _ABOUT and subject in {*source.edition["codebook"]["code"], *source.edition["municipalities"]["municipality"]}:
        return kind, subject
    named, book = source.edition.settings.analysis.named, source.edition["codebook"]
    codes = book.loc[book["level"].isin(["concept", "dimension"]), "code"]
    for code in codes:
        for kind in _BLOCKS:
            if name == named(f"{code}_{kind}"):
                return kind, code
    if (section == "title" or "models" in vars(source.edition)) and name in source.edition.models:  # else no step reads them for a note
        return "model", name
    return ("table", name) if name in set(codes) else None


def expand(source: Source, text: str, subject: str = "") -> str:
    """Fill in the parts of a text, ``{+name}``, that are made from the edition; a number ``its.n`` gets its concept's name."""
    filled = _INSERTION.sub(lambda found: expand(source, _INSERTIONS[found[1]](source, subject), subject), text)
    return _ITS.sub(lambda found: source.edition.settings.analysis.named(f"concept.{subject}.{found[1]}"), filled)


def insertions(text: str) -> set[str]:
    """Return the names of the parts that a text asks for.

    >>> sorted(insertions("{+label}: {+poles} of {n}"))
    ['label', 'poles']
    """
    return {found[1] for found in _INSERTION.finditer(text)}


def lowered(label: str) -> str:
    """Return a label as it stands within a sentence: without its capital, unless it is an abbreviation.

    >>> lowered("Learning climate"), lowered("HR policy")
    ('learning climate', 'HR policy')
    """
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] in ("", " ") else label


def joined(source: Source, items: Sequence[str]) -> str:
    """Return words as an enumeration: commas, and the language's *and* before the last."""
    return f" {source.node('sentence.and')} ".join(filter(None, (", ".join(items[:-1]), items[-1]))) if items else ""


def _label(source: Source, subject: str) -> str:
    named = source.named(subject)
    return source.title(subject) if named == subject else named


def _definition(source: Source, subject: str) -> str:
    return source.label(subject, "definition")


def _called(source: Source, subject: str) -> str:
    """Return that a publication has another name for a variable; empty where it has none, and for fieldwork, which has no publication."""
    if source.edition.settings.basis == "fieldwork":
        return ""
    name = source.label(subject, "theory_label")
    return str(source.node("sentence.called")).replace("{label}", name) if name and name != source.label(subject) else ""


def _poles(source: Source, concept: str) -> str:
    """Return how many municipalities stand at the pole of each variable of a concept: *sufficient motivation: three of the four; …*."""
    book = variables(source.edition["codebook"], concept)
    poles = [source.pick(row, "pole") for row in book.to_dict("records")]
    parts: list[str] = []
    unrated: list[str] = []
    for code, pole in zip(book["code"], poles, strict=True):
        label = lowered(source.label(code))
        name = f"{label}, {pole}" if poles.count(pole) > 1 and pole else pole or label
        said = _rated(source, code)
        (parts if said else unrated).append(f"{name}: {said}" if said else label)
    parts += [f"{source.node('sentence.not_rated')}: {', '.join(unrated)}"] if unrated else []
    said = "; ".join(parts)
    return said[:1].upper() + said[1:]


def _rated(source: Source, code: str) -> str:
    """Return at how many of the municipalities that were rated a variable stands at its pole; empty when none was."""
    name = f"ratings.{code}.high"
    n = source.numbers[name].n or 0 if name in source.numbers else 0
    if n == 0:
        return ""
    if n == 1:
        return str(source.node(f"sentence.{'only_one' if source.numbers[name].value else 'not_the_one'}"))
    some = n < len(source.edition["municipalities"])
    return f"{{{name}:share}} {source.node('sentence.rated_municipalities' if some else 'sentence.municipalities')}"


def _scale(source: Source, exhibit: str) -> str:
    """Return what the symbols mean in a table of ratings, by scale; and where the high end is unfavourable."""
    ratings = source.edition["ratings"]
    rated = ratings[ratings["exhibit"] == exhibit]["variable"]
    book = variables(source.edition["codebook"])
    book = book[book["code"].isin(rated)]
    told = []
    for (scale, polarity), part in book.groupby(["scale_used", "polarity"], sort=False):
        points = source.edition["scales"].sort_values("rank", ascending=False)
        points = points[points["scale"] == scale]
        words = [f"{row['symbol'].replace('-', '−')} {source.pick(row)}" for row in points.to_dict("records") if source.pick(row)]
        said = ", ".join(words) or str(source.node("sentence.ends"))
        said += f" ({source.node('sentence.unfavourable')})" if polarity == "higher_is_worse" else ""
        labels = ", ".join(lowered(source.label(code)) for code in part["code"])
        told.append(said if len(part) == len(book) else f"{labels}: {said}")
    return "; ".join(told)


def _others(source: Source, _: str) -> str:
    """Return the labels of all concepts after the first."""
    labels = [source.label(code) for code in concepts(source.edition["codebook"])["concept"]][1:]
    return joined(source, list(map(lowered, labels)))


def _firstly(source: Source, _: str) -> str:
    return lowered(source.label(concepts(source.edition["codebook"])["concept"].iloc[0]))


def _heading(source: Source, concept: str) -> str:
    """Return the heading of the chapter that begins with a concept: the first has its own, all others share one."""
    first = concepts(source.edition["codebook"])["concept"].iloc[0]
    others = _others(source, "")
    return source.label(concept) if concept == first else others[:1].upper() + others[1:]


def _sizes(source: Source, _: str) -> str:
    """Return every concept with its number of variables."""
    named = source.edition.settings.analysis.named
    parts = []
    for code in concepts(source.edition["codebook"])["concept"]:
        number = named(f"design.variables.{code}")
        parts.append(_with(source, "sentence.size", label=lowered(source.label(code)), number=number))
    return joined(source, parts)


def _highs(source: Source, _: str) -> str:
    """Return of every concept how many of its ratings are at the high end."""
    return "; ".join(_of_concepts(source, "sentence.high"))


def _highlights(source: Source, _: str) -> str:
    """Return a line a concept: how many of its ratings are at the high end."""
    return "\n".join(f"- {part[:1].upper()}{part[1:]}." for part in _of_concepts(source, "sentence.highlight"))


def _of_concepts(source: Source, key: str) -> list[str]:
    """Return a pattern of the catalogue for every concept that was rated, with its numbers of high ratings and of all."""
    named, rated = source.edition.settings.analysis.named, source.edition["ratings"]["variable"]
    book = variables(source.edition["codebook"])
    shown = [code for code in concepts(source.edition["codebook"])["concept"] if rated.isin(book.query("concept == @code")["code"]).any()]
    names = {code: {level: named(f"concept.{code}.{level}") for level in ("high", "n")} for code in shown}
    return [_with(source, key, label=lowered(source.label(code)), **names[code]) for code in shown]


def _least_most(source: Source, _: str) -> str:
    """Return of every concept with more than one variable how far municipalities lie apart."""
    named, rated = source.edition.settings.analysis.named, source.edition["ratings"]["variable"]
    book = variables(source.edition["codebook"])
    parts = []
    for code in concepts(source.edition["codebook"])["concept"]:
        if rated.isin(book.query("concept == @code")["code"]).any():
            names = {level: named(f"concept.{code}.{level}") for level in ("least_high", "most_high")}
            parts.append(_with(source, "sentence.span", label=lowered(source.label(code)), **names))
    return "; ".join(parts)


def _blocks(source: Source, _: str) -> str:
    """Return Cronbach's alpha of every block of statements, with its interval and what that says of the block, an item a line."""
    return "\n".join(f"- {_block(source, code)}" for code in dict.fromkeys(source.edition["items"]["block"]))


def _block(source: Source, code: str) -> str:
    """Return whether the statements of a block belong together: not where alpha is undefined or has no interval."""
    name, label, numbers = f"reliability.{code}", source.label(code), source.numbers
    if f"{name}.low" not in numbers:
        return _with(source, "sentence.alpha", label=label, number=name)
    low, high, threshold = (numbers[other].value or 0 for other in (f"{name}.low", f"{name}.high", "reliability.threshold"))
    kind = "together" if low >= threshold else "apart" if high < threshold else "unsure"
    return _with(source, f"sentence.alpha_{kind}", label=label, number=name, low=f"{name}.low", high=f"{name}.high", n=f"{name}.n")


def _differences(source: Source) -> Iterator[dict[str, str]]:
    """Yield of every difference between groups that stands its variable, its grouping, and who has the lowest and the highest median."""
    named = [number.name.split(".") for number in source.numbers if number.name.startswith("difference.")]
    for by, variable in dict.fromkeys((by, variable) for _, by, variable, _ in named):
        name = f"difference.{by}.{variable}"
        labels = {row["id"]: source.pick(row) for row in groups(source.edition, source.edition.settings)[by]}
        medians = {group: float(source.numbers[f"{name}.{group}"].value or 0) for group in labels if f"{name}.{group}" in source.numbers}
        ends = {"low": min(medians.values()), "high": max(medians.values())}
        at = {end: [group for group, median in medians.items() if median == value] for end, value in ends.items()}
        places = {end: next((places for places in (0, 1) if round(value, places) == value), 2) for end, value in ends.items()}
        yield {
            "label": lowered(source.label(variable)),
            "by": lowered(str(source.node(f"grouping.{by}"))),
            **{f"{end}est": joined(source, [labels[group] for group in at[end]]) for end in ends},
            **{end: f"{{{name}.{at[end][0]}:{places[end]}}}" for end in ends},
            "kind": "alike" if ends["low"] == ends["high"] else "",
        }


def _differing(source: Source, _: str) -> str:
    """Return the variables on which groups differ, after a colon; nothing when there are too many for a title."""
    labels = dict.fromkeys(found["label"] for found in _differences(source))
    return f": {joined(source, list(labels))}" if 0 < len(labels) <= _IN_A_TITLE else ""


def _in_full(source: Source) -> Iterator[str]:
    """Yield the differences between groups that stand, each in a pattern of the catalogue."""
    for found in _differences(source):
        pattern = str(source.node(f"sentence.difference{'_alike' if found['kind'] else ''}"))
        for word, text in found.items():
            pattern = pattern.replace(f"{{{word}}}", text)
        yield pattern


def _opposites(source: Source, _: str) -> str:
    """Return the variables on which interviews and survey are opposite, each with at how many municipalities."""
    names = [number.name for number in source.numbers if number.name.startswith("opposite.")]
    return joined(source, [_with(source, "sentence.opposite", label=lowered(source.label(name.split(".")[1])), n=name) for name in names])


def _with(source: Source, key: str, label: str, **names: str) -> str:
    """Return a pattern of the catalogue with a label, and with named numbers in place of the words that stand for them."""
    pattern = str(source.node(key)).replace("{label}", label)
    for word, name in names.items():
        pattern = re.sub(rf"\{{{word}(?=[}}:?])", f"{{{name}", pattern)
    return pattern


def _models(source: Source, _: str) -> str:
    return joined(source, [f"{{@{name}}}" for name in source.edition.models])


def _arrows(source: Source, model: str) -> str:
    """Return the arrows of a conceptual figure, box by box."""
    drawn = source.edition.models[model]
    labels = {node.id: source.pick(node.model_dump()) for node in drawn.nodes}
    return "; ".join(f"{labels[link.source]} → {labels[link.target]}" for link in drawn.links)


def _worded(source: Source, _: str) -> str:
    """Return references to the tables of findings in words that have no ratings."""
    return joined(source, [f"{{@{exhibit}}}" for exhibit in worded_tables(source.edition["findings"], source.edition["codebook"])])


def worded_tables(findings: pd.DataFrame, codebook: pd.DataFrame) -> list[str]:
    """Return the tables of findings in words that are no tables of ratings, in the order of their rows.

    A table of ratings has the name of a concept or a dimension.
    """
    rated = set(codebook.loc[codebook["level"].isin(["concept", "dimension"]), "code"])
    return [str(name) for name in dict.fromkeys(findings["exhibit"]) if name not in rated]


def _told(source: Source, _: str) -> str:
    """Return references to the tables on partners and on disputed terms, as far as there are any."""
    return joined(source, [f"{{@{name}}}" for name in ("partners", "definitions") if len(source.edition[name])])


def _what(source: Source, _: str) -> str:
    """Return what the words of an appendix mean, as far as the edition has what they stand for."""
    tables = source.edition
    there = {"rating": len(tables["ratings"]), "segment": len(tables["segments"]), "score": tables.fielded}
    said = [str(source.node(f"guide.{name}")) for name, count in there.items() if count]
    return " ".join([str(source.node("guide.what")), *said]) if said else ""


def _how(source: Source, _: str) -> str:
    """Return what to read first."""
    there = chapters(source.edition)
    quick = [name for name, chapter in (("all_ratings", "synthesis"), ("triangulation_map", "survey")) if chapter in there]
    if "survey" in there and not source.edition.fielded:
        quick.remove("triangulation_map")
    return str(source.node("guide.quick")).replace("{first}", joined(source, [f"{{@{name}}}" for name in quick])) if quick else ""


def _central(source: Source, _: str) -> str:
    """Return the first question of the study and its answer, if it has one."""
    questions = source.edition["questions"].sort_values("position").to_dict("records")[:1]
    pattern = str(source.node("sentence.central"))
    return "".join(pattern.replace("{asks}", source.pick(row, "asks")).replace("{answer}", source.pick(row, "answer")) for row in questions)


def _missing(source: Source, _: str) -> str:
    """Return what a draft lacks, an item a line."""
    return "\n".join(_lacks(source))


def _lacks(source: Source) -> Iterator[str]:
    for lack in missing(source.edition):
        pattern = str(source.node(f"missing.{lack.kind}"))
        names = ", ".join(source.named(name) for name in lack.names)
        yield "- " + pattern.replace("{n}", str(lack.n)).replace("{of}", str(lack.of)).replace("{names}", names)


_INSERTIONS: Mapping[str, Callable[[Source, str], str]] = {
    "label": _label,
    "definition": _definition,
    "called": _called,
    "about": lambda source, subject: lowered(_label(source, subject)),
    "heading": _heading,
    "firstly": _firstly,
    "others": _others,
    "table": lambda _, subject: f"{{@{subject}}}",
    "poles": _poles,
    "scale": _scale,
    "sizes": _sizes,
    "highs": _highs,
    "spans": _least_most,
    "blocks": _blocks,
    "differences": lambda source, _: "\n".join(f"- {said[:1].upper()}{said[1:]}" for said in _in_full(source)),
    "differing": _differing,
    "opposites": _opposites,
    "divergences": lambda source, _: f": {said}" if (said := _opposites(source, "")) else "",
    "models": _models,
    "arrows": _arrows,
    "worded": _worded,
    "told": _told,
    "what": _what,
    "how": _how,
    "central": _central,
    "highlights": _highlights,
    "missing": _missing,
}
"""What makes each part of a text; it is given what the text is about."""

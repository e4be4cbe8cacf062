"""The questionnaire as a survey structure that LimeSurvey imports: tab-separated text, with a block of rows per language."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from fruitmand.outputs.questionnaire.form import Form, Item, Option, Part, Question

COLUMNS = (
    *("id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation"),
    *("mandatory", "other", "default", "same_default"),
)
LONGEST_ANSWER = 5
"""Most characters that LimeSurvey has for the code of an answer."""

SETTINGS = {
    "gsid": "1",
    "format": "G",
    "template": "vanilla",
    "anonymized": "Y",
    "savetimings": "N",
    "datestamp": "N",
    "ipaddr": "N",
    "refurl": "N",
    "usecookie": "N",
    "allowregister": "N",
    "allowsave": "N",
    "allowprev": "Y",
    "autonumber_start": "0",
    "autoredirect": "N",
    "printanswers": "N",
    "publicstatistics": "N",
    "publicgraphs": "N",
    "listpublic": "N",
    "htmlemail": "Y",
    "sendconfirmation": "N",
    "tokenanswerspersistence": "N",
    "assessments": "N",
    "usecaptcha": "N",
    "usetokens": "N",
    "showxquestions": "N",
    "showgroupinfo": "B",
    "shownoanswer": "Y",  # without it an answer cannot be cleared once it is given
    "showqnumcode": "X",
    "bounceprocessing": "N",
    "showwelcome": "Y",
    "showprogress": "Y",
    "questionindex": "0",
    "navigationdelay": "0",
    "nokeyboard": "N",
    "alloweditaftercompletion": "N",
}
"""Settings of the survey: one group per page, no names, dates or addresses recorded, and no option *No answer*."""

_EMPTY = ("url", "urldescription", *(f"email_{kind}{end}" for kind in ("invite", "remind", "register", "confirm") for end in ("_subj", "")))
# A backslash before a quote, and a quoted cell, are read otherwise by PHP; in braces LimeSurvey expects an expression.
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "{": "&#123;", "}": "&#125;"})


def limesurvey(form: Form) -> str:
    """Return the structure for *Import survey* of LimeSurvey 3 and later.

    No cell contains a tab, a line end or a quote, so that it does not matter how a reader treats quotes. Arrays follow the order of the
    items, and a new one starts where *not applicable* begins or ceases to be offered; their headings in an export are those of `headings`.
    Items left open stay empty.

    References
    ----------
    LimeSurvey manual, *Tab Separated Value survey structure*.
    """
    lines = [COLUMNS, *(_row(row) for row in _rows(form))]
    return "".join("\t".join(cells) + "\n" for cells in lines)


def arrays(part: Part, number: int) -> list[tuple[str, tuple[Item, ...]]]:
    """Return the arrays of a part as (code, items): runs of items with the same answers."""
    runs = [tuple(items) for _, items in groupby(part.items, key=lambda item: (item.scale, item.not_applicable))]
    return [(f"G{number:02d}Q{place:02d}", items) for place, items in enumerate(runs, start=1)]


def headings(form: Form) -> dict[str, str]:
    """Return the heading of every question in an export with question codes, by the id of the question."""
    headings_by_id = {"consent": "consent"}
    for number, part in enumerate(form.parts, start=1):
        headings_by_id |= {item.id: f"{code}[{item.id}]" for code, items in arrays(part, number) for item in items}
        headings_by_id[f"remarks_{part.id}"] = f"remarks{number}"
    return headings_by_id | {question.id: question.id for question in form.questions}


def short_codes(options: Sequence[Option]) -> dict[str, str]:
    """Return a code of at most five letters and digits for every answer: the first five where these are unique, else three and its number.

    >>> [short_codes([Option("lake-side", {}), Option("hr", {})])[id] for id in ("lake-side", "hr")]
    ['lakes', 'hr']
    >>> list(short_codes([Option("hilltop", {}), Option("hilltown", {})]).values())
    ['hil01', 'hil02']
    """
    letters = [re.sub(r"[^a-z0-9]", "", option.code) for option in options]
    prefixes = [code[:LONGEST_ANSWER] for code in letters]
    return {
        option.code: prefix if prefixes.count(prefix) == 1 else f"{code[:3]}{number:02d}"
        for number, (option, prefix, code) in enumerate(zip(options, prefixes, letters, strict=True), start=1)
    }


def _row(cells: dict[str, str]) -> tuple[str, ...]:
    return tuple(cells.get(column, "") for column in COLUMNS)


def _rows(form: Form) -> Iterator[dict[str, str]]:
    # LimeSurvey guesses the encoding from the first thousand bytes: the settings, in ASCII, precede all other text.
    first, *other_languages = form.languages
    number = str(100000 + form.date.year)
    settings = {"sid": number, "language": first, "additional_languages": " ".join(other_languages)} | SETTINGS
    yield from ({"class": "S", "name": name, "text": value} for name, value in settings.items())
    for language in form.languages:
        yield from _language(form, language, number)
    for language in form.languages:
        yield from _questions(form, language)


def _language(form: Form, language: str, number: str) -> Iterator[dict[str, str]]:
    words = form.words(language)
    banner = [f"<p><strong>{_html(form.banner[language])}</strong></p>"] if form.banner[language] else []
    parts = [f"<p><strong>{_html(part['title'])}</strong><br />{_html(part['text'])}</p>" for part in words["information"]["parts"]]
    texts = {
        "survey_id": number,
        "language": language,
        "title": _html(form.title(language)),
        "description": _html(form.banner[language]),
        "welcometext": "".join([*banner, *parts]),
        "endtext": _html(words["end"]["thanks"]),
        **dict.fromkeys(_EMPTY, ""),
        "numberformat": "0" if language == "en" else "1",
    }
    yield from ({"class": "SL", "name": f"surveyls_{name}", "text": text, "language": language} for name, text in texts.items())


def _questions(form: Form, language: str) -> Iterator[dict[str, str]]:
    """Yield groups, questions and answers; ids start anew in each language, as LimeSurvey matches translations by them."""
    words = form.words(language)
    ids, groups = iter(range(1, 100000)), iter(range(1, 1000))

    def group(title: str, text: str) -> dict[str, str]:
        group_id = str(next(groups))
        return {
            "id": group_id,
            "class": "G",
            "type/scale": group_id,
            "name": _html(title),
            "relevance": "1",
            "text": text,
            "language": language,
        }

    def question(kind: str, code: str, text: str, mandatory: str = "N") -> dict[str, str]:
        cells = {"relevance": "1", "language": language, "mandatory": mandatory, "other": "N", "same_default": "0"}
        return {"id": str(next(ids)), "class": "Q", "type/scale": kind, "name": code, "text": _html(text)} | cells

    def answers(options: Sequence[Option], codes: dict[str, str], question_id: str) -> Iterator[dict[str, str]]:
        for option in options:
            cells = {"type/scale": "0", "name": codes[option.code], "text": _html(option.label[language]), "language": language}
            yield {"id": question_id, "class": "A"} | cells

    def choice(row: dict[str, str], options: Sequence[Option]) -> Iterator[dict[str, str]]:
        yield row
        yield from answers(options, short_codes(options), row["id"])

    yield group(words["consent"]["title"], "")
    consent = Question("consent", {language: words["consent"]["title"]}, (Option("yes", {language: words["consent"]["statement"]}),))
    yield from choice(question("L", consent.id, consent.text[language], "Y"), consent.options)
    if form.questions:  # first, since who breaks off later has answered them
        yield group(words["background"]["title"], f"<p>{_html(words['background']['note'])}</p>")
    for asked in form.questions:
        yield from choice(question("L", asked.id, asked.text[language]), asked.options)
    for number, part in enumerate(form.parts, start=1):
        lines = words["answering"]["lines"] if number == 1 else []
        yield group(part.title[language], "".join(f"<p>{_html(line)}</p>" for line in lines))
        for code, items in arrays(part, number):
            row = question("F", code, words["block"]["stem"])
            yield row
            for item in items:
                cells = {"name": item.id, "relevance": "1", "text": _html(item.statement[language]), "language": language}
                yield {"id": str(next(ids)), "class": "SQ", "type/scale": "0"} | cells | {"mandatory": "N"}
            options = form.options(items[0])
            yield from answers(options, {option.code: option.code for option in options}, row["id"])
        yield question("T", f"remarks{number}", form.remarks(part, language))


def _html(text: str) -> str:
    return text.translate(_HTML)

"""The questionnaire as an XLSForm, which KoboToolbox and ODK import: the sheets survey, choices and settings."""

import hashlib
import re

from fruitmand.outputs.questionnaire.form import Form, Item

Sheet = list[list[str]]
_CODES = {"nl": "Nederlands (nl)", "en": "English (en)"}


def xlsform(form: Form) -> dict[str, Sheet]:
    """Return the sheets, each with its header, with all languages in adjacent columns.

    Texts that are no questions are labels of groups, never notes: a note would be an empty column in every export. The version is a digest
    of the form, so that different forms have different versions.

    References
    ----------
    XLSForm.org, *XLSForm reference*.
    """
    survey, choices = _survey(form), _choices(form)
    version = hashlib.sha256(repr((survey, choices)).encode()).hexdigest()[:12]
    name = "fruitmand_" + re.sub(r"[^a-z0-9]+", "_", form.edition.lower())
    title = " / ".join(form.title(language) for language in form.languages)
    settings = [["form_title", "form_id", "version", "default_language"], [title, name, version, _CODES[form.languages[0]]]]
    return {"survey": survey, "choices": choices, "settings": settings}


def choice_list(item: Item) -> str:
    """Return the name of an item's list of answers."""
    return f"{item.scale}_or_not_applicable" if item.not_applicable else item.scale


def _labels(form: Form) -> list[str]:
    return [f"label::{_CODES[language]}" for language in form.languages]


def _survey(form: Form) -> Sheet:
    words = {language: form.words(language) for language in form.languages}
    agreed = "${consent} = 'OK'"
    sheet = [["type", "name", *_labels(form), "required", "relevant", "appearance"]]

    def add(kind: str, name: str, texts: list[str], *, required: str = "", relevant: str = "", appearance: str = "") -> None:
        sheet.append([kind, name, *map(_plain, texts), required, relevant, appearance])

    add("acknowledge", "consent", [_consent(form, language) for language in form.languages], required="yes")
    if form.questions:  # first, since who breaks off later has answered them
        shown = [f"## {words[name]['background']['title']}\n\n{words[name]['background']['note']}" for name in form.languages]
        add("begin_group", "background", shown, relevant=agreed, appearance="field-list")
        for question in form.questions:
            add(f"select_one {question.id}", question.id, [question.text[language] for language in form.languages])
        sheet.append(["end_group", "", *[""] * len(form.languages), "", "", ""])
    for number, part in enumerate(form.parts, start=1):
        shown = [
            "\n\n".join([f"## {part.title[n]}", *(words[n]["answering"]["lines"] if number == 1 else []), words[n]["block"]["stem"]])
            for n in form.languages
        ]
        add("begin_group", part.id, shown, relevant=agreed, appearance="field-list")
        for item in part.items:
            add(f"select_one {choice_list(item)}", item.id, [item.statement[language] for language in form.languages])
        add("text", f"remarks_{part.id}", [form.remarks(part, language) for language in form.languages], appearance="multiline")
        sheet.append(["end_group", "", *[""] * len(form.languages), "", "", ""])
    return sheet


def _consent(form: Form, language: str) -> str:
    words = form.words(language)
    parts = [f"**{part['title']}**\n{part['text']}" for part in words["information"]["parts"]]
    return "\n\n".join([f"## {form.title(language)}", *parts, f"**{words['consent']['title']}**\n{words['consent']['statement']}"])


def _choices(form: Form) -> Sheet:
    lists = {choice_list(item): form.options(item) for item in form.items} | {asked.id: asked.options for asked in form.questions}
    rows = [
        [name, option.code, *(_plain(option.label[language]) for language in form.languages)]
        for name, options in lists.items()
        for option in options
    ]
    return [["list_name", "name", *_labels(form)], *rows]


def _plain(text: str) -> str:
    """Separate a dollar sign from a brace with a zero-width character: together they would refer to another question."""
    return text.replace("${", "$\N{WORD JOINER}{")

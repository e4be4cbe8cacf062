"""Documentation for the researcher who fields the survey: a codebook with the codes of each tool, and instructions."""

import csv
import io

from fruitmand.edition.reading import Edition
from fruitmand.outputs.questionnaire.form import Form, Option
from fruitmand.outputs.questionnaire.limesurvey import headings, short_codes
from fruitmand.outputs.questionnaire.qualtrics import recode_values

_BASE = ("edition", "kind", "name", "limesurvey", "block", "code", "about", "not_applicable")


def codebook(form: Form, edition: Edition) -> str:
    """Return the codebook as CSV: a row per item, question for remarks and background question, in the order of the questionnaire.

    ``limesurvey`` is the heading in an export with question codes. ``answers_<language>`` are the answers as ``code = label``; answers with
    another code in LimeSurvey or Qualtrics have it in ``answers_limesurvey`` or ``answers_qualtrics``.
    """
    labels = edition["codebook"].set_index("code")
    banner = " / ".join(filter(None, form.banner.values()))
    base = {"edition": f"{form.edition} ({banner})" if banner else form.edition}
    columns = headings(form)
    rows = []
    for part in form.parts:
        for item in part.items:
            options = form.options(item)
            recoded = {code: value for code, value in recode_values(item, options).items() if code != value}
            item_cells = {"kind": "item", "name": item.id, "block": part.id, "code": item.code, "about": item.about}
            item_cells |= {"not_applicable": "yes" if item.not_applicable else "no", "answers_qualtrics": _codes_and_labels(recoded)}
            row = base | item_cells
            row |= {f"label_{name}": str(labels.loc[item.code, f"label_{name}"]) for name in form.languages}
            rows.append(row | {f"text_{name}": item.statement[name] for name in form.languages} | _answers(form, options))
        row = base | {"kind": "remarks", "name": f"remarks_{part.id}", "block": part.id}
        row |= {f"label_{name}": part.title[name] for name in form.languages}
        rows.append(row | {f"text_{name}": form.remarks(part, name) for name in form.languages})
    for asked in form.questions:
        short_codes_of = short_codes(asked.options)
        numbers = {option.code: str(number) for number, option in enumerate(asked.options, start=1)}
        row = base | {"kind": "background", "name": asked.id}
        row |= {"answers_limesurvey": _codes_and_labels({code: value for code, value in short_codes_of.items() if code != value})}
        row |= {"answers_qualtrics": _codes_and_labels(numbers)} | {f"text_{name}": asked.text[name] for name in form.languages}
        rows.append(row | _answers(form, asked.options))
    by_language = [f"{column}_{name}" for column in ("label", "text", "answers") for name in form.languages]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, [*_BASE, *by_language, "answers_limesurvey", "answers_qualtrics"], lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(row | {"limesurvey": columns[row["name"]]} for row in rows)
    return buffer.getvalue()


def instructions(form: Form, language: str) -> str:
    """Return the instructions as plain text, with a warning where the scale differs from the one that the method announces."""
    words = form.words(language)["guide"]
    used = sorted({len(item.points) for item in form.items})
    lines = [f"- {line}" for line in words["lines"]]
    if form.announced and used != [form.announced]:
        lines.append("- " + words["scale"].format(announced=form.announced, used=", ".join(map(str, used))))
    return "\n".join([words["title"], form.title(language), "", *lines]) + "\n"


def _answers(form: Form, options: tuple[Option, ...]) -> dict[str, str]:
    return {f"answers_{name}": _codes_and_labels({option.code: option.label[name] for option in options}) for name in form.languages}


def _codes_and_labels(pairs: dict[str, str]) -> str:
    return "; ".join(f"{code} = {label}" for code, label in pairs.items())

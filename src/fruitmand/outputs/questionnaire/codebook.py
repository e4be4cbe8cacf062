"""What the researcher gets beside the questionnaire: every question with its codes in each tool, and what to do first."""

import csv
import io

from fruitmand.edition.reading import Edition
from fruitmand.outputs.questionnaire.form import Form, Option
from fruitmand.outputs.questionnaire.limesurvey import headings, short_codes
from fruitmand.outputs.questionnaire.qualtrics import codes

_BASE = ("edition", "kind", "name", "limesurvey", "block", "code", "about", "not_applicable")


def codebook(form: Form, edition: Edition) -> str:
    """Return the questions as CSV, a row each: items, remarks and questions about the respondent, in the order of the questionnaire.

    ``limesurvey`` is the heading in an export by question codes. ``answers_<language>`` are the answers as ``code = label``, those that
    have another code in LimeSurvey or Qualtrics with that code in ``answers_limesurvey`` and ``answers_qualtrics``.
    """
    labels = edition["codebook"].set_index("code")
    told = " / ".join(filter(None, form.banner.values()))
    base = {"edition": f"{form.edition} ({told})" if told else form.edition}
    columns = headings(form)
    rows = []
    for part in form.parts:
        for item in part.items:
            options = form.options(item)
            other = {code: value for code, value in codes(item, options).items() if code != value}
            about = {"kind": "item", "name": item.id, "block": part.id, "code": item.code, "about": item.about}
            row = base | about | {"not_applicable": "yes" if item.not_applicable else "no", "answers_qualtrics": _pairs(other)}
            row |= {f"label_{name}": str(labels.loc[item.code, f"label_{name}"]) for name in form.languages}
            rows.append(row | {f"text_{name}": item.statement[name] for name in form.languages} | _answers(form, options))
        row = base | {"kind": "remarks", "name": f"remarks_{part.id}", "block": part.id}
        row |= {f"label_{name}": part.title[name] for name in form.languages}
        rows.append(row | {f"text_{name}": form.remarks(part, name) for name in form.languages})
    for asked in form.questions:
        short = short_codes(asked.options)
        numbers = {option.code: str(number) for number, option in enumerate(asked.options, start=1)}
        row = base | {"kind": "background", "name": asked.id}
        row |= {"answers_limesurvey": _pairs({code: value for code, value in short.items() if code != value})}
        row |= {"answers_qualtrics": _pairs(numbers)} | {f"text_{name}": asked.text[name] for name in form.languages}
        rows.append(row | _answers(form, asked.options))
    by_language = [f"{column}_{name}" for column in ("label", "text", "answers") for name in form.languages]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, [*_BASE, *by_language, "answers_limesurvey", "answers_qualtrics"], lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(row | {"limesurvey": columns[row["name"]]} for row in rows)
    return buffer.getvalue()


def guide(form: Form, language: str) -> str:
    """Return what the researcher has to know first, as plain text; also that the method announces another scale, where it does."""
    words = form.words(language)["guide"]
    used = sorted({len(item.points) for item in form.items})
    lines = [f"- {line}" for line in words["lines"]]
    if form.announced and used != [form.announced]:
        lines.append("- " + words["scale"].format(announced=form.announced, used=", ".join(map(str, used))))
    return "\n".join([words["title"], form.title(language), "", *lines]) + "\n"


def _answers(form: Form, options: tuple[Option, ...]) -> dict[str, str]:
    return {f"answers_{name}": _pairs({option.code: option.label[name] for option in options}) for name in form.languages}


def _pairs(pairs: dict[str, str]) -> str:
    return "; ".join(f"{code} = {label}" for code, label in pairs.items())

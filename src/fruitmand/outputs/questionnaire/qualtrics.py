"""The questionnaire in one language as text in the Advanced Format, which Qualtrics imports."""

from collections.abc import Iterable, Sequence

from fruitmand.outputs.questionnaire.form import NOT_APPLICABLE, Form, Item, Option

# Text is HTML; two brackets would begin or end a command, and a dollar sign with a brace a piece of text piped in.
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "&#123;", "}": "&#125;"})


def qualtrics(form: Form, language: str) -> str:
    """Return the survey in a language. Each item is a question of its own, so that its column in an export has the id of the item.

    The recode value of an answer is its rank; that of *not applicable*, which must be a number too, is the one after the last rank.

    References
    ----------
    Qualtrics support, *Import and export surveys*, preparing an Advanced Format TXT file.
    """
    words = form.words(language)
    parts = [f"<strong>{_html(part['title'])}</strong><br />{_html(part['text'])}" for part in words["information"]["parts"]]
    agree = [("1", words["consent"]["statement"])]
    blocks = [
        _block(words["information"]["title"]),
        _question("DB", "information", "<br /><br />".join([f"<strong>{_html(form.title(language))}</strong>", *parts])),
        _question("MC:SingleAnswer:Vertical", "consent", _html(words["consent"]["title"]), agree),
    ]
    if form.questions:  # first, since who breaks off later has answered them
        blocks += [
            _block(words["background"]["title"]),
            _question("DB", "intro_background", _html(words["background"]["note"])),
            *(
                _question("MC:SingleAnswer:Vertical", asked.id, _html(asked.text[language]), _numbered(asked.options, language))
                for asked in form.questions
            ),
        ]
    for number, part in enumerate(form.parts, start=1):
        lines = [*(words["answering"]["lines"] if number == 1 else []), words["block"]["stem"]]
        blocks += [
            _block(part.title[language]),
            _question("DB", f"intro_{part.id}", "<br /><br />".join(map(_html, lines))),
            *(
                _question("MC:SingleAnswer:Vertical", item.id, _html(item.statement[language]), _answers(form, item, language))
                for item in part.items
            ),
            _question("TE:Essay", f"remarks_{part.id}", _html(form.remarks(part, language))),
        ]
    return "\n\n".join(["[[AdvancedFormat]]", *blocks]) + "\n"


def recode_values(item: Item, options: Iterable[Option]) -> dict[str, str]:
    """Return the recode value of every answer of an item, by its code."""
    after = str(max(int(point.code) for point in item.points) + 1)
    return {option.code: after if option.code == NOT_APPLICABLE else option.code for option in options}


def _answers(form: Form, item: Item, language: str) -> list[tuple[str, str]]:
    options = form.options(item)
    values = recode_values(item, options)
    return [(values[option.code], option.label[language]) for option in options]


def _numbered(options: Sequence[Option], language: str) -> list[tuple[str, str]]:
    return [(str(number), option.label[language]) for number, option in enumerate(options, start=1)]


def _block(name: str) -> str:
    return f"[[Block:{name.replace('[', '(').replace(']', ')')}]]"


def _question(kind: str, name: str, text: str, answers: Sequence[tuple[str, str]] = ()) -> str:
    lines = [f"[[Question:{kind}]]", f"[[ID:{name}]]", text]
    if answers:
        lines += ["[[AdvancedChoices]]", *(line for code, label in answers for line in (f"[[Choice:{code}]]", _html(label)))]
    return "\n".join(lines)


def _html(text: str) -> str:
    return text.translate(_HTML).replace("[[", "&#91;&#91;").replace("]]", "&#93;&#93;")

"""From instrument to import: what the files for the survey tools make of headings, codes and labels comes back as the same tables."""

import csv
import io
import itertools
from dataclasses import dataclass, field

import pytest
from openpyxl import load_workbook
from survey_exports import write_edition
from test_outputs_questionnaire_formats import asked, survey, xform

from fruitmand.edition.errors import DataError
from fruitmand.edition.reading import Edition
from fruitmand.importers.survey.assembly import assemble
from fruitmand.importers.survey.formats import read_export
from fruitmand.importers.survey.matching import match_columns
from fruitmand.importers.survey.questionnaire import read_questionnaire
from fruitmand.outputs.questionnaire.files import workbook
from fruitmand.outputs.questionnaire.form import read_form
from fruitmand.outputs.questionnaire.limesurvey import limesurvey
from fruitmand.outputs.questionnaire.qualtrics import qualtrics
from fruitmand.outputs.questionnaire.xlsform import xlsform

LANGUAGES = ("nl", "en")
WANTED, REFUSING = 7, 2
FIELDS = ("municipality", "domain", "role")


@dataclass(frozen=True)
class Asked:
    """A question as a file asks it: its heading by names and by texts, its answers as (code, label), and whether it asks for words."""

    name: str
    text: str
    answers: list = field(default_factory=list)
    words: bool = False


@pytest.fixture(scope="module")
def fielded(tmp_path_factory):
    """Return the edition that is fielded, and what the import knows of it."""
    root = tmp_path_factory.mktemp("compendium")
    write_edition(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        edition = Edition("2026")
        return edition, read_form(edition), read_questionnaire(edition)


def from_limesurvey(form, language):
    """Return what the structure asks: an array has a column for each of its items, under its code or its text and theirs."""
    found = []
    for code, kind, text, items, answers in asked(limesurvey(form))[language]:
        rows = [(f"{code}[{item}]", f"{text} [{statement}]") for item, statement in items] or [(code, text)]
        found += [Asked(name, wording, answers, kind == "T") for name, wording in rows]
    return found


def from_qualtrics(form, language):
    questions, _ = survey(qualtrics(form, language))
    return [Asked(q["id"], q["text"], list(q["choices"].items()), q["type"].startswith("TE")) for q in questions if q["type"] != "DB"]


def from_xlsform(form, language):
    """Return what the sheets ask, with the groups around it; what is acknowledged is OK in every export, as pyxform has no list for it."""
    book = load_workbook(io.BytesIO(workbook(xlsform(form), form.date)))
    rows, choices = (
        [dict(zip(next(book[name].values), row, strict=True)) for row in itertools.islice(book[name].values, 1, None)]
        for name in ("survey", "choices")
    )
    label = next(name for name in rows[0] if name.endswith(f"({language})"))
    found, groups = [], []
    for row in rows:
        if row["type"] == "begin_group":
            groups.append(row)
        elif row["type"] == "end_group":
            groups.pop()
        else:
            kind, _, chosen = row["type"].partition(" ")
            assert kind in ("acknowledge", "select_one", "text")
            answers = [(choice["name"], choice[label]) for choice in choices if choice["list_name"] == chosen]
            way = [*groups, row]
            name, text = ("/".join(part[key] for part in way) for key in ("name", label))
            found.append(Asked(name, text, answers or ([("OK", "OK")] if kind == "acknowledge" else []), kind == "text"))
    return found


def chosen(question, number, person):
    """Return which answer a person gives: over seven people every question has each of its answers, and none."""
    if "consent" in question.name:
        return 0 if person < WANTED else None
    place = (number + person) % (len(question.answers) + 1)
    return place if place < len(question.answers) else None


def cells(questions, person, side, empty):
    found, remarks = [], itertools.count()
    for number, question in enumerate(questions):
        if question.words:
            found.append(f"Woorden {next(remarks)} van {person}")
        else:
            place = chosen(question, number, person)
            found.append(empty if place is None else question.answers[place][side])
    return found


def written(path, rows, separator, quoting=csv.QUOTE_ALL):
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=separator, quoting=quoting).writerows(rows)
    return path


def limesurvey_export(path, questions, *, texts, side, empty=""):
    own = (
        ["Response ID", "Date submitted", "Last page", "Start language"]
        if texts is True
        else ["id", "submitdate", "lastpage", "startlanguage"]
    )
    heads = {True: lambda q: q.text, False: lambda q: q.name, "both": lambda q: f"{q.name}. {q.text}"}[texts]
    rows = [[*own, *map(heads, questions)]]
    rows += [
        [str(person + 1), "1980-01-01 00:00:00", "4", "nl", *cells(questions, person, side, empty)] for person in range(WANTED + REFUSING)
    ]
    return written(path, rows, ";")


def qualtrics_export(path, questions, *, side, empty=""):
    own = ["StartDate", "Status", "Finished", "RecordedDate", "ResponseId", "DistributionChannel", "UserLanguage"]
    rows = [[*own, *(q.name for q in questions)], [*own, *(q.text for q in questions)]]
    rows.append([f'{{"ImportId":"{name}"}}' for name in [*own, *(f"QID{number}" for number in range(len(questions)))]])
    for person in range(WANTED + REFUSING):
        told = ["2026-03-01 09:00:00", "0", "1", "2026-03-01 09:05:00", f"R_{person}", "anonymous", "NL"]
        rows.append([*told, *cells(questions, person, side, empty)])
    return written(path, rows, ",", csv.QUOTE_MINIMAL)


def kobo_export(path, questions, *, side):
    rows = [["start", "end", *(q.text if side else q.name for q in questions), "_id", "_uuid", "_submission_time"]]
    for person in range(WANTED + REFUSING):
        rows.append(["2026-03-01T09:00", "2026-03-01T09:05", *cells(questions, person, side, ""), "1", f"u{person}", "2026-03-01T09:06"])
    return written(path, rows, ";")


def odk_export(path, questions):
    rows = [["SubmissionDate", *(q.name.replace("/", "-") for q in questions), "KEY"]]
    rows += [["2026-03-01T09:06", *cells(questions, person, 0, ""), f"uuid:{person}"] for person in range(WANTED + REFUSING)]
    return written(path, rows, ",", csv.QUOTE_MINIMAL)


TOOLS = {"LimeSurvey": from_limesurvey, "Qualtrics": from_qualtrics, "Kobo/ODK": from_xlsform}
EXPORTS = {
    "limesurvey_codes": ("LimeSurvey", lambda path, asked: limesurvey_export(path, asked, texts=False, side=0)),
    "limesurvey_codes_answers": ("LimeSurvey", lambda path, asked: limesurvey_export(path, asked, texts=False, side=1, empty="N/A")),
    "limesurvey_texts": ("LimeSurvey", lambda path, asked: limesurvey_export(path, asked, texts=True, side=1)),
    "limesurvey_both": ("LimeSurvey", lambda path, asked: limesurvey_export(path, asked, texts="both", side=0, empty="N/A")),
    "qualtrics_texts": ("Qualtrics", lambda path, asked: qualtrics_export(path, asked, side=1)),
    "qualtrics_codes": ("Qualtrics", lambda path, asked: qualtrics_export(path, asked, side=0, empty="-99")),
    "kobo_values": ("Kobo/ODK", lambda path, asked: kobo_export(path, asked, side=0)),
    "kobo_labels": ("Kobo/ODK", lambda path, asked: kobo_export(path, asked, side=1)),
    "odk": ("Kobo/ODK", odk_export),
}
EVERY = pytest.mark.parametrize(("name", "language"), list(itertools.product(EXPORTS, LANGUAGES)))


def expected(edition, questions, language):
    """Return the tables that must come back: an answer means what the edition says that the label which was chosen means."""
    scale = edition["scales"][edition["scales"]["scale"].isin(edition["items"]["scale"])]
    ranks = dict(zip(scale[f"label_{language}"], map(str, scale["rank"]), strict=True))
    municipalities = edition["municipalities"].rename(columns={"municipality": "id"}).to_dict("records")
    groups = {
        "municipality": municipalities,
        **{by: [one.model_dump() for one in getattr(edition.settings, f"{by}s")] for by in FIELDS[1:]},
    }
    ids = {by: {row[f"label_{language}"]: row["id"] for row in rows} for by, rows in groups.items()}
    people, answers = [], []
    for person in range(WANTED):
        given = {}
        for number, question in enumerate(questions):
            place = chosen(question, number, person)
            given[question.name.rstrip("]").replace("[", "/").split("/")[-1]] = None if place is None else question.answers[place][1]
        people.append([ids[by].get(given.get(by), "") for by in FIELDS])
        for item in edition["items"]["item"]:
            label = given[item]
            state = "not_answered" if label is None else "answered" if label in ranks else "not_applicable"
            answers.append([item, state, ranks.get(label, "")])
    blocks = list(dict.fromkeys(edition["items"]["block"]))
    remarks = [[block, f"Woorden {number} van {person}"] for number, block in enumerate(blocks) for person in range(WANTED)]
    return people, answers, sorted(remarks)


def imported(path, questionnaire):
    export = read_export(path)
    match = match_columns(export, questionnaire, {})
    numbers = itertools.count()
    return export, match, assemble(export, match, questionnaire, lambda: f"{next(numbers):08}")


@EVERY
def test_what_an_instrument_asks_comes_back_as_the_same_tables(fielded, tmp_path, name, language):
    edition, form, questionnaire = fielded
    tool, write = EXPORTS[name]
    # What the number of a municipality stands for is not in a file of Qualtrics: see the next test.
    questions = [q for q in TOOLS[tool](form, language) if name != "qualtrics_codes" or q.name not in FIELDS]
    export, match, back = imported(write(tmp_path / "export.csv", questions), questionnaire)
    assert (export.tool.name, export.personal_columns, match.ignored) == (tool, (), [])
    assert len(match.items) + len(match.fields) + len(match.remarks) == len(questions) == len(export.columns)
    assert set(match.fields) == {"consent"} if name == "qualtrics_codes" else {"consent", *FIELDS}
    people, answers, remarks = expected(edition, questions, language)
    tables = {
        key: frame.drop(columns=frame.columns[0]).astype("string").fillna("").to_numpy().tolist() for key, frame in back.tables.items()
    }
    assert tables["respondents"] == people
    assert tables["responses"] == answers
    assert sorted(tables["remarks"]) == remarks
    assert (back.refused, sum(back.consent.values())) == (REFUSING, WANTED + REFUSING)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_for_a_municipality_domain_or_role_is_refused_since_the_file_does_not_say_which(fielded, tmp_path, language):
    _, form, questionnaire = fielded
    tool, write = EXPORTS["qualtrics_codes"]
    questions = TOOLS[tool](form, language)
    with pytest.raises(DataError) as caught:
        imported(write(tmp_path / "export.csv", questions), questionnaire)
    first, found = 4, {(problem.row, problem.rule.split()[0]) for problem in caught.value.problems}
    assert found == {
        (first + min(person for person in range(WANTED) if chosen(question, number, person) is not None), question.name)
        for number, question in enumerate(questions)
        if question.name in FIELDS
    }
    assert {"export the texts of the choices if these are codes" in problem.cause for problem in caught.value.problems} == {True}


def test_every_tool_asks_the_same_in_both_languages(fielded):
    edition, form, _ = fielded
    first, *others = [expected(edition, ask(form, language), language) for ask in TOOLS.values() for language in LANGUAGES]
    assert [other == first for other in others] == [True] * 5


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tool", TOOLS)
def test_the_people_of_the_round_trip_give_every_answer_and_none(fielded, tool, language):
    _, form, _ = fielded
    for number, question in enumerate(TOOLS[tool](form, language)):
        if not question.words and "consent" not in question.name:
            assert len(question.answers) > 1
            places = {chosen(question, number, person) for person in range(WANTED)}
            assert places == {None, *range(len(question.answers))}, question.name


@pytest.mark.parametrize("name", ["limesurvey_codes_answers", "limesurvey_texts", "qualtrics_texts"])
def test_a_statement_of_consent_that_the_import_does_not_know_stops_it(fielded, tmp_path, name):
    _, form, questionnaire = fielded
    tool, write = EXPORTS[name]
    questions = [Asked(q.name, q.text, [("1", "Ik zie wel.")]) if "consent" in q.name else q for q in TOOLS[tool](form, "nl")]
    with pytest.raises(DataError) as caught:
        imported(write(tmp_path / "export.csv", questions), questionnaire)
    (problem,) = caught.value.problems
    assert (problem.value, problem.rule.startswith("consent must be yes")) == ("Ik zie wel.", True)


def test_an_xlsform_asks_for_consent_by_an_acknowledgement(fielded):
    # ODK: what is acknowledged is stored as OK; it has no list of answers from which an export could take another word.
    _, form, _ = fielded
    _, _, selects, root = xform(form)
    assert "consent" not in selects
    (trigger,) = root.iter("{http://www.w3.org/2002/xforms}trigger")
    assert trigger.get("ref") == "/data/consent"

"""Ratings that people filled in: known by id or label and never guessed, each rater's own, all or nothing."""

import csv
import shutil

import openpyxl
import pytest
from build_fixtures import ROOT

from fruitmand.checks.progress import rated_variables
from fruitmand.edition.errors import DataError, FruitmandError
from fruitmand.edition.reading import Edition
from fruitmand.importers import ratings as package
from fruitmand.importers.ratings import command, import_ratings, is_ratings
from fruitmand.outputs.coding_kit.files import coding_kit

HEADINGS = ["municipality", "variable", "symbol", "rater", "segments"]


@pytest.fixture
def wide(tmp_path):
    """Write a wide table: a heading row and rows, separated, as bytes of an encoding."""

    def write(*rows, separator=",", encoding="utf-8", name="table.csv"):
        path = tmp_path / name
        path.write_bytes("\r\n".join(separator.join(row) for row in rows).encode(encoding))
        return path

    return write


def stored(folder):
    with (folder / "ratings.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == HEADINGS
    return [tuple(row) for row in rows[1:]]


def refused(path, rater="anna", kind=DataError):
    with pytest.raises(kind) as caught:
        import_ratings(path, "2026", rater)
    return caught.value


TOWNS = ["Amsterdam", "Den Haag"]
ONE = [("amsterdam", "motivation", "+/+", "anna", ""), ("den-haag", "motivation", "+/-", "anna", "")]


@pytest.mark.parametrize(
    ("rows", "options"),
    [
        ([["variable", *TOWNS], ["motivation", "+/+", "+/-"]], {}),
        ([["variabele", *TOWNS], ["motivation", "+/+", "+/-"]], {"separator": ";", "encoding": "utf-8-sig"}),
        ([["variabele", "toelichting", *TOWNS], ["Motivatie", "één", "voldoende", "Matig"]], {"separator": ";", "encoding": "cp1252"}),
        ([["Variable", "amsterdam", "The Hague"], ["MOTIVATION", " + / + ", "+/−"]], {"separator": "\t", "encoding": "utf-16"}),
        ([["", *TOWNS], ["motivatie", "+/+", "+/–"]], {}),
        ([["gemeente", "motivation"], ["Amsterdam", "+/+"], ["den-haag", "+/-"]], {}),
        ([["", "Motivatie", ""], ["Amsterdam", "+/+", ""], ["Den Haag", "+/-", ""]], {}),
        ([["code", "amsterdam", "den-haag"], ["motivation", "+/+", "+/-"], ["room_for_ideas", "", ""]], {}),
        ([["gemeente", "variabele", "oordeel"], ["Den Haag", "Motivatie", "matig"], ["Amsterdam", "motivation", "+/+"]], {}),
        ([["PK", "gemeente", "variabele", "teken"], ["1", "Den Haag", "Motivatie", "+/-"], ["2", "Amsterdam", "motivation", "+/+"]], {}),
    ],
)
def test_every_form_of_the_table_gives_the_same_ratings(draft, wide, rows, options):
    path = wide(*rows, **options)
    assert is_ratings(path)
    import_ratings(path, "2026", "anna")
    assert stored(draft) == ONE


def test_empty_cells_are_missing_and_listed(draft, wide):
    told = import_ratings(wide(["variable", *TOWNS], ["motivation", "+/+", ""]), "2026", "anna")
    wanted = 4 * len(rated_variables(Edition("2026")))
    assert stored(draft) == ONE[:1]
    assert f"rater anna: 1 of {wanted} ratings" in told
    assert "not rated by anna: amsterdam room_for_ideas, " in told
    assert f"and {wanted - 1 - command.SHOWN} more" in told


def test_rows_stand_in_the_order_of_the_study_and_then_of_raters(draft, wide):
    for rater in ("bo", "anna"):
        import_ratings(
            wide(["variable", "Den Haag", "Amsterdam"], ["room_for_ideas", "+/+", "+/+"], ["motivation", "+/+", "-/-"]), "2026", rater
        )
    keys = [row[:2] + row[3:4] for row in stored(draft)]
    towns, variables = ("amsterdam", "den-haag"), ("motivation", "room_for_ideas")
    assert keys == [(town, variable, rater) for town in towns for variable in variables for rater in ("anna", "bo")]


def test_near_names_are_suggested_and_never_taken(draft, wide):
    error = refused(wide(["variable", "Den Hag", "Amsterdam"], ["motivatoin", "+/+", "+/+"], ["room_for_ideas", "+/+", "voldoend"]))
    assert [(problem.row, problem.value, problem.cause) for problem in error.problems] == [
        (1, "Den Hag", "did you mean 'Den Haag'?"),
        (2, "motivatoin", "did you mean 'motivation'?"),
        (3, "voldoend", "did you mean 'voldoende'?"),
    ]
    assert not (draft / "ratings.csv").exists()


def test_a_label_of_several_is_not_guessed(draft, wide):
    path = draft / "codebook.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(",Ruimte voor ideeën,Room for ideas,") >= 1
    path.write_text(text.replace(",Ruimte voor ideeën,Room for ideas,", ",Motivatie,Room for ideas,", 1), encoding="utf-8")
    (problem,) = refused(wide(["variable", *TOWNS], ["Motivatie", "+/+", "+/+"])).problems
    assert problem.cause == "motivation and room_for_ideas have this label; write the id"
    import_ratings(wide(["variable", *TOWNS], ["motivation", "+/+", "+/-"]), "2026", "anna")
    assert stored(draft) == ONE


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("text", ["-/+", "+", "++", "-", "?", "n.v.t.", "3", "nan", "voldoende, bijna"])
def test_what_is_no_rating_is_refused(wide, text):
    (problem,) = refused(wide(["variable", *TOWNS], ["motivation", f'"{text}"', "+/-"])).problems
    assert problem.value == text
    assert "+/+, +/-, -/-" in problem.rule


def test_a_word_counts_for_the_scale_of_its_variable_alone(draft, wide):
    scales = {row["code"]: row["scale_used"] for row in rated_variables(Edition("2026")).to_dict("records")}
    high = next(code for code, scale in scales.items() if scale == "height3")
    import_ratings(wide(["variable", "Amsterdam"], [high, "hoog"], ["motivation", "voldoende"]), "2026", "anna")
    assert {row[1]: row[2] for row in stored(draft)} == {high: "+/+", "motivation": "+/+"}
    (problem,) = refused(wide(["variable", "Amsterdam"], ["motivation", "hoog"])).problems
    assert problem.value == "hoog"


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("rows", "place", "rule"),
    [
        ([["variable", "Amsterdam", "amsterdam"], ["motivation", "+/+", "+/+"]], 1, "more than one column"),
        ([["variable", "Amsterdam"], ["motivation", "+/+"], ["Motivatie", "+/+"]], 3, "stands in row 2 as well"),
        (
            [["gemeente", "variabele", "oordeel"], ["Amsterdam", "motivation", "+/+"], ["amsterdam", "Motivatie", "+/+"]],
            3,
            "rated in row 2",
        ),
        ([["variable", "Amsterdam", "totaal"], ["motivation", "+/+", "1"]], 1, "must be a municipality"),
        ([["variable", "Amsterdam", ""], ["motivation", "+/+", "+/-"]], 1, "must be a municipality"),
        ([["variable", "Amsterdam"], ["learning_climate", "+/+"]], 2, "must be a variable that is rated"),
    ],
)
def test_a_table_that_says_two_things_is_refused(wide, rows, place, rule):
    (problem, *_) = refused(wide(*rows)).problems
    assert problem.row == place
    assert rule in problem.rule


def test_a_rater_again_is_replaced_after_the_changes_are_shown(draft, wide):
    import_ratings(wide(["variable", *TOWNS], ["motivation", "+/+", "+/-"], ["room_for_ideas", "-/-", "-/-"]), "2026", "anna")
    import_ratings(wide(["variable", *TOWNS], ["motivation", "+/+", "+/+"]), "2026", "bo")
    others = [row for row in stored(draft) if row[3] == "bo"]
    told = import_ratings(
        wide(["variable", *TOWNS], ["motivation", "+/+", "-/-"], ["room_for_ideas", "-/-", ""], ["savings", "+/+", ""]), "2026", "Anna"
    )
    assert "changed, 1 of rater anna: den-haag motivation +/- is now -/-" in told
    assert "gone, 1 of rater anna: den-haag room_for_ideas (-/-)" in told
    assert "new, 1 of rater anna: amsterdam savings" in told
    assert "rater 'Anna' is written as anna" in told
    assert "raters differ on 1, which adjudications.csv settles: den-haag motivation (anna -/-, bo +/+)" in told
    assert [row for row in stored(draft) if row[3] == "bo"] == others
    before = (draft / "ratings.csv").read_bytes()
    again = import_ratings(
        wide(["variable", *TOWNS], ["motivation", "+/+", "-/-"], ["room_for_ideas", "-/-", ""], ["savings", "+/+", ""]), "2026", "anna"
    )
    assert "nothing changed in data/raw/2026/ratings.csv" in again
    assert (draft / "ratings.csv").read_bytes() == before


def test_a_decision_on_a_rating_that_changed_is_named(draft, wide):
    import_ratings(wide(["variable", *TOWNS], ["motivation", "+/+", "+/-"]), "2026", "anna")
    (draft / "adjudications.csv").write_text(
        "table,key\nratings,amsterdam motivation\nratings,den-haag motivation\ncodings,amsterdam motivation\n"
    )
    told = import_ratings(wide(["variable", *TOWNS], ["motivation", "-/-", "+/-"]), "2026", "anna")
    assert "adjudications.csv decides on amsterdam motivation, which changed" in told


def test_passages_stay_with_a_rating_that_stayed(draft, wide):
    head = ["municipality", "variable", "symbol", "segments"]
    import_ratings(wide(head, ["amsterdam", "motivation", "+/+", "s001; s002"], ["den-haag", "motivation", "+/-", "s003"]), "2026", "anna")
    assert [row[4] for row in stored(draft)] == ["s001;s002", "s003"]
    told = import_ratings(wide(["variable", *TOWNS], ["motivation", "+/+", "-/-"]), "2026", "anna")
    assert [row[4] for row in stored(draft)] == ["s001;s002", ""]
    assert "names other passages, 1 of rater anna: den-haag motivation" in told


@pytest.mark.usefixtures("draft")
def test_somebody_must_say_who_rated(wide):
    path = wide(["variable", *TOWNS], ["motivation", "+/+", "+/-"])
    assert "add CODER=" in str(refused(path, "", FruitmandError))
    assert "no name for a rater" in str(refused(path, "12", FruitmandError))


def test_a_column_of_raters_names_them_and_one_person_under_two_spellings_is_one(draft, wide):
    rows = [
        ["Amsterdam", "motivation", "+/+", "Zoë V."],
        ["Den Haag", "motivation", "+/+", "zoe v"],
        ["Amsterdam", "motivation", "-/-", "bo"],
    ]
    path = wide(["gemeente", "variabele", "oordeel", "beoordelaar"], *rows)
    told = import_ratings(path, "2026")
    assert {row[3] for row in stored(draft)} == {"zoe_v", "bo"}
    assert "rater 'Zoë V.' and 'zoe v' is written as zoe_v" in told
    assert "CODER says 'bo'" in str(refused(path, "bo", FruitmandError))


def test_a_rater_with_a_near_name_is_told_and_not_merged(draft, wide):
    path = wide(["variable", *TOWNS], ["motivation", "+/+", "+/-"])
    import_ratings(path, "2026", "annemiek")
    assert "annemik is a new rater: did you mean 'annemiek'?" in import_ratings(path, "2026", "annemik")
    assert {row[3] for row in stored(draft)} == {"annemiek", "annemik"}


@pytest.fixture
def workbook(draft, tmp_path):
    """Return the ratings workbook of the kit with some cells filled in and sheets renamed, saved by another program."""

    def fill(cells, names=None):
        path = tmp_path / "ratings.xlsx"
        path.write_bytes(coding_kit(Edition(draft.name))["ratings.xlsx"])
        book = openpyxl.load_workbook(path)
        for old, new in (names or {}).items():
            book[old].title = new
        for (sheet, cell), value in cells.items():
            book[sheet][cell] = value
        book.save(path)
        return path

    return fill


def test_a_workbook_of_the_kit_comes_in_with_a_rater_for_each_sheet(draft, workbook):
    path = workbook({("anna", "C2"): "+/+", ("anna", "D2"): "+/-", ("rater_2", "C3"): "-/-"}, {"rater_1": "anna"})
    assert is_ratings(path)
    told = import_ratings(path, "2026")
    assert stored(draft) == [ONE[0], ("amsterdam", "room_for_ideas", "-/-", "rater_2", ""), ONE[1]]
    assert "sheet 'anna'" in told


def test_a_sheet_that_nobody_filled_in_is_told_and_is_no_rater(draft, workbook):
    told = import_ratings(workbook({("rater_1", "C2"): "+/+", ("rater_1", "D2"): "+/-"}), "2026", "anna")
    assert stored(draft) == ONE
    assert "nothing is rated in ratings.xlsx (sheet 'rater_2')" in told


def test_an_empty_workbook_of_the_kit_is_one_of_ratings_and_is_refused(draft, workbook):
    path = workbook({})
    assert is_ratings(path)
    assert "nothing is rated" in str(refused(path, "", FruitmandError))
    assert not (draft / "ratings.csv").exists()


@pytest.mark.usefixtures("draft")
def test_two_sheets_are_not_one_rater(workbook):
    cells = {("Anna", "C2"): "+/+", ("anna_", "C2"): "+/-"}
    path = workbook(cells, {"rater_1": "Anna", "rater_2": "anna_"})
    assert "a rater has one sheet" in str(refused(path, "", FruitmandError))
    assert "CODER names one rater" in str(refused(path, "anna", FruitmandError))


@pytest.mark.usefixtures("draft")
def test_a_sheet_with_the_name_that_a_program_gives_names_nobody(workbook):
    path = workbook({("Blad1", "C2"): "+/+"}, {"rater_1": "Blad1"})
    assert "does not say who rated" in str(refused(path, "", FruitmandError))


def test_formulas_are_refused_and_never_run(draft, workbook):
    error = refused(workbook({("rater_1", "C2"): '="+/+"', ("rater_1", "D2"): "+/-"}), "")
    assert "C2" in str(error)
    assert "formula" in str(error)
    assert not (draft / "ratings.csv").exists()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('status = "draft"', 'status = "published"', "published edition takes no ratings"),
        ('"fieldwork"', '"publication"', "rests on fieldwork"),
    ],
)
def test_an_edition_that_takes_no_ratings_refuses_them(draft, wide, old, new, rule):
    path = draft / "edition.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert rule in str(refused(wide(["variable", *TOWNS], ["motivation", "+/+", "+/-"])))


def test_ratings_of_another_kind_are_not_overwritten(draft, wide):
    shutil.copy(ROOT / "data/raw/2015/ratings.csv", draft)
    before = (draft / "ratings.csv").read_bytes()
    (problem,) = refused(wide(["variable", *TOWNS], ["motivation", "+/+", "+/-"])).problems
    assert problem.row == 1
    assert (draft / "ratings.csv").read_bytes() == before


def test_an_interruption_leaves_the_earlier_ratings(draft, wide, monkeypatch):
    path = wide(["variable", *TOWNS], ["motivation", "+/+", "+/-"])
    import_ratings(path, "2026", "anna")
    before = (draft / "ratings.csv").read_bytes()

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", stop)
    with pytest.raises(KeyboardInterrupt):
        import_ratings(path, "2026", "bo")
    assert (draft / "ratings.csv").read_bytes() == before
    assert sorted(file.name for file in draft.iterdir() if "ratings" in file.name) == ["ratings.csv"]


@pytest.mark.parametrize(
    "text",
    [
        "id,document,tag,content\n1,a,motivation,zin\n",
        "document,passage,code\na,zin,motivation\n",
        "tag,description\nmotivation,zin\n",
        "segment,anna,bo\ns001,motivation,motivation\n",
        "municipality,q01a,q02\nutrecht,4,5\n",
        "gemeente,q01a\nUtrecht,mee eens\n",
        '"Timestamp","Hoe eens? [De leerkring]"\n"1","mee eens"\n',
        "a\nb\n",
        "",
        "<xml/>",
    ],
)
def test_other_tables_are_not_taken_for_ratings(tmp_path, text):
    path = tmp_path / "other.csv"
    path.write_text(text)
    assert not is_ratings(path)


def test_a_file_that_is_not_there_is_no_ratings(tmp_path):
    assert not is_ratings(tmp_path / "none.csv")
    assert not is_ratings(tmp_path)


@pytest.mark.usefixtures("draft")
def test_the_coding_workbook_is_not_taken_for_ratings(tmp_path):
    path = tmp_path / "coding.xlsx"
    path.write_bytes(coding_kit(Edition("2026"))["coding.xlsx"])
    assert not is_ratings(path)
    assert package.__all__ == ["import_ratings", "is_ratings"]

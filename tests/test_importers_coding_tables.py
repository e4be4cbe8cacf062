"""Tables of coded passages: what each tool writes is read as it is meant, and what cannot be known is asked for."""

import csv
import io

import openpyxl
import pytest
from coding_exports import workbook

from fruitmand.edition.errors import DataError
from fruitmand.importers.coding.reading import read_coded

TAGUETTE = "id,document,tag,content"
QUALCODER = "File,Coder,Coded,Id,Codename,Coded_Memo,Category,Category,FileVar_City"
BY_CASE = "Case,Filename,Coder,Coded,Id,Codename,Coded_Memo,Category,Category,FileVar_City,CaseVar_Age"
ATLAS = ["ID", "Quotation Name", "Document", "Document Groups", "Quotation Content", "Comment", "Codes", "Reference", "Created by"]
MAXQDA = {
    "English": ["Color", "Document group", "Document name", "Code", "Beginning", "End", "Weight score", "Segment", "Created by", "Comment"],
    "German": ["Farbe", "Dokumentgruppe", "Dokumentname", "Code", "Anfang", "Ende", "Gewicht", "Segment", "Erstellt von", "Kommentar"],
    "Dutch": ["Kleur", "Documentgroep", "Documentnaam", "Code", "Begin", "Einde", "Gewicht", "Segment", "Gemaakt door", "Opmerking"],
}


@pytest.fixture
def read(tmp_path):
    def run(text, encoding="utf-8"):
        (tmp_path / "case.csv").write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return read_coded(tmp_path / "case.csv")

    return run


@pytest.fixture
def read_book(tmp_path):
    def run(rows, sheet="Sheet1", more=()):
        return read_coded(workbook(tmp_path / "case.xlsx", rows, sheet, more))

    return run


def problem_of(read, *arguments):
    with pytest.raises(DataError) as caught:
        read(*arguments)
    return caught.value.problems[0]


def found(project):
    return [(one.document, one.quote, [" > ".join(code) for code in one.codes], one.coder) for one in project.passages]


class TestTaguette:
    def test_rows_with_one_id_are_one_passage(self, read):
        project = read(f"{TAGUETTE}\r\n2,i1,learning.motivation,wij\r\n2,i1,improvement,wij\r\n3,i1,,los\r\n4,i1,improvement,wij\r\n")
        assert project.tool == "Taguette, highlights as CSV"
        assert found(project) == [("i1", "wij", ["learning > motivation", "improvement"], ""), ("i1", "wij", ["improvement"], "")]
        assert [(one.quote, one.source_id, one.row) for one in project.uncoded] == [("los", "3", 4)]

    def test_an_export_without_ids_cannot_be_known(self, read):
        problem = problem_of(read, "document,tag,content\ni1,motivation,ja\ni1,improvement,ja\n")
        assert problem.rule == "must have a column 'id': it is an old Taguette export"
        assert "export the highlights as CSV" in problem.cause

    def test_a_quotation_that_has_become_a_formula_is_refused_and_the_csv_named(self, read_book):
        problem = problem_of(read_book, [TAGUETTE.split(","), ["1", "i1", "a", "=wij leren"], ["1", "i1", "b", "=wij leren"]])
        assert problem.rule == "must hold no formula, and does in D2, D3"
        assert "CSV" in problem.cause

    def test_a_workbook_without_formulas_is_read(self, read_book):
        assert found(read_book([TAGUETTE.split(","), [1, "i1", "a", "wij leren"]])) == [("i1", "wij leren", ["a"], "")]

    def test_one_id_with_two_texts_stops(self, read):
        problem = problem_of(read, f"{TAGUETTE}\n2,i1,a,wij\n2,i1,b,zij\n")
        assert (problem.row, problem.value) == (3, "zij")
        assert problem.rule == "must quote the same text as row 2, 'wij', which has the same id"
        assert problem_of(read, f"{TAGUETTE}\n2,i1,a,wij\n2,i2,b,wij\n").value == "i2"

    def test_a_tag_given_twice_counts_once_and_is_told(self, read):
        project = read(f"{TAGUETTE}\n2,i1,a,wij\n2,i1,a,wij\n")
        assert (project.codings, project.notes[-1]) == (
            1,
            "Codes given twice to a passage by the same coder, and counted once: 1, such as 'a' at row 3.",
        )

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_a_codebook_has_no_passages(self, read, read_book, kind):
        rows = [["tag", "description", "number of highlights"], ["assist", "who runs the talk", "174"]]
        project = read_book(rows) if kind == "xlsx" else read("\n".join(",".join(row) for row in rows))
        assert (project.codes[0].path, project.codes[0].description, project.passages) == (("assist",), "who runs the talk", ())
        assert problem_of(read, "tag,description\na,x\na,y\n").rule == "must have a tag of its own; row 2 has the same"


class TestQualCoder:
    ROWS = (
        "i1,ann,wij leren,ctid:1,sharing,,sub,data,Utrecht",
        "i1,ann,wij leren,ctid:2,plain,memo,Utrecht",
        "i1,bob,zij,ctid:3,mid,,data,Utrecht",
    )

    def test_a_ragged_csv_is_realigned(self, read):
        project = read("\n".join((QUALCODER, *self.ROWS)), "utf-8-sig")
        assert project.tool == "QualCoder, report of codings by file as CSV"
        assert found(project) == [("i1", "wij leren", ["data > sub > sharing", "plain"], "ann"), ("i1", "zij", ["data > mid"], "bob")]
        assert (project.codings, project.passages[0].memo) == (3, "memo")

    def test_csv_and_xlsx_read_alike(self, read, read_book):
        rows = [
            ["i1", "ann", "wij leren", "ctid:1", "sharing", None, "sub", "data", "Utrecht"],
            ["i1", "ann", "wij leren", "ctid:2", "plain", "memo", None, None, "Utrecht"],
            ["i1", "bob", "zij", "ctid:3", "mid", None, "data", None, "Utrecht"],
        ]
        project = read_book([QUALCODER.split(","), *rows])
        assert project.passages == read("\n".join((QUALCODER, *self.ROWS))).passages
        assert project.tool == "QualCoder, report of codings by file as XLSX"

    def test_rows_that_a_spreadsheet_filled_up_are_refused_and_the_xlsx_named(self, read):
        filled = [",".join([*line.split(","), *[""] * (9 - len(line.split(",")))]) for line in self.ROWS]
        problem = problem_of(read, "\n".join((QUALCODER, *filled)))
        assert problem.rule == "must be the CSV as QualCoder wrote it"
        assert "XLSX" in problem.cause

    def test_a_row_that_is_too_short_or_shifted_is_told(self, read):
        assert problem_of(read, "\n".join((QUALCODER, *self.ROWS, "i1,ann,wij"))).row == 5
        problem = problem_of(read, "\n".join((QUALCODER, self.ROWS[0], "i1,ann,wij, leren,ctid:2,plain,memo,Utrecht")))
        assert (problem.row, problem.value) == (3, "leren")

    def test_a_passage_of_two_cases_counts_once(self, read):
        lines = [f"{case},i1.txt,ann,wij,ctid:1,plain,,Utrecht,{age}" for case, age in (("c1", "30"), ("c2", "40"))]
        project = read("\n".join((BY_CASE, *lines)))
        assert found(project) == [("i1.txt", "wij", ["plain"], "ann")]
        assert project.tool == "QualCoder, report of codings by case as CSV"
        assert "Rows that repeat a coding under another case, and count once: 1." in project.notes

    def test_one_id_with_two_codings_stops(self, read):
        assert problem_of(read, "\n".join((QUALCODER, self.ROWS[1], self.ROWS[1].replace("wij", "zij")))).value == "ctid:2"

    def test_one_person_under_two_spellings_is_one_coder(self, read):
        project = read("File,Coder,Coded,Id,Codename,Coded_Memo,Category\ni1,ann,wij,ctid:7,a,,x\ni1,Ann ,zij,ctid:8,a,,x\n")
        assert project.coders == ("ann",)
        assert "'ann' and 'Ann ' are taken as one coder, 'ann'." in project.notes

    def test_the_same_sentence_coded_twice_is_two_passages(self, read):
        assert read("\n".join((QUALCODER, self.ROWS[1], self.ROWS[1].replace("ctid:2", "ctid:9")))).segments == 2

    def test_a_selection_in_a_picture_is_listed(self, read):
        project = read("\n".join((QUALCODER, self.ROWS[1], "photo.jpg,ann,,imid:1,plain,,Utrecht")))
        assert [(one.document, one.where) for one in project.unplaced] == [("photo.jpg", "imid:1")]

    def test_a_formula_is_refused_and_the_csv_named(self, read_book):
        problem = problem_of(read_book, [QUALCODER.split(","), ["i1", "ann", "=wij", "ctid:1", "a", "", "", "", ""]])
        assert (problem.rule, "CSV" in problem.cause) == ("must hold no formula, and does in C2", True)


class TestAtlas:
    def test_every_line_of_the_cell_is_a_code_and_a_comma_is_part_of_one(self, read_book):
        row = ["1:1", "wij", "i1", "kring\nronde 2", "wij leren", "memo", "learning: motivation, joy\nimprovement", "3 - 3", "Ann B"]
        project = read_book(
            [ATLAS, row, ["1:2", "los", "i1", "kring", "los", None, None, "5 - 5", "AnnB"]],
            "Quotation Manager",
            [("Info", [["User:", "Ann B"]])],
        )
        assert project.tool == "ATLAS.ti, report of quotations as XLSX"
        assert found(project) == [("i1", "wij leren", ["learning > motivation, joy", "improvement"], "Ann B")]
        assert (project.passages[0].memo, project.passages[0].source_id) == ("memo", "1:1")
        assert [(one.quote, one.coder) for one in project.uncoded] == [("los", "Ann B")]
        assert "'Ann B' and 'AnnB' are taken as one coder, 'Ann B'." in project.notes

    def test_a_quotation_without_text_is_listed(self, read_book):
        project = read_book([ATLAS, ["1:2", None, "i1", "", None, None, "improvement", "4 - 4", "Ann"]])
        assert [(one.where, one.codes) for one in project.unplaced] == [("quotation 1:2, row 2", (("improvement",),))]
        assert project.passages == ()

    def test_an_id_that_comes_twice_stops(self, read_book):
        row = ["1:1", None, "i1", "", "wij", None, "a", "", "Ann"]
        assert problem_of(read_book, [ATLAS, row, row]).rule == "must have an id of its own; row 2 has the same"


class TestMaxqda:
    @pytest.mark.parametrize("language", MAXQDA)
    def test_headings_in_each_language_are_read(self, read_book, language):
        rows = [["●", None, "i1", code, 1, 2, 0, "wij leren", "ann", "\xa0"] for code in ("learning > motivation", "AI: a (b)")]
        project = read_book([MAXQDA[language], *rows, ["●", None, "i1", "a", 7, 7, 50, "wij leren", "ann", "let op"]])
        assert project.tool == f"MAXQDA, coded segments as XLSX ({language} headings)"
        assert found(project) == [("i1", "wij leren", ["learning > motivation", "AI: a (b)"], "ann"), ("i1", "wij leren", ["a"], "ann")]
        assert (project.segments, project.codings) == (2, 3)
        assert project.passages[0].memo == ""
        assert project.passages[1].memo == f"{MAXQDA[language][6]}: 50\n{MAXQDA[language][9]}: let op"

    def test_two_columns_of_one_heading_are_kept_apart(self, read_book):
        headings = ["Color", "Comment", *MAXQDA["English"][1:]]
        project = read_book([headings, ["●", "een", None, "i1", "a", 1, 1, 0, "wij", "ann", "twee"]])
        assert project.passages[0].memo == "Comment (column B): een\nComment (column K): twee"

    def test_two_coders_of_one_segment_are_two_passages(self, read_book):
        rows = [["●", None, "i1", "a", 1, 1, 0, "wij", coder, None] for coder in ("ann", "bob")]
        project = read_book([MAXQDA["English"], *rows])
        assert (project.segments, project.codings, project.coders) == (1, 2, ("ann", "bob"))

    def test_an_export_without_coders_says_so(self, read_book):
        project = read_book([MAXQDA["English"][:8], ["●", "", "i1", "a", 1, 1, 0, "wij"]])
        assert (project.coders, "The export has no column for who coded." in project.notes) == ((), True)

    def test_documents_of_one_name_in_two_groups_stay_apart(self, read_book):
        rows = [["●", group, "i1", "a", 1, 1, 0, "wij"] for group in ("north", "south")]
        assert [one.document for one in read_book([MAXQDA["English"][:8], *rows]).passages] == ["north > i1", "south > i1"]

    def test_a_row_without_text_stops(self, read_book):
        assert problem_of(read_book, [MAXQDA["English"][:8], ["●", "", "i1", "a", 1, 1, 0, "\xa0"]]).rule == "must have a segment"

    @pytest.mark.parametrize(
        ("title", "root"), [("Liste der Codes", "Codesystem"), ("List of Codes", "Code System"), ("Lijst van codes", "Codesysteem")]
    )
    def test_a_code_system_is_a_tree(self, read_book, title, root):
        rows = [
            [title, None, None, "Memo", "Häufigkeit"],
            [root, None, None, "\xa0", 4],
            ["\xa0", "a", None, "why", 2],
            ["\xa0", "\xa0", "b", "", 2],
            ["\xa0", "c", None, "", 0],
        ]
        assert [(code.path, code.description) for code in read_book(rows).codes] == [(("a",), "why"), (("a", "b"), ""), (("c",), "")]

    def test_a_code_without_one_above_stops(self, read_book):
        rows = [["List of Codes", None, None, "Memo"], ["Code System", None, None, ""], [None, None, "b", ""]]
        assert problem_of(read_book, rows).row == 3


class TestNvivo:
    @pytest.mark.parametrize(
        "rows", [[["", "A : case 1"], ["1 : motivation", 3], ["2 : learning", 0]], [["Name", "Files", "References"], ["motivation", 2, 3]]]
    )
    def test_counts_are_refused_and_the_project_named(self, read_book, rows):
        problem = problem_of(read_book, rows)
        assert problem.cause == "export the project from NVivo as REFI-QDA project (.qdpx) instead"


class TestDedoose:
    HEADINGS = (
        "Media Title",
        "Excerpt Copy",
        "Excerpt Creator",
        "Codes Applied Combined",
        "Code: learning Applied",
        r"Code: learning\motivation, joy Applied",
        "Code: learning Weight",
    )

    def test_codes_come_from_their_columns(self, read_book):
        project = read_book(
            [
                self.HEADINGS,
                ["i1", "wij leren", "ann", "learning, motivation, joy", "True", True, 3],
                ["i1", "los", "ann", "", "False", False, None],
            ]
        )
        assert project.tool == "Dedoose, excerpts as XLSX"
        assert found(project) == [("i1", "wij leren", ["learning", "learning > motivation, joy"], "ann")]
        assert [one.quote for one in project.uncoded] == ["los"]

    def test_a_value_that_is_neither_stops(self, read_book):
        assert problem_of(read_book, [self.HEADINGS, ["i1", "wij", "ann", "", "perhaps", True, 3]]).value == "perhaps"

    def test_codes_in_one_cell_are_told_apart_or_asked_for(self, read_book):
        assert found(read_book([self.HEADINGS[:4], ["i1", "wij", "ann", "learning"]]))[0][2] == ["learning"]
        assert "a column for each code" in problem_of(read_book, [self.HEADINGS[:4], ["i1", "wij", "ann", "learning, joy"]]).cause


class TestOtherTables:
    def test_codes_side_by_side_count_once_each_and_a_row_without_text_is_named(self, read):
        project = read(
            "ResponseId,Please explain why,Code 1,Code 2,Code 3\nR_1,liever thuis,exam,exam->home,\nR_2,,,,\nR_3,weet niet,unsure,unsure,\n"
        )
        assert found(project) == [("R_1", "liever thuis", ["exam", "exam > home"], ""), ("R_3", "weet niet", ["unsure"], "")]
        assert (project.segments, project.codings) == (2, 3)
        assert project.notes[0] == "Left out, since they have no text: row 3 (R_2)."

    def test_a_code_beside_one_below_it_is_told(self, read):
        assert (
            "Codes beside one below them in the same row, which both count: 'exam' in row 2."
            in read("passage,Code 1,Code 2\nja,exam,exam->home\n").notes
        )

    def test_a_coded_row_without_text_and_an_unclear_column_stop(self, read):
        assert problem_of(read, "document,passage,Code 1\ni1,,a\n").rule == "a row with codes must have a text"
        assert "'why', 'how'" in problem_of(read, "document,why,how,Code 1\ni1,x,y,a\n").cause

    def test_the_coding_workbook_keeps_the_valence_of_each_code(self, read_book):
        headings = ["document", "passage", "code 1", "code 2", "valence 1", "valence 2", "coder"]
        rows = [headings, ["i1", "wij leren", "motivation", "joy", "supports", None, "ann"], ["i1", "los", None, None, None, None, "ann"]]
        project = read_book([["note"], ["a"]], "lists", [("coding", rows)])
        assert project.tool == "Coding workbook as XLSX"
        assert (project.passages[0].codes, project.passages[0].valences) == ((("motivation",), ("joy",)), ("supports", ""))
        assert [one.quote for one in project.uncoded] == ["los"]
        rows[1][2] = None
        assert problem_of(read_book, rows, "coding").rule == "a valence must have a code beside it, in column 'code 1'"

    def test_a_plain_table_is_read_in_any_usual_encoding_and_separator(self, read):
        lines = [
            ["document", "quote", "code", "coder"],
            ["i1", 'zij zei "één", ja', "learning > motivation", "ann"],
            ["i1", 'zij zei "één", ja', "joy; hope", "ann"],
        ]
        for separator in ",;\t":
            text = io.StringIO()
            csv.writer(text, delimiter=separator).writerows(lines)
            for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"):
                project = read(text.getvalue(), encoding)
                assert found(project) == [("i1", 'zij zei "één", ja', ["learning > motivation", "joy", "hope"], "ann")], (
                    separator,
                    encoding,
                )
                assert any("cp1252" in note for note in project.notes) == (encoding == "cp1252")

    def test_a_separator_may_be_named_in_the_first_line(self, read):
        assert found(read("sep=;\r\ndocument;quote;code\r\ni1;a,b;c\r\n")) == [("i1", "a,b", ["c"], "")]

    def test_positions_are_those_of_the_passage(self, read):
        passage = read("document,quote,code,start,end\ni1,wij,a,4,7\n").passages[0]
        assert (passage.start, passage.end) == (4, 7)
        for start, end in (("4", "8"), ("4", ""), ("x", "7"), ("4.0", "7.0")):
            assert problem_of(read, f"document,quote,code,start,end\ni1,wij,a,{start},{end}\n").value == f"{start} to {end}"

    def test_ids_make_passages_and_text_does_otherwise(self, read):
        assert read("id,document,quote,code\n1,i1,ja,a\n1,i1,ja,b\n2,i1,ja,a\n").segments == 2
        project = read("document,quote,code\ni1,ja,a\ni1,ja,b\ni1,ja,a\n")
        assert (project.segments, project.codings) == (2, 3)

    def test_what_a_row_lacks_is_told_for_every_row(self, read):
        with pytest.raises(DataError) as caught:
            read("document,quote,code\n,ja,a\ni1,,b\ni1,nee,\n")
        assert [(problem.row, problem.rule) for problem in caught.value.problems] == [
            (2, "must name its document"),
            (3, "must have a passage"),
        ]

    def test_two_columns_for_one_thing_are_asked_about(self, read):
        assert "'quote', 'text'" in problem_of(read, "document,quote,text,code\ni1,a,b,c\n").cause

    def test_codes_by_coder_need_no_texts(self, read):
        project = read("segment,ann,bob\ns1,a,b\ns2,b,\n")
        assert (project.segments, project.codings, project.coders) == (2, 3, ("ann", "bob"))
        assert "All codings are by one coder, 'ann': agreement is not measured." in read("segment,ann\r\ns1,a\r\ns2,b\r\n").notes

    def test_a_formula_in_a_table_is_refused_with_its_place(self, read_book):
        problem = problem_of(read_book, [["document", "quote", "code"], ["i1", "wij", '=HYPERLINK("x")']])
        assert (problem.rule, problem.cause[:14]) == ("must have plain values alone in sheet 'Sheet1'", "formulas in C2")

    def test_merged_cells_below_the_headings_are_refused_since_all_but_the_first_are_empty(self, tmp_path):
        path = workbook(tmp_path / "case.xlsx", [["document", "quote", "code"], ["i1", "wij", "a"], [None, "zij", "a"]], "Sheet1")
        book = openpyxl.load_workbook(path)
        book.active.merge_cells("A2:A3")
        book.save(path)
        assert "merged cells in A2:A3" in problem_of(read_coded, path).cause
        book.active.unmerge_cells("A2:A3")
        book.active["A3"] = "i2"
        book.active.merge_cells("C3:D3")
        book.save(path)
        assert found(read_coded(path)) == [("i1", "wij", ["a"], ""), ("i2", "zij", ["a"], "")]

    def test_two_sheets_that_fit_are_asked_about(self, read_book):
        rows = [["document", "quote", "code"], ["i1", "wij", "a"]]
        assert problem_of(read_book, rows, "one", [("two", rows)]).rule == "must have one sheet with coded passages"

    def test_a_table_that_is_none_of_these_is_told_by_its_columns(self, read):
        assert problem_of(read, "naam,leeftijd\nann,30\n").cause == "its columns are 'naam', 'leeftijd'"

    def test_a_table_without_rows_and_a_row_of_another_length_stop(self, read):
        assert problem_of(read, f"{TAGUETTE}\n").rule == "must have rows below its headings"
        problem = problem_of(read, f"{TAGUETTE}\n1,i1,a,wij\n2,i1,a\n3,i1,a,wij, zij\n")
        assert (problem.row, problem.rule) == (3, "must have 4 cells, as the headings; it has 3")

    def test_a_quotation_mark_that_is_not_closed_stops(self, read):
        assert problem_of(read, f'{TAGUETTE}\n1,i1,a,"wij\n').row == 2

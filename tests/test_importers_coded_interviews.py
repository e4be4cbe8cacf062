"""The import of coded interviews: what is proposed, whose segments they are, what stays on importing again, and what is told."""

import hashlib
import shutil

import openpyxl
import pytest
from build_fixtures import ROOT
from coding_edition import change, highlights, read_rows, write_edition, write_rows
from coding_exports import CODES, TEXT, code_xml, codebook_xml, project_xml, qdpx, selection_xml, source_xml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fruitmand.edition.errors import DataError, FruitmandError
from fruitmand.importers.__main__ import main
from fruitmand.importers.coding.command import import_coded
from fruitmand.importers.coding.names import digest

CASE = ROOT.parent / "shared" / "cases" / "edition_2026"
ONE = ("1", "kamperveen", "motivation valence.opposes", "wij leren weinig")
TWO = ("2", "kamperveen", "network", "wij kennen elkaar")
THREE = ("3", "den ham", "room_for_ideas valence.supports", "er is ruimte")
PLAIN = ["document", "passage", "code", "coder", "start", "end"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    root = tmp_path / "compendium"
    made = write_edition(root)
    monkeypatch.chdir(root)
    return made


@pytest.fixture
def give(tmp_path):
    """Import highlights of a coder and return what was said."""

    def run(coder, *rows):
        return import_coded(highlights(tmp_path / f"{coder}.csv", *rows), "2031", coder)

    return run


@pytest.fixture
def plain(tmp_path):
    """Import a plain table and return what was said."""

    def run(*rows, headings=PLAIN, coder=""):
        return import_coded(write_rows(tmp_path / "plain.csv", headings, rows), "2031", coder)

    return run


RECODED = ["segment_id", "code", "before", "after", "reason_nl", "reason_en"]
ADJUDICATED = ["table", "key", "column", "first", "second", "decision", "reason_nl", "reason_en"]
RATED = ["municipality", "variable", "symbol", "rater", "segments"]


def fails(run, *arguments, kind=FruitmandError, **more):
    with pytest.raises(kind) as caught:
        run(*arguments, **more)
    return str(caught.value)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def segments(folder):
    return [(row["segment_id"], row["document"], row["coder"]) for row in read_rows(folder / "segments.csv")]


def codings(folder, coder):
    return [(row["segment_id"], row["code"], row["valence"]) for row in read_rows(folder / f"codings_{coder}.csv")]


class TestProposals:
    def test_what_is_an_id_or_a_label_needs_no_person(self, folder, give):
        give("ann", ONE, ("2", "Den_Ham.docx", "Netwerk", "elkaar"))
        assert read_rows(folder / "documents.csv") == [
            {"document": "kamperveen", "file": "kamperveen", "municipality": "kamperveen", "domain": "", "role": ""},
            {"document": "den-ham", "file": "Den_Ham.docx", "municipality": "den-ham", "domain": "", "role": ""},
        ]
        assert [tuple(row.values()) for row in read_rows(folder / "codes.csv")] == [
            ("motivation", "motivation", "", "yes"),
            ("valence > opposes", "", "opposes", "yes"),
            ("Netwerk", "network", "", "yes"),
        ]
        assert codings(folder, "ann") == [("s001", "motivation", "opposes"), ("s002", "network", "")]

    def test_what_is_near_is_suggested_and_never_guessed(self, folder, give):
        rows = ONE, ("2", "INT_Kamperveen", "motivatoin", "elkaar")
        told = fails(give, "ann", *rows)
        assert "proposed data/raw/2031/documents.csv (new rows: 2) and data/raw/2031/codes.csv (new rows: 3)" in told
        assert "documents.csv row 3: 'INT_Kamperveen' has no municipality (did you mean 'kamperveen'?)" in told
        assert "codes.csv row 4: 'motivatoin' is no code of codebook.csv (did you mean 'motivation'?)" in told
        assert "import again with the same command" in told
        assert not (folder / "segments.csv").exists()
        assert read_rows(folder / "documents.csv")[1]["municipality"] == ""
        assert read_rows(folder / "codes.csv")[2] == {"path": "motivatoin", "code": "", "valence": "", "use": "yes"}
        told = fails(give, "ann", *rows)  # the document may have no municipality; the code must be settled
        assert told.splitlines()[0] == "nothing was imported; these are still to be settled:"
        assert "INT_Kamperveen" not in told
        change(folder / "codes.csv", "^motivatoin,,,yes", "motivatoin,motivation,supports,yes")
        change(folder / "documents.csv", "^int-kamperveen,INT_Kamperveen,,", "talk,INT_Kamperveen,kamperveen,")
        give("ann", *rows)
        assert codings(folder, "ann") == [("s001", "motivation", "opposes"), ("s002", "motivation", "supports")]
        assert segments(folder)[1] == ("s002", "talk", "ann")

    @pytest.mark.parametrize(
        ("path", "code"),
        [
            ("learning capacity > motivation", "motivation"),
            ("learning_capacity > Motivatie", "motivation"),
            ("MOTIVATION", "motivation"),
            ("Room-for ideas", "room_for_ideas"),
            ("goals", "goal_attainment"),
            ("improvement > Improvement", "goal_attainment"),
            ("improvement", ""),
            ("learning > motivation", ""),
            ("improvement > motivation", ""),
            ("learning_capacity", ""),
            ("motivations", ""),
        ],
    )
    def test_a_path_is_a_code_when_every_level_of_it_is(self, folder, plain, path, code):
        row = ("kamperveen", "wij leren", path, "ann", "0", "9")
        if code:
            plain(row)
        else:
            assert "codes.csv row 2" in fails(plain, row)
        assert read_rows(folder / "codes.csv") == [{"path": path, "code": code, "valence": "", "use": "yes"}]

    @pytest.mark.usefixtures("folder")
    def test_a_name_of_two_codes_is_told_with_both(self, plain):
        told = fails(plain, ("kamperveen", "wij leren", "improvement", "ann", "0", "9"))
        assert "is a name of several codes (improvement, goal_attainment)" in told

    @pytest.mark.usefixtures("folder")
    def test_a_concept_is_said_to_be_one(self, plain):
        told = fails(plain, ("kamperveen", "wij leren", "Leervermogen", "ann", "0", "9"))
        assert "is 'learning_capacity', a concept, and only variables and topics are coded" in told

    def test_a_map_that_names_no_code_of_the_codebook_stops(self, folder, give):
        give("ann", ONE)
        before = contents(folder)
        change(folder / "codes.csv", "motivation,motivation", "motivation,motivatie")
        assert "has code 'motivatie', which is no variable or topic of codebook.csv (did you mean 'motivation'?)" in fails(give, "ann", ONE)
        assert contents(folder) | {"codes.csv": before["codes.csv"]} == before

    def test_an_ignored_code_is_counted_and_its_passage_listed(self, folder, give):
        fails(give, "ann", ONE, ("2", "kamperveen", "nice", "mooi gezegd"))
        change(folder / "codes.csv", "^nice,,,yes", "nice,,,ignore")
        told = give("ann", ONE, ("2", "kamperveen", "nice", "mooi gezegd"))
        assert "codings ignored, as codes.csv says: 1" in told
        assert "ann: passages without a code of the codebook: 1" in told
        assert [name for name, _, _ in segments(folder)] == ["s001"]

    def test_the_same_interview_under_another_ending_is_the_same_document(self, folder, give):
        give("ann", ONE)
        give("bob", ("9", "Kamperveen.txt", "network", ONE[3]))
        assert segments(folder) == [("s001", "kamperveen", "")]

    def test_two_interviews_of_one_name_stay_two(self, folder, give):
        give("ann", ONE, ("2", "kamperveen.txt", "network", "iets anders"))
        assert [row["document"] for row in read_rows(folder / "documents.csv")] == ["kamperveen", "kamperveen-2"]

    def test_a_table_that_a_spreadsheet_broke_is_told_with_its_row(self, folder, give):
        give("ann", ONE)
        change(folder / "codes.csv", ",yes$", ",ja")
        assert "data/raw/2031/codes.csv row 2: 'ja' column 'use' must be one of: yes, ignore" in fails(give, "ann", ONE, kind=DataError)
        (folder / "codes.csv").write_text("path;code;valence;use\na;b;;yes\n")
        assert "data/raw/2031/codes.csv row 1" in (told := fails(give, "ann", ONE, kind=DataError))
        assert "Excel saved it with semicolons" in told

    @pytest.mark.parametrize("end", [b"\r\n", b"\r"])
    def test_a_table_may_have_the_line_ends_of_any_system(self, folder, give, end):
        give("ann", ONE)
        before = contents(folder)
        for name in ("codebook.csv", "documents.csv", "codes.csv", "segments.csv", "codings_ann.csv"):
            (folder / name).write_bytes(before[name].replace(b"\n", end))
        give("ann", ONE)
        assert read_rows(folder / "segments.csv")[0]["digest"] == digest(ONE[3])
        assert codings(folder, "ann") == [("s001", "motivation", "opposes")]

    def test_a_municipality_that_is_not_there_stops_with_the_nearest(self, folder, give):
        give("ann", ONE)
        change(folder / "documents.csv", ",kamperveen,,$", ",kamperven,,")
        told = fails(give, "ann", ONE)
        assert "documents.csv row 2: 'kamperven' is no municipality of municipalities.csv (did you mean 'kamperveen'?)" in told

    def test_a_name_as_another_system_writes_it_is_the_same(self, folder, give):
        fails(give, "ann", ("1", "idee\u0308n \u200b1.txt", "network", "er is ruimte"))
        assert [(row["document"], row["file"]) for row in read_rows(folder / "documents.csv")] == [("ideen-1", "ideën 1.txt")]
        give("ann", ("1", "ideën 1.txt", "network", "er is ruimte"))
        give("bob", ("1", "idee\u0308n 1", "network", "er is ruimte"))
        assert segments(folder) == [("s001", "ideen-1", "")]

    def test_an_id_goes_before_the_label_of_another(self, folder, plain):
        change(folder / "codebook.csv", "Doelen,Improvement", "Doelen,Network")
        plain(("kamperveen", "wij", "network", "ann", "0", "3"))
        assert codings(folder, "ann") == [("s001", "network", "")]

    def test_two_interviews_that_may_be_one_of_the_map_are_neither(self, folder, give):
        give("ann", ("1", "kamperveen.docx", "network", "wij"))
        give("bob", ("1", "kamperveen", "network", "wij"), ("2", "kamperveen.txt", "network", "zij"))
        assert [row["document"] for row in read_rows(folder / "documents.csv")] == ["kamperveen", "kamperveen-2", "kamperveen-3"]

    def test_an_interview_is_not_the_id_of_another_in_the_same_file(self, folder, give):
        give("ann", ("1", "den ham", "network", "wij"))
        change(folder / "documents.csv", "^den-ham,", "kamperveen,")
        give("bob", ("1", "den ham", "network", "wij"), ("2", "Kamperveen", "network", "zij"))
        rows = read_rows(folder / "documents.csv")
        assert [(row["document"], row["file"]) for row in rows] == [("kamperveen", "den ham"), ("kamperveen-2", "Kamperveen")]


class TestValences:
    def test_a_valence_code_is_of_every_variable_on_its_passage_and_of_no_topic(self, folder, give):
        give("ann", ("1", "kamperveen", "motivation room_for_ideas network supports", "alles"))
        assert codings(folder, "ann") == [
            ("s001", "motivation", "supports"),
            ("s001", "room_for_ideas", "supports"),
            ("s001", "network", ""),
        ]

    def test_a_variable_without_one_valence_is_listed_and_kept(self, folder, give):
        told = give("ann", ("1", "kamperveen", "motivation", "wij"), ("2", "kamperveen", "motivation supports mixed", "zij"), THREE)
        assert "to be settled in the tool, and then imported again: 2" in told
        assert "s001 (kamperveen (1)): motivation has no valence" in told
        assert "s002 (kamperveen (2)): motivation has several valences: mixed, supports" in told
        assert codings(folder, "ann")[:2] == [("s001", "motivation", ""), ("s002", "motivation", "")]

    def test_a_valence_beside_a_code_is_of_that_code_alone(self, folder, plain):
        headings = ["document", "passage", "code 1", "valence 1", "code 2", "valence 2"]
        told = plain(("kamperveen", "wij", "motivation", "opposes", "room_for_ideas", "nogal"), headings=headings, coder="ann")
        assert codings(folder, "ann") == [("s001", "motivation", "opposes"), ("s001", "room_for_ideas", "")]
        assert "room_for_ideas: 'nogal' is no valence (supports, mixed or opposes)" in told

    def test_a_code_below_which_the_valence_stands_has_both(self, folder, plain):
        plain(("kamperveen", "wij", "motivation > opposes", "ann", "0", "3"))
        assert codings(folder, "ann") == [("s001", "motivation", "opposes")]

    def test_the_valence_of_one_code_goes_before_that_of_the_passage(self, folder, plain):
        told = plain(("kamperveen", "wij", "motivation > opposes; room_for_ideas; supports", "ann", "0", "3"))
        assert codings(folder, "ann") == [("s001", "motivation", "opposes"), ("s001", "room_for_ideas", "supports")]
        assert "to be settled" not in told

    def test_a_valence_on_a_selection_of_its_own_of_the_same_span_counts(self, folder, tmp_path):
        codes = code_xml(1, "motivation") + code_xml(2, "valence", code_xml(3, "mixed"))
        selections = [selection_xml(10, 0, 14, [(1, 100)]), selection_xml(11, 0, 15, [(3, 100)])]  # one with the space after it
        file = qdpx(tmp_path / "p.qdpx", project_xml(source_xml(selections, name="kamperveen"), codes=codes))
        import_coded(file, "2031")
        assert codings(folder, "ann") == [("s001", "motivation", "mixed")]


class TestSegments:
    def test_what_both_coded_is_shared_and_the_rest_is_of_one(self, folder, give):
        give("ann", ONE, TWO)
        assert segments(folder) == [("s001", "kamperveen", "ann"), ("s002", "kamperveen", "ann")]
        told = give("bob", ("7", *ONE[1:]), THREE)
        assert segments(folder) == [("s001", "kamperveen", ""), ("s002", "kamperveen", "ann"), ("s003", "den-ham", "bob")]
        assert "bob: 2 segments, 2 codings; 1 of the segments another coder coded too" in told
        assert codings(folder, "bob") == [("s001", "motivation", "opposes"), ("s003", "room_for_ideas", "supports")]

    def test_the_digest_is_that_of_the_passage_and_its_words_stay_out(self, folder, give):
        give("ann", ONE)
        (row,) = read_rows(folder / "segments.csv")
        assert row["digest"] == hashlib.sha256(b"wij leren weinig").hexdigest()[:12]
        assert row["source_id"] == "1"
        assert "quote" not in row
        assert not any(b"weinig" in content for content in contents(folder).values())

    def test_quotations_are_in_the_table_when_the_edition_publishes_them(self, tmp_path, monkeypatch, give):
        made = write_edition(tmp_path / "open", quotations="published")
        monkeypatch.chdir(tmp_path / "open")
        give("ann", ONE)
        assert [row["quote"] for row in read_rows(made / "segments.csv")] == ["wij leren weinig"]
        give("bob", TWO)
        assert [row["quote"] for row in read_rows(made / "segments.csv")] == ["wij leren weinig", "wij kennen elkaar"]

    def test_the_same_text_at_another_span_is_another_segment(self, folder, plain):
        plain(("kamperveen", "ja", "network", "ann", "0", "2"), ("kamperveen", "ja", "network", "bob", "40", "42"))
        rows = read_rows(folder / "segments.csv")
        assert [(row["start"], row["end"], row["coder"]) for row in rows] == [("0", "2", "ann"), ("40", "42", "bob")]

    def test_where_one_tool_has_no_positions_the_text_decides_and_they_are_filled_in(self, folder, give, plain):
        give("ann", ONE)
        plain(("kamperveen", ONE[3], "network", "bob", "5", "21"))
        (row,) = read_rows(folder / "segments.csv")
        assert (row["segment_id"], row["start"], row["end"], row["coder"]) == ("s001", "5", "21", "")

    def test_a_text_that_occurs_once_is_the_same_where_tools_count_otherwise(self, folder, plain, tmp_path):
        plain(("kamperveen", "Wij leren veel", "network", "bob", "3", "17"))
        codes = code_xml(1, "network")
        file = qdpx(tmp_path / "p.qdpx", project_xml(source_xml([selection_xml(10, 0, 14, [(1, 100)])], name="kamperveen"), codes=codes))
        import_coded(file, "2031", "ann")
        assert segments(folder) == [("s001", "kamperveen", "")]

    def test_equal_texts_without_positions_are_paired_by_order_and_that_is_told(self, folder, give):
        again = ("2", *ONE[1:])
        give("ann", ONE, again)
        assert len(segments(folder)) == 2
        told = give("bob", ONE, again)
        assert segments(folder) == [("s001", "kamperveen", ""), ("s002", "kamperveen", "")]
        assert "passages whose text stands in the document more than once, paired by their order: 1" in told

    def test_more_than_999_segments_have_ids(self, folder, give):
        give("ann", *((str(n), "kamperveen", "network", f"zin {n}") for n in range(1, 1002)))
        assert [name for name, _, _ in segments(folder)][997:] == ["s998", "s999", "s1000", "s1001"]
        assert [name for name, _, _ in codings(folder, "ann")][997:] == ["s998", "s999", "s1000", "s1001"]

    def test_a_table_by_segment_and_coder_is_of_the_segments_that_are_there(self, folder, give, plain):
        give("ann", TWO)
        plain(("s001", "network", "network"), headings=["segment", "ann", "bob"])
        assert (segments(folder), codings(folder, "bob")) == ([("s001", "kamperveen", "")], [("s001", "network", "")])
        told = fails(plain, ("s009", "network"), headings=["segment", "bob"], kind=DataError)
        assert "plain.csv row 2: 's009' must be a passage that can be found again" in told

    @pytest.mark.usefixtures("folder")
    def test_a_passage_without_a_document_stops(self, plain):
        assert "must name its document" in fails(plain, ("wij", "network", "ann"), headings=["passage", "code", "coder"], kind=DataError)


class TestImportingAgain:
    def test_of_equal_texts_a_coder_keeps_the_one_that_was_coded_before(self, folder, give, plain):
        plain(("kamperveen", "ja", "network", "ann", "0", "2"), ("kamperveen", "ja", "network", "ann", "20", "22"))
        plain(("kamperveen", "ja", "network", "bob", "20", "22"))
        give("bob", ("1", "kamperveen", "network", "ja"))
        assert codings(folder, "bob") == [("s002", "network", "")]

    def test_a_highlight_keeps_its_id_when_one_of_the_same_text_goes(self, folder, give):
        give("ann", ONE, ("2", *ONE[1:]))
        give("ann", ("2", *ONE[1:]), ("3", *ONE[1:]))
        assert [(row["segment_id"], row["source_id"]) for row in read_rows(folder / "segments.csv")] == [("s001", "3"), ("s002", "2")]

    def test_the_import_runs_in_the_folder_that_it_replaces(self, folder, give, monkeypatch):
        monkeypatch.chdir(folder)
        assert "data/processed/2031/import/paraphrases.xlsx" in give("ann", ONE)

    def test_nothing_changes_when_nothing_did(self, folder, give):
        give("ann", ONE, TWO)
        before = contents(folder)
        told = give("ann", ONE, TWO)
        assert "nothing changes in the codings" in told
        assert told.splitlines()[-1] == "  no table changed"
        assert contents(folder) == before

    def test_what_comes_goes_and_differs_is_shown_and_ids_stay(self, folder, give):
        give("ann", ONE, TWO)
        told = give("ann", (ONE[0], ONE[1], "motivation supports", ONE[3]), THREE)
        for line in ("added: 1", "s003 room_for_ideas supports", "gone: 1", "s002 network", "changed: 1"):
            assert line in told
        assert "s001 motivation supports, was motivation opposes" in told
        assert segments(folder) == [("s001", "kamperveen", "ann"), ("s003", "den-ham", "ann")]
        assert codings(folder, "ann") == [("s001", "motivation", "supports"), ("s003", "room_for_ideas", "supports")]

    def test_only_the_first_ten_of_many_are_shown(self, give, folder):
        give("ann", *((str(n), "kamperveen", "network", f"zin {n}") for n in range(25)))
        told = give("ann", ("0", "kamperveen", "network", "zin 0"))
        assert "gone: 24" in told
        assert "… and 14 more" in told
        assert "s012 network" not in told
        assert len(segments(folder)) == 1

    def test_a_segment_that_one_of_two_lets_go_is_of_the_other(self, folder, give):
        give("ann", ONE, TWO)
        give("bob", ONE, TWO)
        give("ann", ONE)
        assert segments(folder) == [("s001", "kamperveen", ""), ("s002", "kamperveen", "bob")]
        assert codings(folder, "bob") == [("s001", "motivation", "opposes"), ("s002", "network", "")]

    def test_paraphrases_stay_and_what_would_be_lost_is_told_and_kept(self, folder, give):
        give("ann", ONE, TWO)
        change(folder / "segments.csv", r"(^s00(.),.*),,,ann$", r"\1,Eigen woorden \2.,Own words \2.,ann")
        told = give("ann", ONE)
        assert "segments.csv has a paraphrase of s002, which nobody codes any more: Eigen woorden 2." in told
        assert "segments that nobody codes: 1" in told
        assert [row["paraphrase_nl"] for row in read_rows(folder / "segments.csv")] == ["Eigen woorden 1.", "Eigen woorden 2."]
        assert codings(folder, "ann") == [("s001", "motivation", "opposes")]
        give("ann", ONE, TWO)
        assert [name for name, _, _ in codings(folder, "ann")] == ["s001", "s002"], "a passage that comes back has its id again"

    def test_columns_that_a_person_added_stay_in_their_place(self, folder, give):
        give("ann", ONE, TWO)
        text = (folder / "segments.csv").read_text(encoding="utf-8").splitlines()
        split = [line.split(",", 2) for line in text]
        added = [("municipality", "respondent"), ("den-ham", "one"), ("", "")]
        lines = [",".join((*cells[:2], *more, cells[2])) for cells, more in zip(split, added, strict=True)]
        (folder / "segments.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        before = (folder / "segments.csv").read_bytes()
        assert "no table changed" in give("ann", ONE, TWO)
        assert (folder / "segments.csv").read_bytes() == before
        told = give("ann", THREE)
        rows = read_rows(folder / "segments.csv")
        assert [(row["segment_id"], row["municipality"], row["respondent"]) for row in rows] == [
            ("s001", "den-ham", "one"),
            ("s003", "", ""),
        ]
        assert "segments that nobody codes: 1\n    s001" in told

    def test_decisions_about_what_changed_are_told(self, folder, give):
        give("ann", ONE, TWO)
        rows = [("codings", "s001 motivation", "valence", "opposes", "supports", "first", "…", "…")]
        write_rows(folder / "adjudications.csv", ADJUDICATED, rows)
        write_rows(folder / "recodings.csv", RECODED, [("s002", "network", "given", "not given", "…", "…")])
        write_rows(folder / "ratings.csv", RATED, [("kamperveen", "m", "+/+", "r", "s001;s002")])
        told = give("ann", (ONE[0], ONE[1], "motivation mixed", ONE[3]))
        assert "what people wrote about codings that are no longer so: 3" in told
        assert "adjudications.csv row 2 decides on s001 motivation, which was coded otherwise; look at it again" in told
        assert "recodings.csv row 2 is about s002, which nobody codes any more" in told
        assert "ratings.csv row 2 is about s002, which nobody codes any more" in told
        assert [name for name, _, _ in segments(folder)] == ["s001", "s002"]

    def test_no_id_comes_back_for_another_passage_while_people_name_it(self, folder, give):
        write_rows(folder / "recodings.csv", RECODED, [("s041", "network", "given", "not given", "…", "…")])
        give("ann", ONE)
        assert segments(folder) == [("s042", "kamperveen", "ann")]

    def test_a_file_without_a_coded_passage_takes_nothing_away(self, folder, give):
        give("ann", ONE)
        before = contents(folder)
        told = fails(give, "ann", ("1", "kamperveen", "", "wij leren weinig"))
        assert "the file holds no coded passage; nothing was changed" in told
        assert "highlights without a code: 1" in told
        assert contents(folder) == before


class TestCoders:
    def test_a_file_that_names_nobody_needs_a_coder(self, folder, tmp_path):
        assert "the file does not say who coded; add CODER=…" in fails(import_coded, highlights(tmp_path / "a.csv", ONE), "2031")
        assert not (folder / "documents.csv").exists()

    def test_one_person_under_two_spellings_is_one_and_it_says_so(self, folder, plain):
        told = plain(("kamperveen", "wij", "network", "Ann", "0", "3"), ("kamperveen", "zij", "network", "ann ", "5", "8"))
        assert "'Ann' and 'ann ' are taken as one coder, 'Ann'" in told
        told = plain(("kamperveen", "wij", "network", "Ann-B", "0", "3"), ("kamperveen", "zij", "network", "Ann b", "5", "8"))
        assert "'Ann b' and 'Ann-B' are taken as one coder, 'ann_b'" in told
        assert len(codings(folder, "ann_b")) == 2

    def test_several_coders_are_all_taken_or_the_one_that_is_named(self, folder, plain):
        rows = ("kamperveen", "wij", "network", "Ann", "0", "3"), ("kamperveen", "zij", "network", "Bob", "5", "8")
        plain(*rows, coder="bob")
        assert sorted(path.name for path in folder.glob("codings_*")) == ["codings_bob.csv"]
        plain(*rows)
        assert segments(folder) == [("s001", "kamperveen", "bob"), ("s002", "kamperveen", "ann")]
        assert "CODER=cas is not in the file, which has coders ann, bob; name one of them" in fails(plain, *rows, coder="cas")

    def test_the_one_coder_of_a_file_may_have_another_name_but_not_another_coders(self, folder, plain):
        row = ("kamperveen", "wij", "network", "user1", "0", "3")
        assert "The coder 'user1' of the file is taken as 'anna'." in plain(row, coder="Anna")
        plain(("kamperveen", "wij", "network", "bob", "0", "3"))
        assert "is another coder of the edition than 'anna'" in fails(plain, (*row[:3], "bob", *row[4:]), coder="anna")
        assert len(list(folder.glob("codings_*"))) == 2

    @pytest.mark.usefixtures("folder")
    def test_people_whose_names_give_no_id_are_not_made_one(self, plain):
        rows = ("kamperveen", "wij", "network", "李", "0", "3"), ("kamperveen", "zij", "network", "王", "5", "8")
        assert "needs Latin letters or digits" in fails(plain, *rows)

    def test_a_coder_whose_name_is_a_number_has_an_id(self, folder, give):
        give("2", ONE)
        assert len(codings(folder, "coder_2")) == 1

    @pytest.mark.usefixtures("folder")
    def test_passages_of_nobody_among_those_of_a_coder_stop(self, plain):
        rows = ("kamperveen", "wij", "network", "ann", "0", "3"), ("kamperveen", "zij", "network", "", "5", "8")
        assert "some passages of the file name no coder (others: ann)" in fails(plain, *rows)


class TestNotPlaced:
    def test_it_is_listed_by_coder_outside_the_raw_folder(self, folder, give):
        told = give("ann", ONE, ("2", "kamperveen", "", "niet gecodeerd"), ("3", "kamperveen", "supports", "los"))
        assert "ann: highlights without a code: 1" in told
        assert "ann: passages without a code of the codebook: 1" in told
        assert "all of them are listed in data/processed/2031/import/unplaced.txt" in told
        give("bob", ONE, ("4", "den ham", "", "ook niet"))
        text = (folder.parents[1] / "processed/2031/import/unplaced.txt").read_text(encoding="utf-8")
        assert text.splitlines() == [
            "== ann: ann.csv",
            "  highlights without a code: 1",
            "    kamperveen (2): niet gecodeerd",
            "  passages without a code of the codebook: 1",
            "    kamperveen (3): supports: los",
            "== bob: bob.csv",
            "  highlights without a code: 1",
            "    den ham (4): ook niet",
        ]

    def test_a_selection_in_a_pdf_and_an_interview_without_codes_are_among_it(self, tmp_path, folder):
        pdf = '<PDFSource guid="00000000-0000-0000-0000-0000000000aa" name="nota.pdf" path="internal://nota.pdf">'
        pdf += selection_xml(
            30, 0, 1, [(1, 100)], "wij", kind="PDFSelection", extra=' page="0" firstX="1" firstY="1" secondX="9" secondY="9"'
        )
        silent = source_xml([], path="internal://other.txt", name="den ham", number=51)
        coded = source_xml([selection_xml(10, 0, 14, [(1, 100)])], name="kamperveen")
        file = qdpx(
            tmp_path / "p.qdpx",
            project_xml(f"{coded}{silent}{pdf}</PDFSource>", codes=code_xml(1, "network")),
            {"sources/interview.txt": TEXT, "sources/other.txt": "Niets.", "sources/nota.pdf": "%PDF"},
        )
        told = import_coded(file, "2031", "ann")
        assert "ann: selections without a place in a text: 1" in told
        assert "a selection in a PDF has a place on a page" in told
        assert "ann: documents in which nothing was coded: 1" in told
        assert [row["document"] for row in read_rows(folder / "documents.csv")] == ["kamperveen", "den-ham"]


class TestRefusals:
    def test_a_published_edition_takes_no_interviews(self, tmp_path, monkeypatch, give):
        made = write_edition(tmp_path / "other", status="published")
        monkeypatch.chdir(made)
        before = contents(made)
        assert "'published' a published edition takes no coded interviews" in fails(give, "ann", ONE, kind=DataError)
        assert contents(made) == before

    def test_an_edition_that_is_read_out_of_a_publication_takes_no_interviews(self, tmp_path, monkeypatch, give, root):
        made = tmp_path / "other" / "data" / "raw" / "2031"
        shutil.copytree(root / "data" / "raw" / "2015", made)
        change(made / "edition.toml", '^edition = "2015"$', 'edition = "2031"')
        change(made / "edition.toml", '^status = "published"$', 'status = "draft"')
        monkeypatch.chdir(made)
        before = contents(made)
        assert "an edition that is read out of a publication takes no coded interviews" in fails(give, "ann", ONE, kind=DataError)
        assert contents(made) == before

    def test_an_edition_whose_tables_are_not_sound_takes_none_until_they_are(self, folder, give):
        change(folder / "codebook.csv", "^motivation,variable", "motivation,variabel")
        change(folder / "edition.toml", "^year = 2031$", "")
        before = contents(folder)
        assert "data/raw/2031/edition.toml: 'year' Field required" in fails(give, "ann", ONE, kind=DataError)
        change(folder / "edition.toml", '^status = "draft"$', 'status = "draft"\nyear = 2031')
        assert "codebook.csv row 4: 'variabel' column 'level' must be one of" in fails(give, "ann", ONE, kind=DataError)
        assert "segments.csv" not in before
        assert "segments.csv" not in contents(folder)

    def test_an_edition_without_a_codebook(self, folder, give):
        (folder / "codebook.csv").unlink()
        assert "coded interviews need a codebook" in fails(give, "ann", ONE, kind=DataError)


class TestCodebooks:
    def test_a_code_with_the_description_of_another_is_proposed_as_renamed_and_nothing_is_written(self, folder, tmp_path):
        file = write_rows(
            tmp_path / "codebook.csv",
            ["tag", "description", "number of highlights"],
            [("Zin in leren", "Of men wil leren.", 3), ("network", "Contacten.", 1), ("Ruimte voor ideeen", "", 1), ("goals", "Anders", 0)],
        )
        before = contents(folder)
        told = import_coded(file, "2031")
        assert "'Zin in leren' has the description of motivation: if it was renamed, write code zin_in_leren with was = motivation" in told
        assert "'Ruimte voor ideeen' (did you mean 'room_for_ideas'?)" in told
        assert "'goals' is goal_attainment with another description: Anders" in told
        assert "in codebook.csv, and not here: 1" in told
        assert "it holds no coded passage; nothing was written" in told
        assert contents(folder) == before
        assert not (folder.parents[1] / "processed").exists()

    @pytest.mark.usefixtures("folder")
    def test_a_codebook_in_the_standard_is_compared_too(self, tmp_path):
        (tmp_path / "book.qdc").write_text(codebook_xml(code_xml(1, "motivation", description="Of men wil leren.")), encoding="utf-8")
        told = import_coded(tmp_path / "book.qdc", "2031")
        assert "codes of the edition that it has: 1" in told
        assert "not in codebook.csv" not in told

    def test_a_project_without_a_coded_passage_is_a_codebook(self, folder, tmp_path):
        told = import_coded(qdpx(tmp_path / "p.qdpx", project_xml("", codes=CODES)), "2031")
        assert "it holds no coded passage; nothing was written" in told
        assert not (folder / "codes.csv").exists()


class TestParaphrases:
    @pytest.fixture
    def book(self, folder):
        return folder.parents[1] / "processed/2031/import/paraphrases.xlsx"

    @staticmethod
    def fill(path, to=None, **cells):
        """Write paraphrases by segment into the workbook, as a person does, and save it."""
        book = openpyxl.load_workbook(path)
        sheet = book["paraphrases"]
        places = {cell.value: cell.column for cell in sheet[1]}
        for row in range(2, sheet.max_row + 1):
            if (name := sheet.cell(row, places["segment_id"]).value) in cells:
                for heading, text in zip(("paraphrase_nl", "paraphrase_en"), cells[name], strict=True):
                    sheet.cell(row, places[heading]).value = text
        book.save(to or path)

    @staticmethod
    def rows(path):
        return [[cell or "" for cell in row] for row in openpyxl.load_workbook(path)["paraphrases"].iter_rows(values_only=True)]

    def test_passages_stand_in_a_workbook_and_come_back_with_paraphrases(self, folder, give, book, capsys):
        told = give("ann", ONE, ("2", "den ham", "network", '=HYPERLINK("x")'))
        assert "passages without a paraphrase in both languages: 2; write them in data/processed/2031/import/paraphrases.xlsx" in told
        assert [row[:5] for row in self.rows(book)[1:]] == [
            ["s001", "kamperveen", "1", "motivation", "wij leren weinig"],
            ["s002", "den-ham", "2", "network", '=HYPERLINK("x")'],
        ]
        self.fill(book, s001=("Men leert niet veel.", "They learn little."), s002=("Half.", ""))
        assert main([str(book), "2031"]) == 0
        out = capsys.readouterr().out
        assert out.startswith("paraphrases.xlsx is taken for paraphrases of coded passages\n")
        assert "new paraphrases: 3" in out
        rows = read_rows(folder / "segments.csv")
        assert [(row["paraphrase_nl"], row["paraphrase_en"]) for row in rows] == [
            ("Men leert niet veel.", "They learn little."),
            ("Half.", ""),
        ]
        assert [(row[0], row[5]) for row in self.rows(book)[1:]] == [("s002", "Half.")], "what is done leaves the workbook"

    def test_the_passages_of_one_coder_stay_in_it_when_another_is_imported(self, give, book):
        give("ann", ONE)
        give("bob", TWO)
        assert [row[4] for row in self.rows(book)[1:]] == ["wij leren weinig", "wij kennen elkaar"]

    def test_what_was_written_and_not_imported_is_not_lost(self, folder, give, book):
        give("ann", ONE)
        self.fill(book, s001=("Men leert niet veel.", ""))
        before, was = contents(folder), book.read_bytes()
        told = fails(give, "bob", TWO)
        assert "holds 1 paraphrases that are not in segments.csv yet; nothing was changed" in told
        assert "make import FILE=data/processed/2031/import/paraphrases.xlsx EDITION=2031" in told
        assert (contents(folder), book.read_bytes()) == (before, was)

    def test_a_paraphrase_that_changes_is_shown_with_what_it_was_and_an_empty_cell_changes_nothing(
        self, folder, give, book, tmp_path, capsys
    ):
        give("ann", ONE)
        self.fill(book, tmp_path / "old.xlsx", s001=("Eerst.", "First."))
        self.fill(book, tmp_path / "new.xlsx", s001=("Later.", ""))
        assert main([str(tmp_path / "old.xlsx"), "2031"]) == main([str(tmp_path / "new.xlsx"), "2031"]) == 0
        assert "changed paraphrases: 1\n    s001 paraphrase_nl: Later., was: Eerst." in capsys.readouterr().out
        (row,) = read_rows(folder / "segments.csv")
        assert (row["paraphrase_nl"], row["paraphrase_en"]) == ("Later.", "First.")

    def test_a_paraphrase_of_what_the_passage_was_before_is_refused(self, folder, give, book, capsys):
        give("ann", ONE)
        self.fill(book, s001=("Eén.", ""))
        change(folder / "segments.csv", r",[0-9a-f]{12},", ",0123456789ab,")
        assert main([str(book), "2031"]) == 1
        assert "paraphrases.xlsx row 2: 's001' must have the passage of that segment" in capsys.readouterr().err

    def test_a_paraphrase_of_another_passage_or_a_formula_writes_nothing(self, folder, give, book, tmp_path, capsys):
        give("ann", ONE, TWO)
        self.fill(book, tmp_path / "late.xlsx", s001=("Eén.", ""), s002=("Twee.", ""))
        self.fill(book, tmp_path / "formula.xlsx", s001=("=1+1", ""))
        give("ann", (ONE[0], ONE[1], ONE[2], "wij leren nu veel"))
        before = contents(folder)
        assert main([str(tmp_path / "late.xlsx"), "2031"]) == main([str(tmp_path / "formula.xlsx"), "2031"]) == 1
        err = capsys.readouterr().err
        assert "late.xlsx row 2: 's001' must be a segment of segments.csv" in err
        assert "must have plain values alone in sheet 'paraphrases' (formulas in F2" in err
        assert contents(folder) == before


CODED = st.lists(
    st.tuples(st.sampled_from(["kamperveen", "den ham"]), st.sampled_from(["ja", "nee", "wij leren"]), st.sampled_from(["", "0", "20"])),
    max_size=6,
    unique=True,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(imports=st.lists(st.tuples(st.sampled_from(["ann", "bob", "cas"]), CODED.filter(bool)), min_size=1, max_size=5))
def test_after_any_imports_every_coder_has_what_came_last_and_every_segment_has_its_owner(tmp_path_factory, monkeypatch, imports):
    root = tmp_path_factory.mktemp("compendium")
    folder = write_edition(root)
    monkeypatch.chdir(root)
    last = {}
    for coder, passages in imports:
        rows = [(document, text, "network", start, str(int(start) + len(text)) if start else "") for document, text, start in passages]
        last[coder] = sorted((document.replace(" ", "-"), digest(text)) for document, text, _ in passages)
        import_coded(write_rows(root / "plain.csv", ["document", "passage", "code", "start", "end"], rows), "2031", coder)
    places = {row["segment_id"]: (row["document"], row["digest"]) for row in read_rows(folder / "segments.csv")}
    found = {coder: [name for name, _, _ in codings(folder, coder)] for coder in last}
    assert {coder: sorted(places[name] for name in names) for coder, names in found.items()} == last
    owners = {name: {coder for coder, names in found.items() if name in names} for name in places}
    assert {name: coder for name, _, coder in segments(folder)} == {
        name: next(iter(coders)) if len(coders) == 1 else "" for name, coders in owners.items()
    }
    assert all(owners.values()), "no segment is left that nobody codes"


@pytest.mark.skipif(not CASE.is_dir(), reason="the sample material is not part of the project")
def test_the_edition_at_hand_comes_in_by_three_commands_and_one_file_filled_in(tmp_path, monkeypatch, capsys):
    folder = write_edition(tmp_path / "compendium", "2026")
    monkeypatch.chdir(tmp_path / "compendium")
    shutil.copy(CASE / "codebook_2026.csv", folder / "codebook.csv")
    shutil.copy(CASE / "municipalities.csv", folder / "municipalities.csv")
    an, bo = ([str(CASE / f"coder_{name}_all_tags.csv"), "2026", name] for name in ("an", "bo"))
    assert main(an) == 1
    told = capsys.readouterr().err
    towns = {"Amsterdam": "amsterdam", "Rotterdam": "rotterdam", "Den_Haag": "den-haag", "Eindhoven": "eindhoven", "Groningen": "groningen"}
    for town, name in towns.items():
        assert f"'INT_{town}' has no municipality (did you mean '{name}'?)" in told
        change(folder / "documents.csv", f"INT_{town},,", f"INT_{town},{name},")
    assert "codes.csv row" not in told
    assert main(an) == main(bo) == 0
    given = {name: {} for name in ("an", "bo")}
    for name, found in given.items():
        for row in read_rows(CASE / f"coder_{name}_all_tags.csv"):
            found.setdefault((row["document"], row["content"]), set()).add(row["tag"].removeprefix("valence."))
    assert given["an"].keys() == given["bo"].keys(), "both coded the same passages, so that every segment is shared"
    assert len(read_rows(folder / "segments.csv")) == len(given["an"]) == 60
    assert {row["coder"] for row in read_rows(folder / "segments.csv")} == {""}
    for name, found in given.items():
        rows = read_rows(folder / f"codings_{name}.csv")
        assert sorted(sorted({row["code"], row["valence"]} - {""}) for row in rows) == sorted(sorted(tags) for tags in found.values())

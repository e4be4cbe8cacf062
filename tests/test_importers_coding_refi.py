"""Projects and codebooks in the REFI-QDA standard: whose code is where, and nothing that the export contradicts."""

import zipfile

import pytest
from coding_exports import CODES, TEXT, code_xml, codebook_xml, guid, project_xml, qdpx, selection_xml, source_xml

from fruitmand.edition.errors import DataError
from fruitmand.importers.coding import archive
from fruitmand.importers.coding.problems import SHOWN
from fruitmand.importers.coding.reading import read_coded

LEARNING, IMPROVEMENT = ("learning", "motivation"), ("improvement", "motivation")
SELECTIONS = (selection_xml(5, 0, 14, [(2, 100), (2, 101)], "s1"), selection_xml(6, 29, 53, [(4, 100)], "s2"))


@pytest.fixture
def read(tmp_path):
    def run(selections=SELECTIONS, members=None, project="project.qde", path="internal://interview.txt", **options):
        xml = project_xml(options.pop("sources", source_xml(selections, path)), **options)
        return read_coded(qdpx(tmp_path / "case.qdpx", xml, members, project))

    return run


@pytest.fixture
def problems_of(read):
    def run(*arguments, **options):
        with pytest.raises(DataError) as caught:
            read(*arguments, **options)
        return caught.value.problems

    return run


def told(project):
    return "\n".join(project.notes)


def test_two_coders_of_one_selection_are_two_passages_of_one_segment(read):
    project = read()
    assert project.tool == "REFI-QDA, project (.qdpx), made by invented"
    assert (project.segments, project.codings, project.coders) == (2, 3, ("ann", "bob"))
    assert [(one.quote, one.codes, one.coder) for one in project.passages] == [
        ("Wij leren veel", (LEARNING,), "ann"),
        ("Wij leren veel", (LEARNING,), "bob"),
        ("De kring geeft ons tijd.", (IMPROVEMENT,), "ann"),
    ]
    assert [(one.path, one.codable) for one in project.codes] == [
        (("learning",), False),
        (LEARNING, True),
        (("improvement",), True),
        (IMPROVEMENT, True),
    ]
    assert [(one.name, one.text) for one in project.documents] == [("interview 1", TEXT)]


def test_nothing_of_the_researchers_machine_is_kept(read):
    assert "Users" not in repr(read())


@pytest.mark.parametrize("path", ["internal://interview.txt", "interview.txt", "INTERNAL://Interview.TXT", "sources/interview.txt"])
@pytest.mark.parametrize("member", ["sources/interview.txt", "Sources/interview.txt", "SOURCES/INTERVIEW.txt", "interview.txt"])
def test_a_text_is_found_however_its_path_is_spelled(read, path, member):
    assert read(members={member: TEXT}, path=path).segments == 2


def test_of_texts_that_differ_in_capitals_the_one_that_is_named_is_read(read):
    assert read(members={"sources/Interview.txt": "iets anders", "sources/interview.txt": TEXT}).documents[0].text == TEXT


def test_a_text_within_the_project_needs_no_file(read):
    inline = source_xml(SELECTIONS, None, inner=f"<PlainTextContent>{TEXT}</PlainTextContent>")
    assert read(sources=inline, members={}).segments == 2


@pytest.mark.parametrize("name", ["Trial.qde", "PROJECT.QDE"])
def test_a_project_of_any_name_is_read_and_the_name_told(read, name):
    project = read(project=name)
    assert project.segments == 2
    assert ("Trial.qde" in told(project)) == (name == "Trial.qde")


def test_a_missing_text_stops_and_is_named(problems_of):
    (problem,) = problems_of(members={})
    assert (problem.file, problem.value) == ("case.qdpx", "interview 1")
    assert problem.rule == "the text of this document, 'interview.txt', must be in the archive"


def test_a_project_without_codings_is_a_codebook(read):
    project = read(selections=(), members={"sources/interview.txt": " "})
    assert (project.passages, len(project.codes)) == ((), 4)
    assert project.notes == ("It is a codebook, with no coded passage.",)


def test_a_coding_of_an_unknown_code_stops(problems_of):
    (problem,) = problems_of([selection_xml(5, 0, 14, [(255, 100)], "s1")])
    assert problem.value == guid(255)
    assert problem.rule == "interview 1, characters 0 to 14: the codebook has no code with this guid"


def test_a_selection_without_a_code_is_listed_as_uncoded(read):
    project = read([selection_xml(5, 0, 14, [], "s1"), SELECTIONS[1]])
    assert [one.quote for one in project.uncoded] == ["Wij leren veel"]
    assert (project.segments, project.codings) == (1, 1)


@pytest.mark.parametrize(
    ("kind", "selection", "why"),
    [("PDF", "PDFSelection", "on a page"), ("Picture", "PictureSelection", "no text"), ("Audio", "AudioSelection", "a time")],
)
def test_a_selection_outside_a_text_is_listed_with_the_reason(read, kind, selection, why):
    inner = selection_xml(7, 1, 2, [(2, 100)], "wij leren", kind=selection, extra=' page="3"')
    project = read(sources=f'<{kind}Source guid="{guid(60)}" name="nota">{inner}</{kind}Source>', members={})
    (one,) = project.unplaced
    assert (one.document, one.where, one.codes, one.coder) == ("nota", "'wij leren', page 3", (LEARNING,), "ann")
    assert why in one.why
    assert project.notes[0] == "Selections without a place in a text, listed with the reason: 1."


def test_a_document_coded_as_a_whole_is_no_passage(read):
    coding = f'<Coding guid="{guid(9)}" creatingUser="{guid(100)}"><CodeRef targetGUID="{guid(2)}"/></Coding>'
    project = read(sources=source_xml(SELECTIONS, inner=coding))
    assert (project.codings, project.unplaced[0].where, project.unplaced[0].codes) == (3, "the whole document", (LEARNING,))


def test_selections_at_one_span_by_one_coder_are_one_passage(read):
    project = read([selection_xml(5, 0, 14, [(2, 100)]), selection_xml(6, 0, 14, [(3, 100)]), selection_xml(7, 0, 14, [(3, 100)])])
    (passage,) = project.passages
    assert (passage.codes, passage.source_id) == ((LEARNING, ("improvement",)), guid(5))
    assert "'improvement' at 00000000-0000-0000-0000-000000000007" in told(project)


def test_an_end_that_is_taken_as_inclusive_stops(problems_of):
    (problem,) = problems_of([selection_xml(5, 0, 13, [(2, 100)], "Wij leren veel")])
    assert problem.value == "characters 0 to 13"
    assert "'Wij leren veel' is quoted and 'Wij leren vee' was cut out" in problem.rule


@pytest.mark.parametrize("name", ["De kring geeft…", "De kring geeft ...", "De kring", "De kring  geeft ons\ttijd."])
def test_a_quotation_may_be_cut_short_and_lose_its_spaces(read, name):
    assert read([selection_xml(6, 29, 53, [(4, 100)], name)]).passages[0].quote == "De kring geeft ons tijd."


def test_a_short_quotation_among_long_ones_is_whole(problems_of):
    text = "Dit is een heel lange zin over leren van elkaar in de kring. Ja zeker wel"
    long, short = selection_xml(5, 0, 60, [(2, 100)], text[:60]), selection_xml(6, 61, 73, [(2, 100)], "Ja zeker")
    (problem,) = problems_of([long, short], members={"sources/interview.txt": text})
    assert "'Ja zeker' is quoted and 'Ja zeker wel' was cut out" in problem.rule


def test_every_passage_of_a_changed_text_is_told_at_once(problems_of):
    selections = [selection_xml(5, 0, 14, [(2, 100)], "Wij leren veel"), selection_xml(6, 29, 53, [(4, 100)], "De kring geeft ons tijd.")]
    problems = problems_of(selections, members={"sources/interview.txt": "Ook " + TEXT})
    assert [problem.value for problem in problems] == ["characters 0 to 14", "characters 29 to 53"]


def test_a_label_is_no_quotation_and_does_not_stop(read):
    selections = [selection_xml(5, 0, 14, [(2, 100)], "Wij leren veel"), selection_xml(6, 29, 53, [(4, 100)], "sleutelmoment")]
    assert "Selections with a name that is not their text, which could not be compared: 1, such as 'sleutelmoment'." in told(
        read(selections)
    )


def test_qualcoder_always_quotes_so_a_label_stops(problems_of):
    selections = [selection_xml(5, 0, 14, [(2, 100)], "Wij leren veel"), selection_xml(6, 29, 53, [(4, 100)], "iets")]
    (problem,) = problems_of(selections, origin="QualCoder 3.5")
    assert "'iets' is quoted" in problem.rule


def test_an_export_that_quotes_nothing_says_so(read):
    assert "compared with nothing" in told(read())


def test_utf_16_units_are_recognised_by_the_quotations_and_told(read):
    project = read([selection_xml(6, 30, 54, [(4, 100)], "De kring geeft ons tijd.")])
    assert (project.passages[0].start, project.passages[0].end) == (29, 53)
    assert "interview 1: positions are counted in UTF-16 units, since that agrees with the quotations." in project.notes


def test_a_position_within_a_pair_of_units_stops(problems_of):
    (problem,) = problems_of([selection_xml(6, 16, 54, [(4, 100)], "De kring geeft ons tijd.")])
    assert problem.value == "characters 16 to 54"


@pytest.mark.parametrize(("start", "end"), [(11, 15), (10, 14)])
def test_a_line_end_of_windows_counts_as_two_or_as_one(read, start, end):
    project = read([selection_xml(6, start, end, [(4, 100)], "twee")], members={"sources/interview.txt": b"een lang\r\n twee drie"})
    (passage,) = project.passages
    assert (passage.quote, passage.start, passage.end, project.documents[0].text) == ("twee", 10, 14, "een lang\n twee drie")


def test_a_byte_order_mark_is_no_character(read):
    selections = [selection_xml(5, 0, 14, [(2, 100)], "Wij leren veel")]
    assert read(selections, members={"sources/interview.txt": b"\xef\xbb\xbf" + TEXT.encode()}).passages[0].start == 0
    assert read(selections, members={"sources/interview.txt": TEXT.encode("utf-16")}).passages[0].quote == "Wij leren veel"


@pytest.mark.parametrize(("start", "end"), [(0, 54), (-1, 4), (5, 5), (9, 4), (10**20, 10**20 + 1)])
def test_a_span_outside_the_text_stops(problems_of, start, end):
    (problem,) = problems_of([selection_xml(5, start, end, [(2, 100)])])
    assert problem.rule == f"interview 1, selection {guid(5)!r} must be a span within the text"


def test_positions_that_are_no_numbers_stop(problems_of):
    (problem,) = problems_of([selection_xml(5, "a", 4, [(2, 100)])])
    assert problem.value == "a to 4"


def test_levels_in_names_are_levels_where_a_tool_has_no_others(read):
    flat = code_xml(1, "learning") + code_xml(2, "learning.motivation") + code_xml(3, "a::b", code_xml(4, "c")) + code_xml(5, "St.Louis")
    assert [one.path for one in read((), codes=flat).codes] == [("learning",), LEARNING, ("a", "b"), ("a", "b", "c"), ("St.Louis",)]
    assert [one.path for one in read((), codes=code_xml(1, "x.y"), origin="Taguette 1.5.2").codes] == [("x", "y")]


def test_one_name_under_two_parents_is_two_codes(read):
    assert len({code.path for code in read().codes}) == 4


@pytest.mark.parametrize(
    ("codes", "rule"),
    [
        (code_xml(1, "a") + code_xml(1, "b"), "must have a guid of its own"),
        (code_xml(1, " "), "must have a name and a guid"),
        ("".join(f'<Code guid="{n}" name="n">' for n in range(200)) + "</Code>" * 200, "codes may be nested 40 deep at most"),
    ],
)
def test_a_codebook_out_of_order_stops(problems_of, codes, rule):
    assert rule in problems_of((), codes=codes)[0].rule


def test_a_passage_coded_with_a_category_is_kept_and_told(read):
    project = read([selection_xml(5, 0, 14, [(1, 100)], "s1")])
    assert project.passages[0].codes == (("learning",),)
    assert "'learning'" in told(project)


def test_one_person_under_two_spellings_is_one_coder(read):
    project = read(users=(("ann", 100), ("Ann ", 101)))
    assert (project.coders, project.segments, project.codings) == (("ann",), 2, 2)
    assert "'ann' and 'Ann ' are taken as one coder, 'ann'." in project.notes
    assert "All codings are by one coder, 'ann': agreement is not measured." in project.notes


def test_a_user_who_is_not_named_is_no_coder_and_told(read):
    project = read([selection_xml(5, 0, 14, [(2, 777)], "s1")])
    assert project.passages[0].coder == ""
    assert "Codings by a user whom the project does not name, so that their coder is empty: 1." in told(project)


def test_documents_of_one_name_stay_apart(read):
    sources = source_xml(SELECTIONS[:1]) + source_xml(SELECTIONS[1:], number=51)
    assert [one.document for one in read(sources=sources).passages] == ["interview 1", "interview 1", "interview 1 (2)"]


def test_many_problems_fit_on_a_screen(problems_of, read):
    selections = [selection_xml(number, 90, 99, [(2, 100)]) for number in range(300, 500)]
    with pytest.raises(DataError) as caught:
        read(selections)
    assert len(str(caught.value).splitlines()) <= 60
    assert caught.value.problems[0].rule == f"has 200 problems, of which the first {SHOWN} are listed; {200 - SHOWN} more are like them"
    assert len(problems_of(selections[:SHOWN])) == SHOWN


def test_a_dtd_is_refused_before_it_can_do_anything(problems_of):
    bomb = '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    (problem,) = problems_of(before=bomb)
    assert problem.rule == "must have no DTD (DOCTYPE)"


def test_an_archive_may_not_unpack_to_more_than_a_bound(problems_of, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 5_000)
    (problem,) = problems_of(members={"sources/interview.txt": "a" * 6_000})
    assert problem.file == "case.qdpx (sources/interview.txt)"
    monkeypatch.setattr(archive, "MEMBERS", 3)
    (problem,) = problems_of(members={f"sources/{number}.txt": "a" for number in range(3)})
    assert problem.rule == "must have at most 3 files in it"


def test_a_recording_is_never_unpacked(read, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 5_000)
    assert read(members={"sources/interview.txt": TEXT, "sources/recording.mp3": b"0" * 10_000}).segments == 2


def test_two_projects_in_one_archive_stop(problems_of):
    (problem,) = problems_of(members={"sources/interview.txt": TEXT, "other.qde": "<Project/>"})
    assert problem.rule == "must hold one project (.qde)"


def test_a_project_that_was_packed_again_in_a_folder_is_told(problems_of):
    (problem,) = problems_of(project="folder/project.qde")
    assert "packed again" in problem.cause


def test_a_member_with_a_password_is_told(tmp_path, read):
    read()
    content = bytearray((tmp_path / "case.qdpx").read_bytes())
    with zipfile.ZipFile(tmp_path / "case.qdpx") as packed:
        start = packed.getinfo("project.qde").header_offset
    for place in (start + 6, content.index(b"PK\x01\x02") + 8):
        content[place] |= 1
    (tmp_path / "locked.qdpx").write_bytes(content)
    with pytest.raises(DataError, match="must have no password"):
        read_coded(tmp_path / "locked.qdpx")


class TestCodebook:
    @pytest.fixture
    def read(self, tmp_path):
        def run(xml):
            (tmp_path / "case.qdc").write_bytes(xml if isinstance(xml, bytes) else xml.encode())
            return read_coded(tmp_path / "case.qdc")

        return run

    def test_codes_nest_and_entities_are_text(self, read):
        project = read(codebook_xml(CODES + code_xml(8, "Motivatie & moed", description="&lt;zin&gt; é")))
        assert [code.path for code in project.codes][:2] == [("learning",), LEARNING]
        assert (project.codes[-1].path, project.codes[-1].description) == (("Motivatie & moed",), "<zin> é")
        assert project.notes == ("It is a codebook, with no coded passage.",)

    def test_a_colon_is_part_of_a_name(self, read):
        codes = code_xml(1, "open: privacy") + code_xml(2, "xsd:element name")
        assert [code.path for code in read(codebook_xml(codes)).codes] == [("open: privacy",), ("xsd:element name",)]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
    def test_any_encoding_that_xml_knows_is_read(self, read, encoding):
        xml = codebook_xml(code_xml(1, "één")).replace("utf-8", encoding.removesuffix("-sig"))
        assert read(xml.encode(encoding)).codes[0].path == ("één",)

    def test_a_wrong_end_tag_is_told_with_line_and_column(self, read):
        with pytest.raises(DataError, match=r"must be well-formed XML: mismatched tag at line 2, column 9"):
            read("<CodeBook><Codes>\n<Code></Cod></Codes></CodeBook>")

    def test_codes_of_one_path_are_told(self, read):
        assert "2 codes have the same path 'a', and are taken as one." in read(codebook_xml(code_xml(1, "a") + code_xml(2, "a"))).notes

    def test_an_empty_codebook_stops(self, read):
        with pytest.raises(DataError, match="must hold a code"):
            read(codebook_xml(""))

"""An edition of fieldwork: what it may leave out, the one form in which analysis gets it, and what a draft is told."""

import contextlib
import json

import pandas as pd
import pytest
from fieldwork_edition import CODED, DIGEST, NAME, SETTINGS, TABLES, TOWNS, VARIABLES, write_fieldwork

from fruitmand.analysis import agreement, claims, coding, evidence, named_numbers, raters, ratings, verdict_review
from fruitmand.analysis.survey import analyse
from fruitmand.checks import command
from fruitmand.checks.whole_edition import check_edition, read_edition
from fruitmand.edition import sealing, validation_cache
from fruitmand.edition.errors import DataError
from fruitmand.edition.reading import Edition
from fruitmand.edition.schema import FIELDWORK, SCHEMAS
from fruitmand.edition.validation import validate


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """Return the digests of the tables of the coded edition, which are found to be right by their schemas."""
    root = tmp_path_factory.mktemp("right")
    write_fieldwork(root, coded=True)
    with contextlib.chdir(root):
        edition = Edition(NAME)
        assert told(edition, "error") == []
    return edition.reads


@pytest.fixture
def write_unchecked(tmp_path, monkeypatch):
    """Return a function that writes an edition of which nothing was checked before, and returns it."""

    def made(**parts):
        write_fieldwork(tmp_path, **parts)
        monkeypatch.chdir(tmp_path)
        return Edition(NAME)

    return made


@pytest.fixture
def write(tmp_path, write_unchecked, right):
    """Return a function that writes an edition and returns it; tables that are those of the coded edition are known to be right."""
    validation_cache.remember(tmp_path / "data" / "processed" / NAME / "check", right, "fieldwork")
    return write_unchecked


def told(edition, severity=None):
    found = check_edition(edition)
    return [(one.file.rpartition("/")[2], one.row, one.value) for one in found if severity in (None, one.severity)]


# --- what may be absent --------------------------------------------------------------------------------------------------------------


def test_three_tables_and_few_settings_make_a_draft_that_is_read(write):
    edition = write()
    assert told(edition) == [("ratings.csv", 0, "")]
    read = read_edition(NAME)
    assert read.coders == ()
    assert read.claims == []
    assert read.models == {}
    assert read.group is None
    assert read.group_id is None
    assert not read.fielded
    assert all(read[name].empty for name in read if name not in TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_what_every_edition_needs_is_missed(write, name):
    problems = check_edition(write(**{name: None}))
    assert [(one.file, one.severity) for one in problems] == [(f"data/raw/{NAME}/{name}.csv", "error")]


def test_a_published_edition_is_stopped_by_what_a_draft_goes_on_with(write):
    sealing.seal(write(settings=SETTINGS.replace('"draft"', '"published"')).folder)
    with pytest.raises(DataError, match="there are no ratings yet"):
        read_edition(NAME)


def test_the_command_lists_what_is_unfinished_and_goes_on(write, capsys):
    write()
    assert command.main([NAME]) == 0
    out = capsys.readouterr().out
    assert "nothing is wrong" in out
    assert "not there yet:\n  data/raw/field/codings_<coder>.csv: no interview is coded" in out


def test_fieldwork_with_wrong_settings_is_not_taken_for_a_publication(write):
    assert told(write(settings=SETTINGS.replace("year = 2026", 'year = "2026"'))) == [("edition.toml", 0, "year")]


@pytest.mark.parametrize("table", FIELDWORK)
def test_the_examples_of_the_data_dictionary_are_valid(table):
    form = FIELDWORK[table]
    example = pd.DataFrame([{name: column.example for name, column in form.columns.items()}], dtype="string")
    assert validate(table, example, table, "fieldwork")[1] == []
    needed = example.drop(columns=[name for name, column in form.columns.items() if column.additional])
    frame, problems = validate(table, needed, table, "fieldwork")
    assert problems == []
    assert list(frame) == list(form.columns)
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == form.types


@pytest.mark.parametrize("form", [*SCHEMAS.values(), *FIELDWORK.values()])
def test_a_column_that_may_be_absent_may_be_empty_and_is_in_no_key_alone(form):
    assert all(column.optional for column in form.columns.values() if column.additional)
    assert any(not form.columns[name].additional for name in form.unique)


def test_an_additional_column_that_stands_elsewhere_is_told(write):
    text = CODED["documents"].replace("municipality\n", "municipality,role,domain\n").replace(".docx,", ".docx,,,")
    assert all("order" in one.rule for one in check_edition(write(coded=True, documents=text)))
    assert check_edition(Edition(NAME))


def test_a_table_that_was_checked_is_the_same_without_a_check(write_unchecked, monkeypatch):
    whole = write_unchecked(coded=True)
    frames = {name: whole.given[name] for name in whole}
    monkeypatch.setattr("fruitmand.edition.validation_cache.recall", lambda *_: whole.reads)
    monkeypatch.setattr("fruitmand.edition.validation.validate", None)
    again = Edition(NAME)
    for name, frame in frames.items():
        pd.testing.assert_frame_equal(again.given[name], frame, obj=name)


# --- one form for analysis -----------------------------------------------------------------------------------------------------------


def test_segments_have_the_columns_of_a_publication_and_their_document(write):
    segments = write(coded=True)["segments"]
    assert list(segments) == [*SCHEMAS["segments"].columns, "document"]
    assert {name: str(kind) for name, kind in segments.dtypes.items()} == SCHEMAS["segments"].types | {"document": "str"}
    assert segments["section"].tolist() == segments["document"].tolist()
    assert segments["municipality"].fillna("").tolist() == ["lakeside"] * 3 + ["hilltop", ""]
    assert set(segments["kind"]) == {"quotation"}
    assert set(segments["layer"]) == {"findings"}
    assert set(segments["paragraph"]) == {1}


def test_segments_without_positions_are_passages_of_their_own(write):
    rows = "".join(f"s{number:03},talk-1,{DIGEST}0\n" for number in range(1, 1101))
    edition = write(coded=True, segments=f"segment_id,document,digest\n{rows}", codings_bo=None, codings_anna=None, ratings=None)
    assert len(coding.passages(edition["segments"])) == 1100


def test_a_segment_has_the_municipality_that_it_names_before_that_of_its_document(write):
    edition = write(segments=f"segment_id,document,municipality,digest\ns001,talk-1,hilltop,{DIGEST}0\n", documents=CODED["documents"])
    assert edition["segments"]["municipality"].tolist() == ["hilltop"]


def test_passages_that_two_coders_marked_are_one_by_overlap_or_by_their_words(write):
    edition = write(coded=True)
    assert edition["segments"]["segment_id"].tolist() == ["s001", "s002", "s003", "s004", "s008"]  # s008: bo alone coded the document
    by_bo = edition["codings"].query("coder == 'bo'")
    assert list(zip(by_bo["segment_id"], by_bo["code"], strict=True)) == [
        ("s001", "trust"),
        ("s002", "room"),
        ("s004", "speed"),
        ("s008", "trust"),
    ]
    assert edition.lone_codings["segment_id"].tolist() == ["s003", "s006"]


@pytest.mark.parametrize(("end", "same"), [(31, True), (30, False), (60, False), (20, False)])
def test_half_of_the_longer_passage_is_not_enough(write, end, same):
    """Passage s002 is 20-40. From 20 to 31 there are 11 of 20 in common, to 30 half, to 60 half of the longer, and to 20 nothing."""
    text = CODED["segments"].replace("s005,talk-1,22,40", f"s005,talk-1,{20 if end > 20 else 10},{end}")
    assert ("s002" in write(coded=True, segments=text)["codings"].query("coder == 'bo'")["segment_id"].tolist()) == same


def test_what_one_coder_alone_marked_stands_when_it_is_decided_so(write):
    row = "codings,s006 speed,valence,not given,opposes,second,Dat hoort erbij.,It belongs.\n"
    edition = write(coded=True, adjudications=CODED["adjudications"] + row)
    assert "s006" in edition["segments"]["segment_id"].tolist()
    agreed = coding.adjudicated_codings(edition["codings"], edition.coders, edition["adjudications"], edition["recodings"])
    assert agreed[agreed["segment_id"] == "s006"]["valence"].tolist() == ["opposes"]
    assert "s006 speed" not in {value.rule for value in check_edition(edition)}


def test_codes_that_stand_are_those_of_the_first_coder_of_each_document(write):
    edition = write(coded=True)
    agreed = coding.adjudicated_codings(edition["codings"], edition.coders, edition["adjudications"], edition["recodings"])
    assert list(zip(agreed["segment_id"], agreed["code"], agreed["valence"].fillna(""), strict=True)) == [
        ("s001", "trust", "supports"),
        ("s002", "room", "opposes"),
        ("s003", "meetings", ""),
        ("s004", "speed", "supports"),
        ("s008", "trust", "opposes"),
    ]


def test_ratings_are_settled_and_what_is_not_is_missing(write):
    edition = write(coded=True)
    table = edition["ratings"]
    assert list(table) == list(SCHEMAS["ratings"].columns)
    found = {(row.municipality, row.variable): row.symbol for row in table.itertuples()}
    assert found == {(town, name): "+/+" for town in TOWNS for name in VARIABLES if (town, name) != ("hilltop", "speed")} | {
        ("hilltop", "room"): "-/-"
    }
    assert table.set_index(["municipality", "variable"])["exhibit"].to_dict()["lakeside", "trust"] == "climate"
    assert set(table.query("variable == 'speed'")["exhibit"]) == {"result"}
    assert len(edition.rater_ratings) == 12


def test_one_rater_needs_no_name(write):
    edition = write(ratings="municipality,variable,symbol\nlakeside,trust,+/+\n")
    assert edition["ratings"]["symbol"].tolist() == ["+/+"]
    assert raters.compare(raters.of(edition), edition["adjudications"]).pairs == 0
    assert {value for _, _, value in told(edition, "unfinished")} == {
        f"{town}, {name}" for town in TOWNS for name in VARIABLES if (town, name) != ("lakeside", "trust")
    }


# --- what must hold ------------------------------------------------------------------------------------------------------------------


def test_a_coded_edition_has_nothing_wrong_and_is_told_what_is_undecided(write):
    edition = write(coded=True)
    assert told(edition, "error") == []
    assert [(file, value) for file, _, value in told(edition)] == [
        ("codings_anna.csv", "opposes"),
        ("codings_anna.csv", "given"),
        ("codings_anna.csv", "not given"),
        ("ratings.csv", "+/+"),
    ]


WRONG = [  # table, words and what stands in their place, and what is told: row and value
    ("documents", "hilltop", "hiltop", (3, "hiltop")),
    ("documents", "Talk 2.docx", "Talk 1.docx", (3, "Talk 1.docx")),
    ("segments", "s008,talk-3", "s008,talk-4", (9, "talk-4")),
    ("segments", "s008,talk-3,0,", "s008,talk-3,,", (9, "s008")),
    ("segments", "s008,talk-3,0,10", "s008,talk-3,10,10", (9, "10-10")),
    ("segments", "s008,talk-3", "s008,", (9, "s008")),
    ("segments", "6,bo", "6,bob", (9, "bob")),
    ("codes", "trust,,yes", "trsut,,yes", (2, "trsut")),
    ("codes", "trust,,yes", "climate,,yes", (2, "climate")),
    ("codes", ",,ignore", ",,yes", (4, "to do")),
    ("codes", "trust,,yes", "meetings,mixed,yes", (2, "mixed")),
    ("codings_bo", "s008,trust", "s009,trust", (6, "s009")),
    ("ratings", "bo,s001", "bo,s099", (8, "s099")),
    ("ratings", "hilltop,speed,+/-,bo,", "hilltop,speed,+/-,bo,\nhilltop,speed,+/-,cas,", (14, "hilltop, speed")),
    ("ratings", "hilltop,speed,+/-,bo,", "hilltop,speed,+/-,,", (13, "hilltop, speed")),
]


@pytest.mark.parametrize(("table", "was", "now", "problem"), WRONG)
def test_what_is_wrong_is_told_with_its_row_and_is_no_matter_of_being_unfinished(write, table, was, now, problem):
    assert CODED[table].count(was) == 1
    found = told(write(coded=True, **{table: CODED[table].replace(was, now)}), "error")
    assert (f"{table}.csv", *problem) in found


def test_words_may_be_quoted_where_the_edition_says_so(write):
    text = CODED["segments"].replace("digest,coder", "digest,quote,coder").replace(",\n", ",,\n", 1)
    text = "".join(
        line if line.startswith(("segment_id", "s001")) else line.replace(",anna", ",…,anna").replace(",bo", ",…,bo")
        for line in text.splitlines(True)
    )
    edition = write(coded=True, segments=text)
    assert [(file, row) for file, row, _ in told(edition, "error")] == [("segments.csv", row) for row in range(3, 10)]
    settings = edition.folder / "edition.toml"
    settings.write_text(f'{SETTINGS}interviews = {{ quotations = "published" }}\n', encoding="utf-8")
    assert told(Edition(NAME), "error") == []


def test_a_paraphrase_may_be_in_one_language(write):
    text = (
        f"segment_id,document,digest,paraphrase_nl,paraphrase_en\ns001,talk-1,{DIGEST}0,Zij leert.,\ns002,talk-1,{DIGEST}1,,She learns.\n"
    )
    assert told(write(segments=text, documents=CODED["documents"]), "error") == []


BOOK = TABLES["codebook"].splitlines()


def history(**cells):
    """Return the codebook with was, since and until of codes."""
    lines = [f"{BOOK[0]},was,since,until", *(f"{line},{cells.get(line.partition(',')[0], ',,')}" for line in BOOK[1:])]
    return "\n".join(lines) + "\n"


def test_a_code_may_have_had_another_id_and_have_come_later(write):
    edition = write(codebook=history(trust="faith,2015,", room=",2026,2026"))
    assert told(edition, "error") == []
    assert edition["codebook"].set_index("code").loc["trust", "was"] == "faith"


def test_a_code_that_ended_is_kept_for_the_record_alone(write):
    edition = write(codebook=history(speed=",,2025"), coded=True)
    assert "speed" not in edition["codebook"]["code"].tolist()
    assert "speed" in edition.whole_codebook["code"].tolist()
    assert {("ratings.csv", "speed"), ("codings_anna.csv", "speed")} <= {(file, value) for file, _, value in told(edition, "error")}


@pytest.mark.parametrize(
    ("cells", "row", "value"),
    [
        ({"trust": ",2027,"}, 4, "2027"),
        ({"trust": ",2020,2019"}, 4, "2019"),
        ({"trust": "room,,"}, 4, "room"),
        ({"trust": "faith,,", "room": "faith,,"}, 5, "faith"),
    ],
    ids=["after the edition", "swapped", "of a code that there is", "of two codes"],
)
def test_a_history_that_cannot_be_is_told(write, cells, row, value):
    assert ("codebook.csv", row, value) in told(write(codebook=history(**cells)), "error")


@pytest.mark.parametrize(("state", "told_of"), [("none", False), ("planned", False), ("lapsed", False), ("fielded", True)])
def test_answers_may_be_on_their_way(write, state, told_of):
    reason = ', reason_nl = "Geen tijd.", reason_en = "No time."' if state == "lapsed" else ""
    edition = write(settings=f'{SETTINGS}survey = {{ state = "{state}"{reason} }}\n')
    assert (("responses.csv", 0, "") in told(edition, "unfinished")) == told_of
    assert not edition.fielded
    assert edition.settings.facts()["survey"]["fielded"] == (state == "fielded")
    assert analyse(edition, draws=1, omega_draws=1, seed=1).items.table is None


# --- analysis ------------------------------------------------------------------------------------------------------------------------


def results(edition):
    """Return what every notebook makes of an edition."""
    book, towns, segments, rated = (edition[name] for name in ("codebook", "municipalities", "segments", "ratings"))
    agreed = coding.adjudicated_codings(edition["codings"], edition.coders, edition["adjudications"], edition["recodings"])
    judged = claims.judge(edition.claims, edition, edition.settings.facts())
    group = edition.group_id
    found = {
        "scale_changes": ratings.scale_changes(book, edition["scales"]),
        "attribution": coding.attribution_counts(segments, towns, group=group),
        "frequencies": coding.code_frequencies(segments, agreed, book),
        "coverage": coding.coverage(segments, agreed, book, towns, group=group),
        "saturation": coding.code_saturation(segments, agreed, book),
        "by_variable": ratings.count_by_variable(rated, book),
        "by_municipality": ratings.count_by_municipality(rated, book, towns),
        "verdicts": claims.verdict_table(judged),
        "evidence": evidence.evidence_map(rated, segments, agreed, group=group),
    }
    found["standings"] = evidence.count_standings(found["evidence"], book)
    compared = agreement.compare_coders(edition["codings"], edition.coders, draws=5, seed=1, lone=edition.lone_codings)
    numbers = [
        *named_numbers.design_numbers(edition),
        *named_numbers.coding_numbers(segments, found["frequencies"], found["coverage"], found["saturation"], towns["municipality"]),
        *named_numbers.agreement_numbers(compared, draws=5, seed=1),
        *named_numbers.adjudication_numbers(edition["adjudications"]),
        *named_numbers.rating_numbers(found["by_variable"]),
        *named_numbers.concept_numbers(found["by_variable"], found["by_municipality"]),
        *raters.rater_numbers(raters.compare(raters.of(edition), edition["adjudications"])),
        *named_numbers.expectation_numbers(edition["expectations"], len(towns)),
        *named_numbers.condition_numbers(edition["conditions"]),
        *named_numbers.initiative_numbers(edition["initiatives"]),
        *named_numbers.recommendation_numbers(edition["recommendations"]),
        *named_numbers.claim_numbers(judged),
        *named_numbers.evidence_numbers(found["evidence"], found["evidence"]),
    ]
    reviews = [
        *verdict_review.review_claims(judged, edition["reviewed"], edition.label),
        *verdict_review.review_evidence(found["evidence"], edition["reviewed"], edition.label),
    ]
    assert set().union(*claims.claims_by_exhibit(edition.claims, rated).values()) == set()
    assert claims.source_files(edition.claims, ["ratings.csv"]) == []
    return found, compared, {number.name: number.value for number in numbers}, reviews


def test_every_analysis_of_an_edition_with_nothing_yet_is_empty_or_nought(write):
    tables, compared, numbers, reviews = results(write())
    assert reviews == []
    assert tables["coverage"][list(TOWNS)].sum(axis=None) == 0
    assert tables["by_variable"]["n"].tolist() == [0, 0, 0]
    assert len(tables["evidence"]) == len(tables["saturation"]) == len(tables["verdicts"]) == 0
    assert list(tables["evidence"])[-1] == "standing"
    assert {result.reason for result in compared} == {"no_second_coder"}
    assert numbers["coding.segments"] == numbers["evidence.n"] == numbers["design.ratings"] == 0
    assert numbers["design.interviews"] is None
    assert numbers["raters.pairs"] == 0
    json.dumps(numbers)


def test_every_analysis_of_a_coded_edition_is_that_of_its_passages(write):
    tables, compared, numbers, reviews = results(write(coded=True))
    assert tables["attribution"].set_index("municipality")["segments"].to_dict() == {"lakeside": 3, "hilltop": 1, "nobody": 1}
    assert tables["saturation"]["code"].tolist() == ["trust", "room", "meetings", "speed"]
    standing = tables["evidence"].set_index(["municipality", "variable"])["standing"].to_dict()
    assert standing == {
        ("lakeside", "trust"): "supported",
        ("lakeside", "room"): "opposed",
        ("lakeside", "speed"): "none",
        ("hilltop", "trust"): "none",
        ("hilltop", "room"): "none",
    }
    assert {problem.severity for problem in reviews} == {"unfinished"}
    # s001, s002, s004 both; s003 and s006 one alone; s008 stands in a document that one coder alone coded
    assert [(result.measure, result.units, result.unit) for result in compared] == [
        ("code_sets", 5, "passages"),
        ("first_code", 5, "passages"),
        ("valence", 3, "passages"),
    ]
    assert numbers["coding.segments"] == 5
    assert numbers["raters.pairs"] == 6
    assert numbers["concept.ability.n"] == 4
    assert numbers["design.ratings"] == 5


def test_alpha_counts_a_passage_that_one_coder_alone_marked_as_disagreement(write):
    """Nominal alpha of the first codes, by hand: trust-trust, room-room, speed-speed, meetings-none, none-speed.

    Values: trust 2, room 2, speed 3, meetings 1, none 2, ten in all. Observed disagreement 4 of 10 ordered pairs; expected
    (100 - 4 - 4 - 9 - 1 - 4) / 90 = 78 / 90. Alpha = 1 - 0.4 * 90 / 78.
    """
    _, compared, _, _ = results(write(coded=True))
    assert compared[1].alpha == pytest.approx(1 - 0.4 * 90 / 78)


def test_two_raters_are_compared_by_weighted_kappa():
    """By hand: 12 pairs, 10 alike (5 +/+, 5 -/-), one +/+ against +/-, one -/- against +/+.

    Linear weights of disagreement 0, 1/2, 1: observed (1/2 + 1) / 12 = 1/8. Margins +/+ 6, +/- 0, -/- 6 and +/+ 6, +/- 1, -/- 5:
    expected (6*1/2 + 6*5 + 6*6 + 6*1/2) / 144 = 72 / 144 = 1/2. Kappa = 1 - 1/4.
    """
    pairs = [("+/+", "+/+")] * 5 + [("-/-", "-/-")] * 5 + [("+/+", "+/-"), ("-/-", "+/+")]
    rows = [
        (f"t{place}", "v", symbol, rater) for place, pair in enumerate(pairs) for symbol, rater in zip(pair, ("anna", "bo"), strict=True)
    ]
    table = pd.DataFrame(rows, columns=["municipality", "variable", "symbol", "rater"])
    none = pd.DataFrame(columns=["table", "key", "column", "decision", "reason_nl", "reason_en"], dtype="string")
    compared = raters.compare(table, none)
    assert (compared.kappa, compared.pairs) == (0.75, 12)
    assert raters.compare(table.iloc[:8], none).reason == "too_few_pairs"
    assert raters.compare(table[table["rater"] == "anna"], none).pairs == 0

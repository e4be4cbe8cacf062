"""Columns and cells: what a heading and an answer may look like, and what is told when it is not known what they are."""

import pytest
from survey_exports import ITEMS, NASTY

from fruitmand.importers.survey.answers import Answer, Refusal, read_answer
from fruitmand.importers.survey.export import Column, Export
from fruitmand.importers.survey.formats import read_export
from fruitmand.importers.survey.matching import match_columns, read_manual_matches
from fruitmand.importers.survey.personal import personal_columns, personal_data_in
from fruitmand.importers.survey.text_matching import normalise
from fruitmand.importers.survey.tools import GOOGLE, KOBO, LIMESURVEY, PLAIN, QUALTRICS, SPSS
from fruitmand.importers.survey.values import Codes, Values

STATEMENTS = {item["item"]: (item["statement_nl"], item["statement_en"]) for item in ITEMS}
Q05 = STATEMENTS["q05"][0]
Q06B = STATEMENTS["q06b"][1]
POINTS = {"1": "Strongly disagree", "2": "Disagree", "3": "Neutral", "4": "Agree", "5": "Strongly agree"}


def heading(text):
    return Column(text, (text,))


def variable(name, text="", *more, **labels):
    return Column(name, (name, *more), (text,) if text else (), labels)


def matched(questionnaire, *columns, tool=PLAIN, manual=None):
    return match_columns(Export(tool, "export.csv", columns, ()), questionnaire, manual or {})


def rules(match):
    return [(problem.row, problem.value, problem.rule, problem.cause) for problem in match.problems]


@pytest.mark.parametrize(
    ("column", "item"),
    [
        (heading("q01a"), "q01a"),
        (heading(" Q01A "), "q01a"),
        (heading("learning_capacity/q01a"), "q01a"),
        (heading("learning_capacity-q01a"), "q01a"),
        (heading("G01Q01[q01a]"), "q01a"),
        (heading("q01a_1"), "q01a"),
        (heading("q01a. Een vraag"), "q01a"),
        (heading(Q05), "q05"),
        (heading(Q05.upper().rstrip(".") + "  "), "q05"),
        (heading(Q05.replace(" ", "\N{NO-BREAK SPACE}")), "q05"),
        (heading(f"Stelling: <b>{Q05}</b>"), "q05"),
        (heading(f"Vindt u dit ook? [{Q05}]"), "q05"),
        (heading(f"[{Q05}] Vindt u dit ook?"), "q05"),
        (heading(f"Blok/{Q05}"), "q05"),
        (heading(NASTY["statement_nl"].replace('"VvB"', "“VvB”").replace(" - ", " – ")), "q08"),
        (heading(f"Vindt u [dit] ook? [{NASTY['statement_en']}]"), "q08"),
        (variable("V12", f"Vindt u dit ook? - {NASTY['statement_en']}"), "q08"),
        (variable("Q1_4", f"Stem - {Q06B}", "QID1_4"), "q06b"),
        (variable("Q1_4", "", "QID1_q06b"), "q06b"),
        (variable("Q06B", Q06B), "q06b"),
        # As tools write a question before the rows of its grid, and as people number and copy them.
        (variable("Q12_1", f"To what extent do you agree: - {Q06B}"), "q06b"),
        (variable("Q12_1", f"Please tell us. - {Q06B}"), "q06b"),
        (variable("Q12_1", f"How do you see this?-{Q06B}"), "q06b"),
        (variable("Q12_1", f"How do you see this?\n\nThink of the past year. - {Q06B}"), "q06b"),
        (heading(f"1) {Q05}"), "q05"),
        (heading(f"4.1 {Q05}"), "q05"),
        (heading(f"(7) {Q05}"), "q05"),
        (heading(f"a. {Q05}"), "q05"),
        (heading(f"Q7. {Q05} *"), "q05"),
        (heading(f"\ufeff\u200b{Q05}"), "q05"),
        (heading(Q05.replace("VvB", "V\xadv\u200bB")), "q05"),
        (heading(f"<p><span>{Q05}</span></p>"), "q05"),
        (heading(f"Vindt_u_dit_ook?_[{Q05.replace(' ', '_')}]"), "q05"),
    ],
    ids=lambda value: value.heading[:30] if isinstance(value, Column) else value,
)
def test_an_item_is_known_by_its_id_or_its_statement(questionnaire, column, item):
    match = matched(questionnaire, column)
    assert (match.items, match.problems) == ({item: 0}, [])


@pytest.mark.parametrize("join", [": - ", ". - ", "? - ", "?-", ":\n", " | ", "? / "])
def test_all_items_are_matched_under_any_question_before_them(questionnaire, join):
    for side in (0, 1):
        columns = (variable(f"Q12_{place}", f"Hoe ziet u dit{join}{pair[side]}") for place, pair in enumerate(STATEMENTS.values()))
        match = matched(questionnaire, *columns, tool=QUALTRICS)
        assert (list(match.items), match.problems) == (list(STATEMENTS), [])


@pytest.mark.parametrize("text", ["I do not think that we discuss the right topics", "Niet dat wij bespreken de goede onderwerpen"])
def test_a_statement_within_a_sentence_is_another_statement(questionnaire, text):
    assert matched(questionnaire, heading("q01a"), heading(text)).items == {"q01a": 0}


def test_every_statement_is_known_in_both_languages(questionnaire):
    for side in (0, 1):
        match = matched(questionnaire, *(heading(pair[side]) for pair in STATEMENTS.values()))
        assert (list(match.items), match.problems) == (list(STATEMENTS), [])


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("municipality", "municipality"),
        ("Gemeente", "municipality"),
        ("over_u/gemeente", "municipality"),
        ("G02Q01[municipality]", "municipality"),
        ("In welke gemeente werkt u?", "municipality"),
        ("Which municipality do you work for?", "municipality"),
        ("DOMAIN", "domain"),
        ("Vakgebied:", "domain"),
        ("Wat is uw functie?", "role"),
        ("role", "role"),
    ],
)
def test_a_field_is_known_by_its_usual_headings(questionnaire, text, field):
    match = matched(questionnaire, heading("q01a"), heading(text))
    assert (match.fields, match.problems) == ({field: 1}, [])


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("Opmerkingen", ""),
        ("Heeft u nog opmerkingen?", ""),
        ("Do you have any other comments?", ""),
        ("Toelichting op leervermogen", "learning_capacity"),
        ("remarks_improvement", "improvement"),
        ("improvement/remarks", "improvement"),
        ("Any remarks on learning capacity?", "learning_capacity"),
        ("G01Q01[comment]", ""),
        ("remarks1", "learning_capacity"),
        ("remarks2", "improvement"),
        ("remarks3", ""),
        ("Remarks on learning capacity and improvement of internal operations", ""),
    ],
)
def test_remarks_are_known_with_their_block(questionnaire, text, block):
    match = matched(questionnaire, heading("q01a"), heading(text))
    assert (match.remarks, match.problems) == ({1: block}, [])


def test_a_column_that_is_nothing_stops_the_import_and_says_what_to_do(questionnaire):
    ((row, value, rule, cause),) = rules(matched(questionnaire, heading("q01a"), heading("Wat is uw schoenmaat?")))
    assert (row, value, rule) == (1, "Wat is uw schoenmaat?", "it is not known what this column is")
    assert cause == "it is no item, municipality, domain, role or remarks; say what it is, or 'ignore', in data/raw/2026/columns.csv"


def test_a_statement_with_other_words_is_suggested_but_not_taken(questionnaire):
    match = matched(questionnaire, heading("q01a"), heading("Wij bespreken altijd de goede onderwerpen"))
    ((*_, cause),) = rules(match)
    assert match.items == {"q01a": 0}
    assert cause.startswith("did you mean q03, 'wij bespreken de goede onderwerpen' or")
    assert match.unknown == {"Wij bespreken altijd de goede onderwerpen": "q03"}


def test_an_item_with_two_columns_is_a_problem_that_names_both(questionnaire):
    ((row, value, rule, cause),) = rules(matched(questionnaire, heading("q05"), heading(Q05)))
    assert (row, value, rule) == (1, Q05, "q05 must have one column, and this is another")
    assert "the first is 'q05'" in cause


@pytest.mark.parametrize("name", ["Q10", "Q10_1", "QID10"])
def test_a_statement_goes_before_a_number_that_a_tool_gave(questionnaire, name):
    # Qualtrics numbers its questions: the tenth may well be another item than q10.
    match = matched(questionnaire, variable(name, Q06B), tool=QUALTRICS)
    assert (match.items, match.problems) == ({"q06b": 0}, [])


def test_an_id_and_a_text_of_different_items_are_a_problem(questionnaire):
    ((*_, cause),) = rules(matched(questionnaire, heading("q01a"), variable("q10", Q06B), tool=QUALTRICS))
    assert "its name says q10 and its text q06b" in cause


def test_a_heading_with_two_statements_is_a_problem(questionnaire):
    ((*_, cause),) = rules(matched(questionnaire, heading("q01a"), heading(f"{STATEMENTS['q02'][0]} {STATEMENTS['q03'][0]}")))
    assert cause.startswith("its text fits q02 and q03")


def test_a_number_like_an_id_over_another_question_is_a_problem(questionnaire):
    ((*_, cause),) = rules(matched(questionnaire, heading("q01a"), variable("Q10", "How many cups of coffee?"), tool=QUALTRICS))
    assert "its name is like q10, but its text is not the statement" in cause


def test_an_id_over_another_statement_stops_until_a_person_says_that_it_is_the_same(questionnaire):
    columns = (heading("q01a"), variable("q10", "Haalt u uw doelen?"))
    ((_, value, _, cause),) = rules(matched(questionnaire, *columns, tool=QUALTRICS))
    assert value == "q10 - Haalt u uw doelen?"
    assert "its text is not the statement of that item" in cause
    assert matched(questionnaire, *columns, tool=QUALTRICS).unknown == {"q10": "q10"}
    settled = matched(questionnaire, *columns, tool=QUALTRICS, manual={"q10": "q10"})
    assert (settled.items, settled.problems) == ({"q01a": 0, "q10": 1}, [])


def test_a_file_without_any_item_says_so(questionnaire):
    ((row, _, rule, _),) = rules(matched(questionnaire, heading("gemeente")))
    assert (row, rule) == (0, "must have a column of at least one item of items.csv")
    another = matched(questionnaire, *(heading(f"Vraag {number}") for number in range(300)))
    ((row, _, rule, cause),) = rules(another)
    assert (row, rule) == (0, "must have a column of at least one item of items.csv")
    assert "is this the export of this edition's survey?" in cause
    assert cause.endswith("columns.csv which column is which item")
    assert len(another.unknown) == 300


def test_what_is_said_by_hand_goes_first(questionnaire):
    manual = {"q10": "q09", "iets": "ignore", "stad": "municipality", "zegt u het maar": "remarks_improvement"}
    columns = [variable("Q10", STATEMENTS["q10"][0]), *map(heading, ("Iets", "Stad", "Zegt u het maar:"))]
    match = matched(questionnaire, *columns, manual=manual)
    assert (match.items, match.fields, match.remarks) == ({"q09": 0}, {"municipality": 2}, {3: "improvement"})
    assert (match.ignored, match.problems) == (["Iets"], [])


def test_a_heading_by_hand_that_the_export_lacks_serves_another_export(questionnaire):
    match = matched(questionnaire, heading("q01a"), heading("Gemeente"), manual={"gemeentes": "municipality"})
    assert (match.problems, match.absent, match.fields) == ([], ["gemeentes"], {"municipality": 1})


@pytest.mark.parametrize(
    ("content", "row", "value"),
    [
        ("heading,item\nWat?,q99\n", 2, "q99"),
        ("heading,item\nWat?,q01a\nwat,q02\n", 3, "wat"),
        ("heading,item\nWat?\n", 2, "Wat?"),
        ("kop,vraag\n", 1, "kop,vraag"),
        ("", 1, ""),
        ('heading,item\n"Wat,q01a\n', 0, ""),
    ],
)
def test_a_wrong_table_by_hand_is_named_with_its_row(questionnaire, tmp_path, content, row, value):
    (tmp_path / "columns.csv").write_text(content)
    _, (problem,) = read_manual_matches(tmp_path, "data/raw/2026", questionnaire)
    assert (problem.file, problem.row, problem.value) == ("data/raw/2026/columns.csv", row, value)


def test_without_a_table_by_hand_nothing_is_said_by_hand(questionnaire, tmp_path):
    assert read_manual_matches(tmp_path, "data/raw/2026", questionnaire) == ({}, [])


COMPLETE = Codes(complete=frozenset({"agree5"}))


def answer(questionnaire, item, cell, tool=PLAIN, *, codes=COMPLETE, values=None, **labels):
    column = Column(item, (item,), (), {key.lstrip("c").replace("m", "-"): text for key, text in labels.items()})
    return read_answer(questionnaire.items[item], column, cell, tool, codes=codes, values=values)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("5", 5),
        ("1", 1),
        ("4.0", 4),
        ("zeer mee eens", 5),
        ("HELEMAAL ONEENS", 1),
        (" Strongly  agree ", 5),
        ("neutral.", 3),
        ("Oneens", 2),
    ],
)
def test_an_answer_is_a_rank_or_a_label(questionnaire, cell, value):
    found = answer(questionnaire, "q01a", cell)
    assert (found.state, found.value) == ("answered", value)
    assert found.coded == cell[0].isdigit()


@pytest.mark.parametrize("cell", ["n.v.t.", "NVT", "Niet van toepassing", "not applicable", "N/A", "not_applicable", "6", "6.0"])
def test_not_applicable_is_known_in_words_and_as_a_sixth_point(questionnaire, cell):
    assert answer(questionnaire, "q01a", cell) == Answer("not_applicable")
    refused = answer(questionnaire, "q02", cell)
    assert isinstance(refused, Refusal)
    assert refused.rule == "q02 must offer 'not applicable' before it can be chosen"


@pytest.mark.parametrize("item", ["q01a", "q02"])
@pytest.mark.parametrize(("tool", "cell"), [(LIMESURVEY, "N/A"), (QUALTRICS, "-99"), (KOBO, ""), (GOOGLE, ""), (SPSS, "")])
def test_no_value_of_a_tool_is_not_answered(questionnaire, item, tool, cell):
    assert answer(questionnaire, item, cell, tool) == Answer("not_answered")


@pytest.mark.parametrize("cell", ["0", "7", "-1", "99", "-99", "3.5", "perhaps", "None", "A1", "1 2", "?", ".", "-", "..."])
def test_what_is_no_point_is_refused(questionnaire, cell):
    refused = answer(questionnaire, "q01a", cell)
    assert isinstance(refused, Refusal)
    assert (refused.value, refused.rule) == (cell, "must be 1 to 5 or a label of the scale agree5")
    assert refused.cause


def test_a_refused_answer_comes_with_a_way_out(questionnaire):
    assert answer(questionnaire, "q01a", "zeer mee een").cause == "did you mean 'zeer mee eens'?"
    assert "texts of the choices instead of numbers" in answer(questionnaire, "q01a", "-1", QUALTRICS).cause
    assert "full answers instead of codes" in answer(questionnaire, "q01a", "99", LIMESURVEY).cause
    assert "value label" in answer(questionnaire, "q01a", "99", SPSS).cause


def test_na_is_not_applicable_where_a_survey_has_it_as_a_code(questionnaire):
    # R writes missing values as NA, so that in a plain table it is not known what it is.
    assert {answer(questionnaire, "q01a", "na", tool) for tool in (LIMESURVEY, KOBO)} == {Answer("not_applicable")}
    assert isinstance(answer(questionnaire, "q01a", "na", PLAIN), Refusal)


@pytest.mark.parametrize("tool", [PLAIN, KOBO, LIMESURVEY, QUALTRICS, SPSS])
def test_na_of_r_is_missing_beside_a_real_not_applicable_and_else_a_question(questionnaire, tool):
    assert answer(questionnaire, "q01a", "NA", tool, codes=Codes(r_missing=True)) == Answer("not_answered")
    refused = answer(questionnaire, "q01a", "NA", tool)
    assert (refused.everywhere, refused.about, refused.meaning) == (True, "items", "not_answered")
    for meaning in ("not_answered", "not_applicable"):
        assert answer(questionnaire, "q01a", "NA", tool, values=Values({("items", "na"): meaning})) == Answer(meaning)


def test_a_sixth_number_is_a_question_unless_all_five_points_occur(questionnaire):
    # An option that is taken away and put back gets the next number: 1, 2, 3, 6, 7.
    refused = answer(questionnaire, "q01a", "6", codes=Codes())
    assert (refused.everywhere, refused.about, refused.meaning) == (True, "agree5", "not_applicable")
    assert answer(questionnaire, "q01a", "6", codes=Codes(), values=Values({("agree5", "6"): "4"})) == Answer("answered", 4)


SCALE = {f"c{code}": text for code, text in POINTS.items()}


def test_value_labels_say_what_a_code_is(questionnaire):
    turned = {f"c{6 - int(code)}": text for code, text in POINTS.items()}
    assert answer(questionnaire, "q01a", "5", SPSS, **SCALE) == Answer("answered", 5)
    assert answer(questionnaire, "q01a", "5", SPSS, **turned) == Answer("answered", 1)
    assert answer(questionnaire, "q01a", "99", SPSS, **SCALE, c99="Not applicable") == Answer("not_applicable")
    assert answer(questionnaire, "q01a", "99", SPSS, **SCALE, c99="No answer") == Answer("not_answered")
    assert answer(questionnaire, "q01a", "m99", SPSS, **SCALE).value == "m99"
    assert answer(questionnaire, "q01a", "-99", SPSS, **SCALE, cm99="Niet van toepassing") == Answer("not_applicable")
    assert isinstance(answer(questionnaire, "q02", "99", SPSS, **SCALE, c99="Not applicable"), Refusal)


def test_codes_without_a_label_count_as_numbers_unless_the_labels_turn_them_round(questionnaire):
    assert answer(questionnaire, "q01a", "3", SPSS, c1="Strongly disagree", c5="Strongly agree") == Answer("answered", 3, coded=True)
    refused = answer(questionnaire, "q01a", "3", SPSS, c1="Disagree", c5="Strongly disagree")
    assert (refused.whole_column, refused.rule) == (True, "every point of the scale of q01a must have a value label")


@pytest.mark.parametrize(("cell", "value"), [("1", 5), ("2", 4), ("3", 3), ("5", 1)])
def test_labels_at_both_ends_turn_the_numbers_between_them_round(questionnaire, cell, value):
    assert answer(questionnaire, "q01a", cell, SPSS, c1="Strongly agree", c5="Strongly disagree") == Answer("answered", value)


def test_numbers_of_spss_without_any_label_are_a_question(questionnaire):
    refused = answer(questionnaire, "q01a", "4", SPSS)
    assert (refused.whole_column, refused.about, refused.meaning) == (True, "agree5", "4")
    assert "which end of the scale is 1" in refused.rule
    assert answer(questionnaire, "q01a", "4", SPSS, values=Values({("agree5", "4"): "2"})) == Answer("answered", 2)


@pytest.mark.parametrize(
    "cell", ["4 - Agree", "4 = mee eens", "4. Agree", "4: agree", "(4) Agree", "4) Agree", "Agree (4)", "4 – mee eens", "4 agree"]
)
def test_a_number_before_its_label_is_read_when_they_agree(questionnaire, cell):
    assert answer(questionnaire, "q01a", cell) == Answer("answered", 4)
    refused = answer(questionnaire, "q01a", cell.replace("4", "2"))
    assert "must agree" in refused.rule


@pytest.mark.parametrize(
    ("cell", "hinted"),
    [
        *(("Eens", ""), ("None", ""), ("Helemaal mee eens", ""), ("Niet mee eens", ""), ("Helemaal niet mee eens", "")),
        *(("disagre", "disagree"), ("not agree", ""), ("agre", "agree"), ("zeer mee oneens", ""), ("strongly agre", "strongly agree")),
    ],
)
def test_a_hint_is_never_of_the_opposite_pole(questionnaire, cell, hinted):
    scale = "the scale is 1 helemaal oneens, 2 oneens, 3 neutraal, 4 mee eens, 5 zeer mee eens"
    assert answer(questionnaire, "q01a", cell).cause == (f"did you mean {hinted!r}?" if hinted else scale)


def test_a_label_that_is_none_of_the_scale_is_refused_for_the_whole_column(questionnaire):
    refused = answer(questionnaire, "q01a", "5", SPSS, c5="Agree completely")
    assert (refused.whole_column, refused.value) == (True, "Agree completely")


@pytest.mark.parametrize(
    "text",
    [
        *("IPAddress", "IP Address", "ipaddr", "IP-adres", "refurl", "token", "Email", "E-mail", "Email Address", "E-mailadres", "Name"),
        *("RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference", "LocationLatitude", "LocationLongitude"),
        *("deviceid", "phonenumber", "_submitted_by", "SubmitterName", "username", "about/phonenumber", "gps", "_gps_latitude"),
        *("Naam", "Wat is uw naam?", "Uw e-mailadres (optioneel)", "What is your name?", "Telefoonnummer", "G01Q02[email]", "Achternaam"),
    ],
)
def test_personal_columns_are_known(text):
    assert personal_columns([heading("q01a"), heading(text)]) == {1}


def test_a_column_is_personal_by_any_of_its_headings():
    assert personal_columns([variable("V6", "IPAddress"), variable("Q3", "", "recipientEmail"), variable("Q4", "Wat is uw naam?")]) == {
        0,
        1,
        2,
    }


def test_the_point_of_coordinates_is_personal_too():
    columns = [heading(text) for text in ("about/place", "about/_place_latitude", "about/_place_precision", "about/other")]
    assert personal_columns(columns) == {0, 1, 2}


@pytest.mark.parametrize("text", ["municipality_name", "gemeente", "role", "q01a", "remarks", *(pair[0] for pair in STATEMENTS.values())])
def test_other_columns_are_not_personal(text):
    assert personal_columns([heading(text)]) == set()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Vraag het jan.jansen@voorbeeld.example.org!", ["an e-mail address"]),
        ("Bel 06-12345678.", ["a telephone number"]),
        ("Bel 06 12 34 56 78.", ["a telephone number"]),
        ("Bel (030) 123 45 67", ["a telephone number"]),
        ("Bel +31 6 1234 5678", ["a telephone number"]),
        ("Bel 0031612345678", ["a telephone number"]),
        # The IBAN that banks print as an example.
        ("Maak over naar nl91abna0417164300 graag", ["a bank account number"]),
        ("NL91 ABNA 0417 1643 00", ["a bank account number"]),
        # 1·9 + 1·8 + 1·7 + 2·6 + 2·5 + 2·4 + 3·3 + 3·2 - 3 = 66 = 6 · 11
        ("Mijn nummer is 111222333", ["a citizen service number"]),
        ("Mijn nummer is 1112.22.333", ["a citizen service number"]),
        ("Ik woon op 1234 AB 12", ["a postcode"]),
        ("Dorpsstraat 12a, 1234AB Utrecht", ["a postcode"]),
        ("jan@example.org, 06-12345678", ["an e-mail address", "a telephone number"]),
        ("Wij halen 3 van de 10 doelen, in 2015 en in 2016; zie § 4.3.", []),
        ("In 2015 en 2016 spraken wij 12 mensen.", []),
        ("Het nummer 111222334 is er geen.", []),
        ("NL91ABNA0417164301 klopt niet", []),
        ("", []),
    ],
)
def test_personal_data_in_a_remark_are_found(text, kinds):
    assert personal_data_in(text) == kinds


@pytest.mark.parametrize(
    ("tool", "own", "kept"),
    [
        ("ResponseId,RecordedDate", "Q_RecaptchaScore,Q1_DO_2,Q5_Page Submit,Progress,UserLanguage", "Q_q01a,todo"),
        ("id,submitdate", "interviewtime,groupTime12,q01aTime,startlanguage,seed,datestamp", "Heeft u tijd?"),
        ("_uuid,_submission_time", "_id,_notes,__version__,_validation_status,start,formhub/uuid", "notes,block/status_quo"),
        ("ID,Begintijd,Tijd van voltooien", "Id", "Einde"),
        ("Tijdstempel", "Score", "Scoort u?"),
    ],
)
def test_only_the_own_columns_of_a_tool_are_left_out(tmp_path, tool, own, kept):
    headings = [*tool.split(","), *own.split(","), *kept.split(",")]
    (tmp_path / "export.csv").write_text("\n".join([",".join(headings), ",".join("1" * len(headings)), ""]))
    export = read_export(tmp_path / "export.csv")
    assert [column.heading for column in export.columns] == kept.split(",")
    assert export.tool_columns == (*tool.split(","), *own.split(","))


def test_normal_texts_differ_in_words_alone():
    assert normalise("Goed") != normalise("Slecht")
    assert normalise("  <p>Goed,  “zo”…</p> ") == normalise('GOED, "zo"')
    assert normalise("...") == normalise("") == ""

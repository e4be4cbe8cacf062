"""The pages of a survey: every state of an answer is shown apart, what is withheld shows no count, and figures and tables agree."""

from functools import cache

import pandas as pd
import pytest
from build_fixtures import LANGUAGES
from test_report_figures import rendered, shared, smallest_letter

from fruitmand.analysis import likert, named_survey_numbers, protected_summaries, triangulation
from fruitmand.analysis.comparisons import detectable_delta
from fruitmand.analysis.numbers import Numbers
from fruitmand.analysis.survey_results import ALPHA_THRESHOLD, Draws
from fruitmand.edition.reading import Edition
from fruitmand.report import figures_survey
from fruitmand.report import tables_survey as tables
from fruitmand.report.blocks import as_cell
from fruitmand.report.style import to_svg
from fruitmand.report.words import Words

YEARS = ("2026", "2027")
both = pytest.mark.parametrize("language", LANGUAGES)
each = pytest.mark.parametrize("year", YEARS)


@cache
def made(year):
    edition = Edition(f"synthetic-{year}")
    responses, items = edition["responses"], edition["items"]
    people = edition["respondents"]
    scores = likert.scores(responses, items)
    municipalities = edition["municipalities"]["municipality"].tolist()
    codes = edition["agenda"]["code"].tolist()
    rated = edition["ratings"]
    pairs = triangulation.triangulate(
        rated[rated["variable"].isin(codes)], triangulation.survey_ratings(scores, people, codes, municipalities, 5)
    )
    grouped = people.set_index("respondent")
    counts = protected_summaries.protect_group_sizes(protected_summaries.group_sizes(grouped), min_cell=5).table
    spreads = protected_summaries.protect_score_distributions(scores, grouped, counts, min_cell=5)
    return {
        "edition": edition,
        "municipalities": municipalities,
        "summary": protected_summaries.protect_items(likert.summarise(responses, items), items, min_cell=5).table,
        "spread": spreads["municipality"].table,
        "spreads": {by: protected.table for by, protected in spreads.items()},
        "pairs": pairs,
        "compared": protected_summaries.compare_groups(scores, grouped, counts, spreads, draws=50, seed=1, min_cell=5),
        "reliability": protected_summaries.reliabilities(responses, items, draws=10, seed=1, min_cell=5),
    }


def words(year, language):
    found = made(year)
    numbers = Numbers(named_survey_numbers.survey_numbers(found["edition"], found["summary"], found["spread"]))
    return Words(found["edition"], language, numbers)


def told(year, language, compared=None, reliability=None):
    """Return words that have all numbers of the survey, of other comparisons or reliabilities where they are given."""
    found, draws = made(year), Draws(50, 10, 1)
    compared = found["compared"] if compared is None else compared
    reliability = found["reliability"] if reliability is None else reliability
    named = [
        *named_survey_numbers.survey_numbers(found["edition"], found["summary"], found["spread"]),
        *named_survey_numbers.reliability_numbers(reliability, draws),
        *named_survey_numbers.comparison_numbers(compared, detectable_delta(20, 20), draws),
        *named_survey_numbers.difference_numbers(compared, found["spreads"]),
        *named_survey_numbers.triangulation_numbers(found["pairs"], triangulation.weighted_kappa(found["pairs"])),
    ]
    return Words(found["edition"], language, Numbers(named))


def standing(*places):
    """Return the comparisons of 2026 of which only those at these places stand."""
    compared = made("2026")["compared"]
    return compared.assign(p_adjusted=[0.01 if place in places else 1.0 for place in range(len(compared))])


def cells(table):
    return [[as_cell(cell).text for cell in row] for row in table.rows]


@both
@each
@pytest.mark.parametrize("name", ["likert", "comparisons", "triangulation"])
def test_no_text_of_a_figure_lies_on_another(name, year, language):
    found = made(year)
    said = words(year, language)
    makers = {
        "likert": lambda: figures_survey.likert_figure(said, found["summary"]),
        "comparisons": lambda: figures_survey.comparisons_figure(said, found["compared"]),
        "triangulation": lambda: figures_survey.triangulation_map(said, found["pairs"], found["municipalities"]),
    }
    figure = makers[name]()
    _, texts = rendered(figure)
    assert smallest_letter(to_svg(figure, "mark")) >= 8
    assert len(texts) > 50
    clashes = [
        (one, two)
        for place, (one, box) in enumerate(texts)
        for two, other in texts[place + 1 :]
        if shared(box, other) > 0.35 * min(box.width * box.height, other.width * other.height)
    ]
    assert clashes == []


@both
def test_a_bar_has_its_counts_unless_too_narrow_and_an_item_that_was_not_asked_says_so(language):
    _, texts = rendered(figures_survey.likert_figure(words("2027", language), made("2027")["summary"]))
    drawn = [text for text, _ in texts]
    summary = made("2027")["summary"]
    shown = [str(count) for point in figures_survey.POINTS for count in summary[f"p{point}"] if count]
    for count in set(shown):
        assert drawn.count(count) >= shown.count(count)
    assert drawn.count(words("2027", language).text("likert.not_asked")) == 1


@both
@each
def test_every_state_has_a_column_of_its_own(year, language):
    summary = made(year)["summary"]
    lines, items = cells(tables.items(words(year, language), summary)), made(year)["edition"]["items"].set_index("item")
    rows = [row for row in lines if len(row) > 1]
    assert [row[0].split(" ", 1) for row in rows] == [[item, items.loc[item, f"statement_{language}"]] for item in summary["item"]]
    heads = [row for row in lines if len(row) == 1]
    assert heads == [[words(year, language).label(block)] for block in items.loc[summary["item"], "block"].unique()]
    for row, line in zip(rows, summary.to_dict("records"), strict=True):
        assert [int(cell) for cell in row[1:10]] == [line[column] for column in (*tables.COUNTS, *tables.POINTS)]
        assert sum(int(cell) for cell in row[1:5]) == len(made(year)["edition"]["respondents"])
        assert sum(int(cell) for cell in row[5:10]) == line["n_valid"]


@both
def test_a_mean_stands_in_a_column_of_its_own_where_an_edition_asks_for_it(language):
    edition, said = made("2026")["edition"], words("2026", language)
    summary = likert.summarise(edition["responses"], edition["items"], means=True)
    table = tables.items(said, protected_summaries.protect_items(summary, edition["items"], min_cell=5).table)
    place = [column.label for column in table.columns].index(said.text("column.mean"))
    assert [row[place] for row in cells(table) if len(row) > 1] == [said.decimal(mean, 2) for mean in summary["mean"]]
    assert said.text("column.mean") not in [column.label for column in tables.items(said, made("2026")["summary"]).columns]


def test_a_share_is_given_from_ten_valid_answers_only():
    summary = made("2026")["summary"].head(1).copy()
    shown = cells(tables.items(words("2026", "en"), summary))[1][-1]
    assert shown.endswith(")")
    assert " % (" in shown
    few = summary.assign(high_low=pd.NA, high_high=pd.NA)
    assert cells(tables.items(words("2026", "en"), few))[1][-1] == "too few answers"


@both
def test_a_group_that_is_withheld_shows_no_number_and_not_why(language):
    said = words("2027", language)
    rows = [row for row in cells(tables.score_distributions(said, made("2027")["spread"])) if len(row) > 1]
    hidden = [row for row in rows if row[1] == said.text("cell.withheld")]
    assert [row[0] for row in hidden] == ["Duinrade", "Lindemeer"] * 9
    for row in hidden:
        assert set(row[2:]) == {said.text("cell.none")}
    assert len(rows) == len(made("2027")["spread"])


@both
@each
def test_every_cell_of_the_triangulation_says_how_it_stands_and_why_it_is_silent(year, language):
    found, said = made(year), words(year, language)
    rows = cells(tables.triangulation(said, found["pairs"], found["municipalities"]))
    texts = [cell for row in rows for cell in row[1:]]
    assert len(texts) == len(found["pairs"])
    for relation in triangulation.RELATIONS:
        label = f"{tables.SIGNS[relation]} {said.text(f'relation_short.{relation}')}"
        assert sum(text.startswith(label) for text in texts) == (found["pairs"]["relation"] == relation).sum()
    silent = [text for text in texts if text.startswith(tables.SIGNS["silent"])]
    assert all(": " in text for text in silent)
    assert silent


def test_items_that_are_withheld_show_no_count_in_table_or_figure():
    items = made("2026")["edition"]["items"]
    shown = protected_summaries.protect_items(
        likert.summarise(made("2026")["edition"]["responses"].head(13 * 4), items), items, min_cell=5
    ).table
    said = words("2026", "en")
    assert set(shown["withheld"]) == {"yes"}
    assert {cell for row in cells(tables.items(said, shown)) for cell in row[1:-1]} == {"–"}
    _, texts = rendered(figures_survey.likert_figure(said, shown))
    drawn = [text for text, _ in texts]
    assert drawn.count("withheld") == 13
    assert not [text for text in drawn if text.isdigit()]


def drawn_texts(figure) -> list[str]:
    return [text for text, _ in rendered(figure)[1]]


def test_an_item_of_which_the_table_gives_no_share_has_no_bar_and_no_share():
    summary = made("2026")["summary"]
    said, item = words("2026", "en"), summary["item"].iloc[0]
    few = summary.assign(high_low=summary["high_low"].where(summary["item"] != item))
    whole, without = (figures_survey.likert_figure(said, table) for table in (summary, few))
    assert cells(tables.items(said, few))[1][-1] == "too few answers"
    assert any(text.startswith("too few answers") for text in drawn_texts(without))
    shares = [sum(text.endswith(" %") for text in drawn_texts(figure)) for figure in (whole, without)]
    assert shares == [len(summary), len(summary) - 1]
    bars = [len(figure.axes[0].patches) for figure in (whole, without)]
    assert bars[0] - bars[1] == len(figures_survey.POINTS)


@each
def test_items_stand_within_their_block_from_most_to_least_agreement(year):
    summary, said = made(year)["summary"], words(year, "en")
    items = made(year)["edition"]["items"].set_index("item")["block"]
    figure = figures_survey.likert_figure(said, summary)
    height = {text.get_text().split()[0]: text.get_position()[1] for text in figure.axes[0].texts}
    share = (summary["high"] / summary["n_valid"].where(summary["high_low"].notna())).astype("Float64").fillna(-1)
    for block in items.unique():
        rows = [(share[row], summary["item"][row]) for row in summary.index if items[summary["item"][row]] == block]
        drawn = sorted(rows, key=lambda row: -height[row[1]])
        assert [row[0] for row in drawn] == sorted((row[0] for row in rows), reverse=True)


@both
def test_the_effects_that_are_drawn_are_those_of_the_table_and_what_is_withheld_is_a_reason(language):
    for year in YEARS:
        compared, said = made(year)["compared"], words(year, language)
        figure = figures_survey.comparisons_figure(said, compared)
        texts = drawn_texts(figure)
        for row in compared.dropna(subset="effect").to_dict("records"):
            value, interval = tables.effect_texts(said, row)
            assert f"{value} ({interval})" in texts
            assert tables.p_value(said, row["p_adjusted"]) in texts
        whole = compared.groupby("by", sort=False)["reason"].agg(lambda reasons: (reasons == "withheld").all())
        assert texts.count(said.text("cell.not_compared")) == whole.sum()
        points = [line for line in figure.axes[0].lines if line.get_marker() in ("s", "o")]
        assert len(points) == 2 + compared["effect"].notna().sum(), "two of the key"


def test_a_comparison_without_effect_says_why_and_one_that_stands_has_a_shape_of_its_own():
    said, compared = words("2026", "en"), made("2026")["compared"].copy()
    compared[["effect", "effect_low", "effect_high", "p", "p_adjusted"]] = compared[
        ["effect", "effect_low", "effect_high", "p", "p_adjusted"]
    ].astype("Float64")
    compared.loc[0, ["effect", "effect_low", "effect_high", "p", "p_adjusted"]] = pd.NA
    compared.loc[0, "reason"] = "constant"
    compared.loc[1, ["effect_low", "effect_high"]] = pd.NA
    compared["p_adjusted"] = [pd.NA, 0.01, *[0.05] * (len(compared) - 2)]
    figure = figures_survey.comparisons_figure(said, compared)
    assert said.text("reason.constant") in drawn_texts(figure)
    markers = [line.get_marker() for line in figure.axes[0].lines]
    assert markers.count("s") == 2, "that of the key, and the one below five per cent"
    assert markers.count("o") == 1 + len(compared) - 2
    nothing = compared.assign(reason="withheld", effect=pd.NA, first=pd.NA)
    empty = figures_survey.comparisons_figure(said, nothing)
    assert drawn_texts(empty).count(said.text("cell.not_compared")) == compared["by"].nunique()


def test_the_divergence_that_the_truth_holds_is_what_the_map_shows():
    pairs = made("2026")["pairs"]
    assert set(pairs[pairs["variable"] == "savings"]["relation"]) == {"divergent"}
    assert (pairs[pairs["variable"] != "savings"]["relation"] != "divergent").all()


@both
@each
def test_comparisons_and_reliability_have_a_row_each(year, language):
    found, said = made(year), words(year, language)
    rows = [row for row in cells(tables.comparisons(said, found["compared"])) if len(row) > 1]
    whole = found["compared"].groupby("by", sort=False)["reason"].agg(lambda reasons: (reasons == "withheld").all())
    assert len(rows) == 27 - 8 * whole.sum(), "a row says of a grouping that it is not compared"
    assert [row[0] for row in rows].count(said.text("cell.not_compared")) == whole.sum() == {"2026": 0, "2027": 1}[year]
    assert [len(row) for row in cells(tables.reliability(said, found["reliability"]))] == [6] * (4 + found["reliability"]["item"].count())


def test_an_undefined_estimate_says_why_in_its_place():
    lacking = pd.DataFrame(
        [
            {
                "block": "improvement",
                "item": None,
                "measure": "alpha",
                "value": None,
                "low": None,
                "high": None,
                "n": 4,
                "items": 4,
                "reason": "too_few_cases",
            }
        ]
    )
    (row,) = cells(tables.reliability(words("2026", "en"), lacking))
    assert row[4] == "not reported: fewer than ten complete cases"
    assert row[5] == "–"


@both
def test_the_questionnaire_lists_every_statement_with_its_variable(language):
    rows = cells(tables.questionnaire(words("2026", language)))
    items = made("2026")["edition"]["items"]
    assert [row[0] for row in rows if len(row) > 1] == items["item"].tolist()
    assert [row[1] for row in rows if len(row) > 1] == items[f"statement_{language}"].tolist()


def test_differences_that_stand_are_named_with_their_grouping_and_who_is_lowest_and_highest():
    by, variable = made("2026")["compared"].loc[[1], ["by", "variable"]].iloc[0]
    assert (by, variable) == ("municipality", "room_for_ideas")
    said = told("2026", "en", standing(1))
    text = said.text("text.survey_comparisons")
    assert "**One difference between groups stands after correction**" in text
    # The medians in the table of scores: 4, 3, 2 and 4.
    assert "- Room for ideas, by municipality: lowest Oosterwaard (median 2), highest Duinrade and Veenwolde (median 4)." in text
    assert said.text("says.comparisons").endswith("One of 27 comparisons stands: room for ideas")


@both
def test_no_difference_is_named_where_none_stands_and_each_where_many_do(language):
    none = told("2026", language, standing())
    assert "\n- " not in none.text("text.survey_comparisons")
    assert ":" not in none.text("says.comparisons")
    three, four = (told("2026", language, standing(*places)).text("says.comparisons") for places in ((0, 1, 2), (0, 1, 2, 3)))
    assert ":" in three
    assert ":" not in four, "a title names three at most"
    many = told("2026", language, standing(0, 1, 9, 18))
    lines = [line for line in many.text("text.survey_comparisons").splitlines() if line.startswith("- ")]
    assert len(lines) == 4
    for by, line in zip(("municipality", "municipality", "domain", "role"), lines, strict=True):
        assert many.text(f"grouping.{by}").lower() in line


def test_the_named_medians_of_a_difference_are_those_of_the_scores():
    found = made("2026")
    scores = likert.scores(found["edition"]["responses"], found["edition"]["items"])
    roles = found["edition"]["respondents"].set_index("respondent")["role"]
    numbers = list(named_survey_numbers.difference_numbers(standing(18), found["spreads"]))
    valid = scores["motivation"].dropna()
    assert {number.name for number in numbers} == {"difference.role.motivation.adviser", "difference.role.motivation.manager"}
    for number in numbers:
        of_group = valid[roles.reindex(valid.index) == number.name.split(".")[-1]]
        assert (number.value, number.n) == (of_group.median(), len(of_group))


def test_the_variables_on_which_interviews_and_survey_are_opposite_are_named():
    text = told("2026", "en").text("text.triangulation")
    assert "Opposite, with the number of municipalities: savings (four)." in text
    assert told("2026", "en").text("says.triangulation_map").endswith("the opposite in four: savings (four)")
    assert "savings (four)." in told("2026", "en").text("text.answer_survey")


@pytest.mark.parametrize(("low", "high", "kind"), [(0.7, 0.9, "together"), (0.2, 0.69, "apart"), (0.69, 0.9, "unsure")])
def test_whether_statements_belong_together_is_answered_by_all_of_the_interval(low, high, kind):
    assert ALPHA_THRESHOLD == 0.7
    table = made("2026")["reliability"]
    said = told("2026", "en", reliability=table.assign(value=0.65, low=low, high=high))
    ending = said.node(f"sentence.alpha_{kind}").split("). ")[1]
    assert said.text("text.survey_reliability").count(ending) == table["block"].nunique()
    assert f"0.65 ({low:.2f}–{high:.2f}; " in said.text("text.survey_reliability")


def test_a_block_without_alpha_says_why_and_gets_no_answer():
    table = made("2026")["reliability"]
    missing = table.assign(value=pd.NA, low=pd.NA, high=pd.NA, n=pd.NA, reason="too_few_cases").astype(table.dtypes)
    text = told("2026", "en", reliability=missing).text("text.survey_reliability")
    assert text.count("alpha not reported: fewer than ten complete cases") == table["block"].nunique()
    assert "belong together." not in text


def test_the_correction_of_p_can_be_computed_again_from_the_digits_that_are_shown():
    said = words("2026", "en")
    table = pd.DataFrame({"p": [0.0016, 0.00166, 0.01612, 0.022222, 0.1, 0.5, 0.00002]})
    assert [tables.p_value(said, p) for p in table["p"]] == ["0.00160", "0.00166", "0.0161", "0.0222", "0.100", "0.500", "< 0.0001"]
    assert tables.p_value(said, 27 * 0.0016) == tables.p_value(said, 27 * float(tables.p_value(said, 0.0016))) == "0.0432"


@both
def test_exact_tests_are_told_apart_from_drawn_ones(language):
    said, compared = told("2026", language), made("2026")["compared"]
    exact = compared["test"].str.endswith("_exact").sum()
    assert 0 < exact < len(compared)
    tests = [row[3] for row in cells(tables.comparisons(said, compared)) if len(row) > 1]
    assert sum(test.endswith(", exact") for test in tests) == exact
    assert len(set(tests)) == 2
    numbers = said.numbers
    assert (numbers["comparisons.exact"].value, numbers["comparisons.drawn"].value) == (exact, len(compared) - exact)
    for text in ("note.comparisons", "note.survey_comparisons"):
        assert said.text(text)
    assert said.decimal(50, 0) in said.text("note.survey_comparisons")


def test_zero_is_at_one_place_and_one_unit_is_as_long_in_every_grouping_and_chance_is_marked():
    said, compared = words("2026", "en"), made("2026")["compared"]
    axes = figures_survey.comparisons_figure(said, compared).axes[0]
    drawn = [line.get_xdata()[0] for line in axes.lines if line.get_marker() in ("s", "o")][2:]
    zero, unit = figures_survey._at(0), figures_survey._at(1) - figures_survey._at(0)
    assert drawn == pytest.approx([zero + unit * effect for effect in compared["effect"]])
    several = compared[compared["groups"] > 2]
    chance = [zero + unit * (row["groups"] - 1) / (row["n"] - 1) for row in several.to_dict("records")]
    upright = [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 2 and line.get_xdata()[0] == line.get_xdata()[1]]
    assert all(min(abs(place - other) for other in upright) < 1e-9 for place in chance)
    assert len(upright) == len(several) + 1 + compared["by"].nunique(), "one in the key, and the lines of no effect"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_response_is_told_and_what_is_not_known_of_who_did_not_answer(language):
    said = told("2026", language)
    people, invited = len(made("2026")["edition"]["respondents"]), made("2026")["edition"].settings.survey.invited
    assert said.numbers["survey.rate"].value == round(100 * people / invited) == 67
    assert " 67 pro" in said.text("text.survey_fielded") or " 67 per cent" in said.text("text.survey_fielded")

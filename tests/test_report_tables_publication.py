"""What else the publication tells: each table and the map of initiatives on a few rows made by hand, in both languages."""

from types import SimpleNamespace

import pandas as pd
import pytest
from build_fixtures import LANGUAGES, MadeEdition, raw_table
from matplotlib.backends.backend_agg import FigureCanvasAgg

from fruitmand.analysis.numbers import Numbers
from fruitmand.report import tables_publication
from fruitmand.report.blocks import Table, as_cell
from fruitmand.report.figures_publication import initiatives_map
from fruitmand.report.shapes import Box, Sign
from fruitmand.report.style import NEUTRALS
from fruitmand.report.words import Words

SIGN = "§\N{NO-BREAK SPACE}"
TABLES = {
    "municipalities": raw_table(
        "municipalities",
        {"municipality": "ado", "position": 1, "label_nl": "Adorp", "label_en": "Adoville"},
        {"municipality": "bee", "position": 2, "label_nl": "Beedorp", "label_en": "Beeville"},
    ),
    "codebook": raw_table(
        "codebook",
        {"code": "will", "level": "variable", "label_nl": "Wil", "label_en": "Will"},
        {"code": "time", "level": "topic", "label_nl": "Tijd", "label_en": "Time"},
    ),
    "expectations": raw_table(
        "expectations",
        {"exhibit": "one", "municipality": "ado", "letter": "a", "label_nl": "een doel", "label_en": "a goal"},
        {"exhibit": "one", "municipality": "bee", "letter": "a", "label_nl": "een plan", "label_en": "a plan"},
        {"exhibit": "two", "municipality": "ado", "letter": "a", "label_nl": "een gesprek", "label_en": "a talk"},
    ),
    "initiatives": raw_table(
        "initiatives",
        {"initiative": "swap", "places": "5.3 ¶2; 5.3 ¶20", "domain": "staff", "label_nl": "Ruil", "label_en": "Swap", "status": "started"}
        | {"due_to_benchmark": "unclear", "municipalities": "ado"},
        {"initiative": "form", "places": "annex ¶4", "domain": "general", "label_nl": "Formulier", "label_en": "Form", "status": "adopted"}
        | {"effect_nl": "Het spaart.", "effect_en": "It saves.", "due_to_benchmark": "yes", "municipalities": "g4"},
        {"initiative": "list", "places": "5.4 ¶1", "domain": "other", "label_nl": "Lijst", "label_en": "List", "status": "started"}
        | {"due_to_benchmark": "no", "count": 3},
        {"initiative": "talk", "places": "6 ¶1", "domain": "other", "label_nl": "Gesprek", "label_en": "Talk", "status": "unsaid"}
        | {"due_to_benchmark": "no"},
    ),
    "segments": raw_table(
        "segments",
        *(
            {"segment_id": name, "section": "5.1", "paragraph": 2, "paraphrase_nl": f"Zin {name}.", "paraphrase_en": f"Sentence {name}."}
            for name in ("s001", "s002", "s003")
        ),
    ),
    "recommendations": raw_table(
        "recommendations",
        {"recommendation": "r01", "addressee": "guide", "place": "6 ¶28", "gist_nl": "Meet vaker.", "gist_en": "Measure more often."}
        | {"segments": "s001;s002", "expectations": "one/bee/a;two/ado/a"},
        {"recommendation": "r02", "addressee": "researchers", "place": "6 ¶30", "gist_nl": "Vraag meer.", "gist_en": "Ask more."},
        {"recommendation": "r03", "addressee": "guide", "place": "6 ¶29", "gist_nl": "Luister.", "gist_en": "Listen."}
        | {"segments": "s003"},
    ),
    "conditions": raw_table(
        "conditions",
        {"condition": "people", "source": "findings", "place": "5.2 ¶1", "label_nl": "Mensen", "label_en": "People"}
        | {"bears_on": "will;time", "met": "partly", "met_place": "5.3 ¶1"},
        {"condition": "money", "source": "theory", "place": "2.1 ¶3", "label_nl": "Geld", "label_en": "Money", "met": "unsaid"},
        {"condition": "rest", "source": "findings", "place": "5.2 ¶9", "label_nl": "Rust", "label_en": "Rest", "met": "no"},
    ),
    "facts": raw_table(
        "facts",
        *(
            {"fact": f"f{number}", "place": "5.1 ¶2", "value": value, "unit_nl": "stuks", "unit_en": "pieces", "label_nl": "Bomen"}
            | {"label_en": "Trees", "hypothetical": "yes" if number == 1 else "no"}
            for number, value in enumerate(["7", "27.4", "20-30", "0.5-1.5", "20000", "100000+", "1999"])
        ),
    ),
    "partners": raw_table(
        "partners",
        {"partner": "best", "place": "5.1 ¶4", "label_nl": "De besten", "label_en": "The best", "proposed_by": "ado;bee;author"}
        | {"reason_nl": "Zij weten het.", "reason_en": "They know."},
        {"partner": "near", "place": "5.1 ¶5", "label_nl": "De buren", "label_en": "The neighbours"},
    ),
    "definitions": raw_table(
        "definitions",
        {"term": "overhead", "place": "5.3 ¶7", "label_nl": "Bovenlaag", "label_en": "Overhead", "disputed_by": "g4"}
        | {"dispute_nl": "Wat telt.", "dispute_en": "What counts."},
        {"term": "cost", "place": "5.3 ¶8", "label_nl": "Kosten", "label_en": "Cost", "dispute_nl": "Wiens.", "dispute_en": "Whose."},
    ),
    "roles": raw_table(
        "roles",
        {"role": "x", "partner": "guide", "aspect": "does", "gist_nl": "Noemt het.", "gist_en": "Names it.", "place": "3.4 ¶1"},
        {"role": "y", "partner": "guide", "aspect": "asked", "gist_nl": "Meer hulp.", "gist_en": "More help.", "place": "5.2 ¶2"},
        {"role": "z", "partner": "guide", "aspect": "does", "gist_nl": "Leidt het.", "gist_en": "Leads it.", "place": "3.4 ¶2"},
    ),
}
SETTINGS = {
    "partners": [SimpleNamespace(id="guide", name="Stichting Gids")],
    "domains": [SimpleNamespace(id="staff", label_nl="Personeel", label_en="Staff")],
}


def words(language: str, **tables: pd.DataFrame) -> Words:
    return Words(MadeEdition(TABLES | tables, **SETTINGS), language, Numbers([]))


def lines(table: Table) -> list[list[str]]:
    return [[as_cell(cell).text for cell in row] for row in table.rows]


EXPECTED = {  # table: rows in Dutch and in English, by hand from the rows above; a row with one cell is a heading
    "initiatives": (
        [
            ["Overgenomen"],
            ["Formulier", "algemeen", "Het spaart.", "ja", "bijlage ¶4"],
            ["Begonnen"],
            ["Ruil", "Personeel", "–", "onduidelijk", f"{SIGN}5.3 ¶2; {SIGN}5.3 ¶20"],
            ["Lijst", "anders", "–", "nee", f"{SIGN}5.4 ¶1"],
            ["Niet gezegd hoe ver"],
            ["Gesprek", "anders", "–", "nee", f"{SIGN}6 ¶1"],
        ],
        [
            ["Adopted"],
            ["Form", "general", "It saves.", "yes", "annex ¶4"],
            ["Started"],
            ["Swap", "Staff", "–", "unclear", f"{SIGN}5.3 ¶2; {SIGN}5.3 ¶20"],
            ["List", "other", "–", "no", f"{SIGN}5.4 ¶1"],
            ["Not stated how far"],
            ["Talk", "other", "–", "no", f"{SIGN}6 ¶1"],
        ],
    ),
    "recommendations": (
        [
            ["Stichting Gids"],
            ["Meet vaker.", f"{SIGN}6 ¶28", "2 passages\nBeedorp: een plan\nAdorp: een gesprek"],
            ["Luister.", f"{SIGN}6 ¶29", "1 passage"],
            ["Voor verder onderzoek"],
            ["Vraag meer.", f"{SIGN}6 ¶30", "–"],
        ],
        [
            ["Stichting Gids"],
            ["Measure more often.", f"{SIGN}6 ¶28", "2 passages\nBeeville: a plan\nAdoville: a talk"],
            ["Listen.", f"{SIGN}6 ¶29", "1 passage"],
            ["For further research"],
            ["Ask more.", f"{SIGN}6 ¶30", "–"],
        ],
    ),
    "conditions": (
        [
            ["Uit de bevindingen"],
            ["Mensen", f"{SIGN}5.2 ¶1", "Wil, Tijd", f"ten dele ({SIGN}5.3 ¶1)"],
            ["Rust", f"{SIGN}5.2 ¶9", "–", "nee"],
            ["Uit de literatuur"],
            ["Geld", f"{SIGN}2.1 ¶3", "–", "niet gezegd"],
        ],
        [
            ["From the findings"],
            ["People", f"{SIGN}5.2 ¶1", "Will, Time", f"in part ({SIGN}5.3 ¶1)"],
            ["Rest", f"{SIGN}5.2 ¶9", "–", "no"],
            ["From the literature"],
            ["Money", f"{SIGN}2.1 ¶3", "–", "not stated"],
        ],
    ),
    "facts": (
        [
            [f"{value} stuks", "Bomen (een voorbeeld)" if number == 1 else "Bomen", f"{SIGN}5.1 ¶2"]
            for number, value in enumerate(["7", "27,4", "20–30", "0,5–1,5", "20.000", "100.000+", "1999"])
        ],
        [
            [f"{value} pieces", "Trees (an example)" if number == 1 else "Trees", f"{SIGN}5.1 ¶2"]
            for number, value in enumerate(["7", "27.4", "20–30", "0.5–1.5", "20,000", "100,000+", "1999"])
        ],
    ),
    "partners": (
        [
            ["De besten", "Adorp, Beedorp, de auteur", "Zij weten het.", f"{SIGN}5.1 ¶4"],
            ["De buren", "niet gezegd", "–", f"{SIGN}5.1 ¶5"],
        ],
        [
            ["The best", "Adoville, Beeville, the author", "They know.", f"{SIGN}5.1 ¶4"],
            ["The neighbours", "not stated", "–", f"{SIGN}5.1 ¶5"],
        ],
    ),
    "definitions": (
        [
            ["Bovenlaag", "Alle samen", "Wat telt.", f"{SIGN}5.3 ¶7"],
            ["Kosten", "niet gezegd", "Wiens.", f"{SIGN}5.3 ¶8"],
        ],
        [
            ["Overhead", "All together", "What counts.", f"{SIGN}5.3 ¶7"],
            ["Cost", "not stated", "Whose.", f"{SIGN}5.3 ¶8"],
        ],
    ),
    "roles": (
        [
            ["Wat het doet"],
            ["Noemt het.", f"{SIGN}3.4 ¶1"],
            ["Leidt het.", f"{SIGN}3.4 ¶2"],
            ["Wat men ervan vraagt"],
            ["Meer hulp.", f"{SIGN}5.2 ¶2"],
        ],
        [
            ["What it does"],
            ["Names it.", f"{SIGN}3.4 ¶1"],
            ["Leads it.", f"{SIGN}3.4 ¶2"],
            ["What is asked of it"],
            ["More help.", f"{SIGN}5.2 ¶2"],
        ],
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_table_says_in_its_language_what_the_rows_hold_and_that_a_cell_is_not_told(name, language):
    table = getattr(tables_publication, name)(words(language))
    assert lines(table) == EXPECTED[name][LANGUAGES.index(language)]
    assert {len(row) for row in table.rows} <= {1, len(table.columns)}
    assert sum(column.width for column in table.columns) == pytest.approx(1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_table_of_nothing_has_its_headers_and_no_rows(name, language):
    table = getattr(tables_publication, name)(words(language, **{name: raw_table(name)}))
    assert list(table.rows) == []
    assert all(column.label for column in table.columns)


def test_who_says_something_is_told_by_name_or_not_told():
    said = [tables_publication.who(words("en"), name) for name in ("bee", "bee;g4", pd.NA)]
    assert said == ["Beeville", "Beeville, All together", "not stated"]


FULL, OPEN = NEUTRALS["dark"][0], "#ffffff"
DRAWN = {  # initiative: the boxes at the two municipalities, and what stands at the right in Dutch and in English
    "swap": ([FULL, None], ("", "")),
    "form": ([OPEN, OPEN], ("", "")),
    "list": ([None, None], ("3, niet gezegd welke", "3, not stated which")),
    "talk": ([None, None], ("niet gezegd", "not stated")),
    "both": ([OPEN, FULL], ("", "")),  # one is named, and the group is credited besides
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_shows_who_is_named_who_is_credited_together_and_what_is_not_told(language):
    w, frame = words(language), TABLES["initiatives"]
    both = frame.iloc[[0]].assign(initiative="both", label_nl="Beide", label_en="Both", municipalities="g4;bee")
    frame = pd.concat([frame, both], ignore_index=True)
    figure = initiatives_map(w, frame, ["ado", "bee"])
    FigureCanvasAgg(figure).draw()
    (axes,) = figure.axes
    boxes = [(box, axes.transData.inverted().transform_bbox(box.get_window_extent())) for box in figure.findobj(Box)]
    columns = [sign.get_position()[0] for sign in figure.findobj(Sign) if sign.get_text() in (w.municipality("ado"), w.municipality("bee"))]
    assert len(boxes) == 2 + 1 + 2 + 2, "two of the key"
    for row in frame.to_dict("records"):
        (label,) = [text for text in axes.texts if text.get_text() == w.pick(row)]
        y = label.get_position()[1]
        found = [[box for box, at in boxes if at.x0 < x < at.x1 and at.y0 < y < at.y1] for x in columns]
        fills = [box[0].get_facecolor() if box else None for box in found]
        wanted, notes = DRAWN[row["initiative"]]
        assert fills == [Box((0, 0, 1, 1), 0, fill=fill, edge=fill, width=1).get_facecolor() if fill else None for fill in wanted]
        beside = [text.get_text() for text in axes.texts if text is not label and text.get_position()[1] == y]
        assert "".join(beside) == notes[LANGUAGES.index(language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_has_a_heading_for_every_status_that_occurs_from_the_furthest_on(language):
    w = words(language)
    figure = initiatives_map(w, TABLES["initiatives"], ["ado", "bee"])
    height = {text.get_text(): text.get_position()[1] for text in figure.axes[0].texts}
    order = [w.text("initiative.adopted"), w.text("initiative.started"), w.text("initiative.unsaid")]
    assert sorted(order, key=lambda text: -height[text]) == order
    assert w.text("initiative.dropped") not in height
    assert height[order[0]] > height[w.pick(TABLES["initiatives"].iloc[1])] > height[order[1]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_web_page_has_the_passages_behind_a_recommendation(language):
    rows = tables_publication.recommendations(words(language)).rows
    said = {"nl": "Zin", "en": "Sentence"}[language]
    assert [line[: len(said) + 5] for line in rows[1][2].more.split("\n")] == [f"{said} s001", f"{said} s002"]
    assert rows[-1][2].more == ""

"""The pages of the web: every link leads somewhere, every rating to its passages, and a page needs nothing but itself."""

import datetime
import io
import json
import re
import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib
import pytest
from build_fixtures import LANGUAGES, ROOT
from fontTools.ttLib import TTFont

from fruitmand.edition.errors import FruitmandError
from fruitmand.outputs import report_files
from fruitmand.outputs.site import CLAIMS, PAGES, Notebook, file_name, page_of, site
from fruitmand.outputs.text_extraction import RefusedError
from fruitmand.outputs.web_blocks import Place, Writer, said
from fruitmand.outputs.web_fonts import FACES, cut, font_texts, web_fonts
from fruitmand.report.blocks import PARTS, Caption, Cell, Column, FigureBlock, Table, TableBlock, TextBlock
from fruitmand.report.document import Document
from fruitmand.report.style import font_folder

FIRST = LANGUAGES[0]
LABELS = {
    "more": "# more",
    "data": "Data",
    "drawing": "Drawing",
    "sideways": "Scroll, or",
    "open_drawing": "open",
    "provenance": "Provenance",
    "notebook": "Notebook",
}
ELEMENT = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def report() -> Path:
    """Return the report of 2015 as it is published; the tests of the commands compare it with one that is built."""
    return ROOT / "reports/2015"


@pytest.fixture(scope="module")
def pages(report) -> dict[str, html5lib.treebuilders]:
    """Return every page as a tree, read strictly."""
    made = {}
    for path in sorted(report.rglob("*.html")):
        parser = html5lib.HTMLParser(strict=True)
        made[path.relative_to(report).as_posix()] = parser.parse(path.read_text(encoding="utf-8"))
    return made


def elements(page, name: str) -> list:
    return list(page.iter(f"{ELEMENT}{name}"))


def text(element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_a_strict_reader_finds_no_fault_and_every_page_is_there(pages, report):
    steps = [path.stem for path in (ROOT / "notebooks").glob("*.ipynb")]
    wanted = {file_name(page, language, LANGUAGES) for page in (*PAGES, "notebooks") for language in LANGUAGES}
    assert set(pages) == wanted | {f"notebooks/{step}.{language}.html" for step in steps for language in LANGUAGES}
    with pytest.raises(html5lib.html5parser.ParseError):
        html5lib.HTMLParser(strict=True).parse((report / "index.html").read_text(encoding="utf-8").replace("</main>", ""))


def test_ids_are_unique_and_every_page_has_one_title_and_says_its_language(pages):
    for name, page in pages.items():
        ids = [element.get("id") for element in page.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), name
        assert len(elements(page, "h1")) == 1, name
        language = next((code for code in LANGUAGES[1:] if f".{code}." in name), FIRST)
        assert page.get("lang") == language, name


def test_every_link_leads_to_a_file_or_a_place_that_is_there(pages, report):
    ids = {name: {element.get("id") for element in page.iter()} for name, page in pages.items()}
    lost, found = [], 0
    for name, page in pages.items():
        for link in elements(page, "a"):
            parts = urlsplit(link.get("href"))
            assert not parts.scheme, name
            assert not parts.netloc, name
            target = (report / name).parent.joinpath(unquote(parts.path)).resolve().relative_to(report).as_posix() if parts.path else name
            found += 1
            if target.endswith(".docx"):
                continue  # made by another output
            if target.endswith(".xlsx"):  # not published; each has a table of the same name beside it
                target = f"{target.removesuffix('.xlsx')}.csv"
            there = target in ids if parts.fragment else (report / target).is_file()
            if not there or (parts.fragment and unquote(parts.fragment) not in ids[target]):
                lost.append((name, link.get("href")))
    assert lost == []
    assert found > 2000


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_rating_of_the_map_leads_to_the_row_with_its_passages(pages, language):
    start = pages[file_name("index", language, LANGUAGES)]
    (overview,) = [element for element in start.iter() if element.get("id") == "all_ratings"]
    evidence = pages[file_name("evidence", language, LANGUAGES)]
    rows = {row.get("id"): row for row in elements(evidence, "tr") if row.get("id")}
    rated = 0
    for row in elements(overview, "tr"):
        for cell in elements(row, "td"):
            (link,) = elements(cell, "a")
            path, _, place = link.get("href").partition("#")
            assert path == file_name("evidence", language, LANGUAGES)
            variable, rating = heard(elements(row, "th")[0]), heard(link).partition(": ")
            assert rating[0].startswith(f"{variable}, "), "heard by itself, it says of what it is"
            assert rating[0].removeprefix(f"{variable}, ") == heard(elements(rows[place], "th")[0])
            assert rating[2].split(" ,")[0] in text(rows[place]), "the row gives the same rating"
            assert rating[2].split(" , ")[1] in text(rows[place]), "and how passages support it"
            assert len(text(elements(rows[place], "td")[-1])) > 20
            rated += 1
    assert rated == sum(1 for name in rows if name.startswith("rating-")) > 50


def test_words_of_the_notebooks_are_marked_where_the_page_speaks_another_language(pages):
    for name in (name for name in pages if name.startswith("notebooks/")):
        page = pages[name]
        prose = [element for element in elements(page, "div") if element.get("class") in ("prose", "lead")]
        assert prose, name
        assert {element.get("lang") for element in prose} == {"en"}
        assert {element.get("lang") for element in elements(page, "h1")} == ({None} if name.endswith(".en.html") else {"en"})
        code = [element for element in elements(page, "div") if element.get("class") == "highlight"]
        assert code
        folded = {block for details in elements(page, "details") for block in elements(details, "div")}
        assert set(code) <= folded, "code is folded"


def heard(element) -> str:
    """Return what a screen reader says of an element: its words without those that are hidden from it."""
    if element.get("aria-hidden") == "true":
        return ""
    return " ".join("".join([element.text or "", *(heard(child) + " " + (child.tail or "") for child in element)]).split())


def test_links_with_the_same_words_lead_to_the_same_place(pages):
    for name, page in pages.items():
        led: dict[str, set[str]] = {}
        for link in elements(elements(page, "main")[0], "a"):
            assert heard(link), name
            led.setdefault(heard(link), set()).add(link.get("href"))
        marks = re.compile(r"(Herkomst|Provenance) |[a-z]\d+$")
        assert {words: places for words, places in led.items() if len(places) > 1 and not marks.match(words)} == {}, name


def test_folds_and_regions_of_a_page_have_names_that_differ(pages):
    for name, page in pages.items():
        folds = [heard(summary) for summary in elements(page, "summary")]
        assert len(folds) == len(set(folds)), name
        titles = {element.get("id"): heard(element) for element in page.iter() if element.get("id")}
        regions = [titles.get(one.get("aria-labelledby")) or one.get("aria-label") for one in elements(page, "div") if one.get("role")]
        assert len(regions) == len(set(regions)), name
        named = [region for region in elements(page, "div") if region.get("aria-label")]
        assert not any(region.get("lang") for region in named), "the name is in the language of the page"


def test_headings_skip_no_level(pages):
    for name, page in pages.items():
        levels = [int(element.tag[-1]) for element in page.iter() if re.fullmatch(r"h[1-6]", element.tag.removeprefix(ELEMENT))]
        assert levels[0] == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_what_stands_on_every_page_of_a_draft_is_in_its_header_and_below_its_title():
    made = site(replace(whole(TextBlock("# Only\n", {}, "answer")), banner="Invented."), [])
    for written in texts(made):
        page = html5lib.parse(written)
        (header,), (main,) = elements(page, "header"), elements(page, "main")
        assert text(header).startswith("Invented.")
        assert [text(element) for element in main][2] == "Invented.", "after the kicker and the title"
        assert written.count("Invented.") == 2


def test_no_page_speaks_of_the_web_page_that_it_is(pages):
    for name, page in pages.items():
        assert not re.search(r"op de webpagina|on the web page", text(page), re.IGNORECASE), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_is_a_row_of_a_list_that_can_be_chosen(pages, language):
    page = pages[file_name("checks", language, LANGUAGES)]
    (summary,) = [element for element in page.iter() if element.get("id") == "claims_summary"]
    lists = [section for section in elements(page, "section") if section.get("data-verdict")]
    rows = [row for section in lists for row in elements(section, "tr") if elements(row, "td")]
    total = text(elements(elements(summary, "tr")[-1], "td")[-1])
    assert str(len(rows)) == total
    assert len(lists) == len(CLAIMS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_claims_can_be_chosen_by_verdict_and_by_what_is_at_stake(pages, language):
    page = pages[file_name("checks", language, LANGUAGES)]
    (form,) = elements(page, "form")
    assert form.get("hidden") is not None, "without a script it does nothing, so nobody sees it"
    choices = {select.get("data-filter"): elements(select, "option") for select in elements(form, "select")}
    assert set(choices) == {"verdict", "consequence"}
    lists = {section.get("data-verdict"): section for section in elements(page, "section") if section.get("data-verdict")}
    assert [option.get("value") for option in choices["verdict"]] == ["", *lists]
    assert all(text(option) == text(elements(lists[option.get("value")], "h3")[0]) for option in choices["verdict"][1:])
    groups = {text(head) for section in lists.values() for row in elements(section, "tr") if row.get("class") for head in row}
    assert {option.get("value") for option in choices["consequence"]} - {""} == groups
    assert len(groups) > 2


def test_tables_and_figures_have_what_a_screen_reader_needs(pages):
    for name, page in pages.items():
        for table in elements(page, "table"):
            assert all(head.get("scope") for head in elements(table, "th")), name
            assert table.get("class", "").endswith("dataframe") or len(elements(table, "caption")) == 1, name
        for drawing in page.iter("{http://www.w3.org/2000/svg}svg"):
            assert drawing.get("role") == "img", name
            assert len(drawing.get("aria-label")) > 20, name


def test_a_page_asks_nothing_of_anybody(pages, report):
    for name, page in pages.items():
        assert not [element for kind in ("link", "iframe", "img", "object", "embed") for element in elements(page, kind)], name
        assert not any(script.get("src") for script in elements(page, "script")), name
        raw = (report / name).read_text(encoding="utf-8")
        outside = set(re.findall(r"https?://[\w./-]+", raw)) - {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
        assert outside == set(), name
        assert "@import" not in raw, name
        fonts = re.findall(r"url\((?!#)([^)]*)\)", raw)
        assert len(fonts) == len(FACES), name
        assert all(((report / name).parent / font).resolve().parent == report / "fonts" for font in fonts), name
        assert all(((report / name).parent / font).is_file() for font in fonts), name


def test_the_disclosure_check_looks_through_every_page(report):
    checked = json.loads((report / "disclosure.json").read_text(encoding="utf-8"))
    assert checked["files"]["woff"] == len(FACES)
    assert checked["files"]["html"] == len(list(report.rglob("*.html")))
    assert checked["verdict"] == "passed"


def table(name: str, *rows: list, part="evidence", columns: int = 2) -> TableBlock:
    return TableBlock(Caption(name, f"Table {name}", "n = 1", notebook="1_step"), Table([Column("A")] * columns, rows), part)


def whole(*blocks, languages=("nl", "en"), language="nl") -> Document:
    """Return a small report with the words of the catalogue."""
    words = tomllib.loads((ROOT / f"src/fruitmand/report/text/{language}.toml").read_text(encoding="utf-8"))
    parts = {part: found for part in PARTS if (found := [block for block in blocks if block.part == part])}
    labels = {key: value for key, value in words["document"].items() if isinstance(value, str)}
    return Document("x", language, "T", "S", "K", "", "R", [], ["I"], datetime.date(2020, 2, 29), labels, words["part"], parts, languages)


def texts(made: dict[str, str | bytes]) -> list[str]:
    return [page for page in made.values() if isinstance(page, str)]


def test_the_same_report_gives_the_same_bytes_and_every_part_has_a_page():
    blocks = [TextBlock(f"# Head of {part}\n\nWords.", {}, part) for part in PARTS]
    made = site(whole(*blocks), [Notebook("1_step", "Why?", "So.")])
    assert made == site(whole(*blocks), [Notebook("1_step", "Why?", "So.")])
    for part in PARTS:
        assert f"Head of {part}" in made[f"{page_of(part)}.html"]
    assert set(made) == {f"{page}.html" for page in PAGES} | {"notebooks.html", *web_fonts()}


def test_a_part_without_blocks_has_no_page_and_no_link_to_one():
    made = site(whole(TextBlock("# Only\n", {}, "answer")), [])
    assert set(made) == {"index.html", "notebooks.html", *web_fonts()}
    assert "survey.html" not in "".join(texts(made))


def test_an_edition_of_one_language_links_to_no_other():
    made = site(whole(TextBlock("# Only\n", {}, "answer"), languages=["en"], language="en"), [])
    assert set(made) == {"index.html", "notebooks.html", *web_fonts()}
    assert "hreflang" not in "".join(texts(made))


def test_a_link_to_what_no_page_shows_is_no_link():
    made = site(whole(table("t", [Cell("row"), Cell("said", link="nowhere")])), [])["evidence.html"]
    assert "said" in made
    assert "nowhere" not in made


def test_an_id_that_comes_twice_is_an_error():
    row = [Cell("row", anchor="same"), "x"]
    with pytest.raises(FruitmandError, match="same id: same"):
        site(whole(table("t", row), table("u", row, part="survey")), [])
    with pytest.raises(FruitmandError, match="same id: t"):
        site(whole(table("t", row), table("t", ["a", "b"])), [])


def test_what_a_text_says_is_never_markup_of_the_page():
    evil = '<script>alert("x")</script> & <b>'
    caption = Caption("t", evil, evil, evil, evil, evil, notebook="1_step")
    blocks = [
        TextBlock(f"# {evil}\n\n{evil} {{@t}}", {"t": evil}, "answer"),
        TableBlock(caption, Table([Column(evil)], [[Cell(evil)], [Cell(evil)]]), "answer"),
        FigureBlock(replace(caption, id="f"), '<svg xmlns="http://www.w3.org/2000/svg"><g id="g"/></svg>', "answer"),
    ]
    made = site(replace(whole(*blocks), title=evil, imprint=[evil], banner=evil), [Notebook("1_step", evil, evil)])
    for page in texts(made):
        assert page.count("<script>") == 1
        assert "<b>" not in page


def written(block) -> str:
    place = Place("en", "", LABELS, lambda name: f"other.html#{name}", lambda _: ("notebook.html", "Notebook"))
    return Writer(place, [block]).write(block)


def test_lines_are_a_list_what_is_more_is_folded_and_groups_are_bodies_of_their_own():
    cell = Cell("one\ntwo", more="three\nfour", more_said="and 2 more")
    made = written(
        table("t", [Cell("group")], [Cell("row", anchor="here"), cell], [Cell("next")], ["x", Cell("y", "high", "+/+", link="t")])
    )
    assert "<ul><li>one</li><li>two</li></ul>" in made
    assert '<details><summary>2 more<span class="hidden">: row, A</span></summary><ul><li>three</li><li>four</li></ul></details>' in made
    assert "and 2 more" not in made
    assert made.count("<tbody") == made.count('scope="rowgroup"') == 2
    assert '<tr id="here">' in made
    assert '<a href="other.html#t"><span class="hidden">x, A: </span>y <small><span class="whole">+/+</span></small></a>' in made
    assert 'class="high"' in made


def test_a_link_says_its_table_where_the_page_has_another_with_such_a_row_and_column():
    blocks = [table(name, ["row", Cell("high", link="there")]) for name in ("t", "u")]
    writer = Writer(Place("en", "", LABELS, lambda name: f"other.html#{name}", lambda _: ("notebook.html", "Notebook")), blocks)
    assert '<span class="hidden">Table t, row, A: </span>high</a>' in writer.write(blocks[0])
    assert '<a href="tables/u.en.csv">CSV<span class="hidden">: Table u</span></a>' in writer.write(blocks[1])


def test_a_cell_that_looks_empty_stays_and_says_what_it_has_to_say():
    made = written(table("t", ["row", Cell("", said="not named"), Cell(""), Cell("x", mark="●", said="supported")], columns=4))
    assert '<td role="cell" class="blank"><span class="hidden">not named</span></td><td role="cell" class="blank"></td>' in made
    assert '>x <span aria-hidden="true">●</span><span class="hidden">, supported</span></td>' in made


def test_a_heading_is_one_level_below_that_under_which_it_stands():
    made = written(TextBlock("## a\n\n## b\n\n# c\n\n### d\n\n### e\n\n## f\n", {}, "answer"))
    assert re.findall(r'<h(\d) id="(\w)"', made) == [*zip("222333", "abcdef", strict=True)]


def test_words_in_another_language_are_marked():
    block = TextBlock("De [best *practices*]{lang=en} van [anderen](#a).", {}, "answer")
    assert 'De <span lang="en">best <em>practices</em></span> van <a href="#a">anderen</a>.' in written(block)


def test_the_ids_within_a_drawing_are_its_own():
    svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><path id="p"/><g clip-path="url(#p)"><use href="#p"/></g></svg>'
    made = written(FigureBlock(Caption("f", "T", "", "a & b"), svg, "answer"))
    assert 'role="img" aria-label="a &amp; b"' in made
    assert 'id="f-p"' in made
    assert "url(#f-p)" in made
    assert 'href="#f-p"' in made
    assert "<?xml" not in made


def test_headings_that_are_alike_get_ids_that_differ():
    made = written(TextBlock("# Één?\n\n# Een\n\n## t\n", {}, "answer"))
    assert re.findall(r'<h\d id="([^"]+)"', made) == ["een", "een-2", "t"]


def test_a_notebook_without_a_question_is_listed_by_its_name(tmp_path, monkeypatch):
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/1_step.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    monkeypatch.chdir(tmp_path)
    assert report_files._contract("1_step") == Notebook("1_step", "1_step", "")


def test_the_fonts_of_the_pages_are_what_their_originals_give():
    assert {f"fonts/{name}": cut(name) for name in FACES} == web_fonts()
    assert all(len(font) < 25_000 for font in web_fonts().values())


def test_the_fonts_have_every_letter_of_the_pages_that_their_original_has(pages):
    used = {ord(letter) for page in pages.values() for piece in page.itertext() for letter in piece if letter.isprintable()}
    name = "text-regular.woff"
    have = set(TTFont(io.BytesIO(web_fonts()[f"fonts/{name}"])).getBestCmap())
    original = set(TTFont(font_folder() / FACES[name][0]).getBestCmap())
    assert used & original <= have
    assert len(used & have) > 80


def test_a_changed_font_does_not_have_the_name_of_its_original():
    for font in web_fonts().values():
        names = TTFont(io.BytesIO(font))["name"]
        assert not [names.getDebugName(number) for number in (1, 3, 4, 6, 16) if "Source" in (names.getDebugName(number) or "")]


def test_a_font_that_is_not_our_own_is_not_published():
    own = next(iter(web_fonts().values()))
    assert list(font_texts(own)) == []
    with pytest.raises(RefusedError, match="none of this project"):
        list(font_texts(own + b"\0"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("zie § 5.2.1 ¶12; één", ["§ 5.2.1 ¶12"]),
        ("§ 6 ¶17, § 6 ¶19", ["§ 6 ¶17", "§ 6 ¶19"]),
        ("¶3–5 en ¶ 7; 5.2.1 ¶10", ["¶3–5", "¶ 7", "5.2.1 ¶10"]),
        ("2× −/− en +/+", ["2× −/−", "+/+"]),
        ("and/or 1+/−2", []),
    ],
)
def test_places_and_symbols_stay_on_one_line_wherever_a_page_says_them(text, kept):
    whole_ones = re.compile(r'<span class="whole">([^<]*)</span>')
    assert whole_ones.findall(said(text)) == kept
    block = replace(table("t", ["row", Cell(text, more=text)]), caption=Caption("t", text, text, note=text, notebook="1_step"))
    assert whole_ones.findall(written(block)) == 5 * kept
    assert whole_ones.findall(written(TextBlock(text, {}, "answer"))) == kept


def test_a_cell_that_names_other_rows_links_to_them_and_its_own_id_is_no_link():
    made = written(table("t", [Cell("c1", anchor="c1"), "c2, c3"]))
    assert '<th scope="row">c1</th>' in made
    assert '<a href="other.html#c2">c2</a>, <a href="other.html#c3">c3</a>' in made


def test_a_rating_beside_a_cell_of_several_lines_fills_a_pill_and_another_its_cell():
    rated = Cell("y", "high", "+/+")
    assert '<td class="high">' in written(table("t", ["x", rated]))
    assert '<span class="pill high">' in written(table("t", ["x", rated, "a\nb"], columns=3))


def test_what_passages_are_about_stands_above_them_and_each_begins_with_its_side_in_bold():
    block = table("t", [Cell("x", anchor="t_x"), Cell("Voor: ja\nTen dele: deels", more="Tegen: nee\nalle: vier")])
    plain = table("t", ["x", "Voor: ja"])
    noted = [written(replace(found, caption=replace(found.caption, note="Of het lukt."))) for found in (block, plain)]
    assert [made.index("Of het lukt.") < made.index("<thead") for made in noted] == [True, False]
    assert [made.count("Of het lukt.") for made in noted] == [1, 1]
    assert re.findall("<strong>(.*?)</strong>", noted[0]) == ["Voor:", "Ten dele:", "Tegen:"]
    assert "<strong>" not in noted[1]


def test_above_a_drawing_stands_how_to_see_all_of_it_with_a_link_to_its_file():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
    made = written(FigureBlock(Caption("f", "Figure f", "n = 1", alt="words", notebook="1_step"), svg, "evidence"))
    link = '<a href="figures/f.en.svg">open<span class="hidden">: Figure f</span></a>'
    assert f'<p class="sideways">Scroll, or {link}.</p><div class="scroll drawing"' in made


def test_on_a_narrow_screen_long_texts_are_put_below_each_other_and_short_ones_stay_side_by_side():
    long = "word " * 30
    assert 'class="stack"' in written(table("t", ["x", "y", long], columns=3))
    assert 'class="stack"' not in written(table("t", [long, "y", "z"], columns=3)), "the first cell stands above the others"
    assert 'class="stack"' not in written(table("t", ["x", long])), "a label would say the same in every row"
    lifted = written(table("t", [long, "1", "2", "3"], columns=4))
    assert 'class="lift" style="--cells:minmax(0,1fr) minmax(0,1fr) minmax(0,1fr)" role="table"' in lifted


def test_settings_of_a_notebook_are_folded_at_its_end(pages):
    for name in (name for name in pages if name.startswith("notebooks/")):
        folds = [details for details in elements(pages[name], "details") if details.get("class") == "code"]
        assert "edition: str" in text(folds[-1]), name
        assert not any("edition: str" in text(fold) for fold in folds[:-1]), name


def test_a_notebook_page_says_in_its_own_language_that_it_explains_in_another(pages):
    for name in (name for name in pages if name.startswith("notebooks/")):
        found = [element for element in elements(pages[name], "p") if element.get("class") == "aside"]
        assert len(found) == (0 if name.endswith(".en.html") else 1), name


def test_marks_of_provenance_in_a_notebook_lead_to_the_report(pages):
    listing = {row.get("id") for page in ("provenance.html", "provenance.en.html") for row in elements(pages[page], "tr")} - {None}
    for name in (name for name in pages if name.startswith("notebooks/")):
        if listing.intersection(row.get("id") for row in elements(pages[name], "tr")):
            continue  # the notebook that makes the listing
        sources = [element for element in elements(pages[name], "p") if element.get("class") == "source"]
        assert sources, name
        for source in sources:
            assert elements(source, "a")[-1].get("href").startswith("../provenance"), name

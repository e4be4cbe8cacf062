"""The folder of a questionnaire: all files or none, the same bytes every time, and a form on paper that can be filled in and read."""

import io
import re
from collections import Counter

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.reading import Edition
from fruitmand.outputs.questionnaire.files import document, instrument, main, write_instrument
from fruitmand.outputs.questionnaire.form import read_form
from fruitmand.outputs.typst import to_pdf

LANGUAGES = ("nl", "en")
SYNTHETIC = {"nl": "Synthetische editie: verzonnen gegevens", "en": "Synthetic edition: invented data"}
NAMES = {"limesurvey.txt", "xlsform.xlsx", "codebook.csv"} | {
    f"{name}.{language}.{end}"
    for name, end in (("qualtrics", "txt"), ("questionnaire", "pdf"), ("read_first", "txt"))
    for language in LANGUAGES
}


@pytest.fixture(scope="module")
def made(edition):
    return instrument(edition)


@pytest.fixture(scope="module")
def readers(made):
    return {language: PdfReader(io.BytesIO(made[f"questionnaire.{language}.pdf"])) for language in LANGUAGES}


def squeezed(text):
    return re.sub(r"\s+", "", text)


def words(reader):
    return squeezed("".join(page.extract_text() for page in reader.pages))


def tags(reader):
    """Return the kinds of the elements of a tagged PDF, in the order of reading."""

    def walk(node):
        node = node.get_object()
        if isinstance(node, ArrayObject):
            return [kind for child in node for kind in walk(child)]
        if not isinstance(node, DictionaryObject):
            return []
        own = [node["/S"]] if "/S" in node else []
        return own + (walk(node["/K"]) if "/K" in node else [])

    return walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])


def table_rows(rows, count):
    """Return the lines of items.csv with ``count`` items in its last block."""
    return [*rows[:10], *([f"q{number}", *rows[10][1:]] for number in range(20, 20 + count))]


def test_every_file_is_made(made):
    assert set(made) == NAMES
    assert all(made.values())


def test_equal_editions_give_equal_bytes(made, root, monkeypatch):
    monkeypatch.chdir(root)
    again = instrument(Edition("2015"))
    assert [name for name in NAMES if again[name] != made[name]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_on_paper_has_every_statement_and_id_once(edition, readers, language):
    text = words(readers[language])
    for row in edition["items"].to_dict("records"):
        assert text.count(squeezed(row[f"statement_{language}"])) == 1
        assert text.count(row["item"]) == 1
    for municipality in edition["municipalities"][f"label_{language}"]:
        assert squeezed(municipality) in text


@pytest.mark.parametrize(("language", "word"), [("nl", "n.v.t."), ("en", "n/a")])
def test_not_applicable_can_be_ticked_only_where_it_is_offered(edition, readers, language, word):
    text, rows = words(readers[language]), edition["items"].to_dict("records")
    offers = [row for row in rows if row["not_applicable"] == "yes"]
    assert text.count(word) == len(offers) + 1, "a cell each, and the head of the column"
    for row in rows:
        after = text.split(squeezed(row[f"statement_{language}"]))[1]
        assert after.startswith("12345")
        assert after.startswith(f"12345{word}") == (row["not_applicable"] == "yes")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_on_paper_is_short_tagged_and_dated(readers, language):
    reader = readers[language]
    assert 2 <= len(reader.pages) <= 4
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {(595, 842)}
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == language
    packet = catalogue["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in packet
    assert "<pdfaid:part>2</pdfaid:part>" in packet
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in packet
    assert str(reader.metadata.creation_date.date()) == "2016-01-17"


def test_both_languages_have_the_same_structure(readers):
    nl, en = (Counter(tags(readers[language])) for language in LANGUAGES)
    assert nl["/Table"] == 2
    assert nl["/TR"] == 2 + 13
    kinds = ("/H1", "/H2", "/Table", "/TR", "/TH", "/TD", "/L", "/LI")
    assert {kind: nl[kind] for kind in kinds} == {kind: en[kind] for kind in kinds}
    assert len(readers["nl"].pages) == len(readers["en"].pages)


@pytest.mark.parametrize(("language", "mark"), [("nl", "[intevullen:"), ("en", "[tobecompleted:")])
def test_consent_comes_first_and_nothing_in_it_is_invented(readers, language, mark):
    first = squeezed(readers[language].pages[0].extract_text())
    assert first.count(mark) >= 5, "retention, researcher, organisation, complaints and data protection"
    assert "5" in first, "the minimum cell"
    assert "q01a" not in first
    assert "@" not in words(readers[language])


def test_the_minimum_cell_is_that_of_the_edition(scratch):
    path = scratch.raw / "edition.toml"
    own = '\n[disclosure]\nmin_cell = 17\nreason_nl = "Proef."\nreason_en = "Trial."\n'
    text = re.split(r"(?m)^\[\[?disclosure", path.read_text(encoding="utf-8"))[0]
    path.write_text(text + own, encoding="utf-8")
    form = read_form(Edition("2015"))
    assert all("17" in form.words(language)["information"]["parts"][3]["text"] for language in LANGUAGES)


def test_a_long_table_repeats_its_head_on_every_page(scratch):
    scratch.edit("items.csv", lambda lines: lines.__setitem__(slice(None), table_rows(lines, 40)))
    form = read_form(Edition("2015"))
    pages = [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(to_pdf(document(form, "en"), form.date))).pages]
    holding = [page for page in pages if re.search(r"q[2-5]\d", page)]
    assert len(holding) > 2
    assert all("stronglydisagree" in page for page in holding)


def test_a_nasty_statement_is_printed_as_it_is(scratch):
    nasty = r'#panic("x") $ * _ \" [[a]] <b> `c` @d // ’'
    scratch.set("items.csv", scratch.row_of("items.csv", item="q03"), "statement_en", nasty)
    form = read_form(Edition("2015"))
    assert squeezed(nasty) in words(PdfReader(io.BytesIO(to_pdf(document(form, "en"), form.date))))


def test_two_scales_in_a_block_are_two_tables(scratch):
    scratch.set("items.csv", scratch.row_of("items.csv", item="q10"), "scale", "three_point")
    form = read_form(Edition("2015"))
    reader = PdfReader(io.BytesIO(to_pdf(document(form, "en"), form.date)))
    assert Counter(tags(reader))["/Table"] == 3
    assert "sufficientormuch" in words(reader)


def test_a_synthetic_edition_says_so_in_every_file_and_on_every_page(scratch):
    path = scratch.raw / "edition.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("synthetic = false", "synthetic = true"), encoding="utf-8")
    made = instrument(Edition("2015"))
    for name, content in made.items():
        language = next((code for code in LANGUAGES if f".{code}." in name), "")
        told = [SYNTHETIC[language]] if language else list(SYNTHETIC.values())
        if name.endswith(".pdf"):
            reader = PdfReader(io.BytesIO(content))
            assert told[0] in reader.metadata.title
            assert all(squeezed(told[0]) in squeezed(page.extract_text()) for page in reader.pages)
        elif name.endswith(".xlsx"):
            cells = {row[0].value for row in load_workbook(io.BytesIO(content))["settings"].iter_rows(min_row=2)}
            assert all(line in " ".join(cells) for line in told)
        elif name == "codebook.csv":
            assert all(line in row for line in told for row in content.splitlines()[1:])
        else:
            assert all(line in content for line in told), name


def test_an_edition_that_is_not_synthetic_does_not_say_so(made, readers):
    texts = [content for content in made.values() if isinstance(content, str)] + [words(reader) for reader in readers.values()]
    assert not any(squeezed(line) in squeezed(text) for text in texts for line in SYNTHETIC.values())


def test_the_folder_is_replaced_whole(scratch):
    folder = write_instrument("2015")
    (folder / "left_over.txt").write_text("old", encoding="utf-8")
    assert write_instrument("2015") == scratch.root / "reports" / "2015-instrument"
    assert {path.name for path in folder.iterdir()} == NAMES
    assert [path.name for path in folder.parent.iterdir()] == ["2015-instrument"]
    assert folder.stat().st_mode & 0o777 == 0o755


def test_a_failure_leaves_the_folder_as_it_was(scratch, monkeypatch):
    folder = write_instrument("2015")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    scratch.set("items.csv", 2, "scale", "no_such_scale")
    with pytest.raises(FruitmandError):
        write_instrument("2015")

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr("fruitmand.outputs.questionnaire.files.write", fail)
    scratch.set("items.csv", 2, "scale", "agree5")
    with pytest.raises(OSError, match="full"):
        write_instrument("2015")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["2015-instrument"]


def test_the_command_says_where_the_files_are_or_what_is_wrong(scratch, capsys):
    assert main(["2015"]) == 0
    assert capsys.readouterr().out.startswith("reports/2015-instrument: codebook.csv, limesurvey.txt")
    assert main(["1999"]) == 1
    assert "there are: 2015" in capsys.readouterr().err
    scratch.set("items.csv", 2, "scale", "agre5")
    assert main(["2015"]) == 1
    assert "data/raw/2015/items.csv row 2: 'agre5' must be in scales.csv (did you mean 'agree5'?)" in capsys.readouterr().err


@pytest.mark.parametrize("column", ["statement_nl", "statement_en"])
def test_a_questionnaire_with_an_address_in_it_is_not_written(scratch, column):
    scratch.set("items.csv", scratch.row_of("items.csv", item="q03"), column, "Vraag het jan at voorbeeld dot nl.")
    with pytest.raises(FruitmandError, match=r"instrument cannot be published(.|\n)*instrument/codebook.csv, line 5: e_mail"):
        write_instrument("2015")
    assert not (scratch.root / "reports" / "2015-instrument").exists()


COMPLETED = {
    "why": "x",
    "terms": "y",
    "retention": "ten years",
    "contact": "Y. Rojas, y.rojas@example.org",
    "controller": "Example University",
    "complaints": "the committee, 06-12345678",
    "data_protection": "the officer",
    "hand_in": "at the desk",
}


def complete(folder, **changed):
    for language in LANGUAGES:
        lines = [f'{key} = "{text}"' for key, text in (COMPLETED | changed).items() if text is not None]
        (folder / f"texts.{language}.toml").write_text("\n".join(["[questionnaire]", *lines, ""]), encoding="utf-8")


def test_the_command_says_where_what_is_to_be_completed_is_filled_in(scratch, capsys):
    complete(scratch.raw, contact=None)
    assert main(["2015"]) == 0
    told = capsys.readouterr().out
    assert "2 texts are to be completed" in told
    assert "under [questionnaire] in data/raw/2015/texts.nl.toml and data/raw/2015/texts.en.toml" in told
    assert "make instrument EDITION=2015 again; do not edit the files in reports/2015-instrument" in told
    assert re.findall(r"(?m)^  (\w+) = ", told) == ["contact", "contact"]


def test_what_is_completed_stands_in_every_file_and_then_it_is_ready_for_use(scratch, capsys):
    complete(scratch.raw)
    assert main(["2015"]) == 0, "the researcher's own address may be in the questionnaire"
    assert "not ready" not in capsys.readouterr().out
    folder = scratch.root / "reports" / "2015-instrument"
    for name in ("limesurvey.txt", "qualtrics.en.txt", "read_first.en.txt"):
        text = (folder / name).read_text(encoding="utf-8")
        assert "Not ready for use" not in text
        assert "[to be completed" not in text
    assert "y.rojas@example.org" in (folder / "qualtrics.en.txt").read_text(encoding="utf-8")
    assert "y.rojas@example.org,onbehalfofExampleUniversity" in words(PdfReader(folder / "questionnaire.en.pdf"))


def test_an_address_elsewhere_is_found_also_when_the_researcher_gives_one(scratch):
    complete(scratch.raw)
    scratch.set("items.csv", scratch.row_of("items.csv", item="q03"), "statement_en", "Ask y.rojas@example.org about it.")
    with pytest.raises(FruitmandError, match="instrument/codebook.csv, line 5: e_mail"):
        write_instrument("2015")


@pytest.mark.parametrize(
    ("changed", "told"), [({"contct": "x"}, "did you mean 'contact'"), ({"contact": " "}, "must be a text, and not be empty")]
)
def test_a_text_that_nothing_uses_or_that_says_nothing_is_named(scratch, changed, told):
    complete(scratch.raw, **changed)
    with pytest.raises(FruitmandError, match=rf"texts\.nl\.toml: 'questionnaire\.conta?ct'(.|\n)*{told}"):
        instrument(Edition("2015"))


def without(path, *lists):
    text = path.read_text(encoding="utf-8")
    for name in lists:
        text = re.sub(rf"\[\[{name}\]\]\n(.+\n)+", "", text).replace("languages =", f"{name} = []\nlanguages =")
    path.write_text(text, encoding="utf-8")


def test_no_file_promises_what_is_not_asked(scratch, capsys):
    without(scratch.raw / "edition.toml", "domains", "roles")
    made = instrument(Edition("2015"))
    for name, content in made.items():
        if name.startswith(("qualtrics", "read_first", "limesurvey")):
            assert not re.search(r"\b(domain|domein|role|rol)\b", content), name
    assert "and, if you fill it in, your municipality. Not kept" in made["qualtrics.en.txt"]
    assert "answer one short question" in made["qualtrics.en.txt"]
    main(["2015"])
    assert (
        "no [[domains]] in edition.toml and no [[roles]] in edition.toml: the questionnaire does not ask for them"
        in capsys.readouterr().out
    )


def test_what_is_asked_is_promised_in_words(scratch):
    without(scratch.raw / "edition.toml", "roles")
    made = instrument(Edition("2015"))
    assert "Uw gemeente en domein samen zouden u herkenbaar kunnen maken." in made["qualtrics.nl.txt"]
    assert "answer 2 short questions" in made["qualtrics.en.txt"]

"""Reading an edition: everything that is wrong is told before anything is read, and the command line says so."""

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from build_fixtures import RAW

from fruitmand.checks import command
from fruitmand.checks.whole_edition import check_edition, read_edition
from fruitmand.edition import sealing
from fruitmand.edition.errors import DataError, FruitmandError
from fruitmand.edition.file_access import watch_reads
from fruitmand.edition.reading import Edition, editions, raw_folder
from fruitmand.edition.schema import SCHEMAS


def draft(scratch):
    path = scratch.raw / "edition.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('status = "published"', 'status = "draft"'), encoding="utf-8")


def test_an_edition_that_does_not_exist_is_an_error_that_lists_those_there_are(scratch):
    shutil.copytree(scratch.raw, scratch.raw.parent / "2020")
    assert editions() == ["2015", "2020"]
    for read in (raw_folder, read_edition):
        with pytest.raises(FruitmandError, match="1999.*2015, 2020"):
            read("1999")


def test_a_folder_without_settings_is_no_edition(scratch):
    (scratch.raw.parent / "notes").mkdir()
    assert editions() == ["2015"]


def test_a_copied_folder_is_told_by_its_settings(scratch):
    shutil.copytree(scratch.raw, scratch.raw.parent / "2026")
    with pytest.raises(DataError) as caught:
        read_edition("2026")
    (problem,) = caught.value.problems
    assert (problem.file, problem.value) == ("data/raw/2026/edition.toml", "2015")
    assert "2026" in problem.rule


def test_a_table_is_handed_out_as_a_copy(edition):
    table = edition["ratings"]
    table.loc[0, "symbol"] = "-/-"
    assert edition["ratings"].loc[0, "symbol"] == "+/+"


def test_empty_cells_are_missing(edition):
    assert edition["segments"]["municipality"].isna().any()
    assert not (edition["segments"] == "").any(axis=None)


def test_words_that_look_missing_are_words(scratch):
    # pandas reads "NA", "null" and "nan" as missing unless told otherwise.
    for row, word in enumerate(["NA", "null", "nan"], start=2):
        scratch.set("sources.csv", row, "citation", word)
    assert read_edition("2015")["sources"]["citation"].tolist()[:3] == ["NA", "null", "nan"]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16"])
def test_another_encoding_is_named(scratch, encoding):
    path = scratch.raw / "scales.csv"
    path.write_bytes((path.read_text(encoding="utf-8") + "sufficient3,4,,,één,one,,\n").encode(encoding))
    sealing.seal(scratch.raw)
    (problem,) = scratch.problems()
    assert problem.file == "data/raw/2015/scales.csv"
    assert "UTF-8" in problem.rule


def test_line_ends_of_windows_are_read_alike(scratch, edition):
    path = scratch.raw / "ratings.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    sealing.seal(scratch.raw)
    assert read_edition("2015")["ratings"].equals(edition["ratings"])


@pytest.mark.parametrize("file", ["ratings.csv", "edition.toml", "models.toml"])
def test_a_missing_file_is_named(scratch, file):
    if file != "edition.toml":
        (scratch.raw / file).unlink()
        sealing.seal(scratch.raw)
        assert [problem.file for problem in scratch.problems()] == [f"data/raw/2015/{file}"]
    else:
        (scratch.raw / file).write_text("")
        assert {problem.file for problem in scratch.problems()} == {f"data/raw/2015/{file}"}


def test_an_empty_file_is_no_table(scratch):
    (scratch.raw / "ratings.csv").write_text("")
    sealing.seal(scratch.raw)
    (problem,) = scratch.problems()
    assert problem.file == "data/raw/2015/ratings.csv"
    assert "table" in problem.rule


@pytest.mark.parametrize("rows", ["one", "first", "all"])
def test_a_row_with_a_cell_too_many_is_a_problem_of_its_file(scratch, rows):
    chosen = {"one": slice(4, 5), "first": slice(1, 2), "all": slice(1, None)}[rows]
    scratch.edit("ratings.csv", lambda lines: [line.append("x") for line in lines[chosen]])
    assert {problem.file for problem in scratch.problems()} == {"data/raw/2015/ratings.csv"}


def test_an_empty_line_is_named_by_its_number(scratch):
    path = scratch.raw / "ratings.csv"
    lines = path.read_text().split("\n")
    path.write_text("\n".join([*lines[:5], "", *lines[5:]]))
    sealing.seal(scratch.raw)
    assert {problem.row for problem in scratch.problems()} == {6}


def test_problems_of_settings_models_and_tables_are_told_at_once(scratch):
    (scratch.raw / "models.toml").write_text("[[model]]\n")
    text = (scratch.raw / "edition.toml").read_text(encoding="utf-8")
    (scratch.raw / "edition.toml").write_text(text.replace("synthetic = false", 'synthetic = "no"'), encoding="utf-8")
    scratch.set("ratings.csv", 3, "symbol", "++")
    (scratch.raw / "scales.csv").unlink()
    assert {problem.file.rsplit("/", 1)[1] for problem in scratch.problems()} == {
        "models.toml",
        "edition.toml",
        "ratings.csv",
        "scales.csv",
    }


def test_a_published_edition_needs_its_manifest_and_a_draft_does_not(scratch):
    (scratch.raw / sealing.NAME).unlink()
    assert [problem.file for problem in scratch.problems()] == [f"data/raw/2015/{sealing.NAME}"]
    draft(scratch)
    assert scratch.problems() == []


def test_a_published_edition_does_not_change(scratch):
    path = scratch.raw / "questions.csv"
    path.write_bytes(path.read_bytes().replace(b"VvB", b"vvb", 1))
    (problem,) = scratch.problems()
    assert problem.file == "data/raw/2015/questions.csv"
    assert "checksum" in problem.rule


def test_an_edition_without_codings_is_refused(scratch):
    for path in scratch.raw.glob("codings_*.csv"):
        path.unlink()
    sealing.seal(scratch.raw)
    (problem,) = scratch.problems()
    assert "codings_" in problem.file


def test_one_coder_is_enough(scratch):
    for file in ("codings_coder_2.csv", "recodings.csv"):  # what was changed later was changed after the second coder
        (scratch.raw / file).unlink()
    scratch.edit("adjudications.csv", lambda lines: lines.__setitem__(slice(None), [row for row in lines if row[0] != "codings"]))
    assert read_edition("2015").coders == ("coder_1",)


def test_a_coders_file_holds_that_coders_rows_alone(scratch):
    scratch.set("codings_coder_2.csv", 5, "coder", "coder_1")
    (problem,) = scratch.problems()
    assert problem.file == "data/raw/2015/codings_coder_2.csv"
    assert "coder_2" in problem.rule


@pytest.mark.usefixtures("scratch")
def test_a_sound_edition_is_checked_with_exit_code_0(capsys):
    assert command.main(["2015"]) == 0
    out, err = capsys.readouterr()
    assert "2 coders" in out
    assert err == ""


@pytest.mark.parametrize("arguments", [[], ["1999"], ["2015", "2020"], ["--seal"], ["--seal", "1999"], ["--sael", "2015"]])
@pytest.mark.usefixtures("scratch")
def test_a_wrong_command_line_has_exit_code_1_and_no_traceback(capsys, arguments):
    assert command.main(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip()


def test_an_unsound_edition_has_exit_code_1_and_its_problems_on_the_error_channel(scratch, capsys):
    scratch.set("ratings.csv", 3, "symbol", "++")
    assert command.main(["2015"]) == 1
    assert "data/raw/2015/ratings.csv row 3: '++'" in capsys.readouterr().err


def test_sealing_makes_a_changed_edition_sound(scratch, capsys):
    path = scratch.raw / "questions.csv"
    path.write_bytes(path.read_bytes().replace("1.4 ¶3".encode(), "1.4 ¶4".encode(), 1))  # a place, which both languages share
    assert command.main(["2015"]) == 1
    assert command.main(["--seal", "2015"]) == 0
    assert command.main(["2015"]) == 0
    capsys.readouterr()


def test_the_module_runs_by_its_name(scratch):
    scratch.set("ratings.csv", 3, "symbol", "++")
    run = subprocess.run([sys.executable, "-m", "fruitmand.checks.command", "2015"], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "ratings.csv row 3" in run.stderr
    assert "Traceback" not in run.stderr


RAW_FILES = sorted(path.name for path in RAW.iterdir() if path.suffix in (".csv", ".toml"))


def told(edition, file):
    """Return what is wrong with one file of the scratch copy; the others are as they were read before."""
    return [
        (problem.file, problem.row, f"{problem.rule} {problem.cause}") for problem in check_edition(edition.rereading(file), sealed=False)
    ]


@pytest.mark.parametrize("file", RAW_FILES)
def test_what_cannot_be_seen_is_found_in_every_file(scratch, edition, file):
    path = scratch.raw / file
    if file.endswith(".csv"):
        scratch.edit(file, lambda lines: lines[-1].append(f"{lines[-1].pop()}\u202e"))
    else:
        path.write_text(f"{path.read_text(encoding='utf-8').rstrip()}  # \u202e\n", encoding="utf-8")
    last = len(path.read_text(encoding="utf-8").splitlines())
    assert [(place, row) for place, row, rule in told(edition, file) if "U+202E" in rule] == [(f"data/raw/2015/{file}", last)]


@pytest.mark.parametrize("file", RAW_FILES)
def test_what_cannot_be_read_is_named_in_every_file(scratch, edition, file, monkeypatch):
    path = scratch.raw / file
    path.unlink()
    path.mkdir()
    assert [(place, "folder" in rule) for place, _, rule in told(edition, file)] == [(f"data/raw/2015/{file}", True)]
    path.rmdir()
    if file != "edition.toml":  # without which there is no edition
        path.symlink_to(path)
        assert [(place, "cannot be read" in rule) for place, _, rule in told(edition, file)] == [(f"data/raw/2015/{file}", True)]
        path.unlink()
    path.touch()

    def read(asked, real=Path.read_bytes):
        if asked.name == file:
            raise PermissionError(13, "Permission denied")
        return real(asked)

    monkeypatch.setattr(Path, "read_bytes", read)
    assert [(place, "permission" in rule) for place, _, rule in told(edition, file)] == [(f"data/raw/2015/{file}", True)]


CSV_FILES = [file for file in RAW_FILES if file.endswith(".csv")]


def test_the_mark_that_excel_writes_is_understood_in_every_table(scratch, edition):
    for file in CSV_FILES:
        path = scratch.raw / file
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    found = Edition("2015")
    assert check_edition(found, sealed=False) == []
    for name in edition:
        assert found[name].equals(edition[name]), name


@pytest.fixture(scope="module")
def semicolons(problems_of):
    """Return what is wrong with an edition of which Excel saved every table with semicolons: of each file the row and the words."""

    def save(scratch):
        for file in CSV_FILES:
            path = scratch.raw / file
            path.write_bytes(path.read_bytes().replace(b",", b";"))
        sealing.seal(scratch.raw)

    problems = problems_of(save)
    assert {problem.file for problem in problems} == {f"data/raw/2015/{file}" for file in CSV_FILES}
    return {file: [(one.row, f"{one.rule} {one.cause}") for one in problems if one.file.endswith(f"/{file}")] for file in CSV_FILES}


@pytest.mark.parametrize("file", CSV_FILES)
def test_semicolons_of_excel_are_told_in_every_table(semicolons, file):
    ((row, rule),) = semicolons[file]
    assert row == 1
    assert "Excel saved it with semicolons" in rule


def test_a_table_that_the_edition_does_not_have_is_not_in_it(edition, scratch):
    assert "ratings" in edition
    assert [name for name in ("responses", "remarks", "edition", "../2015/ratings", "") if name in edition] == []
    with pytest.raises(KeyError):
        edition["edition"]
    path = scratch.raw / "claims.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('test = { table = "sections"', 'test = { table = "responses"', 1), encoding="utf-8")
    sealing.seal(scratch.raw)
    assert any("c002: responses" in problem.value and "not a raw table" in problem.rule for problem in scratch.problems())


OPTIONAL = [name for name, form in SCHEMAS.items() if form.optional]


def test_what_else_a_publication_tells_need_not_be_there():
    told = {"initiatives", "recommendations", "conditions", "facts", "partners", "roles", "definitions", "citations", "stances"}
    assert told | {"cut_offs"} <= set(OPTIONAL)


def put(scratch, name: str, *rows: dict[str, str]) -> Edition:
    """Write an optional table of the scratch edition, or remove it when there are no rows; return the edition, to be read anew."""
    path = scratch.raw / f"{name}.csv"
    path.unlink(missing_ok=True)
    if rows:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return Edition("2015")


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_optional_table_that_is_absent_is_empty_with_the_types_of_one_that_is_there(scratch, name):
    example = {column: form.example for column, form in SCHEMAS[name].columns.items()}
    absent = put(scratch, name)
    assert absent[name].empty
    assert list(absent.reads) == ["edition.toml"], "its basis says which tables there are"
    assert name in absent
    present = put(scratch, name, example)
    assert len(present[name]) == 1
    assert list(present.reads) == ["edition.toml", f"{name}.csv"]
    assert absent[name].dtypes.to_dict() == present[name].dtypes.to_dict()


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_optional_table_that_is_there_is_checked_as_any_other(scratch, name):
    example = {column: form.example for column, form in SCHEMAS[name].columns.items()}
    with pytest.raises(DataError, match=rf"{name}\.csv row 2: .*'remark'|{name}\.csv row 1: 'remark'"):
        put(scratch, name, example | {"remark": "x"})[name]
    needed = next(column for column, form in SCHEMAS[name].columns.items() if not form.optional)
    with pytest.raises(DataError, match=rf"{name}\.csv row 2: .*'{needed}'"):
        put(scratch, name, example | {needed: ""})[name]
    with pytest.raises(DataError, match="more than once"):
        put(scratch, name, example, example)[name]
    edition = put(scratch, name, example)
    (scratch.raw / f"{name}.csv").write_text("")
    with pytest.raises(DataError, match=rf"{name}\.csv"):
        edition[name]


@pytest.mark.parametrize("target", ["gone.csv", "initiatives.csv"], ids=["a file that is gone", "itself"])
def test_an_optional_table_that_leads_nowhere_is_not_taken_for_an_absent_one(scratch, target):
    edition = put(scratch, "initiatives")
    (scratch.raw / "initiatives.csv").symlink_to(scratch.raw / target)
    with pytest.raises(DataError, match=r"initiatives\.csv"):
        edition["initiatives"]


def test_an_optional_table_that_comes_later_changes_what_was_read(scratch):
    example = {column: form.example for column, form in SCHEMAS["facts"].columns.items()}
    absent, seen = put(scratch, "facts"), watch_reads(scratch.root)
    assert absent["facts"].empty
    assert "data/raw/2015/" in seen, "the folder was listed, and would list another name"
    present = put(scratch, "facts", example)
    seen.clear()
    assert len(present["facts"]) == 1
    assert "data/raw/2015/facts.csv" in seen


def test_a_table_that_is_not_optional_is_missed(scratch):
    (scratch.raw / "ratings.csv").unlink()
    with pytest.raises(DataError, match=r"ratings\.csv.*missing"):
        Edition("2015")["ratings"]


def test_the_files_of_all_coders_are_told_at_once(scratch):
    for coder in (1, 2):
        scratch.set(f"codings_coder_{coder}.csv", 2, "valence", "suports")
    assert {problem.file for problem in scratch.problems()} == {f"data/raw/2015/codings_coder_{coder}.csv" for coder in (1, 2)}


@pytest.mark.parametrize(
    ("names", "order"),
    [
        ([f"coder_{number}" for number in range(12, 2, -1)], [f"coder_{number}" for number in range(1, 13)]),
        (["bo", "anna", "zoe"], ["anna", "bo", "coder_1", "coder_2", "zoe"]),
        (["coder_02"], ["coder_1", "coder_02", "coder_2"]),
    ],
)
def test_coders_come_in_the_order_of_their_names_and_numbers(scratch, names, order):
    for name in names:
        (scratch.raw / f"codings_{name}.csv").write_text("segment_id,code,valence,coder\n", encoding="utf-8")
    assert Edition("2015").coders == tuple(order)


def test_a_coders_name_is_an_id(scratch):
    (scratch.raw / "codings_coder_1 (copy).csv").write_text("segment_id,code,valence,coder\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"'coder_1 \(copy\)' the name of a coder must be of the form"):
        _ = Edition("2015").coders


def test_more_segments_than_three_digits_count_are_read(scratch):
    new = range(277, 1201)

    def add(row):
        return lambda lines: lines.extend(row(number, dict(zip(lines[0], lines[1], strict=True))) for number in new)

    def segment(number, first):
        repeats = {"same_as": f"s{number - 1:03}" if number > 277 else ""}
        place = {"segment_id": f"s{number:03}", "section": "10.12", "paragraph": str(number)}
        return list((first | place | repeats).values())

    scratch.edit("segments.csv", add(segment))
    scratch.edit("second_reading.csv", add(lambda number, _: ["segments", f"s{number:03}", "municipality", "g4"]))
    for coder in (1, 2):
        scratch.edit(f"codings_coder_{coder}.csv", add(lambda number, first: [f"s{number:03}", *list(first.values())[1:]]))
    found = read_edition("2015")
    assert len(found["segments"]) == 1200
    assert set(found["segments"]["segment_id"]) == {f"s{number:03}" for number in range(1, 1201)}
    scratch.set("segments.csv", 1101, "same_as", "s1100")
    assert [(problem.row, problem.value) for problem in scratch.problems()] == [(1101, "s1100")]


def test_more_claims_than_three_digits_count_are_read(scratch):
    path = scratch.raw / "claims.toml"
    words = 'section = "10.12.3"\nparagraph = 1\nconsequence = "number"\nstatement_nl = "Genoeg."\nstatement_en = "Enough."\n'
    needs = 'needs_nl = "De verslagen."\nneeds_en = "The transcripts."\n'
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(f'\n[[claim]]\nid = "c{number}"\n{words}{needs}' for number in range(500, 1101))
    sealing.seal(scratch.raw)
    assert [claim.id for claim in read_edition("2015").claims][-2:] == ["c1099", "c1100"]


STRANGE = ["", " ", "\0", "0", "-1", "1e400", "nan", "1" * 5000, "٣", "²", "½", "([", "\\", "(?P<a>", "{x}", "g4", ";", "s000"]
STRANGE_TOML = ['""', '"(["', "0", "-1", "9" * 5000, "1e400", "[]", "[[]]", '["a", 1]', "2016-01-17", '"survey"', '"responses"']


@pytest.mark.parametrize("seed", range(40))
def test_whatever_a_cell_or_a_value_becomes_is_told_or_read(scratch, edition, seed):
    rng = Random(seed)  # noqa: S311
    file = rng.choice(RAW_FILES)
    if file.endswith(".csv"):
        scratch.edit(file, lambda lines: rng.choice(lines).__setitem__(rng.randrange(len(lines[0])), rng.choice(STRANGE)))
    else:
        path = scratch.raw / file
        text = path.read_text(encoding="utf-8")
        found = rng.choice(list(re.finditer(r'(?<= = )("[^"\n]*"|\d+|true|false|\[[^\[\]\n]*\]|\{[^{}\n]*\})', text)))
        path.write_text(text[: found.start()] + rng.choice(STRANGE_TOML) + text[found.end() :], encoding="utf-8")
    for problem in check_edition(edition.rereading(file), sealed=False):
        assert problem.file.startswith("data/raw/2015/")
        assert problem.rule
        assert len(str(problem)) < 1000

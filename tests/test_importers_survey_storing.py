"""Importing harms nothing: all tables or none, one at a time, later answers after a look, one message for whatever is wrong."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest
from survey_exports import FORMATS, Person, answer_all, write_edition

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.reading import Edition
from fruitmand.importers import storing
from fruitmand.importers.__main__ import main
from fruitmand.importers.storing import one_import, store
from fruitmand.importers.survey import command
from fruitmand.importers.survey.command import import_survey
from fruitmand.importers.survey.late import KEYS_FILE

TABLES = ("respondents.csv", "responses.csv", "remarks.csv")
FIRST = [Person(answer_all(number), "utrecht", remark=f"Nummer {number}.") for number in (1, 2, 3)]
LATER = [Person(answer_all(number), "amsterdam", remark="Later.") for number in (4, 5)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    made = write_edition(tmp_path / "compendium")
    monkeypatch.chdir(tmp_path / "compendium")
    return made


def tables(folder):
    return {name: (folder / name).read_bytes() if (folder / name).exists() else None for name in TABLES}


def fails(*arguments, **settings):
    with pytest.raises(FruitmandError) as caught:
        import_survey(*arguments, **settings)
    return str(caught.value)


@pytest.mark.parametrize("name", ["plain", "google", "kobo_labels", "limesurvey_text_comma"])
def test_later_answers_are_shown_first_and_added_after_that(folder, tmp_path, name):
    import_survey(FORMATS[name].write(tmp_path, FIRST), "2026")
    before = tables(folder)
    later = FORMATS[name].write(tmp_path, [*FIRST, *LATER])
    told = fails(later, "2026")
    assert "has 3 respondents; of the 5 in export.csv 2 are new: 26 answered." in told
    assert "ADD=2" in told
    assert tables(folder) == before
    assert "ADD=3 is not the number" in fails(later, "2026", add="3")
    import_survey(later, "2026", add="2")
    edition = Edition("2026")
    assert (len(edition["respondents"]), len(edition["responses"]), len(edition["remarks"])) == (5, 65, 5)
    old, new = before["responses.csv"].decode().splitlines(), (folder / "responses.csv").read_text().splitlines()
    assert set(old) < set(new)
    assert import_survey(later, "2026").endswith("there is nothing to add; nothing was changed")


def test_other_answers_of_those_who_are_there_are_counted_and_not_taken(folder, tmp_path):
    import_survey(FORMATS["plain"].write(tmp_path, FIRST), "2026")
    changed = [Person(answer_all(5), "utrecht"), *FIRST[1:], *LATER]
    later = FORMATS["plain"].write(tmp_path, changed)
    assert "1 of those who are there have other answers now; these are not taken over" in fails(later, "2026")
    before = (folder / "responses.csv").read_text().splitlines()
    import_survey(later, "2026", add="2")
    assert set(before) < set((folder / "responses.csv").read_text().splitlines())


def test_the_keys_hold_no_id_and_are_no_raw_table(folder, tmp_path):
    import_survey(FORMATS["plain"].write(tmp_path, [Person(answer_all(1), response="jansen")]), "2026")
    assert "jansen" not in (folder / KEYS_FILE).read_text()
    assert KEYS_FILE.startswith(".")


def test_two_imports_at_once_do_not_meet(folder, tmp_path):
    file = FORMATS["plain"].write(tmp_path, FIRST)
    with one_import(folder):
        assert "another import into data/raw/2026 is at work" in fails(file, "2026")
        assert tables(folder) == dict.fromkeys(TABLES)
    import_survey(file, "2026")


def test_an_import_that_did_not_finish_is_told_by_name_and_removed(folder, tmp_path):
    left = folder.parents[1] / ".import.2026.abc.part"
    left.mkdir()
    (left / "responses.csv").write_text("half")
    told = import_survey(FORMATS["plain"].write(tmp_path, FIRST), "2026")
    assert "did not finish; nothing of it was in the edition, and what it left (data/.import.2026.abc.part) is removed" in told
    assert not left.exists()


def test_other_files_of_the_edition_stay_as_they_were(folder, tmp_path):
    (folder / "notes").mkdir()
    (folder / "notes" / "a.txt").write_text("een")
    (folder / "link").symlink_to("items.csv")
    items = (folder / "items.csv").stat()
    import_survey(FORMATS["plain"].write(tmp_path, FIRST), "2026")
    assert (folder / "notes" / "a.txt").read_text() == "een"
    assert (folder / "link").is_symlink()
    assert ((folder / "items.csv").stat().st_mtime, (folder / "items.csv").stat().st_mode) == (items.st_mtime, items.st_mode)
    assert folder.stat().st_mode & 0o777 == 0o755


SLOW = """
import os, sys, time
from pathlib import Path
from fruitmand.importers import storing
real = storing.write
def slow(path, content):
    time.sleep(0.03)
    return real(path, content)
storing.write = slow
import pandera.strategies.pandas_strategies
from fruitmand.importers.__main__ import main
for line in sys.stdin:
    os.chdir(line.strip())
    pid = os.fork()
    if not pid:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(main([sys.argv[1], "2026"]))
    print(pid, flush=True)
    os.waitpid(pid, 0)
    print("gone", flush=True)
"""
"""Import into the compendium that it is told, in a fork, so that what every import needs is imported once."""


@pytest.fixture(scope="module")
def importer(tmp_path_factory):
    """Return an export, and a process that imports it."""
    file = FORMATS["plain"].write(tmp_path_factory.mktemp("export"), FIRST)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen([sys.executable, "-c", SLOW, str(file)], **pipes) as process:
        yield file, process
        process.stdin.close()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_an_import_that_is_killed_leaves_all_tables_or_none(folder, importer, sign):
    (file, process), outcomes = importer, set()
    for number in range(6):
        for name in (*TABLES, KEYS_FILE):
            (folder / name).unlink(missing_ok=True)
        print(folder.parents[2], file=process.stdin, flush=True)
        pid = int(process.stdout.readline())
        time.sleep(0.05 + number * 0.05)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        assert process.stdout.readline() == "gone\n"
        outcomes.add(tuple((folder / name).exists() for name in TABLES))
        assert len(set(outcomes.copy().pop())) == 1
    assert outcomes <= {(True,) * 3, (False,) * 3}
    for name in (*TABLES, KEYS_FILE):
        (folder / name).unlink(missing_ok=True)
    import_survey(file, "2026")
    assert list(folder.parents[1].glob(".import.2026.*.part")) == []


def test_a_folder_in_the_place_of_a_table_is_told(folder, tmp_path, capsys):
    (folder / "responses.csv").mkdir()
    assert main([str(FORMATS["plain"].write(tmp_path, FIRST)), "2026"]) == 1
    assert capsys.readouterr().err == "data/raw/2026/responses.csv is no file but a folder; move it away, and import again\n"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "no space left on device"),
        (MemoryError(), "the memory is full"),
        (UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed"), "the import met what it does not know (UnicodeEncodeError"),
        (RecursionError(), "nothing was written. Please report this."),
    ],
)
def test_whatever_goes_wrong_is_one_message(folder, tmp_path, capsys, error, words):
    def fail(*_):
        raise error

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(command, "store", fail)
        assert main([str(FORMATS["plain"].write(tmp_path, FIRST)), "2026"]) == 1
    told = capsys.readouterr().err
    assert words in told
    assert len(told.splitlines()) == 1
    assert tables(folder) == dict.fromkeys(TABLES)


def test_a_folder_that_cannot_be_written_to_is_told(folder, monkeypatch):
    monkeypatch.setattr(storing.os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="cannot be written to"):
        store(folder, {"responses.csv": "x"})
    assert tables(folder) == dict.fromkeys(TABLES)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "\udcff.csv", "a\nb.csv"], ids=["long", "no text", "two lines"])
def test_a_name_that_is_too_long_or_no_text_is_one_message(tmp_path, capsys, name):
    assert main([str(tmp_path / name), "2026"]) == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_a_later_respondent_gets_an_id_that_nobody_has(tmp_path):
    letters = iter(["aaaaaaaa", "bbbbbbbb", "cccccccc", "aaaaaaaa", "dddddddd", "aaaaaaaa", "eeeeeeee"])
    import_survey(FORMATS["plain"].write(tmp_path, [Person(answer_all(number)) for number in (1, 2, 3)]), "2026", lambda: next(letters))
    later = FORMATS["plain"].write(tmp_path, [Person(answer_all(number)) for number in (1, 2, 3, 4)])
    numbers = iter(f"{number:08}" for number in range(100))
    import_survey(later, "2026", lambda: next(numbers), add="1")
    assert len(Edition("2026")["respondents"]["respondent"].unique()) == 4

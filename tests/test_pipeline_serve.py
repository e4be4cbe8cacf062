"""The server that waits for the next make: who may take it, when it goes, and that nothing comes out otherwise for it."""

import datetime
import importlib
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import Pipe, get_context
from pathlib import Path

import pytest
from build_fixtures import ROOT

from fruitmand.edition.errors import FruitmandError
from fruitmand.outputs import kept, typst
from fruitmand.pipeline import client, published
from fruitmand.pipeline.idle import Memory, dismiss, server_of
from lab import faults

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="servers are found by what Linux tells of sockets")
EDITION = "2015"
SOURCE = "#set document(title: [A])\n= A\nwords"
DATE = datetime.date(2016, 1, 17)
STEP = f"data/processed/{EDITION}/2_interviews/inputs.json"


def make(folder: Path, target: str, limit: Callable[[], None] | None = None, **more: str) -> str:
    """Build a target in surroundings without what an outer make hands down; return what was said."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTEST"))}
    command = [*published.MAKE[:-1], target]
    done = subprocess.run(command, cwd=folder, env=clean | more, capture_output=True, text=True, check=False, timeout=120, preexec_fn=limit)
    assert done.returncode == 0, done.stderr
    return done.stdout


def waits(seconds: float = 10) -> int:
    """Return the server that waits, as soon as there is one; 0 when there is none in time."""
    until = time.monotonic() + seconds
    while not (found := server_of(client.PLACE)) and time.monotonic() < until:
        time.sleep(0.02)
    return found


def gone(pid: int, seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while (there := _runs(pid)) and time.monotonic() < until:
        time.sleep(0.05)
    return not there


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def draft(folder: Path) -> Path:
    copy = published.copy_project(ROOT, folder, [EDITION])
    settings = copy / "data/raw" / EDITION / "edition.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('status = "published"', 'status = "draft"'), encoding="utf-8")
    return copy


@pytest.fixture(scope="module", autouse=True)
def place():
    """Let servers wait where none of this user's other makes takes them."""
    with tempfile.TemporaryDirectory(prefix="f", dir="/tmp") as name, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", name)
        yield
        dismiss()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a copy of the project with a draft of the edition, and an environment that is nobody else's to touch."""
    copy = draft(tmp_path_factory.mktemp("serve") / "copy")
    venv = (copy / ".venv").resolve()
    (copy / ".venv").unlink()
    (copy / ".venv").mkdir()
    for part in venv.iterdir():
        if part.suffix != ".done":
            (copy / ".venv" / part.name).symlink_to(part)
    (copy / ".venv" / "report.done").touch()
    return copy


@pytest.fixture
def server(folder) -> int:
    """Return a server that waits for a make in the folder, new for every test."""
    dismiss()
    (folder / "data/raw" / EDITION / "edition.toml").touch()
    assert " check " in make(folder, STEP)
    return waits()


def again(folder: Path, **more) -> int:
    """Build once more; return the server that waits afterwards."""
    (folder / "data/raw" / EDITION / "edition.toml").touch()
    assert "unchanged" in make(folder, STEP, **more)
    return waits()


def test_the_next_make_takes_the_server(folder, server):
    assert again(folder) == again(folder, EDITION=EDITION) == server


def changed_module(folder: Path) -> None:
    path = folder / "src/fruitmand/report/tables_claims.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a module": changed_module,
    "a new module": lambda folder: (folder / "src/fruitmand/page/new.py").write_text("", encoding="utf-8"),
    "a template": lambda folder: (folder / "src/fruitmand/outputs/appendix.typ").touch(),
    "the environment": lambda folder: (folder / ".venv/report.done").touch(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_server_is_not_taken_when_what_it_has_imported_changed(folder, server, what):
    CHANGES[what](folder)
    assert again(folder) != server
    assert gone(server)


def test_a_server_is_not_taken_when_a_library_changed(root, tmp_path, monkeypatch):
    path = tmp_path / "a_library.py"
    path.write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    memory = Memory(root)
    importlib.import_module("a_library")
    memory.complete()
    assert memory.serves(str(root), client.circumstances())
    path.write_text("# mended\n", encoding="utf-8")
    assert not memory.serves(str(root), client.circumstances())
    del sys.modules["a_library"]


def test_a_server_is_not_taken_under_other_circumstances(folder, server):
    found = [
        again(folder, LC_ALL="C"),
        again(folder, limit=lambda: os.umask(0o027)),
        again(folder, limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))),
    ]
    assert len({server, *found}) == 4


def test_another_project_does_not_take_the_server(server, tmp_path):
    other = draft(tmp_path / "other")
    assert " check " in make(other, STEP)
    assert waits() != server
    assert gone(server)


def test_a_server_goes_with_its_project(tmp_path):
    dismiss()
    other = draft(tmp_path / "other")
    make(other, STEP)
    server = waits()
    (tmp_path / "other").rename(tmp_path / "elsewhere")
    assert gone(server)
    assert not waits(0)


def test_a_server_goes_when_its_socket_was_taken_and_nobody_asks(server):
    Path(client.folder_of(client.PLACE), "socket").unlink()
    assert gone(server)


def test_a_server_that_is_about_to_wait_is_dismissed_too(folder):
    again(folder)
    dismiss()
    (folder / "data/raw" / EDITION / "edition.toml").touch()
    make(folder, STEP)
    dismiss()
    assert not waits(1)
    assert list(Path(client.folder_of("")).parent.glob("fruitmand-*")) == []


def test_a_server_goes_when_its_time_is_up(tmp_path):
    dismiss()
    code = "import os; from fruitmand.build import serve; serve.STAY_S = 1.5; serve.LIBRARIES = serve.OWN = serve.LATER = ()"
    code += f"; serve.main({str(tmp_path)!r}, '999999999', str(os.dup(1)))"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout.read(1) == b"!"
        assert waits() == process.pid
        assert process.wait(timeout=10) == 0
    assert not Path(client.folder_of(client.PLACE)).exists()


def test_a_server_that_does_not_answer_holds_nobody_up(folder, server):
    os.kill(server, signal.SIGSTOP)
    try:
        other = again(folder)
        assert other not in (0, server)
    finally:
        os.kill(server, signal.SIGCONT)
    assert gone(server)
    assert waits() == other


def test_what_is_no_question_leaves_the_server_waiting(folder, server):
    for sent in (b"", b"\0\0\0\x05ab", client.message("somewhere", "a_job")):
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(f"{client.folder_of(client.PLACE)}/socket")
            asking.send(sent)
    assert again(folder) == server


def test_a_document_set_by_a_process_that_stayed_is_the_same(folder):
    """Here three reports: with a new server, after a change with the server of the first, and after the same change with a new one."""
    dismiss()
    make(folder, "report")
    server = waits()
    before = published.built(folder, EDITION)
    path = folder / "data/raw" / EDITION / "sources.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("(2001)", "(2001, reprint)"), encoding="utf-8")
    keepers = set(faults.children(server))
    assert "render.nl" in make(folder, "report")
    assert waits() == server
    assert set(faults.children(server)) == keepers
    assert len(keepers) == 2
    after = published.built(folder, EDITION)
    assert {name for name in after if after[name] != before[name]} >= {"appendix.nl.pdf", "appendix.en.pdf"}
    dismiss()
    assert all(gone(pid) for pid in keepers)
    subprocess.run(["rm", "-rf", "data/processed", "reports"], cwd=folder, check=True)
    assert not re.search("unchanged", make(folder, "report"))
    assert published.built(folder, EDITION) == after


@pytest.fixture
def keeper(monkeypatch):
    """Give this process one that works for it, as the server does for a job."""
    ours, theirs = Pipe()
    process = get_context("spawn").Process(target=kept.work, args=(theirs,))  # this process may have Typst's threads already
    process.start()
    theirs.close()
    with ours:
        monkeypatch.setattr(kept, "given", ours)
        yield process
    process.join(10)
    assert process.exitcode is not None


def outcome(call: Callable[[], object]) -> object:
    try:
        return call()
    except Exception as error:
        return type(error), str(error)


@pytest.mark.usefixtures("keeper")
def test_a_process_that_stays_gives_the_same_and_survives_errors(monkeypatch):
    sources = [f"#set document(title: [A])\n= A\n{words}" for words in ("words", "other words", "#nothing-of-this-name", "words")]
    calls = [partial(typst.to_pdf, source, DATE) for source in sources]
    there = [outcome(call) for call in calls]
    monkeypatch.setattr(kept, "given", None)
    assert [outcome(call) for call in calls] == there
    assert [found[0] if isinstance(found, tuple) else type(found) for found in there] == [bytes, bytes, FruitmandError, bytes]


@pytest.mark.usefixtures("keeper")
def test_an_error_that_cannot_be_sent_is_told_in_words():
    with pytest.raises(FruitmandError, match="OddError: no way through"):
        kept.call(fail_oddly)
    assert kept.call(len, "abc") == 3


class OddError(Exception):
    """An error that holds what no other process can have."""

    def __init__(self, words: str) -> None:
        super().__init__(words, lambda: None)
        self.words = words

    def __str__(self) -> str:
        return self.words


def fail_oddly() -> None:
    raise OddError("no way through")


def test_a_process_that_is_gone_is_done_without(keeper):
    there = typst.to_pdf(SOURCE, DATE)
    keeper.kill()
    keeper.join()
    assert typst.to_pdf(SOURCE, DATE) == there


def toggle(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("(2001, reprint)", "(2001)") if "reprint" in text else text.replace("(2001)", "(2001, reprint)"), "utf-8")


def test_a_process_that_was_killed_is_followed_by_another(folder):
    dismiss()
    changed = folder / "data/raw" / EDITION / "sources.csv"
    toggle(changed)
    make(folder, "report")
    server = waits()
    before = faults.children(server)
    assert len(before) == 2
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert all(gone(pid) for pid in before)
    toggle(changed)
    assert "render.nl" in make(folder, "report")
    assert waits() == server
    assert len(set(faults.children(server)) - set(before)) == 2


def test_a_server_that_answers_too_late_leaves_the_other_alone(folder, server):
    """It wakes while the make that gave it up still runs."""
    os.kill(server, signal.SIGSTOP)
    (folder / "data/raw" / EDITION / "edition.toml").touch()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTEST"))}
    command = [*published.MAKE[:-1], STEP]
    with subprocess.Popen(command, cwd=folder, env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 10
        while server_of(str(process.pid)) in (0, server) and time.monotonic() < until:
            time.sleep(0.01)
        os.kill(server, signal.SIGCONT)
        said, wrong = process.communicate(timeout=60)
        assert (process.returncode, wrong) == (0, "")
    assert " check " in said
    assert gone(server)
    assert waits() not in (0, server)

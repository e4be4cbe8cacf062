"""The one door of all commands: whatever goes wrong is one message and an exit code."""

import errno
import os
import subprocess
import sys

import pytest
from build_fixtures import ROOT

from fruitmand.edition.command_line import command, explain
from fruitmand.edition.errors import FruitmandError

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/t.csv")


@pytest.mark.parametrize(
    ("error", "said", "code"),
    [
        (FruitmandError("no such edition"), "no such edition", 1),
        (FULL, "no space left on device: /data/t.csv", 1),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/data"), "permission denied: /data", 1),
        (OSError("odd"), "OSError: odd", 1),
        (MemoryError(), "the memory is full", 1),
        (KeyboardInterrupt(), "interrupted", 130),
    ],
)
def test_what_went_wrong_is_one_line_and_an_exit_code(capsys, error, said, code):
    @command
    def main(_):
        raise error

    assert main([]) == code
    assert capsys.readouterr().err == said + "\n"


def test_a_mistake_of_our_own_is_not_hidden():
    @command
    def main(_):
        return {}["x"]

    with pytest.raises(KeyError):
        main([])
    assert explain(KeyError("x")) == "KeyError: 'x'"


def test_the_exit_code_of_a_command_is_its_own():
    assert command(len)(["a", "b"]) == 2


def test_a_closed_pipe_ends_a_command_without_a_word():
    code = "from fruitmand.edition.command_line import command; import sys\n"
    code += "sys.exit(command(lambda _: [print('x' * 100) for _ in range(10000)] and 0)([]))"
    line = f'"{sys.executable}" -c "$CODE" | head -1; exit "${{PIPESTATUS[0]}}"'
    places = os.environ | {"CODE": code, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(["bash", "-c", line], env=places, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "x" * 100 + "\n", "")

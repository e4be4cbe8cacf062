"""Build whenever a file is saved, in the foreground, until somebody presses Ctrl-C.

Libraries stay imported and the processes that typeset keep what they worked out, which makes it the quick way for who edits. When code
changes the command starts itself anew.
"""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from fruitmand.edition.command_line import explain
from fruitmand.edition.errors import FruitmandError
from fruitmand.pipeline.build import Build, sources
from fruitmand.pipeline.preload import prepare

_LOOK_S = 0.05
_CHECK = "fruitmand.edition.validation"  # the check imports it by itself, unless there is time before


def watch(root: Path, editions: Sequence[str], *, cores: int) -> int:
    """Build editions now, and again after every change of a file that they are built from; return when interrupted."""
    build, parent = Build(root, cores=cores, keep=True), os.getppid()
    try:
        while True:
            before, started = _stamps(root, editions), time.monotonic()
            try:
                good = build.run(editions)
            except (FruitmandError, OSError) as error:  # half a file, or one that is just being replaced: the next save tells
                print(explain(error), file=sys.stderr, flush=True)
                good = False
            took = time.monotonic() - started
            print(f"{'built' if good else 'failed'} in {took:.2f} s; waiting for the next change, Ctrl-C ends", flush=True)
            prepare(_CHECK)
            while (now := _stamps(root, editions)) == before:
                time.sleep(_LOOK_S)
                if os.getppid() != parent:
                    return 1  # make was killed
            changed = {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
            if any(path.startswith((f"{root}/src/", f"{root}/requirements/")) and not path.endswith(".toml") for path in changed):
                build.dismiss()
                os.execv(sys.executable, [sys.executable, "-m", "fruitmand.pipeline", "--watch", *editions])  # noqa: S606
    except KeyboardInterrupt:
        return 0
    finally:
        build.dismiss()


def _stamps(root: Path, editions: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return when every file last changed, by its path."""
    stamps: dict[str, tuple[int, int]] = {}
    for edition in editions:
        for path in sources(root, edition):
            try:
                now = os.stat(path)  # noqa: PTH116 - of hundreds of files, ten times a second
            except OSError:
                continue
            stamps[str(path)] = now.st_ino, now.st_ctime_ns
    return stamps

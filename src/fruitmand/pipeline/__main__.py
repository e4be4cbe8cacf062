"""Build editions: ``python -m fruitmand.pipeline [--watch] EDITION [EDITION …]``.

Or do one job by itself: ``python -m fruitmand.pipeline JOB edition=EDITION [engine=kernel] [name=value …]``.
"""

import gc
import os
import signal
import sys

from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root
from fruitmand.pipeline.environment import drop_old_bytecode, isolate
from fruitmand.pipeline.module_graph import note_imports
from fruitmand.pipeline.order import ENGINES, Job


@command
def main(arguments: list[str]) -> int:
    """Build the editions on the command line; with ``--watch`` again and again, whenever a file is saved."""
    watching, words = "--watch" in arguments, [word for word in arguments if word != "--watch"]
    root = project_root()
    isolate(root)
    note_imports()
    gc.disable()  # an import makes much that stays and no garbage
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    from fruitmand.edition.reading import editions  # noqa: PLC0415 - what it imports is noted
    from fruitmand.pipeline.build import Build  # noqa: PLC0415 - as above
    from fruitmand.pipeline.watch import watch  # noqa: PLC0415 - as above

    if not words:
        raise FruitmandError(f"name an edition, EDITION=…; there are: {', '.join(editions())}")
    if any("=" in word for word in words):
        return 0 if Build(root, cores=1).run_one(_job(words)) else 1
    if watching:
        return watch(root, words, cores=cores())
    return 0 if Build(root, cores=cores()).run(words) else 1


def _job(words: list[str]) -> Job:
    name, *pairs = words
    given = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    if len(given) < len(pairs) or "=" in name or "edition" not in given:
        raise FruitmandError("usage: python -m fruitmand.pipeline JOB edition=EDITION [engine=kernel] [name=value …]")
    engine = given.pop("engine", ENGINES[0])
    if engine not in ENGINES:
        raise FruitmandError(f"there is no engine {engine!r}; there are: {', '.join(ENGINES)}")
    return Job(given.pop("edition"), name, given, engine)


def cores() -> int:
    """Return how many jobs run side by side: as many as there are processors, or as ``CORES`` says.

    Raises
    ------
    FruitmandError
        When ``CORES`` is no number of 1 or more.
    """
    wanted = os.environ.get("CORES", "")
    if not wanted:
        return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    if not wanted.isascii() or not wanted.isdigit() or int(wanted) < 1:
        raise FruitmandError(f"CORES must be a number of 1 or more, not {wanted!r}")
    return int(wanted)


if __name__ == "__main__":
    again = os.environ.pop("FRUITMAND_FRESH", "") != "1" and drop_old_bytecode(project_root())
    if again or os.environ.get("PYTHONHASHSEED") != "0":  # it is read when an interpreter starts
        isolate(project_root())
        os.environ["FRUITMAND_FRESH"] = "1"
        os.execve(sys.executable, [sys.executable, "-m", "fruitmand.pipeline", *sys.argv[1:]], os.environ)  # noqa: S606
    sys.exit(main(sys.argv[1:]))

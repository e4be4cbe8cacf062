"""Time this project beside its peers, and hold the goals: ``python -m lab.bench EDITION [COUNT[=SECONDS] …]``.

Everything that is compared runs in turn, A B C A B C, with all byte code compiled and one run of each that does not count; the table has
the medians of the others. A full report makes all pages, sheets and pictures; a peer runs the notebooks and nothing else, with which the
time until the last notebook has run is compared besides. COUNT is a number of editions to build at once, SECONDS what one of them may take;
without it, as long as a report by itself. It needs Linux.
"""

import os
import platform
import signal
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root
from fruitmand.edition.reading import raw_folder
from lab.bench_machine import compile_code
from lab.bench_ours import Ours
from lab.bench_peers import PEERS, measure, script, tasks

RUNS = 3
COUNTS = ("20",)
ENVIRONMENTS = (".venv", ".venv-lab", ".venv-bench")
Measures = Mapping[str, Callable[[], Mapping[str, float]]]


@dataclass(frozen=True)
class Row:
    """A line of the table: what is compared, ours and the peer's, their ratio or the figure itself with its unit, and the goal."""

    what: str
    ours: str
    peer: str
    figure: float
    unit: str
    goal: float | None

    @property
    def missed(self) -> bool:
        """Whether there is a goal that the figure misses."""
        return self.goal is not None and self.figure > self.goal

    def __str__(self) -> str:
        figure, goal = (f"{value:.{0 if self.unit else 3}f}{self.unit}" for value in (self.figure, self.goal or 0))
        said = "" if self.goal is None else f"≤ {goal:<9}{'missed' if self.missed else 'met'}"
        return f"{self.what:<58}{self.ours:>9}{self.peer:>9}{figure:>9}   {said}".rstrip()


def ratio(what: str, ours: float, peer: float, goal: float | None) -> Row:
    """Return a row that compares two times."""
    return Row(what, f"{ours:.2f} s", f"{peer:.2f} s", ours / peer, "", goal)


def figure(what: str, value: float, unit: str, goal: float) -> Row:
    """Return a row with a figure that has no peer."""
    return Row(what, "", "", value, unit, goal)


def in_turn(measures: Measures, runs: int) -> dict[str, float]:
    """Take all measurements one after the other, and so once more as often as told; return their medians without the first ones."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for turn in range(runs + 1):
        for name, take in measures.items():
            for what, seconds in take().items():
                print(f"  {f'run {turn}' if turn else 'not counted'}  {name:<16}{what:<24}{seconds:7.2f} s", file=sys.stderr, flush=True)
                found[what] += [seconds] if turn else []
    return {what: statistics.median(seconds) for what, seconds in found.items()}


def compared(found: Mapping[str, float]) -> Iterator[Row]:
    """Yield the rows of what was measured in turn."""
    full, raw = found["full"], found["raw"]
    quickest = min((peer.name for peer in PEERS if peer.jobs > 1), key=lambda name: found[name])
    yield ratio("full report / papermill, one notebook after the other", full, found["papermill"], 1 / 8)
    yield ratio(f"full report / the quickest with two jobs, {quickest}", full, found[quickest], 1 / 5)
    yield ratio("the notebooks alone / papermill, the same", found["notebooks"], found["papermill"], 1 / 8)
    yield ratio(f"the notebooks alone / {quickest}, the same", found["notebooks"], found[quickest], 1 / 5)
    yield ratio("full report / its floor", full, found["floor"], 1.3)
    yield ratio("sources.csv changed / full report", raw, full, 0.5)
    yield ratio("the same under make watch / full report", found["raw, watched"], full, 0.25)
    yield ratio("a Dutch text changed / full report", found["text"], full, 0.5)
    yield ratio("the same under make watch / full report", found["text, watched"], full, None)
    for peer in PEERS[1:]:
        jobs = "one job" if peer.jobs == 1 else "two jobs"
        yield ratio(f"full report / {peer.name}, {jobs}", full, found[peer.name], 1)
        if peer.sees:
            yield ratio(f"sources.csv changed / {peer.name}, {jobs}", raw, found[f"{peer.name}, raw"], 1)
    yield ratio("from nothing to the first report / venv, pip, papermill", found["set-up"], found["set-up by pip"], 1)


def alone(ours: Ours, full: float, counts: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of what has no peer."""
    took, started = ours.nothing()
    yield figure("nothing changed", 1000 * took, " ms", 20)
    yield figure("Pythons started for that", started, "", 0)
    peak, left = ours.memory()
    yield figure("memory of a full report, all processes (Pss)", peak, " MiB", 400)
    yield figure("processes that stay after it", left, "", 0)
    for text in counts:
        count, _, allowed = text.partition("=")
        yield ratio(
            f"{count} editions at once, each / {'today' if allowed else 'one'}", ours.editions(int(count)), float(allowed or full), 1
        )


def rows(root: Path, scratch: Path, edition: str, counts: Sequence[str]) -> Iterator[Row]:
    """Measure everything, and yield the table."""
    ours = Ours(root, scratch, edition)
    by_pip = partial(ours.setup_by_pip, script(tasks(root, edition, Path(".venv/bin/python"))))
    peers = {peer.name: partial(measure, peer, root, scratch, edition) for peer in PEERS}
    measures: Measures = {
        "ours": ours.turn,
        "notebooks": ours.notebooks,
        "floor": ours.floor,
        "watch": ours.watched,
        **peers,
        "set-up": ours.setup,
        "set-up by pip": by_pip,
    }
    found = in_turn(measures, RUNS)
    yield from compared(found)
    yield from alone(ours, found["full"], counts)


def main(arguments: list[str]) -> int:
    """Measure everything, print the table, and return 1 when a goal is missed."""
    try:
        if not arguments:
            raise FruitmandError("usage: python -m lab.bench EDITION [COUNT[=SECONDS] …]")
        raw_folder(arguments[0])
        for number in (signal.SIGINT, signal.SIGTERM):  # what it starts ends with it, and with Ctrl-C, also where it runs in the background
            signal.signal(number, signal.default_int_handler)
        root = project_root()
        load, cores = os.getloadavg()[0], os.cpu_count()
        print(f"{cores} processors, Python {platform.python_version()}, load {load:.1f} before it began", flush=True)
        compile_code(*(root / name / "lib" for name in ENVIRONMENTS))
        with tempfile.TemporaryDirectory(prefix="fruitmand.") as scratch:
            missed = 0
            for row in rows(root, Path(scratch), arguments[0], arguments[1:] or COUNTS):
                print(row, flush=True)
                missed += row.missed
    except FruitmandError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{missed} goals missed" if missed else "every goal met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

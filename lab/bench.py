"""Time the build as ratios against its peers, in one run: ``python -m lab.bench EDITION [COUNT …]``.

The peers are papermill's command line, the cells alone in processes that have the libraries imported, pip, ploomber and jupyter-cache.
COUNT are the numbers of editions to build at once. Nothing is asserted: the table is for reading.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from fruitmand.pipeline.idle import dismiss

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root
from fruitmand.edition.reading import raw_folder
from fruitmand.pipeline.published import MAKE, copy_project

COUNTS = (2, 20)
RUNS = 3
CHANGED = "sources.csv"  # two steps read it
TYPESET = """
import sys
from pathlib import Path
from fruitmand.pipeline import jobs
steps = sorted(path.stem for path in Path("notebooks").glob("*.ipynb"))
for name in [*(f"parts.{step}" for step in steps), "render.nl", "render.en", "report"]:
    folder = Path("data/processed", sys.argv[1], name)
    folder.mkdir()
    jobs.find(name)(sys.argv[1], folder)
"""
PIPELINE = """
meta: {extract_upstream: false, extract_product: false}
executor: {dotted_path: ploomber.executors.Serial, build_in_subprocess: false}
tasks: """


class Watch(threading.Thread):
    """Watch the whole machine while something runs: how busy the processors are, and the largest memory of a build's processes."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_mib, self._over, self._before = 0.0, threading.Event(), self._times()

    def run(self) -> None:
        """Look at the processes of builds until told to stop."""
        while not self._over.wait(0.3):
            total = 0
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    if b"fruitmand.pipeline.serve" in path.read_bytes():
                        total += int(re.search(r"(?m)^Pss:\s+(\d+)", (path.parent / "smaps_rollup").read_text())[1])  # type: ignore[index]
                except (OSError, TypeError):
                    continue
            self.peak_mib = max(self.peak_mib, total / 1024)

    def stop(self) -> float:
        """Stop watching; return the share of all processors' time that was used."""
        self._over.set()
        self.join()
        idle, total = (now - before for now, before in zip(self._times(), self._before, strict=True))
        return 1 - idle / total

    @staticmethod
    def _times() -> tuple[int, int]:
        fields = list(map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]))
        return fields[3] + fields[4], sum(fields)


def timed(command: Sequence[str], folder: Path, more: Mapping[str, str] | None = None) -> float:
    """Return how long a command takes, in seconds.

    Raises
    ------
    FruitmandError
        When it fails; the message has what it said.
    """
    started = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=os.environ | (more or {}), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise FruitmandError(f"{' '.join(command)[:100]} failed:\n{(done.stderr or done.stdout)[-2000:]}")
    return time.monotonic() - started


def as_draft(folder: Path, edition: str, name: str) -> None:
    """Make an edition's raw folder a draft of another name, which may change."""
    path = folder / "edition.toml"
    settings = path.read_text(encoding="utf-8").replace(f'edition = "{edition}"', f'edition = "{name}"')
    path.write_text(settings.replace('status = "published"', 'status = "draft"'), encoding="utf-8")


def median(measure: Callable[[], float], runs: int = RUNS) -> float:
    """Return the middle of several measurements."""
    return statistics.median(measure() for _ in range(runs))


class Bench:
    """The measurements, in a copy of the project."""

    def __init__(self, root: Path, scratch: Path, edition: str) -> None:
        self.root, self.scratch, self.edition = root, scratch, edition
        self.copy = copy_project(root, scratch / "bench", [edition])
        self.made = self.copy / "data" / "processed"
        as_draft(self.copy / "data" / "raw" / edition, edition, edition)
        steady = {"MPLBACKEND": "agg", "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
        self.surroundings = steady | {"PYTHONPATH": f"{self.copy}/src"}

    def report(self) -> float:
        """Build everything, with the environment ready and no server that waits."""
        dismiss()
        shutil.rmtree(self.made, ignore_errors=True)
        return timed([*MAKE, f"EDITION={self.edition}"], self.copy)

    def papermill(self) -> float:
        """Run the notebooks one after the other by papermill's command line in the full environment, then typeset the same way."""
        shutil.rmtree(self.made, ignore_errors=True)
        python, quiet, total = str(self.root / ".venv-lab/bin/python"), ["--no-progress-bar", "--no-log-output", "-k", "python3"], 0.0
        for notebook in sorted((self.copy / "notebooks").glob("*.ipynb")):
            folder = self.made / self.edition / notebook.stem
            folder.mkdir(parents=True)
            command = [python, "-m", "papermill", *quiet, "-r", "edition", self.edition, str(notebook), str(folder / "executed.ipynb")]
            total += timed(command, self.copy, self.surroundings)
        return total + timed([python, "-c", TYPESET, self.edition], self.copy, self.surroundings)

    def floor(self) -> float:
        """Run the cells alone in processes that have the libraries imported, on all processors, then typeset."""
        shutil.rmtree(self.made, ignore_errors=True)
        command = [".venv/bin/python", "-m", "lab.floor", self.edition]
        surroundings = os.environ | self.surroundings
        done = subprocess.run(command, cwd=self.copy, env=surroundings, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise FruitmandError(f"the cells alone failed:\n{done.stderr[-2000:]}")
        return float(done.stdout)

    def change(self, *, waits: bool) -> float:
        """Build after a change of one raw file that two steps read, by the server of the build before or by a new one."""
        self.report()
        time.sleep(1)  # nobody changes a file sooner
        if not waits:
            dismiss()
        path = self.copy / "data" / "raw" / self.edition / CHANGED
        before = path.read_text(encoding="utf-8")
        path.write_text(before.replace("(2001)", "(2001, reprint)"), encoding="utf-8")
        took = timed([*MAKE, f"EDITION={self.edition}"], self.copy)
        path.write_text(before, encoding="utf-8")
        return took

    def nothing(self) -> tuple[float, int]:
        """Build when nothing changed, with a Python that leaves a trace; return the time and how often it was started."""
        self.report()
        trace, fake = self.scratch / "trace", self.scratch / "python"
        fake.write_text(f'#!/bin/sh\necho started >> "{trace}"\nexec "{self.copy}/.venv/bin/python" "$@"\n')
        fake.chmod(0o755)
        took = median(lambda: timed([*MAKE, f"EDITION={self.edition}", f"PY={fake}"], self.copy), 5)
        return took, len(trace.read_text().splitlines()) if trace.exists() else 0

    def setup(self) -> tuple[float, float]:
        """Make the report's environment from nothing, with empty caches: by this project, and by venv and pip."""
        stranger = copy_project(self.root, self.scratch / "stranger", [self.edition])
        (stranger / ".venv").unlink()
        caches = {"UV_CACHE_DIR": str(self.scratch / "uv"), "PIP_CACHE_DIR": str(self.scratch / "pip")}
        ours = timed(["requirements/setup.sh", ".venv", "requirements/report.txt"], stranger, caches)
        by_pip = f'"{sys.executable}" -m venv pip && pip/bin/python -m pip install --quiet --require-hashes -r requirements/report.txt'
        return ours, timed(["sh", "-c", by_pip], stranger, caches | {"PIP_CACHE_DIR": str(self.scratch / "pip2")})

    def editions(self, count: int) -> tuple[float, float, float]:
        """Build so many copies of an edition at once; return seconds an edition, the share of the processors used, and memory in MiB."""
        source = self.root / "data" / "raw" / self.edition
        folder = copy_project(self.root, self.scratch / f"editions-{count}", [])
        names = [f"{self.edition}-{number:03}" for number in range(1, count + 1)]
        for name in names:
            target = folder / "data" / "raw" / name
            shutil.copytree(source, target)
            as_draft(target, self.edition, name)
        dismiss()
        watch = Watch()
        watch.start()
        took = timed([*MAKE, f"EDITION={' '.join(names)}"], folder)
        busy = watch.stop()
        shutil.rmtree(folder)
        return took / count, busy, watch.peak_mib

    def notebooks(self) -> float:
        """Run the notebooks alone, without the report."""
        shutil.rmtree(self.made, ignore_errors=True)
        target = f"data/processed/{self.edition}/9_provenance/inputs.json"
        return timed([*MAKE[:-1], target, f"EDITION={self.edition}"], self.copy)

    def ploomber(self) -> float:
        """Run the notebooks as a pipeline of ploomber."""
        shutil.rmtree(self.made, ignore_errors=True)
        tasks: list[dict[str, object]] = []
        for notebook in sorted((self.copy / "notebooks").glob("*.ipynb")):
            folder = self.made / self.edition / notebook.stem
            folder.mkdir(parents=True)
            tasks.append({"source": f"notebooks/{notebook.name}", "name": notebook.stem, "product": f"{folder}/executed.ipynb"})
            tasks[-1] |= {"papermill_params": {"kernel_name": "python3"}, "static_analysis": "disable"}
            if len(tasks) > 1:
                tasks[-1]["upstream"] = [tasks[-2]["name"]]
        (self.copy / "pipeline.yaml").write_text(PIPELINE + json.dumps(tasks), encoding="utf-8")
        surroundings = self.surroundings | {"PLOOMBER_STATS_ENABLED": "false", "PLOOMBER_VERSION_CHECK_DISABLED": "true"}
        return timed([str(self.root / ".venv-bench/bin/ploomber"), "build", "--force"], self.copy, surroundings)

    def jupyter_cache(self) -> float:
        """Run the notebooks by jupyter-cache, one after the other as they build on each other."""
        shutil.rmtree(self.made, ignore_errors=True)
        cache = self.scratch / "jupyter-cache"
        cache.mkdir()
        surroundings = self.surroundings | {"JUPYTERCACHE": str(cache)}
        jcache = str(self.root / ".venv-bench/bin/jcache")
        notebooks = [str(path) for path in sorted((self.copy / "notebooks").glob("*.ipynb"))]
        timed([jcache, "notebook", "add", *notebooks], self.copy, surroundings)
        took = timed([jcache, "project", "execute", "--executor", "local-serial", "--timeout", "600"], self.copy, surroundings)
        if not (self.made / self.edition / "9_provenance" / "numbers.json").is_file():
            raise FruitmandError("jupyter-cache did not run every notebook")
        return took


def main(arguments: list[str]) -> int:
    """Measure everything, and print the table."""
    try:
        if not arguments:
            raise FruitmandError("usage: python -m lab.bench EDITION [COUNT …]")
        raw_folder(arguments[0])
        with tempfile.TemporaryDirectory(prefix="fruitmand.") as scratch:
            for line in table(Bench(project_root(), Path(scratch), arguments[0]), [int(count) for count in arguments[1:]] or list(COUNTS)):
                print(line, flush=True)
    except FruitmandError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def table(bench: Bench, counts: Sequence[int]) -> Iterator[str]:
    """Yield the lines of the table as they are measured: what, the measure, its peer, the ratio and the goal."""
    before, papermill = [bench.report() for _ in range(RUNS)], bench.papermill()
    report = statistics.median([*before, *(bench.report() for _ in range(RUNS - 1))])  # on both sides, since a machine's speed drifts
    yield _line("full report / papermill's command line", _s(report), _s(papermill), f"{report / papermill:.3f}", "1/8")
    floor = median(bench.floor)
    yield _line("full report / its floor", _s(report), _s(floor), f"{report / floor:.2f}", "1.5")
    for waits, said in ((True, ""), (False, ", no server")):
        change = median(partial(bench.change, waits=waits))
        yield _line(f"after a change of {CHANGED}{said} / full", _s(change), _s(report), f"{change / report:.2f}", "1/3")
    nothing, started = bench.nothing()
    yield _line("nothing changed", f"{nothing * 1000:.0f} ms", "", f"{started} Pythons started", "100 ms, 0")
    ours, theirs = bench.setup()
    yield _line("set-up from nothing / venv and pip", _s(ours), _s(theirs), f"{ours / theirs:.2f}", "1/5")
    for count in counts:
        each, busy, memory = bench.editions(count)
        yield _line(f"{count} editions, each", _s(each), "", f"{busy:.0%} busy, {memory:.0f} MiB", "flat, 90 %")
    notebooks = median(bench.notebooks)
    for name, measure in (("ploomber", bench.ploomber), ("jupyter-cache", bench.jupyter_cache)):
        took = measure()
        yield _line(f"the notebooks alone / {name}", _s(notebooks), _s(took), f"{notebooks / took:.3f}", "less")


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"


def _line(what: str, ours: str, peer: str, ratio: str, goal: str) -> str:
    return f"{what:<46}{ours:>10}{peer:>10}   {ratio:<22}{goal}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

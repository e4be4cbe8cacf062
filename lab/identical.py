"""Build an edition many times over, each time elsewhere, and compare the bytes: ``python -m lab.identical EDITION [BUILDS]``.

Folder, time zone, locale, hash seed, cores, user and Python differ from build to build. Pythons are those on the path, or those that
``PYTHONS`` names; each gets an environment from the same lock.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root
from fruitmand.edition.reading import raw_folder
from fruitmand.pipeline.published import MAKE, built, copy_project

BUILDS = 24
FOLDERS = ("plain", "with a blank", "ünï-cødé", "deep/" + "er/" * 12 + "down")
ZONES = ("UTC", "Asia/Tokyo", "America/St_Johns", "Pacific/Kiritimati", "Europe/Amsterdam")
LOCALES = ("C", "C.UTF-8", "tr_TR.UTF-8")
SEEDS = ("0", "1", "random", "4294967295", "17", "2016", "99")
CORES = ("1", "2", "8")


@dataclass(frozen=True)
class Setting:
    """The circumstances of a build."""

    folder: str
    zone: str
    locale: str
    seed: str
    cores: str
    python: str

    def __str__(self) -> str:
        return f"{self.python:<8}{self.cores:<3}{self.folder[:14]:<16}{self.zone:<20}{self.locale:<14}seed {self.seed}"


def settings(pythons: list[str], builds: int) -> Iterator[Setting]:
    """Yield the circumstances of so many builds; the lists have lengths that fall out of step, so that pairs of values mix."""
    for number in range(builds):
        yield Setting(
            FOLDERS[number % len(FOLDERS)],
            ZONES[number % len(ZONES)],
            LOCALES[number // len(FOLDERS) % len(LOCALES)],
            SEEDS[number % len(SEEDS)],
            CORES[number % len(CORES)],
            pythons[number // len(CORES) % len(pythons)],
        )


def environments(root: Path, scratch: Path) -> dict[str, Path]:
    """Return an environment for every Python that runs here, by version; they are made where they are not there."""
    found: dict[str, Path] = {}
    named = os.environ.get("PYTHONS", "").split()
    for name in named or ("python3.11", "python3.12", "python3.13"):
        probe = [name, "-c", "import ensurepip, sys; print('.'.join(map(str, sys.version_info[:3])))"]
        try:
            said = subprocess.run(probe, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
        except (OSError, subprocess.CalledProcessError):
            continue
        folder = scratch / f"python-{said}"
        command = ["requirements/setup.sh", str(folder), "requirements/report.txt"]
        done = subprocess.run(command, cwd=root, env=os.environ | {"PYTHON": name}, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise FruitmandError(f"no environment for Python {said}:\n{done.stderr}")
        found[said] = folder
    return found


def build(root: Path, scratch: Path, edition: str, setting: Setting, environment: Path) -> dict[str, str]:
    """Build an edition under a setting, and return the checksums of all that was made."""
    home = Path(tempfile.mkdtemp(dir=scratch))
    folder = copy_project(root, home / setting.folder, [edition], environment)
    places = {
        "TZ": setting.zone,
        "LC_ALL": setting.locale,
        "PYTHONHASHSEED": setting.seed,
        "HOME": str(home),
        "USER": f"user{setting.seed}",
    }
    command = [*MAKE, f"CORES={setting.cores}", f"EDITION={edition}"]
    done = subprocess.run(command, cwd=folder, env=os.environ | places, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise FruitmandError(f"{setting} failed:\n{done.stderr}")
    made = built(folder, edition)
    shutil.rmtree(home)
    return made


@command
def main(arguments: list[str]) -> int:
    """Build as often as the command line says; print a line a build, and every file that is not the same."""
    started, root, differing = time.monotonic(), project_root(), 0
    if len(arguments) not in (1, 2):
        raise FruitmandError("usage: make identical [EDITION=…] [TIMES=BUILDS]")
    edition = arguments[0]
    raw_folder(edition)
    with tempfile.TemporaryDirectory(prefix="fruitmand.") as name:
        scratch = Path(name)
        pythons = environments(root, scratch)
        if not pythons:
            raise FruitmandError("no Python was found; name some in PYTHONS")
        first: dict[str, str] = {}
        for setting in settings(list(pythons), int(arguments[1]) if len(arguments) == 2 else BUILDS):
            checksums = build(root, scratch, edition, setting, pythons[setting.python])
            first = first or checksums
            odd = sorted(file for file in first.keys() | checksums.keys() if first.get(file) != checksums.get(file))
            differing += bool(odd)
            print(f"{setting}  {'other: ' + ', '.join(odd[:5]) if odd else f'same {len(checksums)} files'}", flush=True)
    print(f"{differing} builds differ from the first; {time.monotonic() - started:.0f} s")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Which raw files were checked as they are, so that nobody need check the same bytes by the same schema once more."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fruitmand.edition.files import project_root, sha256, write

NAME = ".checked.json"
"""In the folder of an edition's check. Hidden, since nothing that a step makes depends on it: without it all is checked again."""

_RULES = ("columns", "reading", "schema", "schema_coding", "schema_study", "schema_survey", "validation")


def remember(folder: Path, files: Mapping[str, str]) -> None:
    """Write down the digests of files that were found to be right, by name."""
    write(folder / NAME, json.dumps({"rules": _rules(), "files": dict(files)}, indent=1) + "\n")


def recall(folder: Path) -> dict[str, str]:
    """Return what `remember` wrote when the schemas are still the same, else nothing."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return dict(found["files"]) if found["rules"] == _rules() else {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


@cache
def _rules() -> str:
    """Return the digests of the modules that say what a raw table may hold, and of the versions of the libraries that they use."""
    lock = project_root() / "requirements" / "report.txt"
    paths = [Path(__file__).with_name(f"{name}.py") for name in _RULES]
    return " ".join(sha256(path) for path in (*paths, lock) if path.is_file())

"""Which raw files were checked as they are, so that nobody need check the same bytes by the same schema once more."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fruitmand.edition.files import project_root, sha256, write
from fruitmand.edition.settings import Basis

NAME = ".checked.json"
"""In the folder of an edition's check. Hidden, since nothing that a step makes depends on it: without it all is checked again."""


def remember(folder: Path, files: Mapping[str, str], basis: Basis = "publication") -> None:
    """Write down the digests of files that were found to be right by the schemas of a basis, by name."""
    write(folder / NAME, json.dumps({"rules": f"{basis} {_rules()}", "files": dict(files)}, indent=1) + "\n")


def recall(folder: Path, basis: Basis = "publication") -> dict[str, str]:
    """Return what `remember` wrote when the schemas and the basis are still the same, else nothing."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return dict(found["files"]) if found["rules"] == f"{basis} {_rules()}" else {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


@cache
def _rules() -> str:
    """Return the digests of all modules of this room, which say what a raw table may hold, and of the versions of their libraries.

    The room imports no other, so that no rule is anywhere else; and nobody has to remember which of its modules have rules.
    """
    lock = project_root() / "requirements" / "report.txt"
    paths = sorted(Path(__file__).parent.glob("*.py"))
    return " ".join(sha256(path) for path in (*paths, lock) if path.is_file())

"""The register of texts whose translation was verified: a text that changes must be compared with its translation again.

``python -m fruitmand.report.text_register`` shows every text that changed since, in both languages, and registers it as read.
"""

import hashlib
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from fruitmand.edition.command_line import command
from fruitmand.edition.errors import Problem
from fruitmand.edition.files import project_root, write
from fruitmand.edition.reading import editions
from fruitmand.report.text_parity import FOLDER, flatten
from fruitmand.report.words import own_texts

NAME = "read.sha256"


def read_texts(folder: Path, language: str) -> dict[str, str]:
    """Return every text of a language under its dotted key.

    Those of another catalogue than the main one begin with its name, those of an edition with the edition's and a slash.
    """
    texts = flatten(tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8")))
    for path in sorted(folder.glob(f"*.{language}.toml")):
        name = path.name.split(".")[0]
        texts |= {f"{name}.{key}": text for key, text in flatten(tomllib.loads(path.read_text(encoding="utf-8"))).items()}
    for edition in editions():
        own = flatten(own_texts(project_root() / "data" / "raw" / edition, language))
        texts |= {f"{edition}/{key}": text for key, text in own.items()}
    return texts


def digest(nl: str, en: str) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of a text and its translation.

    >>> digest("ja", "yes") == digest("ja", "yes "), len(digest("ja", "yes"))
    (False, 16)
    """
    return hashlib.sha256(f"{nl}\0{en}".encode()).hexdigest()[:16]


def written(nl: Mapping[str, str], en: Mapping[str, str]) -> str:
    """Return the register of two flat catalogues, in the form of ``sha256sum``: a digest, two spaces and a key a line."""
    return "".join(f"{digest(nl.get(key, ''), en.get(key, ''))}  {key}\n" for key in sorted(nl.keys() | en.keys()))


def read(text: str) -> dict[str, str]:
    """Return the digests of a register by key."""
    return {key: sealed for sealed, _, key in (line.partition("  ") for line in text.splitlines())}


def check_register(nl: Mapping[str, str], en: Mapping[str, str], register: str) -> list[Problem]:
    """Return a problem for every text that is not as it was when both languages were read side by side."""
    known, now = read(register), read(written(nl, en))
    problems = []
    for key in sorted(known.keys() | now.keys()):
        if known.get(key) != now.get(key):
            rule = "is gone" if key not in now else "is new" if key not in known else "changed"
            cause = "read it in both languages, then `make texts`"
            problems.append(Problem(f"{FOLDER}/nl.toml, en.toml", 0, key, f"{rule} since the two languages were read side by side", cause))
    return problems


@command
def main(_: list[str]) -> int:
    """Print the changed texts side by side and write the register; the reader's part is to look at them."""
    folder = project_root() / FOLDER
    nl, en = (read_texts(folder, language) for language in ("nl", "en"))
    path = folder / NAME
    problems = check_register(nl, en, path.read_text(encoding="utf-8") if path.is_file() else "")
    for problem in problems:
        print(f"{problem.value}: {problem.rule}\n  nl  {nl.get(problem.value, '–').strip()}\n  en  {en.get(problem.value, '–').strip()}")
    write(path, written(nl, en))
    print(f"{len(nl)} texts registered as read in both languages, {len(problems)} of them anew")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

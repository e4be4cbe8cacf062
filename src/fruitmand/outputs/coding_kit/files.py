"""Make what coders and raters start from: ``python -m fruitmand.outputs.coding_kit.files EDITION``.

It writes ``reports/<edition>-coding-kit``, beside the questionnaire's ``reports/<edition>-instrument``: the codebook as REFI-QDA for
QualCoder, ATLAS.ti, MAXQDA and NVivo, the codebook for Taguette, and workbooks to code and to rate in.
"""

import argparse
import datetime
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from fruitmand.checks.personal_data import scan
from fruitmand.checks.progress import rated_variables
from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root, replace_folder, write
from fruitmand.edition.reading import Edition
from fruitmand.edition.settings import Settings
from fruitmand.outputs.coding_kit.codebooks import refi_codebook, taguette_codebook
from fruitmand.outputs.coding_kit.codes import codes
from fruitmand.outputs.coding_kit.workbooks import coding_workbook, ratings_workbook
from fruitmand.outputs.disclosure import Refusal, look_through

REFI = "codebook.qdc"


def coding_kit(edition: Edition) -> dict[str, bytes | str]:
    """Return the content of every file of the kit by its name; equal editions give equal bytes.

    Raises
    ------
    FruitmandError
        When the codebook is no tree.
    DataError
        When a table that is needed breaks its schema.
    """
    languages: list[str] = [*edition.settings.languages]
    words = {language: _words(language) for language in languages}
    date = datetime.date(edition.settings.year, 1, 1)
    found = codes(edition, words)
    contents: dict[str, bytes | str] = {
        REFI: refi_codebook(found, languages),
        "codebook.taguette.csv": taguette_codebook(found, languages),
        "coding.xlsx": coding_workbook(found, _documents(edition), words, date),
    }
    if len(variables := rated_variables(edition)) and len(edition["municipalities"]):
        contents["ratings.xlsx"] = ratings_workbook(variables, edition["scales"], edition["municipalities"], words, date)
    return contents


def write_coding_kit(name: str) -> Path:
    """Write the files, replacing earlier ones, all of them or none, once the disclosure gate has looked through them; return their folder.

    Raises
    ------
    FruitmandError
        When anything in them may not leave, such as a name on the edition's list.
    """
    edition = Edition(name)
    contents = coding_kit(edition)
    target = project_root() / "reports" / f"{name}-coding-kit"
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        scratch.chmod(0o755)  # temporary folders are readable by their owner only
        for file, content in contents.items():
            write(scratch / file, content)
        if refused := _refused(scratch, edition.settings):
            raise FruitmandError("\n".join(["the coding kit was not written:", *(f"  {refusal}" for refusal in refused)]))
        replace_folder(scratch, target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def _refused(folder: Path, settings: Settings) -> list[Refusal]:
    """Return what the gate finds; it lets no REFI-QDA file into a report whatever is in it, and of this one the text is looked through."""
    found = [refusal for looked in look_through(folder, settings).values() for refusal in looked.found]
    text = (folder / REFI).read_text(encoding="utf-8")
    found += [Refusal(REFI, "", datum.kind, datum.shown) for datum in scan(text, settings.disclosure.deny)]
    return [refusal for refusal in found if (refusal.where, refusal.rule) != (REFI, "raw_file")]


def _documents(edition: Edition) -> list[str]:
    return list(edition["documents"]["file"]) if "documents" in edition else []


def _words(language: str) -> Mapping[str, Any]:
    return tomllib.loads((files("fruitmand.outputs.coding_kit") / f"text.{language}.toml").read_text(encoding="utf-8"))


@command
def main(arguments: list[str]) -> int:
    """Write the coding kit of an edition, and say where it is and what comes next."""
    parser = argparse.ArgumentParser(prog="python -m fruitmand.outputs.coding_kit.files", description="Make what coders start from.")
    parser.add_argument("edition")
    name = parser.parse_args(arguments).edition
    folder = write_coding_kit(name)
    print(f"{folder.relative_to(project_root())}: {', '.join(sorted(path.name for path in folder.iterdir()))}")
    print(f"next: import a codebook into the tool, or code in a copy of coding.xlsx; then make import FILE=… CODER=… EDITION={name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The jobs of the build that are no notebooks: check the raw files, write each output, put the report together."""

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from fruitmand.checks.whole_edition import read_edition
from fruitmand.edition import validation_cache
from fruitmand.edition.files import copy_or_keep, notebook_names, project_root, replace_folder, write
from fruitmand.edition.reading import Edition
from fruitmand.pipeline.order import OUTPUTS
from fruitmand.pipeline.record import NAME

Work = Callable[[str, Path], list[str]]
"""Takes the edition and the folder to write in; returns the paths of what it made elsewhere in the project."""


def check(edition: str, scratch: Path) -> list[str]:
    """Check an edition's raw files, each by itself and against each other."""
    found = read_edition(edition)
    counts = {"tables": len(found), "rows": sum(len(table) for table in found.values()), "coders": len(found.coders)}
    write(scratch / "checked.json", json.dumps(counts) + "\n")
    read = {file: digest for file, digest in found.reads.items() if file.endswith(".csv")}
    validation_cache.remember(scratch, read, found.settings.basis)
    return []


def output(kind: str, what: str, edition: str, scratch: Path) -> list[str]:
    """Write an output of a report in one language, or with ``step_files`` what readers get of one step, and look through it.

    In a language that the edition does not have there is none.
    """
    from fruitmand.outputs import disclosure, report_files  # noqa: PLC0415 - its libraries are of no use to the check

    settings = Edition(edition).settings
    if kind == "step_files" or what in settings.languages:
        report_files.WRITERS[kind](edition, what, scratch)
    disclosure.write_looked(scratch, settings)
    return []


def publish(edition: str, scratch: Path) -> list[str]:
    """Put the files of the steps, the appendices, the numbers and the provenance together as ``reports/<edition>``, whole or not at all.

    Nothing is published that the disclosure check refuses; its record goes with the report, or else beside the steps' results.
    """
    from fruitmand.outputs import disclosure, report_files  # noqa: PLC0415 - as above

    root = project_root()
    draft, target = scratch / "draft", root / "reports" / edition
    made = root / "data" / "processed" / edition
    steps = notebook_names(root)
    seen: dict[str, disclosure.Looked] = {}

    def copy(source: str, new: str) -> None:
        copy_or_keep(source, new, target / Path(new).relative_to(draft))

    report_files.check_texts(edition)
    for folder in (made / name for name in (*(f"step_files.{step}" for step in steps), *OUTPUTS)):
        left_out = shutil.ignore_patterns(NAME, disclosure.SEEN, report_files.PRINTED, ".*")
        shutil.copytree(folder, draft, dirs_exist_ok=True, ignore=left_out, copy_function=copy)
        seen |= disclosure.read_looked(folder)
    report_files.gather(edition, draft)
    report_files.gather_survey(Edition(edition), draft)
    found = disclosure.check_folder(draft, Edition(edition).settings, f"reports/{edition}", seen)
    refused = made / "disclosure.json"
    if found.refusals:
        write(refused, found.to_json())
    disclosure.refuse(found)
    for warning in found.warnings:
        print(f"  {edition}  warning, {warning}")
    refused.unlink(missing_ok=True)
    write(draft / "disclosure.json", found.to_json())
    kept = report_files.keep_survey(Edition(edition), draft)
    replace_folder(draft, target)
    return [str(path.relative_to(root)) for path in (*kept, *sorted(target.rglob("*"))) if path.is_file()]


def find(name: str, root: Path) -> Work | None:
    """Return what does the job of a name, or None when it is not one of this project's own: a notebook."""
    kind, _, what = name.partition(".")
    if name in ("check", "report"):
        return check if name == "check" else publish
    known = name in NAMES or (kind == "step_files" and what in notebook_names(root))
    return partial(output, kind, what) if known else None


NAMES = ("check", *OUTPUTS, "report")
"""The jobs that are no notebooks, besides ``step_files.STEP``."""

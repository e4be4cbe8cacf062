"""Say which inputs of a job changed since it ran: ``python -m fruitmand.pipeline.why EDITION JOB``."""

import sys

from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root
from fruitmand.edition.reading import raw_folder
from fruitmand.pipeline.order import Job
from fruitmand.pipeline.record import NAME, read_record


@command
def main(arguments: list[str]) -> int:
    """Print a line for every input, parameter or output of a job that is not as it was."""
    if len(arguments) != 2:
        raise FruitmandError("usage: make why STEP=JOB [EDITION=…], for example STEP=2_interviews")
    edition, name = arguments
    raw_folder(edition)
    root = project_root()
    folder = Job(edition, name).folder(root)
    known = {path.parent.name: path.parent for path in folder.parent.glob(f"*/{NAME}")}
    record = read_record(folder) if name in known else None
    if record is None:
        there = ", ".join(sorted(known)) or "none yet"
        raise FruitmandError(f"{name} of edition {edition} has no record: it has not run, or failed. Jobs with a record: {there}")
    changes = record.changes(record.given, root)
    count = len(record.read) + len(record.used)
    print("\n".join(changes) if changes else f"{name}: nothing changed; it read {count} files and made {len(record.made)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

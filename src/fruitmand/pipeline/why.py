"""Say which inputs of a job changed since it ran: ``python -m fruitmand.pipeline.why EDITION JOB``."""

import sys

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import project_root
from fruitmand.edition.reading import raw_folder
from fruitmand.pipeline.record import read_record


def main(arguments: list[str]) -> int:
    """Print a line for every input, parameter or output of a job that is not as it was."""
    try:
        if len(arguments) != 2:
            raise FruitmandError("usage: make why STEP=JOB [EDITION=…], for example STEP=2_interviews")
        edition, job = arguments
        raw_folder(edition)
        root = project_root()
        folder = root / "data" / "processed" / edition / job
        record = read_record(folder)
        if record is None:
            known = ", ".join(sorted(path.parent.name for path in folder.parent.glob("*/inputs.json"))) or "none yet"
            raise FruitmandError(f"{job} of edition {edition} has no record: it has not run, or failed. Jobs with a record: {known}")
    except FruitmandError as error:
        print(error, file=sys.stderr)
        return 1
    changes = record.changes(record.given, root)
    print("\n".join(changes) if changes else f"{job}: nothing changed; it read {len(record.read)} files and made {len(record.made)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Import the export of a survey tool: ``python -m fruitmand.importers.survey FILE EDITION``."""

import sys
from pathlib import Path

from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.importers.survey.command import import_survey


@command
def main(arguments: list[str]) -> int:
    """Import the file that the command line names into the edition that it names."""
    match arguments:
        case [file, edition] if file and edition:
            print(import_survey(Path(file), edition))
        case _:
            raise FruitmandError("usage: make import FILE=… EDITION=…, or python -m fruitmand.importers.survey FILE EDITION")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

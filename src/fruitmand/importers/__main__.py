"""Import what a tool exported into an edition: ``python -m fruitmand.importers FILE EDITION [CODER]``."""

import sys
from pathlib import Path

from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.importers.dispatch import import_file


@command
def main(arguments: list[str]) -> int:
    """Import the file that the command line names into the edition that it names; what the file is, is told by its content."""
    match arguments:
        case [file, edition, *coder] if file and edition and len(coder) < 2:
            for text in import_file(Path(file), edition, *coder):
                print(text, flush=True)
        case _:
            raise FruitmandError("usage: make import FILE=… EDITION=… [CODER=…], or python -m fruitmand.importers FILE EDITION [CODER]")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

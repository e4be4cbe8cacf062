"""Import what a tool exported into an edition: ``python -m fruitmand.importers FILE EDITION [CODER [ADD]]``."""

import io
import sys
import traceback
from pathlib import Path

from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.importers.dispatch import import_file


@command
def main(arguments: list[str]) -> int:
    """Import the file that the command line names into the edition that it names; what the file is, is told by its content.

    ``CODER`` is who coded or rated, ``ADD`` how many respondents are added; both may be empty. Whatever a file leads to that nobody foresaw
    is one message too, and nothing is written then.
    """
    file, edition, coder, add = (*arguments, "", "", "", "")[:4]
    if not (file and edition) or len(arguments) > 4:
        raise FruitmandError(
            "usage: make import FILE=… EDITION=… [CODER=…] [ADD=…], or python -m fruitmand.importers FILE EDITION [CODER [ADD]]"
        )
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may hold what is no text
    try:
        for text in import_file(Path(file), edition, coder, add):
            print(text, flush=True)
        print(f"next: make check EDITION={edition}")
    except (FruitmandError, OSError, MemoryError):
        raise
    except Exception as error:
        at = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(at.filename).name}, line {at.lineno}"
        message = f"the import met what it does not know ({type(error).__name__} in {place}); nothing was written. Please report this."
        raise FruitmandError(message) from None
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Import the export of a survey tool: ``python -m fruitmand.importers.survey FILE EDITION [ADD]``."""

import io
import sys
import traceback
from pathlib import Path

from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.importers.survey.command import import_survey


@command
def main(arguments: list[str]) -> int:
    """Import the file that the command line names into the edition that it names; a number after it adds that many respondents.

    Whatever an export leads to that nobody foresaw is one message too, and nothing is written then.
    """
    file, edition, add = (*arguments, "")[:3] if len(arguments) in (2, 3) else ("", "", "")
    if not (file and edition):
        usage = "usage: make import FILE=… EDITION=… [ADD=…], or python -m fruitmand.importers.survey FILE EDITION [ADD]"
        raise FruitmandError(usage)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may hold what is no text
    try:
        print(import_survey(Path(file), edition, add=add))
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

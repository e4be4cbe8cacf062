"""How every command tells the person who typed it what went wrong: in one message, with no traceback where none helps."""

import os
import sys
from collections.abc import Callable
from functools import wraps

from fruitmand.edition.errors import FruitmandError

Main = Callable[[list[str]], int]


def command(main: Main) -> Main:
    """Return a command's main function that prints what went wrong and returns an exit code, whatever it was that went wrong.

    An error of this project is its own text; one of the system (a full disk, a folder that may not be written to) is the system's words
    with the file. A reader of the output who has seen enough (``make claims | head``) is no error.
    """

    @wraps(main)
    def guarded(arguments: list[str]) -> int:
        try:
            code = main(arguments)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still to be flushed goes nowhere
            return 0
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            return 130
        except (FruitmandError, OSError, MemoryError) as error:
            print(_printable(explain(error)), file=sys.stderr)
            return 1
        return code

    return guarded


def _printable(text: str) -> str:
    """Return a text in which what is no text (in a file's name) is written as its code."""
    return text.encode("utf-8", "backslashreplace").decode()


def explain(error: BaseException) -> str:
    """Return an error in words for a person: this project's own as it is, the system's with its file, others with their kind."""
    match error:
        case FruitmandError():
            return str(error)
        case MemoryError():
            return "the memory is full"
        case OSError(strerror=str(said)):
            return f"{said[:1].lower()}{said[1:]}" + (f": {error.filename}" if error.filename else "")
    return f"{type(error).__name__}: {str(error).strip() or 'no message'}"

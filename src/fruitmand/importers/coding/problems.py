"""Say everything that is wrong with an export, and never more of it than fits on a screen."""

from collections.abc import Sequence

from fruitmand.edition.errors import DataError, Problem

SHOWN = 55


def all_of(problems: Sequence[Problem]) -> DataError:
    """Return the error of the problems of an export: the first of them when there are very many, and how many there are."""
    if (more := len(problems) - SHOWN) > 0:
        first = sorted(problems)[:SHOWN]
        rule = f"has {len(problems)} problems, of which the first {SHOWN} are listed; {more} more are like them"
        return DataError([Problem(first[0].file, 0, "", rule), *first])
    return DataError(problems)


def refusal(file: str, rule: str, cause: str = "") -> DataError:
    """Return the error of one problem of a whole file."""
    return DataError([Problem(file, 0, "", rule, cause)])

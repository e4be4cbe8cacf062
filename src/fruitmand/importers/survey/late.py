"""Add answers that came later: who of a later export is new, known by the keys that the first import kept."""

import csv
import hashlib
import io
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from fruitmand.edition.errors import FruitmandError
from fruitmand.importers.survey.assembly import Survey
from fruitmand.importers.survey.export import Export

OTHERS = "-others"
"""What a person adds to the number when those who are added are none of those who are there."""
KEYS_FILE = ".respondent_keys.csv"
"""Hidden, so that it is no raw table, and never in the repository."""


@dataclass(frozen=True)
class Keys:
    """By which a respondent is known again: the salted digest of the tool's id, and the pseudonym that it became."""

    salt: str
    pseudonyms: Mapping[str, str]

    def digest(self, key: str) -> str:
        """Return the digest of an id."""
        return hashlib.blake2b(key.encode(), key=bytes.fromhex(self.salt), digest_size=16).hexdigest()

    def content(self) -> str:
        """Return the file, in the order of the pseudonyms."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([("key", "respondent"), ("salt", self.salt)])
        writer.writerows((digest, name) for name, digest in sorted((name, digest) for digest, name in self.pseudonyms.items()))
        return stream.getvalue()


def new_keys(survey: Survey, known: Keys | None = None) -> Keys:
    """Return the keys of those who were known and those of a survey."""
    keys = known or Keys(secrets.token_hex(16), {})
    return replace(keys, pseudonyms={**keys.pseudonyms, **{keys.digest(key): name for name, key in survey.keys.items()}})


def read_keys(folder: Path) -> Keys | None:
    """Return the keys that an import kept; None when there are none, or they do not fit the respondents that are there."""
    path = folder / KEYS_FILE
    if not path.is_file():
        return None
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        (heading, (word, salt), *pairs) = rows
        keys = Keys(salt, {str(digest): str(name) for digest, name in pairs})
        bytes.fromhex(salt)
    except ValueError:
        return None
    return keys if heading == ["key", "respondent"] and word == "salt" else None


def those_who_are_new(export: Export, keys: Keys) -> Export:
    """Return an export with the rows alone whose respondents are not there yet."""
    new = [keys.digest(key) not in keys.pseudonyms for key in export.keys]
    rows = tuple(row for row, is_new in zip(export.rows, new, strict=True) if is_new)
    return replace(export, rows=rows, keys=tuple(key for key, is_new in zip(export.keys, new, strict=True) if is_new))


def changed(whole: Survey, keys: Keys, there: Mapping[str, pd.DataFrame]) -> int:
    """Count those who are there already and whose answers in the export differ from what is there."""
    columns = ["item", "state", "value"]
    old = {str(name): rows[columns].reset_index(drop=True) for name, rows in there["responses"].groupby("respondent")}
    count = 0
    for name, rows in whole.tables["responses"].groupby("respondent"):
        before = old.get(keys.pseudonyms.get(keys.digest(whole.keys[str(name)]), ""))
        count += before is not None and not rows[columns].reset_index(drop=True).astype("string").equals(before.astype("string"))
    return count


def together(survey: Survey, there: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables with the respondents that are there and the new ones, each in the order of its ids."""
    return {
        name: pd.concat([there[name], table]).sort_values(table.columns[0], kind="stable", ignore_index=True)
        for name, table in survey.tables.items()
    }


def confirm(count: int, said: str, shown: str, *, known: int, there: int) -> None:
    """Raise what a person must confirm, unless the number said is that of the new respondents.

    A later export has the respondents that are ``there`` too. When none is ``known``, it is another survey or tool, in which the same
    people may have answered; then the number alone is not enough.

    Raises
    ------
    FruitmandError
        With what is new, and how to add it.
    """
    if there and not known:
        if said != f"{count}{OTHERS}":
            raise FruitmandError(
                f"None of the {there} known respondents is in this file; a later export of the same survey would have them.\n"
                f"Is it another survey or tool, or was a column added or taken out? Whoever answered in both would count twice.\n"
                f"Nothing was changed. Only if none of its {count} respondents can be among the {there}: the same command with"
                f" ADD={count}{OTHERS}."
            )
    elif said != str(count):
        wrong = f"ADD={said} is not the number of new respondents. " if said else ""
        raise FruitmandError(f"{shown}\n{wrong}Nothing was changed. To add them: the same command with ADD={count}.")

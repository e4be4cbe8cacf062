"""How far an edition is: what is not there yet, which is no error and stops no draft, and what to do next.

Tables that may be absent are read as they stand, since what is wrong with them is told elsewhere.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pandas as pd

from fruitmand.edition.errors import DataError, Problem
from fruitmand.edition.raw_text import decode, read_bytes
from fruitmand.edition.reading import Edition
from fruitmand.edition.survey_results_file import NAME as RESULTS

FILL_IN = "FILL IN"
"""What stands in ``edition.toml`` where a person must fill something in."""
SHOWN = 3
"""How many of a kind a line names."""
_KEY = re.compile(rf'\s*([a-z_]+)\s*=\s*"{FILL_IN}"')
_HEADING = re.compile(r"\s*\[+\s*([a-z_.]+)\s*\]+")


@dataclass(frozen=True)
class ToDo:
    """Something that is not there yet: the file that it belongs in, a line about it, and how one step makes it, if one does.

    What it takes may be ``there`` already, so that it need not wait for its turn.
    """

    file: str
    said: str
    how: str = ""
    there: bool = False

    def __str__(self) -> str:
        return f"{self.file}: {self.said}"


def rated_variables(edition: Edition) -> pd.DataFrame:
    """Return the variables that are rated: those whose scale has symbols."""
    book, scales = edition["codebook"], edition["scales"]
    return book[(book["level"] == "variable") & book["scale_used"].isin(scales.dropna(subset="symbol")["scale"])]


def to_do(edition: Edition) -> list[ToDo]:
    """Return what is to be done for an edition of one's own fieldwork, in order; nothing for one that is read out of a publication."""
    try:
        if edition.settings.basis != "fieldwork":
            return []
    except DataError:  # told as a problem of its file
        return list(_to_fill_in(edition))
    found = [*_to_fill_in(edition), *_coding(edition)]
    with suppress(DataError):  # likewise
        found += _ratings(edition)
    return [*found, *_survey(edition)]


def next_step(edition: Edition, found: Sequence[ToDo], *, wrong: bool) -> str:
    """Return what to do next, in one line: what is wrong, then the first thing that one step makes, and what can be done too."""
    report = f"make report EDITION={edition.name}"
    if wrong:
        return f"put right what is listed, then make check EDITION={edition.name}"
    steps = [one for one in found if one.how]
    too = "".join(f"; for the answers to the survey, {one.how}" for one in steps[1:] if one.there)
    return f"{steps[0].how}{too}; {report} shows a draft" if steps else report


def summarised(problems: Sequence[Problem]) -> list[str]:
    """Return problems in as many lines as there are kinds: several of one file and rule are one line that names the first."""
    kinds: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.file, problem.rule), []).append(problem)
    lines = []
    for (file, rule), alike in kinds.items():
        names = [problem.value or f"row {problem.row}" for problem in alike]
        lines.append(str(alike[0]) if len(alike) == 1 else f"{file}: {rule}, {len(alike)} times: {_some(names)}")
    return lines


def _to_fill_in(edition: Edition) -> Iterator[ToDo]:
    file, table, keys = f"{edition.label}/edition.toml", "", []
    for row, line in enumerate(_text(edition, "edition.toml").split("\n"), start=1):
        if heading := _HEADING.match(line):
            table = f"{heading[1]}."
        elif key := _KEY.match(line):
            keys.append(f"{table}{key[1]} (row {row})")
    if keys:
        yield ToDo(file, f"to be filled in: {', '.join(keys)}", f"fill in {file}")


def _coding(edition: Edition) -> Iterator[ToDo]:
    name, label = edition.name, edition.label
    coders = sorted(path.stem.removeprefix("codings_") for path in edition.folder.glob("codings_*.csv"))
    if not coders:
        how = f"make coding-kit EDITION={name}, code the interviews, and make import FILE=… CODER=… EDITION={name}"
        yield ToDo(f"{label}/codings_<coder>.csv", "no interview is coded", how)
        return
    if len(coders) == 1:
        yield ToDo(f"{label}/codings_<coder>.csv", f"{coders[0]} is the only coder, so that agreement is not measured")
    segments = _rows(edition, "segments")
    bare = [row.get("segment_id", "") for row in segments if not {"paraphrase_nl", "paraphrase_en", "quote"} & row.keys()]
    if bare:
        yield ToDo(f"{label}/segments.csv", f"{len(bare)} of {len(segments)} passages have no paraphrase: {_some(bare)}")


def _ratings(edition: Edition) -> Iterator[ToDo]:
    file = f"{edition.label}/ratings.csv"
    variables = rated_variables(edition)["code"]
    wanted = [f"{town} {variable}" for town in edition["municipalities"]["municipality"] for variable in variables]
    raters: dict[str, set[str]] = {}
    for row in _rows(edition, "ratings"):
        raters.setdefault(row.get("rater", ""), set()).add(f"{row.get('municipality')} {row.get('variable')}")
    if wanted and not raters:
        how = f"fill in a copy of reports/{edition.name}-coding-kit/ratings.xlsx, and make import FILE=… EDITION={edition.name}"
        yield ToDo(file, "nothing is rated", how)
    for rater, rated in raters.items():
        if lacking := [key for key in wanted if key not in rated]:
            yield ToDo(file, f"{len(lacking)} of {len(wanted)} ratings{f' by {rater}' if rater else ''} are missing: {_some(lacking)}")


def _survey(edition: Edition) -> Iterator[ToDo]:
    if edition.settings.survey.fielded and not edition.has_results_alone and not _rows(edition, "responses"):
        file, how = f"{edition.label}/responses.csv", f"make import FILE=… EDITION={edition.name}"
        yield ToDo(file, f"the survey is fielded, and has no answers: import them, or ask whoever has them for {RESULTS}", how, there=True)


def _rows(edition: Edition, table: str) -> list[dict[str, str]]:
    """Return the rows of a table without their empty cells; none when there is no such file, or it cannot be read."""
    rows = csv.DictReader(io.StringIO(_text(edition, f"{table}.csv"), newline=""))
    return [{key: value for key, value in row.items() if isinstance(key, str) and value} for row in rows]


def _text(edition: Edition, file: str) -> str:
    content, _ = read_bytes(edition.folder / file, file)
    return decode(content or b"", file)[0]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")

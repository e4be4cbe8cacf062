"""The results of a survey as a file, with small groups withheld, so that a copy without the answers shows what may be shown."""

import json
from dataclasses import asdict, fields
from typing import Any

import pandas as pd

from fruitmand.analysis.numbers import Number
from fruitmand.analysis.survey_results import Result, Survey
from fruitmand.edition.errors import DataError, FruitmandError, Problem
from fruitmand.edition.reading import Edition
from fruitmand.edition.survey_results_file import ANSWERS, BESIDE, NAME, StoredResult, SurveyResults, digests, read_results

_RESULTS = tuple(field.name for field in fields(Survey) if field.type in (Result, "Result"))
_TYPES = frozenset({"Float64", "Int64", "bool", "boolean", "float64", "int64", "str", "string"})


def to_json(survey: Survey, edition: Edition) -> str:
    """Return the results of a survey as JSON, with digests of the files that they were made from; missing cells are null.

    Raises
    ------
    FruitmandError
        When a result shows too small a group, or its table would not come back as it is.
    """
    min_cell = edition.settings.disclosure.min_cell
    content = {
        "answers": digests(edition.folder, ANSWERS),
        "beside": digests(edition.folder, BESIDE),
        "min_cell": min_cell,
        "municipalities": list(survey.municipalities),
        "results": {name: _stored(name, getattr(survey, name), min_cell) for name in _RESULTS},
        "numbers": [asdict(number) for number in survey.numbers],
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    restored = _survey(SurveyResults.model_validate_json(text))
    for name in _RESULTS:
        if not getattr(restored, name).table.equals(getattr(survey, name).table):
            raise FruitmandError(f"the table {name} of the survey cannot be stored: it would not come back as it is")
    return text


def from_file(edition: Edition) -> Survey:
    """Return the results of an edition whose answers are not there.

    Raises
    ------
    DataError
        When the file with the results cannot be read, lacks a result since an older version made it, or is not what `to_json` gives.
    """
    content, file = read_results(edition.folder, edition.label), f"{edition.label}/{NAME}"
    missing = [name for name in _RESULTS if name not in content.results]
    if missing and set(content.results) <= set(_RESULTS):
        cause = "an older version of this project made the file; make report makes it anew where the answers are"
        raise DataError([Problem(file, 0, name, "must be among the results", cause) for name in missing])
    try:
        return _survey(content)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError([Problem(file, 0, "", "is not as make report writes it", "it was changed by hand; take it anew")]) from error


def _stored(name: str, result: Result, min_cell: int) -> dict[str, Any]:
    if result.table is None or (result.smallest is not None and result.smallest < min_cell):
        raise FruitmandError(f"the table {name} of the survey cannot be stored: it shows a group below {min_cell}, or was not measured")
    columns = [
        {"name": column, "type": str(values.dtype), "values": [None if pd.isna(value) else value for value in values.tolist()]}
        for column, values in result.table.items()
    ]
    if odd := sorted({column["type"] for column in columns} - _TYPES):
        raise FruitmandError(f"the table {name} of the survey cannot be stored: it has columns of type {', '.join(odd)}")
    return {"n": result.n, "smallest": result.smallest, "alike": list(result.alike), "columns": columns}


def _survey(content: SurveyResults) -> Survey:
    results = {name: _result(content.results[name]) for name in _RESULTS}
    numbers = tuple(Number(**number.model_dump()) for number in content.numbers)
    return Survey(**results, municipalities=tuple(content.municipalities), numbers=numbers)


def _result(stored: StoredResult) -> Result:
    columns = {column.name: pd.Series(column.values, dtype=_known(column.type)) for column in stored.columns}
    return Result(pd.DataFrame(columns), stored.n, stored.smallest, tuple(stored.alike))


def _known(kind: str) -> Any:
    if kind not in _TYPES:
        raise ValueError(f"no column is of type {kind!r}")
    return kind

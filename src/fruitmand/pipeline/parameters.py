"""Check a notebook's parameters before a kernel starts."""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from papermill.inspection import inspect_notebook

from fruitmand.edition.errors import FruitmandError, suggest

_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}


def check_parameters(notebook: Path, given: Mapping[str, str]) -> dict[str, Any]:
    """Turn the texts given on the command line into typed values.

    Parameters
    ----------
    notebook : Path
        Notebook with a cell tagged ``parameters`` that annotates every name with its type.
    given : mapping of str to str
        Names and values as texts.

    Returns
    -------
    dict
        The values with their types. Names that are not given keep the notebook's defaults.

    Raises
    ------
    FruitmandError
        With every unknown name, every missing name (one without a default) and every value of the wrong type.
    """
    known = inspect_notebook(str(notebook))
    if not known:
        raise FruitmandError(f"{notebook.name}: there is no cell tagged 'parameters', or it names none")
    problems, values = [], {}
    for name in given.keys() - known.keys():
        problems.append(f"parameter {name!r} is not known {suggest(name, known)}".strip())
    for name, about in known.items():
        kind = about["inferred_type_name"]
        if kind not in _TYPES:
            problems.append(f"parameter {name!r} has no type of {', '.join(_TYPES)} in the notebook")
        elif name in given:
            value = _read(given[name], _TYPES[kind])
            if value is None:
                problems.append(f"parameter {name!r} must be {kind}, not {given[name]!r}")
            else:
                values[name] = value
        elif about["default"] == "None":
            problems.append(f"parameter {name!r} is missing")
    if problems:
        lines = "\n".join(f"  {problem}" for problem in sorted(problems))
        raise FruitmandError(f"{notebook.name} cannot run with these parameters:\n{lines}")
    return values


def _read(text: str, kind: type) -> Any:
    if kind is str:
        return text
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    if kind is float and type(value) is int:
        return float(value)
    return value if type(value) is kind else None

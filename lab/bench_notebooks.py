"""What the notebooks declare, read out of their code: which steps and files each of them needs.

The bench gives its peers these dependencies, and its floor this order; none is typed a second time.
"""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fruitmand.edition.files import notebook_names
from fruitmand.pipeline.order import earlier_steps
from fruitmand.report.step import LABELS


@dataclass(frozen=True)
class Notebook:
    """A notebook: the steps it builds on, the raw files it reads (patterns), and what it reads of the results of those steps."""

    name: str
    earlier: tuple[str, ...]
    raw: tuple[str, ...]
    results: tuple[str, ...]


def notebooks(root: Path) -> list[Notebook]:
    """Return the notebooks of the project in their order.

    Raises
    ------
    ValueError
        When a notebook opens no ``Step``.
    """
    names = notebook_names(root)
    return [_notebook(root / "notebooks" / f"{name}.ipynb", names) for name in names]


def _notebook(path: Path, names: list[str]) -> Notebook:
    name, content = path.stem, json.loads(path.read_text(encoding="utf-8"))
    code = "\n".join("".join(cell["source"]) for cell in content["cells"] if cell["cell_type"] == "code")
    nodes = list(ast.walk(ast.parse(code)))
    known = {node.targets[0].id: node.value for node in nodes if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}
    calls = [(node.func, node) for node in nodes if isinstance(node, ast.Call)]
    step = next((call for function, call in calls if isinstance(function, ast.Name) and function.id == "Step"), None)
    if step is None:
        raise ValueError(f"{name} opens no Step")
    earlier = earlier_steps(path, names)
    raw = tuple(text for keyword in step.keywords if keyword.arg == "reads" for text in _texts(keyword.value, known))
    methods = [(function.attr, call) for function, call in calls if isinstance(function, ast.Attribute)]
    results = [f"{one}/numbers.json" for one in earlier]
    results += ["/".join(_texts(call, known)) + ".csv" for method, call in methods if method == "read"]
    if any(method == "provenance" for method, _ in methods):
        results += [f"{one}/provenance.json" for one in earlier]
    return Notebook(name, earlier, (*raw, *sorted(LABELS)), tuple(results))


def _texts(node: ast.AST, known: Mapping[str, ast.AST]) -> tuple[str, ...]:
    """Return the texts that a list, a call or a name of either holds."""
    match node:
        case ast.Constant():
            return (str(node.value),)
        case ast.Name():
            return _texts(known[node.id], known) if node.id in known else ()
        case ast.Starred():
            return _texts(node.value, known)
        case ast.List() | ast.Tuple():
            return tuple(text for item in node.elts for text in _texts(item, known))
        case ast.Call():
            return tuple(text for item in node.args for text in _texts(item, known))
    return ()

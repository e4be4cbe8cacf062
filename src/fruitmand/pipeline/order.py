"""The jobs of an edition, and what each waits for: the order that the notebooks themselves declare."""

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import notebook_names

LANGUAGES = ("nl", "en")
OUTPUTS = tuple(f"{kind}.{language}" for kind in ("pages", "pdf", "word") for language in LANGUAGES)
"""The jobs that write an output of the whole report: its web pages, its PDF and its Word document."""
ALL = "all"
ENGINES = ("fruitmand", "kernel")
"""What can run a notebook: a process of the build itself, or a stock kernel; both give the same bytes."""


@dataclass(frozen=True)
class Job:
    """A job of an edition: its name, the parameters that somebody gave besides, and the engine that runs it when it is a notebook."""

    edition: str
    name: str
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)
    engine: str = ENGINES[0]

    @property
    def given(self) -> dict[str, str]:
        """All parameters, with the edition."""
        return {"edition": self.edition, **self.parameters}

    def folder(self, root: Path) -> Path:
        """Return where the results of the job are."""
        return root / "data" / "processed" / self.edition / self.name

    def __str__(self) -> str:
        return f"{self.name} of edition {self.edition}"


def jobs(root: Path) -> dict[str, tuple[str, ...]]:
    """Return every job of an edition with the jobs that it waits for, in an order in which they can be done.

    ``check`` comes first. A notebook waits for the notebooks that it names as ``earlier`` in its ``Step``. ``step_files.STEP`` writes what
    readers get of one notebook, ``pages.LANGUAGE`` the web pages and what of them is printed, of which ``pdf.LANGUAGE`` typesets the
    appendix and ``word.LANGUAGE`` makes a document for comments; ``report`` puts all together.

    Raises
    ------
    FruitmandError
        When a notebook names a step that there is not, or two wait for each other.
    """
    steps = notebook_names(root)
    graph: dict[str, tuple[str, ...]] = {"check": ()}
    for step in steps:
        graph[step] = ("check", *earlier_steps(root / "notebooks" / f"{step}.ipynb", steps))
    graph |= {f"step_files.{step}": (step,) for step in steps}
    step_files = tuple(graph)[1 + len(steps) :]
    for language in LANGUAGES:
        graph[f"pages.{language}"] = tuple(steps)
        graph[f"pdf.{language}"] = (f"pages.{language}",)
        graph[f"word.{language}"] = (f"pages.{language}", *step_files)
    graph["report"] = ("check", *step_files, *OUTPUTS)
    try:
        return {job: graph[job] for job in TopologicalSorter(graph).static_order()}
    except CycleError as error:
        raise FruitmandError(f"these notebooks wait for each other: {', '.join(sorted(set(error.args[1])))}") from error


def earlier_steps(path: Path, steps: list[str]) -> tuple[str, ...]:
    """Return the steps that a notebook names as ``earlier``, a list of names or ``"all"``, as it stands in its cells.

    Raises
    ------
    FruitmandError
        When the notebook cannot be read, ``earlier`` is no plain list of names, or a name is not that of a step.
    """
    named = [keyword.value for call in _calls(path) for keyword in call.keywords if keyword.arg == "earlier"]
    earlier: list[str] = []
    for node in named:
        try:
            value = ast.literal_eval(node)
        except ValueError as error:
            raise FruitmandError(f"{path.name}: earlier must be a list of names as they are, not {ast.unparse(node)}") from error
        earlier += steps[: steps.index(path.stem)] if value == ALL else value
    if unknown := [name for name in earlier if name not in steps or name == path.stem]:
        raise FruitmandError(f"{path.name} names {', '.join(unknown)} as earlier; there are: {', '.join(steps)}")
    return tuple(earlier)


def _calls(path: Path) -> Iterator[ast.Call]:
    """Yield the calls of ``Step`` in a notebook; cells that are no Python are left to the run, which says what is wrong with them."""
    try:
        cells: list[Mapping[str, object]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError) as error:
        raise FruitmandError(f"{path.name} is no notebook: {error}") from error
    for cell in cells:
        source = cell.get("source", "")
        text = source if isinstance(source, str) else "".join(map(str, source)) if isinstance(source, list) else ""
        if cell.get("cell_type") != "code" or "Step(" not in text:
            continue
        try:
            nodes = list(ast.walk(ast.parse(text)))
        except SyntaxError:
            continue
        yield from (node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Step")

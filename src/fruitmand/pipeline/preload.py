"""The libraries that jobs need, imported once in the build's own process before it forks for them."""

import contextlib
import importlib
import sys
from collections.abc import Iterator

from fruitmand.edition.errors import FruitmandError
from fruitmand.pipeline.order import LANGUAGES
from fruitmand.pipeline.record import Record

FIRST = ("pydantic", "pandas", "fruitmand.edition.reading", "fruitmand.pipeline.jobs")
"""What every job needs. The check of the raw files, with which a build begins, imports pandera besides, while the build goes on."""
_STEP = (
    "IPython.core.interactiveshell",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.magics",
    "IPython.core.oinspect",
    "papermill",
    "papermill.engines",
    "nbformat",
    "nbclient",
    "fruitmand.pipeline.notebook",
    "fruitmand.pipeline.engine",
    "pandas.core.methods.to_dict",
    "pandas.io.formats.csvs",
    "pandas.io.formats.string",
    "babel.numbers",
    "babel.dates",
    "matplotlib.figure",
    "matplotlib.font_manager",
    "matplotlib.backends.backend_svg",
    "matplotlib.style",
    "fruitmand.report.words",
    "fruitmand.report.step",
    "seaborn",
    "krippendorff",
)
_OWN = ("fruitmand.outputs.report_files", "fruitmand.outputs.disclosure")
_OUTPUT = (
    "babel.numbers",
    "babel.dates",
    "nbformat",
    "nbconvert.exporters",
    "typst",
    "pypdf",
    "fruitmand.report.words",
    "fruitmand.outputs.report_files",
    "fruitmand.outputs.disclosure",
)
_STEP_FILES = ("jinja2.ext", "pygments.formatters", "pygments.lexers.python", "pygments.styles.default", "xlsxwriter", *_OUTPUT)
_PAGES = ("jinja2.ext", *_OUTPUT)
_PRINT = ("pypandoc", *_OUTPUT)
_GROUPS = {"check": (), "step_files": _STEP_FILES, "pages": _PAGES, "pdf": _PRINT, "word": _PRINT, "report": _OUTPUT}


def needed(job: str, record: Record | None) -> Iterator[str]:
    """Yield what a job needs, in order: everything of its kind, or of it what was reached from the job's modules when it ran last."""
    reached = set(record.modules) if record else set()
    for name in (*FIRST, *_GROUPS.get(job.partition(".")[0], _STEP)):
        if record is None or name.partition(".")[0] in ("fruitmand", "IPython", "papermill", "nbclient", *reached):
            yield name
    yield from sorted(name for name in reached if name.startswith("fruitmand."))


def prepare(name: str) -> None:
    """Import a module, and make it do what it puts off until it is used; one that cannot be imported is left to the job that wants it.

    seaborn does without scipy and statsmodels where they are not installed. It is imported as if they were not: they take six times as
    long to import as all of seaborn, and of seaborn only the heat map is used. Who asks for them afterwards gets them.
    """
    absent = {"scipy", "statsmodels"} - sys.modules.keys() if name == "seaborn" else set()
    sys.modules |= dict.fromkeys(absent)  # type: ignore[arg-type]
    try:
        module = importlib.import_module(name)
    except Exception:  # the job says what is wrong
        return
    finally:
        for library in absent:
            del sys.modules[library]
    if name == "babel.numbers":
        for language in LANGUAGES:
            module.format_decimal(1.5, locale=language)
    if name == "nbformat":
        for relaxed in (False, True):
            module.validate(module.v4.new_notebook(), relax_add_props=relaxed)
    if name == "pygments.lexers.python":
        module.PythonLexer()
    if name == "fruitmand.report.words":
        with contextlib.suppress(FruitmandError):
            for language in LANGUAGES:
                module.load(language)

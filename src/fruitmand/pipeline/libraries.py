"""The libraries and modules that the build's server imports before its jobs ask for them."""

import importlib
import sys

FIRST = ("pydantic", "pandas", "fruitmand.pipeline.run")
"""What every job needs; the check, with which a build begins, imports pandera besides, while the server goes on."""
LIBRARIES = (
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
    "pandas.core.methods.to_dict",
    "pandas.io.formats.csvs",
    "pandas.io.formats.string",
    "tomllib",
    "babel.numbers",
    "babel.dates",
    "matplotlib.figure",
    "matplotlib.font_manager",
    "matplotlib.backends.backend_svg",
    "matplotlib.backends.backend_agg",
    "matplotlib.style",
    "seaborn",
    "krippendorff",
    "nbconvert.exporters",
    "jinja2.ext",
    "pygments.formatters",
    "pygments.lexers.python",
    "pygments.styles.default",
    "pypandoc",
    "typst",
    "xlsxwriter",
    "pypdf",
)
"""What the other jobs need, in their order."""
LATER = ("pandera.pandas",)
"""What the first check of a server imports by itself; the server does so when it has nothing else to do."""
OWN = (
    "fruitmand.pipeline.notebook",
    "fruitmand.report.step",
    "fruitmand.report.figures_models",
    "fruitmand.report.tables_study",
    "fruitmand.report.figures_ratings",
    "fruitmand.report.tables_design",
    "fruitmand.report.tables_claims",
    "fruitmand.report.figures_coverage",
    "fruitmand.report.tables_survey",
    "fruitmand.analysis.named_numbers",
    "fruitmand.analysis.coding",
    "fruitmand.analysis.verdict_review",
    "fruitmand.outputs.disclosure",
    "fruitmand.outputs.report_files",
)
"""Modules of the project for the shelf; those that import scipy are left to the few jobs that need them."""


def prepare(name: str) -> None:
    """Import a library, and make it do what it puts off until it is used.

    seaborn does without scipy and statsmodels where they are not installed. It is imported as if they were not: they take six times as
    long to import as all of seaborn, and of seaborn only the heat map is used. Who asks for them afterwards gets them.
    """
    absent = {"scipy", "statsmodels"} - sys.modules.keys() if name == "seaborn" else ()
    sys.modules |= dict.fromkeys(absent)  # type: ignore[arg-type]
    module = importlib.import_module(name)
    for library in absent:
        del sys.modules[library]
    if name == "babel.numbers":
        for language in ("nl", "en"):
            module.format_decimal(1.5, locale=language)
    if name == "nbformat":
        for relaxed in (False, True):
            module.validate(module.v4.new_notebook(), relax_add_props=relaxed)
    if name == "pygments.lexers.python":
        module.PythonLexer()

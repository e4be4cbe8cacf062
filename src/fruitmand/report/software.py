"""The packages that a report depends on, with their versions."""

from functools import cache
from importlib.metadata import version

PACKAGES = (
    "babel",
    "fruitmand",
    "krippendorff",
    "matplotlib",
    "nbconvert",
    "numpy",
    "pandas",
    "pandera",
    "papermill",
    "pydantic",
    "pypandoc-binary",
    "pypdf",
    "scipy",
    "seaborn",
    "statsmodels",
    "typst",
    "xlsxwriter",
)


@cache
def versions() -> dict[str, str]:
    """Return the version of every package in `PACKAGES`; they come from the lock, and do not differ between Python versions."""
    return {name: version(name) for name in PACKAGES}

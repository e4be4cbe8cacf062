"""The schemas of the raw tables: the one place that says which columns there are and what they may hold."""

from fruitmand.edition.columns import LAYERS, LEVELS, POLARITIES, RESPONDENTS, SYMBOLS, VALENCES, Schema
from fruitmand.edition.schema_coding import CODING
from fruitmand.edition.schema_report import REPORT
from fruitmand.edition.schema_study import STUDY
from fruitmand.edition.schema_survey import STATES, SURVEY

__all__ = ["LAYERS", "LEVELS", "POLARITIES", "RESPONDENTS", "SCHEMAS", "STATES", "SURVEY", "SYMBOLS", "VALENCES"]

SCHEMAS: dict[str, Schema] = STUDY | CODING | REPORT | SURVEY
"""All raw tables; those of `SURVEY` are there when the survey was fielded, and only then."""

"""The schemas of the raw tables: the one place that says which columns there are and what they may hold, by the basis of an edition."""

from collections.abc import Mapping

from fruitmand.edition.columns import LAYERS, LEVELS, POLARITIES, RESPONDENTS, SYMBOLS, VALENCES, Schema
from fruitmand.edition.schema_coding import CODING
from fruitmand.edition.schema_fieldwork import fieldwork
from fruitmand.edition.schema_publication import ALSO_TOLD
from fruitmand.edition.schema_study import STUDY
from fruitmand.edition.schema_survey import STATES, SURVEY
from fruitmand.edition.settings import Basis

__all__ = ["BY_BASIS", "FIELDWORK", "LAYERS", "LEVELS", "POLARITIES", "RESPONDENTS", "SCHEMAS", "STATES", "SURVEY", "SYMBOLS", "VALENCES"]

SCHEMAS: dict[str, Schema] = STUDY | CODING | ALSO_TOLD | SURVEY
"""All raw tables of a publication; those of `SURVEY` are there when the survey was fielded, and only then."""

FIELDWORK: dict[str, Schema] = fieldwork(STUDY | CODING | ALSO_TOLD, SURVEY)
"""All raw tables of fieldwork."""

BY_BASIS: Mapping[Basis, dict[str, Schema]] = {"publication": SCHEMAS, "fieldwork": FIELDWORK}
"""The raw tables by the basis of an edition."""

"""The schemas of the raw tables: the one place that says which columns there are and what they may hold."""

import pandera.pandas as pa

from fruitmand.data.columns import LAYERS, LEVELS, POLARITIES, RESPONDENTS, SYMBOLS, VALENCES
from fruitmand.data.schema_coding import CODING
from fruitmand.data.schema_study import STUDY

__all__ = ["LAYERS", "LEVELS", "POLARITIES", "RESPONDENTS", "SCHEMAS", "SYMBOLS", "VALENCES"]

SCHEMAS: dict[str, pa.DataFrameSchema] = STUDY | CODING

"""The schema of ``claims.toml``: what the publication states, and a predicate over named tables that tests it.

The language is small and has no code in it. A test counts distinct values or rows, collects values, reads a setting, or compares two
numbers; an expectation says what the statement leads one to expect. See ``docs/claims.md``.
"""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fruitmand.edition.columns import CLAIM, PLACES, SECTION

Scalar = str | int | bool
Where = dict[str, Scalar | list[Scalar]]
Consequence = Literal["conclusion", "number", "design", "reference"]
CONSEQUENCES: tuple[Consequence, ...] = get_args(Consequence)
Quantifier = Literal["all", "plural", "none", "half", "majority", "more_than_half", "some", "one"]
Relation = Literal["<", "<=", "=", ">", ">=", "!="]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Query(_Strict):
    """Look into a raw table: count distinct values or rows, or collect the values of a column."""

    table: str = Field(description="Raw table", examples=["ratings"])
    where: Where = Field(default={}, description="Rows that count: column and value, or values", examples=['{ variable = "costs" }'])
    count: str | None = Field(default=None, description="Column whose distinct values are counted", examples=["municipality"])
    rows: bool = Field(default=False, description="Count rows", examples=[True])
    values: str | None = Field(default=None, description="Column whose values are collected", examples=["symbol"])
    of: Where | None = Field(default=None, description="Rows of the denominator", examples=['{ variable = "costs" }'])
    also: "Query | None" = Field(default=None, description="A test on another table, of which the values are counted as well")

    @model_validator(mode="after")
    def _one_way(self) -> "Query":
        if [self.count is not None, self.rows, self.values is not None].count(True) != 1:
            raise ValueError("a test on a table has exactly one of count, rows and values")
        if self.also is not None and (self.rows or (self.also.count, self.also.values) != (self.count, self.values)):
            raise ValueError("also counts or collects the same column as the test that it is added to")
        return self


class Setting(_Strict):
    """Read a value of ``edition.toml`` by its path."""

    setting: str = Field(description="Path of the value", examples=["interviews.count"])


class Pair(_Strict):
    """Compare two numbers."""

    left: Query | Setting
    right: Query | Setting


class Expectation(_Strict):
    """What the statement leads one to expect of the test; exactly one of its keys."""

    equals: Scalar | None = Field(default=None, description="This number or word", examples=[3])
    quantifier: Quantifier | None = Field(
        default=None,
        description="This share of the denominator; plural for a plural without a number, such as: the municipalities",
        examples=["majority"],
    )
    values: list[Scalar] | None = Field(default=None, description="Exactly these values", examples=['["+/-", "-/-"]'])
    within: list[Scalar] | None = Field(default=None, description="No other values than these", examples=['["+/-"]'])
    contains: list[Scalar] | None = Field(default=None, description="At least these values", examples=['["+/-"]'])
    at_least: int | None = Field(default=None, description="This number or more", examples=[1])
    at_most: int | None = Field(default=None, description="This number or fewer", examples=[1])
    relation: Relation | None = Field(default=None, description="How left stands to right", examples=["<"])

    @model_validator(mode="after")
    def _one_key(self) -> "Expectation":
        if len(self.model_fields_set) != 1:
            raise ValueError("an expectation has exactly one key")
        return self

    def key(self) -> str:
        """Return the name of its one key."""
        return next(iter(self.model_fields_set))


class Claim(_Strict):
    """A checkable statement of the publication about its data or its design."""

    id: str = Field(pattern=f"^{CLAIM}$", description="Id, in the order of the text", examples=["c001"])
    section: str = Field(pattern=f"^(?:{SECTION}|annex)$", description="Section", examples=["5.4"])
    paragraph: int = Field(ge=0, description="Paragraph; 0 for a table or a heading", examples=[3])
    consequence: Consequence = Field(description="What is at stake when it does not hold", examples=["conclusion"])
    statement_nl: str = Field(min_length=1, description="The statement in the compendium's own words, in Dutch", examples=["…"])
    statement_en: str = Field(min_length=1, description="The statement in the compendium's own words, in English", examples=["…"])
    test: Query | Setting | Pair | None = Field(default=None, description="The predicate; absent when it cannot be checked")
    expect: Expectation | None = Field(default=None, description="What the statement leads one to expect")
    tested_at: str = Field(
        default="",
        pattern=f"^(?:{PLACES})?$",
        description="Where the publication prints the data of the test, when that is the very paragraph of the statement",
        examples=["5.3 ¶23"],
    )
    assumes_nl: str = Field(default="", description="Assumption that the test needs, in Dutch", examples=["Wie zoekt, vindt."])
    assumes_en: str = Field(default="", description="Assumption that the test needs, in English", examples=["Who searches, finds."])
    answer_nl: str = Field(default="", description="What the author could answer, in Dutch", examples=["De tabel noemt …"])
    answer_en: str = Field(default="", description="What the author could answer, in English", examples=["The table names …"])
    needs_nl: str = Field(default="", description="Data that would decide it, in Dutch", examples=["De gespreksverslagen."])
    needs_en: str = Field(default="", description="Data that would decide it, in English", examples=["The transcripts."])

    @model_validator(mode="after")
    def _whole(self) -> "Claim":
        if (self.test is None) != (self.expect is None):
            raise ValueError("a claim has both test and expect, or neither")
        if {bool(self.needs_nl), bool(self.needs_en)} != {self.test is None}:
            raise ValueError("a claim without a test says in needs_nl and needs_en what would decide it, and only such a claim does")
        if bool(self.assumes_nl) != bool(self.assumes_en) or bool(self.answer_nl) != bool(self.answer_en):
            raise ValueError("an assumption and an answer are stated in both languages")
        if self.tested_at and self.test is None:
            raise ValueError("tested_at goes with a test")
        if self.expect is not None:
            if (self.expect.relation is not None) != isinstance(self.test, Pair):
                raise ValueError("relation goes with left and right, and only with them")
            if self.expect.quantifier is not None and not (isinstance(self.test, Query) and self.test.of is not None):
                raise ValueError("a quantifier needs a denominator: of")
        return self

    @property
    def place(self) -> str:
        """Where the statement stands: section and paragraph, or the section alone for a table or a heading."""
        return f"{self.section} ¶{self.paragraph}" if self.paragraph else self.section


class Claims(_Strict):
    """The claims ledger: ``claims.toml``."""

    claim: list[Claim] = []

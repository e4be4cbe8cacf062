"""The schema of ``claims.toml``: what the thesis states, and a predicate over named tables that tests it.

The language is small and has no code in it. A test counts distinct values or rows, collects values, reads a setting, or compares two
numbers; an expectation says what the statement leads one to expect. See ``docs/claims.md``.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fruitmand.edition.columns import CLAIM, SECTION

Scalar = str | int | bool
Where = dict[str, Scalar | list[Scalar]]
Kind = Literal["count", "comparison", "design", "reference", "agreement"]
Quantifier = Literal["all", "none", "half", "majority", "more_than_half", "some", "one"]
Relation = Literal["<", "<=", "=", ">", ">=", "!="]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Query(_Strict):
    """Look into a raw table: count distinct values or rows, or collect the values of a column."""

    table: str = Field(description="Raw table", examples=["ratings"])
    where: Where = Field(default={}, description="Rows that count: column and value, or values", examples=['{ variable = "savings" }'])
    count: str | None = Field(default=None, description="Column whose distinct values are counted", examples=["municipality"])
    rows: bool = Field(default=False, description="Count rows", examples=[True])
    values: str | None = Field(default=None, description="Column whose values are collected", examples=["symbol"])
    of: Where | None = Field(default=None, description="Rows of the denominator", examples=['{ variable = "savings" }'])

    @model_validator(mode="after")
    def _one_way(self) -> "Query":
        if [self.count is not None, self.rows, self.values is not None].count(True) != 1:
            raise ValueError("a test on a table has exactly one of count, rows and values")
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
    quantifier: Quantifier | None = Field(default=None, description="This share of the denominator", examples=["majority"])
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


class Weaker(_Strict):
    """A weaker reading: when only this holds, the claim holds with a reservation."""

    expect: Expectation
    reason_nl: str = Field(description="The reservation, in Dutch", examples=["Eén gemeente staat op +/-."])
    reason_en: str = Field(description="The reservation, in English", examples=["One municipality is at +/-."])


class Claim(_Strict):
    """A checkable statement of the thesis about its data or its design."""

    id: str = Field(pattern=f"^{CLAIM}$", description="Id, in the order of the text", examples=["c001"])
    section: str = Field(pattern=f"^(?:{SECTION}|annex)$", description="Section", examples=["5.4"])
    paragraph: int = Field(ge=0, description="Paragraph; 0 for a table or a heading", examples=[3])
    kind: Kind = Field(description="Kind of statement", examples=["count"])
    statement_nl: str = Field(min_length=1, description="The statement in the compendium's own words, in Dutch", examples=["…"])
    statement_en: str = Field(min_length=1, description="The statement in the compendium's own words, in English", examples=["…"])
    test: Query | Setting | Pair | None = Field(default=None, description="The predicate; absent when it cannot be checked")
    expect: Expectation | None = Field(default=None, description="What the statement leads one to expect")
    weaker: Weaker | None = None
    assumes_nl: str = Field(default="", description="Assumption under which it holds, in Dutch", examples=["+/- telt als …"])
    assumes_en: str = Field(default="", description="Assumption under which it holds, in English", examples=["+/- counts as …"])
    needs_nl: str = Field(default="", description="Data that would decide it, in Dutch", examples=["De gespreksverslagen."])
    needs_en: str = Field(default="", description="Data that would decide it, in English", examples=["The transcripts."])

    @model_validator(mode="after")
    def _whole(self) -> "Claim":
        if (self.test is None) != (self.expect is None):
            raise ValueError("a claim has both test and expect, or neither")
        if {bool(self.needs_nl), bool(self.needs_en)} != {self.test is None}:
            raise ValueError("a claim without a test says in needs_nl and needs_en what would decide it, and only such a claim does")
        if bool(self.assumes_nl) != bool(self.assumes_en):
            raise ValueError("an assumption is stated in both languages")
        if self.weaker is not None and self.expect is None:
            raise ValueError("a weaker reading needs an expectation that it is weaker than")
        for expect in self.expectations():
            if (expect.relation is not None) != isinstance(self.test, Pair):
                raise ValueError("relation goes with left and right, and only with them")
            if expect.quantifier is not None and not (isinstance(self.test, Query) and self.test.of is not None):
                raise ValueError("a quantifier needs a denominator: of")
        return self

    def expectations(self) -> list[Expectation]:
        """Return what the statement leads one to expect, and the weaker reading where it has one."""
        readings = (self.expect, self.weaker.expect if self.weaker is not None else None)
        return [expect for expect in readings if expect is not None]


class Claims(_Strict):
    """The claims ledger: ``claims.toml``."""

    claim: list[Claim]

"""The schema of ``edition.toml`` and ``models.toml``: what an edition is, what was planned and what was done."""

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, field_validator, model_validator

from fruitmand.edition.columns import ID, SLUG

Language = Literal["nl", "en"]
Basis = Literal["publication", "fieldwork"]

LEAST_MIN_CELL = 4
"""The least that the smallest group shown may be, in respondents: below it the rules of suppression tell sizes of withheld groups."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


def _distinct(rows: list[Any]) -> list[Any]:
    """Refuse a list in which a word, or an id, comes twice: the second would take the place of the first."""
    counts = Counter(row if isinstance(row, str) else row.id for row in rows)
    if twice := sorted(name for name, count in counts.items() if count > 1):
        raise ValueError(f"occurs more than once: {', '.join(twice)}")
    return rows


def _asked(description: str, default: Any = "", **more: Any) -> Any:
    """Describe a value that a publication must tell, and that fieldwork may leave out; ``default`` stands for one that is left out."""
    return Field(default=default, description=description, json_schema_extra=_ASKED, **more)


_ASKED: dict[str, Any] = {"asked": "publication"}


def untold(model: BaseModel, prefix: str = "") -> Iterator[str]:
    """Yield the path of everything that a publication must tell and these settings do not."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if field.json_schema_extra == _ASKED and name not in model.model_fields_set:
            yield f"{prefix}{name}"
        elif isinstance(value, BaseModel):
            yield from untold(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            for place, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from untold(item, f"{prefix}{name}.{place}.")


class Words(_Strict):
    """A text in both languages."""

    nl: str = Field(description="In Dutch", examples=["Leren van de fruitmand"])
    en: str = Field(description="In English", examples=["Learning from the fruit basket"])


class Source(_Strict):
    """The publication that an edition is read out of; of fieldwork, who did it and when."""

    author: str = Field(description="Author", examples=["A. Author"])
    title: str = Field(description="Title as printed", examples=["Leren van de fruitmand"])
    language: str = Field(
        default="", pattern="^([a-z]{2,3})?$", description="Language of that title, so that it is read aloud in it", examples=["nl"]
    )
    kind_nl: str = _asked("Kind of publication, in Dutch", examples=["Masterthesis"])
    kind_en: str = _asked("Kind of publication, in English", examples=["Master's thesis"])
    date: datetime.date = Field(description="Date of publication", examples=["2016-01-17"])
    place: str = _asked("Where this is printed", examples=["title page"])


class Partner(_Strict):
    """An organisation that takes part in the study."""

    id: str = Field(pattern=f"^{ID}$", description="Id", examples=["institute"])
    name: str = Field(description="Name", examples=["Institute"])
    role_nl: str = Field(description="Role, in Dutch", examples=["begeleidt de benchmark"])
    role_en: str = Field(description="Role, in English", examples=["facilitates the benchmark"])
    place: str = _asked("Where the publication says so", examples=["3.4"])


class Labelled(_Strict):
    """A domain, or a role of respondents."""

    id: str = Field(pattern=f"^{ID}$", description="Id", examples=["hr"])
    label_nl: str = Field(description="Label, in Dutch", examples=["HR"])
    label_en: str = Field(description="Label, in English", examples=["HR"])
    place: str = _asked("Where the publication says so", examples=["4.3 ¶4"])


class Group(_Strict):
    """All municipalities together, where something is attributed to them as one."""

    id: str = Field(pattern=f"^{SLUG}$", description="Id, in the columns that name a municipality", examples=["all"])
    label_nl: str = Field(description="Label, in Dutch", examples=["Allen samen"])
    label_en: str = Field(description="Label, in English", examples=["All together"])


class Interviews(_Strict):
    """The interviews as they are reported."""

    count: int | None = _asked("Interviews held", None, examples=[12], ge=0)
    approached: int | None = _asked("Employees approached", None, examples=[12], ge=0)
    questions: int | None = _asked("Questions in each", None, examples=[10], ge=0)
    conducted_place: str = _asked("Where the publication says that they were held", examples=["7 ¶2"])
    planned_place: str = _asked("Where they are announced", examples=["4.3 ¶4"])
    by_municipality: Literal["reported", "not reported"] = _asked(
        "Whether the number per municipality is reported", "not reported", examples=["not reported"]
    )
    transcripts: Literal["published", "not published"] = _asked(
        "Whether transcripts are published", "not published", examples=["not published"]
    )
    quotations: Literal["published", "not published"] = Field(
        default="not published", description="Whether passages may be quoted, in column quote of segments.csv", examples=["not published"]
    )


Way = Literal["random", "purposive", "through_network", "not reported"]


class Sampling(_Strict):
    """How respondents were to be chosen, and how they were found."""

    announced: Way = _asked("What was announced", "not reported", examples=["random"])
    announced_place: str = _asked("Where", examples=["4.3 ¶3"])
    done: Way = _asked("What is told of it", "not reported", examples=["through_network"])
    done_place: str = _asked("Where", examples=["preface ¶2"])


class Recommendations(_Strict):
    """How many main recommendations are made, to whom."""

    by_addressee: dict[str, int] = _asked("Main recommendations by the id of a partner", {}, examples=["{ institute = 2 }"])
    place: str = _asked("Where", examples=["6 ¶28-32"])


SurveyState = Literal["planned", "fielded", "lapsed", "none"]


class Survey(_Strict):
    """The survey: what was designed, and what became of it."""

    state: SurveyState = _asked(
        "What became of it: planned, fielded (answers are there or on their way), lapsed (designed and not fielded), or none",
        "none",
        examples=["lapsed"],
    )
    respondents_planned: int | None = _asked("Respondents planned", None, examples=[12], ge=0)
    invited: int | None = Field(default=None, description="People invited, when it was fielded and this is known", examples=[60], ge=0)
    means: bool = Field(default=False, description="Whether means stand beside medians, as if the steps were equal", examples=[False])
    answers_published: str = Field(
        default="",
        description="Why the answers of respondents may be in the repository; without a reason they stay out of it",
        examples=["All respondents agreed to it in writing."],
    )
    scale_announced: str = _asked("Scale that was announced", examples=["three_point"])
    scale_annex: str = _asked("Scale of the questionnaire", examples=["agree5"])
    planned_place: str = _asked("Where it is announced", examples=["4.3 ¶5"])
    lapsed_place: str = Field(default="", description="Where the publication says that it lapsed", examples=["7 ¶2"])
    reason_nl: str = Field(default="", description="Why it lapsed, in Dutch", examples=["Door een reorganisatie …"])
    reason_en: str = Field(default="", description="Why it lapsed, in English", examples=["Because of a reorganisation …"])

    @property
    def fielded(self) -> bool:
        """Whether it was fielded."""
        return self.state == "fielded"

    @model_validator(mode="after")
    def _says_why_it_lapsed(self) -> "Survey":
        if self.state == "lapsed" and not (self.reason_nl and self.reason_en):
            raise ValueError("a survey that lapsed needs reason_nl and reason_en")
        return self


class Method(_Strict):
    """One method of the design, planned and done or lapsed."""

    id: str = Field(pattern=f"^{ID}$", description="Id", examples=["survey"])
    label_nl: str = Field(description="Label, in Dutch", examples=["Enquête"])
    label_en: str = Field(description="Label, in English", examples=["Survey"])
    planned_place: str = _asked("Where it is announced; empty when nowhere", examples=["4.3 ¶5"])
    status: Literal["done", "lapsed", "mentioned"] = Field(description="What became of it", examples=["lapsed"])
    done_place: str = _asked("Where the publication says what became of it", examples=["7 ¶2"])


class Anonymity(_Strict):
    """What respondents were promised, and what the publication does."""

    place: str = _asked("Where the promise stands", examples=["4.3 ¶4"])
    promise_nl: str = _asked("Promise, own words, in Dutch", examples=["Uitspraken zouden …"])
    promise_en: str = _asked("Promise, own words, in English", examples=["Statements would …"])
    practice_place: str = _asked("Where the practice shows", examples=["5"])
    practice_nl: str = _asked("Practice, own words, in Dutch", examples=["Hoofdstuk vijf noemt …"])
    practice_en: str = _asked("Practice, own words, in English", examples=["Chapter five names …"])


class Exemption(_Strict):
    """Something that the disclosure check lets pass, with its reason."""

    where: str = Field(
        description="Block, table or file that it holds for, as the check names it: instrument/… for one of a questionnaire",
        examples=["all_ratings"],
    )
    rule: str = Field(description="Rule that it is exempted from", examples=["minimum_cell"])
    reason_nl: str = Field(description="Why, in Dutch", examples=["De publicatie noemt ze zelf."])
    reason_en: str = Field(description="Why, in English", examples=["The publication names them itself."])


class Disclosure(_Strict):
    """What may leave: the smallest group shown, words that may not be published, and what is exempted."""

    min_cell: int = _asked("Smallest group of respondents shown, 4 or more", 5, examples=[5])
    reason_nl: str = _asked("Why this minimum, in Dutch", "De gebruikelijke ondergrens.", examples=["De gebruikelijke ondergrens."])
    reason_en: str = _asked("Why this minimum, in English", "The usual lower bound.", examples=["The usual lower bound."])
    deny: list[str] = Field(default=[], description="Names and words that may not be in anything published", examples=[["Jan Jansen"]])
    exempt: list[Exemption] = Field(default=[], description="What passes although a rule forbids it")

    @field_validator("min_cell")
    @classmethod
    def _tells_no_sizes(cls, least: int) -> int:
        if least < LEAST_MIN_CELL:
            raise ValueError(
                f"must be {LEAST_MIN_CELL} or more: with 2 every small group is of one respondent, and with 3 whoever knows the rules can "
                "work out from a total that two withheld groups are of 3 and 1"
            )
        return least


class Wording(_Strict):
    """Words of this study that the comparison of the two languages has to know."""

    names: list[str] = Field(
        default=[], description="Names that are the same in both languages, besides those of partners and group", examples=[["Acronym"]]
    )
    same: list[str] = Field(default=[], description="Labels that are the same word in both languages", examples=[["Benchmarking"]])
    inhabitants: dict[str, list[str]] = Field(
        default={},
        description="Who lives in a municipality, where the word does not begin with its name",
        examples=['{ springfield = ["Fielder"] }'],
    )

    _each_once = field_validator("names", "same")(_distinct)


class Analysis(_Strict):
    """How an edition is analysed: the seed of random draws, and the names of its own that its texts give to numbers and figures."""

    seed: int = Field(default=1, description="Seed of the random draws", examples=[1], ge=0)
    names: dict[str, str] = Field(
        default={},
        description="Names of numbers and figures in place of those made from ids; a name goes for all that begin with it and a point",
        examples=[{"concept.capacity": "capacity"}],
    )

    def named(self, name: str) -> str:
        """Return the edition's own name of a number or figure, else the name itself.

        >>> Analysis(names={"concept.capacity": "capacity"}).named("concept.capacity.n")
        'capacity.n'
        """
        parts = name.split(".")
        for end in range(len(parts), 0, -1):
            if (own := self.names.get(".".join(parts[:end]))) is not None:
                return ".".join([own, *parts[end:]])
        return name


class Settings(_Strict):
    """An edition of the study: ``edition.toml``. A publication tells everything; fieldwork may leave out what has a default."""

    edition: str = Field(description="Id, the name of the folder", examples=["2015"])
    status: Literal["draft", "published"] = Field(description="Published editions are immutable", examples=["published"])
    synthetic: bool = Field(default=False, description="Whether the data are made up", examples=[False])
    basis: Basis = Field(description="Whether it is read out of a publication, or rests on fieldwork of its own", examples=["publication"])
    languages: list[Language] = _asked("Languages of the report", ["nl", "en"], examples=[["nl", "en"]], min_length=1)
    year: int = Field(description="Year that the edition is named after", examples=[2015])
    keywords: list[str] = Field(
        default=[], description="Words by which the PDFs are found, the same in all languages; the id is added", examples=[["benchmarking"]]
    )
    title: Words
    subtitle: Words
    source: Source
    group: Group | None = Field(default=None, description="All municipalities together, where something is attributed to them as one")
    wording: Wording = Field(default=Wording(), description="Words of this study")
    partners: list[Partner] = _asked("Organisations that take part", [])
    domains: list[Labelled] = _asked("Domains of respondents", [])
    roles: list[Labelled] = _asked("Roles of respondents", [])
    interviews: Interviews = _asked("The interviews", Interviews())
    sampling: Sampling = _asked("How respondents were chosen", Sampling())
    recommendations: Recommendations = _asked("The main recommendations", Recommendations())
    survey: Survey = _asked("The survey", Survey())
    design: list[Method] = _asked("The methods", [])
    anonymity: Anonymity = _asked("What respondents were promised", Anonymity())
    disclosure: Disclosure = _asked("What may leave", Disclosure())
    analysis: Analysis = Field(default=Analysis(), description="How it is analysed")

    _each_once = field_validator("languages", "keywords", "partners", "domains", "roles", "design")(_distinct)

    @model_validator(mode="after")
    def _a_publication_tells_all(self) -> "Settings":
        if self.basis != "publication":
            return self
        if missing := list(untold(self)):
            raise ValueError(f"an edition of a publication must also tell: {', '.join(missing)}")
        if self.survey.state == "lapsed" and not self.survey.lapsed_place:
            raise ValueError("a survey that lapsed needs survey.lapsed_place in an edition of a publication")
        return self

    @property
    def answers_kept_out(self) -> bool:
        """Whether the answers to a survey that was fielded stay out of the repository: those of real people, by default."""
        return self.survey.fielded and not self.synthetic and not self.survey.answers_published

    def facts(self) -> dict[str, Any]:
        """Return the settings as nested values for the predicates of claims, with the ids of the methods that were not dropped.

        ``survey.fielded`` says whether the survey was fielded.
        """
        found = self.model_dump()
        found["survey"]["fielded"] = self.survey.fielded
        return found | {"methods_done": [method.id for method in self.design if method.status != "lapsed"]}


class Node(_Strict):
    """A box of a conceptual figure."""

    id: str = Field(pattern=f"^{ID}$", description="Id", examples=["explore"])
    label_nl: str = Field(description="Label, in Dutch", examples=["Verkennen"])
    label_en: str = Field(description="Label, in English", examples=["Explore"])
    detail_nl: str = Field(description="Second line, in Dutch", examples=["waar staan wij?"])
    detail_en: str = Field(description="Second line, in English", examples=["where do we stand?"])
    below: bool = Field(default=False, description="Whether it stands below the flow", examples=[True])


class Link(_Strict):
    """An arrow of a conceptual figure."""

    source: str = Field(alias="from", description="Node it leaves", examples=["explore"])
    target: str = Field(alias="to", description="Node it reaches", examples=["learn"])


class Model(_Strict):
    """A conceptual figure: nodes and links."""

    id: str = Field(pattern=f"^{ID}$", description="Id of the exhibit", examples=["learning_cycle"])
    layout: Literal["cycle", "flow"] = Field(description="How it is drawn", examples=["cycle"])
    place: str = Field(description="Where the publication describes it", examples=["2.3 ¶1-2"])
    nodes: list[Node] = Field(min_length=2)
    links: list[Link] = Field(min_length=1)

    _each_once = field_validator("nodes")(_distinct)

    @model_validator(mode="after")
    def _links_meet_nodes(self) -> "Model":
        ids = {node.id for node in self.nodes}
        loose = sorted({end for link in self.links for end in (link.source, link.target)} - ids)
        if loose:
            raise ValueError(f"links name nodes that are not there: {', '.join(loose)}")
        return self


class Models(_Strict):
    """The conceptual figures: ``models.toml``."""

    model: list[Model] = []

    _each_once = field_validator("model")(_distinct)


class Texts(RootModel[dict[str, dict[str, str | list[str] | dict[str, str]]]]):
    """Texts of an edition's own in one language, ``texts.nl.toml``: by section and key, in place of those of the shared catalogue."""

    model_config = ConfigDict(frozen=True)

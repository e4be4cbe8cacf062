"""The schema of ``edition.toml`` and ``models.toml``: what an edition is, what was planned and what was done."""

import datetime
from collections import Counter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from fruitmand.edition.columns import ID

Language = Literal["nl", "en"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


def _distinct(rows: list[Any]) -> list[Any]:
    """Refuse a list in which a word, or an id, comes twice: the second would take the place of the first."""
    counts = Counter(row if isinstance(row, str) else row.id for row in rows)
    if twice := sorted(name for name, count in counts.items() if count > 1):
        raise ValueError(f"occurs more than once: {', '.join(twice)}")
    return rows


class Words(_Strict):
    """A text in both languages."""

    nl: str = Field(description="In Dutch", examples=["Leren van de fruitmand"])
    en: str = Field(description="In English", examples=["Learning from the fruit basket"])


class Source(_Strict):
    """The publication that an edition is read out of."""

    author: str = Field(description="Author", examples=["Yuri Rojas"])
    title: str = Field(description="Title as printed", examples=["Leren van de fruitmand"])
    kind_nl: str = Field(description="Kind of publication, in Dutch", examples=["Masterthesis"])
    kind_en: str = Field(description="Kind of publication, in English", examples=["Master's thesis"])
    date: datetime.date = Field(description="Date of publication", examples=["2016-01-17"])
    place: str = Field(description="Where this is printed", examples=["title page"])


class Partner(_Strict):
    """An organisation that takes part in the study."""

    id: str = Field(pattern=f"^{ID}$", description="Id", examples=["king"])
    name: str = Field(description="Name", examples=["KING"])
    role_nl: str = Field(description="Role, in Dutch", examples=["begeleidt de benchmark"])
    role_en: str = Field(description="Role, in English", examples=["facilitates the benchmark"])
    place: str = Field(description="Where the thesis says so", examples=["3.4"])


class Labelled(_Strict):
    """A domain, or a role of respondents."""

    id: str = Field(pattern=f"^{ID}$", description="Id", examples=["hr"])
    label_nl: str = Field(description="Label, in Dutch", examples=["HR"])
    label_en: str = Field(description="Label, in English", examples=["HR"])
    place: str = Field(description="Where the thesis says so", examples=["4.3 ¶4"])


class Interviews(_Strict):
    """The interviews as the thesis reports them."""

    count: int = Field(description="Interviews held", examples=[12], ge=0)
    approached: int = Field(description="Employees approached", examples=[12], ge=0)
    questions: int = Field(description="Questions in each", examples=[10], ge=0)
    conducted_place: str = Field(description="Where the thesis says that they were held", examples=["7 ¶2"])
    planned_place: str = Field(description="Where they are announced", examples=["4.3 ¶4"])
    by_municipality: Literal["reported", "not reported"] = Field(
        description="Whether the number per municipality is reported", examples=["not reported"]
    )
    transcripts: Literal["published", "not published"] = Field(description="Whether transcripts are published", examples=["not published"])


class Sampling(_Strict):
    """How respondents were to be chosen, and how they were found."""

    announced: Literal["random", "purposive", "through_network"] = Field(
        description="What the method chapter announces", examples=["random"]
    )
    announced_place: str = Field(description="Where", examples=["4.3 ¶3"])
    done: Literal["random", "purposive", "through_network"] = Field(
        description="What the publication tells of it", examples=["through_network"]
    )
    done_place: str = Field(description="Where", examples=["preface ¶2"])


class Recommendations(_Strict):
    """How many recommendations are made, to whom."""

    king: int = Field(description="Main recommendations to the researchers of KING", examples=[2], ge=0)
    place: str = Field(description="Where", examples=["6 ¶28-32"])


class Survey(_Strict):
    """The survey: what was designed, and whether it was fielded."""

    designed: bool = Field(description="Whether a questionnaire was designed", examples=[True])
    fielded: bool = Field(description="Whether it was fielded", examples=[False])
    respondents_planned: int = Field(description="Respondents planned", examples=[12], ge=0)
    invited: int | None = Field(default=None, description="People invited, when it was fielded and this is known", examples=[60], ge=0)
    means: bool = Field(default=False, description="Whether means stand beside medians, as if the steps were equal", examples=[False])
    scale_announced: str = Field(description="Scale that the method chapter announces", examples=["three_point"])
    scale_annex: str = Field(description="Scale of the questionnaire in the annex", examples=["agree5"])
    planned_place: str = Field(description="Where it is announced", examples=["4.3 ¶5"])
    lapsed_place: str = Field(default="", description="Where the thesis says that it lapsed", examples=["7 ¶2"])
    reason_nl: str = Field(default="", description="Why it lapsed, in Dutch", examples=["Door een reorganisatie …"])
    reason_en: str = Field(default="", description="Why it lapsed, in English", examples=["Because of a reorganisation …"])

    @model_validator(mode="after")
    def _says_why_it_lapsed(self) -> "Survey":
        if not self.fielded and not (self.lapsed_place and self.reason_nl and self.reason_en):
            raise ValueError("a survey that was not fielded needs lapsed_place, reason_nl and reason_en")
        return self


class Method(_Strict):
    """One method of the design, planned and done or lapsed."""

    id: str = Field(pattern=f"^{ID}$", description="Id", examples=["survey"])
    label_nl: str = Field(description="Label, in Dutch", examples=["Enquête"])
    label_en: str = Field(description="Label, in English", examples=["Survey"])
    planned_place: str = Field(description="Where it is announced; empty when nowhere", examples=["4.3 ¶5"])
    status: Literal["done", "lapsed", "mentioned"] = Field(description="What became of it", examples=["lapsed"])
    done_place: str = Field(description="Where the thesis says what became of it", examples=["7 ¶2"])


class Anonymity(_Strict):
    """What respondents were promised, and what the publication does."""

    place: str = Field(description="Where the promise stands", examples=["4.3 ¶4"])
    promise_nl: str = Field(description="Promise, own words, in Dutch", examples=["Uitspraken zouden …"])
    promise_en: str = Field(description="Promise, own words, in English", examples=["Statements would …"])
    practice_place: str = Field(description="Where the practice shows", examples=["5"])
    practice_nl: str = Field(description="Practice, own words, in Dutch", examples=["Hoofdstuk vijf noemt …"])
    practice_en: str = Field(description="Practice, own words, in English", examples=["Chapter five names …"])


class Exemption(_Strict):
    """Something that the disclosure check lets pass, with its reason."""

    where: str = Field(description="Block, table or file that it holds for, as the check names it", examples=["evidence_map"])
    rule: str = Field(description="Rule that it is exempted from", examples=["minimum_cell"])
    reason_nl: str = Field(description="Why, in Dutch", examples=["Het proefschrift noemt ze zelf."])
    reason_en: str = Field(description="Why, in English", examples=["The thesis names them itself."])


class Disclosure(_Strict):
    """What may leave: the smallest group shown, words that may not be published, and what is exempted."""

    min_cell: int = Field(description="Smallest group of respondents shown", examples=[5], ge=1)
    reason_nl: str = Field(description="Why this minimum, in Dutch", examples=["De gebruikelijke ondergrens."])
    reason_en: str = Field(description="Why this minimum, in English", examples=["The usual lower bound."])
    deny: list[str] = Field(default=[], description="Names and words that may not be in anything published", examples=[["Jan Jansen"]])
    exempt: list[Exemption] = Field(default=[], description="What passes although a rule forbids it")


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
    """An edition of the study: ``edition.toml``."""

    edition: str = Field(description="Id, the name of the folder", examples=["2015"])
    status: Literal["draft", "published"] = Field(description="Published editions are immutable", examples=["published"])
    synthetic: bool = Field(description="Whether the data are made up", examples=[False])
    basis: Literal["publication", "fieldwork"] = Field(
        description="Whether it is read out of a publication, or rests on fieldwork of its own", examples=["publication"]
    )
    languages: list[Language] = Field(description="Languages of the report", examples=[["nl", "en"]], min_length=1)
    year: int = Field(description="Year that the edition is named after", examples=[2015])
    keywords: list[str] = Field(
        default=[], description="Words by which the PDFs are found, the same in all languages; the id is added", examples=[["benchmarking"]]
    )
    title: Words
    subtitle: Words
    source: Source
    partners: list[Partner]
    domains: list[Labelled]
    roles: list[Labelled]
    interviews: Interviews
    sampling: Sampling
    recommendations: Recommendations
    survey: Survey
    design: list[Method]
    anonymity: Anonymity
    disclosure: Disclosure
    analysis: Analysis = Analysis()

    _each_once = field_validator("languages", "keywords", "partners", "domains", "roles", "design")(_distinct)

    def facts(self) -> dict[str, Any]:
        """Return the settings as nested values for the predicates of claims, with the ids of the methods that were not dropped."""
        return self.model_dump() | {"methods_done": [method.id for method in self.design if method.status != "lapsed"]}


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
    place: str = Field(description="Where the thesis describes it", examples=["2.3 ¶1-2"])
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

    model: list[Model]

    _each_once = field_validator("model")(_distinct)

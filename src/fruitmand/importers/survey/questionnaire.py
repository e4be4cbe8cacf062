"""The questionnaire of an edition as the import needs it: items with their points, fields of a respondent, and blocks of items."""

from collections.abc import Mapping
from dataclasses import dataclass

from fruitmand.checks.items import problems_of_items
from fruitmand.edition.errors import DataError
from fruitmand.edition.reading import Edition
from fruitmand.edition.survey_groups import groups
from fruitmand.importers.survey.text_matching import normalise

NOT_APPLICABLE = frozenset(map(normalise, ("n.v.t.", "nvt", "niet van toepassing", "not applicable", "not_applicable", "N/A")))
NOT_ANSWERED = frozenset(map(normalise, ("niet beantwoord", "geen antwoord", "not answered", "no answer", "seen but unanswered")))


@dataclass(frozen=True)
class Item:
    """An item: ``points`` are the ranks of its scale by normalised label, ``labels`` its labels in Dutch from the lowest rank."""

    id: str
    block: str
    scale: str
    statements: tuple[str, ...]
    points: Mapping[str, int]
    labels: tuple[str, ...]
    offers_not_applicable: bool

    @property
    def ranks(self) -> tuple[int, ...]:
        """The ranks of its scale, from the lowest."""
        return tuple(sorted(set(self.points.values())))

    @property
    def scale_in_words(self) -> str:
        """The scale as messages print it."""
        return ", ".join(f"{rank} {label}" for rank, label in zip(self.ranks, self.labels, strict=True))


@dataclass(frozen=True)
class Questionnaire:
    """The items in their order, the values of each field of a respondent (id by normalised id or label) and the blocks (labels by id)."""

    items: Mapping[str, Item]
    fields: Mapping[str, Mapping[str, str]]
    blocks: Mapping[str, tuple[str, ...]]
    folder: str


def read_questionnaire(edition: Edition) -> Questionnaire:
    """Read the questionnaire from an edition's items and their earlier wordings, scales, codebook, municipalities and settings.

    Raises
    ------
    DataError
        When the items make no questionnaire.
    """
    if problems := list(problems_of_items(edition)):
        raise DataError(problems)
    scales, codebook, wordings = edition["scales"], edition["codebook"].set_index("code"), edition["wordings"]
    items = {}
    for row in edition["items"].to_dict("records"):
        scale = scales[scales["scale"] == row["scale"]].sort_values("rank")
        points = {
            normalise(label): int(rank) for side in ("nl", "en") for label, rank in zip(scale[f"label_{side}"], scale["rank"], strict=True)
        }
        earlier = wordings[wordings["item"] == row["item"]]
        statements = (row["statement_nl"], row["statement_en"], *earlier["statement_nl"], *earlier["statement_en"])
        labels = tuple(scale["label_nl"])
        items[row["item"]] = Item(row["item"], row["block"], row["scale"], statements, points, labels, row["not_applicable"] == "yes")
    fields = {
        by: {normalise(text): row["id"] for row in rows for text in row.values()} for by, rows in groups(edition, edition.settings).items()
    }
    blocks = {
        block: tuple(codebook.loc[block, ["label_nl", "label_en"]].dropna())
        for block in dict.fromkeys(item.block for item in items.values())
        if block in codebook.index
    }
    return Questionnaire(items, fields, blocks, edition.label)

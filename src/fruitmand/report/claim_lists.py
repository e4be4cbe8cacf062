"""The lists of claims that a report has: their order, the verdicts in each, and which are printed."""

from collections.abc import Mapping

from fruitmand.edition.columns import Verdict

GROUPS: Mapping[str, tuple[Verdict, ...]] = {
    "contradicted": ("contradicted",),
    "tension": ("tension",),
    "partly": ("holds_for_most", "not_visible"),
    "assumed": ("points_to", "points_away"),
    "slip": ("slip",),
    "unchecked": ("unchecked",),
    "holds": ("holds", "circular"),
}
"""The lists, in their order, and the verdicts in each."""
PRINTED = ("contradicted", "tension", "slip")
"""The lists that are printed; the web page has all of them."""

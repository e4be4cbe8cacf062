"""Print the verdicts on an edition's claims: ``python -m fruitmand.outputs.claims_listing EDITION [AGAINST]``.

With AGAINST, the claims are tested on that edition's data as well.
"""

import sys
from collections import Counter

from fruitmand.analysis.claims import judge, retest
from fruitmand.checks.whole_edition import read_edition
from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError


@command
def main(arguments: list[str]) -> int:
    """Print a line a claim, then the count of each verdict."""
    if len(arguments) not in (1, 2):
        raise FruitmandError("usage: make claims [EDITION=…] [AGAINST=…]")
    edition = read_edition(arguments[0])
    if len(arguments) == 2:
        lines = [(claim, str(outcome)) for claim, outcome in retest(edition.claims, edition, read_edition(arguments[1]))]
    else:
        lines = [(found.claim, str(found.verdict)) for found in judge(edition.claims, edition, edition.settings.facts())]
    for claim, verdict in lines:
        print(f"{claim.id}  {verdict:<15} {claim.section} ¶{claim.paragraph}: {claim.statement_en}")
    counts = Counter(verdict for _, verdict in lines)
    print("; ".join(f"{verdict} {count}" for verdict, count in sorted(counts.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

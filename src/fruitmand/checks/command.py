"""Check an edition's raw files, or seal them: ``python -m fruitmand.checks.command [--seal] EDITION``."""

import sys

from fruitmand.checks.microdata import standing
from fruitmand.checks.whole_edition import read_edition
from fruitmand.edition import sealing
from fruitmand.edition.command_line import command
from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.reading import raw_folder


@command
def main(arguments: list[str]) -> int:
    """Check (or with ``--seal`` write the manifest of, then check) the edition on the command line."""
    match arguments:
        case ["--seal", name]:
            sealing.seal(raw_folder(name))
        case [name]:
            pass
        case _:
            raise FruitmandError("usage: python -m fruitmand.checks.command [--seal] EDITION")
    edition = read_edition(name)
    rows = sum(len(table) for table in edition.values())
    print(f"  checked: {len(edition)} tables, {rows} rows, {len(edition.coders)} coders")
    if said := standing(edition.settings):
        print(f"  {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Check an edition's raw files, or seal them: ``python -m fruitmand.checks.command [--seal] EDITION``."""

import sys

from fruitmand.checks.microdata import where_answers_are
from fruitmand.checks.progress import next_step, summarised, to_do
from fruitmand.checks.whole_edition import check_edition, is_draft
from fruitmand.edition import sealing
from fruitmand.edition.command_line import command
from fruitmand.edition.errors import DataError, FruitmandError, blocking
from fruitmand.edition.reading import Edition, raw_folder


@command
def main(arguments: list[str]) -> int:
    """Check (or with ``--seal`` write the manifest of, then check) the edition on the command line.

    Everything that is wrong is listed at once, then what is not there yet, which is no error, and last the next step. Returns 1 when
    anything is wrong.
    """
    match arguments:
        case ["--seal", name]:
            if Edition(name).has_results_alone:
                raise FruitmandError(f"the answers of edition {name} are not here; whoever has them seals it")
            sealing.seal(raw_folder(name))
        case [name]:
            pass
        case _:
            raise FruitmandError("usage: make check EDITION=…, or python -m fruitmand.checks.command [--seal] EDITION")
    edition = Edition(name)
    problems = check_edition(edition)
    wrong = blocking(problems, draft=is_draft(edition))
    unfinished = [problem for problem in problems if problem not in wrong]
    if wrong:
        print(DataError(wrong), file=sys.stderr, flush=True)
    else:
        tables = [table for table in edition.values() if len(table)]
        coders = "1 coder" if len(edition.coders) == 1 else f"{len(edition.coders)} coders"
        print(f"{edition.label}: {len(tables)} tables, {sum(map(len, tables))} rows, {coders}; nothing is wrong")
    if not problems and (said := where_answers_are(edition.settings, results_alone=edition.has_results_alone)):
        print(f"  {said}")
    found = to_do(edition)
    told = {problem.file for problem in unfinished}
    if missing := [*(str(one) for one in found if one.file not in told), *summarised(unfinished)]:
        print("\n".join(["not there yet:", *(f"  {line}" for line in missing)]))
    print(f"next: {next_step(edition, found, wrong=bool(wrong))}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

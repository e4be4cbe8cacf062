"""Corrupt an edition on purpose and see what notices: ``python -m lab.corrupt EDITION [--sample N] [--seed S]``.

One thing at a time is changed in a scratch copy; a gate must catch it in words that point at the place. What is caught with the
checksums (the manifest of the raw files, the register of the texts) and what by meaning alone are told apart.
"""

import argparse
import contextlib
import shutil
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import pandas as pd

from fruitmand.analysis import agreement, coding, named_numbers, ratings
from fruitmand.analysis.claims import judge
from fruitmand.analysis.evidence import evidence_map
from fruitmand.analysis.numbers import Numbers
from fruitmand.analysis.verdict_review import review_claims, review_evidence
from fruitmand.checks.whole_edition import check_edition, read_edition
from fruitmand.edition import sealing
from fruitmand.edition.errors import DataError, FruitmandError, Problem
from fruitmand.edition.files import project_root
from fruitmand.edition.reading import Edition
from fruitmand.report.text_parity import FOLDER, check_catalogues, flatten
from fruitmand.report.text_register import NAME as REGISTER
from fruitmand.report.text_register import check_register, read_texts
from lab.mutations import Mutant, every_mutant, sample

CATALOGUES = ("nl.toml", "en.toml")
EXHAUSTIVE = ("rating", "claim expected value")
BESIDE = ("checksum",)  # changes no page, so that only the manifest need catch it
_BESIDE_TEXT = {"agreement.draws", "agreement.seed"}  # parameters of a notebook, not of the data


@dataclass(frozen=True)
class State:
    """What the gates look at: an edition, the catalogues with their register, the names of all numbers, the published ones."""

    edition: Edition
    catalogues: Mapping[str, str]
    register: str
    names: Sequence[str]
    published: Numbers


Gate = Callable[[State], Sequence[Problem]]


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: the gates that catch it with and without the manifest; an empty name when none does.

    ``exact`` is whether the message names row, key or id besides the file.
    """

    mutant: Mutant
    sealed: str
    meaning: str
    exact: bool
    message: str


def _seal(state: State) -> list[Problem]:
    folder = Path(str(files("fruitmand.report") / "text"))
    nl, en = (read_texts(folder, language) | flatten(tomllib.loads(state.catalogues[f"{language}.toml"])) for language in ("nl", "en"))
    return [*sealing.check(state.edition.folder, state.edition.label), *check_register(nl, en, state.register)]


def _schema(state: State) -> list[Problem]:
    return check_edition(state.edition, sealed=False)


def _claims(state: State) -> list[Problem]:
    edition = state.edition
    return review_claims(judge(edition.claims, edition, edition.settings.facts()), edition["reviewed"], edition.label)


def _evidence(state: State) -> list[Problem]:
    edition = state.edition
    found = evidence_map(edition["ratings"], edition["segments"], _agreed(edition))
    return review_evidence(found, edition["reviewed"], edition.label)


def _parity(state: State) -> list[Problem]:
    nl, en = (tomllib.loads(state.catalogues[name]) for name in CATALOGUES)
    figures = {key for tree in (nl, en) for key in flatten(tree.get("alt", {}))}
    return check_catalogues(nl, en, state.names, sorted(figures | set(state.edition.models)))


def _numbers(state: State) -> list[Problem]:
    return compare_numbers(numbers_anew(state.edition), state.published, f"reports/{state.edition.name}/numbers.json")


MANIFEST: tuple[str, Gate] = ("manifest", _seal)
GATES: tuple[tuple[str, Gate], ...] = (
    ("schema", _schema),
    ("claim", _claims),
    ("evidence", _evidence),
    ("parity", _parity),
    ("number", _numbers),
)


def _agreed(edition: Edition) -> pd.DataFrame:
    return coding.adjudicated_codings(edition["codings"], edition.coders, edition["adjudications"])


def numbers_anew(edition: Edition) -> Numbers:
    """Return every number that the steps name, computed anew; the bootstrap of alpha is left out."""
    book, municipalities, segments, rated = (edition[name] for name in ("codebook", "municipalities", "segments", "ratings"))
    first = _agreed(edition)
    counts, evidence = ratings.count_by_variable(rated, book), evidence_map(rated, segments, first)
    own = segments.query("layer == 'findings'")
    findings = evidence_map(rated, own, first[first["segment_id"].isin(own["segment_id"])])
    tables = (coding.code_frequencies(segments, first, book), coding.coverage(segments, first, book, municipalities))
    saturation = coding.code_saturation(segments, first, book)
    return Numbers(
        [
            *named_numbers.design_numbers(edition),
            *named_numbers.coding_numbers(segments, *tables, saturation, municipalities["municipality"]),
            *named_numbers.agreement_numbers(
                agreement.compare_coders(edition["codings"], edition.coders, draws=1, seed=1), draws=1, seed=1
            ),
            *named_numbers.adjudication_numbers(edition["adjudications"]),
            *named_numbers.rating_numbers(counts),
            *named_numbers.concept_numbers(counts, ratings.count_by_municipality(rated, book, municipalities)),
            *named_numbers.expectation_numbers(edition["expectations"], len(municipalities)),
            *named_numbers.claim_numbers(judge(edition.claims, edition, edition.settings.facts())),
            *named_numbers.evidence_numbers(evidence, findings),
        ]
    )


def compare_numbers(found: Numbers, published: Numbers, file: str) -> list[Problem]:
    """Return a problem for every published number that is now another, or that nothing names any more."""
    problems = []
    for number in published:
        if number.name in _BESIDE_TEXT:
            continue
        now = str(found[number.name].value) if number.name in found else "not named"
        if now != str(number.value):
            rule = f"was published as {number.value} and is now {now}"
            problems.append(Problem(file, 0, number.name, rule, f"it comes from {number.source}"))
    return problems


def run_gate(gate: Gate, state: State) -> list[str]:
    """Return what a gate says, whether it returns problems or raises; an error that is not meant for the user is no catch."""
    try:
        return [str(problem) for problem in gate(state)]
    except DataError as error:
        return [str(problem) for problem in error.problems]
    except FruitmandError as error:
        return [str(error)]
    except tomllib.TOMLDecodeError as error:
        return [str(error)]


def points(mutant: Mutant, message: str) -> tuple[bool, bool]:
    """Return whether a message names the mutant's file, and whether it also names the row, the key, the value or the id."""
    other = {"checksum": mutant.marks[0], "codebook line": "the codebook"} if mutant.marks else {}  # how these files are called in messages
    named_file = mutant.file in message or (mutant.kind in other and other[mutant.kind] in message)
    return named_file, named_file and any(mark in message for mark in mutant.marks)


def catch(mutant: Mutant, state: State, gates: Sequence[tuple[str, Gate]]) -> tuple[str, bool, str]:
    """Return the first gate with a message that points at the mutant, whether it is exact, and the message; an exact one goes first."""
    vague = ("", False, "")
    for name, gate in gates:
        for message in run_gate(gate, state):
            near, exact = points(mutant, message)
            if exact:
                return name, True, message
            if near and not vague[0]:
                vague = name, False, message
    return vague


@contextlib.contextmanager
def scratch(edition: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """Give a copy of the edition's raw files in a temporary folder, as the working directory, and the texts of all files."""
    root = project_root()
    with tempfile.TemporaryDirectory(prefix="fruitmand.") as folder:
        raw = Path(folder) / "data" / "raw" / edition
        shutil.copytree(root / "data" / "raw" / edition, raw)
        texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(raw.iterdir())}
        texts |= {name: (root / FOLDER / name).read_text(encoding="utf-8") for name in CATALOGUES}
        with contextlib.chdir(folder):
            yield raw, texts


def corrupt(edition: str, *, size: int, every: bool, seed: int, gates: Sequence[tuple[str, Gate]] = GATES) -> dict[str, list[Outcome]]:
    """Make the mutants of an edition and hand each to the gates.

    Parameters
    ----------
    size : int
        Mutants of each kind; all of them where there are fewer.
    every : bool
        Take all ratings and all expected values of claims, whatever the size.

    Raises
    ------
    FruitmandError
        When a gate objects to the edition as it is, or there is no edition.
    """
    read_edition(edition)
    root = project_root()
    file = root / "reports" / edition / "numbers.json"
    published = Numbers.read(file, used_only=True) if file.is_file() else Numbers()
    with scratch(edition) as (raw, texts):
        whole = read_edition(edition)
        names = numbers_anew(whole).names()
        register = (root / FOLDER / REGISTER).read_text(encoding="utf-8")
        state = State(whole, texts, register, names, published)
        if said := [message for _, gate in (MANIFEST, *gates) for message in run_gate(gate, state)]:
            raise FruitmandError(f"edition {edition} must be sound before it is broken: {said[0]}")
        mutants = every_mutant(whole, texts, names)
        return {
            kind: [_outcome(mutant, raw, state, gates) for mutant in (found if every and kind in EXHAUSTIVE else sample(found, size, seed))]
            for kind, found in mutants.items()
        }


def _outcome(mutant: Mutant, raw: Path, sound: State, gates: Sequence[tuple[str, Gate]]) -> Outcome:
    if mutant.file in CATALOGUES:
        state = replace(sound, catalogues={**sound.catalogues, mutant.file: mutant.text()})
        sealed = catch(mutant, state, [MANIFEST])[0]
        name, exact, message = catch(mutant, state, [gate for gate in gates if gate[0] == "parity"])
        return Outcome(mutant, sealed or name, name, exact, message)
    path = raw / mutant.file
    before = path.read_bytes()
    path.write_text(mutant.text(), encoding="utf-8")
    try:
        state = replace(sound, edition=sound.edition.but(mutant.file))
        sealed = catch(mutant, state, [MANIFEST])[0]
        name, exact, message = (
            ("", False, "") if mutant.kind in BESIDE else catch(mutant, state, [gate for gate in gates if gate[0] != "parity"])
        )
    finally:
        path.write_bytes(before)
    return Outcome(mutant, sealed or name, name, exact, message)


def report(outcomes: Mapping[str, Sequence[Outcome]], seconds: float) -> tuple[str, bool]:
    """Return the table of kill rates with the survivors, and whether the goals are met."""
    lines = [f"{'kind':<22}{'mutants':>8}{'with manifest':>15}{'by meaning':>12}{'file only':>11}   gates"]
    for kind, found in outcomes.items():
        by_gate = {name: sum(o.meaning == name for o in found) for name, _ in GATES}
        gates = ", ".join(f"{name} {count}" for name, count in by_gate.items() if count)
        caught = "–" if kind in BESIDE else f"{_rate(found, 'meaning'):.1%}"
        vague = sum(bool(o.meaning) and not o.exact for o in found)
        lines.append(f"{kind:<22}{len(found):>8}{_rate(found, 'sealed'):>15.1%}{caught:>12}{vague:>11}   {gates}")
        for label, survivors in (
            ("with the manifest", [o for o in found if not o.sealed]),
            ("by meaning", [o for o in found if not o.meaning and kind not in BESIDE]),
        ):
            lines += [f"    survives {label}: {o.mutant.place}" for o in survivors[:5]]
    every = [o for found in outcomes.values() for o in found]
    rest = [o for kind, found in outcomes.items() if kind not in (*EXHAUSTIVE, *BESIDE) for o in found]
    goals = [("with the manifest, all", _rate(every, "sealed"), 1.0)]
    goals += [(f"by meaning, {kind}", _rate(outcomes.get(kind, []), "meaning"), 1.0) for kind in EXHAUSTIVE]
    goals.append(("by meaning, the rest", _rate(rest, "meaning"), 0.9))
    lines += [f"{name:<40}{rate:>7.1%}  goal {goal:.0%}  {'met' if rate >= goal else 'MISSED'}" for name, rate, goal in goals]
    lines.append(f"{len(every)} mutants in {seconds:.0f} s")
    return "\n".join(lines), all(rate >= goal for _, rate, goal in goals)


def _rate(outcomes: Sequence[Outcome], which: str) -> float:
    return sum(bool(getattr(o, which)) for o in outcomes) / len(outcomes) if outcomes else 0.0


def main(arguments: list[str]) -> int:
    """Corrupt the edition on the command line; print the rates; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m lab.corrupt", description="See what the checks catch.")
    parser.add_argument("edition")
    parser.add_argument("--sample", type=int, help="mutants of each kind, ratings and claims too (default: 40, and all ratings and claims)")
    parser.add_argument("--seed", type=int, default=20160117, help="seed of the sample")
    given = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        outcomes = corrupt(given.edition, size=given.sample or 40, every=given.sample is None, seed=given.seed)
    except FruitmandError as error:
        print(error, file=sys.stderr)
        return 1
    if not (project_root() / "reports" / given.edition / "numbers.json").is_file():
        print(f"reports/{given.edition}/numbers.json is not there, so that no number is compared; run `make report` for it")
    text, met = report(outcomes, time.monotonic() - started)
    print(text)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Mutation testing of an edition: ``python -m lab.corrupt EDITION [--sample N] [--seed S]``.

One thing at a time is changed in a scratch copy of the edition. A check (gate) must report it in a message that points at the place. The
table distinguishes what is caught with the checksums (the manifest of the raw files, the register of the texts) from what is caught by
meaning alone.
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
from fruitmand.analysis.evidence import count_standings, evidence_map
from fruitmand.analysis.numbers import Numbers
from fruitmand.analysis.verdict_review import review_claims, review_evidence
from fruitmand.checks.whole_edition import check_edition, read_edition
from fruitmand.edition import sealing
from fruitmand.edition.command_line import command
from fruitmand.edition.errors import DataError, FruitmandError, Problem
from fruitmand.edition.files import project_root
from fruitmand.edition.reading import Edition
from fruitmand.report.text_parity import FOLDER, check_catalogues, flatten
from fruitmand.report.text_register import NAME as REGISTER
from fruitmand.report.text_register import check_register, read_texts
from fruitmand.report.words import placeholders
from lab.mutations import Mutant, every_mutant, sample

CATALOGUES = ("nl.toml", "en.toml")
EXHAUSTIVE = ("rating", "claim expected value")
NO_PAGE = ("checksum",)  # kinds that change no page, so that only the manifest can catch them
_PARAMETERS = {"agreement.draws", "agreement.seed"}  # parameters of a notebook, not of the data


@dataclass(frozen=True)
class State:
    """What the gates check: an edition, the text catalogues with their register, the names of all numbers, the published numbers."""

    edition: Edition
    catalogues: Mapping[str, str]
    register: str
    names: Sequence[str]
    published: Numbers


Gate = Callable[[State], Sequence[Problem]]


@dataclass(frozen=True)
class Outcome:
    """Which gate caught a mutant: ``sealed`` with the manifest and ``meaning`` without it; empty when none did, so that it survives.

    ``exact`` is whether the message names the row, key or id besides the file.
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
    evidence = evidence_map(edition["ratings"], edition["segments"], _adjudicated(edition), group=edition.group_id)
    return review_evidence(evidence, edition["reviewed"], edition.label)


def _parity(state: State) -> list[Problem]:
    nl, en = (tomllib.loads(state.catalogues[name]) for name in CATALOGUES)
    figures = {key for tree in (nl, en) for key in flatten(tree.get("alt", {}))}
    return check_catalogues(nl, en, state.names, sorted(figures))


def _numbers(state: State) -> list[Problem]:
    return compare_numbers(computed_numbers(state.edition), state.published, f"reports/{state.edition.name}/numbers.json")


MANIFEST: tuple[str, Gate] = ("manifest", _seal)
GATES: tuple[tuple[str, Gate], ...] = (
    ("schema", _schema),
    ("claim", _claims),
    ("evidence", _evidence),
    ("parity", _parity),
    ("number", _numbers),
)


def _adjudicated(edition: Edition) -> pd.DataFrame:
    return coding.adjudicated_codings(edition["codings"], edition.coders, edition["adjudications"], edition["recodings"])


def computed_numbers(edition: Edition) -> Numbers:
    """Compute every number that the steps name, without the bootstrap of alpha."""
    codebook, municipalities, segments, rating_table = (edition[name] for name in ("codebook", "municipalities", "segments", "ratings"))
    adjudicated = _adjudicated(edition)
    counts, evidence = (
        ratings.count_by_variable(rating_table, codebook),
        evidence_map(rating_table, segments, adjudicated, group=edition.group_id),
    )
    findings_segments = segments.query("layer == 'findings'")
    of_findings = adjudicated[adjudicated["segment_id"].isin(findings_segments["segment_id"])]
    findings = evidence_map(rating_table, findings_segments, of_findings, group=edition.group_id)
    tables = (
        coding.code_frequencies(segments, adjudicated, codebook),
        coding.coverage(segments, adjudicated, codebook, municipalities, group=edition.group_id),
    )
    saturation = coding.code_saturation(segments, adjudicated, codebook)
    named = edition.settings.analysis.named
    return Numbers(
        replace(number, name=named(number.name))
        for number in [
            *named_numbers.design_numbers(edition),
            *named_numbers.coding_numbers(segments, *tables, saturation, municipalities["municipality"]),
            *named_numbers.agreement_numbers(
                agreement.compare_coders(edition["codings"], edition.coders, draws=1, seed=1), draws=1, seed=1
            ),
            *named_numbers.adjudication_numbers(edition["adjudications"]),
            *named_numbers.rating_numbers(counts),
            *named_numbers.concept_numbers(counts, ratings.count_by_municipality(rating_table, codebook, municipalities)),
            *named_numbers.expectation_numbers(edition["expectations"], len(municipalities)),
            *named_numbers.claim_numbers(judge(edition.claims, edition, edition.settings.facts())),
            *named_numbers.evidence_numbers(evidence, findings),
            *named_numbers.concept_evidence_numbers(count_standings(evidence, codebook)),
            *named_numbers.condition_numbers(edition["conditions"]),
            *named_numbers.initiative_numbers(edition["initiatives"]),
            *named_numbers.recommendation_numbers(edition["recommendations"]),
        ]
    )


def compare_numbers(computed: Numbers, published: Numbers, file: str) -> list[Problem]:
    """Return a problem for every published number that has changed or is no longer named."""
    problems = []
    for number in published:
        if number.name in _PARAMETERS:
            continue
        now = str(computed[number.name].value) if number.name in computed else "not named"
        if now != str(number.value):
            rule = f"was published as {number.value} and is now {now}"
            problems.append(Problem(file, 0, number.name, rule, f"it comes from {number.source}"))
    return problems


def run_gate(gate: Gate, state: State) -> list[str]:
    """Return the messages of a gate, whether it returns problems or raises; an unexpected error is not a catch, but raised."""
    try:
        return [str(problem) for problem in gate(state)]
    except DataError as error:
        return [str(problem) for problem in error.problems]
    except FruitmandError as error:
        return [str(error)]
    except tomllib.TOMLDecodeError as error:
        return [str(error)]


def points_at(mutant: Mutant, message: str) -> tuple[bool, bool]:
    """Return whether a message names the file of a mutant, and whether it also names its row, key, value or id."""
    called = {"checksum": mutant.marks[0], "codebook line": "the codebook"} if mutant.marks else {}  # how messages call these files
    named_file = mutant.file in message or (mutant.kind in called and called[mutant.kind] in message)
    return named_file, named_file and any(mark in message for mark in mutant.marks)


def catch(mutant: Mutant, state: State, gates: Sequence[tuple[str, Gate]]) -> tuple[str, bool, str]:
    """Return the first gate with a message that points at the mutant, whether it is exact, and the message; exact ones are preferred."""
    vague = ("", False, "")
    for name, gate in gates:
        for message in run_gate(gate, state):
            near, exact = points_at(mutant, message)
            if exact:
                return name, True, message
            if near and not vague[0]:
                vague = name, False, message
    return vague


@contextlib.contextmanager
def scratch(edition: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """Copy the edition's raw files to a temporary folder, enter it, and yield the folder and the text of every file."""
    root = project_root()
    with tempfile.TemporaryDirectory(prefix="fruitmand.") as folder:
        raw = Path(folder) / "data" / "raw" / edition
        shutil.copytree(root / "data" / "raw" / edition, raw)
        texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(raw.iterdir())}
        texts |= {name: (root / FOLDER / name).read_text(encoding="utf-8") for name in CATALOGUES}
        with contextlib.chdir(folder):
            yield raw, texts


def corrupt(edition: str, *, size: int, every: bool, seed: int, gates: Sequence[tuple[str, Gate]] = GATES) -> dict[str, list[Outcome]]:
    """Make the mutants of an edition and run the gates on each.

    Parameters
    ----------
    size : int
        Mutants of each kind; all of them where there are fewer.
    every : bool
        Whether to take all ratings and all expected values of claims, whatever the size.
    seed : int
        Seed of the sample.

    Raises
    ------
    FruitmandError
        When a gate reports a problem of the unchanged edition, or there is no such edition.
    """
    read_edition(edition)
    root = project_root()
    file = root / "reports" / edition / "numbers.json"
    published = Numbers.read(file, used_only=True) if file.is_file() else Numbers()
    with scratch(edition) as (raw, texts):
        sound = read_edition(edition)
        asked = {name for file in CATALOGUES for text in flatten(tomllib.loads(texts[file])).values() for name, _ in placeholders(text)}
        names = [*computed_numbers(sound).names(), *sorted(name for name in asked if "." in name)]  # also those of a survey
        lines = (root / FOLDER / REGISTER).read_text(encoding="utf-8").splitlines(keepends=True)
        register = "".join(line for line in lines if "/" not in line or f"  {edition}/" in line)  # other editions are not in the copy
        state = State(sound, texts, register, names, published)
        if objections := [message for _, gate in (MANIFEST, *gates) for message in run_gate(gate, state)]:
            raise FruitmandError(f"edition {edition} must be sound before it is broken: {objections[0]}")
        mutants = every_mutant(sound, texts, names)
        return {
            kind: [
                _outcome(mutant, raw, state, gates) for mutant in (of_kind if every and kind in EXHAUSTIVE else sample(of_kind, size, seed))
            ]
            for kind, of_kind in mutants.items()
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
        state = replace(sound, edition=sound.edition.rereading(mutant.file))
        sealed = catch(mutant, state, [MANIFEST])[0]
        name, exact, message = (
            ("", False, "") if mutant.kind in NO_PAGE else catch(mutant, state, [gate for gate in gates if gate[0] != "parity"])
        )
    finally:
        path.write_bytes(before)
    return Outcome(mutant, sealed or name, name, exact, message)


def report(outcomes: Mapping[str, Sequence[Outcome]], seconds: float) -> tuple[str, bool]:
    """Return the table of kill rates with the surviving mutants, and whether the goals are met."""
    lines = [f"{'kind':<22}{'mutants':>8}{'with manifest':>15}{'by meaning':>12}{'file only':>11}   gates"]
    for kind, of_kind in outcomes.items():
        by_gate = {name: sum(o.meaning == name for o in of_kind) for name, _ in GATES}
        gates = ", ".join(f"{name} {count}" for name, count in by_gate.items() if count)
        caught = "–" if kind in NO_PAGE else f"{_rate(of_kind, 'meaning'):.1%}"
        vague = sum(bool(o.meaning) and not o.exact for o in of_kind)
        lines.append(f"{kind:<22}{len(of_kind):>8}{_rate(of_kind, 'sealed'):>15.1%}{caught:>12}{vague:>11}   {gates}")
        for label, survivors in (
            ("with the manifest", [o for o in of_kind if not o.sealed]),
            ("by meaning", [o for o in of_kind if not o.meaning and kind not in NO_PAGE]),
        ):
            lines += [f"    survives {label}: {o.mutant.place}" for o in survivors[:5]]
    every = [o for of_kind in outcomes.values() for o in of_kind]
    others = [o for kind, of_kind in outcomes.items() if kind not in (*EXHAUSTIVE, *NO_PAGE) for o in of_kind]
    goals = [("with the manifest, all", _rate(every, "sealed"), 1.0)]
    goals += [(f"by meaning, {kind}", _rate(outcomes.get(kind, []), "meaning"), 1.0) for kind in EXHAUSTIVE]
    goals.append(("by meaning, the rest", _rate(others, "meaning"), 0.9))
    lines += [f"{name:<40}{rate:>7.1%}  goal {goal:.0%}  {'met' if rate >= goal else 'MISSED'}" for name, rate, goal in goals]
    lines.append(f"{len(every)} mutants in {seconds:.0f} s")
    return "\n".join(lines), all(rate >= goal for _, rate, goal in goals)


def _rate(outcomes: Sequence[Outcome], which: str) -> float:
    return sum(bool(getattr(o, which)) for o in outcomes) / len(outcomes) if outcomes else 0.0


@command
def main(arguments: list[str]) -> int:
    """Corrupt the edition on the command line; print the rates; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m lab.corrupt", description="See what the checks catch.")
    parser.add_argument("edition")
    parser.add_argument("--sample", type=int, help="mutants of each kind, ratings and claims too (default: 40, and all ratings and claims)")
    parser.add_argument("--seed", type=int, default=20160117, help="seed of the sample")
    parsed = parser.parse_args(arguments)
    started = time.monotonic()
    outcomes = corrupt(parsed.edition, size=parsed.sample or 40, every=parsed.sample is None, seed=parsed.seed)
    if not (project_root() / "reports" / parsed.edition / "numbers.json").is_file():
        print(f"reports/{parsed.edition}/numbers.json is not there, so that no number is compared; run `make report` for it")
    text, met = report(outcomes, time.monotonic() - started)
    print(text)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

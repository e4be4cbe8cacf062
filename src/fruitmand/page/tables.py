"""The tables: each function makes one table in one language from the raw tables or from results."""

from collections.abc import Mapping, Sequence

import pandas as pd

from fruitmand.analysis.agreement import Agreement
from fruitmand.analysis.ratings import variables
from fruitmand.data.schema import SYMBOLS
from fruitmand.page.blocks import Cell, Column, Table
from fruitmand.page.catalogue import Words
from fruitmand.page.style import shade


def _columns(words: Words, *columns: tuple[str, str, float]) -> list[Column]:
    return [Column(words.text(f"column.{key}"), align, width) for key, align, width in columns]  # type: ignore[arg-type]


def _symbol(words: Words, symbol: object, polarity: str) -> Cell:
    return Cell("×") if pd.isna(symbol) else Cell(words.symbol(str(symbol)), shade(str(symbol), polarity))


def design(words: Words) -> Table:
    """List the facts of the design with the place in the thesis that states each."""
    settings, pick = words.edition.settings, words.pick
    interviews, anonymity = settings.interviews, settings.anonymity
    rows: list[list[Cell | str]] = [[words.text("design.partners")]]
    rows += [[p.name, pick(p.model_dump(), "role"), words.place(p.place)] for p in settings.partners]
    rows += [
        [words.text("design.interviews")],
        [words.text("design.held"), words.text("design.interviews_value"), words.place(interviews.conducted_place)],
        [words.text("design.domains"), ", ".join(pick(d.model_dump()) for d in settings.domains), words.place(settings.domains[0].place)],
        [words.text("design.roles"), "; ".join(pick(r.model_dump()) for r in settings.roles), words.place(settings.roles[0].place)],
        [words.text("design.by_municipality"), words.text(f"design.{interviews.by_municipality.replace(' ', '_')}"), "–"],
        [words.text("design.transcripts"), words.text(f"design.{interviews.transcripts.replace(' ', '_')}"), "–"],
        [words.text("design.anonymity")],
        [words.text("design.promise"), pick(anonymity.model_dump(), "promise"), words.place(anonymity.place)],
        [words.text("design.practice"), pick(anonymity.model_dump(), "practice"), "5"],
    ]
    return Table(_columns(words, ("fact", "left", 0.34), ("value", "left", 0.5), ("place", "left", 0.16)), rows)


def methods(words: Words) -> Table:
    """List the planned methods and what became of each."""
    rows = [
        [
            words.pick(m.model_dump()),
            words.place(m.planned_place) or words.text("cell.not_announced"),
            words.text(f"status.{m.status}"),
            words.place(m.done_place),
        ]
        for m in words.edition.settings.design
    ]
    return Table(
        _columns(words, ("method", "left", 0.4), ("announced_at", "left", 0.18), ("status", "left", 0.24), ("stated_at", "left", 0.18)),
        rows,
    )


def agenda(words: Words) -> Table:
    """List the interview questions, grouped by block."""
    rows: list[list[Cell | str]] = []
    block = ""
    for _, row in words.edition.tables["agenda"].iterrows():
        if row["block"] != block:
            block = row["block"]
            rows.append([words.label(block)])
        rows.append([str(row["question"]), words.pick(row), words.pick(row, "asks")])
    return Table(_columns(words, ("number", "right", 0.06), ("subject", "left", 0.34), ("asks", "left", 0.6)), rows)


def measures(words: Words, concept: str) -> Table:
    """Rebuild table 3 or 4: dimension, variable, question, scale as declared and scale as used."""
    book = variables(words.edition.tables["codebook"], concept)
    rows: list[list[Cell | str]] = []
    for dimension, part in book.groupby("dimension", sort=False):
        rows.append([words.label(str(dimension))])
        for _, row in part.iterrows():
            used = words.text("cell.same") if row["scale_used"] == row["scale_declared"] else words.scale(row["scale_used"])
            rows.append(
                [
                    words.label(row["code"], "theory_label"),
                    words.label(row["code"], "definition"),
                    str(row["question"]),
                    words.scale(row["scale_declared"]),
                    used,
                ]
            )
    head = (
        ("variable", "left", 0.2),
        ("definition", "left", 0.34),
        ("question", "center", 0.08),
        ("scale_declared", "left", 0.2),
        ("scale_used", "left", 0.18),
    )
    return Table(_columns(words, *head), rows)


def theory(words: Words, concept: str) -> Table:
    """Rebuild table 1 or 2: what the literature expects, with a definition."""
    rows = [
        [words.label(row["code"], "theory_label"), words.label(row["code"], "definition")]
        for _, row in variables(words.edition.tables["codebook"], concept).iterrows()
    ]
    return Table(_columns(words, (concept, "left", 0.42), ("definition", "left", 0.58)), rows)


def scale_changes(words: Words, changes: pd.DataFrame) -> Table:
    """List the variables with another scale in the results than declared."""
    rows = [
        [
            words.label(row["variable"]),
            words.scale(row["scale_declared"]),
            words.count(row["points_declared"]),
            words.scale(row["scale_used"]),
            words.count(row["points_used"]),
        ]
        for row in changes.to_dict("records")
    ]
    head = (
        ("variable", "left", 0.32),
        ("scale_declared", "left", 0.24),
        ("points", "left", 0.1),
        ("scale_used", "left", 0.24),
        ("points", "left", 0.1),
    )
    return Table(_columns(words, *head), rows)


def findings(words: Words, exhibit: str, first: str, second: str) -> Table:
    """Rebuild a table of worded cells: a row per municipality, two columns."""
    cells = _of(words.edition.tables["findings"], exhibit)
    present = list(dict.fromkeys(cells["municipality"]))
    rows = [[words.municipality(town), *(_items(words, cells, town, kind) for kind in (first, second))] for town in present]
    return Table(
        _columns(words, ("municipality", "left", 0.16), (f"{exhibit}_{first}", "left", 0.42), (f"{exhibit}_{second}", "left", 0.42)), rows
    )


def _of(frame: pd.DataFrame, exhibit: str) -> pd.DataFrame:
    return frame[frame["exhibit"] == exhibit] if {"exhibit", "municipality"} <= set(frame.columns) else frame


def _items(words: Words, cells: pd.DataFrame, town: str, kind: str) -> str:
    rows = cells[(cells["municipality"] == town) & (cells["finding"] == kind)].sort_values("position")
    texts = [words.pick(row) for _, row in rows.iterrows()]
    return "\n".join(f"• {text}" for text in texts) if len(texts) > 1 else "".join(texts)


def rated(words: Words, exhibit: str) -> Table:
    """Rebuild a result table with municipalities as rows: its ratings, then its worded cells."""
    tables = {name: _of(frame, exhibit) for name, frame in words.edition.tables.items()}
    ratings = tables["ratings"]
    book = variables(tables["codebook"]).set_index("code")
    codes = [code for code in book.index if code in set(ratings["variable"])]
    wide = ratings.pivot(index="municipality", columns="variable", values="symbol")
    expectations, cells = tables["expectations"], tables["findings"]
    rows: list[list[Cell | str]] = []
    for town in tables["municipalities"].sort_values("position")["municipality"]:
        letters = expectations[expectations["municipality"] == town]
        worded = "\n".join(f"({row['letter']}) {words.pick(row)}" for _, row in letters.iterrows())
        symbols: list[Cell | str] = [_symbol(words, wide.at[town, code], str(book.at[code, "polarity"])) for code in codes]
        rows.append([words.municipality(town), *symbols, worded or _items(words, cells, town, "notable_outcome")])
    last = "expectations" if len(expectations) else "notable_outcomes"
    width = 0.165 if len(codes) < 3 else 0.13
    head = [Column(words.text("column.municipality"), "left", 0.14), *(Column(words.label(code), "center", width) for code in codes)]
    return Table([*head, Column(words.text(f"column.{last}"), "left", 0.86 - width * len(codes))], rows)


def rated_by_variable(words: Words, concept: str) -> Table:
    """Rebuild a result table with variables as rows and municipalities as columns."""
    tables = words.edition.tables
    towns = tables["municipalities"].sort_values("position")["municipality"].tolist()
    wide = tables["ratings"].pivot(index="variable", columns="municipality", values="symbol")
    rows: list[list[Cell | str]] = [
        [words.label(row["code"]), *(_symbol(words, wide.at[row["code"], town], row["polarity"]) for town in towns)]
        for _, row in variables(tables["codebook"], concept).iterrows()
    ]
    head = [Column(words.text(f"column.{concept}"), "left", 0.44), *(Column(words.municipality(town), "center", 0.14) for town in towns)]
    return Table(head, rows)


def expectations(words: Words) -> Table:
    """List every expectation once, with the municipalities that hold it."""
    tables = words.edition.tables
    frame = tables["expectations"]
    towns = tables["municipalities"].sort_values("position")["municipality"].tolist()
    rows: list[list[Cell | str]] = []
    for exhibit, part in frame.groupby("exhibit", sort=False):
        rows.append([words.title(str(exhibit))])
        for letter, held in sorted(part.groupby("letter"), key=lambda item: str(item[0])):
            marks = [Cell("●", "middle") if town in set(held["municipality"]) else "" for town in towns]
            rows.append([f"({letter}) {words.pick(held.iloc[0])}", *marks, str(len(held))])
    head = [Column(words.text("column.expectation"), "left", 0.42), *(Column(words.municipality(town), "center", 0.125) for town in towns)]
    return Table([*head, Column(words.text("column.count"), "right", 0.08)], rows)


def overview(words: Words, frame: pd.DataFrame) -> Table:
    """Show segments per credited municipality by kind, with a total."""
    keys = [name for name in frame.columns if name != "municipality"]
    rows: list[list[Cell | str]] = [
        [words.municipality(row["municipality"]), *(str(row[key]) for key in keys)] for row in frame.to_dict("records")
    ]
    rows.append([words.text("column.total"), *(str(int(frame[key].sum())) for key in keys)])
    return Table(_columns(words, ("credited", "left", 0.36), *((key, "right", 0.16) for key in keys)), rows)


def frequencies(words: Words, frame: pd.DataFrame, sightings: pd.DataFrame) -> Table:
    """Show how often each code was given, its valences and its first sighting."""
    first = sightings.set_index("code")
    rows: list[list[Cell | str]] = []
    level = ""
    for row in frame.to_dict("records"):
        if row["level"] != level:
            level = row["level"]
            rows.append([words.text(f"level.{level}")])
        valences = [words.text("cell.none") if pd.isna(row[key]) else str(int(row[key])) for key in ("supports", "mixed", "opposes")]
        seen = first.loc[row["code"]] if row["code"] in first.index else None
        place = words.text("cell.never") if seen is None else f"{seen['section']} ¶{seen['paragraph']}"
        rows.append([words.label(row["code"]), str(row["segments"]), str(row["passages"]), *valences, place])
    head = (
        ("code", "left", 0.34),
        ("segments", "right", 0.12),
        ("passages", "right", 0.12),
        ("supports", "right", 0.1),
        ("mixed", "right", 0.1),
        ("opposes", "right", 0.1),
        ("first_seen", "left", 0.12),
    )
    return Table(_columns(words, *head), rows)


def agreement(words: Words, results: Sequence[Agreement]) -> Table:
    """Show alpha and its interval per measure; an undefined alpha shows its reason."""
    rows: list[list[Cell | str]] = []
    for result in results:
        label = words.text(f"agreement.{result.measure}")
        if result.alpha is None:
            rows.append([label, str(result.units), words.text("cell.undefined"), words.text(f"reason.{result.reason}")])
        else:
            interval = (
                words.text("cell.undefined")
                if result.low is None or result.high is None
                else f"{words.decimal(result.low, 2)} – {words.decimal(result.high, 2)}"
            )
            rows.append([label, str(result.units), words.decimal(result.alpha, 2), interval])
    return Table(
        _columns(words, ("measure", "left", 0.46), ("units", "right", 0.14), ("alpha", "right", 0.14), ("interval", "left", 0.26)), rows
    )


def survey(words: Words) -> Table:
    """Show what was planned for the survey and what became of it."""
    plan = words.edition.settings.survey
    reason = words.pick(plan.model_dump(), "reason")
    state = "fielded" if plan.fielded else "not_fielded"
    rows: list[list[Cell | str]] = [
        [words.text("survey.respondents"), words.text("survey.respondents_value"), words.place(plan.planned_place)],
        [words.text("survey.scale_announced"), words.scale(plan.scale_announced), _declared(words, plan.scale_announced)],
        [words.text("survey.scale_annex"), words.scale(plan.scale_annex), _declared(words, plan.scale_annex)],
        [words.text("survey.state"), f"{words.text(f'survey.{state}')}. {reason}", words.place(plan.lapsed_place)],
        [words.text("survey.answers"), words.text("survey.no_answers"), "–"],
    ]
    return Table(_columns(words, ("fact", "left", 0.26), ("value", "left", 0.52), ("place", "left", 0.22)), rows)


def _declared(words: Words, scale: str) -> str:
    scales = words.edition.tables["scales"]
    return words.place(str(scales.loc[scales["scale"] == scale, "declared_at"].iloc[0]))


def by_concept(words: Words, frame: pd.DataFrame) -> Table:
    """Show per concept and municipality how many ratings stand at each symbol."""
    rows: list[list[Cell | str]] = []
    for concept, part in frame.groupby("concept", sort=False):
        rows.append([words.label(str(concept))])
        rows += [
            [words.municipality(row["municipality"]), *(str(row[key]) for key in ("high", "middle", "low", "n"))]
            for row in part.to_dict("records")
        ]
    head = (
        ("municipality", "left", 0.4),
        ("high", "right", 0.15),
        ("middle", "right", 0.15),
        ("low", "right", 0.15),
        ("count", "right", 0.15),
    )
    return Table(_columns(words, *head), rows)


def questions(words: Words, counts: pd.DataFrame) -> Table:
    """Show the questions, the gist of their answers, and the ratings that bear on each."""
    rated_as = counts.set_index("variable")
    rows: list[list[Cell | str]] = []
    for _, row in words.edition.tables["questions"].sort_values("position").iterrows():
        codes = [] if pd.isna(row["rests_on"]) else str(row["rests_on"]).split(";")
        part = rated_as.loc[codes]
        bearing = (
            words.text("cell.literature")
            if not codes
            else "\n".join(
                [
                    words.text("cell.variables", n=len(codes)),
                    *(
                        f"{words.symbol(symbol)}  {int(part[key].sum())}"
                        for symbol, key in (("+/+", "high"), ("+/-", "middle"), ("-/-", "low"))
                    ),
                ]
            )
        )
        name = words.text("cell.central") if row["question"] == "central" else str(row["question"])
        rows.append([name, words.pick(row, "asks"), words.pick(row, "answer"), row["answered_at"], bearing])
    head = (
        ("number", "left", 0.1),
        ("question_asked", "left", 0.24),
        ("answer", "left", 0.38),
        ("place", "left", 0.11),
        ("rests_on", "left", 0.17),
    )
    return Table(_columns(words, *head), rows)


def literature(words: Words) -> Table:
    """List the literature that the rebuilt tables and figures cite."""
    frame = words.edition.tables["sources"]
    exhibits = words.edition.tables["exhibits"].dropna(subset="sources")
    rows: list[list[Cell | str]] = []
    for _, row in frame.iterrows():
        citing = [words.title(e["exhibit"]) for _, e in exhibits.iterrows() if row["source"] in str(e["sources"]).split(";")]
        rows.append([row["citation"], "\n".join(citing)])
    return Table(_columns(words, ("citation", "left", 0.62), ("cited_in", "left", 0.38)), rows)


def software(words: Words, versions: Mapping[str, str]) -> Table:
    """List packages and their locked versions."""
    return Table(
        _columns(words, ("package", "left", 0.5), ("version", "left", 0.5)), [[name, version] for name, version in versions.items()]
    )


def legend(words: Words) -> Table:
    """Say what the symbols mean per group of variables, and where the thesis says so."""
    tables = words.edition.tables
    scales = tables["scales"].set_index(["scale", "symbol"])
    rows: list[list[Cell | str]] = []
    for (concept, scale, polarity), part in variables(tables["codebook"]).groupby(["concept", "scale_used", "polarity"], sort=False):
        whole = len(part) == (variables(tables["codebook"])["concept"] == concept).sum()
        group = (
            words.label(concept) if whole else f"{words.label(concept)}: {', '.join(words.label(code).lower() for code in part['code'])}"
        )
        printed = scales.loc[(scale, "+/+"), "symbol_declared_at"] if concept in ("outcomes", "risks") else pd.NA
        cells = [Cell(words.point(scale, symbol), shade(symbol, polarity)) for symbol in SYMBOLS]
        rows.append([group, *cells, words.text("cell.no_legend") if pd.isna(printed) else words.place(str(printed))])
    head = (("group", "left", 0.4), ("high", "center", 0.15), ("middle", "center", 0.15), ("low", "center", 0.15), ("legend", "left", 0.15))
    return Table(_columns(words, *head), rows)

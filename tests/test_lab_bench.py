"""The bench: what it gives its peers, how it measures, and what it sees stay behind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import notebook_names
from fruitmand.pipeline import order
from lab import bench, bench_ours, floor
from lab.bench import Row, in_turn, ratio
from lab.bench_machine import timed, weigh
from lab.bench_notebooks import notebooks
from lab.bench_ours import BUILT, Edit, raw_edit, traced, wait_for, watching
from lab.bench_peers import PEERS, tasks

LISTED = [peer for peer in PEERS if peer.name not in ("ploomber", "jupyter-cache")]


def notebook(folder, name, *code):
    folder.mkdir(exist_ok=True)
    cells = [{"cell_type": "code", "source": [line], "metadata": {}} for line in code]
    (folder / f"{name}.ipynb").write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": ["Step("]}, *cells]}))


def test_what_a_notebook_declares_is_found_whatever_way_it_is_written(tmp_path):
    folder = tmp_path / "notebooks"
    notebook(folder, "1_a", 'step = Step("1_a", edition, language, reads=["a.csv"])')
    notebook(folder, "2_b", 'more = ["b.csv"]', 'step = Step("2_b", edition, reads=["c.csv", *more], earlier=["1_a"])')
    notebook(folder, "10_c", 'step = Step("10_c", edition, earlier="all")', 'step.read("2_b", "table")', "step.provenance(name)")
    first, second, last = notebooks(tmp_path)
    assert (first.earlier, first.raw[0], first.results) == ((), "a.csv", ())
    assert (second.earlier, second.raw[:2], second.results) == (("1_a",), ("c.csv", "b.csv"), ("1_a/numbers.json",))
    assert last.earlier == ("1_a", "2_b")
    assert {"1_a/numbers.json", "2_b/table.csv", "1_a/provenance.json", "2_b/provenance.json"} == set(last.results) - {"2_b/numbers.json"}
    notebook(folder, "11_d", "print(1)")
    with pytest.raises(ValueError, match="11_d opens no Step"):
        notebooks(tmp_path)


def test_every_task_has_its_inputs_from_raw_files_or_from_tasks_before_it(root):
    made = set()
    todo = tasks(root, "2015", Path("python"))
    assert [task.name for task in todo] == notebook_names(root)
    for task in todo:
        assert {file for file in task.inputs if file.startswith("data/processed/")} <= made, task.name
        assert all((root / file).is_file() for file in task.inputs if not file.startswith("data/processed/"))
        made |= set(task.outputs)
    assert len([task for task in todo if "data/raw/2015/sources.csv" in task.inputs]) == 2


@pytest.mark.parametrize("peer", LISTED, ids=lambda peer: peer.name)
def test_a_peer_is_told_every_command_and_if_it_sees_changes_every_file(root, peer):
    todo = tasks(root, "2015", Path("a folder/python"))
    content = peer.content(todo)
    for task in todo:
        assert any(form in content for form in (task.command, repr(task.command), json.dumps(task.command))), task.name
        assert not peer.sees or all(file in content for file in (*task.inputs, *task.outputs))


def test_a_peer_that_reads_python_or_json_can_read_its_file(root):
    todo = tasks(root, "2015", Path("python"))
    content = {peer.name: peer.content(todo) for peer in PEERS}
    found = {}
    exec(compile(content["doit"], "dodo.py", "exec"), found)  # noqa: S102
    assert [task["targets"][0] for task in found["task_notebook"]()] == [task.outputs[0] for task in todo]
    compile(content["pytask"], "task_notebooks.py", "exec")
    assert json.loads(content["DVC"])["stages"].keys() == {task.name for task in todo}
    upstream = {task["name"]: task["upstream"] for task in json.loads(content["ploomber"])["tasks"]}
    assert upstream == {step.name: list(step.earlier) for step in notebooks(root)}


def test_measurements_take_turns_and_the_first_of_each_does_not_count(capsys):
    order, times = [], iter([100.0, 3.0, 1.0, 2.0])

    def take(name, seconds):
        order.append(name)
        return {name: next(seconds) if name == "a" else 5.0}

    found = in_turn({"a": lambda: take("a", times), "b": lambda: take("b", times)}, 3)
    assert order == ["a", "b"] * 4
    assert found == {"a": 2.0, "b": 5.0}
    assert capsys.readouterr().err.count("not counted") == 2


@pytest.mark.parametrize(("goal", "missed", "said"), [(0.5, False, "met"), (0.4, True, "missed"), (None, False, "0.500")])
def test_a_goal_is_met_up_to_its_own_value(goal, missed, said):
    row = ratio("one / other", 2.0, 4.0, goal)
    assert row.missed is missed
    assert str(row).endswith(said)
    assert Row("started", "", "", 0, "", 0).missed is False
    assert Row("started", "", "", 1, "", 0).missed is True


def test_the_bench_ends_with_an_error_when_a_goal_is_missed(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    monkeypatch.setattr(bench, "compile_code", lambda *_: None)
    for figures, code in (((1.0, 2.0), 0), ((1.0, 2.1), 1)):
        monkeypatch.setattr(bench, "rows", lambda *_, figures=figures: (ratio("a", number, 1.0, 2.0) for number in figures))
        assert bench.main(["2015"]) == code
    assert "1 goals missed" in capsys.readouterr().out
    assert bench.main([]) == 1
    assert bench.main(["1999"]) == 1


def test_what_a_command_leaves_behind_is_seen_wherever_it_went(tmp_path):
    peak, left = weigh(["sh", "-c", "sleep 0.3"], tmp_path)
    assert left == 0
    assert 0 < peak < 50
    _, left = weigh(["sh", "-c", "sleep 8 & setsid sleep 8 & exec sleep 0.3"], tmp_path)  # they end by themselves
    assert left == 2
    with pytest.raises(FruitmandError, match="failed"):
        weigh(["sh", "-c", "exit 3"], tmp_path)


def test_a_command_that_fails_is_told_with_what_it_said(tmp_path):
    with pytest.raises(FruitmandError, match="no such thing"):
        timed(["sh", "-c", "echo no such thing >&2; exit 1"], tmp_path)


WATCH = """
import pathlib, time
before = None
while True:
    now = pathlib.Path("file").read_text()
    if now != before:
        print("noise"); print("built in 0.01 s", flush=True)
        before = now
    time.sleep(0.02)
"""


def test_a_watch_is_followed_from_build_to_build_and_ended(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with watching([sys.executable, "-c", WATCH], tmp_path) as lines:
        wait_for(lines, BUILT)
        with Edit(path, "old", "new").made():
            assert lines.empty()
            wait_for(lines, BUILT)
            assert path.read_text() == "new"
        wait_for(lines, BUILT)
        assert path.read_text() == "old"
    with pytest.raises(FruitmandError, match="oh no"), watching([sys.executable, "-c", "print('oh no')"], tmp_path) as lines:
        wait_for(lines, BUILT)


@pytest.mark.parametrize("script", ["trap '' INT; echo up; sleep 8", "(trap '' INT; echo up; exec sleep 8) & wait"])
def test_a_watch_that_does_not_end_or_not_all_of_it_is_an_error(script, tmp_path, monkeypatch):
    monkeypatch.setattr(bench_ours, "_LEAVE_S", 0.5)
    with pytest.raises(FruitmandError, match="does not end with Ctrl-C: [12] of"), watching(["sh", "-c", script], tmp_path) as lines:
        wait_for(lines, "up")


def test_a_change_that_no_notebook_shows_afterwards_is_an_error(tmp_path):
    made = tmp_path / "1_a"
    made.mkdir()
    edit = Edit(tmp_path / "file", "(2001)", "(2001, reprint)")
    (made / "executed.ipynb").write_text("it says (2001)")
    with pytest.raises(FruitmandError, match="file is not in"):
        edit.check_effect(tmp_path)
    (made / "executed.ipynb").write_text("it says (2001, reprint)")
    edit.check_effect(tmp_path)


def test_a_raw_file_is_changed_in_one_year_and_changed_back(scratch):
    path = scratch.raw / "sources.csv"
    before = path.read_text(encoding="utf-8")
    edit = raw_edit(scratch.root, "2015")
    with edit.made():
        after = path.read_text(encoding="utf-8")
        assert after.count("reprint") == 1
        assert len(after) == len(before) + len(", reprint")
    assert path.read_text(encoding="utf-8") == before


def test_a_python_that_is_started_leaves_a_trace_and_runs_as_itself(tmp_path):
    link, trace = tmp_path / ".venv", tmp_path / "trace"
    link.symlink_to(sys.prefix)
    run = [str(link / "bin" / "python"), "-c", "import sys; print(sys.prefix)"]
    with traced(link, trace):
        assert not trace.exists()
        prefix = subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip()
        assert Path(prefix).samefile(sys.prefix)
        assert trace.read_text().splitlines() == ["started"]
        assert (link / "lib").samefile(Path(sys.prefix) / "lib")
    assert link.is_symlink()
    subprocess.run(run, capture_output=True, check=True)
    assert trace.read_text().splitlines() == ["started"]


def test_when_the_last_notebook_has_run_all_have(root):
    *others, last = notebook_names(root)
    assert set(others) <= set(order.jobs(root)[last])


def test_the_floor_waits_for_what_the_notebooks_declare_and_typesets_all(root, monkeypatch):
    monkeypatch.chdir(root)
    jobs = {name: waits for name, (_, waits) in floor.jobs(root, "2015").items()}
    steps = notebook_names(root)
    assert {step.name: step.earlier for step in notebooks(root)} == {name: jobs[name] for name in steps}
    outputs = {name: waits for name, waits in order.jobs(root).items() if name not in ("check", "report", *steps)}
    assert {name: set(waits) for name, waits in jobs.items() if name not in steps} == {name: set(waits) for name, waits in outputs.items()}
    assert jobs["step_files.1_protocol"] == ("1_protocol",)
    assert set(jobs["pages.nl"]) == set(jobs["pages.en"]) == set(steps)
    assert jobs["pdf.nl"] == ("pages.nl",)
    assert set(list(jobs)[: len(steps)]) == set(steps), "what others wait for comes first"


def test_the_floor_runs_jobs_after_those_they_wait_for_and_tells_a_failure(tmp_path):
    seen = tmp_path / "seen"

    def note(name):
        with seen.open("a") as stream:
            stream.write(f"{name}\n")

    todo = {name: ((lambda name=name: note(name)), waits) for name, waits in (("c", ("a", "b")), ("b", ("a",)), ("a", ()))}
    assert floor.side_by_side(todo, tmp_path) > 0
    assert seen.read_text().split() == ["a", "b", "c"]
    assert "sys" in (tmp_path / "a").read_text().split("\n")
    with pytest.raises(FruitmandError, match="failed"):
        floor.side_by_side({"a": ((lambda: 1 / 0), ())}, tmp_path)

"""The engine in this process: the outputs of a kernel, in the order in which they come."""

import builtins
import json
import subprocess
import sys

import nbformat
import papermill
import pytest
from build_fixtures import as_make_gives, notebook
from nbclient.exceptions import CellTimeoutError

from fruitmand.pipeline import engine
from fruitmand.pipeline.notebook import _without_clocks

CELLS = (
    "import sys\nprint('one'); print('two'); print('three', end='')",
    "sys.stderr.write('four\\n'); None",  # a kernel does not promise an order between its two streams
    "from IPython.display import display, HTML\ndisplay(HTML('<b>x</b>')); print('between'); display({'a': 1}, metadata={'m': 1})\n6 * 7",
    "None",
    "",
    "import pandas as pd\npd.DataFrame({'a': [1]})",
    "await __import__('asyncio').sleep(0, result='awaited')",
    "%%capture\nprint('nothing')",
    "edition, _",
    "get_ipython().execution_count, __name__, In[1][:6]",
)


def executed(folder, *cells, **options):
    source, target = folder / "in.ipynb", folder / "out.ipynb"
    nbformat.write(notebook(*cells), source)
    quiet = {"progress_bar": False, "log_output": False, "kernel_name": "python3", "parameters": {"edition": "2015"}}
    papermill.execute_notebook(str(source), str(target), **quiet, **options)
    return _without_clocks(nbformat.read(target, as_version=4))


def test_papermill_finds_the_engine_by_its_entry_point(tmp_path):
    made = executed(tmp_path, "1 + 1", engine_name="fruitmand")
    assert made.cells[-1].outputs[0].data["text/plain"] == "2"


def test_its_outputs_are_those_of_a_kernel(tmp_path, monkeypatch):
    monkeypatch.delattr(builtins, "_", raising=False)  # a doctest that this process ran before leaves its last value there
    ours, theirs = executed(tmp_path, *CELLS, engine_name="fruitmand"), executed(tmp_path, *CELLS)
    assert nbformat.writes(ours) == nbformat.writes(theirs)
    kinds = [output.output_type for cell in ours.cells for output in cell.get("outputs", [])]
    assert kinds.count("stream") == 3
    assert kinds.count("display_data") == 2
    assert kinds.count("execute_result") == 5


def test_a_cell_that_takes_too_long_is_stopped(tmp_path):
    with pytest.raises((papermill.PapermillExecutionError, CellTimeoutError), match="(?i)timeout"):
        executed(tmp_path, "while True: pass", engine_name="fruitmand", execution_timeout=1)


def test_a_second_notebook_knows_nothing_of_the_first(tmp_path):
    executed(tmp_path, "left = 1", engine_name="fruitmand")
    with pytest.raises(papermill.PapermillExecutionError, match="NameError"):
        executed(tmp_path, "left", engine_name="fruitmand")


def test_a_journal_that_was_cut_off_gives_the_cells_before(tmp_path):
    document = notebook("1", "2")
    done = document.cells[2] | {"execution_count": 1}
    journal = tmp_path / "journal"
    journal.write_text(json.dumps([2, done]) + "\n" + json.dumps([3, done])[:20])
    kept = engine.from_journal(document, journal)
    assert [cell.get("execution_count") for cell in kept.cells[2:]] == [1, None]


def test_what_is_left_out_of_seaborn_is_there_for_who_asks():
    asks = (
        "import sys; from fruitmand.pipeline.preload import prepare; prepare('seaborn'); assert 'scipy' not in sys.modules"
        "; import scipy.stats"
    )
    asks += "; import statsmodels, seaborn; assert scipy.stats.norm.ppf(0.5) == 0 and seaborn.heatmap"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=False, env=as_make_gives())
    assert done.returncode == 0, done.stderr

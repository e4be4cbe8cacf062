"""The build: find what has to be made anew, run its notebook or other job, and record what that job read.

The Makefile starts it; no other room imports it.

To add a notebook, write ``notebooks/<number>_<name>.ipynb`` like those that are there: a first cell with its question and what it reads and
writes, a cell of parameters, and a ``Step`` that names the raw files that it reads and the earlier steps that it builds on. The build
finds it by its name. The provenance tells of the steps before it, so its number stays the highest. Then run ``make docs``.
"""

import time

LOADED_NS = time.time_ns()
"""When this process began to load the project."""
CELL_S = 600
"""How long a cell of a notebook may take, in seconds."""
JOURNAL = ".journal.jsonl"
"""In the scratch folder of a notebook's job: a line for every cell when it starts and when it ends, as it is then."""

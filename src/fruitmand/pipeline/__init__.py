"""What is stale, run it, and write down what it read. Started by the Makefile alone."""

import time

LOADED_NS = time.time_ns()
"""When this process began to load the project."""
CELL_S = 600
"""How long a cell of a notebook may take, in seconds."""
JOURNAL = ".journal.jsonl"
"""In the scratch folder of a notebook's job: a line for every cell when it starts and when it ends, as it is then."""

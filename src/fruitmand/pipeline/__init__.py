"""How notebooks become reports: the runner, the exporter and the appendix. Started by the Makefile alone."""

import time

LOADED = time.time_ns()
"""When this process began to load the project: in the build's server, before any of its jobs starts."""

"""How notebooks become reports: the runner, the exporter and the appendix. Started by the Makefile alone."""

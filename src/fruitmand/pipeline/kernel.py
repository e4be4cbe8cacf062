"""Start a stock kernel that notes what it reads, for papermill's own engine: ``python -m fruitmand.pipeline.kernel -f CONNECTION_FILE``."""

import json
import os
import sys
from pathlib import Path

from ipykernel.kernelapp import IPKernelApp

from fruitmand.edition.file_access import watch_reads
from fruitmand.edition.files import project_root, write
from fruitmand.pipeline.module_graph import NOTEBOOK, forget_notebook, note_imports, own_files, reached


def main(arguments: list[str]) -> None:
    """Serve as a kernel; after every cell, and so before the kernel can be stopped, write down what has been read."""
    root = project_root()
    note_imports()
    forget_notebook()
    seen = watch_reads(root)
    target = Path(os.environ["FRUITMAND_READS"])
    app = IPKernelApp.instance()
    app.initialize(arguments)
    app.shell.events.register("post_run_cell", lambda *_: write(target, json.dumps(sorted(seen | own_files(reached([NOTEBOOK]), root)))))
    app.start()


if __name__ == "__main__":
    main(sys.argv[1:])

"""Start a stock kernel that notes what it reads, for papermill's own engine: ``python -m fruitmand.build.kernel -f CONNECTION_FILE``."""

import atexit
import json
import os
from pathlib import Path

from ipykernel.kernelapp import launch_new_instance

from fruitmand.data.files import project_root, write
from fruitmand.data.watch import loaded_modules, watch_reads

if __name__ == "__main__":
    root = project_root()
    seen = watch_reads(root)
    target = Path(os.environ["FRUITMAND_READS"])
    atexit.register(lambda: write(target, json.dumps(sorted(seen | loaded_modules("fruitmand", root)))))
    launch_new_instance()

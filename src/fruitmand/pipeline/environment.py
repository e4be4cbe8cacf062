"""The environment of a build: the same for every user, folder and machine."""

import importlib.util
import os
import time
from pathlib import Path

from fruitmand.edition.files import cache_folder


def isolate(root: Path) -> None:
    """Keep the user's Jupyter, IPython and matplotlib settings out of the build, and its hashing and threads steady."""
    for name in [name for name in os.environ if name.startswith(("JUPYTER_", "IPYTHON"))]:
        del os.environ[name]
    cache = cache_folder(root)
    steady = {
        "IPYTHONDIR": str(cache / "ipython"),
        "MPLCONFIGDIR": str(cache / "matplotlib"),
        "MPLBACKEND": "agg",
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(root / "src") if (root / "src" / "fruitmand").is_dir() else "",
        "TZ": "UTC",
        "JUPYTER_PLATFORM_DIRS": "1",
    }
    os.environ.update(steady)
    time.tzset()


def drop_old_bytecode(root: Path) -> bool:
    """Remove compiled modules older than their source's last change, which Python takes for fresh when second and size are the same."""
    dropped = False
    for source in (root / "src").rglob("*.py"):
        try:
            compiled = importlib.util.cache_from_source(str(source))
            if Path(compiled).stat().st_mtime_ns <= source.stat().st_ctime_ns:
                Path(compiled).unlink()
                dropped = True
        except OSError:
            continue
    return dropped

"""Modules on the shelf: a job gets those that it imports, and what they import, as if there were no shelf."""

import json
import subprocess
import sys

from fruitmand.pipeline import libraries

CODE = """
import json, os, sys
from fruitmand.pipeline import libraries
from fruitmand.pipeline.shelf import Shelf
for name in (*libraries.FIRST, *libraries.LIBRARIES):
    libraries.prepare(name)

def loaded(name):
    ours, theirs = os.pipe()
    if os.fork() == 0:
        __import__(name)
        here = sorted(name for name in sys.modules if name.startswith("fruitmand"))
        sound = all(sys.modules[name].__spec__.loader is sys.modules[name].__loader__ for name in here)
        os.write(theirs, json.dumps([sound, here]).encode())
        os._exit(0)
    os.close(theirs)
    with open(ours) as stream:
        return json.load(stream)

plain = {name: loaded(name) for name in libraries.OWN}
shelf = Shelf()
sys.meta_path.insert(0, shelf)
before = set(sys.modules)
for name in (*libraries.OWN, "fruitmand.build.nothing_of_this_name"):
    shelf.fill(name)
left = sorted(name for name in sys.modules.keys() - before if name.startswith("fruitmand"))
shelved = {name: loaded(name) for name in libraries.OWN}
from fruitmand.report import style
print(json.dumps([plain, shelved, left, str(style.font_folder())]))
"""


def test_a_module_off_the_shelf_comes_with_what_it_imports_and_nothing_else():
    said = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True).stdout
    plain, shelved, left, fonts = json.loads(said)
    assert left == []
    assert shelved == plain
    assert len(plain) == len(libraries.OWN)
    assert all(sound for sound, _ in shelved.values())
    assert all(name in modules for name, (_, modules) in shelved.items())
    assert len({len(modules) for _, modules in shelved.values()}) > 3  # else all might be loaded for each
    assert fonts.endswith("fruitmand/report/fonts")

#!/usr/bin/env bash
# Make an environment from locked files: requirements/setup.sh FOLDER LOCK [LOCK …]
# Needs Python 3.11 or newer with venv and pip; the rest comes from the locks, each file checked by its hash.
set -euo pipefail
folder=$1
shift
unset PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH VIRTUAL_ENV

# Probe each candidate by running it: a version manager's shim may exist and fail.
python=
for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
  if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "No usable Python found: install Python 3.11 or newer with its venv module, or name one with PYTHON=…" >&2
  exit 1
fi

# uv keeps to itself, in a folder for each of its locks. A Python without pip gets one in a venv.
tool=.cache/uv-$(cksum <requirements/uv.txt | tr -d ' ')
if [ ! -x "$tool/bin/uv" ]; then
  pip=("$python" -m pip)
  if ! "${pip[@]}" --version >/dev/null 2>&1; then
    "$python" -m venv .cache/pip
    pip=(.cache/pip/bin/python -m pip)
  fi
  "${pip[@]}" install --quiet --disable-pip-version-check --require-hashes --no-compile --target "$tool.$$" -r requirements/uv.txt
  mv "$tool.$$" "$tool" 2>/dev/null || rm -rf "$tool.$$" # another set-up was quicker
fi
# uv reads no pip settings: hand on the index that pip was told to use, if any.
index=$("$python" -m pip config get global.index-url 2>/dev/null || true)
if [ -n "${PIP_INDEX_URL:-$index}" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$index}}"; fi
if [ ! -x "$folder/bin/python" ]; then
  echo "making $folder with $("$python" --version)"
  "$tool/bin/uv" venv --quiet --allow-existing --no-project --python "$(command -v "$python")" "$folder"
fi
locks=()
for lock in "$@"; do locks+=(-r "$lock"); done
echo "installing ${*} (about half a minute)"
"$tool/bin/uv" pip install --quiet --python "$folder/bin/python" --require-hashes "${locks[@]}"
"$tool/bin/uv" pip install --quiet --python "$folder/bin/python" --no-deps --no-build-isolation --offline -e .

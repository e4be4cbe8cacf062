#!/usr/bin/env bash
# Renew the locked requirements; the files name no index, and one version serves every Python.
set -euo pipefail
compile=(.cache/uv-*/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --fork-strategy fewest -c requirements/constraints.txt)
"${compile[@]}" -o requirements/report.txt pyproject.toml
"${compile[@]}" -c requirements/report.txt --group test -o requirements/test.txt
"${compile[@]}" -c requirements/report.txt --group lab -o requirements/lab.txt
"${compile[@]}" -c requirements/report.txt -c requirements/lab.txt -c requirements/test.txt --group bench -o requirements/bench.txt
echo uv | "${compile[@]}" -o requirements/uv.txt -

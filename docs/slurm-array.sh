#!/usr/bin/env bash
# Build many editions on a cluster that runs Slurm: the unit is an edition, and make does the rest.
#
#   make report                                   # once, on a folder that all nodes share: it makes the environment
#   ls data/raw > editions.txt                    # or any list of editions, one a line
#   sbatch --array=0-9 --cpus-per-task=2 docs/slurm-array.sh editions.txt 100
#
# Each task builds a chunk of so many editions, one make for all of them. Submit it again after a node was lost: an edition that is
# finished has nothing to be done, and one that was struck begins where its last job ended.
set -euo pipefail
list=$1 chunk=${2:-100}
first=$((${SLURM_ARRAY_TASK_ID:-0} * chunk + 1))
editions=$(sed -n "${first},$((first + chunk - 1))p" "$list" | tr '\n' ' ')
[ -n "${editions// /}" ] || exit 0
CORES=${SLURM_CPUS_PER_TASK:-} exec make report EDITION="${editions% }"

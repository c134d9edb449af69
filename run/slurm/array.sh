#!/bin/bash
# A study, such as layouts and seeds, as an array of jobs. From the folder of a checkout:
#   sbatch run/slurm/array.sh STUDY FOLDER [OPTION …]
# or, where hebbfilm is installed and its environment is active:
#   sbatch "$(hebbfilm slurm)/array.sh" STUDY FOLDER [OPTION …]
# Each job takes every N-th run, and its ranks work on them side by side, one rank a run: small films
# gain little from a second rank. For larger ones add --ranks-per-run 4. How many runs there are, and
# how each fares, tells ./run/env hebbfilm study STUDY --out FOLDER --dry-run
# Of a checkout, make the environment on a login node first (./run/env true): compute nodes often have no network.
# How the ranks of a job are started is said in film.sh.
#SBATCH --job-name=hebbfilm-study
# From 1 on and without gaps; %20 at the end would keep all but 20 of the jobs waiting.
#SBATCH --array=1-10
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=8
#SBATCH --cpus-per-task=1
#SBATCH --time=4:00:00
# Two hardware threads of one core share its arithmetic, which is what a film needs: a rank a core.
#SBATCH --hint=nomultithread
# May start again, after it stopped in time or a node broke down, and then adds to its output.
#SBATCH --requeue
#SBATCH --open-mode=append

usage='usage: sbatch run/slurm/array.sh STUDY FOLDER [OPTION …]'
study=${1:?$usage} folder=${2:?$usage}
shift 2
# Slurm runs a copy of this script, which does not know where it came from.
scripts=./run/slurm
[ -e run/env ] || scripts=$(hebbfilm slurm) || exit 1
. "$scripts/job.sh"

# The same line goes on after a stop: finished runs are left alone, half-finished ones resumed. The
# table holds all runs when the last job is done.
on_ranks hebbfilm study "$study" --out "$folder" --part "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" "$@"
finish $?

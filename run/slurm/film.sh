#!/bin/bash
# One large film on many ranks, in as many jobs as it takes. From the folder of a checkout:
#   sbatch run/slurm/film.sh CASE RUN [OPTION …]
# or, where hebbfilm is installed and its environment is active:
#   sbatch "$(hebbfilm slurm)/film.sh" CASE RUN [OPTION …]
# 32 ranks suit films from 6e5 vertices on; of smaller ones a rank for each 20 000 vertices: --ntasks-per-node=N.
# Options of sbatch before the script outweigh those here, such as the cores of your nodes:
#   sbatch --nodes=4 --ntasks-per-node=64 --time=1-00 run/slurm/film.sh …
# Of a checkout, make the environment on a login node first (./run/env true): compute nodes often have no network.
# On one node mpirun starts the ranks, on several srun --mpi=pmix. SLURM_MPI_TYPE=pmi2, or whatever
# srun --mpi=list names and your MPI speaks, in the environment of sbatch has srun do it that way.
#SBATCH --job-name=hebbfilm
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=32
#SBATCH --cpus-per-task=1
#SBATCH --time=12:00:00
# Two hardware threads of one core share its arithmetic, which is what a film needs: a rank a core.
#SBATCH --hint=nomultithread
# May start again, after it stopped in time or a node broke down, and then adds to its output.
#SBATCH --requeue
#SBATCH --open-mode=append

usage='usage: sbatch run/slurm/film.sh CASE RUN [OPTION …]'
case=${1:?$usage} run=${2:?$usage}
shift 2
# Slurm runs a copy of this script, which does not know where it came from.
scripts=./run/slurm
[ -e run/env ] || scripts=$(hebbfilm slurm) || exit 1
. "$scripts/job.sh"

if [ -e "$run/state.npz" ]; then
    # The folder knows its case, and any number of ranks can go on with it.
    set -- "$run" --resume "$@"
else
    # An earlier start of this very job that came to no state may be replaced; nothing else.
    set -- "$case" --out "$run" ${SLURM_RESTART_COUNT:+--overwrite} "$@"
fi

on_ranks hebbfilm train "$@"
finish $?

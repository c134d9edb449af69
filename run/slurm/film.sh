#!/bin/bash
# One large film on many ranks, in as many jobs as it takes. From the folder that holds run/:
#   sbatch run/slurm/film.sh CASE RUN [OPTION …]
# Options of sbatch before the script outweigh those here: sbatch --nodes=4 --time=1-00 run/slurm/film.sh …
# Make the environment on a login node first (./run/env true): compute nodes often have no network.
#SBATCH --job-name=hebbfilm
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=32
#SBATCH --cpus-per-task=1
# hebbfilm stops before that by SLURM_JOB_END_TIME, which Slurm sets from version 22.05 on; with an
# older one give it too: --walltime TIME, after the arguments of this script.
#SBATCH --time=12:00:00
# Two hardware threads of one core share its arithmetic, which is what a film needs: a rank a core.
#SBATCH --hint=nomultithread
# May start again, after it stopped in time or a node broke down, and then adds to its output.
#SBATCH --requeue
#SBATCH --open-mode=append

usage='usage: sbatch run/slurm/film.sh CASE RUN [OPTION …]'
case=${1:?$usage} run=${2:?$usage}
shift 2

# The ranks are the parallelism: threads of libraries would fight them for the cores.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 NUMBA_NUM_THREADS=1

if [ -e "$run/state.npz" ]; then
    # The folder knows its case, and any number of ranks can go on with it.
    set -- "$run" --resume "$@"
else
    # An earlier start of this very job that came to no state may be replaced; nothing else.
    set -- "$case" --out "$run" ${SLURM_RESTART_COUNT:+--overwrite} "$@"
fi

# Bound to cores, a rank keeps its cache and the memory next to it. With a launcher other than srun:
# ./run/env mpirun --bind-to core hebbfilm …
srun --cpu-bind=cores ./run/env hebbfilm train "$@"
status=$?

# 75: the state is saved, there was no time for more.
[ "$status" -ne 75 ] || scontrol requeue "$SLURM_JOB_ID"
exit "$status"

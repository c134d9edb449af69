# shellcheck shell=bash
# Sourced by the job scripts beside: what a job knows, starts and leaves behind.

# The ranks are the parallelism: threads of libraries would fight them for the cores.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

# A checkout has an environment of its own; where hebbfilm is installed, sbatch hands on the active one.
environment=()
[ ! -e run/env ] || environment=(./run/env)

job=$SLURM_JOB_ID
[ -z "${SLURM_ARRAY_JOB_ID-}" ] || job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID

# hebbfilm stops before this moment, in s since 1970. Slurm 22.05 does not tell its jobs.
: "${SLURM_JOB_END_TIME:=$(SLURM_TIME_FORMAT=%s squeue --noheader --job "$job" --format %e)}"
[[ $SLURM_JOB_END_TIME != [0-9]* ]] || export SLURM_JOB_END_TIME

# whole_node: whether this job may use every core of its node.
whole_node() {
    grep -qx "Cpus_allowed_list:[[:space:]]*$(cat /sys/devices/system/cpu/online)" /proc/self/status
}

# on_ranks COMMAND …: COMMAND in the environment, once for each task, bound to cores: a rank keeps
# its cache and the memory next to it. mpirun needs nothing of Slurm, but ends at the node, and would
# bind to the node's first cores, whichever this job has. Without --wait, srun would let ranks wait
# for one that has failed alone until the wall time is over.
on_ranks() {
    if [ "$SLURM_JOB_NUM_NODES" = 1 ] && [ -z "${SLURM_MPI_TYPE-}" ]; then
        wait_for "${environment[@]}" mpirun -n "$SLURM_NTASKS" --bind-to "$(whole_node && echo core || echo none)" "$@"
    else
        wait_for srun --mpi="${SLURM_MPI_TYPE:-pmix}" --cpu-bind=cores --wait=60 "${environment[@]}" "$@"
    fi
}

# wait_for COMMAND …: runs COMMAND and hands on its exit status. scancel may signal this shell alone,
# and when the shell ends, Slurm kills the rest: the ranks have to hear of it, and to save their states.
# Those that hear of it twice take SIGUSR1 for no second SIGTERM, which would kill.
wait_for() {
    "$@" &
    # shellcheck disable=SC2064
    trap "kill -USR1 $!" TERM USR1
    wait $!
    # A trapped signal ends wait early.
    while kill -0 $! 2>/dev/null; do wait $!; done
    wait $!
}

# finish STATUS: 75 means that states are saved, and that there was no time for more.
finish() {
    [ "$1" -ne 75 ] || scontrol requeue "$job"
    exit "$1"
}

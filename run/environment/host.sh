# shellcheck shell=bash
# Sourced by run/env: a Python of this machine that brings DOLFINx along.

# Prints yes or no, then every folder whose change of date could change the answer.
probe='
import os, sys
try:
    import dolfinx, gmsh, mpi4py, petsc4py
    fits = sys.version_info >= (3, 11) and (0, 9) <= tuple(map(int, dolfinx.__version__.split(".")[:2])) <= (0, 11)
except Exception:
    fits = False
print("yes" if fits else "no", *[p for p in sys.path if os.path.isdir(p)], sep="\n")
'

# python_fits PYTHON: DOLFINx 0.9 to 0.11, gmsh and petsc4py import. Importing takes seconds, so the
# answer is remembered until the interpreter or one of its package folders changes.
python_fits() {
    local record verdict dates found folders
    record=$cache/probes/$(digest <<<"$1 ${PYTHONPATH-}")
    if [ -f "$record" ]; then
        { read -r verdict && mapfile -t dates; } <"$record"
        [ "$(stat -c '%Y %n' -- "${dates[@]#* }" 2>/dev/null)" = "$(printf '%s\n' "${dates[@]}")" ] &&
            { [ "$verdict" = yes ]; return; }
    fi
    # DOLFINx starts MPI: of a rank that starts this, the answer must not become one.
    # shellcheck disable=SC2086
    found=$(unset ${!PMIX_*} ${!OMPI_*} ${!PMI_*}; "$1" -c "$probe" 2>/dev/null | grep -x -A 1000 'yes\|no') || found=no
    mapfile -t folders < <(tail -n +2 <<<"$found")
    if mkdir -p "$cache/probes" 2>/dev/null && [ -w "$cache/probes" ]; then
        { head -n 1 <<<"$found"; stat -c '%Y %n' -- "$1" "${folders[@]}"; } >"$record.$$"
        mv "$record.$$" "$record"
    fi
    [ "$(head -n 1 <<<"$found")" = yes ]
}

# host_python: the first Python that fits, or nothing.
host_python() {
    local name path
    if [ -n "${HEBBFILM_PYTHON-}" ]; then
        path=$(command -v "$HEBBFILM_PYTHON") && python_fits "$path" && { echo "$path"; return; }
        die "HEBBFILM_PYTHON=$HEBBFILM_PYTHON cannot import dolfinx (0.9 to 0.11), gmsh and petsc4py:" \
            "name another Python, or unset it"
    fi
    for name in python3 python; do
        path=$(command -v "$name") && python_fits "$path" && { echo "$path"; return; }
    done
    return 0
}

"""How the algebraic multigrid of the potential goes through its levels."""

from petsc4py import PETSc

_OPTIONS = {
    # Sweeps there and back keep the preconditioner symmetric.
    "pc_hypre_boomeramg_relax_type_down": "l1-Gauss-Seidel",
    "pc_hypre_boomeramg_relax_type_up": "backward-l1-Gauss-Seidel",
    # Coarse and fine vertices in one sweep, not in two: half the messages, and no jumps.
    "pc_hypre_boomeramg_no_CF": "1",
    # On many ranks coarse levels are little but messages: fewer entries a row, fewer levels.
    "pc_hypre_boomeramg_P_max": "4",
    "pc_hypre_boomeramg_max_coarse_size": "100",
}
"""One V-cycle with these takes half of one with PETSc's defaults, and converges nearly as well."""


def set_up_multigrid(preconditioner: PETSc.PC) -> None:
    """Make it BoomerAMG, with what is set here unless PETSc options of its prefix say otherwise.

    Args:
        preconditioner: that of a solver which takes its options afterwards.
    """
    preconditioner.setType(PETSc.PC.Type.HYPRE)
    options = PETSc.Options(preconditioner.getOptionsPrefix())
    for option, value in _OPTIONS.items():
        if not options.hasName(option):
            options[option] = value

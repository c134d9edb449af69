"""Coupled steps of the same work on a film of any size.

How often a film renews its current, and by how many iterations, depends on its m where that moves
fastest, of which a larger film has more places. Here steps have a length that nothing cuts short,
the current is renewed after as many of them, and each time by one iteration.
"""

from collections.abc import Callable

from hebbfilm.solvers import Film
from hebbfilm.solvers.drives.drive import Drives

PACED_STEPS = 5
"""Of which each renews the current once: about as often as a coupled step of the standard film."""
_SHARE = 0.5
"""Of the step that the tolerance allowed last: with so little error that none is taken again."""
_LOOSE, _FAR = 1.0, 1.0
"""A relative error of j that asks for no iteration, and a time in s to an event."""


def renewing(film: Film, drives: Drives) -> Callable[[], None]:
    """What finds φ and j by one iteration from the last φ, again and again; collective.

    That iteration, a V-cycle and a product, changes nothing: so each has as much to do.

    Args:
        film: through which a current flows.
        drives: of its contacts.
    """
    conduction = film.conduction
    assert conduction is not None
    solver, residual = conduction.solver, conduction.solver.residual.copy()

    def renew() -> None:
        solver.product(solver.correction(residual))
        conduction.solve(drives, tolerance=_LOOSE)

    return renew


def paced_steps(film: Film, drives: Drives) -> Callable[[], None]:
    """What takes so many steps and renews the current, from the present m each time; collective."""
    conduction, dynamics, integrator = film.conduction, film.dynamics, film.integrator
    assert conduction is not None
    start, renew = film.m.copy(), renewing(film, drives)
    length = _SHARE * integrator.step
    integrator.begin()

    def steps() -> None:
        dynamics.m[: len(start)] = start
        dynamics.fetch_ghosts()
        for _ in range(PACED_STEPS):
            integrator.step = length
            integrator.advance(_FAR, start)
        conduction.update(dynamics.m)
        renew()
        film.current.act()

    return steps

"""Films that their current heats for a while."""

FOREVER = 1e-6
"""In s: hundreds of time constants, which an L-stable step forgets."""


def heat_for(film, drives, duration):
    """Let time pass with the current of these drives, for the present T."""
    film.conduction.update(film.dynamics.m)
    film.conduction.solve(drives)
    film.heat.begin(0.0)
    film.heat.take_current(film.conduction)
    film.heat.pass_time(duration)
    film.heat.finish()

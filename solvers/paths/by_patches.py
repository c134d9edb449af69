"""A route between two states of a film that goes patch by patch: its height bounds the barrier.

Any way from A to B leads over a height that is no lower than the least barrier between them, so
one way that is known bounds it from above. This one needs no string that settles: one from maze to
maze hardly does.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.solvers.film import Film
from hebbfilm.solvers.following import in_motion
from hebbfilm.solvers.paths.barrier import minima_of_ends, minimum_below
from hebbfilm.solvers.paths.directions import between
from hebbfilm.solvers.paths.landscape import Landscape
from hebbfilm.solvers.paths.options import SAME, PatchOptions
from hebbfilm.solvers.paths.patch_route import PARTS, PatchRoute
from hebbfilm.solvers.paths.patches import patches_of
from hebbfilm.solvers.paths.spacing import initial_images
from hebbfilm.solvers.paths.string_method import StringMethod

_ASIDE = 1e-2
"""Of its way, by which each vertex of a mixed state stands beside its end: opposite moments beside
each other are in equilibrium without being in a minimum."""

Watch = Callable[[FloatArray, StringMethod], None]
"""Called after each step of a string, with the images of all that are done, (n, owned, 3)."""


def route_by_patches(
    film: Film,
    start: FloatArray,
    end: FloatArray,
    options: PatchOptions | None = None,
    *,
    resumed: FloatArray | None = None,
    watch: Watch | None = None,
) -> PatchRoute:
    """A way from one state to another, patch by patch, that bounds the barrier; collective.

    The states of which the first k patches are the last one's and the others the first one's fall
    into their minima, and a string goes from each to the next. What has no energy has no part in
    it, as in `energy_path`.

    Args:
        film: whose energy it is; it stays as it is.
        start: m of this rank, (owned, 3).
        end: m of this rank, (owned, 3).
        options: how the route is looked for.
        resumed: images of an interrupted search, (n, owned, 3), to go on from.
        watch: called after each step of a string.

    Raises:
        InputError: ends that are, or relax to, one state, more patches than vertices, or a torque
            without an energy.
        SolverError: a state does not relax.

    Example:
        >>> import numpy as np
        >>> from mpi4py import MPI
        >>> film_mesh = mesh_film(strip(length=60e-9, width=20e-9, mesh_size=1e-8), MPI.COMM_WORLD)
        >>> film = Film(film_mesh, Material(uniaxial_anisotropy=2e5, interfacial_dmi=0.0))
        >>> up = np.tile([0.0, 0.0, 1.0], (len(film.m), 1))
        >>> route = route_by_patches(film, up, -up, PatchOptions(patches=4))
        >>> wall = 4 * np.sqrt(1e-11 * 2e5) * 20e-9 * 1e-9
        >>> bool(0.9 * wall < route.forward < 2e5 * film.operators.volume)
        True
    """
    options = options or PatchOptions()
    labels = patches_of(film.film_mesh, options.patches)
    with film.on_trial(), in_motion(film, None, None):
        film.current.apply(None)
        landscape = Landscape(film.dynamics)
        first, last = minima_of_ends(film, landscape, np.array(start), np.array(end), options)
        images = first[None] if resumed is None else resumed
        first = images[0]
        for number in range((len(images) - 1) // (options.images + 1), options.patches):
            goal = last
            if number + 1 < options.patches:
                mixed = _mixed(first, last, labels <= number)
                goal = minimum_below(film, mixed, options.equilibrium)
            string = _string(landscape, images, goal, options, watch)
            images = np.concatenate([images, string[1:]])
        return _looked_at(landscape, images, options)


def _mixed(first: FloatArray, last: FloatArray, there: BoolArray) -> FloatArray:
    """The last state where it is wanted and the first one elsewhere, (owned, 3)."""
    near_last, near_first = (between(first, last, share) for share in (1 - _ASIDE, _ASIDE))
    return np.where(there[:, None], near_last, near_first)


def _string(
    landscape: Landscape,
    done: FloatArray,
    goal: FloatArray,
    options: PatchOptions,
    watch: Watch | None,
) -> FloatArray:
    """From the last image that is done to the next minimum."""
    images = initial_images(landscape, [done[-1], goal], options.images + 2)
    if float(landscape.distances(images[[0, -1]])[0]) < SAME:
        return images
    string = StringMethod(landscape, images)
    while string.residual > options.tolerance and string.steps < options.steps:
        string.step()
        if watch is not None:
            watch(done, string)
    return string.images


def _looked_at(landscape: Landscape, images: FloatArray, options: PatchOptions) -> PatchRoute:
    """The energy at all places of a route."""
    force = np.empty(images.shape[1:])
    shares = np.arange(PARTS) / PARTS
    energies = [
        landscape.evaluate(between(left, right, float(share)), force)
        for left, right in pairwise(images)
        for share in shares
    ]
    energies.append(landscape.evaluate(images[-1], force))
    arc = np.concatenate([[0.0], np.cumsum(landscape.distances(images))])
    numbers = np.arange(0, len(images), options.images + 1)
    strings = [StringMethod(landscape, images[k : k + options.images + 2]) for k in numbers[:-1]]
    return PatchRoute(
        images=images,
        arc=np.interp(np.arange(len(energies)) / PARTS, np.arange(len(arc)), arc),
        energies=np.array(energies),
        minima=PARTS * numbers,
        torque=max(string.residual for string in strings),
        distance=float(landscape.distances(images[[0, -1]])[0]),
        evaluations=landscape.evaluations,
    )

"""From two states of a film to the path of least energy between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from scipy.signal import find_peaks

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.film import Film
from hebbfilm.solvers.following import in_motion
from hebbfilm.solvers.magnetisation.minimiser import minimise
from hebbfilm.solvers.paths.energy_path import TOPS, EnergyPath, Kind, Stop
from hebbfilm.solvers.paths.landscape import Landscape
from hebbfilm.solvers.paths.options import SAME, PatchOptions, PathOptions
from hebbfilm.solvers.paths.saddle import Stationary, climb
from hebbfilm.solvers.paths.spacing import initial_images, tilted
from hebbfilm.solvers.paths.string_method import StringMethod

_PROMINENT = 1e-3
"""Of the difference between highest and lowest energy: less is no maximum."""
_EVALUATIONS = 50000
_PART = 9
"""Images of the part of a path from a minimum to a neighbour that lies lower, both included."""
_NARROWER = 3
"""Times that such a part is looked at again, from its minimum to the image beside it only."""
_ROUND = 300
"""Steps of the string after which maxima climb and minima fall, however far it is."""


Watch = Callable[[StringMethod], None]
"""Called after each step of a string."""


def relaxed(film: Film, m: FloatArray, tolerance: float = 10.0) -> FloatArray:
    """The minimum of the energy below a state, (owned, 3); the film stays; collective.

    Args:
        film: without current and noise.
        m: (owned, 3).
        tolerance: largest |m × H| in A/m.

    Raises:
        InputError: a torque without an energy acts.
        SolverError: no minimum was found.
    """
    with film.on_trial():
        film.set_magnetisation(m)
        film.minimise(torque_tolerance=tolerance)
        return film.m.copy()


def energy_path(
    film: Film,
    states: Sequence[FloatArray],
    options: PathOptions | None = None,
    *,
    resumed: FloatArray | None = None,
    watch: Watch | None = None,
) -> EnergyPath:
    """The path of least energy from the first of some states to the last; collective.

    What has no energy has no part in it: neither a current nor the thermal field. Fields that
    change in time are those at the time of the film, which stays as it is.

    Args:
        film: whose energy it is.
        states: m of this rank, (owned, 3): both ends, and what the first path passes between them.
        options: how it is looked for.
        resumed: images of an interrupted search, (n, owned, 3), to go on from.
        watch: called after each step.

    Raises:
        InputError: ends that are, or relax to, one state, or a torque without an energy.
        SolverError: an end does not relax.

    Example:
        >>> import numpy as np
        >>> from mpi4py import MPI
        >>> film_mesh = mesh_film(strip(length=20e-9, width=20e-9, mesh_size=1e-8), MPI.COMM_WORLD)
        >>> film = Film(film_mesh, Material(uniaxial_anisotropy=2e5, interfacial_dmi=0.0))
        >>> up = np.tile([0.0, 0.0, 1.0], (len(film.m), 1))
        >>> path = energy_path(film, [up, -up], PathOptions(images=7))
        >>> bool(abs(path.forward / (2e5 * film.operators.volume) - 1) < 1e-6)
        True
    """
    options = options or PathOptions()
    with film.on_trial(), in_motion(film, None, None):
        film.current.apply(None)
        landscape = Landscape(film.dynamics)
        # m of the film itself may be among them, and does not stay what it is.
        states = [np.array(each) for each in states]
        string = StringMethod(landscape, _first(film, landscape, states, options, resumed))
        stops: dict[int, Stop] = {}
        while True:
            _follow(string, options, watch)
            before, stops = set(stops), _let_free(film, landscape, string, options)
            calm = string.residual <= options.tolerance and set(stops) == before
            if calm or string.steps >= options.steps:
                break
        return _found(landscape, string, stops, options)


def _first(
    film: Film,
    landscape: Landscape,
    states: Sequence[FloatArray],
    options: PathOptions,
    resumed: FloatArray | None,
) -> FloatArray:
    """The path that a search begins with."""
    if resumed is not None:
        return resumed
    first, *between, last = states
    first, last = minima_of_ends(film, landscape, first, last, options)
    images = initial_images(landscape, [first, *between, last], options.images + 2)
    if options.tilt:
        noise = film.operators.random_normal(options.seed)
        images = tilted(images, noise, options.tilt)
    return images


def minima_of_ends(
    film: Film,
    landscape: Landscape,
    first: FloatArray,
    last: FloatArray,
    options: PathOptions | PatchOptions,
) -> tuple[FloatArray, FloatArray]:
    """Both ends (owned, 3), in their minima unless they are held, while the film is in motion.

    Raises:
        InputError: they are one state.
        SolverError: one does not relax.
    """
    if not options.hold_ends:
        first, last = (minimum_below(film, m, options.equilibrium) for m in (first, last))
    distance = float(landscape.distances(np.stack([first, last]))[0])
    if distance < SAME:
        how = "are" if options.hold_ends else "relax to"
        raise InputError(
            f"both ends {how} the same state: {distance:.2g} rad lie between them, and "
            f"{SAME:g} rad are the least"
        )
    return first, last


def _follow(string: StringMethod, options: PathOptions, watch: Watch | None) -> None:
    end = min(string.steps + _ROUND, options.steps)
    while string.residual > options.tolerance and string.steps < end:
        string.step()
        if watch is not None:
            watch(string)


def _let_free(
    film: Film, landscape: Landscape, string: StringMethod, options: PathOptions
) -> dict[int, Stop]:
    """Let maxima between the ends climb and minima fall, and pin them; what they are, by image."""
    least = max(_PROMINENT * float(np.ptp(string.energies)), 1e-300)
    tangents, stops, pinned = string.tangents(), {}, {}
    kinds: tuple[tuple[Kind, float], ...] = (("saddle", 1.0), ("minimum", -1.0))
    for kind, sign in kinds:
        for number in _extrema(sign * string.energies, least, string.nodes):
            start = string.images[number]
            if kind == "minimum":
                start = minimum_below(film, start, options.equilibrium)
            steps = options.steps if kind == "saddle" else 0
            state = climb(landscape, start, tangents[number], options.equilibrium, steps)
            if _is_near(landscape, string, number, state, options):
                pinned[number] = state.m
            else:  # it belongs to another path, so this image stays on its own
                still = string.images[number]
                state = climb(landscape, still, tangents[number], options.equilibrium, 0)
            stops[number] = _stop(number, kind, state, options)
    string.pin(pinned)
    passed = _passed_over(landscape, string, stops, options)
    string.pin({**pinned, **{number: state.m for number, state in passed.items()}})
    for number, state in passed.items():
        stops[number] = _stop(number, "saddle", state, options)
    return stops


def _extrema(energies: FloatArray, least: float, nodes: Sequence[int]) -> list[int]:
    """Prominent maxima, and those that were found before, however low they are."""
    found, about = find_peaks(energies, prominence=1e-300)
    chosen = (about["prominences"] >= least) | np.isin(found, nodes)
    return [int(number) for number in found[chosen]]


def _stop(number: int, kind: Kind, state: Stationary, options: PathOptions) -> Stop:
    between_valleys = state.torque < options.equilibrium and state.downhill == 1
    if kind == "saddle" and not (between_valleys and state.curvature < 0):
        kind = "maximum"
    return Stop(number, kind, state.energy, state.torque, state.curvature, state.downhill)


def _is_near(
    landscape: Landscape,
    string: StringMethod,
    number: int,
    state: Stationary,
    options: PathOptions,
) -> bool:
    """Whether an equilibrium was found, no farther from its image than the neighbours of that."""
    moved = float(landscape.distances(np.stack([string.images[number], state.m]))[0])
    near = moved <= float(string.distances[number - 1 : number + 1].sum())
    return near and state.torque < options.equilibrium


def _falls_back(landscape: Landscape, string: StringMethod, end: int, options: PathOptions) -> bool:
    """Whether an end is a state of equilibrium; one that is held need not be."""
    largest = landscape.largest(string.forces[[end]])
    return bool(largest[0] < options.equilibrium)


def _passed_over(
    landscape: Landscape, string: StringMethod, stops: dict[int, Stop], options: PathOptions
) -> dict[int, Stationary]:
    """Saddles between minima and neighbours that lie lower, to stand in the place of these."""
    last = len(string.images) - 1
    ends = [k for k in (0, last) if _falls_back(landscape, string, k, options)]
    minima = [k for k, stop in stops.items() if stop.kind == "minimum" and k in string.nodes]
    # A minimum that gives way to a saddle is found again at the images beyond this.
    free = {*range(last + 1)} - {k for k, stop in stops.items() if stop.kind in TOPS}
    found: dict[int, Stationary] = {}
    for minimum in sorted([*ends, *minima]):
        for number in (minimum - 1, minimum + 1):
            if not 0 < number < last or number in found or number not in free:
                continue
            if minimum in found or string.energies[number] >= string.energies[minimum]:
                continue
            top = _top_beside(landscape, string.images[minimum], string.images[number], options)
            if top is None:
                continue
            start, tangent = top
            state = climb(landscape, start, tangent, options.equilibrium, options.steps)
            if _is_near(landscape, string, number, state, options) and state.curvature < 0:
                found[number] = state
    return found


def _top_beside(
    landscape: Landscape, minimum: FloatArray, lower: FloatArray, options: PathOptions
) -> tuple[FloatArray, FloatArray] | None:
    """The highest state and its tangent on the way from a minimum to a state that lies lower."""
    for _ in range(1 + _NARROWER):
        part = StringMethod(landscape, initial_images(landscape, [minimum, lower], _PART))
        while part.residual > options.tolerance and part.steps < _ROUND:
            part.step()
        top = int(np.argmax(part.energies))
        if top not in (0, _PART - 1):
            return part.images[top], part.tangents()[top]
        if part.distances[0] < SAME:
            break
        lower = part.images[1]
    return None


def _unresolved(stops: Sequence[Stop], options: PathOptions) -> list[tuple[int, int]]:
    """Neighbours without a top between, though the higher one is a minimum."""
    found = []
    for left, right in pairwise(stops):
        higher = max(left, right, key=lambda stop: stop.energy)
        is_minimum = higher.torque < options.equilibrium and higher.curvature > 0
        if is_minimum and not {left.kind, right.kind} & {*TOPS}:
            found.append((left.image, right.image))
    return found


def minimum_below(film: Film, m: FloatArray, tolerance: float) -> FloatArray:
    """That below a state (owned, 3), while the film is in motion; its m is lost; collective."""
    film.set_magnetisation(m)
    minimise(film.dynamics, tolerance, _EVALUATIONS)
    return film.m.copy()


def _found(
    landscape: Landscape, string: StringMethod, stops: dict[int, Stop], options: PathOptions
) -> EnergyPath:
    torques, last = string.residuals.copy(), len(string.images) - 1
    for number, stop in stops.items():
        torques[number] = stop.torque
    tangents = string.tangents()
    for number in (0, last):
        state = climb(landscape, string.images[number], tangents[number], options.equilibrium, 0)
        stops[number] = _stop(number, "end", state, options)
    ordered = [stops[k] for k in sorted(stops)]
    return EnergyPath(
        images=string.images,
        arc=np.concatenate([[0.0], np.cumsum(string.distances)]),
        energies=string.energies,
        slopes=string.slopes(),
        torques=torques,
        stops=ordered,
        unresolved=_unresolved(ordered, options),
        steps=string.steps,
        evaluations=landscape.evaluations,
        tolerance=options.tolerance,
    )

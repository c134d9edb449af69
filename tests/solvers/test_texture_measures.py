"""Charge, skyrmions, walls and stripes of textures that are known."""

from mpi4py import MPI

import numpy as np
import pytest
import shapely

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, square
from hebbfilm.solvers import Film
from hebbfilm.solvers.magnetisation.observables.measures import measure_texture
from hebbfilm.solvers.magnetisation.observables.plane import planes_of

SIDE, H = 200e-9, 5e-9
LONGEST = 1.7 * H
"""Of the edges of a mesh of this size; asserted below."""
UP = np.array([0.0, 0.0, 1.0])


@pytest.fixture(scope="module")
def film(comm):
    return Film(mesh_film(square(SIDE, mesh_size=H), comm))


@pytest.fixture(scope="module")
def thick(comm):
    layout = square(SIDE, mesh_size=2 * H, thickness=6e-9)
    return Film(mesh_film(layout, comm, dimension=3, layers=3))


def skyrmion(x, centre=(0.0, 0.0), radius=40e-9, vorticity=1, helicity=0.0, core=-1, turns=1):
    """θ rises linearly from the core to the radius, beyond which m = -core ẑ; (n, 3)."""
    dx, dy = (x[:, k] - centre[k] for k in (0, 1))
    polar = np.pi * turns * np.clip(1 - np.hypot(dx, dy) / radius, 0, 1)
    azimuth = vorticity * np.arctan2(dy, dx) + helicity
    across = np.sin(polar)
    m = np.column_stack([across * np.cos(azimuth), across * np.sin(azimuth), np.cos(polar)])
    m[polar == 0] = UP
    return m * [1, 1, -core]


def stripes(x, period, angle):
    """Cycloids whose walls run at the angle in degrees to x."""
    normal = np.radians(angle + 90)
    phase = 2 * np.pi / period * (x[:, 0] * np.cos(normal) + x[:, 1] * np.sin(normal))
    turned = np.sin(phase)
    return np.column_stack([turned * np.cos(normal), turned * np.sin(normal), np.cos(phase)])


def measured(film, texture):
    film.set_magnetisation(texture)
    return film.texture_measures()


def test_edges_are_as_long_as_tolerances_take_them_for(film):
    x = film.film_mesh.coordinates[film.film_mesh.cells]
    assert np.linalg.norm(x - np.roll(x, 1, axis=1), axis=2).max() < LONGEST


@pytest.mark.analytic
@pytest.mark.parametrize("core", [-1, 1])
@pytest.mark.parametrize("vorticity", [1, -1, 2])
@pytest.mark.parametrize("helicity", [0.0, np.pi / 2])
def test_charge_of_a_skyrmion(film, core, vorticity, helicity):
    """Core × vorticity, whichever its helicity: exactly, since m is the same all along the rim."""
    found = measured(film, lambda x: skyrmion(x, vorticity=vorticity, helicity=helicity, core=core))
    charge = core * vorticity
    assert found.topological_charge == pytest.approx(charge, rel=1e-12)
    assert found.positive_skyrmions == (charge == 1)
    assert found.negative_skyrmions == (charge == -1)
    assert found.layers == ()


@pytest.mark.analytic
def test_lattice_of_skyrmions_and_what_is_none(film):
    """Four with two signs; a ring around a core has charge 0, and counts as none."""

    def texture(x):
        m = np.tile(UP, (len(x), 1))
        for (dx, dy), vorticity, turns in (
            ((-1, -1), 1, 1), ((-1, 1), 1, 1), ((1, -1), -1, 1), ((1, 1), 1, 2),
        ):  # fmt: skip
            centre = dx * SIDE / 4, dy * SIDE / 4
            # At two turns the core points up, like the film around.
            one = skyrmion(x, centre, 45e-9, vorticity, turns=turns, core=-1)
            near = np.hypot(*(x[:, :2] - centre).T) < 45e-9
            m[near] = one[near]
        return m

    found = measured(film, texture)
    assert (found.positive_skyrmions, found.negative_skyrmions) == (1, 2)
    assert found.skyrmion_count == 3
    assert found.topological_charge == pytest.approx(-1, rel=1e-12)


@pytest.mark.analytic
def test_skyrmion_that_reaches_the_rim_is_none(film):
    found = measured(film, lambda x: skyrmion(x, centre=(SIDE / 2, 0)))
    assert found.skyrmion_count == 0
    # Half of it lies in the film, up to one row of triangles along the cut.
    assert found.topological_charge == pytest.approx(-0.5, abs=0.1)


@pytest.mark.analytic
def test_length_of_the_wall_around_a_disc(film):
    """2πR.

    With θ = πr/(2R), m_z misses its linear interpolation by h²/8 of its curvature, which is largest
    along the wall, π/(2R²); its slope is π/(2R), so the line is off by h²/(8R) and tilted by
    4 h/(8R): relative errors of h²/(8R²) from either.
    """
    radius = 60e-9
    found = measured(film, lambda x: skyrmion(x, radius=2 * radius))
    bound = LONGEST**2 / (4 * radius**2)
    assert found.wall_length == pytest.approx(2 * np.pi * radius, rel=bound)
    assert found.stripe_order < 0.05


@pytest.mark.analytic
@pytest.mark.parametrize("angle", [0.0, 30.0, 110.0])
def test_stripes_of_known_period_and_angle(film, angle):
    """The walls are the lines that cross the square where m_z = 0.

    On an edge of phase q = 2πh/p linear interpolation moves the zero of the sine by at most
    0.016 q² h (its largest at 0.21 of the edge: (1 - s)(1 - 2s)s q²/6). A line in a triangle is
    then tilted by less than twice that by the triangle's height, about h/2.
    """
    period = 62e-9
    found = measured(film, lambda x: stripes(x, period, angle))
    off = 0.016 * (2 * np.pi * LONGEST / period) ** 2
    expected = wall_lines(period, angle)
    assert found.wall_length == pytest.approx(expected, rel=(4 * off) ** 2 + off * H / period)
    assert found.stripe_period == pytest.approx(2 * SIDE**2 / found.wall_length, rel=1e-9)
    assert found.stripe_order > 1 - 2 * (4 * off) ** 2
    turn = (found.stripe_angle - angle + 90) % 180 - 90
    assert abs(turn) < np.degrees(4 * off) / 4
    assert found.topological_charge == pytest.approx(0, abs=1e-12)


def wall_lines(period, angle):
    """The length of all lines in the square on which m_z of `stripes` is 0."""
    normal = np.radians(angle + 90)
    n, along = (np.array([np.cos(a), np.sin(a)]) for a in (normal, normal - np.pi / 2))
    film, total = shapely.box(-SIDE / 2, -SIDE / 2, SIDE / 2, SIDE / 2), 0.0
    for k in range(-20, 20):
        foot = n * period * (k / 2 + 0.25)
        total += film.intersection(
            shapely.LineString([foot - SIDE * along, foot + SIDE * along])
        ).length
    return total


@pytest.mark.analytic
def test_period_of_many_stripes_is_that_of_the_texture(film):
    """Five periods that begin and end between two walls: 2A/L is p itself, to its exact length."""
    period = SIDE / 5
    found = measured(film, lambda x: stripes(x, period, 90.0))
    assert found.stripe_period == pytest.approx(period, rel=5e-3)


@pytest.mark.analytic
def test_maze(film):
    """Waves of one length p in all directions with random phases, 40 of them.

    Their zeros are k/(2√2) long in unit area (S. O. Rice's crossings of a line, √(⟨f_x²⟩/⟨f²⟩)/π
    in unit length, times π/2 for lines of all directions), so 2A/L = 4√2/k = 0.900 p, and no
    direction is preferred. Of 60 mazes within four standard errors, and what linear interpolation
    does to crossings of waves of length p/2: (kh)²/24.
    """
    period, waves, mazes = 70e-9, 40, 60
    k = 2 * np.pi / period
    draw = np.random.default_rng(5)
    lengths, nematic = [], []
    for _ in range(mazes):
        direction, phase = draw.uniform(0, 2 * np.pi, (2, waves))
        wave = k * np.array([np.cos(direction), np.sin(direction)])

        def maze(x, wave=wave, phase=phase):
            f = np.cos(x[:, :2] @ wave + phase).sum(axis=1)
            return np.column_stack([np.full(len(f), 5.0), 0 * f, f])

        found = measured(film, maze)
        lengths.append(found.wall_length)
        nematic.append(found.stripe_order * np.exp(2j * np.radians(found.stripe_angle)))
    expected = SIDE**2 * k / (2 * np.sqrt(2))
    error = np.std(lengths) / np.sqrt(mazes)
    assert error < 0.03 * expected
    bound = 4 * error + expected * (k * LONGEST) ** 2 / 24
    assert np.mean(lengths) == pytest.approx(expected, rel=0, abs=bound)
    assert abs(np.mean(nematic)) < 4 * np.std(nematic) / np.sqrt(mazes)


@pytest.mark.analytic
def test_without_walls_there_are_no_stripes(film):
    found = measured(film, UP)
    assert found.wall_length == found.topological_charge == found.skyrmion_count == 0
    for name in ("stripe_period", "stripe_angle", "stripe_order"):
        assert np.isnan(getattr(found, name))


@pytest.mark.analytic
def test_layers_of_a_thick_film(thick):
    """A skyrmion in the lowest of four layers alone: ends of the trapezoidal rule count half."""
    z = np.array([0, 2, 4, 6]) * 1e-9

    def texture(x):
        low = x[:, 2] < 1e-9
        return np.where(low[:, None], skyrmion(x, radius=70e-9), UP)

    found = measured(thick, texture)
    charges = [layer.topological_charge for layer in found.layers]
    assert charges == pytest.approx([-1, 0, 0, 0], abs=1e-12)
    assert found.topological_charge == pytest.approx(-1 / 6, rel=1e-12)
    assert found.negative_skyrmions == pytest.approx(1 / 6, rel=1e-12)
    assert found.wall_length == pytest.approx(found.layers[0].wall_length / 6, rel=1e-12)
    assert len(found.layers) == len(z)


@pytest.mark.cross_method
def test_any_number_of_ranks_measures_the_same(film, comm):
    """To the last bit as each rank by itself does."""
    film.randomise(seed=3)
    alone = Film(mesh_film(square(SIDE, mesh_size=H), MPI.COMM_SELF))
    alone.randomise(seed=3)
    assert film.texture_measures() == alone.texture_measures()


def noisy(x):
    """Many small skyrmions, bubbles and rings, some of which reach the rim."""
    waves = np.random.default_rng(5).normal(scale=2e8, size=(3, 30, 2))
    sums = [np.sin(x[:, :2] @ k.T + np.arange(30)).sum(axis=1) for k in waves]
    return np.column_stack(sums) + 3 * UP


@pytest.mark.cross_method
@pytest.mark.parametrize("body", ["film", "thick"])
def test_measures_are_those_of_the_whole_film(body, request, comm):
    """Beside one pass over all of it, whose sums round otherwise: 1e4 terms, 1e-16 each."""
    film = request.getfixturevalue(body)
    found, numbering = measured(film, noisy), film.film_mesh.numbering
    points, cells, m = (
        numbering.gather(film.film_mesh.coordinates),
        numbering.gather_cells(),
        numbering.gather(film.m),
    )
    expected = measure_texture(planes_of(points, cells), m) if comm.rank == 0 else None
    expected = comm.bcast(expected)
    assert found.positive_skyrmions > 0 < found.negative_skyrmions
    assert len(found.layers) == len(expected.layers)
    for ours, whole in zip((found, *found.layers), (expected, *expected.layers), strict=True):
        figures = [{**vars(each), "layers": ()} for each in (ours, whole)]
        assert figures[0].keys() == figures[1].keys()
        for name, value in figures[1].items():
            if name != "layers":
                assert figures[0][name] == pytest.approx(value, rel=1e-11), name


CORNER = [[0, 1, 2, 3]]
WITHIN = [[4, 5, 6, 3], [4, 5, 6, 0]]
"""Two more, on both sides of a triangle that lies flat."""


@pytest.mark.parametrize("cells", [CORNER, CORNER + WITHIN])
def test_film_without_a_flat_face_is_refused(cells):
    """Nor is a triangle one that lies flat by chance: of 0.02, where sections have 1/6."""
    points = np.array(
        [[0, 0, 0], [1, 0, 0.1], [0, 1, 0.2], [0.1, 0.1, 1],
         [0.1, 0.1, 0.4], [0.3, 0.1, 0.4], [0.1, 0.3, 0.4]]
    )  # fmt: skip
    with pytest.raises(InputError) as refusal:
        planes_of(points, np.array(cells))
    assert str(refusal.value) == (
        "this film has no flat face on which its texture could be measured"
    )

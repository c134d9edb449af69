"""Current in like films side by side: each is as it is alone, whatever the others are driven by."""

from mpi4py import MPI

import numpy as np
import pytest
import shapely

from hebbfilm import copied, inner_pads, strip
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.checks import driven_checks, matrix_checks
from hebbfilm.hopfield.contact_pairs import coupled_pairs, pairs
from hebbfilm.hopfield.reading import read_disturbance
from hebbfilm.meshing import Contact, Layout, Slab, mesh_film
from hebbfilm.solvers import Current, Electrodes, Film, Heat, Layer, Material, Oersted, constant
from hebbfilm.solvers.conduction.linear_response import conductance_response
from hebbfilm.solvers.conduction.node_voltages import node_voltages

NM = 1e-9
PADS = inner_pads(size=240 * NM, ring_radius=150 * NM, pad_radius=45 * NM, mesh_size=20 * NM)
NODES, FILMS = 4, 2
# The largest current is known to 1e-10 times the root of the number of vertices (some 1e3).
PRECISION = 1e-8
SEEDS = (5, 6)


def alone(comm, seed, layout=PADS, **options):
    """One film with random directions everywhere: as uneven a σ as there can be."""
    dimension, slabs = options.pop("dimension", 2), options.pop("slabs", ())
    material = options.pop("material", Material(amr_ratio=0.5))
    film = Film(mesh_film(layout, comm, dimension=dimension, slabs=slabs), material, **options)
    film.randomise(seed=seed)
    return film


def side_by_side(films, layout=PADS, **options):
    """The same films as copies in one mesh, each vertex with the m that it has alone."""
    comm, owned = films[0].comm, [film.operators.owned for film in films]
    found = alone(comm, 1, copied(layout, len(films)), **options)
    each = [f.film_mesh.numbering.gather(f.m[:n]) for f, n in zip(films, owned, strict=True)]
    together = None
    if comm.rank == 0:
        # In 3D the copies of one sheet come before those of the next.
        sheets = 1 if found.film_mesh.dimension == 2 else 2
        together = np.concatenate(
            [half for k in range(sheets) for half in (np.split(m, sheets)[k] for m in each)]
        )
    found.set_magnetisation(found.film_mesh.numbering.scatter(together)[: found.operators.owned])
    return found


@pytest.fixture(scope="module")
def singles(comm):
    return [alone(comm, seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def both(singles):
    return side_by_side(singles)


def block(matrices):
    """The matrices on the diagonal of one, (N, N)."""
    size = len(matrices[0])
    found = np.zeros((len(matrices) * size,) * 2)
    for k, matrix in enumerate(matrices):
        found[k * size : (k + 1) * size, k * size : (k + 1) * size] = matrix
    return found


OPTIONS = {
    "plain": {},
    "hall": {"material": Material(amr_ratio=0.5, anomalous_hall_ratio=0.1)},
    "resistive": {"electrodes": Electrodes(1e-15)},
    "layered": {"layers": [Layer("pt", 3 * NM, conductivity=5e6)]},
    "solid": {"dimension": 3, "slabs": [Slab("pt", 3 * NM)],
              "layers": [Layer("pt", 3 * NM, conductivity=5e6)]},
}  # fmt: skip


@pytest.mark.cross_method
@pytest.mark.parametrize("name", OPTIONS)
def test_conductances_are_those_of_each_film_alone(comm, name):
    """And zero between films, to the precision of the largest: below what couples a pair."""
    films = [alone(comm, seed, **OPTIONS[name]) for seed in SEEDS]
    together = side_by_side(films, **OPTIONS[name])
    expected = block([film.conductance_matrix() for film in films])
    found = together.conductance_matrix()
    np.testing.assert_allclose(found, expected, rtol=0, atol=PRECISION * expected.max())
    within = [i // NODES == j // NODES for i, j in pairs(FILMS * NODES)]
    assert coupled_pairs(found).tolist() == within
    assert max(matrix_checks(together, found).values()) < PRECISION


@pytest.mark.cross_method
@pytest.mark.parametrize(
    "drives",
    [
        [[0.05, 0.0, None, None], [None, None, None, None]],
        [[None, None, None, None], [0.05, 0.0, Current(1e-5), None]],
        [[Current(1e-4), Current(-1e-4), None, None], [None, 0.03, None, Current(2e-5)]],
        [[Current(1e-4), Current(-1e-4), None, None], [Current(2e-5), None, Current(-2e-5), None]],
        [[0.05, 0.0, 0.0, -0.05], [-0.05, 0.0, 0.0, 0.05]],
    ],
    ids=["first alone", "second alone", "current and voltage", "currents", "voltages"],
)
def test_each_film_is_driven_as_if_alone(singles, both, drives):
    """A film without a voltage has a mean voltage of zero, and without currents none at all."""
    apart = [film.solve_current(own) for film, own in zip(singles, drives, strict=True)]
    given = [drive for own in drives for drive in own]
    found = both.solve_current(given)
    for name in ("currents", "voltages"):
        expected = np.concatenate([getattr(each, name) for each in apart])
        tolerance = PRECISION * np.abs(expected).max()
        np.testing.assert_allclose(getattr(found, name), expected, rtol=0, atol=tolerance)
    matrix, groups = both.conductance_matrix(), both.conduction.joined
    np.testing.assert_allclose(
        node_voltages(matrix, given, groups),
        found.voltages,
        rtol=0,
        atol=PRECISION * np.abs(found.voltages).max(),
    )
    powers = sum(each.power for each in apart)
    assert found.power == pytest.approx(powers, rel=PRECISION, abs=0)


@pytest.mark.parametrize(
    "drives",
    [
        [0.05, 0.0, 0.0, 0.0, Current(1e-4), None, None, None],
        [Current(1e-4), None, None, None, Current(-1e-4), None, None, None],
    ],
)
def test_current_that_cannot_leave_its_film_is_refused(both, drives):
    with pytest.raises(
        InputError,
        match=r"currents into the piece of film of (copy_2_)?ring_1, .*centre sum to 0.0001 A: "
        r"must be zero where no contact has a voltage; did you mean to ground one \(0.0\)\?",
    ):
        both.solve_current(drives)


@pytest.mark.analytic
def test_films_with_one_contact_each_carry_no_current(comm):
    pad = Contact("pad", shapely.box(80 * NM, 20 * NM, 120 * NM, 80 * NM))
    layout = Layout(shapely.box(0, 0, 200 * NM, 100 * NM), (pad,), NM, 20 * NM)
    with pytest.raises(InputError, match="needs two contacts or more on one piece of film"):
        alone(comm, 1, copied(layout, 2))


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("tied", "groups"),
    [
        ((), [[0, 1], [2, 3], [4, 5]]),
        ((("right", "copy_3_left"),), [[0, 1, 4], [2, 3]]),
        ((("copy_2_left", "copy_2_right"),), [[0, 1], [2], [3, 4]]),
    ],
)
def test_metal_outside_joins_films(comm, tied, groups):
    layout = copied(strip(100 * NM, 40 * NM, mesh_size=20 * NM), 3, 20 * NM)
    joined = alone(comm, 1, layout, electrodes=Electrodes(tied=tied)).conduction.joined
    assert [group.tolist() for group in joined] == groups


@pytest.mark.analytic
def test_films_in_series_share_a_voltage(comm):
    """Three like strips, tied end to end: G/3 of one, 2V/3 and V/3 at the ties."""
    ties = (("right", "copy_2_left"), ("copy_2_right", "copy_3_left"))
    plain = {"material": Material(amr_ratio=0.0)}
    one = strip(100 * NM, 40 * NM, mesh_size=20 * NM)
    single = alone(comm, 1, one, **plain).conductance_matrix()[0, 0]
    film = alone(comm, 1, copied(one, 3), electrodes=Electrodes(tied=ties), **plain)
    found = film.solve_current([0.03, None, None, 0.0])
    np.testing.assert_allclose(found.voltages, [0.03, 0.02, 0.01, 0.0], rtol=0, atol=1e-9)
    assert found.currents[0] == pytest.approx(0.03 * single / 3, rel=PRECISION, abs=0)


@pytest.mark.analytic
def test_circuits_at_films_settle_apart(comm):
    """A resistor R in series with each film of G: V/(1 + RG), though one floats but for it.

    Off by at most the 1e-2 of the renewal's tolerance of 0.04, in relation to the largest.
    """
    one = strip(100 * NM, 40 * NM, mesh_size=20 * NM)
    plain = Material(amr_ratio=0.0, exchange_stiffness=1e-30, interfacial_dmi=0.0,
                     uniaxial_anisotropy=0.0)  # fmt: skip
    film = alone(comm, 1, copied(one, 2), material=plain)
    conductance = film.conductance_matrix()[0, 0]

    def through(resistance, voltage):
        return lambda _, currents, __: voltage - resistance * currents[0]

    def as_current(_, __, voltages):
        """Of 1/(2 G) Ω from 20 mV, into the second film, whose other end gives it back."""
        flowing = 2 * conductance * (0.02 - (voltages[2] - voltages[3]))
        return [through(1 / conductance, 0.05)(_, __, voltages), 0.0, Current(flowing),
                Current(-flowing)]  # fmt: skip

    film.evolve(constant(as_current, 1e-13))
    found = film.conduction
    expected = [0.025, 0.0, 0.02 / 3, -0.02 / 3]
    np.testing.assert_allclose(found.voltages, expected, rtol=0, atol=4e-4 * 0.05)


@pytest.mark.cross_method
def test_response_to_a_pattern_is_that_of_each_film(singles, both):
    """ξ at one and -ξ at the other: E² is the same, and so is what the texture makes of it.

    Potentials are known to the precision of currents, the response to four times that.
    """
    voltages = np.array([1.0, -1.0, 1.0, -1.0])
    expected = block([conductance_response(film.read(), voltages[None])[0] for film in singles])
    (found,) = conductance_response(both.read(), np.concatenate([voltages, -voltages])[None])
    np.testing.assert_allclose(found, expected, rtol=0, atol=4 * PRECISION * expected.max())


@pytest.mark.analytic
def test_checks_hold_for_copies(both):
    checks = driven_checks(both, [0.05, -0.05, 0.05, 0.05, -0.05, 0.05, -0.05, -0.05])
    assert max(checks.values()) < PRECISION


def test_reading_hardly_disturbs_copies(comm):
    film = alone(comm, 5, copied(PADS, 2), material=Material(damping=0.5))
    film.relax()
    found = read_disturbance(film, duration=2e-12)
    assert 0 < found.largest_change_of_conductance < 1e-3
    assert 0 < found.largest_change_of_m < 1e-2


@pytest.mark.cross_method
def test_heat_stays_in_its_film(comm):
    """Only the first is driven: it warms as if alone, and the second not at all.

    Both find T in steps whose error is below 0.01 K; the current is renewed after 2 % of change.
    """
    options = {"material": Material(heat_transfer_coefficient=1e8), "heat": Heat(300.0)}
    film, single = alone(comm, 5, copied(PADS, 2), **options), alone(comm, 5, **options)
    for each, drives in ((single, [0.05, 0.0, 0.0, 0.0]), (film, [0.05, *7 * [0.0]])):
        each.evolve(constant(drives, 2e-12))
    rises = [each.heat.highest() - 300 for each in (single, film)]
    assert rises[0] > 1
    assert rises[1] == pytest.approx(rises[0], rel=0.02, abs=0.02)
    owned = film.operators.owned
    right = film.film_mesh.coordinates[:owned, 0] > 290 * NM
    reached = np.abs(film.heat.temperature[:owned][right] - 300).max(initial=0.0)
    assert comm.allreduce(reached, MPI.MAX) < 1e-6 * rises[0]


def named_field(film, name):
    """Of one energy in A/m at the vertices of this rank, (owned, 3)."""
    found = np.zeros((film.operators.owned, 3))
    dict(film.dynamics.fields.named)[name].add_field(0.0, film.dynamics.m, found)
    return found


def far(film):
    """Vertices of this rank in the second film, 150 nm and more from the first, as a mask."""
    return film.film_mesh.coordinates[: film.operators.owned, 0] > 390 * NM


def require_like(comm, found, expected):
    """Within 1.5 % in the mean, and within 13 % of the largest at each vertex; collective."""
    factor = comm.allreduce(found @ expected) / comm.allreduce(expected @ expected)
    assert factor == pytest.approx(1, abs=0.015)
    largest = comm.allreduce(np.abs(expected).max(initial=0.0), MPI.MAX)
    assert largest > 10
    np.testing.assert_allclose(found, expected, rtol=0, atol=0.13 * largest)


@pytest.mark.cross_method
def test_demagnetising_field_is_that_of_both(comm):
    """In the second film the first is a sheet of dipoles along z: -M_s V/4πR³ of each vertex.

    Half the difference between m up and m down there. Onto the grid and from it 1/R³ is
    interpolated between boxes of h = 20 nm: by h²/8 of its second derivative, 12 h²/8R² = 0.7 %
    each on average (R = 300 nm). Boxes at a rim are filled in part: by h/R = 13 % at most at one
    vertex.
    """
    film = alone(comm, 5, copied(PADS, 2), demagnetisation="full")
    places = film.film_mesh.coordinates[: film.operators.owned]
    first, there = places[:, 0] < 290 * NM, far(film)
    name = next(n for n, _ in film.dynamics.fields.named if "demag" in n)
    fields = []
    for sign in (1, -1):
        film.set_magnetisation(np.where(first[:, None], [0, 0, sign], [1, 0, 0]))
        fields.append(named_field(film, name)[there, 2])
    sources = np.concatenate(comm.allgather(places[first]))
    volumes = np.concatenate(comm.allgather(film.operators.vertex_volumes[first]))
    away = np.linalg.norm(places[there][:, None] - sources[None], axis=2)
    magnetisation = Material().number("saturation_magnetisation")
    expected = -magnetisation / (4 * np.pi) * (volumes / away**3).sum(axis=1)
    require_like(comm, (fields[0] - fields[1]) / 2, expected)


@pytest.mark.cross_method
def test_oersted_field_is_that_of_both(comm):
    """The second film, at rest, is in the field of the first: (j × R)_z V/4πR³ of each cell.

    It errs as above, with 6 h²/8R² for 1/R².
    """
    film = alone(comm, 5, copied(PADS, 2), oersted=Oersted())
    current = film.solve_current([0.05, *7 * [0.0]])
    dict(film.dynamics.fields.named)["oersted"].take_current(current)
    there = far(film)
    middles = film.film_mesh.coordinates[film.operators.cells].mean(axis=1)
    flows = current.current_density[:, :2] * film.operators.volumes[:, None]
    sources, flows = (np.concatenate(comm.allgather(each)) for each in (middles, flows))
    places = film.film_mesh.coordinates[: film.operators.owned][there]
    away = places[:, None] - sources[None]
    turning = flows[:, 0] * away[..., 1] - flows[:, 1] * away[..., 0]
    expected = (turning / np.linalg.norm(away, axis=2) ** 3).sum(axis=1) / (4 * np.pi)
    require_like(comm, named_field(film, "oersted")[there, 2], expected)

"""The Oersted field: kernel, wires, currents of any kind, and how it follows the current."""

from itertools import pairwise
from types import SimpleNamespace

from mpi4py import MPI

import numpy as np
import pytest
from shapely import box

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import Contact, Slab, mesh_film, strip
from hebbfilm.meshing.layout import Layout
from hebbfilm.solvers import (
    Electrodes,
    Film,
    Layer,
    Material,
    Numerics,
    Oersted,
    Sine,
    Wire,
    constant,
    load_state,
    save_state,
)
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.layers.film_layer import layers_on_film
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.terms.convolution.grid import sheet_height
from hebbfilm.solvers.terms.oersted.box_field import box_field
from hebbfilm.solvers.terms.oersted.pattern import CurrentPattern
from hebbfilm.solvers.terms.oersted.sheets import Sheet
from hebbfilm.solvers.terms.oersted.strands import merged, path_field, segment_field
from hebbfilm.solvers.terms.oersted.term import OerstedTerm

NM = 1e-9
PLATINUM = Layer("pt", 3e-9, conductivity=4e6)
STRIP = strip(length=120e-9, width=60e-9, mesh_size=12e-9)


def bound(film_mesh, oersted=None, layers=()):
    """The field alone, on a mesh without contacts."""
    operators = VertexOperators(film_mesh)
    found = layers_on_film(film_mesh, layers)
    return operators, OerstedTerm(oersted or Oersted(), operators, found, {}).bind(operators, None)


def flowing(*currents):
    """j in A/m² (n_cells, d) in a film and its layers, as a field takes it."""
    return SimpleNamespace(sheet_current_densities=lambda: currents, currents=())


def oersted_of(film):
    return dict(film.dynamics.fields.named)["oersted"]


def gauss(edge, number):
    nodes, weights = np.polynomial.legendre.leggauss(number)
    return edge * nodes / 2, weights / 2


@pytest.mark.cross_method
@pytest.mark.parametrize(
    ("lag", "area", "target", "source"),
    [
        ((3.0, 1.0, 0.0), (2.0, 1.0), 0.5, 0.7),
        ((2.0, 0.0, 2.5), (2.0, 1.0), 0.5, 0.7),
        ((0.0, 0.0, 2.0), (1.0, 1.3), 1.0, 0.4),
        ((1.0, -4.0, 1.5), (1.0, 1.3), 1.0, 2.5),
        ((12.0, 5.0, 3.0), (1.0, 1.0), 0.4, 0.6),
    ],
)
def test_box_field_is_the_integral_of_biot_and_savart(lag, area, target, source):
    """Gauss's rule with 6 nodes on each axis of both boxes, which do not touch or share a face.

    It errs by (edge/4 distance)^12, below 1e-6 of |k| here, and the rule for far boxes by 1e-6.
    """
    axes = [
        (
            np.subtract.outer(gauss(a, 6)[0], gauss(b, 6)[0]),
            np.outer(gauss(1, 6)[1], gauss(1, 6)[1]),
        )
        for a, b in ((area[0], area[0]), (area[1], area[1]), (target, source))
    ]
    x, y, z = (
        place + steps.ravel()[(...,) + (None,) * after]
        for place, (steps, _), after in zip(lag, axes, (2, 1, 0), strict=True)
    )
    weight = np.einsum("i,j,k->ijk", *(w.ravel() for _, w in axes))
    cube = (x * x + y * y + z * z) ** 1.5
    expected = np.array([np.sum(weight * r / cube) for r in (x, y, z)])
    expected *= area[0] * area[1] * source / (4 * np.pi)
    found = box_field(np.array([lag]), area, target, source)[:, 0]
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-6 * np.linalg.norm(expected))


@pytest.mark.cross_method
def test_box_field_is_the_sum_over_parts_of_the_box():
    """On both sides of the distance where the rule changes: 1e-6 each."""
    area, target, source = (2.0, 1.0), 0.6, 3.5
    parts = [(x, y, z) for x in (-0.5, 0.5) for y in (-0.25, 0.25) for z in (-0.875, 0.875)]
    ends = [(x, y, z) for x in (-0.5, 0.5) for y in (-0.25, 0.25) for z in (-0.15, 0.15)]
    for lag in ([2, 1, 0], [0, 3, 1.2], [19, 6, 0], [40, 30, 0]):
        whole = box_field(np.array([lag]), area, target, source)[:, 0]
        steps = np.array([np.add(lag, end) - part for part in parts for end in ends])
        summed = box_field(steps, (1.0, 0.5), 0.3, 1.75).sum(axis=1) / len(ends)
        np.testing.assert_allclose(summed, whole, rtol=0, atol=2e-6 * np.linalg.norm(whole))


@pytest.mark.analytic
def test_segment_is_the_law_of_biot_and_savart():
    """The integral by 200 nodes of Gauss, whose error is round-off at such a distance."""
    start, end = np.array([0.2, -0.3, 0.1]), np.array([1.0, 0.5, 2.0])
    points = np.array([[1.5, -1.0, 0.3], [0.0, 2.0, 1.0], [3.0, 3.0, 5.0]])
    nodes, weights = gauss(2.0, 200)
    for point, found in zip(points, segment_field(points, start, end, 1e-3), strict=True):
        away = point - (start + np.outer((1 + nodes) / 2, end - start))
        cube = np.linalg.norm(away, axis=1) ** 3
        pieces = np.cross(end - start, away) / (4 * np.pi * cube[:, None])
        np.testing.assert_allclose(found, weights @ pieces, rtol=1e-12)


@pytest.mark.analytic
def test_wires_of_textbooks():
    """A square loop, 2√2 I/(πa) in its middle; half of an endless wire; the inside of a wire."""
    corners = np.array([[1, 1, 0], [-1, 1, 0], [-1, -1, 0], [1, -1, 0], [1, 1, 0]]) / 2.0
    middle = np.zeros((1, 3))
    loop = sum(segment_field(middle, a, b, 1e-6) for a, b in pairwise(corners))
    np.testing.assert_allclose(loop, [[0, 0, 2 * np.sqrt(2) / np.pi]], rtol=1e-12)
    # The current comes from above: it flows along -z.
    points = np.array([[0.5, 0, 0], [0, 2.0, 0], [0, 0, 0], [0.05, 0, 0]])
    found = path_field(points, np.zeros(3), np.empty((0, 3)), 0.1)
    half = np.array([1 / 0.5, 0.5, 0, 0.05 / 0.1**2]) / (4 * np.pi)
    around = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 0], [0, -1, 0]])
    np.testing.assert_allclose(found, half[:, None] * around, rtol=1e-12, atol=1e-15)
    # Two straight pieces are one.
    bent = path_field(points[:2], np.zeros(3), np.array([[0, 0, 1.0], [0, 0, 3.0]]), 0.1)
    np.testing.assert_allclose(bent, found[:2], rtol=1e-12)


@pytest.mark.analytic
@pytest.mark.parametrize(("shape", "most"), [((60, 40, 1), 200), ((400, 1, 1), 100)])
def test_merged_strands_keep_current_and_middle(shape, most):
    """As many as asked for but for what the border cuts, and none too large."""
    places = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1).reshape(-1, 3)
    places, sizes = places * NM, np.random.default_rng(1).uniform(0.5, 1.0, len(places))
    middles, summed = merged(places, sizes, most)
    assert most / 2 < len(summed) <= 1.2 * most + 2
    assert summed.sum() == pytest.approx(sizes.sum(), rel=1e-12)
    np.testing.assert_allclose(summed @ middles, sizes @ places, rtol=1e-12, atol=1e-20)
    assert summed.max() < 3 * sizes.sum() / most
    np.testing.assert_array_equal(merged(places[:most], sizes[:most], most)[0], places[:most])


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="each rank would do all of it")
@pytest.mark.cross_method
def test_field_is_that_of_the_sum_over_all_cells():
    """Directly, point by point over a small film with a slanted rim and over a layer below it.

    Each cell is cut into 64 parts, and pairs of points are averaged over both thicknesses: ρ/R³ in
    the film has the mean 2/(ρ(ρ + √(ρ² + t²))); for the layer by nodes. Currents are random in each
    cell of 8 nm, and their field varies over a quarter of that. Both ways err by the second moments
    of source and target against its square: of boxes 2(0.75)²/12, of parts 2/24, 4.4 % of 2².
    """
    outline = box(0, 0, 40 * NM, 30 * NM).difference(box(30 * NM, 20 * NM, 50 * NM, 50 * NM))
    film_mesh = mesh_film(Layout(outline.buffer(4 * NM), (), 2 * NM, 8 * NM), MPI.COMM_SELF)
    operators, field = bound(film_mesh, Oersted(spacing=0.75 * NM), [PLATINUM])
    random = np.random.default_rng(2)
    currents = random.normal(size=(2, len(operators.cells), 2))
    thirds = np.array([(a, b) for a in range(8) for b in range(8 - a)]) / 8 + 1 / 24
    turned = np.array([(a, b) for a in range(7) for b in range(7 - a)]) / 8 + 1 / 12
    weights = np.vstack([thirds, turned])
    weights = np.column_stack([1 - weights.sum(axis=1), weights])
    corners = film_mesh.coordinates[operators.cells][:, :, :2]
    points = (weights @ corners).reshape(-1, 2)
    areas = np.repeat(operators.volumes / film_mesh.thickness / len(weights), len(weights))
    lag = points[:, None] - points
    distance = np.linalg.norm(lag, axis=2)
    np.fill_diagonal(distance, np.inf)
    t, d = film_mesh.thickness, PLATINUM.thickness
    kernels = [(2 * t / (distance**2 * (distance + np.hypot(distance, t))), None)]
    nodes, shares = gauss(d, 4)
    ends, parts = gauss(t, 4)
    height = t / 2 + d / 2
    np.fill_diagonal(distance, 0.0)
    cubes = [
        (w * v, (distance**2 + (height + e - n) ** 2) ** 1.5, height + e - n)
        for n, w in zip(nodes, shares, strict=True)
        for e, v in zip(ends, parts, strict=True)
    ]
    kernels.append(
        (d * sum(w / cube for w, cube, _ in cubes), d * sum(w * z / cube for w, cube, z in cubes))
    )
    for number, (along, above) in enumerate(kernels):
        given = np.zeros_like(currents)
        given[number] = currents[number]
        field.take_current(flowing(*given))
        j = np.repeat(currents[number], len(weights), axis=0) * areas[:, None] / (4 * np.pi)
        h = np.zeros((len(points), 3))
        h[:, 2] = ((along * lag[:, :, 1]) @ j[:, 0]) - ((along * lag[:, :, 0]) @ j[:, 1])
        if above is not None:
            h[:, 0], h[:, 1] = above @ j[:, 1], -above @ j[:, 0]
        mean = np.zeros((len(film_mesh.coordinates), 3))
        total = np.zeros(len(mean))
        for corner in range(3):
            share = np.tile(weights[:, corner], len(operators.cells)) * areas
            rows = np.repeat(operators.cells[:, corner], len(weights))
            np.add.at(mean, rows, share[:, None] * h)
            np.add.at(total, rows, share)
        mean /= total[:, None]
        error = np.sqrt(np.mean((field.field - mean) ** 2) / np.mean(mean**2))
        assert error < 0.05, number


@pytest.mark.cross_method
@pytest.mark.parametrize(
    ("thickness", "mesh", "layers"), [(2, {}, [PLATINUM]), (8, {"dimension": 3, "layers": 2}, [])]
)
def test_field_does_not_depend_on_the_ranks(comm, thickness, mesh, layers):
    """The same current on one rank: round-off, some 1e3 products of relative error 1e-16 each."""
    layout = Layout(
        box(0, 0, 60 * NM, 40 * NM).buffer(5 * NM, quad_segs=4), (), thickness * NM, 5 * NM
    )
    gathered = []
    for ranks in (comm, MPI.COMM_SELF):
        film_mesh = mesh_film(layout, ranks, **mesh)
        operators, field = bound(film_mesh, layers=layers)
        middles = film_mesh.coordinates[operators.cells].mean(axis=1) / NM
        j = np.column_stack([np.sin(middles @ [0.1, 0.2, 0.3]), np.cos(middles @ [0.2, -0.1, 0.4])])
        if film_mesh.dimension == 3:
            j = np.column_stack([j, np.sin(middles @ [-0.1, 0.1, 0.2])])
        field.take_current(flowing(j, *(2 * j[:, ::-1] for _ in layers)))
        gathered.append(film_mesh.numbering.gather(field.field))
    if comm.rank == 0:
        scale = np.abs(gathered[1]).max()
        np.testing.assert_allclose(*gathered, rtol=0, atol=1e-12 * scale)


@pytest.mark.cross_method
def test_field_of_a_stack_of_tetrahedra_does_not_depend_on_the_ranks(comm):
    """Nor does that of its wires: the current is found to 1e-10."""
    gathered = []
    for ranks in (comm, MPI.COMM_SELF):
        film_mesh = mesh_film(STRIP, ranks, dimension=3, slabs=[Slab("pt", 3e-9)])
        oersted = Oersted(wires=(Wire("left"), Wire("right")))
        film = Film(film_mesh, layers=[PLATINUM], oersted=oersted)
        film.set_magnetisation((1.0, 0.0, 0.0))
        film.current.potential_tolerance = film.conduction.tolerance
        film.current.apply([0.05, -0.05])
        film.current.renew(0.0)
        gathered.append(film.film_mesh.numbering.gather(oersted_of(film).field))
    if comm.rank == 0:
        scale = np.abs(gathered[1]).max()
        np.testing.assert_allclose(*gathered, rtol=0, atol=1e-8 * scale)


@pytest.mark.analytic
def test_distance_of_currents_is_that_of_sheet_currents(comm):
    """K = jd: the film's (1, 0), three times that in a layer three times as thick, then turned.

    Of K · K′ = 1 the multiple of K is 1/10, and 10 - 1/10 of |K′|² = 10 is left; round-off.
    """
    operators = VertexOperators(mesh_film(STRIP, comm))
    pattern = CurrentPattern(operators, [Sheet(NM), Sheet(3 * NM)])
    along, across = (np.tile(x, (len(operators.cells), 1)) for x in np.eye(2))
    assert pattern.compare([0 * along, 0 * along]) == (0.0, 0.0)
    assert pattern.compare([along, along]) == (0.0, 1.0)
    pattern.keep()
    assert pattern.compare([-2 * along, -2 * along]) == pytest.approx((-2.0, 0.0), abs=1e-12)
    assert pattern.compare([along, across]) == pytest.approx((0.1, np.sqrt(0.99)), rel=1e-12)
    pattern.forget()
    assert pattern.compare([along, along]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("sheets", "most", "height"),
    [
        ((3.0, 2.0), 6.0, 1.0),
        ((3.0, 1.0, 2.0), 6.0, 1.0),
        ((4.0, 4.0), 3.0, 2.0),
        ((3.0, 0.9), 6.0, 0.3),
        ((3.1, 0.9), 6.0, 0.225),
    ],
)
def test_boxes_end_where_sheets_do(sheets, most, height):
    assert sheet_height(sheets, most) == pytest.approx(height)


def driven(comm, oersted, **options):
    """A strip with AMR that is about to move; collective."""
    film = Film(
        mesh_film(STRIP, comm),
        Material(amr_ratio=0.3, interfacial_dmi=0.0),
        oersted=oersted,
        numerics=Numerics(integrator="explicit", renewal_tolerance=0.01),
        **options,
    )
    film.randomise(seed=1)
    return film


@pytest.mark.analytic
def test_energy_is_that_of_the_moments_in_the_field(comm):
    """E = -μ₀ ∫ M · H by its definition: round-off."""
    film = driven(comm, Oersted())
    film.evolve(constant([0.05, -0.05], 1e-13))
    pressure = VACUUM_PERMEABILITY * film.material.number("saturation_magnetisation")
    along = np.einsum("ij,ij,i", film.m, oersted_of(film).field, film.operators.vertex_volumes)
    expected = -pressure * comm.allreduce(along)
    assert film.dynamics.energies()["oersted"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.analytic
def test_open_contacts_have_no_field(comm):
    film = driven(comm, Oersted(wires=(Wire("left"),)))
    film.evolve(constant([0.05, -0.05], 1e-13))
    assert np.abs(oersted_of(film).field).max() > 1.0
    film.evolve(constant([None, None], 1e-13))
    assert not oersted_of(film).field.any()
    film.evolve(constant([0.05, -0.05], 1e-13))
    film.relax(1e-13)
    assert not oersted_of(film).field.any()
    assert "oersted" not in driven(comm, None).dynamics.energies()


@pytest.mark.analytic
def test_drive_that_scales_asks_for_no_convolution(comm):
    """Without AMR: one at the start of each stretch, and the field is as that of the current."""
    layout = strip(length=120e-9, width=60e-9, mesh_size=12e-9)
    film = Film(mesh_film(layout, comm), Material(amr_ratio=0.0), oersted=Oersted(tolerance=1e-6))
    film.randomise(seed=1)
    renewals = film.current.record.renewals
    film.evolve(constant([Sine(amplitude=0.05, frequency=2e10), 0.0], 5e-11))
    field = oersted_of(film)
    assert film.current.record.renewals - renewals > 10
    # At the start nothing flows; then the first current, and what round-off of j leaves at the end.
    assert field.evaluations <= 2
    found = field.field.copy()
    field.begin(film.time)
    field.take_current(film.conduction)
    np.testing.assert_allclose(found, field.field, rtol=0, atol=1e-6 * np.abs(found).max())


@pytest.mark.analytic
@pytest.mark.parametrize("tolerance", [0.2, 0.02])
def test_field_is_as_near_as_its_tolerance_says(comm, tolerance):
    """In every renewal; H is linear in j, and no more than a few times larger where that is less.

    The norms differ: that of the error in H over that of H is below a few times that of j, for
    which 3 is allowed.
    """
    film, errors = driven(comm, Oersted(tolerance=tolerance)), []
    field = oersted_of(film)
    exact = oersted_of(Film(film.film_mesh, film.material, oersted=Oersted()))

    class Watch:
        def take_current(self, current):
            if current is not None:
                exact.begin(0.0)
                exact.take_current(current)
                sums = [np.sum((field.field - exact.field) ** 2), np.sum(exact.field**2)]
                errors.append(np.sqrt(np.divide(*comm.allreduce(np.array(sums)))))

    film.current._followers.append(Watch())
    film.evolve(constant([0.05, -0.05], 2e-11))
    assert len(errors) > 10
    assert 0 < max(errors) < 3 * tolerance
    assert field.evaluations < len(errors)


@pytest.mark.regression
def test_film_goes_on_as_if_it_had_not_been_saved(comm, shared_tmp_path):
    """To the last bit; so it does after a trial."""
    segments = constant([0.05, -0.05], 2e-11)
    film, path = driven(comm, Oersted(tolerance=0.3), layers=[PLATINUM]), shared_tmp_path / "s.npz"

    def look(film):
        if film.position.elapsed > 0 and not path.exists():
            save_state(film, path)
            with film.on_trial():
                film.evolve(constant([-0.1, 0.02], 5e-12))
            # Of the current as it was.
            field = oersted_of(film).field.copy()
            oersted_of(film).begin(film.time)
            film.current.act()
            assert oersted_of(film).field.tobytes() == field.tobytes()

    film.evolve(segments, sample_interval=5e-12, observer=look)
    other = driven(comm, Oersted(tolerance=0.3), layers=[PLATINUM])
    load_state(other, path)
    other.evolve(segments, start=other.position, sample_interval=5e-12)
    assert film.m.tobytes() == other.m.tobytes()
    assert film.dynamics.energies() == other.dynamics.energies()


SLIPS = [
    (
        lambda: Oersted(tolerance=1e-7),
        "oersted.tolerance = 1e-07: must be 1e-06 or more and below 1",
    ),
    (lambda: Oersted(spacing=-1e-9), "oersted.spacing = -1e-09: must be above 0, in m"),
    (
        lambda: Oersted(wires=Wire("left")),
        "oersted.wires = Wire(contact='left', path=()): must be a list, like wires=[Wire(…)]",
    ),
    (
        lambda: Wire("left", path=((0.0, 0.0),)),
        "oersted.wires: path of left: point = (0.0, 0.0): must be three numbers, in m",
    ),
    (
        lambda: Wire("left", path=((0, 0, 1e-6), (0, 0, 1e-6))),
        "oersted.wires: path of left: [0.0, 0.0, 1e-06] twice in a row: must be another point",
    ),
]


@pytest.mark.parametrize(("make", "message"), SLIPS)
def test_slips(make, message):
    with pytest.raises(InputError) as told:
        make()
    assert str(told.value) == message


@pytest.mark.parametrize(
    ("oersted", "options", "message"),
    [
        (
            Oersted(wires=(Wire("lft"),)),
            {},
            "oersted.wires: contact = 'lft': allowed are left, right; did you mean left?",
        ),
        (
            Oersted(wires=(Wire("left"), Wire("left"))),
            {},
            "oersted.wires: two go to left: a contact has one, or none",
        ),
        (
            Oersted(wires=(Wire("left", ((0.0, 0.0, 0.0),)),)),
            {},
            "oersted.wires: path of left begins with (0.0, 0.0, 0.0), the middle of the contact: "
            "must be the next point of the wire, in m",
        ),
        (True, {}, "oersted = True: must be an Oersted, or None"),
        (
            Oersted(),
            {"thickness": lambda x: 1e-9 * (1 + x[:, 0] / 1e-6)},
            "oersted: needs a film of one thickness, that of its mesh: leave thickness or oersted "
            "out, or mesh the film in 3D",
        ),
    ],
)
def test_what_does_not_fit_the_film(comm, oersted, options, message):
    with pytest.raises(InputError) as told:
        Film(mesh_film(STRIP, comm), oersted=oersted, **options)
    assert str(told.value) == message


FILM = "runs through the film or its layers at"
BACK = "comes back to its contact: must lead away from it"


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize(
    ("path", "problem"),
    [
        # Places in nm; the film begins at x = 0, and a layer of 3 nm is below it.
        ([(-200, 0, 0)], None),
        ([(0, -200, 0)], None),
        ([(0, 0, 200)], None),
        ([(-50, 0, 0), (-50, 0, -20), (200, 0, -20)], None),
        ([(200, 1, 0)], FILM),
        ([(0, 0, 200), (20, 0, 200), (20, 0, 100)], FILM),
        ([(-50, 0, 0), (-50, 0, -1.9), (200, 0, -1.9)], FILM),
        ([(-50, 0, 0), (-50, 50, 0), (20, 0, 0)], FILM),
        ([(-50, 0, 0), (0, 0, 0), (0, 0, 200)], BACK),
        ([(-50, 0, 0), (-20, 0, 0)], BACK),
        ([(-50, 0, 0), (-51, 0, 0), (-50, 0, 0)], BACK),
    ],
)
def test_wire_leads_around_what_conducts(comm, dimension, path, problem):
    layers = [Layer("pt", 3 * NM, conductivity=4e6)]
    solid = {"dimension": 3, "slabs": [Slab("pt", 3 * NM)]} if dimension == 3 else {}
    film_mesh = mesh_film(strip(60 * NM, 30 * NM, NM, mesh_size=10 * NM), comm, **solid)
    middle = 0.0 if dimension == 2 else -NM
    wire = Wire("left", tuple((x * NM, y * NM, z * NM + middle) for x, y, z in path))
    told = ""
    try:
        Film(film_mesh, layers=layers, oersted=Oersted(wires=(wire,)))
    except InputError as error:
        told = str(error)
    assert (f"oersted.wires: path of left {problem}" in told) if problem else not told
    assert set(comm.allgather(told)) == {told}


def test_wire_to_a_tied_contact(comm):
    square = box(0, 0, 60 * NM, 60 * NM)
    sides = {"a": box(0, 0, 15 * NM, 60 * NM), "b": box(45 * NM, 0, 60 * NM, 60 * NM)}
    sides["c"] = box(25 * NM, 0, 35 * NM, 20 * NM)
    contacts = tuple(Contact(name, side) for name, side in sides.items())
    film_mesh = mesh_film(Layout(square, contacts, NM, 8 * NM), comm)
    tied = Electrodes(tied=(("a", "b"),))
    with pytest.raises(InputError) as told:
        Film(film_mesh, electrodes=tied, oersted=Oersted(wires=(Wire("b"),)))
    assert str(told.value) == (
        "oersted.wires: b is tied (a+b), and how its node's current divides is not known: untie "
        "it, or leave its wire out"
    )
    assert (
        "oersted"
        in Film(film_mesh, electrodes=tied, oersted=Oersted(wires=(Wire("c"),))).dynamics.energies()
    )

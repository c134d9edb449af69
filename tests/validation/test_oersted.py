"""The Oersted field of currents whose field has a closed form.

Sheets are thin against the distance d from their rim, K = jt, and the closed forms are averaged
over the hat function of each vertex, as H is. Boxes of s = 1.08 h, as wide as the mesh size within
8 %, add three times half of their second moment, (3/2) s²/12 H″: of the source, which may be cut by
the rim, of the target, and of what a vertex takes of it; and steps between boxes a wave, of which
hats of ±0.8 h leave s/π sinc²(0.8 h/s) of H′. With H ≈ K ln d/2π that is together 0.027/2π of K at
the distance d = 3 h to which points are restricted.
"""

from types import SimpleNamespace

from mpi4py import MPI

import numpy as np
import pytest
from scipy.special import ellipe, ellipk
from shapely import Point, box

from hebbfilm.meshing import Slab, corbino, mesh_film, strip
from hebbfilm.meshing.layout import Layout
from hebbfilm.solvers import Film, Layer, Material, Numerics, Oersted, Sine, Wire, constant
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.layers.film_layer import layers_on_film
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms import Demagnetisation
from hebbfilm.solvers.terms.oersted.term import OerstedTerm

NM = 1e-9
LENGTH, WIDTH, SIZE = 240 * NM, 80 * NM, 5 * NM
BOX = 1.08  # mesh sizes
BLUR = (BOX**2 / 8 / 9 + BOX / np.pi * np.sinc(0.8 / BOX) ** 2 / 3) / (2 * np.pi)
ROUND = 1e-9
"""Of the largest value: by finished solves and their round-off."""


def carrying(film_mesh, drives, **options):
    """A film under current, without AMR, and H at its vertices; collective."""
    film = Film(film_mesh, Material(amr_ratio=0.0), **options)
    film.current.potential_tolerance = film.conduction.tolerance
    film.current.apply(drives)
    film.current.renew(0.0)
    return film, dict(film.dynamics.fields.named)["oersted"].field


def of_current(film_mesh, currents, layers=()):
    """H at the vertices of j in A/m² (n_cells, d) in the film and its layers; collective."""
    operators = VertexOperators(film_mesh)
    term = OerstedTerm(Oersted(), operators, layers_on_film(film_mesh, layers), {})
    field = term.bind(operators, FilmMaterial(film_mesh, Material()))
    flowing = SimpleNamespace(sheet_current_densities=lambda: currents, currents=())
    field.take_current(flowing)
    return field.field


def places(film_mesh):
    return film_mesh.coordinates[: film_mesh.space.dofmap.index_map.size_local].T


def averaged(film_mesh, function):
    """The mean of a function of x, y over the hat function of each vertex of this rank.

    By the rule of three points, of second degree, in 16 parts of each cell.
    """
    operators = VertexOperators(film_mesh)
    corners = film_mesh.coordinates[operators.cells][:, :, :2]
    thirds = np.array([[4, 1, 1], [1, 4, 1], [1, 1, 4]]) / 6
    halves = np.array([[2, 0, 0], [1, 1, 0], [1, 0, 1], [0, 2, 0], [0, 1, 1], [0, 0, 2]]) / 2
    parts = [np.eye(3)]
    for _ in range(2):
        parts = [
            halves[list(rows)] @ part
            for part in parts
            for rows in ((0, 1, 2), (1, 3, 4), (2, 4, 5), (1, 4, 2))
        ]
    sums = np.zeros((len(corners), 3))
    for weights in np.vstack([thirds @ part for part in parts]):
        value = function(*np.einsum("k,ckd->dc", weights, corners))
        sums += np.outer(value * operators.volumes, weights) / 48
    return operators.sum_to_vertices(sums) / operators.vertex_volumes


def beside_strip(x, y):
    """H_z/K of a thin strip of finite length, K along x: the law of Biot and Savart, integrated.

    ∫ (y - y′)/R³ dy′ is 1/R, and its integral over x′ is asinh((x′ - x)/|y - y′|).
    """
    return sum(
        side * end * np.arcsinh((end * LENGTH / 2 - x) / np.abs(y - side * WIDTH / 2))
        for side in (-1, 1)
        for end in (-1, 1)
    ) / (4 * np.pi)


def above_strip(x, y, z):
    """-H_y/K at a height z over it: the solid angle of the strip over 4π."""
    return sum(
        side * end * np.arctan2(u * v, z * np.sqrt(u * u + v * v + z * z))
        for side in (-1, 1)
        for end in (-1, 1)
        for u, v in [(side * WIDTH / 2 - y, end * LENGTH / 2 - x)]
    ) / (4 * np.pi)


@pytest.mark.analytic
def test_strip(comm, check, plot):
    """A solved current that is uniform: only H_z, and odd across the strip."""
    film_mesh = mesh_film(strip(LENGTH, WIDTH, mesh_size=SIZE), comm)
    film, field = carrying(film_mesh, [0.02, -0.02], oersted=Oersted())
    sheet = film.conduction.currents[0] / WIDTH
    x, y, _ = places(film_mesh)
    x = x - LENGTH / 2
    inside = (np.abs(y) < WIDTH / 2 - 3 * SIZE) & (np.abs(x) < LENGTH / 2 - 3 * SIZE)
    expected = averaged(film_mesh, lambda x, y: beside_strip(x - LENGTH / 2, y))[inside]
    check(
        "H_z/K in a strip with a uniform current",
        field[inside, 2] / sheet,
        expected,
        BLUR,
        "asinh of Biot and Savart for a thin strip of this length; boxes and hat functions",
    )
    check(
        "H in the plane of a strip without layers, in units of K",
        np.abs(field[:, :2]).max(initial=0.0) / sheet,
        0,
        ROUND,
        "what a sheet does to itself cancels in the mean over its thickness",
    )
    middle = (np.abs(x) < LENGTH / 8) & (np.abs(y) < WIDTH / 2 - SIZE / 4)
    across = np.linspace(-0.49, 0.49, 99) * WIDTH
    if comm.size == 1:
        plot(
            "Oersted field of a strip",
            "y / nm",
            "H_z / K",
            {"closed form": (across / NM, beside_strip(0.0, across))},
            {"found": (y[middle] / NM, field[middle, 2] / sheet)},
        )


@pytest.mark.analytic
@pytest.mark.parametrize("side", ["below", "above"])
def test_layer(comm, check, side):
    """H_y in a film over or under a layer that carries nearly all of the current."""
    film_mesh = mesh_film(strip(LENGTH, WIDTH, mesh_size=SIZE), comm)
    layer = Layer("metal", 4 * NM, conductivity=1e11, side=side)
    film, field = carrying(film_mesh, [1e-6, -1e-6], oersted=Oersted(), layers=[layer])
    sheet = film.conduction.currents[0] / WIDTH
    x, y, _ = places(film_mesh)
    x = x - LENGTH / 2
    inside = (np.abs(y) < WIDTH / 2 - 3 * SIZE) & (np.abs(x) < LENGTH / 2 - 3 * SIZE)
    nodes, weights = np.polynomial.legendre.leggauss(8)
    heights = [
        (w * v / 4, 2.5 * NM + 2 * NM * a + NM / 2 * b)
        for a, w in zip(nodes, weights, strict=True)
        for b, v in zip(nodes, weights, strict=True)
    ]
    expected = averaged(
        film_mesh,
        lambda x, y: sum(w * above_strip(x - LENGTH / 2, y, z) for w, z in heights),
    )
    sign = -1 if side == "below" else 1
    check(
        f"H_y/K in a film with a layer {side} it, current along +x",
        field[inside, 1] / sheet,
        sign * expected[inside],
        BLUR,
        "solid angle of the layer over 4π, near ½; boxes and hat functions",
    )
    check(
        f"H along the current of a layer {side} the film, in units of K",
        np.abs(field[:, 0]).max(initial=0.0) / sheet,
        0,
        ROUND,
        "j × R has no part along j, and j has no other component",
    )


@pytest.mark.analytic
def test_layers_on_both_sides(comm, check):
    """Currents alike below and above cancel in the plane; antiparallel ones add up."""
    film_mesh = mesh_film(Layout(box(0, 0, LENGTH, WIDTH), (), NM, SIZE), comm)
    layers = [Layer(side, 4 * NM, conductivity=1e7, side=side) for side in ("below", "above")]
    x = np.tile([1.0, 0.0], (len(film_mesh.cells), 1))
    found = {
        signs: of_current(film_mesh, [0 * x, *(sign * x for sign in signs)], layers)
        for signs in ((1, 1), (1, -1), (1, 0))
    }
    scale = np.abs(found[1, 0][:, 1]).max(initial=0.0)
    check(
        "H_y of equal currents below and above, in units of that of one",
        np.abs(found[1, 1][:, :2]).max(initial=0.0) / scale,
        0,
        ROUND,
        "mirror symmetry",
    )
    check(
        "H_y of antiparallel currents below and above, in units of that of one",
        np.abs(found[1, -1][:, 1] - 2 * found[1, 0][:, 1]).max(initial=0.0) / scale,
        0,
        ROUND,
        "the same from both",
    )


@pytest.mark.analytic
def test_disc(comm, check):
    """A uniform sheet current in a disc: H_z = K (K(k) - E(k))/(πk) sin φ, k = r/a.

    The potential ∫ dA/R in the plane of the disc is 4a E(k); H_z is -∂_y of it times K/4π.
    """
    radius = 80 * NM
    film_mesh = mesh_film(Layout(Point(0, 0).buffer(radius, 64), (), NM, SIZE), comm)
    j = np.tile([1 / NM, 0.0], (len(film_mesh.cells), 1))
    field = of_current(film_mesh, [j])
    x, y, _ = places(film_mesh)
    r = np.hypot(x, y)
    inside = r < radius - 3 * SIZE

    def closed(x, y):
        k = np.minimum(np.hypot(x, y) / radius, 1 - 1e-9)
        return (ellipk(k**2) - ellipe(k**2)) / (np.pi * k**2) * y / radius

    expected = averaged(film_mesh, closed)[inside]
    check(
        "H_z/K in a disc with a uniform current",
        field[inside, 2],
        expected,
        BLUR,
        "elliptic integrals; boxes cut by a round rim, and hat functions",
    )


@pytest.mark.analytic
def test_corbino_disc_with_wires(comm, check):
    """A wire from above into the middle of a ring, out to its rim and up again: I/(4πr) around.

    By Ampère's law on a circle: the whole current above the film, none below, half in its middle.
    Strands of the rim stand h apart, as do boxes: 3 h from them their rows are even to e^(-6π).
    The inner ones are a polygon, which makes no difference outside but by the strands.
    """
    inner, outer = 30 * NM, 90 * NM
    film_mesh = mesh_film(corbino(inner, outer, mesh_size=SIZE), comm)
    wires = (Wire("inner"), Wire("outer"))
    film, field = carrying(film_mesh, [0.01, -0.01], oersted=Oersted(wires=wires))
    current = film.conduction.currents[0]
    x, y, _ = places(film_mesh)
    r = np.hypot(x, y)
    inside = (r > inner + 3 * SIZE) & (r < outer - 3 * SIZE)
    around = (x * field[:, 1] - y * field[:, 0]) / r
    check(
        "4πr H_φ/I in a Corbino disc with vertical wires",
        4 * np.pi * r[inside] * around[inside] / current,
        -1,
        0.01,
        "Ampère's law; contacts are polygons with corners of arcs within h/4 of the circle",
    )
    sheet = current / (2 * np.pi * inner)
    check(
        "H_z in a Corbino disc, in units of the largest K",
        field[inside, 2] / sheet,
        0,
        BLUR,
        "symmetry; boxes and hat functions",
    )
    radial = (x * field[:, 0] + y * field[:, 1]) / r
    check(
        "H along the current of a Corbino disc, in units of the largest K",
        radial[inside] / sheet,
        0,
        0.01,
        "symmetry; as H_φ",
    )


@pytest.mark.analytic
@pytest.mark.parametrize("wired", [True, False])
def test_curl_in_a_bar(comm, check, wired):
    """∇ × H = j in the middle of a bar of tetrahedra, and no field along j.

    With wires along it on both sides. Without, the current begins and ends as if charges came and
    went there, and the curl lacks what would spread from them: the solid angle of both ends.
    Second moments act on the curl, which is uniform: below a per cent.
    """
    length, width = 160 * NM, 50 * NM
    layout = strip(length, width, width, mesh_size=7 * NM)
    film_mesh = mesh_film(layout, comm, dimension=3, layers=8)
    low, high = (
        comm.allreduce(of(film_mesh.coordinates[:, 2]), op)
        for of, op in ((np.min, MPI.MIN), (np.max, MPI.MAX))
    )
    middle = np.array([length / 2, 0.0, (low + high) / 2])
    ends = {"left": -1e-6, "right": 1e-6}
    wires = tuple(Wire(name, ((x, 0.0, middle[2]),)) for name, x in ends.items())
    oersted = Oersted(wires=wires if wired else ())
    film, field = carrying(film_mesh, [0.02, -0.02], oersted=oersted)
    operators = film.operators
    h = operators.halo(field)
    slopes = np.einsum("cai,cak->cik", operators.gradients, h[operators.cells])
    turns = [slopes[:, a, b] - slopes[:, b, a] for a, b in ((1, 2), (2, 0), (0, 1))]
    middles = film_mesh.coordinates[operators.cells].mean(axis=1)
    used = (np.abs(middles - middle) < [30 * NM, 12 * NM, 12 * NM]).all(axis=1)
    volumes = operators.volumes[used]
    sums = comm.allreduce(np.array([*(volumes @ turn[used] for turn in turns), volumes.sum()]))
    j = film.conduction.currents[0] / width**2
    half = width / 2
    angle = 4 * np.arctan(half**2 / (length / 2 * np.sqrt(2 * half**2 + length**2 / 4)))
    check(
        f"∇ × H in units of j in the middle of a bar {'with' if wired else 'without'} wires",
        sums[:3] / sums[3] / j,
        [1.0 if wired else 1 - angle / (2 * np.pi), 0.0, 0.0],
        0.01,
        "Ampère's law" + ("" if wired else "; solid angle of both ends"),
    )
    check(
        "H along the current of a bar, in units of j times its width",
        np.abs(field[:, 0]).max(initial=0.0) / (j * width),
        0,
        1e-8,
        "j × R has no part along j; the tolerance of the potential on tetrahedra",
    )


@pytest.mark.cross_method
@pytest.mark.parametrize("side", ["below", "above"])
def test_stack_of_tetrahedra(comm, check, side):
    """H in a film meshed with its layer, against the sheets of the film of triangles.

    As far from the rim as above, in the mean over the thickness: boxes are wider here, 1.25 edges.
    """
    layout = strip(120 * NM, 60 * NM, 2 * NM, mesh_size=6 * NM)
    layer = Layer("metal", 4 * NM, conductivity=2e7, side=side)
    means = []
    for options in ({}, {"dimension": 3, "slabs": [Slab("metal", 4 * NM, side)]}):
        film, field = carrying(
            mesh_film(layout, comm, **options), [0.01, -0.01], oersted=Oersted(), layers=[layer]
        )
        sheet = film.conduction.currents[0] / (60 * NM)
        x, y, _ = places(film.film_mesh)
        used = (np.abs(x - 60 * NM) < 25 * NM) & (np.abs(y) < 12 * NM)
        weights = film.operators.vertex_volumes[used]
        sums = np.array([*(weights @ field[used]), weights @ (y[used] * field[used, 2]), 0])
        sums[4] = weights.sum()
        sums = comm.allreduce(sums)
        means.append(sums[:4] / sums[4] / sheet / np.array([1, 1, 1, 60 * NM]))
    check(
        f"Mean of H and of yH_z/w in units of K, film and layer {side} it as tetrahedra",
        means[1],
        means[0],
        1.25 * BLUR,
        "the film of triangles with its layer as a sheet",
    )
    assert np.sign(means[1][1]) == (-1 if side == "below" else 1)
    assert abs(means[1][1]) > 0.3


def vortices(film_mesh):
    """ψ = sin²(πx/L) sin²(πy/W) at the vertices of all cells, and j = ∇ × (ψ ẑ) of P1."""
    x, y, _ = film_mesh.coordinates.T
    stream = np.sin(np.pi * x / LENGTH) ** 2 * np.sin(np.pi * y / WIDTH) ** 2
    operators = VertexOperators(film_mesh)
    slope = np.einsum("cai,ca->ci", operators.gradients, stream[operators.cells])
    return operators, stream, np.column_stack([slope[:, 1], -slope[:, 0]])


def mean_over_vortices(thickness):
    """∫ψ H_z/∫ψ² of vortices in a film of that thickness in m: a Fourier integral.

    A film magnetised by ψ along z has the same currents, and H + M instead of H: in wave numbers
    1 - g, g = (1 - e^(-kt))/(kt).
    """

    def transform(k, side):
        plateau = [
            np.sinc((k - q) * side / (2 * np.pi)) for q in np.array([0, 1, -1]) * 2 * np.pi / side
        ]
        return plateau[0] / 2 + (plateau[1] + plateau[2]) / 4

    kx, ky = (np.linspace(-n, n, 2001) / side for n, side in ((160, LENGTH), (160, WIDTH)))
    weight = np.outer(transform(kx, LENGTH) ** 2, transform(ky, WIDTH) ** 2)
    kt = np.hypot(kx[:, None], ky) * thickness
    g = -np.expm1(-kt) / np.where(kt > 0, kt, 1)
    g[kt == 0] = 1.0
    return float(np.sum(weight * (1 - g)) / np.sum(weight))


@pytest.mark.analytic
@pytest.mark.parametrize("thickness", [1.0, 10.0])
def test_order(comm, check, thickness):
    """Second order in mesh and boxes together, of currents in circles that end softly."""
    sizes, errors = np.array([10.0, 7.0, 5.0]) * NM, []
    expected = mean_over_vortices(thickness * NM)
    for size in sizes:
        layout = Layout(box(0, 0, LENGTH, WIDTH), (), thickness * NM, size)
        film_mesh = mesh_film(layout, comm)
        operators, stream, j = vortices(film_mesh)
        field = of_current(film_mesh, [j])
        weights = operators.vertex_volumes * stream[: operators.owned]
        sums = np.array([weights @ field[:, 2], weights @ stream[: operators.owned]])
        found = np.divide(*comm.allreduce(sums))
        errors.append(abs(found / expected - 1))
    check(
        f"Order in h of the Oersted field of vortices, film of {thickness:g} nm",
        np.polyfit(np.log(sizes), np.log(errors), 1)[0],
        2,
        0.3,
        "P1 on boxes; uneven cells scatter the errors",
    )
    check(
        f"Relative error of the Oersted field of vortices, film of {thickness:g} nm",
        errors[-1],
        0,
        (2 * np.pi * 1.5 * sizes[-1] / WIDTH) ** 2,
        "Fourier integral; (kh)² with k = 2π/80 nm, boxes of 1.5 h",
    )


@pytest.mark.cross_method
@pytest.mark.parametrize("tolerance", [0.3, 0.03])
def test_tolerance(comm, check, tolerance):
    """m after 20 ps of a voltage that changes its sign, against a tolerance of 1e-4.

    Steps and renewals are the same. The error of H by a tolerance τ is below τ times the ratio of
    the norms of H and j, for which 3 is allowed, so m is off by less than 3τ of what H turned it.
    """
    ends = {}
    for found in (None, 1e-4, tolerance):
        film = Film(
            mesh_film(strip(120 * NM, 60 * NM, mesh_size=8 * NM), comm),
            Material(amr_ratio=0.3, interfacial_dmi=0.0),
            oersted=None if found is None else Oersted(tolerance=found),
            numerics=Numerics(integrator="explicit", renewal_tolerance=0.01),
        )
        film.randomise(seed=1)
        film.relax(5e-12)
        film.evolve(constant([Sine(amplitude=0.4, frequency=2e10), 0.0], 2e-11))
        ends[found] = film.m.copy()
    whole, off = (
        comm.allreduce(np.abs(ends[found] - ends[1e-4]).max(initial=0.0), MPI.MAX)
        for found in (None, tolerance)
    )
    check(
        f"Change of m by a tolerance of {tolerance} for the Oersted field, in units of its own",
        off / whole,
        0,
        3 * tolerance,
        "against a tolerance of 1e-4; H is linear in j",
    )


@pytest.mark.cross_method
def test_currents_of_a_magnetisation(comm, check):
    """The field of ∇ × (M ẑ) is M ẑ + that of the poles of M ẑ, by two kernels on one grid.

    Each errs by second moments as above, relative to M: ½ (kh)² with the second moment of 0.6 h²,
    k = 2π/80 nm.
    """
    film_mesh = mesh_film(Layout(box(0, 0, LENGTH, WIDTH), (), 10 * NM, SIZE), comm)
    operators, stream, j = vortices(film_mesh)
    current = of_current(film_mesh, [j])
    material = FilmMaterial(film_mesh, Material(saturation_magnetisation=1.0))
    poles = Demagnetisation().bind(operators, material)
    m = np.column_stack([0 * stream, 0 * stream, stream])
    out = np.zeros((operators.owned, 3))
    poles.add_field(0.0, m, out)
    # What acts on the vertices: -M.
    out -= m[: operators.owned]
    difference = current - (m[: operators.owned] + out)
    bound = 0.3 * (2 * np.pi * SIZE / WIDTH) ** 2
    check(
        "H of the currents of a magnetisation less M and its demagnetising field, in units of M",
        np.abs(difference).max(initial=0.0),
        0,
        bound,
        "B = μ₀(H + M) of both; second moments of boxes and hat functions",
    )

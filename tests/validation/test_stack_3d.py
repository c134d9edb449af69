"""A film with its layers in three dimensions, against closed forms and the sheet of two."""

from mpi4py import MPI

import numpy as np
import pytest
from shapely import box

from hebbfilm.meshing import Contact, Layout, Slab, disc, mesh_film, strip
from hebbfilm.solvers import Film, Heat, Layer, Material, Numerics, constant
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.constants import (
    ELEMENTARY_CHARGE,
    REDUCED_PLANCK_CONSTANT,
    VACUUM_PERMEABILITY,
)

SOLVER = 1e-8
"""Relative, of G: the current density is found to 1e-10, and errors of G are quadratic in it."""
PT, CAP = Layer("pt", 3e-9, conductivity=4e6), Layer("cap", 1e-9, conductivity=1e6, side="above")
LAYERS = [PT, CAP]
SLABS = [Slab("pt", 3e-9, elements=2), Slab("cap", 1e-9, "above")]


def film_of(layout, comm, dimension, material, layers=LAYERS, slabs=SLABS, **options):
    mesh = mesh_film(layout, comm, dimension=dimension, slabs=slabs if dimension == 3 else ())
    return Film(mesh, material, layers=layers, **options)


@pytest.mark.analytic
def test_bilayer_strip_and_dilution(comm, check):
    """E is along x everywhere, and P1 holds it exactly."""
    length, width, thickness, ratio = 100e-9, 30e-9, 2e-9, 0.25
    layout = strip(length, width, thickness, mesh_size=10e-9)
    film = film_of(layout, comm, 3, Material(conductivity=5e6, amr_ratio=ratio))
    shunt = 4e6 * 3e-9 + 1e6 * 1e-9
    found = {}
    for along, sigma in (("x", 5e6 / (1 + ratio)), ("y", 5e6), ("z", 5e6)):
        film.set_magnetisation(np.array([along == "x", along == "y", along == "z"], dtype=float))
        found[along] = film.conductance_matrix()[0, 0]
        expected = (thickness * sigma + shunt) * width / length
        check(
            f"G of a strip of three layers, m along {along}, S",
            found[along],
            expected,
            SOLVER * expected,
            "(tσ + Σ d σ) w/L; exact in P1 up to the solver",
        )
    share = thickness * 5e6 / (1 + ratio) / (thickness * 5e6 / (1 + ratio) + shunt)
    check(
        "AMR of the whole, G(m ∥ y)/G(m ∥ x) - 1",
        found["y"] / found["x"] - 1,
        share * ratio,
        2 * SOLVER,
        "the film's share of the current times its AMR; exact in P1 up to the solver",
    )
    film.set_magnetisation(np.array([1.0, 0.0, 0.0]))
    current = film.solve_current([0.1, 0.0])
    check(
        "Share of the current in the film",
        current.current_shares()["film"],
        share,
        1e-9,
        "tσ∥/(tσ∥ + Σ d σ); exact in P1, j to 1e-10",
    )
    check(
        "j of a layer, A/m²",
        current.layer_current_density(0)[:, 0],
        4e6 * 0.1 / length,
        1e-8 * 4e12,
        "σE; exact in P1, j to 1e-10 in the mean",
    )


@pytest.mark.cross_method
def test_irregular_film_with_edge_contacts_conducts_as_the_sheet(comm, check):
    """Of functions that are constant across the stack both spaces hold the same.

    So G in 3D, a minimum over more functions, is at most that in 2D, and both are at least the true
    one, which of even layers is the same: they differ by no more than the error in 2D.
    """
    material = Material(conductivity=5e6, amr_ratio=0.0)
    size, found = 16e-9, {}
    for dimension, h in ((2, size), (2, size / 2), (3, size)):
        layout = disc(100e-9, (20, 160, 270), 25, thickness=2e-9, mesh_size=h)
        film = film_of(layout, comm, dimension, material)
        found[dimension, h] = film.conductance_matrix()
    # Singular at the ends of contacts, so of first order: it is twice what half of h mends.
    error = 2 * np.abs(np.diag(found[2, size] - found[2, size / 2]))
    # What 3D can gain of it is what bends across the height H, over h: (H/h)² as stiff.
    gain = (6e-9 / size) ** 2 * error
    less = np.diag(found[2, size] - found[3, size])
    check(
        "G_ii of a disc with layers, 2D less 3D, S",
        less,
        gain / 2,
        gain / 2 + SOLVER * np.diag(found[2, size]),
        "0 to (H/h)² of the error in 2D, which half the mesh size tells; see the test",
    )


@pytest.mark.analytic
def test_current_enters_under_pads_as_a_conformal_map_says(comm, check):
    """A layer of height H, a pad over x < 0 on its top: its resistance begins at x = -(2 ln 2/π) H.

    The strip becomes a half plane by ζ = exp(πz/H), and the pad its segment (-1, 0); around this
    ζ + 1/2 = (ω + 1/ω)/4 and φ = ln |ω|, far away ln 4 + πx/H. In 2D R begins at x = 0: the models
    differ by what falls as H/L, whatever the film. Pads of 2 H are as good as endless: beneath them
    φ falls by exp(-π/2 · 2) and its square counts.
    """
    height, width = 8e-9, 4e-9
    gap, pad = 4 * height, 2 * height
    found = []
    for h in (4e-9, 2e-9):
        outline = box(0, 0, gap + 2 * pad, width)
        pads = (
            Contact("left", box(0, 0, pad, width)),
            Contact("right", box(pad + gap, 0, gap + 2 * pad, width)),
        )
        layout = Layout(outline, pads, height / 2, h)
        slabs = [Slab("metal", height / 2, elements=round(height / 2 / h))]
        mesh = mesh_film(layout, comm, dimension=3, layers=round(height / 2 / h), slabs=slabs)
        layers = [Layer("metal", height / 2, conductivity=5e6)]
        film = Film(mesh, Material(conductivity=5e6, amr_ratio=0.0), layers=layers)
        resistance = 1 / film.conductance_matrix()[0, 0]
        found.append((resistance * 5e6 * width * height - gap) / (2 * height))
    # φ goes as the root of the distance from the edge of a pad: of first order in h.
    first, second = found
    check(
        "Length by which a pad is too far away, in heights of the stack",
        2 * second - first,
        2 * np.log(2) / np.pi,
        abs(second - first) / 2 + np.exp(-np.pi * pad / height),
        "2 ln 2/π; of first order in h, extrapolated from two, to half of the last change",
    )


def areas_from_above(layout, mesh):
    """Of each vertex ∫ λ_i dA in the plane; those that lie above each other have the same."""
    flat = VertexOperators(mesh_film(layout, MPI.COMM_SELF))
    areas = np.empty(flat.owned)
    areas[flat.film_mesh.numbering.canonical] = flat.vertex_volumes / layout.thickness
    return areas[mesh.numbering.canonical % flat.owned]


@pytest.mark.analytic
def test_drop_of_temperature_across_a_stack(comm, check):
    """A steady current in a film on a layer, heat out through the bottom alone.

    At every height the mean of T over the area obeys the difference equation of one dimension, as
    the P1 functions of one level sum up to that of z; its solution is exact at the nodes:
    q_f t²/2κ_f across the film, (q_f t + q_l d/2) d/κ_l across the layer, (q_f t + q_l d)/h at the
    bottom. Biot's number hH/κ is not small here.
    """
    t, d, transfer = 20e-9, 30e-9, 1e9
    kappa, sigma = (0.5, 0.2), (5e6, 2e6)
    layout = strip(120e-9, 30e-9, t, mesh_size=10e-9)
    material = Material(
        conductivity=sigma[0],
        amr_ratio=0.0,
        thermal_conductivity=kappa[0],
        heat_transfer_coefficient=transfer,
    )
    layers = [Layer("seed", d, conductivity=sigma[1], thermal_conductivity=kappa[1])]
    slabs = [Slab("seed", d, elements=3)]
    film = film_of(layout, comm, 3, material, layers, slabs, heat=Heat(tolerance=1e-3))
    film.heat.take_current(film.solve_current([0.02, 0.0]))
    film.heat.begin(0.0)
    # (t + d) c/h = 0.2 ns and (t + d)² c/κ = 0.05 µs are its times.
    film.heat.pass_time(2e-6)
    film.heat.finish()
    q_f, q_l = (s * (0.02 / 120e-9) ** 2 for s in sigma)
    bottom = (q_f * t + q_l * d) / transfer
    across = (q_f * t + q_l * d / 2) * d / kappa[1]
    expected = np.array([bottom, bottom + across, bottom + across + q_f * t**2 / (2 * kappa[0])])
    operators = film.heat.network.operators
    rise = film.heat.everywhere[: operators.owned] - 300
    height = film.conductor.mesh.coordinates[: operators.owned, 2]
    area = areas_from_above(layout, film.conductor.mesh)[: operators.owned]
    levels = [np.isclose(height, z, rtol=0, atol=1e-12) for z in (-d, 0.0, t)]
    found = comm.allreduce(np.array([[area[x] @ rise[x], area[x].sum()] for x in levels]))
    check(
        "T - T_s at the bottom, at the interface and on top of a heated stack, K",
        found[:, 0] / found[:, 1],
        expected,
        2e-3 + 1e-7 * expected,
        "q_f t²/2κ_f and so on, see the test; exact in P1, T to two steps of 1e-3 K",
    )


@pytest.mark.cross_method
def test_heated_strip_between_cold_ends_is_as_warm_as_the_sheet(comm, check):
    """Where κ goes as σ in all layers, T depends on x alone: q L²/8κ in the middle, as in 2D."""
    length, voltage = 120e-9, 0.02
    layout = strip(length, 20e-9, 2e-9, mesh_size=5e-9)
    sigmas, lorenz = (5e6, 4e6, 1e6), 4e-6
    layers = [
        Layer("pt", 3e-9, sigmas[1], thermal_conductivity=lorenz * sigmas[1]),
        Layer("cap", 1e-9, sigmas[2], side="above", thermal_conductivity=lorenz * sigmas[2]),
    ]
    material = Material(
        conductivity=sigmas[0], amr_ratio=0.0, thermal_conductivity=lorenz * sigmas[0]
    )
    expected, peaks = voltage**2 / (8 * lorenz), []
    for dimension in (2, 3):
        heat = Heat(sinks={"left": 300.0, "right": 300.0}, tolerance=1e-3)
        film = film_of(layout, comm, dimension, material, layers, heat=heat)
        film.heat.take_current(film.solve_current([voltage, 0.0]))
        film.heat.begin(0.0)
        # L² c/π²κ = 0.4 ns at most.
        film.heat.pass_time(2e-8)
        film.heat.finish()
        peaks.append(comm.allreduce(float(film.heat.temperature.max(initial=0)), MPI.MAX) - 300)
    check(
        "Largest T - T_s of a strip with layers between cold ends, 3D, K",
        peaks[1],
        expected,
        (5e-9 / length) ** 2 * expected + 2e-3,
        "V²/8L, κ = Lσ; a vertex within h/2 of the middle is (h/L)² too cold; steps of 1e-3 K",
    )
    check(
        "The same, 3D less 2D, K",
        peaks[1],
        peaks[0],
        (5e-9 / length) ** 2 * expected + 2e-3,
        "0; cells are cut in another way",
    )


def torqued(comm, dimension, side="below", elements=1, ratio=0.3):
    """A small film whose layer exerts a spin-orbit torque, m up, and the voltage of a = 1e4 A/m."""
    material = Material(
        saturation_magnetisation=5.8e5,
        uniaxial_anisotropy=2e4,
        interfacial_dmi=0.0,
        amr_ratio=0.0,
        polarisation=0.0,
    )
    metal = Layer(
        "pt",
        3e-9,
        conductivity=4e6,
        side=side,
        damping_like_efficiency=ratio,
        field_like_efficiency=ratio / 2,
    )
    layout = strip(20e-9, 10e-9, 1e-9, mesh_size=5e-9)
    options = {"slabs": [Slab("pt", 3e-9, side, elements=2)], "layers": elements}
    options = {"dimension": 3, **options} if dimension == 3 else {}
    numerics = Numerics(renewal_tolerance=1e-6, step_tolerance=1e-6)
    film = Film(mesh_film(layout, comm, **options), material, layers=[metal], numerics=numerics)
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    density = 1e4 * 2 * ELEMENTARY_CHARGE * VACUUM_PERMEABILITY * 5.8e5 * 1e-9
    return film, density / (REDUCED_PLANCK_CONSTANT * ratio) / 4e6 * 20e-9


@pytest.mark.analytic
@pytest.mark.parametrize("side", ["below", "above"])
@pytest.mark.parametrize("elements", [1, 3])
def test_torque_at_the_face_is_that_of_the_whole_film(comm, check, side, elements):
    """What enters through the face over all moments is a of the formula; along -y if below."""
    film, voltage = torqued(comm, 3, side, elements)
    film.evolve(constant([voltage, 0.0], 1e-16))
    bound = dict(film.dynamics.fields.named)["spin_orbit"]
    moments = film.dynamics.moments.magnetic
    heights = film.film_mesh.coordinates[: film.operators.owned, 2]
    away = heights > 1e-12 if side == "below" else heights < 1e-9 - 1e-12
    sign = -1.0 if side == "below" else 1.0
    for name, field, size in (("twist", bound.twist, 1e4), ("steady", bound.steady, 5e3)):
        total = comm.allreduce(moments @ field) / comm.allreduce(moments.sum())
        check(
            f"Mean {name} field of a layer {side}, film of {elements} elements, A/m",
            total,
            [0.0, sign * size, 0.0],
            1e-6 * size,
            "ħ ξ j/(2 e μ₀ M_s t); j to 1e-8, and exact in P1",
        )
        check(
            f"The same {name} field off the face, A/m",
            np.abs(field[away]),
            0.0,
            0.0,
            "0: it acts at the face alone",
        )


@pytest.mark.cross_method
@pytest.mark.parametrize("elements", [1, 2])
def test_macrospin_turns_as_in_the_sheet(comm, check, elements):
    """Exchange holds a thin film together against a torque on its face.

    Vertices above each other have the moment in 2D together, so that m differs by
    δ = μ₀ M_s a t²/2A = 7e-4 across the film alone, and what acts on the mean by as much of a.
    """
    found = []
    for dimension in (2, 3):
        film, voltage = torqued(comm, dimension, elements=elements)
        film.evolve(constant([2 * voltage, 0.0], 3e-10))
        found.append(film.dynamics.mean_magnetisation())
    moved = np.linalg.norm(found[0] - [0, 0, 1])
    assert moved > 0.3
    delta = VACUUM_PERMEABILITY * 5.8e5 * 2e4 * 1e-18 / (2 * 1e-11)
    check(
        f"⟨m⟩ after 0.3 ns of spin-orbit torque, film of {elements} elements, 3D",
        found[1],
        found[0],
        delta * moved + 1e-4,
        "that in 2D, within δ of what it turned, see the test; some 100 steps of 1e-6",
    )

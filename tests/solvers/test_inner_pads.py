"""Pads inside a continuous film, ideal and resistive: what flows beneath them, and turns m there.

φ under a round pad of radius a with r_c solves φ'' + φ'/r = (φ - V)/L², L = √(r_c t/ρ): I(r), the
current towards the rim, is I r I₁(r/L)/(a I₁(a/L)), and the pad alone has the resistance
ρ L/(2πat) I₀(a/L)/I₁(a/L) (Reeves and Harrison 1982, the circular transmission line).
"""

import numpy as np
import pytest
from scipy.special import iv
from shapely import LineString

from hebbfilm import inner_pads
from hebbfilm.meshing import Contact, Layout, mesh_film
from hebbfilm.meshing.geometry.arcs import disc_polygon
from hebbfilm.solvers import Electrodes, Film, Material, constant

NM = 1e-9
MATERIAL = Material(amr_ratio=0.0)
RHO, THICKNESS = MATERIAL.perpendicular_resistivity, 1 * NM
OUTER, INNER, H = 200 * NM, 60 * NM, 10 * NM
EDGE = 1.1 * H
"""Root mean square, with a margin."""
FOUR = inner_pads(
    size=240 * NM, arrangement="ring", ring_radius=150 * NM, pad_radius=45 * NM, mesh_size=20 * NM
)


def resistance_for(transfer):
    """r_c in Ω m² of a transfer length L in m."""
    return transfer**2 * RHO / THICKNESS


@pytest.fixture(scope="module")
def disc_mesh(comm):
    """A pad in the middle of a disc whose whole rim is a contact."""
    film = disc_polygon(OUTER, 1e-3 * H)
    rim = Contact("rim", LineString(film.exterior))
    pad = Contact("pad", disc_polygon(INNER, 1e-3 * H))
    return mesh_film(Layout(film, (rim, pad), THICKNESS, H), comm)


def driven(film_mesh, resistance):
    film = Film(film_mesh, MATERIAL, electrodes=Electrodes({"pad": resistance}))
    film.set_magnetisation([0, 0, 1])
    return film.solve_current([0.0, 0.05])


@pytest.mark.analytic
@pytest.mark.parametrize("transfer", [20 * NM, 60 * NM, 200 * NM])
def test_round_pad_in_the_middle_is_a_circular_transmission_line(disc_mesh, transfer):
    """The lumped interface makes a line √(1 + (h/2L)²) times too small.

    P1 in the logarithm outside errs by (h/a)²/24, chords of the pad as much: 5e-3 is far above.
    """
    x = INNER / transfer
    outside = RHO / (2 * np.pi * THICKNESS) * np.log(OUTER / INNER)
    below = RHO * transfer / (2 * np.pi * INNER * THICKNESS) * iv(0, x) / iv(1, x)
    found = driven(disc_mesh, resistance_for(transfer))
    tolerance = (EDGE / (2 * transfer)) ** 2 / 2 + 5e-3
    assert 0.05 / found.currents[1] == pytest.approx(outside + below, rel=tolerance, abs=0)


@pytest.mark.analytic
def test_current_goes_on_beneath_a_resistive_pad_alone(disc_mesh):
    """By the formula of I(r) beneath, in the mean square; none under an ideal pad.

    P1 takes j to be even in a cell of which it changes by h |j'| < h j_max/L, of which the middle
    of the cell misses h/6 at most where the cell is not equal: 3 % of the largest. The lumped
    interface shifts j by (h/2L)²/2 = 1 %.
    """
    transfer = 60 * NM
    found = driven(disc_mesh, resistance_for(transfer))
    corners = disc_mesh.coordinates[disc_mesh.cells]
    middle = np.linalg.norm(corners.mean(axis=1), axis=1)
    under = np.linalg.norm(corners, axis=2).max(axis=1) < 1.01 * INNER
    size = np.linalg.norm(found.current_density, axis=1)[under]
    x, a = middle[under] / transfer, INNER / transfer
    whole = found.currents[1] / (2 * np.pi * INNER * THICKNESS)
    comm = disc_mesh.comm
    square = comm.allreduce(float(np.sum((size - whole * iv(1, x) / iv(1, a)) ** 2)))
    number = comm.allreduce(int(under.sum()))
    assert number > 100
    assert np.sqrt(square / number) < 0.04 * whole
    ideal = np.linalg.norm(driven(disc_mesh, 0.0).current_density, axis=1)[under]
    assert ideal.max(initial=0.0) < 1e-9 * whole


def conductances(comm, resistance):
    film = Film(mesh_film(FOUR, comm), MATERIAL, electrodes=Electrodes(resistance))
    film.set_magnetisation([0, 0, 1])
    areas = np.array([film.film_mesh.contact_size(name) for name in film.contacts])
    return film.conductance_matrix(), areas


@pytest.mark.analytic
def test_pads_that_insulate_are_a_star(comm):
    """All current goes through interfaces of A/r_c into film at one potential: g_i g_j/Σ g.

    The film adds some ρ/t to each r_c/A: a part of g ρ/t, and 1e-10 of the solver.
    """
    resistance = 1e-9
    found, areas = conductances(comm, resistance)
    own = areas / resistance
    expected = np.diag(own) - np.outer(own, own) / own.sum()
    tolerance = own.max() * RHO / THICKNESS
    assert tolerance < 2e-3
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * own.max())


@pytest.mark.analytic
def test_pads_of_hardly_any_resistance_are_ideal(comm):
    """In reach of each vertex of the pad's rim lies a conductance of A_i/r_c, A_i > (h/2)²/2.

    Against that of the film, t/ρ, it is ρ A_i/(r_c t) = 1e5 and more.
    """
    ideal, _ = conductances(comm, 0.0)
    resistance = 1e-19
    tolerance = resistance * THICKNESS / (RHO * (10 * NM) ** 2 / 2)
    assert tolerance < 1e-4
    found, _ = conductances(comm, resistance)
    np.testing.assert_allclose(found, ideal, rtol=0, atol=tolerance * ideal.max())


@pytest.mark.cross_method
@pytest.mark.parametrize("resistance", [0.0, 1e-12])
def test_current_turns_m_beneath_resistive_pads_alone(comm, resistance):
    """Deep under an ideal pad m does what it does without a current.

    In τ = 0.2 ps exchange carries a change over √(2γ₀Aτ/μ₀M_s) = 2 nm, and e^-10 of it a cell of
    20 nm on. Through 1e-12 Ω m² current enters over 70 nm, and turns m by u |∇m| τ: some 10 m/s
    times 1/(20 nm) times τ, 1e-4.
    """
    film_mesh = mesh_film(FOUR, comm)
    film = Film(film_mesh, Material(), electrodes=Electrodes(resistance))
    film.randomise(seed=3)
    places = film_mesh.coordinates[: film.operators.owned, :2]
    middles = [contact.region.centroid.coords[0] for contact in FOUR.contacts]
    away = np.linalg.norm(places[:, None] - np.array(middles)[None], axis=2).min(axis=1)
    ends = []
    for voltage in (0.05, 0.0):
        with film.on_trial():
            film.evolve(constant([voltage, -voltage, voltage, -voltage], 2e-13))
            ends.append(film.m[away < 24 * NM])
    change = float(np.abs(ends[0] - ends[1]).max(initial=0.0))
    largest = max(comm.allgather(change))
    assert (largest > 5e-5) if resistance else (largest < 1e-5)

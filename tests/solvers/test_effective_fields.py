"""How strongly each energy and torque turns m, beside closed forms."""

import numpy as np
import pytest

from hebbfilm import Film, Layer, Material, mesh_film, strip
from hebbfilm.solvers.magnetisation.field_names import DAMPING_LIKE, DRIFT, FIELD_LIKE
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.material import drift_per_current_density
from hebbfilm.solvers.sized_fields import effective_fields

MATERIAL = Material(
    saturation_magnetisation=5.8e5,
    interfacial_dmi=0.0,
    uniaxial_anisotropy=2e5,
    nonadiabaticity=0.6,
    conductivity=5e6,
    amr_ratio=0.0,
)
LENGTH, SIZE = 200e-9, 5e-9


@pytest.fixture
def film(comm):
    made = Film(
        mesh_film(strip(length=LENGTH, width=40e-9, mesh_size=SIZE), comm),
        MATERIAL,
        applied_field=(0.0, 5e4, 0.0),
    )
    made.set_magnetisation([1, 0, 1])
    return made


@pytest.mark.analytic
def test_fields_of_a_uniform_film(film):
    """At 45° to the axis (2K/μ₀M_s) sin θ cos θ everywhere, and all of a field across m.

    The form of the anisotropy is integrated exactly: round-off, 1e-12 with sums of few terms. The
    exchange field of a uniform m is the round-off of a row sum of A/h², 1e-15 of 2A/(μ₀M_s h²).
    """
    found = effective_fields(film)
    half = MATERIAL.uniaxial_anisotropy / (VACUUM_PERMEABILITY * MATERIAL.saturation_magnetisation)
    assert found["uniaxial_anisotropy"] == pytest.approx((half, half), rel=1e-10)
    assert found["zeeman"] == pytest.approx((5e4, 5e4), rel=1e-12)
    assert found["exchange"].largest < 1e-2
    assert found[DRIFT] == (0.0, 0.0)


@pytest.mark.analytic
def test_drift_along_a_spiral(film):
    """√(1 + β²) u k/γ₀ with u of j = σV/L.

    A chord of edges up to 1.5 h = 7.5 nm is shorter than its arc by (kh)²/24, 2e-3 for a wave of
    200 nm, and the difference across m loses (kh)²/6 at most, 9e-3.
    """
    wave, volts = 2 * np.pi / LENGTH, 0.02
    film.set_magnetisation(
        lambda x: np.column_stack([np.cos(wave * x[:, 0]), np.sin(wave * x[:, 0]), 0 * x[:, 0]])
    )
    film.current.apply([volts, 0.0])
    film.current.begin(film.time)
    given = MATERIAL.g_factor, MATERIAL.polarisation, MATERIAL.saturation_magnetisation
    drift = abs(drift_per_current_density(*given)) * MATERIAL.conductivity * volts / LENGTH
    expected = np.hypot(1, MATERIAL.nonadiabaticity) * drift * wave / GYROMAGNETIC_RATIO
    found = effective_fields(film)[DRIFT]
    assert found == pytest.approx((expected, expected), rel=1e-2)


@pytest.mark.analytic
def test_parts_of_the_spin_orbit_torque(comm):
    """ħ ξ j/(2 e μ₀ M_s t) of j = σV/L in the layer, along y, on m along x: exact up to round-off.

    The thickness is t of the film; |m × (m × s)| and |m × s| are 1 for m across s.
    """
    volts, layer = 0.02, Layer("pt", 3e-9, 4e6, "below", 0.1, -0.05)
    mesh = mesh_film(strip(length=LENGTH, width=40e-9, thickness=1e-9, mesh_size=SIZE), comm)
    film = Film(mesh, MATERIAL, layers=[layer])
    film.set_magnetisation([1, 0, 0])
    film.current.apply([volts, 0.0])
    film.current.begin(film.time)
    charge, planck = 1.602176634e-19, 1.054571817e-34
    magnetic = VACUUM_PERMEABILITY * MATERIAL.saturation_magnetisation * 1e-9
    per_efficiency = planck * 4e6 * volts / LENGTH / (2 * charge * magnetic)
    found = effective_fields(film)
    for name, efficiency in ((DAMPING_LIKE, 0.1), (FIELD_LIKE, 0.05)):
        expected = efficiency * per_efficiency
        # The current is as exact as its renewal asks for, 1e-4.
        assert found[name] == pytest.approx((expected, expected), rel=1e-3)


@pytest.mark.cross_method
def test_field_of_exchange_alone_is_the_effective_field(comm):
    """Of the matrix of blocks and of the compiled loop, which has its couplings in 32 bits.

    Each of these is off by up to 2⁻²⁴ = 6e-8. Where m is random, the largest torque is more than
    half of what all couplings of a vertex could do together.
    """
    film = Film(
        mesh_film(strip(length=LENGTH, width=40e-9, mesh_size=SIZE), comm),
        Material(interfacial_dmi=0.0, uniaxial_anisotropy=0.0),
    )
    film.randomise(seed=1)
    found = effective_fields(film)
    assert found["exchange"].largest == pytest.approx(film.dynamics.largest_torque(), rel=1.2e-7)
    assert 0 < found["exchange"].mean < found["exchange"].largest

"""The lumped estimate of Joule heating."""

from dataclasses import replace

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import (
    Current,
    Electrodes,
    Film,
    Material,
    constant,
    load_state,
    rest,
    save_state,
)
from hebbfilm.solvers.heating import Heating

LAYOUT = strip(120e-9, 40e-9, mesh_size=10e-9)
TRANSFER, VOLTAGES = 1e8, [0.02, -0.02]
TIME_CONSTANT = Material().volumetric_heat_capacity * LAYOUT.thickness / TRANSFER


def warm_film(comm, transfer=TRANSFER):
    """Without AMR its power does not change."""
    film = Film(
        mesh_film(LAYOUT, comm), Material(amr_ratio=0.0, heat_transfer_coefficient=transfer)
    )
    film.randomise(seed=1)
    return film


@pytest.mark.analytic
def test_constant_power_heats_to_its_steady_value(comm):
    """ΔT = P/(hA) (1 - exp(-t/τ)), and then cools as exp(-t/τ); exact but for the potential."""
    film, on, off = warm_film(comm), 3e-11, 5e-11
    heats = []
    film.evolve(
        [*constant(VOLTAGES, on), *rest(off)],
        sample_interval=1e-11,
        observer=lambda f: heats.append((f.time, f.heating.temperature_rise)),
    )
    power = np.array(VOLTAGES) @ film.conductance_matrix() @ VOLTAGES
    steady = power / (TRANSFER * film.operators.volume / LAYOUT.thickness)
    time, found = np.array(heats).T
    expected = -steady * np.expm1(-np.minimum(time, on) / TIME_CONSTANT)
    expected *= np.exp(-np.maximum(time - on, 0) / TIME_CONSTANT)
    # Of the potential that drives, the residual is 4e-4 of the contact currents; P is of second
    # order in it.
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert film.heating.time_constant == pytest.approx(TIME_CONSTANT, rel=1e-12, abs=0)
    assert film.heating.peak_temperature_rise == pytest.approx(expected.max(), rel=1e-6, abs=0)
    assert film.heating.peak_power == pytest.approx(power, rel=1e-6, abs=0)


@pytest.mark.analytic
@pytest.mark.parametrize("drives", [(0.04, 0.0), (Current(4e-5), Current(-4e-5))])
def test_heat_of_contacts_counts(comm, drives):
    """600 Ω of film, ρL/(wt) with ρ = 2e-7 Ω m, and 150 Ω at each end, r_c/(wt).

    0.04 V drive 40 µA/0.9 and release 1.7778 µW, 40 µA release 1.44 µW: in 20 ps 3.5556e-17 J and
    2.88e-17 J, two thirds of it in the film. ΔT is that over c V, 3.7e6 J/(m³ K) · 4.8e-24 m³.
    """
    film = Film(
        mesh_film(LAYOUT, comm),
        Material(amr_ratio=0.0, conductivity=5e6),
        electrodes=Electrodes(specific_resistance=6e-15),
    )
    film.evolve(constant(drives, 2e-11))
    energy = 3.5556e-17 if drives[0] == 0.04 else 2.88e-17
    # Of the potential that drives, the residual is 4e-4 of the contact currents; 3.5556 is rounded.
    assert film.heating.energy == pytest.approx(energy, rel=4e-4, abs=0)
    assert film.heating.temperature_rise == pytest.approx(energy / 1.776e-17, rel=4e-4, abs=0)


@pytest.mark.analytic
def test_without_transfer_all_heat_stays():
    heating = Heating(capacity=2e-16)
    for power, duration in ((1e-4, 1e-12), (0.0, 3e-12), (3e-4, 2e-12)):
        heating.release(power, duration)
    assert heating.energy == pytest.approx(7e-16, rel=1e-12, abs=0)
    assert heating.temperature_rise == pytest.approx(3.5, rel=1e-12)
    assert heating.time_constant == np.inf


@pytest.mark.analytic
def test_steps_of_any_length_make_no_difference():
    """The solution of each is exact; n steps round off n times."""
    whole, parts = (Heating(capacity=2e-16, conductance=1e-5) for _ in range(2))
    whole.release(1e-4, 1e-10)
    for _ in range(1000):
        parts.release(1e-4, 1e-13)
    assert parts.temperature_rise == pytest.approx(whole.temperature_rise, rel=1e-12)


@pytest.mark.analytic
def test_even_film_is_heated_evenly(comm):
    """A strip with a contact across each of its ends, uniform m: j · E is the same everywhere."""
    film = Film(mesh_film(LAYOUT, comm))
    found = film.solve_current(VOLTAGES)
    carrying = np.linalg.norm(found.current_density, axis=1) > 0
    volume = film.comm.allreduce(float(film.operators.volumes[carrying].sum()))
    # The potential is converged to 1e-10; beneath pads no current flows.
    assert found.power_concentration() == pytest.approx(film.operators.volume / volume, rel=1e-8)


def test_heat_goes_on_from_a_state_file_and_not_from_a_trial(comm, shared_tmp_path):
    film, path = warm_film(comm), shared_tmp_path / "state.npz"
    film.evolve(constant(VOLTAGES, 2e-11))
    heating = replace(film.heating)
    with film.on_trial():
        film.evolve(constant(VOLTAGES, 1e-11))
        assert film.heating.energy > heating.energy
    assert film.heating == heating
    save_state(film, path)
    other = warm_film(comm)
    load_state(other, path)
    assert other.heating == heating


def test_wrong_transfer_is_named():
    with pytest.raises(InputError, match="transfer_coefficient = 0: must be posi"):
        Material(heat_transfer_coefficient=0)
    with pytest.raises(InputError, match="transfer_coefficient = nan: must be a finite"):
        Material(heat_transfer_coefficient=float("nan"))

"""The summary of a run: what was learnt, what it took, and whether the numbers hold together."""

from typing import Any

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield import (
    HopfieldFilm,
    hebb_correlation,
    ideal_networks,
    read_disturbance,
    recall_success,
    recall_table,
    storage_criteria,
)
from hebbfilm.hopfield.pairs import pair_names, relative_change
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.recall import RecallTable
from hebbfilm.hopfield.separability import separations
from hebbfilm.run.inputs.case import Case, Reading
from hebbfilm.run.training.presentations import as_presentations
from hebbfilm.run.training.reading import fluctuation
from hebbfilm.solvers import Film
from hebbfilm.solvers.conduction.linear_response import conductance_response
from hebbfilm.solvers.heating import Heating


def recall(weights: FloatArray, patterns: list[Pattern], reading: Reading) -> RecallTable:
    """Recall from all starts, or a sample of them, as the case says."""
    orders = 1 if reading.recall == "synchronous" else reading.orders
    return recall_table(weights, patterns, seed=reading.seed, orders=orders, rule=reading.recall)


def summarise(case: Case, network: HopfieldFilm, notes: dict[str, Any]) -> dict[str, Any]:
    """All of `summary.json`; collective.

    Args:
        case: of the run.
        network: trained, its conductances read.
        notes: of the recorder.
    """
    film, patterns = network.film, network.patterns
    before, after = np.array(network.before), np.array(network.after)
    weights = network.weights
    coupled = network.coupled
    ideal = ideal_networks(patterns, coupled)
    names = np.array(pair_names(film.contacts), dtype=object)

    def changes(present: FloatArray) -> dict[str, float]:
        change = relative_change(before, present)[coupled]
        return dict(zip(names[coupled], map(float, change), strict=True))

    success = {
        name: recall_success(recall(ideal[name], patterns, case.reading))
        for name in ("hebb", "oja")
    }
    judged = {
        name: storage_criteria(w, patterns, seed=case.reading.seed).as_dict()
        for name, w in {"film": weights, **ideal}.items()
    }
    return {
        "contacts": list(film.contacts),
        "patterns": [pattern.tolist() for pattern in patterns],
        "conductance_before": before.tolist(),
        "conductance_presented": notes["presented"],
        "conductance_after": after.tolist(),
        "conductance_fluctuation": {
            moment: fluctuation(samples) for moment, samples in notes["samples"].items()
        },
        "uncoupled_pairs": names[~coupled].tolist(),
        "relative_change": changes(after),
        "relative_change_presented": changes(np.array(notes["presented"])),
        "reference": network.reference.as_dict(before, after),
        "weights": weights.tolist(),
        "ideal_weights": ideal["hebb"].tolist(),
        "oja_weights": ideal["oja"].tolist(),
        "hebb_correlation": network.hebb_correlation,
        "oja_correlation": hebb_correlation(ideal["oja"], patterns, coupled),
        "recall_success": recall_success(recall(weights, patterns, case.reading)),
        "ideal_recall_success": success["hebb"],
        "oja_recall_success": success["oja"],
        "network": judged,
        "predicted_margins": predicted_margins(case, network),
        "presentations": as_presentations(notes["presentations"]),
        "max_current_density": notes["max_current_density"],
        "mean_current_density": notes["mean_current_density"],
        "energy_dissipated": film.heating.energy,
        "adiabatic_temperature_rise": film.heating.energy / film.heating.capacity,
        "heating": heating_summary(film.heating, notes["power_concentration"]),
        "current_renewals": film.current.record.renewals,
        "largest_change_between_renewals": film.current.record.largest_change,
        "checks": checks(case, network) | {"largest_angle": notes["largest_angle"]},
    }


def predicted_margins(case: Case, network: HopfieldFilm) -> list[float]:
    """The margin of each pattern to first order, of the film with m along [initial]; collective."""
    film, patterns = network.film, np.array(network.patterns)
    with film.on_trial():
        film.set_magnetisation(np.array(case.initial.direction))
        matrix = film.conductance_matrix()
        responses = conductance_response(film.read(), patterns.astype(float))
    return [found.margin for found in separations(matrix, responses, patterns)]


def heating_summary(heating: Heating, concentration: float) -> dict[str, float | None]:
    """The lumped estimate of Joule heating, in SI units; None where no heat leaves the film."""
    leaves = heating.conductance > 0
    return {
        "heat_capacity": heating.capacity,
        "thermal_conductance": heating.conductance,
        "peak_power": heating.peak_power,
        "power_concentration": concentration,
        "time_constant": heating.time_constant if leaves else None,
        "steady_temperature_rise": heating.peak_power / heating.conductance if leaves else None,
        "peak_temperature_rise": heating.peak_temperature_rise,
        "final_temperature_rise": heating.temperature_rise,
    }


def checks(case: Case, network: HopfieldFilm) -> dict[str, Any]:
    """Figures that must vanish to solver precision, and what reading does; collective."""
    film = network.film
    with film.on_trial():
        found = film.solve_current(case.required_training().last_voltages(film.contacts))
        currents, power = found.currents, found.power
        heat = found.joule_power() + found.interface_power()
    disturbance = read_disturbance(
        film, voltage=case.reading.voltage, duration=case.reading.duration
    )
    return {
        **matrix_checks(film, np.array(network.after)),
        "current_sum": float(abs(currents.sum()) / np.abs(currents).max()),
        "power_balance": float(abs(power / heat - 1)),
        "turn_from_vertex_to_vertex": film.mesh_watch.resolution.turn,
        "unit_length_of_m": film.dynamics.largest_deviation_from_unit_length(),
        "read_disturbance": disturbance.as_dict(),
    }


def matrix_checks(film: Film, conductance: FloatArray) -> dict[str, float]:
    """How far the film's G is from what must hold, in relation to its largest entry; collective.

    "symmetry" compares G with its transpose; with Hall effect, where only Onsager's relation
    G(-m) = G(m)ᵀ holds, "onsager" takes its place. "row_sums", "column_sums" and the
    "negative_eigenvalue" of the symmetric part must vanish for any film.
    """
    scale = np.abs(conductance).max()
    hall = film.material.anomalous_hall_ratio != 0
    partner = _reversed_conductance(film) if hall else conductance
    smallest = np.linalg.eigvalsh((conductance + conductance.T) / 2).min()
    return {
        "onsager" if hall else "symmetry": float(np.abs(conductance - partner.T).max() / scale),
        "row_sums": float(np.abs(conductance.sum(axis=1)).max() / scale),
        "column_sums": float(np.abs(conductance.sum(axis=0)).max() / scale),
        "negative_eigenvalue": float(max(0.0, -smallest) / scale),
    }


def _reversed_conductance(film: Film) -> FloatArray:
    with film.on_trial():
        film.set_magnetisation(-film.m)
        return film.conductance_matrix()

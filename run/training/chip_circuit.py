"""The circuit of a case, and what it compares the currents of its film with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield import HopfieldFilm, Reference
from hebbfilm.hopfield.circuits import Circuit, ResistorNetwork
from hebbfilm.hopfield.contact_pairs import (
    conductance_matrix,
    coupled_pairs,
    pair_conductances,
    symmetric_part,
)
from hebbfilm.hopfield.moments import TRAINED, UNIFORM
from hebbfilm.run.inputs.recall_section import RecallSection
from hebbfilm.solvers import outside_conductance


@dataclass(frozen=True, eq=False)
class ChipCircuit:
    """The circuit at a trained film.

    Attributes:
        circuit: as it is attached.
        differences: G - G_ref of the trained film in S, (N, N): what its inputs are made of; G as
            it is seen through the leads, if there are any.
        level: of its resistors, None where there are none.
        level_unit: "1" for a part of the conductances, or "S".
    """

    circuit: Circuit
    differences: FloatArray
    level: float | None
    level_unit: str = ""

    @property
    def weights(self) -> FloatArray:
        """w_ij = G_ij - G_ref,ij in S, (N, N), without a diagonal."""
        found = np.array(self.differences)
        np.fill_diagonal(found, 0.0)
        return found


def chip_circuit(
    section: RecallSection, network: HopfieldFilm, bridge: Sequence[FloatArray]
) -> ChipCircuit:
    """What recalls on a trained film; collective.

    Args:
        section: of the case.
        network: with all its readings.
        bridge: G of its resistors in S, (N, N), at the untrained film and at the trained one.
    """
    rule = network.reference
    if rule.since == UNIFORM and UNIFORM not in network.readings:
        network.read_uniform()
    conduction = network.film.conduction
    assert conduction is not None
    leads = conduction.lead_resistance if conduction.lead_resistance.any() else None
    readings = network.readings, network.reference_film
    return compared_circuit(section, rule, *readings, leads, bridge)


def compared_circuit(
    section: RecallSection,
    rule: Reference,
    readings: Mapping[str, FloatArray],
    reference_film: Mapping[str, FloatArray],
    leads: FloatArray | None = None,
    bridge: Sequence[FloatArray] = (),
) -> ChipCircuit:
    """The same of readings alone.

    The circuit sees the film through its leads, and dummy resistors through leads like these.

    Args:
        section: of the case.
        rule: by which weights are read.
        readings: of the film itself in S, (N, N), by the labels of the moments.
        reference_film: those of the reference film, likewise.
        leads: of the neurons, which are one contact each then, in Ω, (N,); None: there are none.
        bridge: as of `chip_circuit`.
    """
    trained = _seen(symmetric_part(readings[TRAINED]), leads)
    if section.reference == "film":
        beside = symmetric_part(reference_film[TRAINED])
        if section.level is None:
            return ChipCircuit(section.made(None), trained - beside, None)
        more = _alike(section.level, trained)
        differences = trained - beside - more.conductance
        return ChipCircuit(section.made(more), differences, section.level, "S")
    if section.reference == "bridge":
        gained = pair_conductances(bridge[-1]) - pair_conductances(bridge[0])
        made, level = ResistorNetwork(bridge[-1]), float(gained[coupled_pairs(bridge[0])].mean())
        return ChipCircuit(section.made(made), trained - made.conductance, level, "S")
    at_leads, level = _resistors(section, rule, *rule.matrices(readings, reference_film))
    resistors = ResistorNetwork(_seen(at_leads.conductance, leads))
    if section.circuit == "amplifiers":
        # Their neurons are at their own voltage and would see a current of it.
        resistors = resistors.balanced(trained)
    differences, unit = trained - resistors.conductance, rule.unit
    return ChipCircuit(section.made(resistors), differences, level, unit)


def _resistors(
    section: RecallSection, rule: Reference, before: FloatArray, after: FloatArray
) -> tuple[ResistorNetwork, float]:
    """Such that a pair has the weight 0 where it has that in the network, and their level.

    They conduct like the film that the rule of the weights compares with, and the level more.
    """
    before = symmetric_part(before)
    level = rule.level(before, after) if section.level is None else section.level
    if rule.unit == "1":
        return ResistorNetwork.like(before, relative=level), level
    if rule.compares:
        return ResistorNetwork.like(before, absolute=level), level
    return _alike(level, before), level


def _seen(conductance: FloatArray, leads: FloatArray | None) -> FloatArray:
    return conductance if leads is None else outside_conductance(conductance, leads)


def _alike(level: float, conductance: FloatArray) -> ResistorNetwork:
    """Resistors that conduct a level in S between all pairs that conduct in a film, (N, N) S."""
    coupled = coupled_pairs(conductance)
    return ResistorNetwork(conductance_matrix(np.where(coupled, level, 0.0), len(conductance)))

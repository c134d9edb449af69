"""What recall on chip came to: beside recall by the weights that its circuit compares."""

from dataclasses import asdict

import numpy as np

from hebbfilm.hopfield import HopfieldFilm
from hebbfilm.hopfield.circuits.by_matrix import recall_by_matrix
from hebbfilm.hopfield.corrupted import corrections
from hebbfilm.hopfield.moments import TRAINED
from hebbfilm.run.folder.chip_entries import ChipEntry, CorrectedEntry, largest_changes
from hebbfilm.run.folder.chip_table import ChipRecalls
from hebbfilm.run.inputs.recall_section import CorruptedStarts, RecallSection
from hebbfilm.run.training.chip_circuit import ChipCircuit
from hebbfilm.run.training.run_notes import RunNotes


def chip_recalls(
    section: RecallSection, network: HopfieldFilm, compared: ChipCircuit, notes: RunNotes
) -> ChipRecalls:
    """All recalls, and where the matrix leads from the same starts.

    Args:
        section: of the case.
        network: with its patterns.
        compared: the circuit of the case at the trained film.
        notes: of the run.
    """
    ends = [
        recall_by_matrix(
            compared.differences,
            network.neurons.names,
            compared.circuit,
            entry.start,
            clamped=section.clamped,
            number=number,
            most_periods=section.most_periods,
        )
        for number, entry in enumerate(notes.recalls)
    ]
    return ChipRecalls.of(notes.recalls, ends, network.patterns)


def chip_summary(
    section: RecallSection,
    network: HopfieldFilm,
    compared: ChipCircuit,
    notes: RunNotes,
    recalls: ChipRecalls,
) -> ChipEntry:
    """What a summary tells of them.

    Args:
        section: of the case.
        network: with all its readings.
        compared: the circuit of the case at the trained film.
        notes: of the run.
        recalls: by `chip_recalls`.
    """
    recalled, left_alone = np.array(notes.recalled), np.array(notes.left_alone)
    return ChipEntry(
        circuit=section.circuit,
        voltage=section.voltage,
        period=compared.circuit.period,
        reference=section.reference,
        level=compared.level,
        level_unit=compared.level_unit,
        level_given=section.level is not None,
        weights=compared.weights,
        conductance=recalled,
        conductance_left_alone=left_alone,
        moving=section.held_after,
        corrected=_corrected(section, network, recalls),
        **recalls.figures(),
        **largest_changes(network.readings[TRAINED], recalled, left_alone),
    )


def _corrected(
    section: RecallSection, network: HopfieldFilm, recalls: ChipRecalls
) -> list[CorrectedEntry] | None:
    if not isinstance(section.starts, CorruptedStarts):
        return None
    found = corrections(recalls.starts, recalls.ends, network.patterns)
    return [CorrectedEntry(**asdict(each)) for each in found]

"""Recall by a circuit on the film of a finished run, which is held as it was read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.tables import aligned
from hebbfilm.hopfield.circuits.by_matrix import recall_by_matrix
from hebbfilm.hopfield.circuits.held_recall import recall_on_held_film
from hebbfilm.hopfield.corrupted import corrections
from hebbfilm.hopfield.flips import flips_of
from hebbfilm.hopfield.moments import TRAINED
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.drawn import require_pictures_fit
from hebbfilm.run.inputs.recall_section import CorruptedStarts, RecallSection
from hebbfilm.run.training.chip_circuit import compared_circuit
from hebbfilm.solvers import outside_conductance


@dataclass(frozen=True, eq=False)
class HeldRecalls:
    """Recalls on a held film.

    Attributes:
        section: [recall] by which they were.
        starts, ends: states of ±1, (n, N).
        agree: whether the matrix leads to the same end, (n,).
        time: until the circuit came to rest in s, (n,).
        energy: of the sources in J, (n,).
        settled: whether it came to rest, (n,).
    """

    section: RecallSection
    starts: IntArray
    ends: IntArray
    agree: BoolArray
    time: FloatArray
    energy: FloatArray
    settled: BoolArray


def recall_held(run: Run, case: Case) -> HeldRecalls:
    """Recall from all starts of a case on the film of a run, seen through the leads of the case.

    Args:
        run: finished, of neurons of one contact each.
        case: of it, with other keys of [recall] and [contacts].

    Raises:
        InputError: a case that does not fit the run, or a circuit that needs more than readings.
    """
    neurons, summary = run.manifest.as_neurons(), run.summary
    section = case.recall or RecallSection()
    if section.starts == "all":
        section = section.model_copy(update={"starts": CorruptedStarts()})
    if section.reference != "resistors" or not neurons.are_contacts:
        raise InputError(
            "hebbfilm chip: needs neurons of one contact each and recall.reference = 'resistors'; "
            "of others the readings of a run do not tell what a circuit sees"
        )
    patterns = list(run.patterns)
    require_pictures_fit(case, neurons)
    section.require_fit(neurons, patterns)
    rule, leads = case.reading.rule(), case.contacts.leads(neurons.contacts)
    readings = summary.readings, summary.reference_film
    compared = compared_circuit(section, rule, *readings, leads)
    seen = outside_conductance(summary.readings[TRAINED], leads)
    starts, circuit = section.states(neurons.names, patterns), compared.circuit
    found, led = [], []
    for number, start in enumerate(starts):
        recalled = recall_on_held_film(
            seen,
            neurons,
            circuit,
            start,
            clamped=section.clamped,
            number=number,
            most_periods=section.most_periods,
        )
        by_matrix = recall_by_matrix(
            compared.differences,
            neurons.names,
            circuit,
            start,
            clamped=section.clamped,
            number=number,
            most_periods=section.most_periods,
        )
        found.append(recalled)
        led.append(by_matrix)
    ends = np.array([each.end for each in found], dtype=np.int64)
    return HeldRecalls(
        section=section,
        starts=np.array(starts, dtype=np.int64),
        ends=ends,
        agree=(ends == np.array(led)).all(axis=1),
        time=np.array([each.time for each in found]),
        energy=np.array([each.energy for each in found]),
        settled=np.array([each.settled for each in found]),
    )


def held_text(run: Run, found: HeldRecalls) -> str:
    """Recalls by their numbers of flips, and what one takes beside the training.

    Args:
        run: finished.
        found: on its film.
    """
    patterns = run.summary.patterns
    flips = _flips(patterns, found)
    heads = ("flipped", "starts", "different", "corrected", "95 % interval")
    rows: list[tuple[str, ...]] = [(*heads, "as by the matrix", "ns", "aJ")]
    for each in corrections(found.starts, found.ends, list(patterns)):
        own = flips == each.flips
        low, high = each.interval
        rows.append(
            (
                str(each.flips),
                str(each.starts),
                str(each.different),
                f"{each.corrected / each.starts:.1%}",
                f"{low:.1%} to {high:.1%}",
                f"{found.agree[own].mean():.1%}",
                f"{found.time[own].mean() * 1e9:.3g}",
                f"{found.energy[own].mean() * 1e18:.3g}",
            )
        )
    size, energy = found.starts.shape[1], float(found.energy.mean())
    section = found.section
    lines = [
        f"Recall by {section.circuit} at {1e3 * section.voltage:g} mV, the film held as it was "
        "read after its training",
        *aligned(rows, ">"),
        *_counted(patterns, found, flips),
        f"A recall takes {energy:.3g} J, {energy / size:.3g} J for each of {size} neurons; the "
        f"training took {training_energy(run):.3g} J, as much as "
        f"{training_energy(run) / energy:.3g} recalls. Both are all that sources feed in, to film "
        "and leads",
    ]
    if not found.settled.all():
        lines.append(
            f"Came to rest: {found.settled.sum()} of {len(found.settled)}; the others were given "
            f"up after {section.most_periods} periods (recall.most_periods)"
        )
    return "\n".join(lines)


def training_energy(run: Run) -> float:
    """What the sources fed into film and leads before any recall on chip, in J."""
    summary = run.summary
    found = summary.energy_dissipated
    if summary.leads is not None:
        found += summary.leads.energy
    if summary.recall_on_chip is not None and run.recall_on_chip is not None:
        # On a film that is held nothing is dissipated.
        found -= float(run.recall_on_chip.energy[: summary.recall_on_chip.moving].sum())
    return found


def _flips(patterns: IntArray, found: HeldRecalls) -> IntArray:
    """By how many signs each start differs from the nearest stored state, (n,)."""
    stored = np.concatenate([patterns, -patterns])
    nearest: IntArray = (found.starts[:, None, :] != stored[None]).sum(axis=2).min(axis=1)
    return nearest


def _counted(patterns: IntArray, found: HeldRecalls, flips: IntArray) -> list[str]:
    """By what the rows go, where that is not what was asked for."""
    lines = ["flipped: signs that differ from the nearest stored state, a pattern or its negative"]
    own, (count, size) = found.section.starts, found.starts.shape
    if isinstance(own, CorruptedStarts):
        asked = [flips_of(share, size) for share in own.flipped]
        in_order = np.tile(np.repeat(asked, len(patterns)), own.number)
        made = ", ".join(f"{share:.3g}" for share in own.flipped)
        lines.append(
            f"recall.starts.flipped = {made} of {size} signs: {', '.join(map(str, asked))} flipped "
            f"of each pattern, {own.number} times"
        )
        if nearer := int((flips < in_order).sum()):
            lines.append(
                f"{nearer} of {count} starts are nearer to a stored state other than the one that "
                "was corrupted: they count in its row, and as corrected if they end there"
            )
    if (different := len(np.unique(found.starts, axis=0))) < count:
        lines.append(
            f"Only {different} of {count} starts differ: the intervals are those of as many "
            "trials as there are different starts in a row"
        )
    return lines

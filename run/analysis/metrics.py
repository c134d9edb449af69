"""The metrics of one run that stand in the table of a study."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np

from hebbfilm.hopfield.contact_pairs import pair_names
from hebbfilm.hopfield.moments import TRAINED
from hebbfilm.hopfield.separability import learnt_changes
from hebbfilm.run.folder.chip_entries import ChipEntry
from hebbfilm.run.folder.stack import EffectiveFieldEntry
from hebbfilm.run.folder.summary import Summary
from hebbfilm.run.folder.summary_file import read_summary
from hebbfilm.run.folder.texture import TextureEntry
from hebbfilm.run.inputs.case import Case
from hebbfilm.solvers.magnetisation.field_names import DAMPING_LIKE, DRIFT, FIELD_LIKE, OERSTED

Metrics: TypeAlias = dict[str, float | None]

METRICS = (
    "recall_success",
    "recalled",
    "ideal_recall_success",
    "hebb_correlation",
    "predicted_margin",
    "margin",
    "weight_margin",
    "change_of_opposite_pairs",
    "change_of_equal_pairs",
    "power_W",
    "max_current_density_A_per_m2",
    "temperature_rise_K",
    "stored",
    "stable",
    "exact",
    "one_bit",
    "two_bit",
    "ideal_stable",
    "ideal_exact",
    "ideal_one_bit",
    "ideal_two_bit",
    "largest_angle_rad",
    "T_max_K",
    "film_share",
    "zhang_li_A_per_m",
    "damping_like_A_per_m",
    "field_like_A_per_m",
    "oersted_A_per_m",
    "topological_charge",
    "skyrmions",
    "wall_length_m",
    "stripe_period_m",
    "stripe_order",
    "chip_agreement",
    "chip_recalled",
    "chip_disturb",
)
"""Columns of the table: None where a run has no such value.

`recalled` is 1 where a stored state is recalled from all starts, else 0. `margin` is that of
relative changes since the untrained film, `weight_margin` of what the run reads, in its unit.
"""


def run_metrics(folder: Path, case: Case) -> Metrics:
    """The metrics of a finished run.

    Args:
        folder: of the run.
        case: of the run.

    Raises:
        InputError: the summary is missing or damaged.
    """
    return dict(zip(METRICS, _values(read_summary(folder), case), strict=True))


def _values(summary: Summary, case: Case) -> list[float | None]:
    patterns = summary.patterns
    changes = summary.relative_change
    change = np.array(list(changes.values()))
    coupled = np.array([name in changes for name in pair_names(summary.neuron_names)])
    found = learnt_changes(change, patterns, coupled)
    return [
        summary.recall_success if summary.has_weights else None,
        float(summary.recall_success == 1) if summary.has_weights else None,
        summary.ideal_recall_success,
        summary.hebb_correlation,
        min(summary.predicted_margins),
        found.margin,
        _weight_margin(summary),
        found.strengthened,
        found.others,
        _power(summary, case),
        summary.max_current_density,
        summary.adiabatic_temperature_rise,
        *_network(summary),
        # Runs of earlier versions did not measure it.
        max(summary.checks.largest_angle.values(), default=None),
        hottest.highest if (hottest := summary.stack.temperature) else None,
        summary.stack.current_shares.get("film"),
        *_fields(summary.stack.effective_fields),
        *_texture(summary.texture.get(TRAINED)),
        *_on_chip(summary.recall_on_chip),
    ]


def _texture(found: TextureEntry | None) -> list[float | None]:
    """Figures of the trained texture."""
    if found is None:
        return [None] * 5
    count = found.positive_skyrmions + found.negative_skyrmions
    stripes = found.stripe_period, found.stripe_order
    return [found.topological_charge, count, found.wall_length, *stripes]


def _weight_margin(summary: Summary) -> float | None:
    """Of what the run compares: of relative changes, of changes in S, or of conductances."""
    reference = summary.reference.reference
    before, after = reference.matrices(summary.readings, summary.reference_film)
    signal = reference.signal(before, after)[summary.coupled]
    return learnt_changes(signal, summary.patterns, summary.coupled).margin


def _fields(found: Mapping[str, EffectiveFieldEntry]) -> list[float | None]:
    """Mean |m × H| of what follows the current."""
    names = (DRIFT, DAMPING_LIKE, FIELD_LIKE, OERSTED)
    return [found[name].mean if name in found else None for name in names]


def _on_chip(found: ChipEntry | None) -> list[float | None]:
    """Agreement with the matrix, what was recalled, and the change of g; None without [recall]."""
    if found is None:
        return [None, None, None]
    return [found.agreement, found.recalled, found.largest_change_by_recall]


def _network(summary: Summary) -> list[float | None]:
    """What the film and ideal Hebb store; exact is 1 or 0. Runs of earlier versions lack it."""
    if summary.network is None or not summary.has_weights:
        return [None for _ in range(9)]
    film, ideal = summary.network["film"], summary.network["hebb"]
    names = ("stable", "exact", "one_bit", "two_bit")
    found = [film.stored, *(getattr(each, name) for each in (film, ideal) for name in names)]
    return [None if value is None else float(value) for value in found]


def _power(summary: Summary, case: Case) -> float:
    """Joule power at the end of the last presentation, VᵀGV; runs of earlier versions lack it."""
    if summary.presented_power is not None:
        return summary.presented_power
    voltages = np.array(case.required_training().last_voltages(summary.contacts))
    return float(voltages @ summary.conductance_presented @ voltages)

"""The figures of one run that stand in the table of a study."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from hopfield.weights import Matrix, pairs
from meshing.errors import InputError
from run.case import Case

Figures: TypeAlias = dict[str, float | None]

FIGURES = (
    "recall_success",
    "ideal_recall_success",
    "hebb_correlation",
    "predicted_margin",
    "margin",
    "change_of_opposite_pairs",
    "change_of_equal_pairs",
    "power_W",
    "max_current_density_A_per_m2",
    "temperature_rise_K",
)
"""Columns of the table: None where a run has no such figure."""


def run_figures(folder: Path, case: Case) -> Figures:
    """The figures of a finished run.

    Args:
        folder: of the run.
        case: of the run.

    Raises:
        InputError: the summary is missing or damaged.
    """
    path = folder / "summary.json"
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
        return dict(zip(FIGURES, _values(summary, case), strict=True))
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{path} is not the summary of a run: {error}") from None


def _values(summary: Mapping[str, Any], case: Case) -> list[float | None]:
    patterns = np.array(summary["patterns"])
    change = np.array(list(summary["relative_change"].values()))
    opposite, equal, margin = learnt(change, patterns)
    return [
        summary["recall_success"],
        summary["ideal_recall_success"],
        summary["hebb_correlation"],
        min(summary["predicted_margins"]),
        margin,
        opposite,
        equal,
        _power(np.array(summary["conductance_presented"]), summary["contacts"], case),
        summary["max_current_density"],
        summary["adiabatic_temperature_rise"],
    ]


def learnt(
    change: np.ndarray, patterns: np.ndarray
) -> tuple[float | None, float | None, float | None]:
    """What was learnt, as relative changes of conductance.

    A pair should grow stronger than others where Hebb's sum Σ ξ_i ξ_j over the patterns lies below
    its mean over all pairs; with one pattern, where the signs are opposite.

    Args:
        change: of each pair, in the order of `pairs`.
        patterns: (n, N) of ±1.

    Returns:
        The mean change of pairs that should grow stronger, that of all others, and the margin: the
        least of the former less the largest of the latter, positive where each of the former grew
        more than each of the latter. None where there are no such pairs.
    """
    hebb = np.array([float(patterns[:, i] @ patterns[:, j]) for i, j in pairs(patterns.shape[1])])
    should = hebb < hebb.mean()
    if not should.any():
        return None, float(change.mean()), None
    strengthened, others = change[should], change[~should]
    margin = float(strengthened.min() - others.max())
    return float(strengthened.mean()), float(others.mean()), margin


def _power(conductance: Matrix, contacts: list[str], case: Case) -> float:
    """Joule power at the end of the last presentation, VᵀGV."""
    voltages = np.array(case.required_training().last_voltages(contacts))
    return float(voltages @ conductance @ voltages)

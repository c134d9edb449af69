"""Which form of the learning rule runs follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from hebbfilm.hopfield.learning_rule import FORMS
from hebbfilm.hopfield.rule_fit import Comparison, compare, least_error
from hebbfilm.hopfield.rule_response import Response
from hebbfilm.run.analysis.trajectories import Record

_AGREEMENTS = (
    ("uniform film, all pairs", "uniform", False),
    ("untrained texture, all pairs", "textured", False),
    ("uniform film, pairs under voltage", "uniform", True),
    ("untrained texture, pairs under voltage", "textured", True),
)


@dataclass(frozen=True, eq=False)
class RuleComparison:
    """What became of all forms of the rule.

    Attributes:
        record: the trajectories that they were fitted to.
        ranked: the forms, that with the least error where held out first.
        least_error: what every form in the drive alone errs by at least; NaN where not known.
        response: what the linear response predicts, beside what was measured.
    """

    record: Record
    ranked: Sequence[Comparison]
    least_error: float
    response: Response


def compare_rules(record: Record, response: Response) -> RuleComparison:
    """Fit all forms to the trajectories, and compare them where they are held out.

    Raises:
        InputError: too few trajectories.
    """
    ranked = compare(FORMS, record.trajectories, [int(number) for number in record.group])
    return RuleComparison(record, ranked, least_error(record.trajectories), response)


def as_dict(found: RuleComparison) -> dict[str, Any]:
    """All figures, in SI units, as they stand in learning_rule.json."""
    record, ranked = found.record, found.ranked
    return {
        "runs": [str(run.manifest.folder.name) for run in record.runs],
        "courses": record.trajectories.drive.shape[1],
        "held_out": record.held_out,
        "groups": len(np.unique(record.group)),
        "voltage": record.voltage,
        "least_error": _finite(found.least_error),
        "forms": [_form_as_dict(each, ranked[0]) for each in ranked],
        "linear_response": {
            name: dict(zip(("correlation", "slope"), map(_finite, figures), strict=True))
            for name, figures in agreements(found.response)
        },
    }


def agreements(response: Response) -> list[tuple[str, tuple[float, float]]]:
    """Correlation and slope of measured over predicted rates, of each prediction by name."""
    return [
        (name, response.agreement(getattr(response, which), driven_only=driven))
        for name, which, driven in _AGREEMENTS
    ]


def _form_as_dict(found: Comparison, best: Comparison) -> dict[str, Any]:
    form = found.fit.form
    names = [form.amplitude, *(parameter.name for parameter in form.parameters)]
    difference, error = found.behind(best)
    return {
        "name": form.name,
        "formula": form.formula,
        "parameters": dict(zip(names, found.fit.values, strict=True)),
        "standard_errors": dict(zip(names, found.errors, strict=True)),
        "held_out": found.held_out,
        "held_out_error": found.held_out_error,
        "behind": difference,
        "behind_error": error,
        "r_squared": found.r_squared,
        "at_bound": list(found.fit.at_bound),
        "fitted": found.fitted,
    }


def _finite(value: float) -> float | None:
    return None if isnan(value) else value

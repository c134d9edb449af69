"""Which form of the learning rule runs follow, as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import numpy as np

from hebbfilm.common.tables import aligned
from hebbfilm.common.text import counted
from hebbfilm.hopfield.learning_rule import Form
from hebbfilm.hopfield.rule_fit import Comparison
from hebbfilm.hopfield.rule_response import Response
from hebbfilm.run.analysis.rule import RuleComparison, agreements
from hebbfilm.run.analysis.trajectories import Record

_UNITS = {-1: ("1/ns", 1e-9), 0: ("", 1.0), 1: ("ns", 1e9)}
_NO_ERROR = 1e-4
"""A standard error below this part of a parameter at a bound: every fit ended there."""


def rule_as_text(found: RuleComparison) -> str:
    """A heading, a table of the forms, and the linear response."""
    lines = [*_heading(found.record), "", *_table(found.ranked, found.least_error), ""]
    return "\n".join([*lines, *_response_lines(found.response)])


def parameter_text(found: Comparison) -> str:
    """Parameters with standard errors in ns and percent, and which of them a bound has set."""
    fit, texts = found.fit, []
    for (name, unit, factor), value, error in zip(
        _parameters(fit.form), fit.values, found.errors, strict=True
    ):
        bound = name in fit.at_bound
        text = _with_error(value * factor, error * factor, bound=bound)
        mark = " (a bound)" if bound else ""
        if name == fit.form.amplitude and fit.amplitude_follows:
            mark = f" (set by the bound of {fit.form.parameters[0].name})"
        texts.append(f"{name} = {text} {unit}".rstrip() + mark)
    return ", ".join(texts)


def _with_error(value: float, error: float, *, bound: bool) -> str:
    if bound and error <= _NO_ERROR * max(abs(value), 1.0):
        return f"{round(value, 6):g}"
    digits = max(0, 1 - int(np.floor(np.log10(max(error, 1e-4)))))
    return f"{value:.{digits}f} ± {error:.{digits}f}"


def _parameters(form: Form) -> list[tuple[str, str, float]]:
    amplitude = ("%/ns", 1e-7) if form.amplitude == "η" else ("%", 100.0)
    return [
        (form.amplitude, *amplitude),
        *((p.name, *_UNITS[p.time_power]) for p in form.parameters),
    ]


def _heading(record: Record) -> list[str]:
    groups = len(np.unique(record.group))
    return [
        f"{counted(len(record.runs), 'run')}, "
        f"{record.trajectories.drive.shape[1]} trajectories of pairs, "
        f"V0 = {record.voltage:g} V; s = (V_i - V_j)/(2 V0), d = the integral of s over time",
        f"Held out in turn: each {record.held_out}, {groups} of them; root mean square errors of "
        "the change r, ± standard errors",
    ]


def _table(ranked: Sequence[Comparison], least: float) -> list[str]:
    rows = [
        ["form", "held out / %", "behind / %", "R² held out", "fitted / %", "rule and parameters"]
    ]
    for found in ranked:
        behind = found.behind(ranked[0])
        rows.append(
            [
                found.fit.form.name,
                f"{100 * found.held_out:.3f} ± {100 * found.held_out_error:.3f}",
                "" if found is ranked[0] else f"{100 * behind[0]:.3f} ± {100 * behind[1]:.3f}",
                f"{found.r_squared:.3f}",
                f"{100 * found.fitted:.3f}",
                found.fit.form.formula,
            ]
        )
        rows.append(["", "", "", "", "", f"  {parameter_text(found)}"])
    lines = aligned(rows, "<")
    if ranked[0].r_squared <= 0:
        lines.append("R² is at most 0: no form predicts held-out data better than their mean")
    if not isnan(least):
        lines.append(
            f"Pairs with the same drive differ from their mean by {100 * least:.3f} % (root mean "
            "square of all samples; a pair with a drive of its own counts as 0): no form that "
            "knows only the drive can have a smaller error"
        )
    return lines


def _response_lines(response: Response) -> list[str]:
    rows = []
    for name, (correlation, slope) in agreements(response):
        found = (
            "one prediction for all, or two trajectories"
            if isnan(correlation)
            else f"correlation {correlation:+.2f}, slope {slope:+.2f}"
        )
        rows.append((f"  {name}", found))
    return [
        "Linear response: initial rates of the pairs, predicted and measured, over their mean",
        *aligned(rows, "<"),
    ]

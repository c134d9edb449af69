"""`hebbfilm rule`: which form of the learning rule runs follow, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from pathlib import Path
from typing import Any

from mpi4py import MPI

import numpy as np

from hebbfilm.common.collective import on_root
from hebbfilm.common.text import counted
from hebbfilm.hopfield.learning_rule import FORMS, Form
from hebbfilm.hopfield.rule_fit import Comparison, compare, least_error
from hebbfilm.run.analysis.courses import Record, read_record
from hebbfilm.run.analysis.rule_response import Response, response
from hebbfilm.run.folder.reader import all_finished_runs
from hebbfilm.run.folder.writer import RunFolder

_UNITS = {-1: ("1/ns", 1e-9), 0: ("", 1.0), 1: ("ns", 1e9)}
_NO_ERROR = 1e-4
"""A standard error below this part of a parameter at a bound: every fit ended there."""
_AGREEMENTS = (
    ("uniform film, all pairs", "uniform", False),
    ("untrained texture, all pairs", "textured", False),
    ("uniform film, pairs under voltage", "uniform", True),
    ("untrained texture, pairs under voltage", "textured", True),
)


def rule(paths: Sequence[Path], comm: MPI.Intracomm) -> str:
    """Fit the forms to runs, compare them, write learning_rule.json and a picture; collective.

    Args:
        paths: run folders, or folders of studies; the first one is written to.
        comm: ranks that share the films.

    Returns:
        What to tell; "" on other ranks than 0.

    Raises:
        InputError: a folder without complete runs, or too few courses.
        SolverError: no convergence of the linear response.
    """
    record = comm.bcast(on_root(comm, lambda: read_record(all_finished_runs(paths))))
    first = response(record, comm)
    return on_root(comm, lambda: _fit_and_write(record, first, paths[0])) or ""


def _fit_and_write(record: Record, first: Response, folder: Path) -> str:
    # matplotlib is slow to import, and only rank 0 needs it.
    from hebbfilm.run.pictures.learning_rule import save_rule_picture

    ranked = compare(FORMS, record.courses, [int(number) for number in record.group])
    least = least_error(record.courses)
    RunFolder(folder).write_json("learning_rule.json", as_dict(record, ranked, least, first))
    picture = save_rule_picture(record, ranked, least, folder)
    lines = [*_heading(record), "", *_table(ranked, least), "", *_response_lines(first)]
    return "\n".join([*lines, "", f"Table: {folder / 'learning_rule.json'}", f"Picture: {picture}"])


def as_dict(
    record: Record, ranked: Sequence[Comparison], least: float, first: Response
) -> dict[str, Any]:
    """All figures, in SI units."""
    return {
        "runs": [str(run.manifest.folder.name) for run in record.runs],
        "courses": record.courses.drive.shape[1],
        "held_out": record.held_out,
        "groups": len(set(record.group.tolist())),
        "voltage": record.voltage,
        "least_error": _finite(least),
        "forms": [_form_as_dict(found, ranked[0]) for found in ranked],
        "linear_response": {
            name: dict(zip(("correlation", "slope"), map(_finite, found), strict=True))
            for name, found in _agreements(first)
        },
    }


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
    groups = len(set(record.group.tolist()))
    return [
        f"{counted(len(record.runs), 'run')}, "
        f"{counted(record.courses.drive.shape[1], 'course')} of a pair, "
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
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    if ranked[0].r_squared <= 0:
        lines.append("R² is at most 0: no form predicts held-out data better than their mean")
    if not isnan(least):
        lines.append(
            f"Pairs with the same drive differ from their mean by {100 * least:.3f} % (root mean "
            "square of all samples; a pair with a drive of its own counts as 0): no form that "
            "knows only the drive can have a smaller error"
        )
    return lines


def _response_lines(first: Response) -> list[str]:
    lines = ["Linear response: initial rates of the pairs, predicted and measured, over their mean"]
    for name, (correlation, slope) in _agreements(first):
        found = (
            "one prediction for all, or two courses"
            if isnan(correlation)
            else f"correlation {correlation:+.2f}, slope {slope:+.2f}"
        )
        lines.append(f"  {name:40} {found}")
    return lines


def _agreements(first: Response) -> list[tuple[str, tuple[float, float]]]:
    return [
        (name, first.agreement(getattr(first, which), driven_only=driven))
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

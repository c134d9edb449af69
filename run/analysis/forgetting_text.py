"""How runs forget, in words and as numbers for a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hebbfilm.common.tables import aligned
from hebbfilm.common.text import counted
from hebbfilm.hopfield.decay_fit import FormFit, Rate
from hebbfilm.run.analysis.forgetting import Barrier, Forgetting, KindForgets, Losses
from hebbfilm.solvers.materials.constants import BOLTZMANN, ELEMENTARY_CHARGE


def forgetting_text(found: Forgetting) -> str:
    """Tables of rates and losses, of the forms of decay, and of barriers."""
    lines = [
        "",
        f"Decay of the contrast from {1e9 * found.since:g} ns after switch-off on (mean change of "
        "pairs that should grow less that of the others)",
        "Intervals are of 95 %; where nothing decays within the noise, bounds hold with 95 %",
        "",
        *aligned([_RATES, *map(_rate_row, found.kinds)]),
        *_remarks(found),
        "",
        "Error of the later half of films held out, in % of the contrast; behind the best form",
        "",
        *aligned([["condition", *_form_names(found)], *map(_form_row, found.kinds)]),
    ]
    if found.barriers:
        lines += ["", "Attempts and barriers, rates k₀ exp(-E/k_BT), of films that differ in T/t"]
        lines += ["", *aligned([_BARRIERS, *map(_barrier_row, found.barriers)]), ""]
        lines += aligned([_LINES, *(row for each in found.barriers for row in _line(each, found))])
    if found.single:
        lines += [
            "",
            f"Left out, as they are the only runs of their kind: {'; '.join(found.single)}",
        ]
    return "\n".join(lines)


def as_dict(found: Forgetting) -> dict[str, Any]:
    """All figures, in SI units, as they stand in forgetting.json; None for what is infinite."""
    return {
        "since": found.since,
        "conditions": [_kind_as_dict(each) for each in found.kinds],
        "left_out": list(found.single),
        "barriers": [
            {
                "condition": dict(each.values),
                "temperature_over_thickness": [x / BOLTZMANN for x in each.fit.x],
                "energy_over_thickness": _finite(each.fit.energy),
                "energy_over_thickness_interval": list(map(_finite, each.fit.energy_interval)),
                "attempt_rate": _finite(each.fit.attempts),
                "attempt_rate_interval": list(map(_finite, each.fit.attempts_interval)),
                "rates": [_rate_as_dict(rate) for rate in each.fit.rates],
                "determined": each.fit.determined,
                "excess_error": each.fit.excess,
            }
            for each in found.barriers
        ],
    }


def _remarks(found: Forgetting) -> list[str]:
    """What figures of a row seem to contradict, or do not say."""
    lines = []
    for each in found.kinds:
        name, lost = each.kind.name, each.losses is not None and each.losses.lost
        if not each.known:
            lines.append(f"{name}: the contrast is 0 throughout, nothing is there to decay")
            continue
        if each.grows:
            lines.append(f"{name}: the contrast grows; no form of decay tells of that")
        if lost and not each.rate.decays:
            lines.append(
                f"{name}: recall is lost though no decay of the contrast is seen: recall needs "
                "every pair that should grow above all others, the contrast is a mean over pairs"
            )
    return ["", *lines] if lines else []


_RATES = [
    *("condition", "runs", "rate / 1/µs", "half left after / ns", "best form", "half left by it"),
    *("recall lost", "losses / 1/µs"),
]
_BARRIERS = [
    *("condition", "E/t / meV/nm", "attempts / 1/ns", "error above free rates", "determined"),
]
_LINES = ["condition", "T/t / K/nm", "E/k_BT", "rate by the line / 1/µs", "half left after / ns"]


def _rate_row(each: KindForgets) -> list[str]:
    return [
        each.kind.name,
        str(len(each.kind.courses)),
        _rate_cell(each.rate),
        _half_cell(each.rate),
        _form_cell(each),
        _half_by_form(each),
        "-" if each.losses is None else f"{each.losses.lost} of {each.losses.runs}",
        "-" if each.losses is None else _losses_cell(each.losses),
    ]


def _rate_cell(rate: Rate) -> str:
    low, high = (1e-6 * each for each in rate.interval)
    if not rate.decays:
        return "no bound" if rate.bound is None else f"below {_number(1e-6 * rate.bound)}"
    if np.isinf(rate.value):
        return f"above {_number(low)}"
    return f"{_number(1e-6 * rate.value)} [{_number(low)}, {_number(high)}]"


def _half_cell(rate: Rate) -> str:
    """From an exponential decay at this rate."""
    half = 1e9 * np.log(2)
    if not rate.decays:
        return "no bound" if rate.bound is None else f"above {_number(half / rate.bound)}"
    low, high = rate.interval
    if np.isinf(rate.value):
        return f"below {_number(half / low)}"
    return f"{_number(half / rate.value)} [{_number(half / high)}, {_number(half / low)}]"


def _form_cell(each: KindForgets) -> str:
    return each.forms[0].form.name if each.known else "none"


def _half_by_form(each: KindForgets) -> str:
    best = each.forms[0]
    (low, high), (shortest, longest) = best.half_interval, best.half_limits
    if not each.known:
        return "-"
    if not best.parameters:
        return "does not fall"
    if np.isinf(best.half):
        return f"above {_number(1e9 * min(low, longest))}"
    if best.half == 0:
        return f"below {_number(1e9 * max(high, shortest))}"
    return f"{_number(1e9 * best.half)} [{_number(1e9 * low)}, {_number(1e9 * high)}]"


def _losses_cell(losses: Losses) -> str:
    low, high = losses.rate_interval
    if not losses.lost:
        return f"below {_number(1e-6 * high)}"
    rate = losses.lost / losses.exposure
    return f"{_number(1e-6 * rate)} [{_number(1e-6 * low)}, {_number(1e-6 * high)}]"


def _form_names(found: Forgetting) -> list[str]:
    return sorted(fit.form.name for fit in found.kinds[0].forms)


def _form_row(each: KindForgets) -> list[str]:
    by_name = {fit.form.name: fit for fit in each.forms}
    best, cells = each.forms[0], [each.kind.name]
    for name in sorted(by_name):
        fit = by_name[name]
        told = f"{100 * fit.held_out:.1f}" if each.known else "-"
        if fit is not best:
            told += f" (+{100 * fit.behind:.1f} ± {100 * fit.behind_error:.1f})"
        cells.append(told)
    return cells


def _barrier_row(each: Barrier) -> list[str]:
    fit = each.fit
    to_mev_per_nm = 1e3 / ELEMENTARY_CHARGE * 1e-9
    energies = [to_mev_per_nm * e for e in (fit.energy, *fit.energy_interval)]
    attempts = [1e-9 * k for k in (fit.attempts, *fit.attempts_interval)]
    return [
        f"{each.name} ({counted(len(each.kinds), 'kind')})",
        *map(_with_interval, (energies, attempts)),
        f"{100 * fit.excess:.1f} %",
        "yes" if fit.determined else "no",
    ]


def _with_interval(values: Sequence[float]) -> str:
    """A value, and the ends of its interval."""
    value, low, high = values
    if np.isinf(value):
        return f"above {_number(low)}"
    return f"{_number(value)} [{_number(low)}, {_number(high)}]"


def _line(each: Barrier, found: Forgetting) -> list[list[str]]:
    rows = []
    for place, x, rate in zip(each.kinds, each.fit.x, each.fit.rates, strict=True):
        rows.append(
            [
                found.kinds[place].kind.name,
                f"{1e-9 * x / BOLTZMANN:.0f}",
                _number(each.fit.energy / x),
                _rate_cell(rate),
                _half_cell(rate),
            ]
        )
    return rows


def _kind_as_dict(each: KindForgets) -> dict[str, Any]:
    losses = each.losses
    return {
        "condition": dict(each.kind.values),
        "temperature": each.kind.temperature,
        "thickness": each.kind.thickness,
        "runs": [run.name for run in each.kind.courses],
        "rate": _rate_as_dict(each.rate),
        "forms": [_form_as_dict(fit) for fit in each.forms],
        "grows": each.grows,
        "losses": losses if losses is None else vars(losses),
    }


def _rate_as_dict(rate: Rate) -> dict[str, Any]:
    """None for a rate that is faster than can be told, which `above` bounds, and for no bound."""
    low, high = rate.interval
    return {
        "value": _finite(rate.value),
        "above": low if np.isinf(rate.value) else None,
        "interval": [low, _finite(high)],
        "bound": rate.bound,
        "decays": rate.decays,
    }


def _form_as_dict(fit: FormFit) -> dict[str, Any]:
    return {
        "name": fit.form.name,
        "formula": fit.form.formula,
        "parameters": dict(zip(fit.form.parameters, fit.parameters, strict=True)),
        "half": _finite(fit.half) if fit.half > 0 else None,
        "half_below": fit.half_limits[0] if fit.half == 0 else None,
        "half_interval": list(map(_finite, fit.half_interval)),
        "held_out_error": _finite(fit.held_out),
        "behind": fit.behind,
        "behind_error": fit.behind_error,
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _number(value: float) -> str:
    """Two digits."""
    if np.isinf(value):
        return "∞"
    return f"{value:.2g}" if value < 100 or value >= 1e5 else f"{float(f'{value:.2g}'):.0f}"

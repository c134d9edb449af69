"""`hebbfilm heating`: how warm finished runs get, for given heat transfer coefficients."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.common.tables import aligned
from hebbfilm.common.text import percent
from hebbfilm.run.analysis.metrics import run_metrics
from hebbfilm.run.folder.reader import all_finished_runs, read_case_of_run, read_run
from hebbfilm.solvers.heating import peak_temperature_rise

_HEAD = "Peak temperature rise in K at heat transfer coefficients h in W/(m² K): mean (local)"
_SOLVED = (
    "Solved: mean (highest) rise of a run with [heat], where heat spreads along the film and to "
    "sinks,\nand acts back. All else is an estimate of one temperature for film and layers"
)
_COLUMNS = ("recalled / %", "margin / %", "peak power / µW", "local / mean")


@dataclass(frozen=True)
class RunHeating:
    """How warm a finished run gets.

    Attributes:
        name: of its folder.
        recall: its recall success; None without weights.
        margin: between pairs that should grow and others; None where that is not defined.
        peak_power: W.
        concentration: local rise over mean rise, for a film along which no heat flows.
        rises: peak of the mean rise in K, for each heat transfer coefficient.
        solved: mean and highest rise in K over the substrate, where the run solved for them.
    """

    name: str
    recall: float | None
    margin: float | None
    peak_power: float
    concentration: float
    rises: tuple[float, ...]
    solved: tuple[float, float] | None = None


def heating_of_runs(folders: Sequence[Path], transfers: Sequence[float]) -> list[RunHeating]:
    """How warm finished runs get.

    Args:
        folders: of runs, or of studies.
        transfers: heat transfer coefficients h in W/(m² K).

    Raises:
        InputError: a coefficient that is not positive, or a folder without finished runs.
    """
    for transfer in transfers:
        if not 0 < transfer < np.inf:
            raise InputError(f"--transfer {transfer:g}: must be positive and finite, in W/(m² K)")
    return [_of_run(folder, transfers) for folder in all_finished_runs(folders)]


def _of_run(folder: Path, transfers: Sequence[float]) -> RunHeating:
    run, case = read_run(folder), read_case_of_run(folder)
    metrics, heating = run_metrics(folder, case), run.summary.heating
    capacity, table = heating.heat_capacity, run.conductance
    # Runs of earlier versions are of films of one material and one thickness.
    area = heating.area or capacity / (
        case.material.volumetric_heat_capacity * run.manifest.thickness
    )
    rises = tuple(
        peak_temperature_rise(table.time, table.power, capacity=capacity, conductance=h * area)
        for h in transfers
    )
    found = run.summary.stack.temperature
    return RunHeating(
        folder.name,
        metrics["recall_success"],
        metrics["margin"],
        heating.peak_power,
        heating.power_concentration,
        rises,
        None if found is None else found.rises,
    )


def heating_text(found: Sequence[RunHeating], transfers: Sequence[float]) -> str:
    """A row a run: recall, margin, largest power, its concentration, and the peak rises in K.

    For each coefficient stand the mean rise of the film and, in brackets, the local rise; beside
    them those that runs with heat have solved for.
    """
    solved = any(run.solved for run in found)
    heads = [*(f"h={transfer:g}" for transfer in transfers), *(["solved"] if solved else [])]
    rows = [["run", *_COLUMNS, *heads]]
    rows += [
        [
            run.name,
            "-" if run.recall is None else percent(run.recall),
            "-" if run.margin is None else f"{100 * run.margin:.2f}",
            f"{1e6 * run.peak_power:.1f}",
            f"{run.concentration:.2f}",
            *(f"{rise:.1f} ({run.concentration * rise:.0f})" for rise in run.rises),
            *([_solved(run)] if solved else []),
        ]
        for run in found
    ]
    return "\n".join([_HEAD, *aligned(rows), *([_SOLVED] if solved else [])])


def _solved(run: RunHeating) -> str:
    return "-" if run.solved is None else f"{run.solved[0]:.1f} ({run.solved[1]:.0f})"

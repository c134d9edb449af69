"""`hebbfilm heating`: how warm finished runs get, for given heat transfer coefficients."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.common.tables import aligned
from hebbfilm.common.text import percent
from hebbfilm.run.analysis.metrics import run_figures
from hebbfilm.run.folder.reader import all_finished_runs, read_case_of_run, read_run
from hebbfilm.solvers.heating import peak_temperature_rise

_HEAD = "Peak temperature rise in K at heat transfer coefficients h in W/(m² K): mean (local)"
_COLUMNS = ("recall / %", "margin / %", "peak power / µW", "local / mean")


def heating_table(folders: Sequence[Path], transfers: Sequence[float]) -> str:
    """A row a run: recall, margin, largest power, its concentration, and the peak rises in K.

    For each coefficient stand the mean rise of the film and, in brackets, the local rise, for
    a film along which no heat flows.

    Args:
        folders: of runs, or of studies.
        transfers: heat transfer coefficients h in W/(m² K).

    Raises:
        InputError: a coefficient that is not positive, or a folder without finished runs.
    """
    for transfer in transfers:
        if not 0 < transfer < np.inf:
            raise InputError(f"--transfer {transfer:g}: must be positive and finite, in W/(m² K)")
    lines = [["run", *_COLUMNS, *(f"h={transfer:g}" for transfer in transfers)]]
    lines += [_line(folder, transfers) for folder in all_finished_runs(folders)]
    return "\n".join([_HEAD, *aligned(lines)])


def _line(folder: Path, transfers: Sequence[float]) -> list[str]:
    run, case = read_run(folder), read_case_of_run(folder)
    figures, heating = run_figures(folder, case), run.summary.heating
    capacity, concentration = heating.heat_capacity, heating.power_concentration
    per_area = case.material.volumetric_heat_capacity * run.manifest.thickness
    table = run.conductance
    rises = [
        peak_temperature_rise(
            table.time, table.power, capacity=capacity, conductance=h * capacity / per_area
        )
        for h in transfers
    ]
    recall, margin = figures["recall_success"], figures["margin"]
    return [
        folder.name,
        "-" if recall is None else percent(recall),
        "-" if margin is None else f"{100 * margin:.2f}",
        f"{1e6 * heating.peak_power:.1f}",
        f"{concentration:.2f}",
        *(f"{rise:.1f} ({concentration * rise:.0f})" for rise in rises),
    ]

"""`conductance.csv`: the course of a run, one row a sample.

Another column gets an entry in `_COLUMNS` and a field of the same name in `Sample`; where somebody
reads it, one in `ConductanceTable` too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from pathlib import Path
from typing import Literal

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Neurons
from hebbfilm.run.folder import files
from hebbfilm.run.folder.csv_rows import Rows, read_rows
from hebbfilm.solvers.magnetisation.observables.texture_measures import UNITS as TEXTURE_UNITS

PHASES = ("relax", "balance", "form", "train", "rest", "recall", "drive", "field")
"""What a run calls its phases: `form` where contacts are driven before the first presentation,
`train` where patterns are presented, `balance` where a bridge is balanced, `recall` where a circuit
at the contacts recalls, `drive` where contacts are driven in a run without patterns, `field` where
that goes through applied fields.
"""
TEXTURE_COLUMNS = tuple(f"{name}_{unit}" if unit else name for name, unit in TEXTURE_UNITS.items())
"""Of all figures of a texture, with their units."""

UNDER_VOLTAGE = ("balance", "form", "train", "recall", "drive")
"""Those in which contacts are driven."""


@dataclass(frozen=True)
class _Column:
    """One column, or one for each pair of neurons i < j, each contact or each figure of a texture.

    Args:
        name: with the unit; those of the contacts follow it. Figures have names of their own.
        per: what there is one for.
        later: runs of earlier versions do not have it.
        of: what a film must have for it, one of `EXTRAS`; empty: nothing.
        unknown: whether NaN may stand there, where nothing was measured.
    """

    name: str
    per: Literal["sample", "pair", "contact", "figure"] = "sample"
    later: bool = False
    unknown: bool = False
    of: str = ""

    def names(self, neurons: Neurons) -> list[str]:
        """As they stand in the header."""
        if self.per == "pair":
            return [f"{self.name}:{a}:{b}" for a, b in combinations(neurons.names, 2)]
        if self.per == "figure":
            return list(TEXTURE_COLUMNS)
        contacts = neurons.contacts
        return [f"{self.name}:{c}" for c in contacts] if self.per == "contact" else [self.name]

    def read(self, rows: Rows, neurons: Neurons) -> FloatArray:
        """The numbers, (n,), or (n, k) of k columns; NaN where the run does not have it."""
        names = self.names(neurons)
        if self.later and not rows.has(names[0]):
            shape = (len(names),) if self.per == "figure" else ()
            return np.full((len(rows.rows), *shape), np.nan)
        found = np.array([rows.numbers(name, unknown=self.unknown) for name in names])
        if not names:  # a film without contacts
            return np.empty((len(rows.rows), 0))
        return found[0] if self.per == "sample" else found.T


_COLUMNS = {
    "time": _Column("t_s"),
    "phase": _Column("phase"),
    "conductance": _Column("g_S", per="pair"),
    "voltage": _Column("V_V", per="contact"),
    "current": _Column("I_A", per="contact"),
    "power": _Column("power_W"),
    "displacement": _Column("displacement_m", later=True, unknown=True),
    "angle": _Column("angle_rad", later=True),
    "highest_temperature": _Column("T_max_K", later=True, of="heat"),
    "mean_temperature": _Column("T_mean_K", later=True, of="heat"),
    "film_share": _Column("film_share", later=True, unknown=True, of="layers"),
    "texture": _Column("", per="figure", later=True, unknown=True, of="texture"),
}

EXTRAS = ("heat", "layers", "texture")
"""What a film may have, or may be measured of it, for which the table has columns."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """What a run notes of one time: a row.

    Args:
        time: s.
        phase: of `PHASES`.
        conductance: of the pairs, (P,), S.
        voltage, current: of the contacts, (C,), V and A.
        power: W.
        displacement: m since the sample before, NaN where none was measured.
        angle: the largest between neighbours, rad.
        highest_temperature, mean_temperature: of the film, K; None without heat.
        film_share: of the current that flows in the film; NaN without current, None without layers.
        texture: figures of the texture in the order of `TEXTURE_COLUMNS`, (7,), NaN where there is
            no such thing; None where they were not asked for.
    """

    time: float
    phase: str
    conductance: FloatArray
    voltage: FloatArray
    current: FloatArray
    power: float
    displacement: float
    angle: float
    highest_temperature: float | None = None
    mean_temperature: float | None = None
    film_share: float | None = None
    texture: FloatArray | None = None

    def row(self) -> list[object]:
        """The cells, in the order of the columns."""
        cells: list[object] = []
        for name in _COLUMNS:
            value = getattr(self, name)
            if value is not None:
                cells.extend(value.tolist() if isinstance(value, np.ndarray) else [value])
        return cells


@dataclass(frozen=True, kw_only=True, eq=False)
class ConductanceTable:
    """The course of a run, one row a time.

    `time` (n,) s; `phase` (n,) of `PHASES`; `pairs` of the numbers of neurons i < j;
    `conductance` (n, n_pairs) S; `voltage` and `current` (n, C) V, A; `power` (n,) W;
    `displacement` (n,) m since the row before, NaN where none was measured; `highest_temperature`
    and `mean_temperature` (n,) K, NaN without heat; `film_share` (n,) of the current that flows in
    the film, NaN without layers or current; `texture` (n, 7) in the order of `TEXTURE_COLUMNS`, NaN
    where it was not measured.
    """

    pairs: tuple[tuple[int, int], ...]
    phase: tuple[str, ...]
    time: FloatArray
    conductance: FloatArray
    voltage: FloatArray
    current: FloatArray
    power: FloatArray
    displacement: FloatArray
    highest_temperature: FloatArray
    mean_temperature: FloatArray
    film_share: FloatArray
    texture: FloatArray


def rows_of_schedule(table: ConductanceTable) -> BoolArray:
    """Which rows follow the schedule of a training: the film is formed, learns or rests, (n,).

    Neither those in which a circuit drives the contacts, nor what follows it after the training.
    """
    phase = np.array(table.phase)
    rows: BoolArray = np.isin(phase, ("form", "train", "rest"))
    trained = np.flatnonzero(phase == "train").max(initial=-1)
    by_circuits = np.flatnonzero(np.isin(phase, ("balance", "recall")))
    for first in by_circuits[by_circuits > trained][:1]:
        rows[first:] = False
    return rows


def conductance_header(
    contacts: Sequence[str] | Neurons, extras: Collection[str] = ()
) -> list[str]:
    """The names of all columns.

    Args:
        contacts: names of the nodes of the film; or the neurons that they make.
        extras: what the film has, or is measured of it, of `EXTRAS`.
    """
    neurons = Neurons.of(contacts)
    kept = [column for column in _COLUMNS.values() if not column.of or column.of in extras]
    return [name for column in kept for name in column.names(neurons)]


def read_conductance(folder: Path, contacts: Sequence[str] | Neurons) -> ConductanceTable:
    """Read `conductance.csv` of a run.

    Args:
        folder: of the run.
        contacts: names of the nodes of its film; or the neurons that they make.

    Raises:
        InputError: the file is missing, empty, cut short, or lacks a column.
    """
    neurons = Neurons.of(contacts)
    path = folder / files.CONDUCTANCE
    rows = read_rows(path)
    phases = tuple(rows.texts(_COLUMNS["phase"].name))
    for phase in phases:
        if phase not in PHASES:
            raise InputError(f"{path}: phase {phase[:20]!r} is none of {', '.join(PHASES)}")
    read = {
        field.name: _COLUMNS[field.name].read(rows, neurons)
        for field in fields(ConductanceTable)
        if field.name not in ("pairs", "phase")
    }
    if np.any(np.diff(read["time"], prepend=0.0) < 0):
        raise InputError(f"{path}: the times in column 't_s' do not rise from 0 on")
    pairs = tuple(combinations(range(len(neurons.names)), 2))
    return ConductanceTable(pairs=pairs, phase=phases, **read)

"""A run as data for pandas, xarray and NumPy."""

from __future__ import annotations

from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hebbfilm.common.arguments import check_number
from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.notebook import as_html
from hebbfilm.hopfield import pair_conductances
from hebbfilm.run.folder import files
from hebbfilm.run.folder.checksummed_json import file_checksum
from hebbfilm.run.folder.manifest import Manifest, read_manifest
from hebbfilm.run.folder.protocol_summary import ProtocolSummary
from hebbfilm.run.folder.reader import read_case_of_run
from hebbfilm.run.folder.snapshots import Fields, Snapshot, read_fields
from hebbfilm.run.folder.summary import Summary
from hebbfilm.run.folder.summary_file import has_patterns, read_protocol_summary, read_summary
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.results.frames import read_frame
from hebbfilm.run.results.snapshot_choice import chosen_snapshot
from hebbfilm.run.study.table import TABLE
from hebbfilm.solvers.magnetisation.observables.measures import measure_texture
from hebbfilm.solvers.magnetisation.observables.plane import planes_of
from hebbfilm.solvers.magnetisation.observables.texture_measures import TextureMeasures

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


class RunResults:
    """A run, read as it is asked for; of one that goes on, or was cut off, what is there by now.

    Args:
        path: of its folder.

    Raises:
        InputError: there is no run, or its manifest is damaged. Each attribute raises it where its
            own file is missing, damaged or was changed.

    Attributes:
        path: of the folder.
    """

    _repr_html_ = as_html

    def __init__(self, path: Path | str) -> None:
        if not str(path).strip():
            raise InputError("the path of the run is empty; '.' is the folder that one is in")
        self.path = Path(path)
        if (self.path / TABLE).is_file():
            raise InputError(f"{self.path}: is the folder of a study; open_study opens it")
        read_manifest(self.path)

    @property
    def manifest(self) -> Manifest:
        """What the run says of itself, as it stands there now."""
        return read_manifest(self.path)

    @property
    def finished(self) -> bool:
        """Whether it has a summary."""
        return (self.path / files.SUMMARY).is_file()

    @cached_property
    def case(self) -> Case:
        """Its case, with all defaults."""
        return read_case_of_run(self.path)

    @cached_property
    def summary(self) -> Summary | ProtocolSummary:
        """What a finished run found; of a run without patterns a `ProtocolSummary`."""
        read = read_summary if has_patterns(self.path) else read_protocol_summary
        return read(self.path)

    @property
    def table(self) -> pd.DataFrame:
        """The course of the run (conductance.csv), by the time `t_s` in s; units in `attrs`."""
        return self._frame(files.CONDUCTANCE, "t_s")

    @property
    def readings(self) -> pd.DataFrame:
        """What was read; units in `attrs`.

        Without patterns one row a reading (readings.csv), by the time; else the conductances in S
        between neurons at each moment, by its label, of a finished run.
        """
        if (self.path / files.READINGS).is_file():
            return self._frame(files.READINGS, "t_s")
        return self._read_moments()

    @property
    def recall(self) -> pd.DataFrame:
        """Where recall led from each start (recall.csv), of a finished run with patterns."""
        if self.finished and not has_patterns(self.path):
            read_summary(self.path)  # says that there is none
        if not self.finished:
            raise InputError(f"{self.path}: recall comes at the end, and this run is not finished")
        return self._frame(files.RECALL, "start")

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """All that were kept, in order: `t` in s, `label`, `voltages` in V, `texture`."""
        return self.manifest.snapshots

    @property
    def times(self) -> FloatArray:
        """Of the snapshots in s, (n,)."""
        return np.array([one.t for one in self.snapshots])

    def snapshot(self, t: str | float | None = None) -> Snapshot:
        """The snapshot that is meant.

        Args:
            t: a label or its beginning, a number as text ("0", "-1"), or a time, in s or as text
                with its unit, to which the nearest is taken; None: the last.

        Raises:
            InputError: no such snapshot, or no such time.
        """
        return chosen_snapshot(self.manifest, t)

    def fields(self, t: str | float | None = None) -> Fields:
        """The arrays of a snapshot; `t` as of `snapshot`."""
        return read_fields(self.path, self.snapshot(t))

    def field(
        self, t: str | float | None = None, *, grid: float | tuple[float, ...] | None = None
    ) -> xr.Dataset:
        """A snapshot: m, potential, current density and what else there is, with units.

        Args:
            t: as of `snapshot`.
            grid: edge in m of the cells of a regular grid to which all is brought, or edges along
                x, y and z; NaN outside the film. None: vertices and cells of the mesh.

        Raises:
            InputError: no such snapshot, a damaged one, or cells of no size.
        """
        from hebbfilm.run.results.datasets import attributes, grid_dataset, mesh_dataset

        manifest, snapshot = self.manifest, self.snapshot(t)
        fields = read_fields(self.path, snapshot)
        about = attributes(manifest, snapshot)
        if grid is None:
            return mesh_dataset(fields, about)
        return grid_dataset(fields, self._cell(grid, fields, manifest.thickness), about)

    def texture_measures(self, t: str | float | None = None) -> TextureMeasures:
        """Charge, skyrmions, walls and stripes of a snapshot; `t` as of `snapshot`.

        Raises:
            InputError: no such snapshot, or a film in 3D without a flat face.
        """
        fields = self.fields(t)
        return measure_texture(planes_of(fields.points, fields.cells), fields.magnetisation)

    def state(self) -> xr.Dataset:
        """M at the vertices as it was saved last: at the end, or where an unfinished run stands.

        A film goes on from there by `load_state(film, run.path / "state.npz")`.

        Raises:
            InputError: no state, or a damaged one.
        """
        import xarray as xr

        from hebbfilm.solvers.state.content import read_content

        header, arrays = read_content(self.path / files.STATE)
        places = arrays["vertices"].T
        m = xr.DataArray(arrays["m"], dims=("vertex", "component"), attrs={"units": "1"})
        coordinates = {
            axis: ("vertex", values, {"units": "m"})
            for axis, values in zip("xyz", places, strict=True)
        }
        about = {"t": header["time"], "contacts": header["contacts"], "run": str(self.path)}
        return xr.Dataset({"m": m}, {**coordinates, "component": list("xyz")}, about)

    def __repr__(self) -> str:
        return f"RunResults({str(self.path)!r})"

    def _frame(self, name: str, index: str) -> pd.DataFrame:
        path = self.path / name
        known = self.summary.files.get(name) if self.finished else None
        if known is not None and file_checksum(path) != known:
            raise InputError(f"{path}: was changed after the run was finished")
        return read_frame(path, index, growing=not self.finished)

    def _read_moments(self) -> pd.DataFrame:
        import pandas as pd

        summary = read_summary(self.path)
        neurons = summary.neuron_names
        names = [f"g_S:{a}:{b}" for a, b in combinations(neurons, 2)]
        rows = {
            label: pair_conductances(matrix).tolist() for label, matrix in summary.readings.items()
        }
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=names)
        frame.index.name = "label"
        frame.attrs["units"] = dict.fromkeys(names, "S")
        return frame

    def _cell(
        self, grid: float | tuple[float, ...], fields: Fields, thickness: float
    ) -> FloatArray:
        from hebbfilm.run.results.grid import cell_of

        sides = grid if isinstance(grid, tuple | list) else (grid,)
        for side in sides:
            check_number("grid", side, "m", above=0)
        return cell_of(sides, fields, thickness)


def open_run(path: Path | str) -> RunResults:
    """Open the folder of a run, to have its tables in pandas and its snapshots in xarray.

    What is read is read when it is asked for, and nothing of it needs MPI.

    Args:
        path: of the folder; the run may be unfinished, or at work.

    Raises:
        InputError: there is no run, or its manifest is damaged.
    """
    return RunResults(path)

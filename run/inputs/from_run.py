"""Magnetisation from an earlier run, to train it on another schedule or in another film."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Time
from hebbfilm.solvers.state.checksummed_archive import arrays_of
from hebbfilm.solvers.textures.contents import checksum_of, content_of
from hebbfilm.solvers.textures.mesh_field import MeshField
from hebbfilm.solvers.textures.placed import PlacedTexture
from hebbfilm.solvers.textures.vtu import vtu_field

END = "end"
# As `hebbfilm.run.folder.files` has them, which is built on this room.
_MANIFEST, _STATE, _SUMMARY = "manifest.json", "state.npz", "summary.json"
_SAME_TIME = 1e-13
"""In s: a snapshot is of the time that is asked for."""


@dataclass(frozen=True, kw_only=True)
class FromRun(PlacedTexture):
    """m from an earlier run: its end, or one of the moments of which it kept the fields.

    On the same mesh m is the same to the last bit; on another one it is linear in each triangle or
    tetrahedron of the earlier one. Time, current and temperature begin anew.

    Args:
        path: of the folder of the run.
        moment: "end" of a finished run, or the label of one of its snapshots, like "untrained".
        time: of one of its snapshots, in place of a label that several have.
        centred: whether the middle of its film is put upon that of this one, or of the region that
            this texture is for.
        shift: by which it is moved.
        angle: by which it is turned about its middle, m with it.
        checksum: SHA-256 of the file that holds m, which must be the same still; "" for any.

    Raises:
        InputError: a folder without a run, one that has not ended, a moment that it did not keep,
            or a film that does not reach as far as this one.

    Example:
        >>> FromRun(path="runs/four_node", moment="untrained").time is None
        True
    """

    moment: Annotated[str, Field(min_length=1)] = END
    time: Annotated[Time, Field(ge=0)] | None = None
    kind: Literal["run"] = "run"

    @property
    def file(self) -> Path:
        """That which holds m.

        Raises:
            InputError: there is no run, or it did not keep that moment.
        """
        folder = Path(self.path)
        snapshots = self._snapshots()
        if self.moment == END and self.time is None:
            if not (folder / _SUMMARY).is_file():
                raise InputError(
                    f"{folder}: this run has not ended; finish it, or name a moment of which it "
                    f"kept the fields: {_listed(snapshots)}"
                )
            return folder / _STATE
        return folder / str(self._chosen(snapshots)["file"])

    def field(self) -> MeshField:
        """M at the vertices of the earlier film."""
        file = self.file
        content = content_of(file, self.checksum)
        if file.name != _STATE:
            return vtu_field(content, str(file))
        arrays = arrays_of(content)
        if arrays is None or not {"m", "vertices"} <= arrays.keys():
            raise InputError(f"{file}: is damaged: its checksum does not fit")
        # The state has vertices alone; all snapshots are of the same mesh.
        snapshots = self._snapshots()
        if not snapshots:
            raise InputError(f"{self.path}: kept no fields, by which its mesh would be known")
        path = Path(self.path) / str(snapshots[0]["file"])
        mesh = vtu_field(content_of(path), str(path))
        points = _in_space(arrays["vertices"])
        if points.shape != mesh.points.shape or np.abs(points - mesh.points).max() > 0:
            raise InputError(f"{path}: is of another mesh than {file}")
        return MeshField(points, mesh.cells, arrays["m"])

    def checksum_now(self) -> str:
        """SHA-256 of the file that holds m, as it is."""
        return checksum_of(content_of(self.file))

    def _chosen(self, snapshots: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        found = [each for each in snapshots if self.moment in (END, each["label"])]
        if not found:
            labels = list(dict.fromkeys(str(each["label"]) for each in snapshots))
            raise InputError(
                f"run.moment = {shown(self.moment)}: of {self.path}, "
                f"{allowed_are(self.moment, [END, *labels])}"
            )
        if self.time is not None:
            wanted = self.time
            nearest = min(found, key=lambda each: abs(float(each["t"]) - wanted))
            if abs(float(nearest["t"]) - wanted) > _SAME_TIME:
                raise InputError(
                    f"run.time = {self.time:g}: {self.path} kept no fields of that time; the "
                    f"nearest are of {float(nearest['t']):.10g} s"
                )
            return nearest
        if len(found) > 1:
            raise InputError(
                f"run.moment = {shown(self.moment)}: {len(found)} snapshots of {self.path} are "
                f"called so; give time instead: {_listed(found)}"
            )
        return found[0]

    def _snapshots(self) -> list[Mapping[str, Any]]:
        """Those of the manifest: file, t and label of each."""
        path = Path(self.path) / _MANIFEST
        if not path.is_file():
            raise InputError(f"{self.path}: no run is in it, as it has no {_MANIFEST}")
        try:
            listed = json.loads(content_of(path))["fields"]
            return [{key: each[key] for key in ("file", "t", "label")} for each in listed]
        except (ValueError, KeyError, TypeError):
            raise InputError(f"{path}: is damaged: it names no snapshots") from None


def _listed(snapshots: list[Mapping[str, Any]]) -> str:
    """Labels and times, the first few of them."""
    told = [f"{each['label']} ({float(each['t']):.10g} s)" for each in snapshots[:6]]
    return ", ".join(told + ["…"] * (len(snapshots) > 6)) or "none"


def _in_space(vertices: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Points (n, 3), those of flat films at z = 0."""
    points = np.zeros((len(vertices), 3))
    points[:, : vertices.shape[1]] = vertices
    return points

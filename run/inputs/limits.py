"""How much work and memory a case may ask for, before it is asked whether it was meant."""

from pydantic import BaseModel, ConfigDict, Field

from hebbfilm.common.errors import InputError
from hebbfilm.common.quantities import Plain
from hebbfilm.meshing import Layout
from hebbfilm.meshing.bounds import MOST_VERTICES
from hebbfilm.meshing.expected_size import expected_vertices


class Limits(BaseModel):
    """What a case may come to; more is refused, so that a slip does not run for ever.

    Attributes:
        vertices: of the mesh.
        cells: of the grid of the demagnetising or the Oersted field, over the film's bounding box.
        grains: over the film's bounding box.
        steps: in time.
        segments: of the drive: presentations, their halves where they alternate, pauses; of a run
            without patterns its steps, points of sweeps and pulses.
        rows: of the table of conductances.
        fields: snapshots of the film.
        bytes: of tables and fields.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    vertices: Plain = Field(default=2e7, ge=1, le=MOST_VERTICES)
    cells: Plain = Field(default=2e8, ge=1, le=1e10)
    grains: Plain = Field(default=1e7, ge=1, le=1e9)
    steps: Plain = Field(default=1e9, ge=1, le=1e15)
    segments: Plain = Field(default=1e5, ge=1, le=1e8)
    rows: Plain = Field(default=1e7, ge=1, le=1e12)
    fields: Plain = Field(default=1e5, ge=1, le=1e9)
    bytes: Plain = Field(default=1e12, ge=1, le=1e18)

    def require(self, name: str, estimate: float, cause: str) -> None:
        """Raise InputError if an estimate exceeds the limit of that name.

        Args:
            name: of the limit.
            estimate: of what it limits.
            cause: the key that the estimate comes from, and its value.
        """
        limit = getattr(self, name)
        if estimate > limit:
            raise InputError(
                f"{cause} would make about {estimate:.2g} {name}, more than limits.{name} = "
                f"{limit:g} allows. If that was meant, raise it"
            )

    def require_film(
        self, layout: Layout, layers: int, grid: str | None, grain: float | None, beside: int = 0
    ) -> None:
        """Raise InputError if a film is too large.

        Args:
            layout: the film.
            layers: of vertices over the thickness of the film.
            grid: the key that asks for a convolution, with its value; None for none.
            grain: diameter of grains in m, None for none.
            beside: layers of vertices below and above the film.
        """
        vertices = (layers + beside) * expected_vertices(layout)
        finest = f"mesh_size {layout.mesh_size:g} m"
        if layout.finest_mesh_size < layout.mesh_size:
            finest += f", {layout.finest_mesh_size:g} m at the rim, at contacts or in regions,"
        self.require("vertices", vertices, f"layout: {finest}")
        left, low, right, top = layout.outline.bounds
        box = (right - left) * (top - low)
        if grid is not None:
            cells = layers * box / layout.mesh_size**2
            self.require("cells", cells, f"{grid} on the film's bounding box")
        if grain is not None:
            self.require("grains", box / grain**2, f"disorder.grain_diameter = {grain:g}")

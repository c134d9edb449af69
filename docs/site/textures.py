"""Draw docs/textures.png: `./run/env python docs/site/textures.py`."""

import tempfile
from io import BytesIO
from pathlib import Path

from mpi4py import MPI

import imageio.v3
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from PIL import Image
from shapely.geometry import box

from hebbfilm import (
    Cone,
    Film,
    FormulaTexture,
    FromFile,
    Helix,
    ImageTexture,
    Layout,
    Random,
    Region,
    RegionTextures,
    Skyrmion,
    SkyrmionLattice,
    Stripes,
    Texture,
    Uniform,
    Vortex,
    Wall,
    mesh_film,
)
from hebbfilm.run.pictures.film import draw_texture
from hebbfilm.run.pictures.surface import Surface

HERE = Path(__file__).parents[1]
NM = 1e-9
SIDE, HEIGHT = 200 * NM, 120 * NM


def letters(path: Path) -> None:
    """A grey picture of a white H."""
    pixels = np.zeros((36, 60), dtype=np.uint8)
    pixels[6:30, 18:24] = pixels[6:30, 36:42] = pixels[15:21, 24:36] = 255
    imageio.v3.imwrite(path, pixels)


def wheel_of_colours(path: Path) -> None:
    """Hues around the middle, white in it."""
    y, x = np.mgrid[0:72, 0:120]
    x, y = x - 59.5, 35.5 - y
    turn = np.arctan2(y, x)[..., None] - np.radians([0, 120, 240])
    pure = np.clip(np.cos(turn) + 0.5, 0, 1)
    light = np.exp(-((x**2 + y**2) / 15**2))[..., None]
    pixels = pure + (1 - pure) * light
    imageio.v3.imwrite(path, np.round(255 * pixels).astype(np.uint8))


def textures(folder: Path) -> dict[str, Texture]:
    """By what stands above each panel."""
    letters(folder / "grey.png")
    wheel_of_colours(folder / "hue.png")
    wall = 16 * NM
    halves = {"left": SkyrmionLattice(radius=14 * NM, wall_width=wall, period=50 * NM)}
    return {
        "uniform": Uniform(direction=(1, 0, 1)),
        "random": Random(seed=1),
        "skyrmion: neel": Skyrmion(radius=30 * NM, wall_width=wall),
        "skyrmion: bloch": Skyrmion(radius=30 * NM, wall_width=wall, wall="bloch"),
        "skyrmion: neel, chirality -1": Skyrmion(radius=30 * NM, wall_width=wall, chirality=-1),
        "skyrmion_lattice": SkyrmionLattice(radius=15 * NM, wall_width=wall, period=55 * NM),
        "vortex": Vortex(core_radius=15 * NM),
        "wall: neel": Wall(width=25 * NM, normal=30),
        "wall: bloch": Wall(width=25 * NM, normal=30, wall="bloch"),
        "wall: in the plane": Wall(width=50 * NM, direction=(0, 1, 0), middle=(1, 0, 0)),
        "stripes": Stripes(period=60 * NM, wall_width=wall, angle=30),
        "helix: bloch": Helix(period=80 * NM, direction=(1, 0, 0)),
        "helix: neel": Helix(period=80 * NM, direction=(1, 0, 0), wall="neel"),
        "cone": Cone(period=80 * NM, opening=60, direction=(1, 0, 0)),
        "formula": FormulaTexture(m=("sin(x/2e-8)", "cos(y/2e-8)", "cos(x/2e-8)*sin(y/2e-8)")),
        "image: grey": ImageTexture(path=str(folder / "grey.png"), width=SIDE),
        "image: hue": ImageTexture(path=str(folder / "hue.png"), width=SIDE, colours="hue"),
        "file: skyrmion.ovf": FromFile(
            path=str(HERE.parent / "run" / "cases" / "skyrmion.ovf"), centred=True
        ),
        "regions": RegionTextures(
            textures=halves, elsewhere=Stripes(period=50 * NM, wall_width=wall, angle=90)
        ),
    }


def draw(axes: Axes, film: Film, title: str) -> None:
    """One panel."""
    points, cells, m = film.film_mesh.coordinates, film.film_mesh.cells, film.m
    region = film.film_mesh.cell_regions if title == "regions" else None
    none = np.zeros(len(points))
    current = np.zeros((len(cells), 3))
    surface = Surface(
        points=points[:, :2] / NM,
        cells=cells,
        magnetisation=m,
        potential=none,
        contact=none.astype(int),
        current_density=current,
        region=region,
    )
    draw_texture(axes, surface, growth=0.55)
    axes.set_title(title, fontsize=9)


def main() -> None:
    """Draw all of them."""
    corners = -SIDE / 2, -HEIGHT / 2, SIDE / 2, HEIGHT / 2
    regions = (Region("left", box(*corners[:2], 0.0, corners[3])),)
    layout = Layout(box(*corners), (), NM, 3 * NM, regions=regions)
    film = Film(mesh_film(layout, MPI.COMM_WORLD))
    figure, panels = plt.subplots(5, 4, figsize=(10, 8.6), layout="constrained")
    with tempfile.TemporaryDirectory() as folder:
        for axes, (title, texture) in zip(
            panels.flat, textures(Path(folder)).items(), strict=False
        ):
            film.start_from(texture)
            draw(axes, film, title)
    for axes in panels.flat:
        axes.set_axis_off()
    drawn = BytesIO()
    figure.savefig(drawn, dpi=120)
    # A quarter of the bytes, and nobody sees it.
    Image.open(drawn).convert("RGB").quantize(128).save(HERE / "textures.png", optimize=True)


if __name__ == "__main__":
    main()

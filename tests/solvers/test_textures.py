"""Textures: their charge, what D favours, what they say of themselves, the same on any ranks.

Class: analytic, unless a test says another.
"""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from shapely.geometry import box

from hebbfilm import (
    Cone,
    Film,
    FormulaTexture,
    FromFile,
    Helix,
    InputError,
    Layout,
    Material,
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
    disc,
    mesh_film,
    square,
    write_ovf,
)
from hebbfilm.solvers.magnetisation.observables.charge import solid_angles

NM = 1e-9
D, A = 3e-3, 13e-12


def grid(x, y, steps):
    """Points of a grid, and its triangles."""
    across, along = np.meshgrid(np.linspace(*x, steps + 1), np.linspace(*y, steps + 1))
    points = np.column_stack([across.ravel(), along.ravel(), np.zeros(across.size)])
    corner = (np.arange(steps)[:, None] * (steps + 1) + np.arange(steps)).ravel()
    right, up = corner + 1, corner + steps + 1
    cells = np.vstack([np.column_stack([corner, right, up]), np.column_stack([right, up + 1, up])])
    return points, cells


def charge(texture, points, cells):
    m = texture.at(points)
    m = m / np.linalg.norm(m, axis=1, keepdims=True)
    return float(solid_angles(m, cells).sum()) / (4 * math.pi)


POLARITIES = pytest.mark.parametrize("polarity", [1, -1])


@pytest.mark.analytic
@POLARITIES
@pytest.mark.parametrize("wall", ["neel", "bloch"])
@pytest.mark.parametrize("chirality", [1, -1])
def test_skyrmion_has_the_charge_of_its_core(polarity, wall, chirality):
    """At the rim, 130 nm or 41 lengths of the wall away, m is within exp(-34) of alike."""
    texture = Skyrmion(
        radius=22 * NM, wall_width=10 * NM, centre=(3 * NM, -5 * NM),
        polarity=polarity, wall=wall, chirality=chirality,
    )  # fmt: skip
    points, cells = grid((-130 * NM, 130 * NM), (-130 * NM, 130 * NM), 130)
    assert charge(texture, points, cells) == pytest.approx(polarity, abs=1e-9)
    there = np.array([[3, -5, 0], [25, -5, 0], [3, 17, 0]]) * NM
    m = texture.at(there)
    # In the middle of the wall m lies in the plane, by the definition of the radius.
    assert m[:, 2] == pytest.approx([polarity, 0, 0], abs=1e-12)
    outward = -chirality * polarity
    expected = {"neel": [[1, 0], [0, 1]], "bloch": [[0, 1], [-1, 0]]}[wall]
    assert m[1:, :2] == pytest.approx(outward * np.array(expected), abs=1e-12)


@pytest.mark.analytic
@POLARITIES
def test_each_cell_of_a_lattice_has_one_skyrmion(polarity):
    """On the cell of two lattice points, a√3 by a, whose rims are alike by the period."""
    period = 60 * NM
    texture = SkyrmionLattice(
        radius=17 * NM, wall_width=14 * NM, period=period, angle=90, polarity=polarity,
        centre=(7 * NM, 2 * NM),
    )  # fmt: skip
    across = math.sqrt(3) * period
    points, cells = grid((-20 * NM, -20 * NM + across), (-9 * NM, -9 * NM + period), 90)
    assert charge(texture, points, cells) == pytest.approx(2 * polarity, abs=1e-9)
    steps = np.array([[0, period, 0], [across / 2, period / 2, 0]])
    for step in steps:
        assert texture.at(points + step) == pytest.approx(texture.at(points), abs=1e-9)
    # Half way to a neighbour the film is as it looks from there: nothing of m is in the plane.
    between = np.array([[7 * NM, 2 * NM, 0]]) + steps / 2
    assert texture.at(between) == pytest.approx(np.array([[0, 0, -polarity]] * 2), abs=1e-9)
    centres = np.array([[7 * NM, 2 * NM, 0]]) + steps
    assert texture.at(centres)[:, 2] == pytest.approx([polarity, polarity], abs=1e-9)


@pytest.mark.analytic
@pytest.mark.parametrize("wall_width", [6, 25, 60])
def test_lattice_is_the_same_in_all_cells(wall_width):
    """On both sides of the borders of cells, 2e-9 periods apart: there m turns by 6e-8 at most.

    By that over a length of the narrowest wall, 1.9 nm. What is left out of the sum is below 1e-10
    a skyrmion, of which some tens come near to that.
    """
    texture = SkyrmionLattice(radius=15 * NM, wall_width=wall_width * NM, period=60 * NM, angle=10)
    turn = np.radians([10, 70])
    steps = 60 * NM * np.column_stack([np.cos(turn), np.sin(turn), [0, 0]])
    shares = np.linspace(-1.5, 1.5, 301)[:, None]
    for along, across in (steps, steps[::-1]):
        border = along / 2 + shares * across
        m, beyond = (texture.at(border + side * along) for side in (-1e-9, 1e-9))
        assert np.abs(m - beyond).max() < 7e-8
        assert texture.at(border + 5 * along) == pytest.approx(texture.at(border), abs=1e-8)


@pytest.mark.analytic
@POLARITIES
@pytest.mark.parametrize("circulation", [1, -1])
def test_vortex_has_half_a_charge(polarity, circulation):
    """On a square about it: on its rim m lies in the plane and goes around once."""
    texture = Vortex(core_radius=12 * NM, polarity=polarity, circulation=circulation)
    points, cells = grid((-40 * NM, 40 * NM), (-40 * NM, 40 * NM), 80)
    assert charge(texture, points, cells) == pytest.approx(polarity / 2, abs=1e-9)
    m = texture.at(np.array([[0, 0, 0], [12, 0, 0], [0, 30, 0]]) * NM)
    assert m == pytest.approx(
        np.array([[0, 0, polarity], [0, circulation, 0], [-circulation, 0, 0]]), abs=1e-12
    )


ALL = {
    "uniform": Uniform(direction=(0.6, 0, -0.8)),
    "skyrmion": Skyrmion(radius=22 * NM, wall_width=10 * NM),
    "skyrmion_lattice": SkyrmionLattice(radius=10 * NM, wall_width=10 * NM, period=40 * NM),
    "vortex": Vortex(core_radius=10 * NM, centre=(5 * NM, 0)),
    "wall": Wall(width=20 * NM, normal=30, wall="bloch"),
    "wall in the plane": Wall(width=20 * NM, direction=(0, 1, 0), middle=(1, 0.3, 0)),
    "stripes": Stripes(period=50 * NM, wall_width=12 * NM, angle=20),
    "helix": Helix(period=40 * NM, direction=(1, 1, 0.2)),
    "cycloid": Helix(period=40 * NM, direction=(1, 1, 0), wall="neel"),
    "cone": Cone(period=40 * NM, opening=50, direction=(0, 1, 0)),
}


@pytest.mark.analytic
@pytest.mark.parametrize("name", ALL)
def test_directions_have_length_1(name):
    points = np.random.default_rng(2).uniform(-100 * NM, 100 * NM, (500, 3))
    m = ALL[name].at(points)
    assert np.linalg.norm(m, axis=1) == pytest.approx(np.ones(500), abs=1e-12)


@pytest.mark.analytic
def test_profile_of_a_wall_and_of_stripes():
    """tanh and 1/cosh of Landau and Lifshitz; of stripes near one of their walls, too."""
    away = np.linspace(-8, 8, 41) * NM
    points = np.column_stack([away, 3 * away, 0 * away])
    found = Wall(width=10 * NM).at(points)
    scaled = away * np.pi / (10 * NM)
    assert found[:, 2] == pytest.approx(np.tanh(scaled), abs=1e-12)
    assert found[:, 0] == pytest.approx(1 / np.cosh(scaled), abs=1e-12)
    # Stripes along y, whose wall to the left of the one pointing up is at -50 nm; the next walls
    # are 100 nm or 31 lengths away.
    stripes = Stripes(period=200 * NM, wall_width=10 * NM, angle=90)
    assert stripes.at(points - [50 * NM, 0, 0]) == pytest.approx(found, abs=1e-12)
    far = np.array([[0, 0, 0], [1e3, 0, 0], [1.1e3, 0, 0], [1.05e3, 0, 0]]) * NM
    expected = [[0, 0, 1], [0, 0, 1], [0, 0, -1], [-1, 0, 0]]
    assert stripes.at(far) == pytest.approx(np.array(expected), abs=1e-12)


def favoured(film, texture, other):
    """By how much the first has less energy than the second, in J."""
    energies = []
    for each in (texture, other):
        film.start_from(each)
        energies.append(energy(film))
    return energies[1] - energies[0]


@pytest.fixture(scope="module")
def flat(comm):
    return mesh_film(square(side=160 * NM, mesh_size=4 * NM), comm)


def pair(kind, **given):
    return kind(**given, chirality=1), kind(**given, chirality=-1)


CHIRAL = {
    "skyrmion up": lambda wall: pair(
        Skyrmion, radius=30 * NM, wall_width=15 * NM, polarity=1, wall=wall
    ),
    "skyrmion down": lambda wall: pair(
        Skyrmion, radius=30 * NM, wall_width=15 * NM, polarity=-1, wall=wall
    ),
    "lattice": lambda wall: pair(
        SkyrmionLattice, radius=16 * NM, wall_width=15 * NM, period=60 * NM, wall=wall
    ),
    "wall": lambda wall: pair(Wall, width=15 * NM, normal=40, wall=wall),
    "wall to down": lambda wall: pair(
        Wall, width=15 * NM, normal=40, direction=(0, 0, -1), wall=wall
    ),
    "stripes": lambda wall: pair(Stripes, period=60 * NM, wall_width=15 * NM, angle=25, wall=wall),
    "helix": lambda wall: pair(Helix, period=60 * NM, direction=(2, -1, 0), wall=wall),
    "helix backwards": lambda wall: pair(Helix, period=60 * NM, direction=(-1, 0, 0), wall=wall),
}


@pytest.mark.cross_method
@pytest.mark.parametrize("name", CHIRAL)
@pytest.mark.parametrize(("wall", "constant"), [("neel", "interfacial_dmi"), ("bloch", "bulk_dmi")])
@pytest.mark.parametrize("sign", [1, -1])
def test_chirality_is_what_d_of_that_sign_favours(flat, name, wall, constant, sign):
    """By the energies of this code; exchange and the rest are the same of both."""
    given = {"interfacial_dmi": 0.0, "bulk_dmi": 0.0} | {constant: sign * D}
    material = Material(exchange_stiffness=A, uniaxial_anisotropy=0.0, **given)
    film = Film(flat, material)
    right, wrong = CHIRAL[name](wall)
    gain = favoured(film, right, wrong)
    # πD on each metre of a wall, times two for its opposite; at least one wall of 160 nm.
    assert sign * gain > math.pi * D * flat.thickness * 150 * NM


def energy(film):
    return sum(film.dynamics.energies().values())


@pytest.mark.analytic
def test_energy_of_helices_along_the_normal(comm):
    """E = V (A (2 - 2 cos qh)/h² - D sin(qh)/h) of linear elements, at layers of height h.

    The couplings are rounded where large ones cancel, by some 1e-8.
    """
    height, layers = 3 * NM, 20
    layout = Layout(box(0, 0, 30 * NM, 30 * NM), (), layers * height, 10 * NM)
    film_mesh = mesh_film(layout, comm, dimension=3, layers=layers)
    chiral = {"bulk_dmi": D, "interfacial_dmi": 0.0, "uniaxial_anisotropy": 0.0}
    film = Film(film_mesh, Material(exchange_stiffness=A, **chiral))
    period = 4 * math.pi * A / D
    turn = 2 * math.pi * height / period
    exchange = A * (2 - 2 * math.cos(turn)) / height**2
    moriya = D * math.sin(turn) / height
    volume = film.operators.volume
    film.start_from(Helix(period=period, direction=(0, 0, 1)))
    assert energy(film) == pytest.approx(volume * (exchange - moriya), rel=1e-6)
    film.start_from(Cone(period=period, opening=90, direction=(0, 0, 1)))
    assert energy(film) == pytest.approx(volume * (exchange - moriya), rel=1e-6)
    film.start_from(Helix(period=period, direction=(0, 0, 1), chirality=-1))
    assert energy(film) == pytest.approx(volume * (exchange + moriya), rel=1e-6)


@pytest.mark.analytic
def test_cone_and_helix():
    points = np.array([[0, 0, 0], [10, 3, 0], [20, 0, 1]]) * NM
    cone = Cone(period=40 * NM, opening=60, direction=(2, 0, 0)).at(points)
    assert cone[:, 0] == pytest.approx([0.5, 0.5, 0.5], abs=1e-12)
    helix = Helix(period=40 * NM, direction=(2, 0, 0)).at(points)
    assert helix == pytest.approx(np.array([[0, 0, 1], [0, -1, 0], [0, 0, -1]]), abs=1e-12)
    assert cone[:, 1:] == pytest.approx(math.sqrt(0.75) * helix[:, 1:], abs=1e-12)
    quarter = Helix(period=40 * NM, direction=(2, 0, 0), phase=90).at(points[:1])
    assert quarter == pytest.approx(np.array([[0, -1, 0]]), abs=1e-12)
    cycloid = Helix(period=40 * NM, direction=(2, 0, 0), wall="neel").at(points)
    assert cycloid == pytest.approx(np.array([[0, 0, 1], [-1, 0, 0], [0, 0, -1]]), abs=1e-12)


def test_random_start_is_what_it_was(flat):
    """Class: regression."""
    film = Film(flat)
    film.randomise(seed=7)
    before = film.m.copy()
    film.set_magnetisation(film.operators.random_normal(7))
    assert np.array_equal(film.m, before)
    film.start_from(Random(seed=7))
    assert np.array_equal(film.m, before)


@pytest.fixture(scope="module")
def halves(comm):
    regions = (Region("left", box(-80 * NM, -20 * NM, 0, 20 * NM)),)
    layout = Layout(box(-80 * NM, -20 * NM, 80 * NM, 20 * NM), (), NM, 8 * NM, regions=regions)
    return mesh_film(layout, comm)


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_regions_have_their_own_and_the_border_is_theirs(comm, dimension):
    regions = (Region("left", box(-80 * NM, -20 * NM, 0, 20 * NM)),)
    layout = Layout(box(-80 * NM, -20 * NM, 80 * NM, 20 * NM), (), NM, 8 * NM, regions=regions)
    film = Film(mesh_film(layout, comm, dimension=dimension))
    texture = RegionTextures(
        textures={"left": Wall(width=20 * NM, position=(-40 * NM, 0))},
        elsewhere=Uniform(direction=(1, 0, 0)),
    )
    film.start_from(texture)
    x = film.film_mesh.coordinates[: len(film.m)]
    inside = x[:, 0] <= 1e-6 * NM
    assert comm.allreduce(int(inside.sum())) > 10
    assert film.m[inside] == pytest.approx(texture.textures["left"].at(x[inside]), abs=1e-12)
    assert np.array_equal(film.m[~inside], np.tile([1.0, 0, 0], (np.sum(~inside), 1)))


@pytest.mark.analytic
def test_textures_are_of_places_alone(comm):
    """In two dimensions and three, on any ranks: those of the formula at all vertices."""
    layout = disc(radius=60 * NM, mesh_size=10 * NM)
    for dimension in (2, 3):
        film = Film(mesh_film(layout, comm, dimension=dimension))
        for texture in ALL.values():
            film.start_from(texture)
            x = film.film_mesh.coordinates[: len(film.m)]
            assert film.m == pytest.approx(texture.at(x), abs=1e-14)


@dataclass(frozen=True, kw_only=True)
class Radial(Texture):
    """One of a script."""

    strength: float = 1.0

    def at(self, points):
        return points * self.strength + [0, 0, NM]


@pytest.mark.analytic
def test_texture_of_ones_own(flat):
    film = Film(flat)
    film.start_from(Radial(strength=2.0))
    expected = film.film_mesh.coordinates[: len(film.m)] * 2 + [0, 0, NM]
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert film.m == pytest.approx(expected, abs=1e-14)
    with pytest.raises(InputError, match=r"Radial\.strength = 'much': must be a number"):
        Radial(strength="much")


@pytest.mark.analytic
def test_formula():
    points = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 2.0]])
    texture = FormulaTexture(m=("x*y**2 - 1", "-tanh(z/2) + pi", "abs(x)*exp(0)"))
    x, y, z = points.T
    expected = np.column_stack([x * y**2 - 1, -np.tanh(z / 2) + np.pi, np.abs(x)])
    assert texture.at(points) == pytest.approx(expected, rel=1e-15)


WRONG = {
    "radius": (lambda: Skyrmion(radius=-1.0, wall_width=1e-9), "skyrmion.radius = -1.0: must be "
               "greater than 0"),
    "text": (lambda: Skyrmion(radius="2 nm", wall_width=1e-9), "radius = '2 nm': "),
    "infinite": (lambda: Vortex(core_radius=math.inf), "vortex.core_radius = inf: must be"),
    "sign": (lambda: Vortex(core_radius=1e-9, polarity=0), "vortex.polarity = 0: must be 1 or -1"),
    "zero": (lambda: Uniform(direction=(0, 0, 0)), "uniform.direction = .*: must be a direction"),
    "place": (lambda: Skyrmion(radius=1e-9, wall_width=1e-9, centre=(0, 0, 0)), "skyrmion.centre"),
    "lattice": (lambda: SkyrmionLattice(radius=3e-8, wall_width=1e-9, period=6e-8),
                "skyrmion_lattice.radius = 3e-08: must be below half the period, 3e-08 m"),
    "wide": (lambda: SkyrmionLattice(radius=1e-8, wall_width=7e-8, period=6e-8),
             "skyrmion_lattice.wall_width = 7e-08: must be at most the period, 6e-08 m"),
    "stripes": (lambda: Stripes(period=4e-8, wall_width=3e-8), "at most half the period"),
    "middle": (lambda: Wall(width=1e-8, direction=(1, 0, 0)), "wall.middle is missing"),
    "along": (lambda: Wall(width=1e-8, direction=(1, 0, 0), middle=(-2, 0, 0)), "must not lie al"),
    "normal": (lambda: Helix(period=1e-8, direction=(0, 0, 1), wall="neel"), "a Néel helix cannot"),
    "opening": (lambda: Cone(period=1e-8, opening=200), "cone.opening = 200: must be less than or"),
    "code": (lambda: FormulaTexture(m=("x", "y", "__import__('os')")), "__import__ is not known"),
    "attribute": (lambda: FormulaTexture(m=("x.real", "y", "z")), "'x.real' is not allowed"),
    "syntax": (lambda: FormulaTexture(m=("x +", "y", "z")), r"formula.m\[0\] = 'x \+': is no expr"),
    "none": (lambda: RegionTextures(textures={}), "must be textures by the names of regions"),
    "number": (lambda: RegionTextures(textures={"a": 3}), "regions: a = 3: must be a texture"),
    "nested": (lambda: RegionTextures(textures={"a": RegionTextures(textures={"b": Uniform()})}),
               "regions: a = .*: must be a texture"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_slips_are_told_as_they_are_made(name):
    make, message = WRONG[name]
    with pytest.raises(InputError, match=message):
        make()


NOWHERE = {
    "zero": (
        FormulaTexture(m=("x-8e-8", "y-2e-8", "0*z")),
        "formula.m = .*: must be not zero",
    ),
    "pole": (FormulaTexture(m=("1/(x-8e-8)", "0", "0")), r"formula.m\[0\] = .*: must be finite at"),
    "region": (
        RegionTextures(textures={"right": Uniform()}),
        "textures: 'right': allowed are",
    ),
    "none": (3, "texture = 3: must be a Texture"),
}


@pytest.mark.parametrize("name", NOWHERE)
def test_what_has_no_direction_is_refused_on_all_ranks(halves, name):
    texture, message = NOWHERE[name]
    film = Film(halves)
    before = film.m.copy()
    with pytest.raises(InputError, match=message):
        film.start_from(texture)
    assert np.array_equal(film.m, before)


@pytest.mark.regression
def test_file_for_no_vertex_at_all(comm, shared_tmp_path):
    """As where regions that come first have taken all; nor need each rank own one."""
    path = shared_tmp_path / "m.ovf"
    if comm.rank == 0:
        write_ovf(path, np.tile([1.0, 0, 0], (1, 2, 2, 1)), [200 * NM] * 3)
    comm.barrier()
    file = FromFile(path=str(path), centred=True)
    left = Region("left", box(-80 * NM, -20 * NM, 0, 20 * NM))
    right = Region("right", box(0, -20 * NM, 80 * NM, 20 * NM))
    outline = box(-80 * NM, -20 * NM, 80 * NM, 20 * NM)
    film = Film(mesh_film(Layout(outline, (), NM, 8 * NM, regions=(left, right)), comm))
    film.start_from(
        RegionTextures(textures={"left": Uniform(), "right": Uniform()}, elsewhere=file)
    )
    assert np.array_equal(film.m, np.tile([0.0, 0, 1], (len(film.m), 1)))
    of_rank_0 = np.full(film.operators.owned, comm.rank == 0)
    assert file.on(film.operators, of_rank_0)[:, 0] == pytest.approx(of_rank_0 * 1.0, abs=1e-12)


def test_film_without_regions(flat):
    with pytest.raises(InputError, match=r"regions\.textures: 'a': the film has no regions"):
        Film(flat).start_from(RegionTextures(textures={"a": Uniform()}))


@pytest.mark.analytic
def test_stays_to_the_last_bit(flat):
    """What is of length 1 already is not scaled once more."""
    film = Film(flat)
    film.randomise(seed=3)
    before = film.m.copy()
    kept = dict(zip(map(bytes, film.film_mesh.coordinates[: len(before)]), before, strict=True))

    @dataclass(frozen=True, kw_only=True)
    class Kept(Texture):
        def on(self, operators, inside=None):
            return np.array([kept[bytes(x)] for x in film.film_mesh.coordinates[: len(before)]])

    film.start_from(Kept())
    assert np.array_equal(film.m, before)

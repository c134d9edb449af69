"""What kind of energy a density in UFL is, what its film makes of it, and what is refused."""

from dataclasses import dataclass
from typing import Any

import dolfinx
import numpy as np
import pytest
import ufl
from dolfinx import fem, la

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.terms.densities import AT_VERTICES
from hebbfilm.solvers.terms.energy import Energy, parameter

LENGTH, WIDTH, THICKNESS = 60e-9, 30e-9, 2e-9
ROUND_OFF = 1e-12
"""Of the largest: a row sums about 100 products, each of relative error 1e-16 to 1e-15."""
STRENGTH = 1e5
"""In J/m³."""
BARE = Material(interfacial_dmi=0.0, uniaxial_anisotropy=0.0)


def energy_of(density):
    """An energy whose density is a function of m and its surroundings."""

    class Mine(Energy):
        name = "mine"

        def density(self, m, at):
            return density(m, at)

    return Mine()


@pytest.fixture(scope="module", params=[2, 3])
def film_mesh(request, comm):
    layout = strip(LENGTH, WIDTH, thickness=THICKNESS, mesh_size=8e-9)
    return mesh_film(layout, comm, dimension=request.param)


@pytest.fixture(scope="module")
def flat(comm):
    return mesh_film(strip(LENGTH, WIDTH, thickness=THICKNESS, mesh_size=8e-9), comm)


def film_with(film_mesh, density, **options):
    film = Film(film_mesh, BARE, terms=[energy_of(density)], **options)
    film.randomise(seed=3)
    return film


def affine(m, at):
    return STRENGTH * (m[0] + 2 * m[2] - 0.3) ** 2


def linear(m, at):
    return STRENGTH * ufl.cos(at.position[0] / 1e-8) * m[1]


def constant(m, at):
    return STRENGTH * ufl.cos(at.position[0] / 1e-8)


def borders(m, at):
    return STRENGTH * m[0] * (m[1].dx(0) + 1e8)


def of_gradients(m, at):
    return 1e-28 / STRENGTH * ufl.inner(ufl.grad(m), ufl.grad(m)) ** 2


def size(m, at):
    return STRENGTH * abs(m[2])


def branches(m, at):
    return ufl.conditional(ufl.gt(m[2], 0), STRENGTH * m[0], STRENGTH * m[1] ** 2)


def steps(m, at):
    return ufl.conditional(ufl.gt(m[2], 0), STRENGTH, 2 * STRENGTH)


def in_time(m, at):
    return STRENGTH * ufl.cos(at.time / 1e-9) * m[0] ** 2


def constant_in_time(m, at):
    return STRENGTH * (m[0] ** 2 + ufl.cos(at.time / 1e-9))


def of_places(m, at):
    return ufl.conditional(ufl.gt(at.position[0], LENGTH / 2), STRENGTH, -STRENGTH) * m[2] ** 2


def scalar_products(m, at):
    """In which UFL writes the conjugate of a complex number."""
    return STRENGTH * ufl.inner(m[1], m[0]) + STRENGTH * ufl.inner(at.position, m) / LENGTH


KINDS: dict[Any, str] = {
    affine: "quadratic linear constant local",
    linear: "linear local",
    constant: "constant local",
    borders: "quadratic linear",
    of_gradients: "general",
    size: "general local",
    branches: "general local",
    steps: "general local",
    in_time: "general local",
    constant_in_time: "general local",
    of_places: "quadratic local",
    scalar_products: "quadratic linear local",
}


@pytest.mark.cross_method
@pytest.mark.parametrize("density", KINDS, ids=lambda density: density.__name__)
def test_kind_field_and_energy(film_mesh, comm, density):
    """Against the derivative of the density, assembled as one vector, to round-off.

    Exchange beside it is taken off: 32 bits of its couplings err alike in both. Dzyaloshinskii
    vectors of the density itself are kept in 32 bits, too.
    """
    film = film_with(film_mesh, density)
    densities, operators = film.dynamics.terms.densities, film.operators
    kind = densities.kinds["mine"]
    assert " ".join(name for name in vars(kind) if getattr(kind, name)) == " ".join(
        name for name in vars(kind) if name in KINDS[density].split()
    )
    m = fem.Function(densities.space)
    m.x.array.reshape(-1, 3)[: operators.owned] = film.m
    m.x.scatter_forward()
    depth = THICKNESS if operators.dimension == 2 else 1.0
    own = ufl.replace(density(densities.m, densities.surroundings), {densities.m: m})
    energy = depth * own * AT_VERTICES(film_mesh.mesh)
    vector = fem.assemble_vector(
        fem.form(ufl.derivative(energy, m, ufl.TestFunction(densities.space)))
    )
    vector.scatter_reverse(la.InsertMode.add)
    expected = vector.array.reshape(-1, 3)[: operators.owned]
    alone = Film(film_mesh, BARE)
    alone.set_magnetisation(film.m)
    moments = VACUUM_PERMEABILITY * BARE.saturation_magnetisation * operators.vertex_volumes
    fields = film.dynamics.effective_field() - alone.dynamics.effective_field()
    whole = comm.allreduce(
        float(np.abs(moments[:, None] * film.dynamics.effective_field()).max(initial=0.0)), max
    )
    vectors = np.linalg.norm(film.dynamics.terms.quadratic.total.moriya, axis=1)
    rounded = 2.0**-24 * np.add.reduceat(vectors, operators.indptr[:-1])
    off = np.linalg.norm(-moments[:, None] * fields - expected, axis=1)
    assert np.all(off <= ROUND_OFF * whole + rounded)
    value = comm.allreduce(fem.assemble_scalar(fem.form(energy)))
    scale = STRENGTH * operators.volume + comm.allreduce(float(np.abs(film.m * expected).sum()))
    assert film.dynamics.energies()["mine"] == pytest.approx(value, abs=ROUND_OFF * scale, rel=0)


def raises(m, at):
    raise ValueError("of\ntwo lines")


def test_function(m, at):
    return m[0] * ufl.TestFunction(m.ufl_function_space())[1]


def another_mesh(m, at):
    other = dolfinx.mesh.create_unit_square(m.ufl_function_space().mesh.comm, 2, 2)
    return fem.Function(fem.functionspace(other, ("Lagrange", 1))) * m[0] ** 2


def negative_root(m, at):
    """Of a negative number in the right half alone, so that on most ranks all is well."""
    return ufl.sqrt(LENGTH / 2 - at.position[0])


test_function.__test__ = False
NOT_FINITE = "the density is not finite somewhere in the film: must be a number everywhere"
REFUSED = {
    "raises": (raises, "its density raised ValueError: of two lines"),
    "nothing": (lambda m, at: None, "its density raised ValueError: Invalid type conversion: None"),
    "vector": (lambda m, at: m, r"a density of shape \(3,\): must be one number, in J/m³"),
    "free index": (lambda m, at: m[ufl.Index()], "its density has an index that is not summed"),
    "integral": (lambda m, at: m[0] * AT_VERTICES, "its density is a Form: must be an expression"),
    "complex": (lambda m, at: 1j * m[0], "its density has complex numbers: must be real"),
    "test function": (test_function, "its density has a test or trial function"),
    "another mesh": (another_mesh, "its density has a function on another mesh"),
    "jump": (lambda m, at: ufl.jump(m[0]) ** 2, "its density has what only facets have"),
    "average": (lambda m, at: ufl.avg(m[0]), "its density has what only facets have"),
    "second derivatives": (
        lambda m, at: 1e-9 * ufl.dot(ufl.div(ufl.grad(m)), m),
        "its density has second derivatives of m, which vanish in a cell",
    ),
    "no number, quadratic": (lambda m, at: negative_root(m, at) * m[0] ** 2, NOT_FINITE),
    "no number, linear": (lambda m, at: negative_root(m, at) * m[0], NOT_FINITE),
    "no number, constant": (negative_root, NOT_FINITE),
    "no number, higher": (lambda m, at: negative_root(m, at) * m[0] ** 4, NOT_FINITE),
    "no number, gradients": (lambda m, at: negative_root(m, at) * m[0].dx(0) ** 4, NOT_FINITE),
    "infinite at the edge": (lambda m, at: m[0] ** 2 / at.position[0], NOT_FINITE),
    "no number for some m": (lambda m, at: ufl.ln(m[2]), NOT_FINITE),
}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.replace(" ", "_"))
def test_what_is_no_density_is_refused(flat, comm, case):
    """In one line with the name of the term, on all ranks."""
    density, message = REFUSED[case]
    with pytest.raises(InputError, match=f"^mine: {message}") as caught:
        film_with(flat, density)
    assert "\n" not in str(caught.value)
    assert len(set(comm.allgather(str(caught.value)))) == 1


def test_density_that_raises_on_one_rank_is_refused_on_all(flat, comm):
    def density(m, at):
        if comm.rank == comm.size - 1:
            raise OSError("no such table")
        return m[0] ** 2

    with pytest.raises(InputError, match=r"^mine: its density raised OSError: no"):
        film_with(flat, density)


@dataclass(frozen=True)
class Tilted(Energy):
    strength: Any = parameter("J/m³")
    axis: Any = parameter("", (3,))
    name = "tilted"

    def density(self, m, at):
        return self.strength * ufl.dot(m, self.axis) ** 2


@pytest.mark.parametrize(
    ("strength", "axis", "message"),
    [
        ((1.0, 2.0), (0, 0, 1), r"tilted.strength: values of shape \(2,\): must be one number"),
        (1.0, 2.0, r"tilted.axis: values of shape \(\): must be \(3,\)"),
        (1.0, (1.0, 0.0), r"tilted.axis: values of shape \(2,\): must be \(3,\)"),
        (np.ones((2, 2)), (0, 0, 1), r"tilted.strength: an array of shape \(2, 2\): must be "),
        (lambda x: np.ones((len(x), 2)), (0, 0, 1), "tilted.strength: values of shape "),
        (np.nan, (0, 0, 1), "tilted.strength: nan at .*: must be finite everywhere"),
        (lambda x: np.sqrt(3e-8 - x[:, 0]), (0, 0, 1), "tilted.strength: nan at "),
        (lambda x: x[:, 7], (0, 0, 1), "tilted.strength: its function raised IndexError: "),
        (1j, (0, 0, 1), "tilted.strength = 1j: must be real numbers"),
        ("strong", (0, 0, 1), "tilted.strength = 'strong': must be real numbers"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value encountered in sqrt")
def test_parameters_that_do_not_fit_are_refused(flat, strength, axis, message):
    with pytest.raises(InputError, match=f"^{message}") as caught:
        Film(flat, BARE, terms=[Tilted(strength, axis)])
    assert "\n" not in str(caught.value)

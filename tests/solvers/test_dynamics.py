"""The equation of motion: the kernel, the stepper, the fields and the energies."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import Disorder, Film, Material
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels import kernel_reference, llg
from hebbfilm.solvers.kernels.couplings import DRIFT
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms import ChangingField, Exchange, ThinFilmDemagnetisation, Zeeman

EVERYTHING = Material(bulk_dmi=1e-3, easy_axis=(1.0, 2.0, 3.0))


def make_film(comm, material=EVERYTHING, layout=None, dimension=2, **options):
    layout = layout or wheel(mesh_size=20e-9)
    options = {"demagnetisation": "local"} | options
    film = Film(mesh_film(layout, comm, dimension=dimension), material, **options)
    film.randomise(seed=2)
    return film


@pytest.fixture(params=[2, 3])
def driven(request, comm):
    """A film in which every term and the current act at once."""
    film = make_film(
        comm,
        dimension=request.param,
        disorder=Disorder(40e-9, 0.1, 10.0),
        applied_field=(1e4, -2e4, 3e4),
    )
    film.current.apply([0.05, 0.02, -0.05, -0.01])
    film.current.renew(0.0)
    return film


@pytest.mark.cross_method
def test_kernel_is_its_reference(driven):
    """Round-off: a row sums about 40 products, each of relative error 1e-16."""
    dynamics = driven.dynamics
    assert np.any(dynamics.couplings.pairs[:, DRIFT] != 0)
    expected = kernel_reference.rate(dynamics.couplings, dynamics.gilbert, dynamics.m)
    found = np.empty_like(expected)
    llg.rate(dynamics.couplings, dynamics.gilbert, dynamics.m, found)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * np.abs(expected).max())
    field = kernel_reference.effective_field(dynamics.couplings, dynamics.m)
    np.testing.assert_allclose(
        dynamics.effective_field(), field, rtol=0, atol=1e-12 * np.abs(field).max()
    )
    torque = np.linalg.norm(np.cross(dynamics.m[: len(field)], field), axis=1).max()
    assert dynamics.largest_torque() == pytest.approx(
        driven.comm.allreduce(torque, max), rel=1e-12, abs=0
    )


@pytest.mark.cross_method
def test_energies_and_fields_are_those_of_one_operator(driven):
    """Round-off, though couplings are kept in 32 bits: 6e-8 if only the fields were rounded."""
    dynamics, operators = driven.dynamics, driven.operators
    forms = dynamics.terms.quadratic.parts
    moment = VACUUM_PERMEABILITY * EVERYTHING.saturation_magnetisation * operators.vertex_volumes
    expected = -sum(form.gradient(dynamics.m) for form in forms.values()) / moment[:, None]
    found = dynamics.effective_field() - dynamics.couplings.external
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * np.abs(expected).max())
    exchange = forms["exchange"].exchange
    of_uniform = np.add.reduceat(exchange, operators.indptr[:-1])
    np.testing.assert_allclose(of_uniform, 0, atol=1e-14 * np.abs(exchange).max())


@pytest.mark.cross_method
def test_field_is_minus_the_slope_of_the_energy(comm):
    """Central differences of the total energy along a random direction."""
    film = make_film(comm, applied_field=(1e4, -2e4, 3e4))
    dynamics, operators = film.dynamics, film.operators
    direction = operators.random_normal(seed=9)
    m0, h = film.m.copy(), 1e-5
    energies = []
    for sign in (1, -1):
        dynamics.m[: operators.owned] = m0 + sign * h * direction
        dynamics._m.scatter_forward()
        energies.append(sum(dynamics.energies().values()))
    dynamics.m[: operators.owned] = m0
    dynamics.synchronise()
    moment = VACUUM_PERMEABILITY * EVERYTHING.saturation_magnetisation * operators.vertex_volumes
    work = -moment[:, None] * dynamics.effective_field() * direction
    expected = comm.allreduce(float(work.sum()))
    # The energy is quadratic, so central differences are exact but for cancellation: ε E/(h slope).
    assert (energies[0] - energies[1]) / (2 * h) == pytest.approx(expected, rel=1e-8, abs=0)


@pytest.mark.analytic
def test_energy_never_rises_in_a_relaxation(comm):
    film = make_film(comm)
    energies = [sum(film.dynamics.energies().values())]
    film.relax(
        9e-10,
        torque_tolerance=0.0,
        sample_interval=film.dynamics.largest_step(),
        observer=lambda f: energies.append(sum(f.dynamics.energies().values())),
    )
    assert len(energies) > 20
    round_off = 1e-13 * max(map(abs, energies))
    assert np.all(np.diff(energies) < round_off)
    assert film.dynamics.largest_deviation_from_unit_length() < 1e-14


@pytest.mark.cross_method
def test_step_is_within_the_measured_spectrum(comm):
    """The largest eigenvalue of the linear field, dense, against the power iteration."""
    if comm.size > 1:
        pytest.skip("a dense matrix of one rank")
    film = make_film(comm, layout=strip(40e-9, 20e-9, mesh_size=5e-9))
    dynamics, owned = film.dynamics, film.operators.owned
    columns = []
    for unit in np.eye(3 * owned):
        dynamics.m[:] = unit.reshape(-1, 3)
        columns.append(dynamics.effective_field().ravel())
    largest = np.abs(np.linalg.eigvals(np.array(columns).T)).max()
    # From below, and by less than the 15 % that the step keeps in reserve.
    assert 0.95 * largest < dynamics.largest_field < (1 + 1e-9) * largest


@pytest.mark.parametrize(
    "term", [Exchange(1e-11), Zeeman((1e3, 0.0, 0.0)), ChangingField((1e3, 0.0, 0.0), ())]
)
def test_two_terms_of_one_name_are_refused(comm, term):
    """One of them would be left out."""
    operators = VertexOperators(mesh_film(strip(60e-9, 30e-9, mesh_size=15e-9), comm))
    material = FilmMaterial(operators.film_mesh, Material())
    with pytest.raises(InputError, match=f"2 terms are called '{term.name}'"):
        Dynamics(operators, material, [ThinFilmDemagnetisation(), term, term])

"""What differs between ranks is refused on all of them, where it would leave them waiting.

Class: regression.
"""

from dataclasses import dataclass

from mpi4py import MPI

import numpy as np
import pytest
import ufl

from hebbfilm import (
    Energy,
    Film,
    InputError,
    Material,
    NumericTorque,
    Torque,
    constant,
    mesh_film,
    parameter,
    strip,
)
from hebbfilm.common.collective import first_unlike
from hebbfilm.solvers.terms.point_expression import PointExpression, point_symbol

PLAIN = Material(interfacial_dmi=0.0, uniaxial_anisotropy=0.0)
RANK = MPI.COMM_WORLD.rank

needs_ranks = pytest.mark.skipif(MPI.COMM_WORLD.size == 1, reason="nothing can differ on one rank")


@pytest.fixture(scope="module")
def film_mesh(comm):
    return mesh_film(strip(60e-9, 20e-9, mesh_size=10e-9), comm)


@dataclass(frozen=True)
class Uniaxial(Energy):
    k: float = parameter("J/m³")
    name = "own"

    def density(self, m, at):
        return self.k * m[2] ** 2


def energy(body):
    @dataclass(frozen=True)
    class Own(Energy):
        name = "own"

        def density(self, m, at):
            return body(m)

    return Own()


def torque(body):
    @dataclass(frozen=True)
    class Own(Torque):
        name = "own_torque"

        def torque(self, m, at):
            return body(m)

    return Own()


class Turn(NumericTorque):
    name = "turn"

    def torque(self, state):
        return 1e9 * np.cross([0.0, 0.0, 1.0], state.m)


def by_rank(first, other):
    return first if RANK == 0 else other


def on_all(comm, work):
    """The message of the error that is the same on all ranks."""
    with pytest.raises(InputError) as raised:
        work()
    message = str(raised.value)
    assert first_unlike(comm, message) is None
    assert "\n" not in message
    return message


@needs_ranks
@pytest.mark.parametrize(
    ("given", "told"),
    [
        (lambda rows: by_rank(np.full(rows, 1e4), 1e4), "an array on rank 0 and 10000.0 on rank 1"),
        (lambda rows: by_rank(1e4, 2e4), "10000.0 on rank 0 and 20000.0 on rank 1"),
        (lambda rows: by_rank(np.array(1e4), np.array(2e4)), "10000.0 on rank 0 and 20000.0"),
        (lambda rows: by_rank({"film": 1e4}, lambda x: x[:, 0]), "a function of places on rank 1"),
        (lambda rows: by_rank({"film": 1e4}, {"film": np.ones(rows)}), "{'film': 'an array'}"),
        (lambda rows: by_rank(1e4, None), "10000.0 on rank 0 and None on rank 1"),
    ],
)
def test_parameter_of_another_kind_on_a_rank_is_refused(comm, film_mesh, given, told):
    rows = film_mesh.space.dofmap.index_map.size_local
    message = on_all(comm, lambda: Film(film_mesh, PLAIN, terms=[Uniaxial(given(rows))]))
    assert message.startswith("own.k: ")
    assert told in message


@needs_ranks
def test_parameter_of_a_material_that_differs_is_refused(comm, film_mesh):
    material = Material(damping=by_rank(0.1, 0.2))
    message = on_all(comm, lambda: Film(film_mesh, material))
    assert message.startswith("material.damping: 0.1 on rank 0 and 0.2 on rank 1")


@pytest.mark.parametrize("number", [10000, np.int64(10000), np.float32(1e4), np.array(1e4)])
def test_same_number_of_another_type_is_the_same(film_mesh, number):
    Film(film_mesh, PLAIN, terms=[Uniaxial(by_rank(number, 1e4))])


@needs_ranks
@pytest.mark.parametrize(
    ("first", "other"),
    [
        (lambda m: 1e4 * m[2] ** 2, lambda m: 1e4 * m[2] ** 4),
        (lambda m: 1e4 * m[2] ** 2, lambda m: 2e4 * m[2] ** 2),
        (lambda m: 1e4 * ufl.exp(m[2]), lambda m: 1e4 * m[2]),
    ],
)
def test_another_density_on_a_rank_is_refused(comm, film_mesh, first, other):
    message = on_all(comm, lambda: Film(film_mesh, PLAIN, terms=[energy(by_rank(first, other))]))
    assert message.startswith("own: its density on rank 1 is another than on rank 0")


@needs_ranks
@pytest.mark.parametrize("factor", [2e9, 1e9j])
def test_another_torque_on_a_rank_is_refused(comm, film_mesh, factor):
    axis = ufl.as_vector([0, 0, 1])
    own = torque(lambda m: by_rank(1e9, factor) * ufl.cross(axis, m))
    message = on_all(comm, lambda: Film(film_mesh, PLAIN, torques=[own]))
    assert message.startswith("own_torque: ")
    assert ("another expression on rank 1" in message) == (factor == 2e9)


@needs_ranks
def test_another_expression_on_a_rank_is_refused(comm):
    symbol = point_symbol()
    with pytest.raises(ValueError, match="another expression on rank 1 than on rank 0"):
        PointExpression(comm, by_rank(symbol**2, symbol**3), {symbol: np.ones(3)})


@needs_ranks
def test_other_torques_on_a_rank_are_refused(comm, film_mesh):
    message = on_all(comm, lambda: Film(film_mesh, PLAIN, torques=by_rank([], [Turn()])))
    assert message.startswith("torques: none on rank 0 and Turn turn on rank 1")


@needs_ranks
def test_drive_that_differs_between_ranks_is_refused(comm, film_mesh):
    film = Film(film_mesh, Material(conductivity=5e6))
    drive = constant([lambda t, currents, voltages: 0.01 * (1 + RANK), 0.0], 5e-12)
    assert "on rank 0 and" in on_all(comm, lambda: film.evolve(drive))


def test_films_on_parts_of_the_ranks_move_apart(comm):
    """Each rank has a film of its own, and its own drive, for as long as it likes."""
    alone = comm.Split(comm.rank, 0)
    film_mesh = mesh_film(strip(60e-9, 20e-9, mesh_size=10e-9), alone)

    def final(duration):
        film = Film(
            film_mesh,
            Material(uniaxial_anisotropy=lambda x: 1e4 + 0 * x[:, 0], interfacial_dmi=0.0),
            terms=[Uniaxial(1e4)],
            torques=[Turn(), torque(lambda m: 1e9 * ufl.cross(ufl.as_vector([0, 0, 1]), m))],
        )
        film.set_magnetisation([0.8, 0.5, 0.3])
        film.evolve(constant([0.01, 0.0], duration))
        return film.m.copy()

    own = final(5e-12 * (1 + comm.rank))
    again = final(5e-12)
    if comm.rank == 0:
        np.testing.assert_array_equal(own, again)
    else:
        assert np.abs(own - again).max() > 1e-3


def test_magnetisation_cannot_be_made_writeable(film_mesh):
    refused = []

    class Writing(NumericTorque):
        name = "writing"

        def torque(self, state):
            for view in (state.m, state.current_density, state.coordinates):
                with pytest.raises(ValueError, match="WRITEABLE"):
                    view.flags.writeable = True
                refused.append(view)
            return 0 * state.m

    film = Film(film_mesh, PLAIN, torques=[Writing()])
    film.evolve(constant([0.01, 0.0], 1e-13))
    assert refused
    assert np.shares_memory(film.m, film.dynamics.m)
    with pytest.raises(ValueError, match="WRITEABLE"):
        film.m.flags.writeable = True

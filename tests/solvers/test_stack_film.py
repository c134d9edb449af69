"""A film of tetrahedra with its layers: what it keeps, how it goes on, on any ranks."""

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import Slab, disc, film_part, mesh_film, strip
from hebbfilm.solvers import (
    Film,
    Heat,
    Layer,
    Material,
    Numerics,
    Sink,
    constant,
    load_state,
    rest,
    save_state,
)
from hebbfilm.solvers.conduction.linear_response import conductance_response

LAYERS = [Layer("pt", 3e-9, conductivity=4e6), Layer("cap", 1e-9, conductivity=1e6, side="above")]
SLABS = [Slab("pt", 3e-9), Slab("cap", 1e-9, "above")]
LAYOUT = strip(60e-9, 20e-9, 2e-9, mesh_size=6e-9)
HEAT = Heat(sinks={"left": 310.0, "right": Sink(1e9)}, tolerance=0.01)


def stack_film(comm, slabs=SLABS, layers=LAYERS, **options):
    mesh = mesh_film(LAYOUT, comm, dimension=3, slabs=slabs)
    material = Material(heat_transfer_coefficient=1e8, anomalous_hall_ratio=0.1)
    film = Film(mesh, material, layers=layers, **options)
    film.randomise(seed=1)
    return film


@pytest.mark.cross_method
def test_going_on_from_a_sample_changes_no_bit(comm, shared_tmp_path):
    film, other = (stack_film(comm, heat=HEAT) for _ in range(2))
    segments = [*constant((0.05, -0.05), 3e-12), *rest(2e-12)]
    seen = []

    def observe(film):
        save_state(film, shared_tmp_path / f"{len(seen)}.npz")
        seen.append(film.heat.temperature.copy())

    film.evolve(segments, sample_interval=1e-12, observer=observe)
    for number in (0, 3):
        comm.barrier()
        load_state(other, shared_tmp_path / f"{number}.npz")
        assert np.array_equal(other.heat.temperature, seen[number])
        other.evolve(segments, start=other.position, sample_interval=1e-12)
        assert np.array_equal(other.heat.everywhere, film.heat.everywhere)
        assert np.array_equal(other.m, film.m)
        assert other.heat.balance() == film.heat.balance()


@pytest.mark.cross_method
def test_ranks_agree(comm):
    """The current is within 1e-7 of what it should be, a hundredth of the tolerance: m turns by
    less than 1 with it, and T changes by some 10 K."""
    exact = Numerics(renewal_tolerance=1e-5)
    films = [stack_film(each, heat=HEAT, numerics=exact) for each in (comm, MPI.COMM_SELF)]
    for film in films:
        film.evolve(constant((0.05, -0.05), 2e-12))
    shared, alone = films
    m = shared.film_mesh.numbering.gather(shared.m)
    warm = shared.film_mesh.numbering.gather(shared.heat.temperature)
    found = shared.conductance_matrix()
    assert found == pytest.approx(alone.conductance_matrix(), rel=1e-7)
    if comm.rank == 0:
        assert m == pytest.approx(alone.film_mesh.numbering.gather(alone.m), abs=1e-6)
        assert warm == pytest.approx(
            alone.film_mesh.numbering.gather(alone.heat.temperature), abs=1e-4
        )


def test_trial_leaves_no_trace(comm):
    film = stack_film(comm, heat=HEAT)
    film.evolve(constant((0.05, -0.05), 1e-12))
    before = film.heat.everywhere.copy(), film.m.copy(), film.conduction.potential.copy()
    with film.on_trial():
        film.evolve(constant((0.02, -0.05), 1e-12))
    after = film.heat.everywhere, film.m, film.conduction.potential
    assert all(map(np.array_equal, before, after))


def test_what_is_magnetic_is_on_the_film_alone(comm):
    film = stack_film(comm)
    plain = Film(mesh_film(LAYOUT, comm, dimension=3), Material())
    assert film.operators.volume == pytest.approx(plain.operators.volume, rel=1e-12)
    assert film.conduction.operators.volume == pytest.approx(3 * plain.operators.volume, rel=1e-12)
    assert len(film.conduction.current_density) == len(film.film_mesh.cells)
    plain.randomise(seed=1)
    numbered = [f.film_mesh.numbering.gather(f.m) for f in (film, plain)]
    # The same random numbers at the same vertices.
    assert comm.rank or np.array_equal(*numbered)


@pytest.mark.cross_method
def test_currents_of_film_and_layers_are_the_field_times_their_conductivity(comm):
    film = stack_film(comm)
    current = film.solve_current([0.1, 0.0])
    field = current.electric_field()
    assert len(field) == len(film.film_mesh.cells)
    whole = current.power_density() @ current.operators.volumes
    assert comm.allreduce(whole) == pytest.approx(current.power, rel=1e-7)
    # Round-off of a few products and sums.
    for k, sigma in enumerate((4e6, 1e6)):
        inside = film.conductor.mesh.cell_slabs == k + 1
        gradients = current.operators.gradients[inside]
        cells = current.operators.cells[inside]
        expected = -sigma * np.einsum("cad,ca->cd", gradients, current.potential[cells])
        found = current.layer_current_density(k)
        assert found == pytest.approx(expected, abs=1e-12 * np.abs(expected).max(initial=0))


@pytest.mark.analytic
def test_pad_on_a_layer_is_above_the_top_of_the_film(comm):
    layout = disc(60e-9, (0, 180), 30, 25e-9, 2e-9, 8e-9)
    film = Film(mesh_film(layout, comm, dimension=3, layers=2, slabs=SLABS), layers=LAYERS)
    found = film.conductor.contact_numbers(film.nodes)
    places = film.film_mesh.coordinates[: film.operators.owned]
    inside = np.linalg.norm(places[:, :2], axis=1) < 25.1e-9
    top = np.isclose(places[:, 2], 2e-9, rtol=1e-9, atol=0)
    assert np.array_equal(found == 3, inside & top)
    sides = film.film_mesh.contact_numbers(film.nodes)
    assert np.array_equal(found[found < 3], sides[found < 3])


@pytest.mark.analytic
def test_layers_have_no_texture_that_responds(comm):
    """δG/κ = ∫ (∇φ · E)² over the film, with ∇φ = E/V = 1/L; φ to 1e-10."""
    mesh = mesh_film(LAYOUT, comm, dimension=3, slabs=SLABS)
    film = Film(mesh, Material(amr_ratio=0.0), layers=LAYERS)
    found = conductance_response(film.read(), np.array([[1.0, 0.0]]))
    assert found[0, 0, 0] == pytest.approx(20e-9 * 2e-9 / 60e-9**3, rel=1e-8)


def test_ranks_without_a_cell_of_the_film_are_refused(comm):
    layout = strip(20e-9, 20e-9, 1e-9, mesh_size=10e-9)
    mesh = mesh_film(layout, comm, dimension=3, slabs=[Slab("block", 300e-9, elements=30)])
    layers = [Layer("block", 300e-9, conductivity=4e6)]
    if comm.size == 1:
        Film(mesh, layers=layers)
        return
    with pytest.raises(InputError, match="ranks are too many for this film in 3D: one of them"):
        Film(mesh, layers=layers)


@pytest.mark.analytic
def test_current_density_is_that_of_the_film(comm):
    """σE of its own σ, between those of two layers; exact in P1, φ to 1e-10."""
    mesh = mesh_film(LAYOUT, comm, dimension=3, slabs=SLABS)
    film = Film(mesh, Material(conductivity=2e6, amr_ratio=0.0), layers=LAYERS)
    found = film.solve_current([0.06, 0.0]).current_density[:, 0]
    assert found == pytest.approx(2e6 * 1e6, rel=1e-7)


def test_state_of_another_stack_is_refused(comm, shared_tmp_path):
    save_state(stack_film(comm), shared_tmp_path / "state.npz")
    comm.barrier()
    plain = stack_film(comm, slabs=(), layers=())
    with pytest.raises(InputError, match=r"of another mesh: .* vertices in all that conducts"):
        load_state(plain, shared_tmp_path / "state.npz")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"layers": [Layer("pt", 3e-9, 4e6, spin_hall_magnetoresistance=0.1)]},
            "layers.pt.spin_hall_magnetoresistance: it is not available in 3D, where it would be "
            "one of the interface: must be 0, or dimension = 2",
        ),
        (
            {"layers": [Layer("pt", 4e-9, 4e6)]},
            "layers: pt (4e-09 m below): must be those of the mesh in their order, pt (3e-09 m "
            "below)",
        ),
        ({"thickness": 2e-9}, "thickness: a film of tetrahedra is as thick as its mesh"),
    ],
)
def test_what_a_stack_refuses(comm, changes, message):
    mesh = mesh_film(LAYOUT, comm, dimension=3, slabs=SLABS[:1])
    with pytest.raises(InputError) as caught:
        Film(mesh, Material(), **{"layers": LAYERS[:1], **changes})
    assert str(caught.value).startswith(message)


def test_heat_transfer_that_no_stack_can_have(comm):
    mesh = mesh_film(LAYOUT, comm, dimension=3, slabs=SLABS)
    each = np.full(len(film_part(mesh).film.cells), 1e8)
    with pytest.raises(InputError, match="with layers in 3D it is that of the whole stack: give a"):
        Film(
            mesh,
            Material(heat_transfer_coefficient=each * (1 + np.arange(len(each)))),
            layers=LAYERS,
        )

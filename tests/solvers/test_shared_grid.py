"""The grid of a convolution is set up on each rank's own cells: what comes of it, and its cost."""

import tracemalloc

from mpi4py import MPI

import numpy as np
import pytest
from shapely import Polygon, box

from hebbfilm.meshing import mesh_film
from hebbfilm.meshing.layout import Layout
from hebbfilm.solvers import Film, Material, Oersted, Stripes
from hebbfilm.solvers.terms import Demagnetisation
from hebbfilm.solvers.terms.convolution.box_block import BoxBlock
from hebbfilm.solvers.terms.convolution.filling import Filling
from hebbfilm.solvers.terms.convolution.grid import Grid
from hebbfilm.solvers.terms.convolution.kernel import spectrum
from hebbfilm.solvers.terms.convolution.lengths import padded_length
from hebbfilm.solvers.terms.convolution.slabs import shares
from hebbfilm.solvers.terms.demagnetisation.kernel import DemagnetisingKernel
from hebbfilm.solvers.terms.demagnetisation.newell import tensor
from hebbfilm.solvers.terms.demagnetisation.subgrid import neighbour_tensors, vertex_tensor
from hebbfilm.solvers.terms.oersted.box_field import box_field
from hebbfilm.solvers.terms.oersted.kernel import OerstedKernel
from hebbfilm.solvers.terms.oersted.term import OerstedTerm

NM = 1e-9
TRIANGLE = Polygon([(0, 0), (90 * NM, 17 * NM), (30 * NM, 70 * NM)])
BOX = (5 * NM, 4 * NM, 3 * NM)
SHAPES = pytest.mark.parametrize("shape", [(1, 9, 14), (3, 7, 5), (1, 2, 1)])


def whole_spectrum(shape, values):
    """From k (components, n) at all lags (n, 3) along z, x and y, by one transform of all of it."""
    padded = tuple(map(padded_length, shape))
    steps = [np.rint(np.fft.fftfreq(size) * size) for size in padded]
    lags = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1)
    used = (np.abs(lags) < np.array(shape)).all(axis=-1)
    found = values(lags[used])
    table = np.zeros((len(found), *padded))
    table[:, used] = found
    half = np.fft.rfftn(table, axes=(1, 2, 3)) / np.prod(padded)
    return half[:, :, : padded[1] // 2 + 1].transpose(0, 3, 1, 2)


def own_waves(comm, shape, whole):
    first, last = shares(padded_length(shape[2]) // 2 + 1, comm.size)[comm.rank : comm.rank + 2]
    return whole[:, first:last]


@SHAPES
@pytest.mark.cross_method
def test_demagnetising_kernel_is_the_transform_of_the_whole(comm, shape):
    """Newell's f grows as r³ to some 1e3 box edges cubed, of which sixth differences leave 1e-2."""

    def values(lags):
        near = neighbour_tensors(shape, BOX)
        found = tensor(lags[:, [1, 2, 0]] * BOX, BOX)
        distance = np.abs(lags)
        at_rest, next_x, next_y = (
            (distance == lag).all(axis=1) for lag in ([0, 0, 0], [0, 1, 0], [0, 0, 1])
        )
        own = tensor(np.zeros((1, 3)), BOX)[:, 0]
        found[:, at_rest] -= (vertex_tensor(own, shape[0]) + 2 * near.sum(axis=0))[:, None]
        found[:, next_x] += near[0][:, None]
        found[:, next_y] += near[1][:, None]
        return -found[: 4 if shape[0] == 1 else 6]

    whole = whole_spectrum(shape, values)
    padded = tuple(map(padded_length, shape))
    found = spectrum(comm, DemagnetisingKernel(shape, BOX), shape, padded)
    scale = np.abs(whole).max()
    np.testing.assert_allclose(
        found, own_waves(comm, shape, whole).real, rtol=0, atol=1e-10 * scale
    )


@SHAPES
@pytest.mark.cross_method
def test_oersted_kernel_is_the_transform_of_the_whole(comm, shape):
    """Its antiderivative grows as r⁵, so that a hundred times as much rounds off."""
    height = 2 * NM if shape[0] == 1 else 0.0
    grid = Grid(None, shape, np.zeros(3), BOX)

    def values(lags):
        between = lags[:, [1, 2, 0]] * BOX - [0.0, 0.0, height]
        return box_field(between, BOX[:2], BOX[2], 3 * NM)

    whole = own_waves(comm, shape, whole_spectrum(shape, values))
    expected = whole.imag
    if shape[0] == 1:
        expected[2] = whole[2].real
    padded = tuple(map(padded_length, shape))
    found = spectrum(comm, OerstedKernel(grid, 3 * NM, height), shape, padded)
    scale = comm.allreduce(np.abs(expected).max(initial=0.0), MPI.MAX)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8 * scale)


@pytest.mark.parametrize("counts", [(11, 7), (6, 3, 5), (1, 4)])
@pytest.mark.parametrize("reach", [1, 2])
def test_surroundings_of_a_block_are_complete(comm, counts, reach):
    block = BoxBlock(comm, counts, reach)
    table = np.arange(np.prod(counts)) + 1.0
    around = block.around(table[block.first : block.last])
    assert np.array_equal(around, table[block.begin : block.end])
    padded = np.pad(table.reshape(counts), reach)
    rows = np.arange(block.own.start, block.own.stop)
    for lag in np.ndindex(*(2 * reach + 1,) * len(counts)):
        shifted = padded[tuple(slice(k, k + n) for k, n in zip(lag, counts, strict=True))].ravel()
        expected = shifted[block.first : block.last]
        source, target = block.shifted(rows, np.array(lag) - reach)
        assert np.array_equal(source, rows[expected > 0])
        assert np.array_equal(around[target], expected[expected > 0])


@pytest.mark.cross_method
@pytest.mark.parametrize("mesh", [{}, {"dimension": 3, "layers": 3}])
def test_filling_does_not_depend_on_the_ranks(comm, mesh):
    """Sums of some 1e2 products of relative error 1e-16 each."""
    layout = Layout(TRIANGLE, (), 6 * NM, 4 * NM)
    found = []
    for ranks in (comm, MPI.COMM_SELF):
        filling = Filling(Grid.over(mesh_film(layout, ranks, **mesh), 5 * NM), 2)
        found.append((filling.block, filling.fractions, filling.weights))
    (block, *shared), (_, *alone) = found
    for ours, whole in zip(shared, alone, strict=True):
        np.testing.assert_allclose(ours, whole[block.first : block.last], rtol=0, atol=1e-13)


@pytest.fixture(scope="module")
def films(comm):
    """The same film on all ranks and on each."""
    layout = Layout(box(0, 0, 330 * NM, 250 * NM), (), 3 * NM, 3.5 * NM)
    return [Film(mesh_film(layout, ranks), Material()) for ranks in (comm, MPI.COMM_SELF)]


def taken(film, kind):
    """Largest bytes at once on this rank of what sets a field of a film or its texture up."""
    operators, material = film.operators, film.dynamics.material
    works = {
        "demagnetising": lambda: Demagnetisation().bind(operators, material),
        "oersted": lambda: OerstedTerm(Oersted(), operators, (), {}).bind(operators, material),
        "random": lambda: film.randomise(seed=1),
        "stripes": lambda: film.start_from(Stripes(period=60 * NM, wall_width=20 * NM)),
    }
    # What is made at first use is there already.
    works[kind]()
    tracemalloc.start()
    try:
        kept = works[kind]()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del kept
    return peak


@pytest.mark.skipif(MPI.COMM_WORLD.size == 1, reason="one rank has all of it")
@pytest.mark.parametrize("kind", ["demagnetising", "oersted", "random", "stripes"])
def test_no_rank_holds_the_whole_film(comm, films, kind):
    """Beside its part a rank has ghosts, the surroundings of its boxes and tables: a quarter."""
    shared, alone = (taken(film, kind) for film in films)
    assert shared < (1 / comm.size + 0.25) * alone

"""Routes by patches: what they bound, against formulas and paths of least energy."""

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.paths.barrier import energy_path
from hebbfilm.solvers.paths.by_patches import route_by_patches
from hebbfilm.solvers.paths.options import PatchOptions, PathOptions
from hebbfilm.solvers.paths.patches import patches_of

MS, A, K = 5.8e5, 1e-11, 2e5
H_K = 2 * K / (VACUUM_PERMEABILITY * MS)
WIDTH = np.sqrt(A / K)
"""Of a wall, by a radian."""
SIDE, THICK = 20e-9, 1e-9
WALL = 4 * np.sqrt(A * K) * SIDE * THICK


def film_of(comm, length, mesh_size=5e-9, exchange=A, field=0.0):
    layout = strip(length=length, width=SIDE, mesh_size=mesh_size, thickness=THICK)
    material = Material(
        saturation_magnetisation=MS,
        exchange_stiffness=exchange,
        interfacial_dmi=0.0,
        uniaxial_anisotropy=K,
    )
    return Film(mesh_film(layout, comm), material, applied_field=(0.0, 0.0, field * H_K))


def up(film):
    return np.tile([0.0, 0.0, 1.0], (film.operators.owned, 1))


def volumes(film, number):
    """Of patches in m³."""
    labels = patches_of(film.film_mesh, number)
    own = np.bincount(labels, weights=film.dynamics.moments.volumes, minlength=number)
    return film.comm.allreduce(own)


@pytest.mark.analytic
@pytest.mark.filterwarnings("ignore:the mesh does not resolve")
@pytest.mark.parametrize("field", [0.0, 0.3, -0.5])
def test_patches_that_do_not_feel_each_other_reverse_one_by_one(comm, field):
    """4 h K V_before + K V (1 + h)² above the first state at the top of each, h = H/H_K.

    An exchange of 1e-20 J/m couples vertices 5 nm apart by 4 A/(K h²) = 8e-9 of K V. Of 11 pieces
    of π, none longer than 2/10 as half of the spacing is by length, in 8 parts each, a top lies
    within π/80 of a place: it is missed by no more than (1 - h²)(π/80)² K V. Tops missed by
    rounding, and by the torque of 10 A/m in the minima, (τ/H_K)²/(1 - |h|), are below 1e-8.
    """
    film = film_of(comm, length=80e-9, exchange=1e-20, field=field)
    route = route_by_patches(film, up(film), -up(film), PatchOptions(patches=5))
    unit = K * volumes(film, 5)
    tops = 4 * field * (np.cumsum(unit) - unit) + unit * (1 + field) ** 2
    missed = (1 - field**2) * (np.pi / 80) ** 2
    hops = route.hops()
    assert len(hops) == 5
    assert route.distinct == 4
    for hop, each, top in zip(hops, unit, tops, strict=True):
        found = route.energies[hop.top] - route.energies[0]
        assert -missed * each <= found - top <= 1e-7 * each
        assert hop.forward == pytest.approx(each * (1 + field) ** 2, abs=missed * each)
        assert hop.backward == pytest.approx(each * (1 - field) ** 2, abs=missed * each)
    assert route.forward == pytest.approx(tops.max(), abs=missed * unit.max())
    assert route.least == pytest.approx(max(0.0, 4 * field * unit.sum()), rel=1e-7, abs=1e-30)
    assert route.distance == pytest.approx(np.pi, rel=1e-4)


@pytest.mark.analytic
def test_a_wall_goes_through_a_strip(comm):
    """4√(AK) w t, with strings that have settled, and no less than the path of least energy.

    The mesh costs (h/Δ)²/12 of it at most, as for a path (`test_barriers.py`), and 300 A/m that
    are left, of H_K = 5.5e5 A/m, 1e-6. All at once it would be K V = 3.5 of it.
    """
    film = film_of(comm, length=100e-9, mesh_size=3e-9)
    route = route_by_patches(film, up(film), -up(film), PatchOptions(patches=6, steps=2000))
    assert route.torque <= 300.0
    assert route.forward == pytest.approx(WALL, rel=(3e-9 / WIDTH) ** 2 / 12 + 1e-3)
    path = energy_path(film, [up(film), -up(film)], PathOptions(images=14, tilt=0.1))
    assert path.converged
    assert route.forward >= (1 - 1e-3) * path.forward


@pytest.mark.analytic
def test_strings_that_have_not_settled_bound_from_above(comm):
    film = film_of(comm, length=100e-9)
    options = PatchOptions(patches=3, steps=1)
    loose = route_by_patches(film, up(film), -up(film), options)
    tight = route_by_patches(film, up(film), -up(film), PatchOptions(patches=3, steps=2000))
    assert loose.torque > 1e4
    assert loose.forward > tight.forward > 0.98 * WALL


@pytest.mark.analytic
def test_patches_part_a_film_in_its_longer_direction(comm):
    """Each vertex is in one, none is empty, and their places follow each other along the strip."""
    film = film_of(comm, length=200e-9)
    labels = patches_of(film.film_mesh, 7)
    owned = film.operators.owned
    x = film.film_mesh.coordinates[:owned, 0]
    counts, sums = (
        comm.allreduce(np.bincount(labels, weights=each, minlength=7)) for each in (0 * x + 1, x)
    )
    assert labels.shape == (owned,)
    assert counts.sum() == film.film_mesh.numbering.size
    assert counts.min() > 0
    assert np.all(np.diff(sums / counts) > 0)


@pytest.mark.cross_method
def test_a_route_goes_on_from_its_patches_and_ranks_agree(comm):
    """From the images of a search that was stopped, the same bounds to round-off of the descent."""
    film = film_of(comm, length=100e-9)
    options = PatchOptions(patches=6, images=5)
    kept = []

    class StoppedError(Exception):
        pass

    def stop(done, string):
        if len(done) > 1:
            kept.append(done.copy())
            raise StoppedError

    m = film.m.copy()
    with pytest.raises(StoppedError):
        route_by_patches(film, up(film), -up(film), options, watch=stop)
    np.testing.assert_array_equal(film.m, m)
    assert len(kept[0]) % 6 == 1
    whole = route_by_patches(film, up(film), -up(film), options)
    again = route_by_patches(film, up(film), -up(film), options, resumed=kept[0])
    assert again.images.shape == whole.images.shape
    np.testing.assert_array_equal(again.images[: len(kept[0])], kept[0])
    assert again.forward == pytest.approx(whole.forward, rel=1e-9)
    alone = film_of(MPI.COMM_SELF, length=100e-9)
    one = route_by_patches(alone, up(alone), -up(alone), options)
    assert whole.forward == pytest.approx(one.forward, rel=1e-6)


@pytest.mark.regression
def test_more_patches_than_vertices_are_refused(comm):
    film = film_of(comm, length=20e-9, mesh_size=20e-9)
    with pytest.raises(InputError, match="patches = 500: the film has "):
        route_by_patches(film, up(film), -up(film), PatchOptions(patches=500))
    with pytest.raises(InputError, match="patches = 1: must be a whole number, 2 or more"):
        PatchOptions(patches=1)

"""Films leave memory when nobody needs them any more, whatever PETSc knows of them."""

import gc
import weakref

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material


def test_film_is_freed_with_all_that_it_solved(comm):
    film = Film(mesh_film(strip(100e-9, 50e-9, mesh_size=10e-9), comm), Material())
    film.randomise(seed=1)
    film.conductance_matrix()
    film.relax(1e-13)
    alive = [weakref.ref(part) for part in (film, film.operators, film.dynamics)]
    del film
    gc.collect()
    assert [reference() for reference in alive] == [None, None, None]

"""The parts of a step, each beside what a film would cost without our loops."""

from collections.abc import Callable

from petsc4py import PETSc

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as assembled

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.bench.films import film_of_many_contacts, standard_film
from hebbfilm.run.bench.timing import alternate, once
from hebbfilm.solvers import Film, constant
from hebbfilm.solvers.drives.drive import Drives
from hebbfilm.solvers.kernels import llg

_TURNED = 2e-12
"""In s, between two renewals of the current."""


def field_and_torque(film: Film, repetitions: int) -> dict[str, float]:
    """One evaluation in ns per vertex, the bytes it streams per vertex, and a triad in GB/s."""
    dynamics, couplings = film.dynamics, film.dynamics.couplings
    rate = np.empty((couplings.owned, 3))
    a, b, c = (np.ones(4_000_000) for _ in range(3))

    def triad() -> None:
        np.multiply(b, 3.0, out=a)
        np.add(a, c, out=a)

    # Each by itself, as a step does: what else ran before would decide what lies in the cache.
    comm = film.comm
    evaluation = alternate(
        comm,
        {"rate": lambda: llg.rate(couplings, dynamics.gilbert, dynamics.m, rate)},
        repetitions,
    )["rate"]
    streaming = alternate(comm, {"triad": triad}, repetitions)["triad"]
    vertices = film.film_mesh.numbering.size
    read = (couplings.pairs, couplings.columns, couplings.per_volume, couplings.onsite, dynamics.m)
    streamed = film.comm.allreduce(sum(array.nbytes for array in (*read, rate)))
    return {
        "ns_per_vertex": evaluation / vertices * 1e9,
        "bytes_per_vertex": streamed / vertices,
        "GB_per_s": streamed / evaluation / 1e9,
        "triad_GB_per_s": film.comm.size * 5 * a.nbytes / streaming / 1e9,
    }


def conductivity_assembly(film: Film, repetitions: int) -> dict[str, float]:
    """σ(m) into the matrix in ms, beside the same from UFL into a PETSc matrix."""
    conduction, m = film.conduction, film.dynamics.m
    assert conduction is not None
    found = alternate(
        film.comm,
        {"ours": lambda: conduction.update(m), "ufl": _ufl_assembly(film)},
        repetitions,
    )
    return {f"{name}_ms": value * 1e3 for name, value in found.items()}


def _ufl_assembly(film: Film) -> Callable[[], None]:
    material, mesh = film.material, film.film_mesh.mesh
    m = fem.Function(fem.functionspace(mesh, ("Lagrange", 1, (2,))))
    owned = film.operators.owned
    m.x.array[: 2 * owned] = film.m[:, :2].ravel()
    m.x.scatter_forward()
    rho = material.perpendicular_resistivity * ufl.Identity(2)
    rho += material.resistivity_difference * ufl.outer(m, m)
    u, v = ufl.TrialFunction(film.film_mesh.space), ufl.TestFunction(film.film_mesh.space)
    # As many points as a cell has corners.
    measure = ufl.dx(metadata={"quadrature_degree": 2})
    flux = ufl.dot(ufl.inv(rho), ufl.grad(u))
    options = {"cffi_extra_compile_args": ["-O3", "-march=native", "-ffast-math"]}
    form = fem.form(
        film.film_mesh.thickness * ufl.inner(flux, ufl.grad(v)) * measure, jit_options=options
    )
    matrix = assembled.create_matrix(form)

    def assemble() -> None:
        matrix.zeroEntries()
        assembled.assemble_matrix(matrix, form)
        matrix.assemble()

    return assemble


def renewal(film: Film, drives: Drives, repetitions: int) -> dict[str, float]:
    """φ of a texture that has moved on, in ms, beside hypre set up anew and from zero.

    Both stop at the same residual.
    """
    renew = renewed(film, drives)
    conduction = film.conduction
    assert conduction is not None
    solver = conduction.solver
    matrix = solver.assemble()
    right, solution = matrix.createVecs()
    right.array_w[:] = solver.right_hand_side(np.array(drives))

    renew()
    solution.array_w[:] = conduction.potential[: film.operators.owned]
    solution.array_w[solver.electrodes.fixed[: film.operators.owned]] = 0
    residual = right - matrix * solution
    reached = residual.norm()

    def cold() -> None:
        ksp = PETSc.KSP().create(film.comm)
        ksp.setType(PETSc.KSP.Type.CG)
        ksp.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
        ksp.getPC().setType(PETSc.PC.Type.HYPRE)
        ksp.setOperators(matrix)
        ksp.setTolerances(rtol=1e-50, atol=reached)
        ksp.solve(right, solution)
        ksp.destroy()

    found = alternate(film.comm, {"ours": renew, "cold_hypre": cold}, repetitions)
    return {f"{name}_ms": value * 1e3 for name, value in found.items()}


def renewed(film: Film, drives: Drives) -> Callable[[], None]:
    """What finds φ from that of some time ago, again and again; collective."""
    conduction = film.conduction
    assert conduction is not None
    before = film.solve_current(drives).potential.copy()
    film.evolve(constant(drives, _TURNED))
    conduction.update(film.dynamics.m)

    def renew() -> None:
        conduction.potential[:] = before
        conduction.solve(drives, tolerance=film.current.potential_tolerance)

    return renew


def conductance_of_many(film: Film, repetitions: int) -> dict[str, float]:
    """G of 32 contacts in ms, beside 32 separate solves by conjugate gradients from zero."""
    conduction = film.conduction
    assert conduction is not None
    conduction.update(film.dynamics.m)
    found = alternate(
        film.comm,
        {"ours": conduction.conductance_matrix, "apart": solving_apart(film)},
        repetitions,
    )
    return {f"{name}_ms": value * 1e3 for name, value in found.items()}


def solving_apart(film: Film) -> Callable[[], None]:
    """What finds the potential of each contact from zero, one after another; collective."""
    conduction, unit = film.conduction, film.operators.vector()
    assert conduction is not None

    def apart() -> None:
        for voltages in np.eye(len(film.contacts)):
            unit.array[:] = 0
            conduction.solver.solve(unit, voltages, conduction.tolerance)

    return apart


def python_overhead(film: Film, steps: int) -> dict[str, float]:
    """Time of a step in μs that no vertex causes, from a film of few, and its share of a step."""
    times = {}
    for name, timed in {
        "film": film,
        "few": standard_film(film.comm, 20e-9, 60e-9),
    }.items():
        timed.dynamics.set_drift(None)
        timed.integrator.begin()
        since = timed.m.copy()

        def advance(timed: Film = timed, since: FloatArray = since) -> None:
            for _ in range(steps):
                timed.integrator.advance(1e-9, since)

        advance()
        times[name] = once(film.comm, advance) / steps
        times[f"{name}_vertices"] = timed.film_mesh.numbering.size
    per_vertex = (times["film"] - times["few"]) / (times["film_vertices"] - times["few_vertices"])
    overhead = times["few"] - per_vertex * times["few_vertices"]
    return {
        "step_us": times["film"] * 1e6,
        "overhead_us": overhead * 1e6,
        "share": overhead / times["film"],
    }


def parts_of_any(film: Film, drives: Drives, repetitions: int) -> dict[str, dict[str, float]]:
    """The figures that any film has, by name, on one that carries its maze; collective."""
    return {
        "field_and_torque": field_and_torque(film, 10 * repetitions),
        "conductivity_assembly": conductivity_assembly(film, 3 * repetitions),
        "renewal": renewal(film, drives, repetitions),
    }


def parts_of_standard(
    film: Film, mesh_size: float, repetitions: int
) -> dict[str, dict[str, float]]:
    """The figures for which the standard film and one like it stand, by name; collective."""
    return {
        "conductance_of_32": conductance_of_many(
            film_of_many_contacts(film.comm, mesh_size), max(repetitions // 4, 1)
        ),
        "python_overhead": python_overhead(film, 10 * repetitions),
    }

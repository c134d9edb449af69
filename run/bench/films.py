"""The films that are timed."""

from mpi4py import MPI

from meshing import FilmMesh, mesh_film, square, strip
from solvers import Film, Material
from solvers.constants import VACUUM_PERMEABILITY

_SIDE, _THICKNESS = 512e-9, 4e-9
_MAGNETISATION = 5.8e5
_DRIFT = 72.0
"""|u| in m/s."""
_MATERIAL = Material(
    saturation_magnetisation=_MAGNETISATION,
    exchange_stiffness=1.5e-11,
    interfacial_dmi=3e-3,
    # The anisotropy contains that of the shape.
    uniaxial_anisotropy=8e5 - VACUUM_PERMEABILITY * _MAGNETISATION**2 / 2,
    damping=0.1,
    nonadiabaticity=0.05,
    amr_ratio=0.05,
)


def standard_mesh(comm: MPI.Intracomm, mesh_size: float = 4e-9, side: float = _SIDE) -> FilmMesh:
    """A square between two contacts on opposite edges; collective.

    Args:
        comm: ranks that share it.
        mesh_size: in m.
        side: in m.
    """
    return mesh_film(strip(side, side, _THICKNESS, mesh_size), comm)


def standard_film(
    film_mesh: FilmMesh, *, step_tolerance: float = 1e-3, renewal_tolerance: float = 0.04
) -> Film:
    """The standard film on a mesh, m random; collective.

    Args:
        film_mesh: as of `standard_mesh`.
        step_tolerance: of `Film`.
        renewal_tolerance: of `Film`.
    """
    film = Film(
        film_mesh, _MATERIAL, integrator="explicit", step_tolerance=step_tolerance,
        renewal_tolerance=renewal_tolerance,
    )  # fmt: skip
    film.randomise(seed=1)
    return film


def voltages(side: float) -> tuple[float, float]:
    """Of the contacts in V, at which electrons drift at 72 m/s through a film of that side."""
    density = _DRIFT / abs(_MATERIAL.spin_drift_per_current_density)
    voltage = density * side / _MATERIAL.conductivity
    return voltage / 2, -voltage / 2


def film_of_many_contacts(comm: MPI.Intracomm, mesh_size: float = 4e-9) -> Film:
    """The same film with 32 contacts on its rim; collective."""
    layout = square(
        _SIDE, contacts=32, contact_length=20e-9, thickness=_THICKNESS, mesh_size=mesh_size
    )
    film = Film(mesh_film(layout, comm), _MATERIAL, integrator="explicit")
    film.randomise(seed=1)
    return film

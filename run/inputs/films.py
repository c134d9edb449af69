"""From a case to a film."""

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.text import rounded
from hebbfilm.meshing import FilmMesh
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.layouts import FilmSource
from hebbfilm.run.inputs.plugins import load_all
from hebbfilm.run.inputs.regions import thickness_of
from hebbfilm.run.inputs.resolution import require_resolved
from hebbfilm.run.inputs.textures import texture_of, told_as_texture
from hebbfilm.run.job.stages import stage
from hebbfilm.solvers import Film
from hebbfilm.solvers.drives.held_field import HeldField
from hebbfilm.solvers.magnetisation.observables.film_texture import FilmTexture
from hebbfilm.solvers.terms.interface import Term
from hebbfilm.solvers.torques.binding import AnyTorque


def build_film(
    case: Case, comm: MPI.Intracomm, source: FilmSource | None = None, *, shown: bool = False
) -> Film:
    """Mesh the layout of a case and make the film; collective; runs the modules that it names.

    Args:
        case: the case.
        comm: ranks that share the film.
        source: its layout, where it is known already.
        shown: say on rank 0 what takes long, on a terminal.

    Raises:
        InputError: a layout that cannot be, or a term of a module of one's own.
    """
    held = _held_field(case)
    # Ahead of meshing, which takes longer.
    terms, torques = own_terms(case, comm), own_torques(case, comm)
    source = source or case.shared_film_source(comm)
    vertices, shown = source.expected_vertices(), shown and comm.rank == 0
    about = f" about {rounded(vertices)} vertices" if vertices else ""
    with stage(f"Meshing{about}", shown=shown, vertices=vertices):
        film_mesh = source.mesh(comm)
    with stage("Assembling the film", shown=shown, vertices=vertices):
        return _film(case, film_mesh, terms, torques, held)


def _film(
    case: Case,
    film_mesh: FilmMesh,
    terms: list[Term],
    torques: list[AnyTorque],
    held: HeldField | None,
) -> Film:
    film = Film(
        film_mesh,
        case.film_material(),
        thickness=thickness_of(case.regions, film_mesh.thickness),
        electrodes=case.contacts,
        disorder=case.disorder,
        applied_field=(0.0, 0.0, 0.0) if held else case.applied_field,
        waveforms=(*case.applied_field_waveform, held) if held else case.applied_field_waveform,
        demagnetisation=case.demagnetisation,
        terms=terms,
        torques=torques,
        layers=case.film_layers(),
        heat=case.heat,
        oersted=case.oersted,
        temperature=case.thermal.temperature,
        thermal_seed=case.thermal.seed,
        numerics=case.numerics.of_film(),
    )
    if held is not None:
        film.further_parts.append(held)
    return film


def own_terms(case: Case, comm: MPI.Intracomm) -> list[Term]:
    """Energies and fields of modules that the case names, whose code runs; collective.

    Raises:
        InputError: a module, a class or a key that cannot be.
    """
    tables = [table.model_dump() for table in case.terms]
    wanted = "Energy, NumericField, a class with bind (torques go into [[torques]])"
    return load_all(tables, "terms", Term, wanted, comm)


def own_torques(case: Case, comm: MPI.Intracomm) -> list[AnyTorque]:
    """The same of torques; collective."""
    tables = [table.model_dump() for table in case.torques]
    wanted = "Torque, NumericTorque (energies go into [[terms]])"
    return load_all(tables, "torques", AnyTorque, wanted, comm)


def _held_field(case: Case) -> HeldField | None:
    """The applied field of a run that sets it anew on the way; None where it stays."""
    if case.protocol is None or not case.protocol.moves_field():
        return None
    return HeldField(case.applied_field, case.protocol.largest_field())


def held_field(film: Film) -> HeldField | None:
    """The applied field of a film of `build_film` that can be set, if there is one."""
    return next((part for part in film.further_parts if isinstance(part, HeldField)), None)


def applied_field(case: Case, film: Film) -> FloatArray:
    """The uniform field in A/m at this moment, (3,), of a film that was built of the case."""
    held = held_field(film)
    constant = np.array(case.applied_field) if held is None else held.field(film.time)
    waveforms = case.applied_field_waveform
    return sum((waveform.field(film.time) for waveform in waveforms), start=constant)


def require_mesh_that_holds(film: Film, case: Case) -> None:
    """Refuse a mesh that cannot hold the texture, unless the case allows it; collective.

    Raises:
        InputError: m would turn once around from one vertex to the next.
    """
    require_resolved(film.mesh_watch.resolution, case)


def require_flat_face(film_mesh: FilmMesh, case: Case) -> None:
    """Refuse a film whose texture cannot be measured, where the case asks for that; collective.

    Raises:
        InputError: it is in 3D and has no flat face.
    """
    if case.output.texture:
        try:
            FilmTexture(film_mesh)
        except InputError as error:
            raise InputError(f"output.texture = true: {error}; leave it out") from None


def set_initial_texture(film: Film, case: Case) -> None:
    """The texture before relaxation; collective."""
    initial = case.initial
    with told_as_texture():
        film.start_from(texture_of(initial.texture, initial.seed, initial.direction))

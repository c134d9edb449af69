"""A magnetic film with contacts: conduction and magnetisation, each acting on the other."""

from collections.abc import Callable, Sequence
from typing import Any

from hebbfilm.common.arguments import check_kind, check_number, check_vector
from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.memory import give_back
from hebbfilm.common.notebook import as_html
from hebbfilm.meshing import FilmMesh, film_part
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.conduction.electrodes import Electrodes
from hebbfilm.solvers.conductor import conductor_of
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.drives.drive import Drives
from hebbfilm.solvers.drives.schedule import START
from hebbfilm.solvers.drives.waveforms import LARGEST_FIELD, FieldInTime
from hebbfilm.solvers.film_motion import MovingFilm
from hebbfilm.solvers.followers import FollowsTime
from hebbfilm.solvers.heat.heat import Heat
from hebbfilm.solvers.heat.temperature_field import TemperatureField
from hebbfilm.solvers.integrators import make_integrator
from hebbfilm.solvers.layers.film_layer import layers_on_film
from hebbfilm.solvers.layers.layer import Layer
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.magnetisation.mesh_watch import MeshWatch
from hebbfilm.solvers.magnetisation.spin_torque import CurrentDrift
from hebbfilm.solvers.magnetisation.thermal import ThermalField
from hebbfilm.solvers.magnetisation.warm_magnet import warm_magnet
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.material import Material
from hebbfilm.solvers.materials.parameter import Parameter
from hebbfilm.solvers.materials.thickness import cell_thickness
from hebbfilm.solvers.numerics import Numerics
from hebbfilm.solvers.renewal import CurrentRenewal
from hebbfilm.solvers.state.part import Part
from hebbfilm.solvers.terms.demagnetisation.models import DemagnetisationModel
from hebbfilm.solvers.terms.disorder import Disorder
from hebbfilm.solvers.terms.energy_terms import kinks, terms_of
from hebbfilm.solvers.terms.interface import Term
from hebbfilm.solvers.terms.oersted.oersted import Oersted
from hebbfilm.solvers.torques.binding import AnyTorque, require_kinds
from hebbfilm.solvers.torques.spin_orbit import spin_orbit_of

Observer = Callable[["Film"], None]
"""Called at each sample time with the film in that state."""


class Film(MovingFilm):
    """A film in which magnetisation and current act on each other; its methods are collective.

    Args:
        film_mesh: mesh and contacts; a film with fewer than two contacts carries no current. In 3D
            with its layers as slabs: all that is magnetic is on the cells of the film alone.
        material: what it is made of.
        thickness: in m, of a film in 2D that is not everywhere as thick as its mesh says; a number
            or what differs from place to place, like what a `Material` is made of.
        electrodes: contact resistances, contacts tied together, and the leads on which they hang;
            None: ideal, all apart.
        disorder: grains in which the material differs, or None.
        applied_field: uniform H in A/m.
        waveforms: fields that change in time, added to it; their time is that of the film, which
            relaxation advances too.
        demagnetisation: "none", also where the anisotropy constant contains it; "local" for
            -M_s m_z ẑ, the limit of a film much thinner than its texture; "full" for all poles.
        terms, torques: energies and fields of one's own, and what else turns m; no two of a name.
        layers: of metal below and above it.
        heat: that its current heats it, here more than there; None: `heating` alone tells of it.
        oersted: how the field of the current is found, or None to leave it out.
        temperature, thermal_seed: of the thermal field, which acts in `evolve`, in K; 0 for none.
        numerics: how exactly it is calculated, and at what cost; None: as `Numerics` has it.

    Attributes:
        film_mesh: of the film alone.
        operators, dynamics, integrator: of that mesh; m with what turns it; what moves it.
        terms, torques: all that act, the terms of the material first.
        heat: the temperature that differs from place to place, or None.
        magnet: what of the material follows it, or None.
        conductor: all that conducts, and its mesh.
        conduction: the current that drives, as it was last renewed (`accuracy` says how exactly;
            for this moment's to full precision see `read`); None without contacts.
        layers: those of metal, on this film.
        nodes: the contacts of each node by its name, in node order.
        kinks: times in s, in order, at which fields have kinks or jumps.
        mesh_watch: whether the mesh holds the texture.
        thermal: the thermal field, or None.
        position: where the film stands in the drive that it follows, or stood when it was saved;
            after a drive, however that ended, the start.
        moves: whether m is on its way, as it is when an observer is called.
        heating: by the current, in the film and at its contacts, so far.
        processes: what goes on while m moves; a script may add to them.
        further_parts: what else decides how the film goes on; a script may add to them.

    Example:
        >>> from mpi4py import MPI
        >>> film_mesh = mesh_film(strip(length=200e-9, mesh_size=2e-8), MPI.COMM_WORLD)
        >>> film = Film(film_mesh, Material(conductivity=5e6, amr_ratio=0.0))
        >>> film.randomise(seed=1)
        >>> film.evolve(constant([0.01, 0.0], 1e-13))
        >>> film.conductance_matrix().round(6)
        array([[ 0.0025, -0.0025],
               [-0.0025,  0.0025]])
    """

    _repr_html_ = as_html

    def __init__(
        self,
        film_mesh: FilmMesh,
        material: Material | None = None,
        *,
        thickness: Parameter | None = None,
        electrodes: Electrodes | None = None,
        disorder: Disorder | None = None,
        applied_field: tuple[float, float, float] = (0.0, 0.0, 0.0),
        waveforms: Sequence[FieldInTime] = (),
        demagnetisation: DemagnetisationModel = "none",
        terms: Sequence[Term] = (),
        torques: Sequence[AnyTorque] = (),
        layers: Sequence[Layer] = (),
        heat: Heat | None = None,
        oersted: Oersted | None = None,
        temperature: float = 0.0,
        thermal_seed: int = 0,
        numerics: Numerics | None = None,
    ) -> None:
        check_kind("film_mesh", film_mesh, FilmMesh)
        check_kind("material", material, Material, optional=True)
        check_kind("oersted", oersted, Oersted, optional=True)
        check_kind("numerics", numerics, Numerics, optional=True)
        check_vector("applied_field", applied_field, "A/m", LARGEST_FIELD)
        check_number("temperature", temperature, "K", least=0)
        check_kind("heat", heat, Heat, optional=True)
        require_kinds(film_mesh.comm, terms, torques)
        if heat is not None:
            heat.require_noise_of(temperature)
        numerics = numerics or Numerics()
        self.material, self.layers = material or Material(), layers_on_film(film_mesh, layers)
        whole, part = film_mesh, film_part(film_mesh)
        self.film_mesh = film_mesh = part.film
        self.operators = VertexOperators(film_mesh, cell_thickness(film_mesh, thickness))
        grainy = disorder and disorder.applied_to(film_mesh, self.material)
        changing = () if heat is None else heat.changing
        found = FilmMaterial(film_mesh, grainy or self.material, changing)
        self.conductor = conductor_of(whole, part, self.operators, found, self.layers)
        self.nodes = (electrodes or Electrodes()).nodes(film_mesh.contacts)
        own = terms_of(found, applied_field, waveforms, demagnetisation)
        own += self.conductor.oersted(oersted, self.nodes)
        self.terms = (*own, *terms)
        self.torques = (*spin_orbit_of(self.layers, self.conductor.interfaces), *torques)
        felt = temperature if heat is None else heat.substrate_temperature
        acting = self.operators, found, self.terms, self.torques, felt
        self.dynamics = Dynamics(*acting, uneven_temperature=heat is not None)
        self.kinks = kinks([*self.terms, *torques])
        self.mesh_watch = MeshWatch(self.dynamics, film_mesh, demagnetisation)
        electric = numerics.potential_tolerance, electrodes
        self.conduction = self.conductor.conduction(*electric) if len(self.nodes) >= 2 else None
        self.heating = self.conductor.heating()
        self.heat = None if heat is None else TemperatureField(heat, self.conductor.heated_body())
        heated = _present(self.heating, self.heat)
        fields = [field for _, field in self.dynamics.fields.named]
        passing = [each for each in fields if isinstance(each, FollowsTime)]
        self.processes: list[FollowsTime] = [*heated, *passing]
        drift = CurrentDrift(self.dynamics, found)
        told = [self.dynamics.conditions, drift, *self.dynamics.fields.followers, *heated]
        bound = self.dynamics, self.conduction, found, told
        self.current = CurrentRenewal(*bound, numerics.renewal_tolerance)
        ratio = found["gyromagnetic_ratio"]
        noise = self.operators, self.dynamics.moments, ratio, temperature, thermal_seed
        self.thermal = ThermalField(*noise) if temperature else None
        steps = numerics.integrator, numerics.step_tolerance
        self.integrator = make_integrator(*steps, self.dynamics, self.thermal)
        self.position, self.moves = START, False
        moved = _present(drift, self.thermal)
        self.magnet = warm_magnet(heat, self.dynamics, moved, fixed=bool(terms))
        self._follow_heat()
        kept = (self.thermal, self.heat, self.magnet, *terms, *torques, *fields)
        self.further_parts: list[Part] = [each for each in kept if isinstance(each, Part)]
        give_back(self.operators.owned)

    def _follow_heat(self) -> None:
        """Tell all of the temperature that depend on it; the noise after the moments."""
        if self.heat is None:
            return
        if self.conduction is not None:
            self.conduction.reference_temperature = self.heat.heat.substrate_temperature
            self.heat.follow(
                self, everywhere=True, tolerated=lambda: self.current.tolerated_warming
            )
        self.heat.follow(self.dynamics.conditions)
        if (magnet := self.magnet) is not None:
            self.heat.follow(magnet, tolerated=lambda: magnet.tolerated_warming)
        if self.thermal is not None:
            self.heat.follow(self.thermal)

    @property
    def parts(self) -> tuple[Part, ...]:
        """All that decides how the film goes on, apart from its `position`."""
        return (self.dynamics, self.current, self.heating, self.integrator, *self.further_parts)

    def take_temperature(self, temperature: FloatArray) -> None:
        """Let the resistivities be those at T in K: of the current that flows, also on trial.

        T is that at the vertices of the mesh that conducts, (its columns,).
        """
        if self.conduction is not None:
            self.conduction.take_temperature(temperature)

    @property
    def time(self) -> float:
        """In s since the film was made, or as loaded."""
        return self.dynamics.time

    @time.setter
    def time(self, value: float) -> None:
        check_number("time", value, "s")
        self.dynamics.time = value

    @property
    def has_hall_effect(self) -> bool:
        """Whether its conductance matrix is not symmetric."""
        return self.conduction is not None and not self.conduction.symmetric

    @property
    def contacts(self) -> tuple[str, ...]:
        """Names of the nodes, in their order; contacts tied together are one, like "a+b"."""
        return tuple(self.nodes)

    def conductance_matrix(self) -> FloatArray:
        """G in S for the present magnetisation, (N, N) in node order; collective; see `read`.

        It is that of the film itself, with its contact resistances and without leads.
        """
        return self.read().conductance_matrix()

    def outside_conductance_matrix(self) -> FloatArray:
        """The same as the sources see it through `lead_resistance`, (N, N) in S; collective.

        What a circuit at the leads compares; without leads that of the film itself.
        """
        reading = self.read()
        return reading.outside(reading.conductance_matrix())

    def read(self) -> Conduction:
        """What can be solved for the present magnetisation, apart from the film; collective.

        What it finds depends on nothing that was solved before, and changes nothing in the film.

        Raises:
            InputError: fewer than two contacts.
        """
        if self.conduction is None:
            raise InputError(f"this film has {len(self.contacts)} contacts; a current needs two")
        reading = self.conduction.anew()
        reading.update(self.dynamics.m)
        return reading

    def solve_current(self, drives: Drives) -> Conduction:
        """The current for the present magnetisation; collective; see `read`.

        Args:
            drives: of each node its voltage in V, its `Current`, or None to let it float.

        Raises:
            InputError: fewer than two contacts, a wrong number of drives, or currents that do not
                sum to zero.
        """
        found = self.read()
        found.solve(drives)
        return found


def _present(*parts: Any) -> list[Any]:
    """Those of the parts of a film that it has."""
    return [each for each in parts if each is not None]

"""A magnetic film with contacts: conduction and magnetisation, each acting on the other."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from meshing import FilmMesh
from meshing.errors import InputError
from solvers.conduction import Conduction
from solvers.drive import Segment
from solvers.dynamics import Dynamics, FieldTerm, QuadraticTerm
from solvers.grains import grain_factors
from solvers.integrators import make_integrator
from solvers.material import Material
from solvers.minimiser import Minimiser, minimise
from solvers.operators import FloatArray, VertexOperators
from solvers.renewal import CurrentRenewal
from solvers.schedule import Position, sample_times
from solvers.terms import (
    Exchange,
    InterfacialDMI,
    ThinFilmDemagnetisation,
    UniaxialAnisotropy,
    Zeeman,
)
from solvers.thermal import ThermalField

Observer = Callable[["Film"], None]
"""Called at each sample time with the film in that state."""


@dataclass(frozen=True)
class Disorder:
    """Grains whose anisotropy differs.

    Args:
        grain_diameter: in m.
        relative_deviation: standard deviation of K_u between grains.
        seed: of the grains.
    """

    grain_diameter: float
    relative_deviation: float
    seed: int = 0


class Film:
    """The coupled film.

    Args:
        film_mesh: mesh and contacts; a film with fewer than two contacts carries no current.
        material: what it is made of.
        disorder: grain-wise anisotropy, or None.
        applied_field: uniform H in A/m.
        renewal_tolerance: the current is renewed as soon as m has turned by this much (rad)
            anywhere since the last time.
        potential_tolerance: residual of the potential in relation to the contact currents.
        integrator: "explicit", "implicit", or "auto" for the one that suits the mesh.
        step_tolerance: largest error of m, a unit vector, that a time step may make.
        temperature: of the thermal field in K, which acts in `evolve`; 0 for none.
        thermal_seed: of the thermal field.

    Attributes:
        operators, dynamics, conduction: the parts; conduction is None without contacts.
        integrator: what moves m.
        thermal: the thermal field, or None.
        position: where in its drive the film stands.
        energy_dissipated: by the current in J, since the film was made, or as loaded.
    """

    def __init__(
        self,
        film_mesh: FilmMesh,
        material: Material | None = None,
        *,
        disorder: Disorder | None = None,
        applied_field: tuple[float, float, float] = (0.0, 0.0, 0.0),
        renewal_tolerance: float = 0.1,
        potential_tolerance: float = 1e-10,
        integrator: str = "auto",
        step_tolerance: float = 1e-3,
        temperature: float = 0.0,
        thermal_seed: int = 0,
    ) -> None:
        self.film_mesh = film_mesh
        self.material = material or Material()
        self.operators = VertexOperators(film_mesh)
        terms = energy_terms(self.operators, self.material, disorder, applied_field)
        self.dynamics = Dynamics(self.operators, self.material, terms)
        self.conduction = (
            Conduction(self.operators, self.material, potential_tolerance)
            if len(film_mesh.contacts) >= 2
            else None
        )
        self.current = CurrentRenewal(self.dynamics, self.conduction, renewal_tolerance)
        self.thermal = (
            ThermalField(self.operators, self.material, temperature, thermal_seed)
            if temperature
            else None
        )
        self.integrator = make_integrator(
            integrator, self.dynamics, step_tolerance, thermal=self.thermal
        )
        self.position = Position()
        self.energy_dissipated = 0.0

    @property
    def comm(self):  # type: ignore[no-untyped-def]
        """The communicator of the mesh."""
        return self.operators.comm

    @property
    def time(self) -> float:
        """In s since the film was made, or as loaded."""
        return self.dynamics.time

    @time.setter
    def time(self, value: float) -> None:
        self.dynamics.time = value

    @property
    def contacts(self) -> tuple[str, ...]:
        """Names in node order."""
        return self.film_mesh.contacts

    @property
    def m(self) -> FloatArray:
        """Unit magnetisation at the vertices of this rank, (owned, 3); read it, do not write."""
        view = self.dynamics.m[: self.operators.owned].view()
        view.flags.writeable = False
        return view

    def set_magnetisation(self, m: FloatArray | Callable[[FloatArray], FloatArray]) -> None:
        """Set m, normalised; collective.

        Args:
            m: (3,) or (owned, 3), or a function of coordinates (owned, 3) in m that returns these.
        """
        owned = self.operators.owned
        values = m(self.film_mesh.coordinates[:owned]) if callable(m) else m
        self.dynamics.m[:owned] = values
        self.dynamics.synchronise()

    def randomise(self, seed: int) -> None:
        """Independent random directions at all vertices, the same on any number of ranks."""
        self.set_magnetisation(self.operators.random_normal(seed))

    def conductance_matrix(self) -> FloatArray:
        """G in S for the present magnetisation, (N, N) in node order; m stays as it is; collective.

        Raises:
            InputError: fewer than two contacts.
        """
        conduction = self._require_conduction()
        conduction.update(self.dynamics.m)
        return conduction.conductance_matrix()

    def solve_current(self, voltages: Sequence[float | None]) -> Conduction:
        """The current under contact voltages in V for the present magnetisation; collective.

        Raises:
            InputError: fewer than two contacts, or a wrong number of voltages.
        """
        conduction = self._require_conduction()
        conduction.update(self.dynamics.m)
        conduction.solve(voltages)
        return conduction

    def evolve(
        self,
        segments: Sequence[Segment],
        *,
        sample_interval: float | None = None,
        observer: Observer | None = None,
    ) -> None:
        """Follow a drive from where `position` stands in it to its end; collective.

        Samples lie at multiples of the interval from the start of each segment and at its end, and
        are hit exactly. After the end the position is back at the start, and the contacts keep
        their last voltages.

        Args:
            segments: the drive.
            sample_interval: in s, None to sample at the ends of segments alone.
            observer: called at each sample; from there the state can be saved.

        Raises:
            InputError: voltages on a film without contacts, or a wrong number of them.
            SolverError: a solver failed.
        """
        for index in range(self.position.segment, len(segments)):
            segment = segments[index]
            self.current.apply(segment.voltages)
            for elapsed in sample_times(segment.duration, sample_interval):
                if elapsed <= self.position.elapsed:
                    continue
                self._advance(elapsed - self.position.elapsed, self.thermal)
                self.position = Position(index, elapsed)
                if observer is not None:
                    observer(self)
            self.position = Position(index + 1)
        self.position = Position()

    def relax(
        self,
        duration: float = 5e-9,
        *,
        torque_tolerance: float = 10.0,
        damping: float = 0.5,
        sample_interval: float = 5e-11,
        observer: Observer | None = None,
    ) -> bool:
        """Let m settle until the torque is small or the time is over; collective.

        Neither current nor heat acts meanwhile.

        Args:
            duration: the longest time in s.
            torque_tolerance: largest |m × H_eff| in A/m at which m counts as settled.
            damping: α meanwhile.
            sample_interval: how often in s the torque is looked at.
            observer: called at each of these times.

        Returns:
            True if the torque fell below the tolerance.
        """
        before = self.dynamics.with_damping(damping)
        self.current.apply(None)
        try:
            for elapsed in sample_times(duration, sample_interval):
                if elapsed <= self.position.elapsed:
                    continue
                self._advance(elapsed - self.position.elapsed, None)
                self.position = Position(0, elapsed)
                if observer is not None:
                    observer(self)
                if self.dynamics.largest_torque() < torque_tolerance:
                    return True
            return False
        finally:
            self.dynamics.gilbert = before
            self.position = Position()

    def minimise(
        self,
        *,
        torque_tolerance: float = 10.0,
        evaluations: int = 50000,
        observer: Observer | None = None,
        observe_every: int = 100,
    ) -> int:
        """Take m downhill to an equilibrium without current and heat, in no time; collective.

        Args:
            torque_tolerance: largest |m × H_eff| in A/m at which m counts as settled.
            evaluations: of the effective field, at most.
            observer: called after so many steps, and again and again.
            observe_every: the number of these steps.

        Returns:
            How many evaluations of the effective field it took.

        Raises:
            SolverError: no equilibrium was reached.
        """
        self.current.apply(None)
        self.dynamics.thermal = None
        self.dynamics.reset_fields()
        steps = 0

        def count(_: Minimiser) -> None:
            nonlocal steps
            steps += 1
            if observer is not None and steps % observe_every == 0:
                observer(self)

        return minimise(self.dynamics, torque_tolerance, evaluations, count)

    @contextmanager
    def on_trial(self) -> Iterator[None]:
        """Whatever happens to the film inside is undone at the end."""
        m, time, position = self.m.copy(), self.time, self.position
        voltages, energy = self.current.voltages, self.energy_dissipated
        step, draws = self.integrator.step, self.thermal.steps if self.thermal else 0
        try:
            yield
        finally:
            self.time, self.position, self.energy_dissipated = time, position, energy
            self.integrator.step = step
            if self.thermal is not None:
                self.thermal.steps = draws
            self.dynamics.m[: self.operators.owned] = m
            self.dynamics.synchronise()
            self.current.apply(voltages)

    def _advance(self, interval: float, thermal: ThermalField | None) -> None:
        self.current.renew(self.time)
        self.dynamics.thermal = thermal
        self.integrator.begin()
        start, elapsed = self.time, 0.0
        while elapsed < interval:
            power, remaining = self.current.power, interval - elapsed
            step, change = self.integrator.advance(remaining, self.current.magnetisation_at_renewal)
            elapsed = interval if step == remaining else elapsed + step
            self.energy_dissipated += step * power
            self.time = start + elapsed
            self.current.follow(change, self.time)

    def _require_conduction(self) -> Conduction:
        if self.conduction is None:
            raise InputError(f"this film has {len(self.contacts)} contacts; a current needs two")
        return self.conduction


def energy_terms(
    operators: VertexOperators,
    material: Material,
    disorder: Disorder | None,
    applied_field: tuple[float, float, float],
) -> list[QuadraticTerm | FieldTerm]:
    """The terms that a material asks for: those whose constant is zero are left out."""
    constant: float | FloatArray = material.uniaxial_anisotropy
    if disorder is not None:
        constant = constant * grain_factors(
            operators.film_mesh,
            diameter=disorder.grain_diameter,
            relative_deviation=disorder.relative_deviation,
            seed=disorder.seed,
        )
    terms: list[QuadraticTerm | FieldTerm] = [Exchange(material.exchange_stiffness)]
    if material.uniaxial_anisotropy:
        terms.append(UniaxialAnisotropy(constant, material.easy_axis))
    if material.interfacial_dmi:
        terms.append(InterfacialDMI(material.interfacial_dmi))
    if material.thin_film_demagnetisation:
        terms.append(ThinFilmDemagnetisation(material.saturation_magnetisation))
    if any(applied_field):
        terms.append(Zeeman(applied_field))
    return terms

"""A film as a Hopfield network."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hebbfilm.common.arguments import check_kind
from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.common.notebook import as_html
from hebbfilm.common.progress import bar
from hebbfilm.hopfield.contact_pairs import coupled_pairs
from hebbfilm.hopfield.forming import Forming
from hebbfilm.hopfield.moments import TRAINED, UNIFORM, UNTRAINED, check_label
from hebbfilm.hopfield.neurons import Neuron, Neurons
from hebbfilm.hopfield.patterns import Pattern, PatternLike, parse_patterns
from hebbfilm.hopfield.pieces import require_currents
from hebbfilm.hopfield.prediction import predicted_separations
from hebbfilm.hopfield.presenting import HALF_PERIOD
from hebbfilm.hopfield.reference import Reference
from hebbfilm.hopfield.training import Training
from hebbfilm.hopfield.weights import conductance_weights, hebb_correlation
from hebbfilm.solvers import Film
from hebbfilm.solvers.drives.schedule import START, Position
from hebbfilm.solvers.film import Observer


class HopfieldFilm:
    """Contact voltages are the states of its neurons, conductances between contacts its weights.

    Args:
        film: a film with contacts, usually relaxed.
        reference: what the conductances are compared with, a `Reference` or the name of its rule.
        neurons: those that its contacts make, or the contacts of each by its name; None: every
            contact is one.

    Raises:
        InputError: the film is none, the reference no `Reference` nor the name of a rule, or
            neurons that do not fit the contacts.

    Attributes:
        neurons: N of them; all matrices here are between neurons.
        readings: conductance matrices in S, (N, N), by the labels of the moments at which they were
            read: "untrained" at the beginning of the first training, those of its steps and of
            `read`, "trained" at the end of the last, and "uniform" of `read_uniform`.
        reference_film: those of the reference film, likewise; empty where there is none.
        patterns: all that were presented so far.

    Example:
        >>> from mpi4py import MPI
        >>> film = Film(mesh_film(wheel(mesh_size=2e-8), MPI.COMM_WORLD), Material())
        >>> network = HopfieldFilm(film)
        >>> network.train(["++--"], duration=1e-13, rest=0.0)
        >>> network.weights.shape
        (4, 4)
    """

    _repr_html_ = as_html

    def __init__(
        self,
        film: Film,
        reference: Reference | str = "untrained",
        neurons: Neurons | Mapping[str, Neuron] | None = None,
    ) -> None:
        if not isinstance(film, Film):
            raise InputError(f"film = {shown(film)}: must be a Film, like Film(mesh, Material())")
        self.film = film
        named = Reference(reference) if isinstance(reference, str) else reference
        if not isinstance(named, Reference):
            raise InputError(f"reference = {shown(named)}: must be a Reference, or its rule's name")
        self.reference = named
        self.neurons = neurons if isinstance(neurons, Neurons) else Neurons(film.contacts, neurons)
        if self.neurons.contacts != tuple(film.contacts):
            raise InputError(
                f"neurons of {', '.join(self.neurons.contacts)}: must be of the contacts of the "
                f"film, {', '.join(film.contacts)}"
            )
        self.readings: dict[str, FloatArray] = {}
        self.reference_film: dict[str, FloatArray] = {}
        self.patterns: list[Pattern] = []

    def train(
        self,
        patterns: Sequence[PatternLike],
        *,
        voltage: float = 0.05,
        duration: float = 6e-9,
        presentation: str = "constant",
        half_period: float = HALF_PERIOD,
        repeats: int = 1,
        pause: float = 0.0,
        rest: float = 5e-9,
        polarity: str = "as_given",
        decay: float = 1.0,
        negative_voltage: float | None = None,
        negative_duration: float | None = None,
        forming: Forming | Mapping[str, Any] | None = None,
        read_each: bool = False,
        sample_interval: float | None = None,
        observer: Observer | None = None,
    ) -> None:
        """Present patterns one after another, then let the film rest; collective.

        Args:
            patterns: one or more, like "++--".
            voltage: V₀ in V; contact i is at V₀ ξ_i.
            duration: of each presentation in s.
            presentation: their order, "constant", "alternating", "bipolar", "quadrature" or
                "all_orders"; see `Training`, of which `run` follows any other.
            half_period: of an alternation alone, in s.
            repeats: how often all that is done.
            pause: time in s with all contacts open between presentations.
            rest: time in s with all contacts open afterwards.
            polarity: the sign with which each is presented, "as_given" or "most_negative".
            decay: of the alternation, the amplitude of each half period by that of the last.
            negative_voltage: in V, of -ξ where both are presented; None for V₀.
            negative_duration: in s, likewise.
            forming: what is done to the film first; {} stands for the defaults of `Forming`.
            read_each: whether `readings` get one after each, under "after 1", "after 2", …
            sample_interval: in s, see `Film.evolve`.
            observer: called with the film at each sample.

        Raises:
            InputError: a pattern or a number that cannot be.
            SolverError: a solver failed.
        """
        schedule = Training(
            tuple(tuple(map(int, pattern)) for pattern in parse_patterns(patterns)),
            voltage,
            duration,
            presentation,
            half_period,
            repeats=repeats,
            pause=pause,
            rest=rest,
            polarity=polarity,
            decay=decay,
            negative_voltage=negative_voltage,
            negative_duration=negative_duration,
            forming=Forming.of(forming),
            read_each=read_each,
        )
        self.run(schedule, sample_interval=sample_interval, observer=observer)

    def run(
        self,
        schedule: Training,
        *,
        start: Position = START,
        sample_interval: float | None = None,
        observer: Observer | None = None,
    ) -> None:
        """Follow a training schedule, from `start` in its drive; collective; see `Film.evolve`.

        Of the readings on the way those are taken that do not lie before `start`.
        """
        require_currents(self.film, self.neurons, schedule)
        segments, moments = schedule.course(self.neurons)
        if UNTRAINED not in self.readings:
            self._keep(UNTRAINED)
        left = sum(segment.duration for segment in segments[start.segment :]) - start.elapsed
        with bar("Training", left, shown=self.film.comm.rank == 0):
            for label, end in [*moments.items(), (TRAINED, len(segments))]:
                if end < start.segment:
                    continue
                self.film.evolve(
                    segments[:end], start=start, sample_interval=sample_interval, observer=observer
                )
                self._keep(label)
                start = Position(end)
        if self.reference.since == UNIFORM and UNIFORM not in self.readings:
            self.read_uniform()
        self.patterns += schedule.parsed(self.neurons)

    def read(self, label: str) -> FloatArray:
        """Keep the conductances of this moment under a label; collective.

        Returns:
            The conductance matrix, (N, N), S.

        Raises:
            InputError: a label that another moment has by itself, or that is none.
        """
        check_label(label, "label")
        self._keep(label)
        return self.readings[label]

    def read_uniform(self) -> FloatArray:
        """Keep the conductances that the film has with m along z, as "uniform"; collective.

        On trial: the film stays as it is. They tell what the geometry alone makes of the pairs.

        Returns:
            The conductance matrix, (N, N), S.
        """
        with self.film.on_trial():
            self.film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
            self._keep(UNIFORM)
        return self.readings[UNIFORM]

    def _keep(self, label: str) -> None:
        conductance = self.film.conductance_matrix()
        self.readings[label] = self.neurons.conductance(conductance)
        of_film = self.neurons.reference_conductance(conductance)
        if of_film is not None:
            self.reference_film[label] = of_film

    @property
    def before(self) -> FloatArray | None:
        """Conductance matrix of the untrained film in S, (N, N); None before any training."""
        return self.readings.get(UNTRAINED)

    @property
    def after(self) -> FloatArray | None:
        """Conductance matrix after the last training in S, (N, N); None before any."""
        return self.readings.get(TRAINED)

    def conductance_matrix(self) -> FloatArray:
        """G in S between the neurons for the present magnetisation, (N, N); collective."""
        return self.neurons.conductance(self.film.conductance_matrix())

    @property
    def weights(self) -> FloatArray:
        """w_ij, (N, N), by its reference; 0 where a pair is not coupled.

        Raises:
            InputError: the film has not been trained, or not read at a moment of its reference.
        """
        return self.weights_by(self.reference)

    def weights_by(self, reference: Reference) -> FloatArray:
        """The weights by another reference, (N, N); see `weights`."""
        check_kind("reference", reference, Reference)
        if self.before is None or self.after is None:
            raise InputError("this film has not been trained: there are no weights to read")
        before, after = reference.matrices(self.readings, self.reference_film)
        return conductance_weights(before, after, reference)

    @property
    def coupled(self) -> BoolArray:
        """Which pairs of contacts are coupled, (P,), and so have a weight.

        Raises:
            InputError: the film has not been trained.
        """
        if self.before is None:
            raise InputError("this film has not been trained: its conductances are not known")
        return coupled_pairs(self.before)

    @property
    def hebb_correlation(self) -> float | None:
        """Correlation of weights with Σ ξ_i ξ_j over coupled pairs; None where that is constant."""
        return hebb_correlation(self.weights, self.patterns, self.coupled)

    def predicted_margins(self, direction: Sequence[float]) -> list[float]:
        """The margin of each pattern to first order, before any dynamics; on trial; collective.

        Args:
            direction: of a uniform m, (3,).

        Raises:
            InputError: a pattern drives no current.
            SolverError: no convergence.
        """
        with self.film.on_trial():
            self.film.set_magnetisation(np.array(direction))
            found = predicted_separations(self.film, np.array(self.patterns), self.neurons)
        return [separation.margin for separation in found]

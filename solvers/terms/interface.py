"""What an energy or a field has to be, to act on a film."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeAlias, runtime_checkable

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.drives.pace import Pace
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms.energy import Energy
from hebbfilm.solvers.terms.numeric_field import NumericField
from hebbfilm.solvers.terms.quadratic import QuadraticForm


@runtime_checkable
class FieldTerm(Protocol):
    """Any other field: evaluated at every stage if it varies, else once."""

    name: str

    @property
    def varies(self) -> bool:
        """Whether it depends on time or on m."""

    def bind(self, operators: VertexOperators, material: FilmMaterial) -> "BoundField":
        """The term on one film; collective."""


class BoundField(Protocol):
    """A `FieldTerm` on one film; its methods are collective."""

    energy_share: float
    """E = -share μ₀ ∫ M_s m · H: 1 for a field from elsewhere, ½ for one that is linear in m, 0 for
    one that has an energy of its own, or none."""

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m at `time` in s to `out` (owned, 3), of m (columns, 3) with its ghosts."""


@runtime_checkable
class FieldWithEnergy(Protocol):
    """A `BoundField` whose energy is no share of m · H."""

    def own_energy(self, time: float, m: FloatArray) -> float:
        """What this rank has of the energy in J at `time` in s of m (columns, 3); collective."""


@runtime_checkable
class DifferentiableField(Protocol):
    """A `BoundField` whose derivative by m is known to implicit integrators; collective."""

    def linearise(self, time: float, m: FloatArray) -> None:
        """Take ∂H/∂m at `time` in s and m (columns, 3)."""

    def add_change(self, change: FloatArray, out: FloatArray) -> None:
        """Add (∂H/∂m) u in A/m to `out` (owned, 3), for u (columns, 3) with its ghosts."""


@runtime_checkable
class StiffField(Protocol):
    """A `BoundField` that knows how fast it may turn a deviation of m."""

    def stiffness(self, time: float, m: FloatArray) -> float:
        """Bound on |∂H/∂m - m · H| across m of this rank, in A/m; collective.

        Args:
            time: in s, from which on it is to hold.
            m: (columns, 3) at that time.
        """


@runtime_checkable
class TwistingField(Protocol):
    """A `BoundField` H + m × q without an energy, of which H and q follow the current alone.

    The loops multiply m by q, and what is steady is added once: `add_field` is for reports.
    """

    twist: FloatArray | None
    """q in A/m, (owned, 3); None where there is none now."""
    steady: FloatArray | None
    """H in A/m, (owned, 3); None where there is none now."""


@runtime_checkable
class PartlyLocalField(Protocol):
    """A `BoundField` of which some is local: `add_field` leaves that out."""

    local_form: QuadraticForm
    """The energy of the local part."""


@runtime_checkable
class SlowField(Protocol):
    """A `BoundField` that may be foreseen within a step, of what it was at the ends of others."""

    slow: bool
    """Whether it is smooth in time, where m is: how well it is foreseen is seen at each end."""


@runtime_checkable
class GrowingField(Protocol):
    """A `BoundField` that may become stronger than it is at the start."""

    largest_growth: float
    """Upper bound on how much |H| grows, in A/m."""


@runtime_checkable
class Kinked(Protocol):
    """A term that depends on time, not always smoothly."""

    def breakpoints(self) -> tuple[float, ...]:
        """Times in s at which it has a kink or jumps: steps should end there."""


@runtime_checkable
class Paced(Protocol):
    """A `BoundField` that depends on time, and says how far steps may go; collective."""

    def paces(self, begin: float, end: float, name: str) -> list[Pace]:
        """From `begin` to `end` in s: so that nothing that it does is passed over.

        Args:
            begin: in s.
            end: in s.
            name: of its term or torque, for messages.

        Raises:
            InputError: it moves too fast to be followed.
        """


@runtime_checkable
class LinearField(Protocol):
    """A `BoundField` that is linear in m and does not depend on time; collective."""

    def add_linear_field(self, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m to `out` (owned, 3), of any vectors m (columns, 3) with their ghosts."""


class Named(Protocol):
    """A term or a torque."""

    @property
    def name(self) -> str:
        """That no other of the same film has."""


Term: TypeAlias = Energy | FieldTerm | NumericField
"""What acts on m with a field, and has a name of its own."""


def require_names_apart(terms: Sequence[Named]) -> None:
    """Raise InputError if two terms have one name: one of them would be left out."""
    names = Counter(term.name for term in terms)
    name, count = names.most_common(1)[0] if names else ("", 0)
    if count > 1:
        raise InputError(f"{count} terms are called {name!r}: give each a name of its own")

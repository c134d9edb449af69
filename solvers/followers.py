"""What follows the slow parts of a film: current, temperature, what it is made of, and time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from hebbfilm.common.arrays import FloatArray

if TYPE_CHECKING:
    from hebbfilm.solvers.conduction.conduction import Conduction


@runtime_checkable
class FollowsCurrent(Protocol):
    """Acts by the current in a film, or is acted on by it.

    A bound term or torque that has this method is told of every renewal by itself.
    """

    def take_current(self, current: Conduction | None) -> None:
        """Take a current as it was found last, None where all contacts are open; collective."""


@runtime_checkable
class FollowsTemperature(Protocol):
    """Depends on the temperature in a film."""

    def take_temperature(self, temperature: FloatArray) -> None:
        """Take T in K at the vertices, (columns,) with the ghosts; collective.

        It may be kept, not written. Called often; how far T has to move to matter, each decides.
        """


@runtime_checkable
class FollowsMaterial(Protocol):
    """Keeps something that was made of parameters of the material which change in place.

    A bound term or torque that has this method is told of every change by itself.
    """

    def renew_material(self) -> None:
        """Make it anew of the parameters as they are now; collective."""


@runtime_checkable
class FollowsTime(Protocol):
    """Goes on while m moves, with the current as it was taken last; its methods are collective."""

    def begin(self, time: float) -> None:
        """From `time` in s on, go on as if the film had been saved and loaded there."""

    def pass_time(self, duration: float) -> None:
        """So many s have passed."""

    def finish(self) -> None:
        """A sample is taken: be up to date."""

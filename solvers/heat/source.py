"""The heat of a current, summed up exactly while the temperature stays behind."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.reductions import largest
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.heat.body import HeatedBody
from hebbfilm.solvers.heat.network import ThermalNetwork


class HeatSource:
    """∫ q dt in the cells, and that of interfaces at the vertices, for what flowed meanwhile.

    Args:
        network: where the heat arises.
        body: what is heated.

    Attributes:
        elapsed: time in s since the heat was collected.
        change: by how much q/c may have changed since then where it is largest, in K/s, as the
            power of the sources has.
    """

    def __init__(self, network: ThermalNetwork, body: HeatedBody) -> None:
        self._network, self._comm = network, network.operators.comm
        self._capacity = body.capacity
        cells, vertices = len(self._capacity), network.operators.owned
        self._density, self._spent, self._energy = np.zeros((3, cells))
        self._at_interfaces, self._interface_energy = np.zeros((2, vertices))
        self._power = self._work = 0.0
        self._power_before = self._fastest_before = 0.0
        self._unspent = self.elapsed = self.change = 0.0

    def take(self, current: Conduction | None) -> None:
        """What flows from now on; collective."""
        self._spend()
        if current is None:
            self._density[:], self._at_interfaces[:], self._power = 0, 0, 0.0
        else:
            self._density[:] = current.power_density()
            self._at_interfaces[:] = current.interface_heat()
            self._power = current.power
        self.change = self._possible_change()

    def _possible_change(self) -> float:
        """See `change`; collective."""
        if self._power_before:
            return self._fastest_before * abs(self._power / self._power_before - 1)
        return self._fastest() if self._power else 0.0

    def _fastest(self) -> float:
        """The largest q/c in K/s; collective."""
        np.divide(self._density, self._capacity, out=self._spent)
        return largest(self._comm, float(self._spent.max(initial=0.0)))

    def pass_time(self, duration: float) -> None:
        """It flowed for so many s more."""
        self._unspent += duration
        self.elapsed += duration

    def _spend(self) -> None:
        if self._unspent:
            self._energy += np.multiply(self._density, self._unspent, out=self._spent)
            self._interface_energy += self._at_interfaces * self._unspent
            self._work += self._power * self._unspent
            self._unspent = 0.0

    def present(self) -> FloatArray:
        """Q of the present current in W, (owned,); collective."""
        return self._network.deposited(self._density) + self._at_interfaces

    def collect(self) -> tuple[FloatArray, float]:
        """The mean Q in W, (owned,), and the work of the sources in J; collective.

        Both since this was called last; what flows is the same now as before.
        """
        self._spend()
        heat = self._network.deposited(self._energy) + self._interface_energy
        source = np.divide(heat, self.elapsed, out=heat)
        work = self._work
        self.begin()
        return source, work

    def begin(self) -> None:
        """Forget what flowed until now, and compare with what flows now."""
        self._power_before, self._fastest_before = self._power, self._fastest()
        self._energy[:], self._interface_energy[:] = 0, 0
        self._work = self._unspent = self.elapsed = self.change = 0.0

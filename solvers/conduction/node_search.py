"""The search for voltages of nodes: where currents are prescribed, and at the ends of leads."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import SolverError
from hebbfilm.solvers.conduction.node_voltages import held_nodes
from hebbfilm.solvers.drives.drive import Drive
from hebbfilm.solvers.drives.source import as_numbers

_PASSES, _PASSES_WITH_LEADS = 4, 20
_SLOW = 0.1
"""Of what is missing, left by a pass: above that, conductances are those of another σ."""
_LEAST = 1e-9
"""Of the largest conductance of a node."""


class NodeSearch:
    """Newton's method for the voltages V of nodes that no source holds by itself.

    Of a node with a prescribed current the equation is I_k = I; of one at the end of a lead with
    the resistance R_k, whose source is at U_k, it is s_k (U_k - V_k - R_k I_k) = 0. With
    s_k = G_kk/(1 + R_k G_kk), the conductance of lead and node in series, both are currents, and as
    well conditioned for a lead that is next to nothing, where V = U, as for one beside which the
    film is a short, where I = U/R.

    In a piece of film where no node has a voltage, the mean voltage is 0, and currents sum to zero.

    Args:
        drives: of the nodes.
        groups: numbers of the nodes that the film joins, see `Strips`.
        voltages: of the nodes to begin with in V, (N,).
        lead_resistance: of the nodes in Ω, (N,); None without leads.

    Attributes:
        voltages: of the nodes in V, (N,), as far as they are found.
        free: numbers of those that are searched for: with leads all.
        offsets: by how much voltages of a group were moved down in V, to a mean of 0, (N,) each.
    """

    def __init__(
        self,
        drives: Sequence[Drive],
        groups: Sequence[IntArray],
        voltages: FloatArray,
        lead_resistance: FloatArray | None = None,
    ) -> None:
        given, held = np.array(as_numbers(drives)), held_nodes(drives)
        searched = ~held if lead_resistance is None else np.full_like(held, True)
        self.voltages: FloatArray = np.where(searched, voltages, given)
        self.free = [int(k) for k in np.flatnonzero(searched)]
        self._target = given[self.free]
        self._through = held[self.free]
        self._resistance = None if lead_resistance is None else lead_resistance[self.free]
        self._weights: FloatArray = np.zeros(len(self.free))
        self._series: FloatArray = np.zeros(len(self.free))
        self._together: list[IntArray] = []
        self.offsets: list[FloatArray] = []
        self._floating = [group for group in groups if not held[group].any()]
        for group in self._floating:
            own: IntArray = np.searchsorted(self.free, group)
            common = self.voltages[group].mean()
            self.voltages[group] -= common
            self.offsets.append(common * np.isin(np.arange(len(held)), group))
            self._target[own] -= self._target[own].mean()
            self._together.append(own)

    def take(self, conductance: FloatArray) -> None:
        """Search by these conductances in S, (free, free), which need not be exact."""
        slopes = conductance.copy()
        if self._resistance is not None:
            of_node = np.diag(conductance)
            # That of a node alone on its piece of film is round-off: it only weighs U - V there.
            of_node = np.maximum(of_node, _LEAST * of_node.max())
            series = of_node / (1 + self._resistance * of_node)
            self._series = np.where(self._through, series, 0.0)
            through = np.eye(len(of_node)) + self._resistance[:, None] * conductance
            slopes[self._through] = (self._series[:, None] * through)[self._through]
        for own in self._together:
            # A common voltage drives nothing; this term keeps it at zero.
            within = np.ix_(own, own)
            self._weights[own] = np.trace(slopes[within]) / len(own) ** 2 or 1.0
            slopes[within] += self._weights[own[0]]
        self._slopes = slopes

    def missing(self, currents: FloatArray) -> FloatArray:
        """What is missing at the nodes that are searched for in A, for the currents (N,) in A."""
        missing: FloatArray = self._target - currents[self.free]
        if self._resistance is not None:
            drop = self._target - self.voltages[self.free]
            left = self._series * (drop - self._resistance * currents[self.free])
            missing = np.where(self._through, left, missing)
        for own, group in zip(self._together, self._floating, strict=True):
            # What is common to all is left by an unfinished solve; no voltage would mend it.
            missing[own] -= missing[own].mean()
            if self._resistance is not None:
                # By conductances that are not exact the mean voltage would drift.
                missing[own] -= self._weights[own[0]] * self.voltages[group].sum()
        return missing

    def move(self, missing: FloatArray) -> FloatArray:
        """Move the voltages by what is missing in A; by how much in V, (N,)."""
        steps = np.zeros_like(self.voltages)
        steps[self.free] = np.linalg.solve(self._slopes, missing)
        self.voltages += steps
        return steps

    def run(
        self,
        solved: Callable[[FloatArray], tuple[FloatArray, float]],
        follow: Callable[[FloatArray], None],
        renewed: Callable[[], FloatArray],
        tolerance: float,
    ) -> FloatArray:
        """Find the voltages; the currents of all nodes there in A, (N,); collective.

        Args:
            solved: currents in A at voltages of the nodes, (N,) each, and their round-off in A.
            follow: told by how much in V the voltages have been moved, (N,).
            renewed: gives the conductances of the present σ, where those by which ends of leads
                are searched for turn out to be of another one.
            tolerance: relative error of the currents.

        Raises:
            SolverError: they were not found.
        """
        with_leads, before = self._resistance is not None, np.inf
        for _ in range(_PASSES_WITH_LEADS if with_leads else _PASSES):
            currents, resolution = solved(self.voltages)
            missing = self.missing(currents)
            wanted = max(tolerance * np.abs(currents).max(), resolution)
            left = np.abs(missing).max(initial=0.0)
            if left <= wanted:
                return currents
            if with_leads and left > _SLOW * before:
                self.take(renewed())
            before = left
            follow(self.move(missing))
        raise SolverError(f"contact currents are off by {missing} A, {wanted:.3g} A allowed")

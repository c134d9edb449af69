"""Runs in the environment of magnum.np alone: a wall and its film under a spin-orbit torque.

    python magnum_np_spin_orbit.py > magnum_np_spin_orbit.json   (9 minutes)

The torque of Slonczewski with Λ = 1 is ħJ/(2eμ₀M_sd) (P m × p + 2ε' p). `test_spin_orbit_peer.py`
has the same film.
"""

import json
from importlib.metadata import version

import numpy as np
import torch
from magnumnp import (
    ExchangeField,
    InterfaceDMIField,
    LLGSolver,
    Mesh,
    SpinTorqueSlonczewski,
    State,
    UniaxialAnisotropyField,
)

LENGTH, WIDTH, THICKNESS = 120e-9, 40e-9, 1e-9
WALL, PLACE = 8.66e-9, 40e-9
TIMES, STEP = 10, 1e-10
MATERIAL = {
    "Ms": 5.8e5,
    "A": 1.5e-11,
    "Di": 3e-4,
    "Ku": 2e5,
    "Ku_axis": [0.0, 0.0, 1.0],
    "alpha": 0.1,
    # Of a current along +x in a layer below: the moments that enter point along -y.
    "mp": [0.0, -1.0, 0.0],
    "J": 2e11,
    "P": 0.1,
    "epsilon_prime": 0.02,
    "Lambda": 1.0,
    "d": THICKNESS,
}


def means(cell: float) -> list[list[float]]:
    """⟨m⟩ after every `STEP`, with so large square cells in m."""
    nx, ny = round(LENGTH / cell), round(WIDTH / cell)
    state = State(Mesh((nx, ny, 1), (cell, cell, THICKNESS)))
    state.material = MATERIAL
    xi = ((np.arange(nx) + 0.5) * cell - PLACE) / WALL
    profile = np.stack([-1 / np.cosh(xi), 0 * xi, -np.tanh(xi)], axis=-1)
    state.m = torch.tensor(np.broadcast_to(profile[:, None, None], (nx, ny, 1, 3)).copy())
    terms = [
        ExchangeField(),
        InterfaceDMIField(Di="Di"),
        UniaxialAnisotropyField(),
        SpinTorqueSlonczewski(),
    ]
    solver = LLGSolver(terms, atol=1e-7, rtol=1e-7)
    found = []
    for _ in range(TIMES):
        solver.step(state, STEP)
        found.append(state.m.reshape(-1, 3).mean(dim=0).tolist())
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    cells = {f"{size * 1e9:g}": means(size) for size in (2e-9, 1e-9)}
    print(json.dumps({"magnumnp": version("magnumnp"), "means": cells}, indent=1))

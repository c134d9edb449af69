"""Runs in the environment of magnum.np alone: the standard film without a solver for the current.

    python magnum_np.py FILM.npz

Reads commands from its input: `run S` goes on for so many seconds of simulated time and prints the
seconds that it took, `mean` prints ⟨m⟩, `exact S` starts anew with a tight tolerance, goes on for S
and prints ⟨m⟩.
"""

import sys
import time
from typing import Any

import numpy as np
import torch
from magnumnp import (
    ExchangeField,
    InterfaceDMIField,
    LLGSolver,
    Mesh,
    SpinTorqueZhangLi,
    State,
    UniaxialAnisotropyField,
)

_TIGHT = 1e-8


def make(film: Any, tolerance: float | None) -> tuple[Any, Any]:
    """The state at the start, and the solver; default tolerances of magnum.np for None."""
    nx, ny = film["m"].shape[:2]
    cell, thickness = float(film["cell"]), float(film["thickness"])
    state = State(Mesh((nx, ny, 1), (cell, cell, thickness)))
    state.material = {
        "Ms": float(film["saturation_magnetisation"]),
        "A": float(film["exchange_stiffness"]),
        "Di": float(film["interfacial_dmi"]),
        "Ku": float(film["uniaxial_anisotropy"]),
        "Ku_axis": [0.0, 0.0, 1.0],
        "alpha": float(film["damping"]),
        # So that j stands for the drift velocity itself.
        "b": 1.0,
        "xi": float(film["nonadiabaticity"]),
    }
    state.m = torch.tensor(film["m"][:, :, None, :])
    drift = np.zeros((nx, ny, 1, 3))
    drift[..., 0] = float(film["drift"])
    state.j = torch.tensor(drift)
    terms = [
        ExchangeField(),
        InterfaceDMIField(Di="Di"),
        UniaxialAnisotropyField(),
        SpinTorqueZhangLi(),
    ]
    chosen = {} if tolerance is None else {"atol": tolerance, "rtol": tolerance}
    return state, LLGSolver(terms, **chosen)


def mean(state: Any) -> str:
    """⟨m⟩ as text."""
    return " ".join(f"{value:.12g}" for value in state.m.reshape(-1, 3).mean(dim=0).tolist())


def main() -> None:
    """Obey until the input ends."""
    torch.set_num_threads(1)
    film = np.load(sys.argv[1])
    state, solver = make(film, None)
    for line in sys.stdin:
        command, *duration = line.split()
        if command == "run":
            start = time.perf_counter()
            solver.step(state, float(duration[0]))
            answer = f"{time.perf_counter() - start:.6f}"
        elif command == "exact":
            exact, tight = make(film, _TIGHT)
            tight.step(exact, float(duration[0]))
            answer = mean(exact)
        else:
            answer = mean(state)
        print(f"answer {answer}", flush=True)


if __name__ == "__main__":
    main()

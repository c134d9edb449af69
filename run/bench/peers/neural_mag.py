"""Runs in the environment of NeuralMag alone: the standard film, which carries no current there.

    python neural_mag.py FILM.npz

Speaks as `magnum_np.py` does. JAX in double precision, on one core.
"""

import os
import sys
import time
from typing import Any

# Neither flags of XLA nor variables keep all versions of JAX from starting threads.
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
os.environ["NM_BACKEND"], os.environ["NM_DTYPE"] = "jax", "float64"
os.environ["JAX_PLATFORMS"] = "cpu"

import neuralmag  # noqa: E402
import numpy as np  # noqa: E402

_TIGHT = 1e-8
_MOST_STEPS = 100_000


def make(film: Any, tolerance: float | None) -> tuple[Any, Any]:
    """The state at the start, and the solver; default tolerances of NeuralMag for None."""
    nx, ny = (size - 1 for size in film["m_of_corners"].shape[:2])
    cell, thickness = float(film["cell"]), float(film["thickness"])
    state = neuralmag.State(neuralmag.Mesh((nx, ny), (cell, cell, thickness)))
    material = state.material
    material.Ms = float(film["saturation_magnetisation"])
    material.A = float(film["exchange_stiffness"])
    material.Di = float(film["interfacial_dmi"])
    # Its energy has the other sign.
    material.Di_axis = [0.0, 0.0, -1.0]
    material.Ku = float(film["uniaxial_anisotropy"])
    material.Ku_axis = [0.0, 0.0, 1.0]
    material.alpha = float(film["damping"])
    state.m = neuralmag.VectorFunction(state, tensor=state.tensor(film["m_of_corners"]))
    terms = {
        "exchange": neuralmag.ExchangeField(),
        "dmi": neuralmag.InterfaceDMIField(),
        "anisotropy": neuralmag.UniaxialAnisotropyField(),
    }
    for name, term in terms.items():
        term.register(state, name)
    neuralmag.TotalField(*terms).register(state)
    chosen = {} if tolerance is None else {"atol": tolerance, "rtol": tolerance}
    return state, neuralmag.LLGSolver(state, max_steps=_MOST_STEPS, **chosen)


def mean(state: Any) -> str:
    """⟨m⟩ as text."""
    m = np.asarray(state.m.tensor)
    weights = np.ones(m.shape[:2])
    weights[[0, -1]] /= 2
    weights[:, [0, -1]] /= 2
    return " ".join(f"{value:.12g}" for value in np.einsum("ij,ijk", weights, m) / weights.sum())


def main() -> None:
    """Obey until the input ends."""
    film = np.load(sys.argv[1])
    state, solver = make(film, None)
    for line in sys.stdin:
        command, *duration = line.split()
        if command == "run":
            start = time.perf_counter()
            solver.step(float(duration[0]))
            state.m.tensor.block_until_ready()
            answer = f"{time.perf_counter() - start:.6f}"
        elif command == "exact":
            exact, tight = make(film, _TIGHT)
            tight.step(float(duration[0]))
            answer = mean(exact)
        else:
            answer = mean(state)
        print(f"answer {answer}", flush=True)


if __name__ == "__main__":
    main()

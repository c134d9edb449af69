"""The physics of a conducting magnetic film: conduction, magnetisation and their coupling."""

from solvers.conduction import Conduction
from solvers.disorder import Disorder
from solvers.drive import Current, Segment, alternating, constant, pulse_train, rest
from solvers.electrodes import Electrodes
from solvers.energy_terms import DemagnetisationModel
from solvers.errors import SolverError
from solvers.film import Film
from solvers.material import Material
from solvers.state_file import load_state, save_state
from solvers.waveforms import Pulse, Ramp, Sinc, Sine

__all__ = [
    "Conduction",
    "Current",
    "DemagnetisationModel",
    "Disorder",
    "Electrodes",
    "Film",
    "Material",
    "Pulse",
    "Ramp",
    "Segment",
    "Sinc",
    "Sine",
    "SolverError",
    "alternating",
    "constant",
    "load_state",
    "pulse_train",
    "rest",
    "save_state",
]

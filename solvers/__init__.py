"""The physics of a conducting magnetic film: conduction, magnetisation and their coupling."""

from solvers.conduction import Conduction
from solvers.drive import Segment, alternating, constant, pulse_train, rest
from solvers.errors import SolverError
from solvers.film import DemagnetisationModel, Disorder, Film
from solvers.material import Material
from solvers.state_file import load_state, save_state

__all__ = [
    "Conduction",
    "DemagnetisationModel",
    "Disorder",
    "Film",
    "Material",
    "Segment",
    "SolverError",
    "alternating",
    "constant",
    "load_state",
    "pulse_train",
    "rest",
    "save_state",
]

"""Terms of the energy, one a file."""

from solvers.terms.anisotropy import UniaxialAnisotropy
from solvers.terms.bulk_dmi import BulkDMI
from solvers.terms.demagnetisation import Demagnetisation
from solvers.terms.exchange import Exchange
from solvers.terms.interfacial_dmi import InterfacialDMI
from solvers.terms.thin_film_demagnetisation import ThinFilmDemagnetisation
from solvers.terms.zeeman import Zeeman

__all__ = [
    "BulkDMI",
    "Demagnetisation",
    "Exchange",
    "InterfacialDMI",
    "ThinFilmDemagnetisation",
    "UniaxialAnisotropy",
    "Zeeman",
]

"""Terms of the energy, one a file."""

from hebbfilm.solvers.terms.anisotropy import UniaxialAnisotropy
from hebbfilm.solvers.terms.bulk_dmi import BulkDMI
from hebbfilm.solvers.terms.demagnetisation.term import Demagnetisation
from hebbfilm.solvers.terms.demagnetisation.thin_film import ThinFilmDemagnetisation
from hebbfilm.solvers.terms.exchange import Exchange
from hebbfilm.solvers.terms.interfacial_dmi import InterfacialDMI
from hebbfilm.solvers.terms.zeeman import Zeeman

__all__ = [
    "BulkDMI",
    "Demagnetisation",
    "Exchange",
    "InterfacialDMI",
    "ThinFilmDemagnetisation",
    "UniaxialAnisotropy",
    "Zeeman",
]

from .anisotropy import UniaxialAnisotropy as UniaxialAnisotropy
from .bulk_dmi import BulkDMI as BulkDMI
from .demagnetisation.term import Demagnetisation as Demagnetisation
from .demagnetisation.thin_film import ThinFilmDemagnetisation as ThinFilmDemagnetisation
from .exchange import Exchange as Exchange
from .interfacial_dmi import InterfacialDMI as InterfacialDMI
from .zeeman import ChangingField as ChangingField
from .zeeman import Zeeman as Zeeman

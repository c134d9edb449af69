from .explicit import Explicit as Explicit
from .implicit import Implicit as Implicit
from .interface import Advance as Advance
from .interface import Integrator as Integrator
from .interface import IntegratorName as IntegratorName
from .selection import make_integrator as make_integrator

"""What a film may be asked for by name."""

from typing import Literal, TypeAlias

DemagnetisationModel: TypeAlias = Literal["none", "local", "full"]
"""No demagnetising field; -M_s m_z ẑ, its limit for a thin film; or that of all poles."""

IntegratorName: TypeAlias = Literal["auto", "explicit", "implicit"]
"""The one that is faster on the mesh; Runge-Kutta 4; or the midpoint rule with large steps."""

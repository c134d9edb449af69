"""Which demagnetising field a film has."""

from typing import Literal, TypeAlias

DemagnetisationModel: TypeAlias = Literal["none", "local", "full"]
"""No demagnetising field; -M_s m_z ẑ, its limit for a thin film; or that of all poles."""

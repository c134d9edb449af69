from .numeric_torque import NumericTorque as NumericTorque
from .torque import Torque as Torque

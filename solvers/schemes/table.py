"""The explicit schemes, each the best of its number of stages for some damping.

What they are worth for another is measured: see `stability`.
"""

from hebbfilm.solvers.schemes.scheme import Scheme, thermal, third_order

SCHEMES: tuple[Scheme, ...] = (
    # For short steps.
    third_order(1 / 4),
    # α = 0
    third_order(0.166405, 0.133605, 1 / 4),
    third_order(0.124076, 0.071978, 0.166135, 0.167228, 1 / 4),
    third_order(0.099471, 0.04472, 0.124585, 0.100408, 0.166419, 0.180356, 1 / 4),
    # α = 0.02
    third_order(0.164266, 0.131434, 1 / 4),
    third_order(0.121635, 0.070085, 0.165699, 0.163813, 1 / 4),
    third_order(0.09549, 0.043968, 0.122779, 0.097971, 0.166102, 0.177111, 1 / 4),
    # α = 0.05
    third_order(0.160101, 0.128997, 1 / 4),
    third_order(0.115013, 0.069233, 0.162941, 0.160967, 1 / 4),
    third_order(0.087249, 0.044142, 0.117633, 0.096472, 0.163818, 0.174107, 1 / 4),
    # α = 0.1
    third_order(0.151742, 0.127047, 1 / 4),
    third_order(0.102695, 0.069185, 0.156594, 0.158269, 1 / 4),
    third_order(0.07409, 0.04507, 0.108234, 0.095638, 0.158686, 0.171255, 1 / 4),
    # α = 0.2
    third_order(0.13461, 0.126552, 1 / 4),
    third_order(0.081918, 0.070402, 0.144028, 0.157163, 1 / 4),
    third_order(0.054362, 0.046465, 0.092343, 0.095441, 0.148289, 0.169593, 1 / 4),
    # α = 0.3
    third_order(0.119327, 0.128947, 1 / 4),
    third_order(0.067186, 0.071405, 0.134181, 0.158564, 1 / 4),
    third_order(0.040354, 0.046927, 0.080248, 0.095985, 0.139411, 0.172192, 1 / 4),
    # α = 0.5
    third_order(0.111850, 0.157124),
    third_order(0.050666, 0.077584, 0.135985, 0.194057),
    third_order(0.028271, 0.046330, 0.073778, 0.103152, 0.149952, 0.212430),
    # α = 1
    third_order(0.082215, 0.167972),
    third_order(0.032127, 0.068129, 0.120854, 0.200575),
    third_order(0.016423, 0.034352, 0.057406, 0.088941, 0.136087, 0.210943),
    # α = 3
    third_order(0.056854, 0.156288),
    third_order(0.018436, 0.046234, 0.092650, 0.178183),
    third_order(0.008363, 0.019733, 0.036143, 0.061608, 0.104804, 0.185235),
)
"""Of third order; but for large α, where it does not matter, of fourth for linear equations."""

THERMAL_SCHEMES: tuple[Scheme, ...] = (
    # For short steps, where noise alone turns moments.
    thermal(1 / 4),
    # α = 0.003
    thermal(0.24469, 0.46231, 0.46415),
    # α = 0.01
    thermal(0.23406, 0.46907, 0.46868),
    # α = 0.02
    thermal(0.22102, 0.47265, 0.47068),
    # α = 0.03
    thermal(0.20837, 0.47518, 0.47213),
    # α = 0.05
    thermal(0.18422, 0.47659, 0.47278),
    # α = 0.1
    thermal(0.47953, 0.45177),
    thermal(0.13668, 0.46815, 0.4733),
    thermal(0.37039, 0.27968, 0.48737, 0.48421),
    # α = 0.2
    thermal(0.43987, 0.47758),
    # α = 0.3
    thermal(0.39365, 0.51847),
    thermal(0.25959, 0.327, 0.45395, 0.51369),
    # α = 0.5
    thermal(0.17683, 0.30593, 0.41645, 0.51164),
    # α = 1
    thermal(0.17263, 0.47759),
    thermal(0.1961, 0.31667, 0.48844),
)
"""Of second order, with 3 to 6 stages, for steps with noise."""

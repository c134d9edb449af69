"""Physical constants in SI units (CODATA 2018)."""

from math import pi

VACUUM_PERMEABILITY = 4e-7 * pi
"""μ₀ in T m/A (the value before 2019, within 6e-10 of the measured one)."""

ELEMENTARY_CHARGE = 1.602176634e-19
"""e in C."""

REDUCED_PLANCK_CONSTANT = 1.054571817e-34
"""ħ in J s."""

BOHR_MAGNETON = 9.2740100783e-24
"""μ_B in J/T."""

GYROMAGNETIC_RATIO = 2.2127616e5
"""γ₀ = μ₀ |γ| in m/(A s), for γ = 1.760859e11 rad/(s T)."""

BOLTZMANN = 1.380649e-23
"""k_B in J/K."""

LORENZ_NUMBER = 2.44e-8
"""L in W Ω/K², (π²/3)(k_B/e)²: A. Sommerfeld, Z. Phys. 47, 1 (1928)."""

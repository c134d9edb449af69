# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # An energy term of one's own
#
# An energy is a density in UFL. hebbfilm differentiates it, compiles it, and hands its field to
# both integrators and the minimiser. Here: a uniaxial anisotropy of the second order, which can
# make m lie on a cone.

# %%
from dataclasses import dataclass

import matplotlib.pyplot as plt
from mpi4py import MPI

import numpy as np

from hebbfilm import Energy, Film, Material, disc, mesh_film, parameter


@dataclass(frozen=True)
class SecondOrder(Energy):
    """E = ∫ K₂ (1 − m_z²)² dV, that is K₂ sin⁴θ."""

    k2: float = parameter("J/m³")
    name = "second_order"

    def density(self, m, at):
        return self.k2 * (1 - m[2] ** 2) ** 2


# %% [markdown]
# ## On a cone
#
# With the energy −K m_z² of the first order, K₁ sin²θ + K₂ sin⁴θ has its minimum at sin²θ =
# −K₁/2K₂, if K₁ < 0 < −K₁ < 2K₂.

# %%
mesh = mesh_film(disc(radius=40e-9, mesh_size=4.5e-9), MPI.COMM_WORLD)
K2 = 2e5
angles, expected = [], []
ratios = np.linspace(0.1, 1.9, 10)  # −K₁/K₂
for ratio in ratios:
    material = Material(uniaxial_anisotropy=-ratio * K2, interfacial_dmi=0.0)
    film = Film(mesh, material, terms=[SecondOrder(k2=K2)])
    film.set_magnetisation([0.3, 0.1, 0.9])
    film.minimise(torque_tolerance=0.1)
    angles.append(np.degrees(np.arccos(film.m[:, 2].mean())))
    expected.append(np.degrees(np.arcsin(np.sqrt(ratio / 2))))
figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
axes.plot(ratios, expected, label="arcsin √(−K₁/2K₂)")
axes.plot(ratios, angles, "o", label="found")
axes.set(xlabel="−K₁/K₂", ylabel="angle of the cone / °")
axes.legend()
plt.show()
print(f"largest difference {np.max(np.abs(np.subtract(angles, expected))):.1e}°")
assert np.allclose(angles, expected, atol=1e-3)

# %% [markdown]
# ## Parameters that differ from place to place
#
# A parameter may be a function of places. Half of the disc gets its cone, the other half stays
# easy along z:

# %%
film = Film(
    mesh,
    Material(uniaxial_anisotropy=lambda x: np.where(x[:, 0] > 0, -2e5, 2e5), interfacial_dmi=0.0),
    terms=[SecondOrder(k2=lambda x: np.where(x[:, 0] > 0, 2e5, 0.0))],
)
film.set_magnetisation([0.3, 0.1, 0.9])
film.minimise()
x, y = 1e9 * mesh.coordinates[:, 0], 1e9 * mesh.coordinates[:, 1]
figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
drawn = axes.tripcolor(x, y, mesh.cells, film.m[:, 2], vmin=0.6, vmax=1)
figure.colorbar(drawn, label="$m_z$")
axes.set(aspect="equal", xlabel="x / nm", ylabel="y / nm")
plt.show()
print({name: f"{value:.3g} J" for name, value in film.dynamics.energies().items()})

# %% [markdown]
# Exchange blurs the border over √(A/K). A case names the same class as a [module](../modules.md);
# torques and fields without an energy are in [extending](../extending.md).
#
# **Try:** an energy with derivatives of m, like D m·(∇ × m) with `gradient(m)`;
# `film.evolve(rest(1e-9))` to see it precess.

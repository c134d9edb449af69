# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Relax a skyrmion
#
# A disc with a Dzyaloshinskii–Moriya interaction below the critical value can hold a single
# skyrmion. We put a rough one in, let the energy decide how large it is, and compare with theory.

# %%
import matplotlib.pyplot as plt
from mpi4py import MPI

import numpy as np

from hebbfilm import Film, Material, Skyrmion, disc, mesh_film

mesh = mesh_film(disc(radius=60e-9, mesh_size=2.5e-9), MPI.COMM_WORLD)
A, K, D = 15e-12, 6e5, 3e-3  # J/m, J/m³, J/m²; K contains the shape anisotropy
material = Material(exchange_stiffness=A, uniaxial_anisotropy=K, interfacial_dmi=D)
film = Film(mesh, material)
wall = np.sqrt(A / K)
critical = 4 * np.sqrt(A * K) / np.pi
print(f"{len(mesh.coordinates)} vertices; D is {D / critical:.2f} of the critical value")

# %% [markdown]
# ## A start
#
# `Skyrmion` is one of the textures that a film may start from. The core points down, all else up,
# and between them m lies in the plane and points outwards (D > 0 makes left-handed Néel walls,
# ↑←↓→↑).


# %%
film.start_from(Skyrmion(radius=20e-9, wall_width=np.pi * wall))
measured = film.texture_measures()
print(f"topological charge {measured.topological_charge:+.3f}")

# %% [markdown]
# ## Downhill


# %%
def draw(axes, title):
    x, y = 1e9 * mesh.coordinates[:, 0], 1e9 * mesh.coordinates[:, 1]
    drawn = axes.tripcolor(x, y, mesh.cells, film.m[:, 2], cmap="RdBu_r", vmin=-1, vmax=1)
    axes.set(title=title, aspect="equal", xlabel="x / nm", ylabel="y / nm")
    return drawn


def radius(film):
    """Of a disc of the area in which m points down, in m."""
    down = film.operators.vertex_volumes[film.m[:, 2] < 0].sum()
    return np.sqrt(down / 1e-9 / np.pi)  # the film is 1 nm thick


figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
draw(left, "start")
before = sum(film.dynamics.energies().values())
evaluations = film.minimise()
after = sum(film.dynamics.energies().values())
drawn = draw(right, "at rest")
figure.colorbar(drawn, label="$m_z$")
plt.show()
print(f"{evaluations} evaluations; energy from {before:.3g} to {after:.3g} J")
print(f"topological charge {film.texture_measures().topological_charge:+.3f}")
assert after < before

# %% [markdown]
# At the rim, DMI tilts m: that is why the charge of the whole disc is no whole number.
#
# ## How large should it be?
#
# With the wall as a line of energy 4√(AK) − πD and curvature, a skyrmion in a film without end
# has the radius Δ/√(2(1 − D/D_c)), Δ = √(A/K): S. Rohart and A. Thiaville, Phys. Rev. B 88,
# 184422 (2013). It holds for radii above some Δ, and the disc must be larger.

# %%
constants = [3.1e-3, 3.3e-3, 3.5e-3]
found = []
for constant in constants:
    film = Film(
        mesh, Material(exchange_stiffness=A, uniaxial_anisotropy=K, interfacial_dmi=constant)
    )
    film.start_from(Skyrmion(radius=10e-9, wall_width=np.pi * wall))
    film.minimise()
    found.append(radius(film))
theory = [wall / np.sqrt(2 * (1 - constant / critical)) for constant in constants]
for constant, here, there in zip(constants, found, theory, strict=True):
    radii = f"{1e9 * here:.1f} nm, by theory {1e9 * there:.1f} nm"
    print(f"D = {1e3 * constant:.1f} mJ/m²: radius {radii}")
assert np.all(np.diff(found) > 0)

# %% [markdown]
# The nearer D is to the critical value, the larger it is; above it there would be a maze.
# **Try:** halve the mesh size; take a `uniaxial_anisotropy` of 4e5, which makes D critical; start
# with two skyrmions.

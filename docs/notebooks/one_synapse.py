# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # One synapse
#
# A strip between two contacts is one bond of a network. It is full of stripe domains. Current
# aligns them, and the strip conducts better; after switch-off that stays. How much, how fast, and
# does the sign matter?

# %%
import matplotlib.pyplot as plt
from mpi4py import MPI

import numpy as np

from hebbfilm import Film, Material, constant, mesh_film, rest, strip

mesh = mesh_film(strip(300e-9, width=110e-9, mesh_size=6.5e-9), MPI.COMM_WORLD)


def maze(seed):
    """A film as it is before it learns."""
    film = Film(mesh, Material())
    film.randomise(seed)
    film.relax(2e-9)
    return film


def conductance(film):
    """Between the two contacts, in S."""
    return -film.conductance_matrix()[0, 1]


def course(film, segments):
    """Times in s and the relative change of the conductance."""
    times, values = [film.time], [conductance(film)]

    def look(film):
        times.append(film.time)
        values.append(conductance(film))

    film.evolve(segments, sample_interval=1e-10, observer=look)
    return np.array(times) - times[0], np.array(values) / values[0] - 1


# %% [markdown]
# ## A dose, and a rest
#
# ±V over the strip for 3 ns, then 1 ns with open contacts.

# %%
film = maze(seed=1)
before = film.m[:, 2].copy()
times, change = course(film, [*constant([0.025, -0.025], 3e-9), *rest(1e-9)])
figure, axes = plt.subplots(1, 3, figsize=(11, 3.2), layout="constrained")
x, y = 1e9 * mesh.coordinates[:, 0], 1e9 * mesh.coordinates[:, 1]
for each, m, title in zip(axes, (before, film.m[:, 2]), ("before", "after"), strict=False):
    each.tripcolor(x, y, mesh.cells, m, cmap="RdBu_r", vmin=-1, vmax=1)
    each.set(title=title, aspect="equal", xlabel="x / nm")
axes[2].plot(1e9 * times, 100 * change)
axes[2].axvspan(3, 4, alpha=0.15)
axes[2].set(xlabel="t / ns", ylabel="change of g / %", title="shaded: contacts open")
plt.show()
print(f"g has grown by {100 * change[-1]:.2f} %")
assert change[-1] > 0

# %% [markdown]
# Stripes lie along the strip now, and their walls' m across the current: AMR makes that the
# direction of the least resistance.
#
# ## Does the sign matter?
#
# Power does not know the sign of a voltage. The same film, from the same maze, with both:

# %%
figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
for sign, label in ((1, "+"), (-1, "−")):
    times, change = course(maze(seed=1), constant([0.025 * sign, -0.025 * sign], 3e-9))
    axes.plot(1e9 * times, 100 * change, label=f"left contact at {label}")
    print(f"{label}: {100 * change[-1]:+.2f} %")
    assert change[-1] > 0
axes.set(xlabel="t / ns", ylabel="change of g / %")
axes.legend()
plt.show()

# %% [markdown]
# Both signs make it conduct better, as Hebb's rule wants; not alike, as stripes are dragged the
# one way or the other and meet another end. [The synapse](../synapse.md) has 96 such runs, and
# the rule that fits them.
#
# **Try:** `nonadiabaticity=0.0` in the material: without β nothing is learnt. Half the voltage
# for twice the time. Another seed.

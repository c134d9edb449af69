# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # A film of one's own
#
# Any outline, any contacts: as shapely geometries in metres. Here a triangle of strips with three
# more to its middle, and four contacts where they meet: each pair has a strip of its own.

# %%
from itertools import combinations

import matplotlib.pyplot as plt
import shapely
from mpi4py import MPI

import numpy as np

from hebbfilm import (
    Contact,
    Film,
    HopfieldFilm,
    Layout,
    Material,
    mesh_film,
    recall_success,
    recall_table,
)

corners = {"top": 90, "left": 210, "right": 330}
places = {name: 420e-9 * np.exp(1j * np.radians(angle)) for name, angle in corners.items()}
places = {name: (place.real, place.imag) for name, place in places.items()} | {"hub": (0, 0)}
radii = dict.fromkeys(corners, 110e-9) | {"hub": 50e-9}
pairs = combinations(places, 2)  # a strip for each
strips = [shapely.LineString([places[p], places[q]]).buffer(30e-9) for p, q in pairs]
pads = {name: shapely.Point(places[name]).buffer(radii[name]) for name in places}
outline = shapely.unary_union([*strips, *pads.values()])
layout = Layout(
    outline=outline,
    contacts=[Contact(name, pad) for name, pad in pads.items()],
    thickness=1e-9,
    mesh_size=10e-9,
)
mesh = mesh_film(layout, MPI.COMM_WORLD)
layout

# %% [markdown]
# ## Where does the current go?

# %%
film = Film(mesh, Material())
film.randomise(seed=1)
film.relax(2e-9)
current = film.solve_current([0.025, 0.025, -0.025, -0.025])
density = np.linalg.norm(current.current_density, axis=1)
x, y = 1e9 * mesh.coordinates[:, 0], 1e9 * mesh.coordinates[:, 1]
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
left.tripcolor(x, y, mesh.cells, film.m[:, 2], cmap="RdBu_r", vmin=-1, vmax=1)
drawn = right.tripcolor(x, y, mesh.cells, facecolors=1e-12 * density, vmax=3)
figure.colorbar(drawn, label="|j| / (10¹² A/m²)")
for axes, title in ((left, "$m_z$, a maze"), (right, "current under +,+,−,−")):
    axes.set(title=title, aspect="equal", xlabel="x / nm", ylabel="y / nm")
plt.show()
for name, value in zip(film.contacts, current.currents, strict=True):
    print(f"{name}: {1e3 * value:+.3f} mA")
assert abs(current.currents.sum()) < 1e-9 * abs(current.currents).max()

# %% [markdown]
# ## Train it
#
# On this coarse mesh for a short while: see the [tutorial](../tutorial.md) for the real thing.

# %%
pattern = "++--"
network = HopfieldFilm(film)
network.train([pattern], voltage=0.05, duration=3e-9, rest=5e-10)
table = recall_table(network.weights, [pattern])
print(1e3 * network.weights.round(4))
print(table)
print(f"recalled: {recall_success(table):.0%}")
print(f"correlation with Hebb's rule {network.hebb_correlation:.2f}")
assert recall_success(table) > 0.9
network

# %% [markdown]
# The pattern asks for a positive weight between top and left, and between right and hub: these are
# the two largest. The strips to the hub are shorter, carry the larger current density and have
# learnt most; the long sides to the right have learnt less than the mean, so that their weights are
# above zero, too. So the [margin](../glossary.md#margin) is below zero; recall needs a majority.
#
# **Try:** another pattern; leave out the strip between top and hub: their weight is zero then;
# `mesh_size=6e-9`; `film.evolve(hebbfilm.constant([0.05, 0, 0, 0], 1e-9))` to drive by hand.

# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # A wall under current
#
# The torque of a current drags a domain wall along, against the current, as electrons go the
# other way. Below breakdown it moves at v = (β/α) u, with u = gμ_B P j/(2eM_s): here that is
# measured.

# %%
import matplotlib.pyplot as plt
from mpi4py import MPI

import numpy as np

from hebbfilm import Film, Material, Wall, constant, mesh_film, strip

length = 500e-9
mesh = mesh_film(strip(length, width=24e-9, mesh_size=4e-9), MPI.COMM_WORLD)


def film_with_wall(alpha, beta):
    """Down on the left, up on the right, and a wall at three quarters of the strip."""
    material = Material(
        exchange_stiffness=1e-11, uniaxial_anisotropy=1e5, interfacial_dmi=6e-4, amr_ratio=0.01,
        damping=alpha, nonadiabaticity=beta,
    )  # fmt: skip
    film = Film(mesh, material)
    film.start_from(Wall(width=np.pi * 10e-9, position=(0.75 * length, 0.0)))
    film.relax(5e-10)
    return film


# %% [markdown]
# ## Drive it
#
# The left contact is at +V, so the current flows to the right, and the wall should go to the
# left. Where it is follows from ⟨m_z⟩: the shorter the part that points down, the further left
# the wall.

# %%
voltage = 0.1  # V over the strip


def course(alpha, beta, duration=2e-9):
    """Times in s, and how far the wall is from its start in m."""
    film = film_with_wall(alpha, beta)
    times, places = [], []

    def look(film):
        times.append(film.time)
        places.append(0.5 * length * (1 - film.dynamics.mean_magnetisation()[2]))

    drive = constant([voltage / 2, -voltage / 2], duration)
    film.evolve(drive, sample_interval=4e-11, observer=look)
    return np.array(times) - times[0], np.array(places) - places[0], film


figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
for alpha, beta in [(0.3, 0.15), (0.3, 0.3), (0.3, 0.6)]:
    times, places, film = course(alpha, beta)
    density = np.mean(film.conduction.current_density[:, 0])
    u = film.material.spin_drift_per_current_density * density
    late = times > 0.5 * times[-1]
    velocity = np.polyfit(times[late], places[late], 1)[0]
    axes.plot(1e9 * times, 1e9 * places, label=f"β/α = {beta / alpha:.1f}")
    print(
        f"β/α = {beta / alpha:.1f}: v = {velocity:6.1f} m/s, (β/α) u = {beta / alpha * u:6.1f} m/s"
    )
    assert abs(velocity / (beta / alpha * u) - 1) < 0.05
axes.set(xlabel="t / ns", ylabel="way of the wall / nm")
axes.legend()
plt.show()

# %% [markdown]
# Velocities are negative: against the current. They follow (β/α) u within a few per cent, on
# edges of 4 nm and with a wall of 10 nm; finer ones come nearer. With the sign of P turned round,
# the wall would go with the current.
#
# **Try:** a `voltage` ten times as large: the wall begins to turn about itself, and its mean
# velocity breaks down. A `polarisation` of −0.5. A wall whose DMI is zero, of Bloch's kind.

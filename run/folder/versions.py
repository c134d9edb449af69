"""What made a run, and by which conventions: for the manifest and `hebbfilm info`."""

import platform
from functools import cache
from importlib import metadata

import hebbfilm

_PACKAGES = (
    "fenics-dolfinx",
    "petsc4py",
    "mpi4py",
    "gmsh",
    "numpy",
    "scipy",
    "shapely",
    "meshio",
    "matplotlib",
    "pyvista",
    "vtk",
)

CONVENTIONS = {
    "units": "SI",
    "current": "j is conventional current; contact currents are positive into the film",
    "conductance_matrix": "I = G V; pair conductance g_ij = -G_ij",
    "amr_ratio": "(rho_parallel - rho_perpendicular)/rho_perpendicular",
    "anomalous_hall_ratio": "rho_AH/rho_perpendicular of the field rho_AH m x j",
    "contact_resistance": "specific, in ohm m^2; V - phi = r_c j_n; energies contain its heat",
    "spin_drift": "u = -(g mu_B P)/(2 e M_s) j, without 1/(1 + beta^2)",
    "interfacial_dmi": "E = D [m_z div m - (m . grad) m_z]",
    "two_dimensional_film": "j_z = 0: the in-plane block of the resistivity is inverted",
    "pattern": "V_i = V_0 xi_i",
    "layers": "in 2D all share E in the plane: sheet conductivity t sigma(m) + sum d_k sigma_k; "
    "of several on one side the first is nearest to the film",
    "spin_hall_magnetoresistance": "ratio r of rho (1 + r (1 - (z x m)(z x m)^T)) of a layer",
    "spin_orbit_torque": "H_DL = a_DL m x s, H_FL = a_FL s, a = hbar xi j/(2 e mu_0 M_s t) with "
    "j of the layer; s = j x z below the film, z x j above (direction of the moments that enter); "
    "xi_DL > 0 for platinum: below the film a current along +x pulls m towards -y",
    "oersted_field": "H = (1/4 pi) int j x R/R^3 dV of the solved j of film and layers, and of "
    "wires that are given; over a layer with j along +x it points along -y; what flows in the "
    "metal of pads is left out",
    "heat": "c t dT/dt = div(kappa t grad T) + heat of all layers - h (T - T_substrate); "
    "sinks take conductance times area of the contact times (T - theirs), or hold theirs; no heat "
    "goes through other faces",
    "reference_temperature": "T_0 = heat.substrate_temperature, 300 K without heat: "
    "rho(T) = rho (1 + a (T - T_0)) of film and layers",
    "curie_law": "mu(T) = (1 - (T/T_C)^a)^b; M_s, A, K, D as given at T_0 times "
    "(mu(T)/mu(T_0))^n; |m| stays 1",
    "hall_conductance": "with Hall effect pairs and weights are of the symmetric part of G",
    "texture": "Q = (1/4 pi) int m . (dm/dx x dm/dy) dx dy, -1 for a skyrmion with its core along "
    "-z; walls are m_z = 0; stripe period 2 x area/length of walls in m; angle between x and the "
    "walls in degrees; order |mean of exp(2 i angle)| along the walls; in 3D means over the "
    "thickness",
    "effective_field": "|m x H| in A/m; of the Zhang-Li torque tau, |tau|/gamma_0",
}


def all_versions() -> dict[str, str]:
    """Versions of hebbfilm, Python and the libraries that do the work; "missing" where so."""
    found = {"hebbfilm": hebbfilm.__version__, "python": platform.python_version()}
    return found | {name: _version(name) for name in _PACKAGES}


@cache
def _version(name: str) -> str:
    # A manifest is written with each snapshot, and looking for the files takes 5 ms a package.
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"

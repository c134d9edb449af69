"""What made a run, and by which conventions: for the manifest and `hebbfilm info`."""

import platform
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
}


def all_versions() -> dict[str, str]:
    """Versions of hebbfilm, Python and the libraries that do the work; "missing" where so."""
    found = {"hebbfilm": hebbfilm.__version__, "python": platform.python_version()}
    return found | {name: _version(name) for name in _PACKAGES}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"

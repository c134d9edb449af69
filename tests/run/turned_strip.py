"""A strip that turns as one, for tests of paths between its two states."""

from hebbfilm.run.inputs.case import parse_case

CONSTANT = 4e4
"""K in J/m³."""


def case_of(constant=CONSTANT):
    """A film that turns as one: its wall is 70 nm wide. It begins along x, and is turned about."""
    material = {
        "saturation_magnetisation": 8e5,
        "exchange_stiffness": 2e-11,
        "interfacial_dmi": 0.0,
        "uniaxial_anisotropy": constant,
        "easy_axis": [1, 0, 0],
    }
    steps = [
        {"kind": "read", "label": "right"},
        {"kind": "field", "value": [-3e5, 3e4, 0.0]},
        {"kind": "minimise"},
        {"kind": "field", "value": [0.0, 0.0, 0.0]},
        {"kind": "minimise"},
        {"kind": "read", "label": "left"},
    ]
    return parse_case(
        {
            "layout": {"kind": "strip", "length": 60e-9, "width": 30e-9, "mesh_size": 15e-9},
            "material": material,
            "initial": {"texture": "uniform", "direction": [1, 0, 0], "relaxation": 0.0},
            "protocol": {"steps": steps},
        }
    )

"""What the time of a run is spent on, and the functions in which it is."""

from collections.abc import Iterator

from hebbfilm.run.profile.stopwatch import Place

STEP_PARTS = (
    FIELD,
    LINEAR,
    NOISE,
    DEMAGNETISATION,
    OERSTED,
    HEAT,
    ASSEMBLY,
    POTENTIAL,
    DRIFT,
    EXCHANGE,
    REST,
) = (
    "field and torque",
    "linear algebra of steps",
    "noise",
    "demagnetisation",
    "Oersted field",
    "heat",
    "assembly of σ(m)",
    "potential and current",
    "drift",
    "exchange between ranks",
    "Python and rest",
)
"""Those of time steps."""
IMPORTS, MESHING, SET_UP, READING, OUTPUT, RECALL, PICTURES = (
    "imports",
    "meshing",
    "set-up of the film",
    "reading",
    "output",
    "weights, recall, checks",
    "pictures",
)
PARTS = (IMPORTS, MESHING, SET_UP, *STEP_PARTS[:-1], READING, OUTPUT, RECALL, PICTURES, REST)
"""Those of a whole run, in the order in which they are told."""

EVALUATIONS = ("rate", "predict", "finish", "replace_rate", "linear_field")
"""Functions of `hebbfilm.solvers.kernels.llg` that evaluate the field once."""


def _all(part: str, owner: str, *names: str, whole: bool = False) -> Iterator[Place]:
    return (Place(part, f"hebbfilm.{owner}{name}", whole) for name in names)


_HEAT = "solvers.heat.temperature_field:TemperatureField."
_OERSTED = "solvers.terms.oersted.term:BoundOersted."
_CONDUCTION = "solvers.conduction.conduction:Conduction."

STEP_PLACES = (
    *_all(FIELD, "solvers.kernels.llg:", "move", "effective_field", *EVALUATIONS),
    *_all(FIELD, "solvers.kernels.midpoint:", "residual", "jacobian", "precondition"),
    *_all(FIELD, "solvers.kernels.midpoint:", "finish", "correct"),
    *_all(FIELD, "solvers.kernels.minimisation:", "gradient"),
    *_all(FIELD, "solvers.magnetisation.field_sum:FieldSum.", "add", "add_at"),
    *_all(FIELD, "solvers.magnetisation.slow_fields:SlowFields.", "missed"),
    *_all(LINEAR, "solvers.kernels.minimisation:", "project", "turn", "secant"),
    *_all(LINEAR, "solvers.integrators.midpoint_system:MidpointSystem.", "solve"),
    *_all(NOISE, "solvers.magnetisation.thermal:ThermalField.", "draw", whole=True),
    *_all(
        DEMAGNETISATION,
        "solvers.terms.demagnetisation.term:BoundDemagnetisation.",
        *("add_field", "add_linear_field"),
        whole=True,
    ),
    *_all(OERSTED, _OERSTED, "take_current", "begin", "pass_time", "finish", whole=True),
    *_all(HEAT, _HEAT, "take_current", "begin", "pass_time", "finish", whole=True),
    *_all(ASSEMBLY, _CONDUCTION, "update"),
    *_all(POTENTIAL, _CONDUCTION, "solve"),
    *_all(DRIFT, "solvers.magnetisation.spin_torque:ZhangLi.", "advection"),
    *_all(DRIFT, "solvers.magnetisation.dynamics:Dynamics.", "set_drift"),
    Place(EXCHANGE, "dolfinx.la:Vector.scatter_forward"),
    # Where a rank waits for the slowest one.
    *_all(EXCHANGE, "solvers.integrators.explicit:Explicit.", "_maxima"),
    *_all(EXCHANGE, "solvers.magnetisation.dynamics:Dynamics.", "maximum"),
    *_all(REST, "solvers.integrators.explicit:Explicit.", "advance"),
    *_all(REST, "solvers.integrators.implicit:Implicit.", "advance"),
)
"""Of time steps."""

_RECORDER = "run.training.recorder:"

PLACES = (
    *STEP_PLACES,
    *_all(MESHING, "run.inputs.layouts:FilmSource.", "mesh", whole=True),
    *_all(SET_UP, "run.inputs.films:", "_film", whole=True),
    *_all(SET_UP, "run.training.training_run:", "set_initial_texture", "load_state", whole=True),
    *_all(READING, _RECORDER, "sampled", "texture_entry", whole=True),
    *_all(READING, _RECORDER + "Recorder.", "_follow_displacement", whole=True),
    *_all(READING, "run.training.protocol_phases:", "conductances_of", whole=True),
    *_all(READING, "solvers.film:Film.", "conductance_matrix", whole=True),
    *_all(READING, "solvers.magnetisation.dynamics:Dynamics.", "largest_torque", whole=True),
    *_all(OUTPUT, _RECORDER + "Recorder.", "record_row", "record_reading", "snapshot"),
    *_all(OUTPUT, _RECORDER + "Recorder.", "begin", "go_on", "checkpoint", whole=True),
    *_all(OUTPUT, _RECORDER + "Recorder.", "keep_trained", "load_trained", whole=True),
    *_all(OUTPUT, "run.commands.whole_run:", "_tell", whole=True),
    *_all(RECALL, "run.training.training_run:", "_finish", "summarise_protocol", whole=True),
    *_all(PICTURES, "run.commands.drawing:", "_draw", whole=True),
)
"""Of a whole run."""

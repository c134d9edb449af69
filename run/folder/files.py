"""The names of what is in the folder of a run."""

CASE = "case.toml"
MANIFEST = "manifest.json"
CONDUCTANCE = "conductance.csv"
STATE = "state.npz"
SUMMARY = "summary.json"
RECALL = "recall.csv"
RECALL_ON_CHIP = "recall_on_chip.csv"
"""Of a run whose case has a [recall] alone, like the next."""
TRAINED = "trained.npz"
"""The state before that."""
READINGS = "readings.csv"
"""Of a run without patterns."""
PROFILE = "profile.json"
"""Of a run that was asked where its time goes."""
MEMBER = "member.json"
"""What a study keeps of a run beside its files."""

SYNAPSE = "synapse.csv"
LEARNING_RULE = "learning_rule.json"
RETENTION = "retention.json"
FORGETTING = "forgetting.json"
"""Of the analyses of these names; in the folder of a study, too."""

FIELDS = "fields"
MODULES = "modules"
"""Copies of those that the case names; the name stands in `hebbfilm.run.inputs.modules`, too."""
PICTURES = "pictures"
REPORT = "report.html"
EXPORT = "export"
"""Snapshots as files for other programs."""
NETWORK = "network"
"""Pictures of networks."""
ALL_READINGS = NETWORK + "/readings.json"
"""Of all rules and moments."""

FOLDERS = (FIELDS, MODULES, PICTURES, NETWORK)
"""Which hold nothing but what is the run's own, or is drawn of it."""
TABLES = (CONDUCTANCE, RECALL)
"""Of which the summary keeps checksums."""
TABLES_WITH_CHIP = (*TABLES, RECALL_ON_CHIP)
PROTOCOL_TABLES = (CONDUCTANCE, READINGS)
"""The same, of a run without patterns."""
FIRST = (FIELDS, MODULES, CASE, READINGS, CONDUCTANCE, MANIFEST)
"""What a run writes before its first state; the manifest before anything that may be in it."""
LATER = (
    *(STATE, SUMMARY, RECALL, RECALL_ON_CHIP, TRAINED),
    *(PROFILE, PICTURES, EXPORT, NETWORK, REPORT),
)
"""What it, or an analysis of it, writes after that: all of it may be replaced."""
SIGNS = (STATE, SUMMARY, MANIFEST)
"""A folder without any of these holds no run, whatever else is there."""

SNAPSHOT = FIELDS + "/{:04d}.vtu"
SNAPSHOTS = "*.vtu"
LIST_OF_SNAPSHOTS = FIELDS + "/fields.pvd"

"""Current continuity in a film with named contacts, and its conductance matrix."""

"""A training run, from relaxation to recall, and what it records."""

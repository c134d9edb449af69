"""What fields that follow the current are called among all that turn m."""

DRIFT = "zhang_li"
DAMPING_LIKE, FIELD_LIKE = "damping_like", "field_like"
"""Of the parts of the spin-orbit torque."""
OERSTED = "oersted"

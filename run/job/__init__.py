"""A job among others: its ranks, its time, the signals that end it."""

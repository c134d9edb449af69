"""How long readings on trial take; apart from these, as it is asked for without any film."""


def disturbance_time(n: int, duration: float) -> float:
    """Simulated time in s that `read_disturbance` takes at most, half with all contacts open.

    That is as long as it takes where all contacts share film.

    Args:
        n: contacts, or neurons.
        duration: of each reading in s.

    Example:
        >>> disturbance_time(4, 1e-10)
        8e-10
    """
    return 2 * n * duration

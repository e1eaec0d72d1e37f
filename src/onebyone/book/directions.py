"""How many directions hold most of what is there. Needs NumPy alone."""

import numpy as np

from onebyone.arguments import scalars


def count_directions(held: np.ndarray, share: float) -> int:
    """Return how many of the first directions together hold a share of the whole.

    Args:
        held: What each direction holds, the most first.
        share: From 0 to 1.

    Raises:
        ValueError: share is outside (0, 1].

    Examples:
        >>> count_directions(np.array([6.0, 3.0, 1.0]), share=0.9)
        2
    """
    if scalars.above_zero("share", share) > 1:
        raise ValueError(f"share: expected a number in (0, 1], got {share!r}")
    summed = np.cumsum(held)
    reached = summed >= share * summed[-1] * (1 - 1e-12)
    return int(np.argmax(reached)) + 1

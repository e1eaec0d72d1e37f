"""The solutions of chapter 12. They need NumPy alone."""

import math

import numpy as np

from onebyone.book.directions import count_directions


def count_directions_around_relu(maps: np.ndarray) -> tuple[int, int]:
    """Return how many principal directions hold 90 % of the variance, before a relu and after it (exercise 1).

    Each pixel of each image is a point with a coordinate for each channel.

    Args:
        maps: What a convolution made, (N, C, H, W).

    Returns:
        The number before, and the number after.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> mixed = np.einsum("oc,nchw->nohw", rng.normal(size=(32, 4)), rng.normal(size=(8, 4, 16, 16)))
        >>> count_directions_around_relu(mixed)  # 32 channels that vary along four directions
        (4, 7)
    """
    counts = []
    for each in maps, np.maximum(maps, 0):
        pixels = each.swapaxes(0, 1).reshape(each.shape[1], -1)
        variances = np.linalg.eigvalsh(np.cov(pixels))[::-1]
        counts.append(count_directions(variances, 0.9))
    before, after = counts
    return before, after


def bound_share(kept: int, total: int) -> tuple[float, float]:
    """Return the smallest and the largest possible share of answers kept, to a thousandth (exercise 2).

    A share is possible if with it so many kept answers or more have a probability of at least 2.5 %,
    and so many or fewer have one too.

    Args:
        kept: How many answers were kept.
        total: Of how many.

    Examples:
        >>> [round(share, 2) for share in bound_share(10, 15)]
        [0.38, 0.88]
    """

    # The bounds of Clopper and Pearson, doi:10.1093/biomet/26.4.404.
    def at_least(count: int, share: float) -> float:
        return sum(
            math.comb(total, k) * share**k * (1 - share) ** (total - k)
            for k in range(count, total + 1)
        )

    shares = [step / 1000 for step in range(1001)]
    possible = [
        share
        for share in shares
        if at_least(kept, share) >= 0.025
        and 1 - at_least(kept + 1, share) >= 0.025
    ]
    return possible[0], possible[-1]

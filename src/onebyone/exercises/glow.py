"""The exercises of the page on Glow."""

import math

import numpy as np

from onebyone.book.solutions import glow as solutions
from onebyone.exercises.cases import Cases, call, exercise


@exercise(solutions.invert)
def invert() -> Cases:
    """Pixels go through the layer and come back through the answer."""
    rng = np.random.default_rng(0)
    for channels in (1, 2, 5):
        weight = rng.standard_normal((channels, channels)).round(1)
        weight += 3 * np.eye(channels)  # far from singular
        bias = rng.standard_normal(channels).round(1)
        pixels = np.concatenate([np.zeros((1, channels)), np.eye(channels)])
        x = np.linalg.solve(weight, (pixels - bias).T).T
        yield call(weight, bias).gives(((x[1:] - x[0]).T, x[0]))


@exercise(solutions.find_fatal_rate)
def find_fatal_rate() -> Cases:
    """The rate at which a weight of the diagonal first reaches zero is bisected."""
    for mean_squares in ([4.0, 0.01], [1.5, 3.0, 1.25], [11.0], [0.5, 1.0]):
        low, high = 0.0, 1e6
        if not _reaches_zero(mean_squares, high):
            yield call(mean_squares).gives(math.inf)
            continue
        for _ in range(100):
            middle = (low + high) / 2
            if _reaches_zero(mean_squares, middle):
                high = middle
            else:
                low = middle
        yield call(mean_squares).gives(high)


def _reaches_zero(mean_squares: list[float], rate: float) -> bool:
    """Return whether any weight of the diagonal is at zero, or past it, after the step."""
    slopes = np.array(mean_squares) - 1  # of ½ m w² - log w, at w = 1
    return bool(np.any(1 - rate * slopes <= 0))

"""The exercises of the first page."""

import numpy as np

from onebyone.book.solutions import index as solutions
from onebyone.exercises.cases import Cases, call, exercise


@exercise(solutions.keep_channel)
def keep_channel() -> Cases:
    """A picture of zeros, and one channel copied into it."""
    rng = np.random.default_rng(0)
    for channels, kept in [(3, 1), (4, 2)]:
        x = rng.standard_normal((channels, 2, 4))
        expected = np.zeros_like(x)
        expected[kept] = x[kept]
        yield call(x, kept).gives(expected)


@exercise(solutions.negative)
def negative() -> Cases:
    """One minus the picture, black and white included."""
    yield call(np.array([[[0.0, 0.25, 1.0]]])).gives(
        np.array([[[1.0, 0.75, 0.0]]])
    )
    x = np.random.default_rng(0).random((3, 6, 8))
    yield call(x).gives(1 - x)


@exercise(solutions.apply_both)
def apply_both() -> Cases:
    """One after the other, channels by pixels."""
    rng = np.random.default_rng(0)
    for c_in, between, c_out in [(3, 3, 1), (4, 5, 3)]:
        x = rng.standard_normal((c_in, 2, 4))
        first = rng.standard_normal((between, c_in))
        second = rng.standard_normal((c_out, between))
        y = np.einsum("mc,chw->mhw", first, x)
        expected = np.einsum("om,mhw->ohw", second, y)
        yield call(x, first, second).gives(expected)

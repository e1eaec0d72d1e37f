"""The exercises of chapter 1."""

import numpy as np

from onebyone.book.solutions import channels as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.reference import conv2d


@exercise(solutions.count_parameters)
def count_parameters() -> Cases:
    """A filter has k² weights for each channel, and a bias."""
    for channels, filters, k in [(3, 64, 5), (512, 512, 3), (7, 2, 1)]:
        parameters = filters * (channels * k * k + 1)
        yield call(channels, filters, k).gives(parameters)


@exercise(solutions.same_padding)
def same_padding() -> Cases:
    """Of all paddings, the one that keeps the size."""
    for k in [5, 1, 3, 7]:
        x, weight = np.zeros((1, 28, 28)), np.zeros((1, 1, k, k))
        (padding,) = (
            p for p in range(k) if conv2d(x, weight, padding=p).shape == x.shape
        )
        yield call(k).gives(padding)
    yield call(4).raises(ValueError)


@exercise(solutions.conv2d_by_channel)
def conv2d_by_channel() -> Cases:
    """The convolution of all channels at once."""
    rng = np.random.default_rng(0)
    for channels, filters, k in [(2, 1, 1), (4, 5, 3)]:
        x = rng.standard_normal((channels, 6, 8))
        weight = rng.standard_normal((filters, channels, k, k))
        yield call(x, weight).gives(conv2d(x, weight))

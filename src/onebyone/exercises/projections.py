"""The exercises of chapter 4."""

import numpy as np

from onebyone.book.solutions import projections as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.reference import conv1x1_loops, conv2d_loops


@exercise(solutions.dense_at_each_pixel)
def dense_at_each_pixel() -> Cases:
    """The loops of the 1×1 convolution."""
    rng = np.random.default_rng(0)
    for c_in, c_out, height, width in [
        (2, 1, 1, 1),
        (4, 5, 6, 8),
        (3, 3, 3, 3),
    ]:
        x = rng.standard_normal((c_in, height, width)).round(1)
        weight = rng.standard_normal((c_out, c_in)).round(1)
        bias = rng.standard_normal(c_out).round(1)
        y = conv1x1_loops(x, weight, bias)
        yield call(x, weight, bias).gives(y)


@exercise(solutions.strided_conv1x1)
def strided_conv1x1() -> Cases:
    """The loops of the convolution, with their stride."""
    x = np.arange(16.0).reshape(1, 4, 4)
    yield call(x, np.array([[10.0]])).gives(
        np.array([[[0.0, 20.0], [80.0, 100.0]]])
    )
    rng = np.random.default_rng(0)
    for c_in, c_out, height, width in [
        (4, 5, 6, 8),
        (3, 2, 5, 7),
        (2, 3, 1, 1),
    ]:
        x = rng.standard_normal((c_in, height, width)).round(1)
        weight = rng.standard_normal((c_out, c_in)).round(1)
        y = conv2d_loops(x, weight[..., np.newaxis, np.newaxis], stride=2)
        yield call(x, weight).gives(y)


@exercise(solutions.widest_pointwise_pair)
def widest_pointwise_pair() -> Cases:
    """Every width is tried."""
    for c_in, c_out in [(256, 256), (64, 256), (512, 64), (3, 100), (1, 1)]:
        pays = [
            width
            for width in range(1, c_in * c_out + 1)
            if c_in * width + width * c_out < c_in * c_out
        ]
        yield call(c_in, c_out).gives(max(pays, default=0))

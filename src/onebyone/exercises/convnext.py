"""The exercises of the page on ConvNeXt."""

import numpy as np

from onebyone.book.solutions import convnext as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.count import count_products


@exercise(solutions.depthwise_macs)
def depthwise_macs() -> Cases:
    """Each product of one channel is made 1, and they are added."""
    for channels, size in [(96, 56), (3, 8), (1, 1)]:
        of_one = count_products(size, 7)
        block = call(channels, size, on_the_wide=False)
        yield block.gives(channels * of_one)
        block = call(channels, size, on_the_wide=True)
        yield block.gives(4 * channels * of_one)


@exercise(solutions.fold_layer_scale)
def fold_layer_scale() -> Cases:
    """The layer and then the scale: on each unit vector they show a column, and on zero the bias."""
    rng = np.random.default_rng(0)
    for c_in, c_out in [(2, 2), (12, 3), (4, 4), (2, 5)]:
        weight = rng.standard_normal((c_out, c_in)).round(1)
        bias, scale = rng.standard_normal((2, c_out)).round(1)
        pixels = np.concatenate([np.zeros((1, c_in)), np.eye(c_in)])
        y = (pixels @ weight.T + bias) * scale
        yield call(weight, bias, scale).gives(((y[1:] - y[0]).T, y[0]))

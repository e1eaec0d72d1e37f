"""The exercises of the page on MobileNetV3 and EfficientNet."""

import numpy as np

from onebyone.book.solutions import efficientnet as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.count import count_weights

RESNET50 = ((256, 3), (512, 4), (1024, 6), (2048, 3))


@exercise(solutions.excitation_weights)
def excitation_weights() -> Cases:
    """Block by block, as arrays."""
    for stages, ratio in [
        (RESNET50, 16),
        (((8, 1),), 2),
        (((6, 2), (4, 5)), 1),
    ]:
        blocks = [
            channels for channels, number in stages for _ in range(number)
        ]
        added = sum(
            count_weights(channels, channels // ratio)
            + count_weights(channels // ratio, channels)
            for channels in blocks
        )
        yield call(stages, ratio).gives(added)


@exercise(solutions.fold_gates)
def fold_gates() -> Cases:
    """The gates and then the layer: each unit vector shows a column."""
    rng = np.random.default_rng(0)
    for c_in, c_out in [(2, 2), (6, 4), (5, 5), (1, 3)]:
        weight = rng.standard_normal((c_out, c_in)).round(1)
        gates = rng.random(c_in).round(1)
        pixels = np.eye(c_in) * gates
        yield call(weight, gates).gives((pixels @ weight.T).T)

"""The exercises of the page on DenseNet."""

import numpy as np

from onebyone.book.solutions import densenet as solutions
from onebyone.exercises.cases import Cases, call, exercise


@exercise(solutions.bottleneck_pays_from)
def bottleneck_pays_from() -> Cases:
    """The inequality, solved: C · 4k + 36k² < 9 · C · k where 5 · C > 36 · k."""
    for growth in [32, 12, 1, 5]:
        yield call(growth).gives(36 * growth // 5 + 1)


@exercise(solutions.conv1x1_of_parts)
def conv1x1_of_parts() -> Cases:
    """The sum over the channels of the concatenation."""
    rng = np.random.default_rng(0)
    for channels in [(2, 2), (3, 1, 4), (5,)]:
        parts = [rng.standard_normal((c, 3, 6)) for c in channels]
        weight = rng.standard_normal((3, sum(channels)))
        expected = np.einsum("oc,chw->ohw", weight, np.concatenate(parts))
        yield call(parts, weight).gives(expected)


@exercise(solutions.channels_read)
def channels_read() -> Cases:
    """All layers read the input, and each pair of layers has a later one, which reads what the earlier appends."""
    for channels, layers, growth in [
        (256, 24, 32),
        (64, 6, 32),
        (3, 1, 5),
        (16, 12, 12),
    ]:
        pairs = layers * (layers - 1) // 2
        read = layers * channels + pairs * growth
        yield call(channels, layers, growth).gives(read)

"""The exercises of the page on Inception."""

import numpy as np

from onebyone.book.solutions import inception as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.count import count_weights


@exercise(solutions.channels_without_projections)
def channels_without_projections() -> Cases:
    """Maps of one pixel, and others concatenated to them."""
    for channels, added in [
        (192, [224, 416]),
        (3, [1]),
        (5, [2, 1, 4]),
        (8, []),
    ]:
        maps = np.zeros((channels, 1, 1))
        for filters in added:
            maps = np.concatenate([np.zeros((filters, 1, 1)), maps])
        yield call(channels, added).gives(len(maps))


@exercise(solutions.share_of_reductions)
def share_of_reductions() -> Cases:
    """Weights as arrays: each has one product at each pixel."""
    for channels, widths in [
        (192, (64, 96, 128, 16, 32, 32)),
        (832, (384, 192, 384, 48, 128, 128)),
        (2, (1, 3, 1, 1, 2, 4)),
    ]:
        one, reduce3, three, reduce5, five, project = widths
        reductions = [(channels, reduce3, 1), (channels, reduce5, 1)]
        others = [(channels, one, 1), (channels, project, 1)]
        others += [(reduce3, three, 3), (reduce5, five, 5)]
        part, rest = (
            sum(count_weights(*layer) for layer in layers)
            for layers in (reductions, others)
        )
        yield call(channels, widths).gives(part / (part + rest))

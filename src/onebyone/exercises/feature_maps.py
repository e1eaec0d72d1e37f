"""The exercises of chapter 2."""

import numpy as np

from onebyone.book.solutions import feature_maps as solutions
from onebyone.exercises.cases import Cases, call, exercise


@exercise(solutions.growth_when_doubled)
def growth_when_doubled() -> Cases:
    """The numbers in the weights of the three layers, before and after."""
    for c_in, c_out, k in [(64, 128, 3), (3, 64, 5), (7, 2, 1)]:
        before, inner, first, narrow, wide = (
            np.empty((filters, depth, k, k)).size
            for filters, depth in [
                (c_out, c_in),
                (2 * c_out, 2 * c_in),
                (2 * c_out, c_in),
                (c_in, 1),
                (2 * c_in, 1),
            ]
        )
        growth = inner / before, first / before, wide / narrow
        yield call(c_in, c_out, k).gives(growth)


@exercise(solutions.share_of_biases)
def share_of_biases() -> Cases:
    """One number of each filter is its bias, however many filters there are."""
    for channels, filters, k in [(3, 512, 3), (512, 512, 3), (7, 2, 1)]:
        share = 1 / (channels * k * k + 1)
        yield call(channels, filters, k).gives(share)


@exercise(solutions.maxout)
def maxout() -> Cases:
    """Each pair is sorted, and its last kept."""
    yield call(np.array([[[1, 5]], [[4, 2]]])).gives(np.array([[[4, 5]]]))
    rng = np.random.default_rng(0)
    for x in rng.standard_normal((4, 6, 8)), -rng.random((6, 2, 2)):
        pairs = np.sort(x.reshape(-1, 2, *x.shape[1:]), axis=1)
        yield call(x).gives(pairs[:, -1])

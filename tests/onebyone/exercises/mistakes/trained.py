import numpy as np
from scipy.stats import binomtest

from onebyone.book.directions import count_directions


def count_both(maps, spread):
    both = maps, np.maximum(maps, 0)
    return tuple(count_directions(spread(each), 0.9) for each in both)


def by_channel(maps):
    return maps.swapaxes(0, 1).reshape(maps.shape[1], -1)


def deviations(maps):
    pixels = by_channel(maps)
    return np.linalg.svd(pixels - pixels.mean(axis=1, keepdims=True), compute_uv=False)


def descending(matrix):
    return np.linalg.eigvalsh(matrix)[::-1]


def interval(method):
    def bound(kept, total):
        found = binomtest(kept, total).proportion_ci(0.95, method)
        return found.low, found.high

    return bound


def one_sided(kept, total):
    found = binomtest(kept, total).proportion_ci(0.9, "exact")
    return found.low, found.high


def normal(kept, total):
    share = kept / total
    deviation = np.sqrt(share * (1 - share) / total)
    return share - 1.96 * deviation, share + 1.96 * deviation


MISTAKES = {
    "count_directions_around_relu": [
        lambda maps: count_both(maps, deviations),  # not squared
        lambda maps: count_both(maps, lambda x: descending(by_channel(x) @ by_channel(x).T)),
        lambda maps: count_both(maps, lambda x: descending(np.cov(x[0].reshape(x.shape[1], -1)))),
        lambda maps: count_both(maps, lambda x: descending(np.cov(x.reshape(x.shape[1], -1)))),
        lambda maps: count_both(maps, lambda x: descending(np.corrcoef(by_channel(x)))),
        lambda maps: count_both(maps, lambda x: descending(np.cov(by_channel(x)))[::-1]),
        lambda maps: count_both(maps, lambda x: descending(np.cov(by_channel(x))))[::-1],
    ],
    "bound_share": [
        interval("wilson"),
        interval("wilsoncc"),
        one_sided,
        normal,
        lambda kept, total: kept / total,
        lambda kept, total: interval("exact")(kept, total)[::-1],
    ],
}

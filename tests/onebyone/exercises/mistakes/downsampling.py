import numpy as np

from onebyone.reference import conv1x1, conv2d


def by_formula(weights, size=9):
    return (1 + sum(len(weight[0, 0]) - 1 for weight in weights)) ** 2


def in_each_channel(weights, size=9):
    x = np.ones((2, weights[0].shape[1], size, size))
    x[1, :, size // 2, size // 2] += 1
    for weight in weights:
        x = conv2d(x, weight, padding="same")
    return int((x[0] != x[1]).sum())


def repeating_the_border(x, weight, bias):
    return conv1x1(np.pad(x, ((0, 0), (1, 1), (1, 1)), mode="edge"), weight, bias)


def rank(x):
    return int(np.linalg.matrix_rank(x.reshape(len(x), -1)))


MISTAKES = {
    "count_changed_pixels": [
        by_formula,  # beyond the picture's edge
        in_each_channel,
        lambda weights, size=9: min(by_formula(weights), size**2),  # square kernels only
        lambda weights, size=9: int(np.prod([weight[0, 0].size for weight in weights])),
    ],
    "pad_and_convolve": [
        conv1x1,
        repeating_the_border,
        lambda x, weight, bias: np.pad(conv1x1(x, weight, bias), ((0, 0), (1, 1), (1, 1))),
        lambda x, weight, bias: conv2d(x, weight[..., None, None], padding=1),
    ],
    "lossless_width": [
        rank,  # not centred
        lambda x: rank(x - x.mean(axis=0)),
        lambda x: rank(x - x.mean()),
        lambda x: len(np.unique(x.reshape(len(x), -1), axis=0)),
        lambda x: len(x) - 1,
    ],
}

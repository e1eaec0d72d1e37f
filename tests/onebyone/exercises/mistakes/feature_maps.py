import numpy as np

from onebyone.cost import parameters
from onebyone.pooling import max_pool2d


def with_biases(c_in, c_out, k):
    inner = parameters(2 * c_in, 2 * c_out, k) / parameters(c_in, c_out, k)
    first = parameters(c_in, 2 * c_out, k) / parameters(c_in, c_out, k)
    return inner, first, 2.0


MISTAKES = {
    "growth_when_doubled": [
        with_biases,
        lambda c_in, c_out, k: (4.0, 4.0, 2.0),  # the picture's channels doubled too
        lambda c_in, c_out, k: (4.0, 2.0, 4.0),
        lambda c_in, c_out, k: (2.0, 2.0, 2.0),
    ],
    "share_of_biases": [
        lambda c, filters, k: 1 / (c * k * k),  # of the weights alone
        lambda c, filters, k: 100 / (c * k * k + 1),
        lambda c, filters, k: c / parameters(c, filters, k),  # one for each input channel
    ],
    "maxout": [
        lambda x: max_pool2d(x, 2),
        lambda x: np.maximum(x[: len(x) // 2], x[len(x) // 2 :]),
        lambda x: np.maximum(x[:-1], x[1:]),
        lambda x: (x[0::2] + x[1::2]) / 2,
        lambda x: x.max(axis=0, keepdims=True),
    ],
}

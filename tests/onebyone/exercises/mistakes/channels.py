import numpy as np

from onebyone.reference import conv2d


def depthwise(x, weight):
    return np.stack([conv2d(x[[c]], weight[:, [c]])[0] for c in range(len(x))])


MISTAKES = {
    "count_parameters": [
        lambda c, filters, k: filters * c * k * k,  # no biases
        lambda c, filters, k: filters * (k * k + 1),  # one slice for all channels
        lambda c, filters, k: filters * c * k * k + c,  # a bias for each input channel
    ],
    "same_padding": [
        lambda k: k // 2,  # of an even kernel too
        lambda k: (k - 1) / 2,
        lambda k: k - 1,  # both sides together
    ],
    "conv2d_by_channel": [
        depthwise,
        lambda x, weight: conv2d(x, weight).sum(axis=0),
        lambda x, weight: conv2d(x[:1], weight[:, :1]),
    ],
}

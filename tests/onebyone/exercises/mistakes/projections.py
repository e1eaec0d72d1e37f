import numpy as np

from onebyone.pooling import avg_pool2d
from onebyone.reference import conv1x1


def not_moved_back(x, weight, bias):
    return np.moveaxis(x, 0, -1) @ weight.T + bias


def reshaped(x, weight, bias):
    return (x.reshape(-1, len(x)) @ weight.T + bias).reshape(-1, *x.shape[1:])


MISTAKES = {
    "dense_at_each_pixel": [
        not_moved_back,
        reshaped,
        lambda x, weight, bias: not_moved_back(x, weight, bias).reshape(-1, *x.shape[1:]),
        lambda x, weight, bias: conv1x1(x, weight),
        lambda x, weight, bias: conv1x1(x, weight, bias).swapaxes(1, 2),
    ],
    "strided_conv1x1": [
        lambda x, weight: conv1x1(x[:, 1::2, 1::2], weight),
        lambda x, weight: conv1x1(x[:, ::2], weight),
        lambda x, weight: conv1x1(avg_pool2d(x, 2), weight),
        lambda x, weight: conv1x1(x[:, : x.shape[1] - 1 : 2, : x.shape[2] - 1 : 2], weight),
        lambda x, weight: conv1x1(x[::2], weight[:, ::2]),
    ],
    "widest_pointwise_pair": [
        lambda c_in, c_out: c_in * c_out // (c_in + c_out),  # equal is not fewer
        lambda c_in, c_out: min(c_in, c_out) // 2 - 1,
        lambda c_in, c_out: max((c_in * c_out - 1) // (c_in + c_out), 1),
    ],
}

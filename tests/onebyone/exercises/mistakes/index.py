import numpy as np

from onebyone.reference import conv1x1


def in_place(x, channel):
    for other in range(len(x)):
        if other != channel:
            x[other] = 0
    return x


MISTAKES = {
    "keep_channel": [
        lambda x, channel: x[channel],
        lambda x, channel: x[channel : channel + 1],
        lambda x, channel: x,
        in_place,
    ],
    "negative": [
        lambda x: -x,
        lambda x: conv1x1(x, -np.eye(len(x))),
        lambda x: x.max() - x,
    ],
    "apply_both": [
        lambda x, first, second: conv1x1(x, first),
        lambda x, first, second: conv1x1(x, first @ second),
        lambda x, first, second: second @ first,
    ],
}

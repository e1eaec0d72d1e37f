import math

import numpy as np

from onebyone.reference import conv1x1


def equal_pieces(parts, weight):
    columns = np.array_split(weight, len(parts), axis=1)
    return sum(conv1x1(part, own) for part, own in zip(parts, columns, strict=True))


def first_columns(parts, weight):
    return sum(conv1x1(part, weight[:, : len(part)]) for part in parts)


def still_concatenated(parts, weight):
    ends = np.cumsum([len(part) for part in parts])
    columns = np.split(weight, ends[:-1], axis=1)
    return np.concatenate([conv1x1(*each) for each in zip(parts, columns, strict=True)])


MISTAKES = {
    "bottleneck_pays_from": [
        lambda growth: math.ceil(7.2 * growth),  # equal is not fewer
        lambda growth: int(7.2 * growth),
        lambda growth: 8 * growth,
        lambda growth: 36 * growth // 8 + 1,  # without the kernel's nine
    ],
    "conv1x1_of_parts": [equal_pieces, first_columns, still_concatenated],
    "channels_read": [
        lambda channels, layers, growth: channels + layers * growth,  # what comes out
        lambda channels, layers, growth: layers * growth,
        lambda channels, layers, growth: sum(channels + n * growth for n in range(1, layers + 1)),
        lambda channels, layers, growth: layers * channels,
    ],
}

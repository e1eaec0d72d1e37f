"""The solutions of chapter 2."""

import numpy as np

from onebyone.cost import parameters


def growth_when_doubled(
    in_channels: int, out_channels: int, kernel_size: int
) -> tuple[float, float, float]:
    """Return by what factors an inner, a first and a depthwise layer grow when channels double (exercise 1).

    The first layer's input channels stay, since they are those of the image.

    Examples:
        >>> growth_when_doubled(64, 128, kernel_size=3)
        (4.0, 2.0, 2.0)
    """
    c_in, c_out, k = in_channels, out_channels, kernel_size
    before = parameters(c_in, c_out, k, bias=False)
    inner = parameters(2 * c_in, 2 * c_out, k, bias=False)
    first = parameters(c_in, 2 * c_out, k, bias=False)
    narrow = parameters(c_in, c_in, k, groups=c_in, bias=False)
    wide = parameters(2 * c_in, 2 * c_in, k, groups=2 * c_in, bias=False)
    return inner / before, first / before, wide / narrow


def share_of_biases(
    in_channels: int, out_channels: int, kernel_size: int
) -> float:
    """Return the share of biases in a layer's parameters, from 0 to 1 (exercise 2).

    Examples:
        >>> f"{share_of_biases(3, 512, 3):.1%}", f"{share_of_biases(512, 512, 3):.2%}"
        ('3.6%', '0.02%')
    """
    return out_channels / parameters(in_channels, out_channels, kernel_size)


def maxout(x: np.ndarray) -> np.ndarray:
    """Take the maximum of each pair of neighbouring channels, (C, H, W) to (C / 2, H, W) (exercise 3).

    Source:
        Goodfellow et al., "Maxout Networks", arXiv:1302.4389.

    Examples:
        >>> maxout(np.array([[[1, 5]], [[4, 2]]]))
        array([[[4, 5]]])
    """
    return np.maximum(x[0::2], x[1::2])

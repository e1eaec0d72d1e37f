"""The solutions of chapter 2."""

import numpy as np

from onebyone.cost import parameters


def growth_when_doubled(
    in_channels: int, out_channels: int, kernel_size: int
) -> tuple[float, float, float]:
    """Return by what factors the weights of three layers grow when channels double (exercise 1).

    Args:
        in_channels: Channels of the input, before they double.
        out_channels: Channels of the output, likewise. A depthwise layer puts out as many as it takes in.
        kernel_size: Height and width of the kernel.

    Returns:
        The factors of an inner layer, of a first one, whose input channels stay, and of a depthwise one.

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
    """Halve the channels of (C, H, W) as max pooling halves height and width (exercise 3).

    Args:
        x: Feature maps, (C, H, W), of an even number of channels.

    Examples:
        >>> maxout(np.array([[[1, 5]], [[4, 2]]]))
        array([[[4, 5]]])
    """
    return np.maximum(x[0::2], x[1::2])

"""The solutions of the page on ConvNeXt."""

import numpy as np

from onebyone.cost import macs


def depthwise_macs(channels: int, size: int, *, on_the_wide: bool) -> int:
    """Count the MACs of the depthwise 7×7 at the start of ConvNeXt's block, or between its two 1×1s (exercise 1).

    Args:
        channels: Of the block's input.
        size: Height and width, in pixels; padding keeps them.
        on_the_wide: Whether it is between the two 1×1s, as in MobileNetV2.

    Examples:
        >>> depthwise_macs(96, 56, on_the_wide=False), depthwise_macs(96, 56, on_the_wide=True)
        (14751744, 59006976)
    """
    width = 4 * channels if on_the_wide else channels
    return macs(width, width, 7, size, size, groups=width)


def fold_layer_scale(
    weight: np.ndarray, bias: np.ndarray, scale: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weight and bias of the layer that also scales each of its output channels by a number (exercise 2).

    Args:
        weight: The matrix of a block's last layer, (C_out, C_in).
        bias: Its bias, (C_out,).
        scale: A number for each output channel, (C_out,).

    Examples:
        >>> weight, bias = np.array([[1, 2], [3, 4]]), np.array([1, 1])
        >>> fold_layer_scale(weight, bias, np.array([10, 1]))
        (array([[10, 20],
               [ 3,  4]]), array([10,  1]))
    """
    return np.diag(scale) @ weight, np.diag(scale) @ bias

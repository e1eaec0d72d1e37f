"""The solutions of chapter 4."""

import numpy as np

from onebyone.cost import break_even_width
from onebyone.reference import conv1x1


def dense_at_each_pixel(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray
) -> np.ndarray:
    """Apply one fully connected layer to every pixel (exercise 1).

    Args:
        x: Feature maps, (C_in, H, W).
        weight: The layer's matrix, (C_out, C_in).
        bias: (C_out,).

    Returns:
        Feature maps, (C_out, H, W).

    Examples:
        >>> dense_at_each_pixel(np.ones((2, 1, 1)), np.array([[1.0, 2.0]]), np.array([0.5]))
        array([[[3.5]]])
    """
    # A fully connected layer expects the channels last: (H, W, C_in).
    pixels = np.moveaxis(x, 0, -1)
    return np.moveaxis(pixels @ weight.T + bias, -1, 0)


def strided_conv1x1(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Apply a 1×1 convolution with stride 2 and no padding (exercise 2).

    Args:
        x: Feature maps, (C_in, H, W).
        weight: (C_out, C_in).

    Returns:
        Feature maps, (C_out, ⌈H / 2⌉, ⌈W / 2⌉).

    Examples:
        >>> strided_conv1x1(np.arange(16.0).reshape(1, 4, 4), np.array([[10.0]]))
        array([[[  0.,  20.],
                [ 80., 100.]]])
    """
    return conv1x1(x[:, ::2, ::2], weight)


def widest_pointwise_pair(in_channels: int, out_channels: int) -> int:
    """Return the largest width at which two 1×1 layers have fewer weights than one, or 0 (exercise 3).

    Examples:
        >>> widest_pointwise_pair(256, 256), widest_pointwise_pair(1, 1)
        (127, 0)
    """
    return break_even_width(in_channels, out_channels, kernel_size=1)

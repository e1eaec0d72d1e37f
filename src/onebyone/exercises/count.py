"""What a convolution costs, by counting: an oracle that knows no formula."""

import numpy as np

from onebyone.reference import conv2d


def count_products(size: int, kernel_size: int = 1, stride: int = 1) -> int:
    """Count the products of one filter on one padded channel of size×size pixels, by making each of them 1.

    Examples:
        >>> count_products(8), count_products(8, stride=2), count_products(8, 3)
        (64, 16, 576)
    """
    side = size + kernel_size - 1  # padded so that stride 1 keeps the size
    kernel = np.ones((1, 1, kernel_size, kernel_size))
    return int(conv2d(np.ones((1, side, side)), kernel, stride=stride).sum())


def count_weights(
    in_channels: int, out_channels: int, kernel_size: int = 1, groups: int = 1
) -> int:
    """Count the entries of a convolution's filters, laid out as an array.

    Examples:
        >>> count_weights(4, 6), count_weights(4, 6, 3, groups=2)
        (24, 108)
    """
    shape = out_channels, in_channels // groups, kernel_size, kernel_size
    return np.broadcast_to(0, shape).size

"""The answers to the exercises, in the order of the pages."""

import numpy as np

from onebyone.checks import Array
from onebyone.reference import conv1x1, conv2d


def keep_channel(x: Array, channel: int) -> Array:
    """Keep one channel and turn the others to zero (home page, exercise 1).

    Args:
        x: Feature maps, (C, H, W).
        channel: The index of the channel to keep.

    Returns:
        Feature maps, (C, H, W).

    Examples:
        >>> keep_channel(np.ones((3, 1, 1)), 1).ravel()
        array([0., 1., 0.])
    """
    weight = np.zeros((len(x), len(x)))
    weight[channel, channel] = 1
    return conv1x1(x, weight)


def negative(x: Array) -> Array:
    """Turn each value v into 1 - v (home page, exercise 2).

    Args:
        x: Feature maps with values from 0 to 1, (C, H, W).

    Returns:
        Feature maps, (C, H, W).

    Examples:
        >>> negative(np.array([[[0.0, 0.25, 1.0]]]))
        array([[[1.  , 0.75, 0.  ]]])
    """
    channels = len(x)
    return conv1x1(x, -np.eye(channels), bias=np.ones(channels))


def one_after_another(x: Array, first: Array, second: Array) -> Array:
    """Apply two matrices as one (home page, exercise 3).

    Args:
        x: Feature maps, (C_in, H, W).
        first: (C_middle, C_in).
        second: (C_out, C_middle).

    Returns:
        Feature maps, (C_out, H, W).

    Examples:
        >>> one_after_another(np.ones((3, 1, 1)), 2 * np.eye(3), np.ones((1, 3))).ravel()
        array([6.])
    """
    return conv1x1(x, second @ first)


def filter_weights(in_channels: int, filters: int, kernel_size: int) -> int:
    """Count the weights of a bank of filters and its biases (chapter 1, exercise 1).

    Args:
        in_channels: Channels of the input, which are the depth of each filter.
        filters: Number of filters.
        kernel_size: Height and width of each filter, in taps.

    Returns:
        Weights and biases together.

    Examples:
        >>> filter_weights(in_channels=3, filters=64, kernel_size=5)
        4864
    """
    weight = np.zeros((filters, in_channels, kernel_size, kernel_size))
    bias = np.zeros(filters)
    return weight.size + bias.size


def padding_that_keeps_the_size(kernel_size: int) -> int:
    """Return the padding under which an odd kernel keeps height and width (chapter 1, exercise 2).

    Args:
        kernel_size: An odd number of taps.

    Returns:
        Pixels on each side.

    Raises:
        ValueError: The kernel is even: no equal padding on both sides keeps the size.

    Examples:
        >>> padding_that_keeps_the_size(5), padding_that_keeps_the_size(1)
        (2, 0)
    """
    if kernel_size % 2 == 0:
        raise ValueError(f"kernel_size: expected an odd number, got {kernel_size}")
    return (kernel_size - 1) // 2


def channel_by_channel(x: Array, weight: Array) -> Array:
    """Convolve each channel with its own slice of the filters, and add the results (chapter 1, exercise 3).

    Args:
        x: Feature maps, (C_in, H, W).
        weight: Filters, (C_out, C_in, KH, KW).

    Returns:
        Feature maps, (C_out, H_out, W_out), equal to `conv2d(x, weight)`.

    Examples:
        >>> x, weight = np.ones((2, 3, 3)), np.ones((1, 2, 3, 3))
        >>> channel_by_channel(x, weight) == conv2d(x, weight)
        array([[[ True]]])
    """
    parts = [conv2d(x[c : c + 1], weight[:, c : c + 1]) for c in range(len(x))]
    return np.asarray(np.sum(parts, axis=0))

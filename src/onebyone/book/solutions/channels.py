"""The solutions of chapter 1."""

import numpy as np

from onebyone.reference import conv2d


def count_parameters(in_channels: int, filters: int, kernel_size: int) -> int:
    """Count the weights and biases of a layer of k×k filters (exercise 1).

    Examples:
        >>> count_parameters(in_channels=3, filters=64, kernel_size=5)
        4864
    """
    weight = np.zeros((filters, in_channels, kernel_size, kernel_size))
    bias = np.zeros(filters)
    return weight.size + bias.size


def same_padding(kernel_size: int) -> int:
    """Return the padding under which an odd kernel of stride 1 keeps height and width (exercise 2).

    Raises:
        ValueError: The kernel is even: no equal padding on both sides keeps the size.

    Examples:
        >>> same_padding(5), same_padding(1)
        (2, 0)
        >>> same_padding(4)
        Traceback (most recent call last):
        ValueError: kernel_size: expected an odd number, got 4
    """
    if kernel_size % 2 == 0:
        raise ValueError(
            f"kernel_size: expected an odd number, got {kernel_size}"
        )
    return (kernel_size - 1) // 2


def conv2d_by_channel(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Convolve each channel with its own slice of the filters, and add the results (exercise 3).

    Examples:
        >>> x, weight = np.ones((2, 3, 3)), np.ones((1, 2, 3, 3))
        >>> conv2d_by_channel(x, weight) == conv2d(x, weight)
        array([[[ True]]])
    """
    parts = [conv2d(x[c : c + 1], weight[:, c : c + 1]) for c in range(len(x))]
    return np.asarray(np.sum(parts, axis=0))

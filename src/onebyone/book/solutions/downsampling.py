"""The solutions of chapter 3."""

import numpy as np

from onebyone.pooling import global_avg_pool2d
from onebyone.reference import conv2d, relu


def count_changed_pixels(weights: list[np.ndarray], size: int = 9) -> int:
    """Count the output pixels that change with the middle pixel of the input (exercise 1).

    Args:
        weights: The layers in order, each (C_out, C_in, KH, KW), with an odd kernel and no number below zero.
            Padding keeps the size, and a relu follows on each layer.
        size: Height and width of the input, an odd number of pixels.

    Examples:
        >>> one, three = np.ones((2, 2, 1, 1)), np.ones((2, 2, 3, 3))
        >>> count_changed_pixels([one]), count_changed_pixels([three]), count_changed_pixels([one, one])
        (1, 9, 1)
    """
    x = np.ones((2, weights[0].shape[1], size, size))
    x[1, :, size // 2, size // 2] += 1  # the second image differs in one pixel
    for weight in weights:
        x = relu(conv2d(x, weight, padding="same"))
    return int((x[0] != x[1]).any(axis=0).sum())


def pad_and_convolve(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray
) -> np.ndarray:
    """Apply a 1×1 convolution with one pixel of padding on each side (exercise 2).

    Args:
        x: Feature maps, (C_in, H, W).
        weight: (C_out, C_in).
        bias: (C_out,).

    Examples:
        >>> pad_and_convolve(np.ones((1, 1, 1)), np.array([[2.0]]), np.array([5.0]))
        array([[[5., 5., 5.],
                [5., 7., 5.],
                [5., 5., 5.]]])
    """
    return conv2d(x, weight[:, :, None, None], bias, padding=1)


def lossless_width(x: np.ndarray) -> int:
    """Return the smallest width of a bottleneck that (C, H, W) passes through without loss (exercise 3).

    The bottleneck is a 1×1 convolution from C channels to its width and one back to C, both with biases.

    Examples:
        >>> grey = np.arange(4.0).reshape(1, 2, 2)
        >>> lossless_width(np.concatenate([grey, grey, grey]))
        1
    """
    centred = x - global_avg_pool2d(x)
    return int(np.linalg.matrix_rank(centred.reshape(len(x), -1)))

"""The answers to the exercises of the page of questions."""

import numpy as np

from onebyone.arguments.arrays import Array
from onebyone.reference import conv1x1


def weight_without_sharing(weight: Array, pixels: int) -> Array:
    """Return the fully connected layer over all pixels that does what a 1×1 convolution does (chapter 11, exercise 1).

    Args:
        weight: Filters, (C_out, C_in).
        pixels: Pixels of the feature maps, H·W.

    Returns:
        The weight of a layer on the flattened maps, (C_out · pixels, C_in · pixels).

    Examples:
        >>> weight_without_sharing(np.array([[2, 3]]), 2)
        array([[2, 0, 3, 0],
               [0, 2, 0, 3]])
    """
    blocks: Array = np.einsum("oi,pq->opiq", weight, np.eye(pixels, dtype=int))
    out_channels, in_channels = weight.shape
    return blocks.reshape(out_channels * pixels, in_channels * pixels)


def for_exchanged_colours(weight: Array) -> Array:
    """Return a first layer for pictures in RGB where it was trained on BGR (chapter 11, exercise 2).

    Args:
        weight: Filters for three channels, (C_out, 3, KH, KW).

    Returns:
        The filters with their input channels the other way round, (C_out, 3, KH, KW).

    Examples:
        >>> for_exchanged_colours(np.arange(3).reshape(1, 3, 1, 1)).ravel()
        array([2, 1, 0])
    """
    return weight[:, ::-1]


def classify_then_enlarge(
    x: Array, weight: Array, bias: Array, times: int
) -> Array:
    """Give each pixel its scores, and enlarge the scores by repeating them (chapter 11, exercise 3).

    Args:
        x: Feature maps, (C_in, H, W).
        weight: One row for each class, (C_out, C_in).
        bias: One number for each class, (C_out,).
        times: How often each row and each column is repeated.

    Returns:
        Scores, (C_out, times · H, times · W).

    Examples:
        >>> classify_then_enlarge(np.ones((1, 1, 1)), np.array([[2.0]]), np.array([1.0]), 2)
        array([[[3., 3.],
                [3., 3.]]])
    """
    scores = conv1x1(x, weight, bias)
    return scores.repeat(times, axis=-2).repeat(times, axis=-1)

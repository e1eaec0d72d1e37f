"""The solutions of chapter 12."""

import numpy as np

from onebyone.reference import conv1x1


def unshare_weight(weight: np.ndarray, pixels: int) -> np.ndarray:
    """Return the fully connected layer over all pixels that equals a 1×1 convolution (exercise 1).

    Args:
        weight: (C_out, C_in).
        pixels: Pixels of the feature maps, H·W.

    Returns:
        The weight of a layer on flattened maps, (C_out · pixels, C_in · pixels).

    Examples:
        >>> unshare_weight(np.array([[2, 3]]), 2)
        array([[2, 0, 3, 0],
               [0, 2, 0, 3]])
    """
    blocks: np.ndarray = np.einsum(
        "oi,pq->opiq", weight, np.eye(pixels, dtype=int)
    )
    out_channels, in_channels = weight.shape
    return blocks.reshape(out_channels * pixels, in_channels * pixels)


def swap_red_and_blue(weight: np.ndarray) -> np.ndarray:
    """Return a first layer for RGB pictures from one trained on BGR, (C_out, 3, KH, KW) (exercise 2).

    Examples:
        >>> swap_red_and_blue(np.arange(3).reshape(1, 3, 1, 1)).ravel()
        array([2, 1, 0])
    """
    return weight[:, ::-1]


def classify_then_upsample(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray, scale: int
) -> np.ndarray:
    """Score each pixel, and upsample the scores by repeating them (exercise 3).

    Args:
        x: Feature maps, (C_in, H, W).
        weight: (C_out, C_in), a row for each class.
        bias: (C_out,).
        scale: The factor for height and width.

    Examples:
        >>> classify_then_upsample(np.ones((1, 1, 1)), np.array([[2.0]]), np.array([1.0]), 2)
        array([[[3., 3.],
                [3., 3.]]])
    """
    scores = conv1x1(x, weight, bias)
    return scores.repeat(scale, axis=-2).repeat(scale, axis=-1)

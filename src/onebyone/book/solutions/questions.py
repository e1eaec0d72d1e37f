"""The solutions of chapter 12."""

import numpy as np

from onebyone.reference import conv1x1


def unshare_weight(weight: np.ndarray, pixels: int) -> np.ndarray:
    """Return the weight of the fully connected layer that equals a 1×1 convolution (exercise 1).

    Args:
        weight: That of the convolution, (C_out, C_in).
        pixels: Pixels of the feature maps, H · W.

    Returns:
        A matrix that takes the flattened maps, x.ravel(), to y.ravel().

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
    """Return a first layer for RGB pictures from one trained on BGR (exercise 2).

    Args:
        weight: That of the layer, (C_out, 3, KH, KW).

    Examples:
        >>> swap_red_and_blue(np.arange(3).reshape(1, 3, 1, 1)).ravel()
        array([2, 1, 0])
    """
    return weight[:, ::-1]


def enlarged_scores(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray, scale: int
) -> np.ndarray:
    """Score each pixel by a 1×1 convolution, and enlarge by repeating each pixel (exercise 3).

    Args:
        x: Feature maps, (C_in, H, W).
        weight: (C_out, C_in), a row for each class.
        bias: (C_out,).
        scale: The factor for height and width.

    Returns:
        The scores, (C_out, H · scale, W · scale).

    Examples:
        >>> enlarged_scores(np.ones((1, 1, 1)), np.array([[2.0]]), np.array([1.0]), 2)
        array([[[3., 3.],
                [3., 3.]]])
    """
    scores = conv1x1(x, weight, bias)
    return scores.repeat(scale, axis=-2).repeat(scale, axis=-1)

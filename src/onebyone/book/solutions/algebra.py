"""The solutions of chapter 7."""

import numpy as np

from onebyone.algebra import batch_norm_as_conv, compose
from onebyone.arguments.layers import Layer


def fold_forward(
    layer: Layer,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Fold a batch norm into the 1×1 convolution after it (exercise 1).

    Args:
        layer: Weight, (C_out, C), and bias, (C_out,) or None.
        gamma: The norm's learned factors, (C,).
        beta: Its learned shifts, (C,).
        mean: Its running means, (C,).
        variance: Its running variances, (C,).

    Returns:
        The weight, (C_out, C), and the bias, (C_out,).

    Examples:
        >>> zero, one = np.zeros(1), np.ones(1)
        >>> weight, bias = fold_forward((np.array([[6.0]]), None), one, one, zero, 4 * one)
        >>> weight.round(3), bias
        (array([[3.]]), array([6.]))
    """
    return compose(layer, batch_norm_as_conv(gamma, beta, mean, variance))


def break_even_rank(
    in_channels: int, out_channels: int, kernel_size: int
) -> int:
    """Return the largest rank whose two factors have fewer weights than a k×k convolution, or 0 (exercise 2).

    Examples:
        >>> break_even_rank(256, 256, kernel_size=1), break_even_rank(256, 256, kernel_size=3)
        (127, 230)
    """
    taps = in_channels * kernel_size**2
    return (taps * out_channels - 1) // (taps + out_channels)


def padding_that_folds(
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
    eps: float = 1e-5,
) -> np.ndarray:
    """Return the value that a batch norm maps to zero, for each channel (exercise 3).

    The arguments are those of `fold_forward`, and what the norm adds to the variance; no gamma is zero.

    Examples:
        >>> one = np.ones(1)
        >>> padding_that_folds(2 * one, 3 * one, 5 * one, 16 * one).round(3)
        array([-1.])
    """
    return np.asarray(mean - beta * np.sqrt(variance + eps) / gamma)

"""The answers to the exercises of the pages that go beyond the article."""

import numpy as np

from onebyone.arrays import Array
from onebyone.gradients import conv1x1_backward, fit_conv1x1


def gradient_of_the_scalar(grad_output: Array, x: Array, s: float) -> float:
    """Return the gradient of a loss with respect to the one scalar that scales all channels (chapter 6, exercise 2).

    Args:
        grad_output: The loss's gradient with respect to s · x, (C, H, W).
        x: Feature maps, (C, H, W).
        s: The scalar.

    Returns:
        One number.

    Examples:
        >>> gradient_of_the_scalar(np.ones((2, 1, 1)), np.array([[[3.0]], [[4.0]]]), s=0.5)
        7.0
    """
    weight = s * np.eye(len(x))
    _, grad_weight, _ = conv1x1_backward(grad_output, x, weight)
    return float(np.trace(grad_weight))


def learned_luma(x: Array, grey: Array) -> Array:
    """Return the weights that turn a photograph into its grey version, learned from both (chapter 6, exercise 3).

    Args:
        x: A photograph, (3, H, W), float64.
        grey: Its grey version, (1, H, W).

    Returns:
        One row of weights, (1, 3).

    Examples:
        >>> x = np.random.default_rng(0).uniform(size=(3, 8, 8))
        >>> learned_luma(x, 0.5 * x[:1] + 0.25 * x[1:2] + 0.25 * x[2:]).round(3)
        array([[0.5 , 0.25, 0.25]])
    """
    weight, _, _ = fit_conv1x1(x, grey, steps=5000, rate=0.5)
    return weight

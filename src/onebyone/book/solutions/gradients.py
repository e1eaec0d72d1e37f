"""The solutions of chapter 8."""

import numpy as np

from onebyone.gradients import conv1x1_backward, fit_conv1x1


def scalar_gradient(grad_output: np.ndarray, x: np.ndarray, s: float) -> float:
    """Return the gradient of a loss with respect to the scalar that scales all channels (exercise 2).

    Args:
        grad_output: The gradient with respect to s · x, (C, H, W).
        x: Feature maps, (C, H, W).
        s: The scalar.

    Examples:
        >>> scalar_gradient(np.ones((2, 1, 1)), np.array([[[3.0]], [[4.0]]]), s=0.5)
        7.0
    """
    weight = s * np.eye(len(x))
    _, grad_weight, _ = conv1x1_backward(grad_output, x, weight)
    return float(np.trace(grad_weight))


def learn_luma(x: np.ndarray, grey: np.ndarray) -> np.ndarray:
    """Learn the weight that turns a photograph into its grey version, to within 0.001 (exercise 3).

    Args:
        x: The photograph, (3, H, W), float64.
        grey: Its grey version, (1, H, W).

    Returns:
        The weight, (1, 3).

    Examples:
        >>> x = np.random.default_rng(0).uniform(size=(3, 8, 8))
        >>> learn_luma(x, 0.5 * x[:1] + 0.25 * x[1:2] + 0.25 * x[2:]).round(3)
        array([[0.5 , 0.25, 0.25]])
    """
    weight, _, _ = fit_conv1x1(x, grey, steps=3000, rate=0.5)
    return weight

"""How a 1×1 convolution learns: its gradients, and gradient descent with them."""

import math

import numpy as np

from onebyone import sums
from onebyone.arguments import arrays, checked
from onebyone.reference import conv1x1


@checked(arrays.check_conv1x1_backward)
def conv1x1_backward(
    grad_output: np.ndarray, x: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of a loss with respect to what went into a 1×1 convolution.

    Args:
        grad_output: The loss's gradient with respect to conv1x1(x, weight, bias), (N, C_out, H, W) or (C_out, H, W).
        x: Feature maps, (N, C_in, H, W) or (C_in, H, W).
        weight: The matrix, (C_out, C_in) or (C_out, C_in, 1, 1).

    Returns:
        The gradients with respect to x, to weight and to bias: one of the shape of x, one of that of weight,
        and (C_out,); of the dtype to which the three arguments promote.

    Raises:
        ValueError: A shape does not fit.
        TypeError: An argument does not hold real floating-point numbers.

    Source:
        Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", doi:10.1038/323533a0.

    Examples:
        >>> x = np.array([[[1.0, 2.0]], [[3.0, 4.0]]])  # (2, 1, 2)
        >>> grad_x, grad_weight, grad_bias = conv1x1_backward(np.ones((1, 1, 2)), x, [[5.0, 6.0]])
        >>> grad_weight, grad_bias
        (array([[3., 7.]]), array([2.]))
    """
    matrix = weight.reshape(weight.shape[:2])  # (C_out, C_in)
    grad_x = conv1x1(grad_output, matrix.T)
    # One row a channel, one column a pixel of any image: (C, N·H·W).
    g = np.moveaxis(grad_output, -3, 0).reshape(len(weight), -1)
    pixels = np.moveaxis(x, -3, 0).reshape(x.shape[-3], -1)
    grad_weight = sums.products(g, pixels)  # g @ pixels.T, (C_out, C_in)
    grad_bias = sums.over_pixels(g)  # g.sum(axis=1), (C_out,)
    return (
        grad_x,
        grad_weight.reshape(weight.shape).astype(g.dtype),
        grad_bias.astype(g.dtype),
    )


@checked(arrays.check_fit)
def fit_conv1x1(
    x: np.ndarray, target: np.ndarray, steps: int, rate: float
) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Learn a 1×1 convolution from pictures before and after it, by gradient descent from zero.

    The loss is the squared error, summed over channels and averaged over pixels.

    Args:
        x: Feature maps before, (N, C_in, H, W) or (C_in, H, W).
        target: Feature maps after, (N, C_out, H, W) or (C_out, H, W), of the same pixels.
        steps: Steps of gradient descent.
        rate: How far a step goes against the gradient.

    Returns:
        The weight, (C_out, C_in), the bias, (C_out,), and the loss before each step.

    Raises:
        ValueError: A shape does not fit, a number is too small, or the loss diverges.
        TypeError: An argument does not hold real floating-point numbers.

    Examples:
        >>> x = np.array([[[1.0, 2.0, 3.0]]])
        >>> weight, bias, losses = fit_conv1x1(x, 2 * x + 1, steps=500, rate=0.1)
        >>> weight.round(3), bias.round(3)
        (array([[2.]]), array([1.]))
    """
    dtype = x.dtype
    # A share of the loss that is one pixel's may be too small for float16.
    x, target = (each.astype(sums.wide(each)) for each in (x, target))
    weight = np.zeros((target.shape[-3], x.shape[-3]), x.dtype)
    bias = np.zeros(target.shape[-3], x.dtype)
    pixels = x.size / x.shape[-3]
    losses: list[float] = []
    for _ in range(steps):
        error = conv1x1(x, weight, bias) - target
        losses.append(sums.of_squares(error) / pixels)
        if not math.isfinite(losses[-1]):
            raise ValueError(
                f"rate: expected one at which the loss converges, got {rate!r}, at which it diverges"
            )
        _, grad_weight, grad_bias = conv1x1_backward(
            2 * error / pixels, x, weight
        )
        weight -= rate * grad_weight
        bias -= rate * grad_bias
    return weight.astype(dtype), bias.astype(dtype), losses

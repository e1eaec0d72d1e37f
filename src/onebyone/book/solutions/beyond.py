"""The answers to the exercises of the pages that go beyond the article."""

import numpy as np

from onebyone.algebra import batch_norm_as_conv, compose
from onebyone.arguments.arrays import Array, Layer
from onebyone.gradients import conv1x1_backward, fit_conv1x1


def inverse_layer(weight: Array, bias: Array) -> tuple[Array, Array]:
    """Return the 1×1 convolution that takes another one back (chapter 6, exercise 1).

    Args:
        weight: A matrix that has an inverse, (C, C).
        bias: One number for each channel, (C,).

    Returns:
        The weight, (C, C), and the bias, (C,).

    Examples:
        >>> inverse_layer(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([2.0, 4.0]))
        (array([[0.5 , 0.  ],
               [0.  , 0.25]]), array([-1., -1.]))
    """
    inverse = np.linalg.inv(weight)
    return inverse, -inverse @ bias


def from_keras_dense(kernel: Array) -> Array:
    """Return the weight of an nn.Conv2d that does what a Dense layer of Keras does (chapter 6, exercise 2).

    Args:
        kernel: As Keras keeps it, (C_in, C_out).

    Returns:
        As PyTorch keeps it, (C_out, C_in, 1, 1).

    Examples:
        >>> from_keras_dense(np.zeros((3, 64))).shape
        (64, 3, 1, 1)
    """
    return kernel.T[:, :, np.newaxis, np.newaxis]


def groups_seen(groups: int, depth: int) -> int:
    """Return how many groups a channel sees through two grouped layers and a shuffle (chapter 6, exercise 3).

    Args:
        groups: Number of groups.
        depth: Channels in each.

    Returns:
        At most `groups`.

    Examples:
        >>> [groups_seen(3, depth) for depth in (2, 3, 4)]
        [2, 3, 3]
    """
    dealt = np.arange(groups * depth).reshape(groups, depth).T.ravel()
    first_group = dealt[:depth]  # what lies in it after the shuffle
    return len(set((first_group // depth).tolist()))


def fold_forwards(
    layer: Layer,
    gamma: Array,
    beta: Array,
    mean: Array,
    variance: Array,
) -> tuple[Array, Array]:
    """Return the 1×1 convolution that does what a batch norm and the one behind it do (chapter 7, exercise 1).

    Args:
        layer: Weight, (C_out, C), and bias, (C_out,) or None.
        gamma: The learned factors, (C,).
        beta: The learned shifts, (C,).
        mean: The running means, (C,).
        variance: The running variances, (C,).

    Returns:
        The weight, (C_out, C), and the bias, (C_out,).

    Examples:
        >>> zero, one = np.zeros(1), np.ones(1)
        >>> weight, bias = fold_forwards((np.array([[6.0]]), None), one, one, zero, 4 * one)
        >>> weight.round(3), bias
        (array([[3.]]), array([6.]))
    """
    return compose(layer, batch_norm_as_conv(gamma, beta, mean, variance))


def largest_rank_that_pays(
    in_channels: int, out_channels: int, kernel_size: int
) -> int:
    """Return the largest rank whose two factors have fewer weights than a k×k convolution (chapter 7, exercise 2).

    Args:
        in_channels: Channels in.
        out_channels: Channels out.
        kernel_size: Height and width of the kernel, in taps.

    Returns:
        Channels between the two; 0 where no rank pays.

    Examples:
        >>> largest_rank_that_pays(256, 256, kernel_size=1), largest_rank_that_pays(256, 256, kernel_size=3)
        (127, 230)
    """
    taps = in_channels * kernel_size**2
    return (taps * out_channels - 1) // (taps + out_channels)


def padding_that_folds(
    gamma: Array, beta: Array, mean: Array, variance: Array, eps: float = 1e-5
) -> Array:
    """Return the number that a batch norm turns into zero, for each channel (chapter 7, exercise 3).

    Args:
        gamma: The learned factors, none of them zero, (C,).
        beta: The learned shifts, (C,).
        mean: The running means, (C,).
        variance: The running variances, (C,).
        eps: What is added to the variances.

    Returns:
        (C,).

    Examples:
        >>> one = np.ones(1)
        >>> padding_that_folds(2 * one, 3 * one, 5 * one, 16 * one).round(3)
        array([-1.])
    """
    return np.asarray(mean - beta * np.sqrt(variance + eps) / gamma)


def gradient_of_the_scalar(grad_output: Array, x: Array, s: float) -> float:
    """Return the gradient of a loss with respect to the one scalar that scales all channels (chapter 8, exercise 2).

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
    """Return the weights that turn a photograph into its grey version, learned from both (chapter 8, exercise 3).

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

"""Weights as integers of eight bits, with one scale for all of them or one for each filter."""

import numpy as np

from onebyone.arguments import arrays, checked

LARGEST = 127


@checked(arrays.check_quantize)
def quantize(
    weight: np.ndarray, axis: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return a weight as integers of eight bits, and the scale by which they are to be multiplied.

    Args:
        weight: Floating-point numbers, with output channels first.
        axis: The axis along which each position has a scale of its own, 0 for output channels; None for one scale.

    Returns:
        The integers, from -127 to 127, and the scale, of a shape that broadcasts to the weight's.

    Raises:
        ValueError: weight is empty or not finite, or axis is none of its axes.
        TypeError: weight does not hold real floating-point numbers, or axis is not an integer.

    Source:
        Krishnamoorthi, "Quantizing deep convolutional networks for efficient inference", arXiv:1806.08342.

    Examples:
        >>> integers, scale = quantize(np.array([[1.0, -2.54], [0.01, 0.02]]))
        >>> integers, scale.round(6)
        (array([[  50, -127],
               [   0,    1]], dtype=int8), array([[0.02]]))
    """
    axes = tuple(other for other in range(weight.ndim) if other != axis)
    largest = np.abs(weight).max(axis=axes, keepdims=True)
    scale = largest / weight.dtype.type(LARGEST)
    scale[scale == 0] = 1  # all its weights are zero
    # The scale of the smallest numbers that a float can hold is rounded itself.
    steps = np.clip(np.rint(weight / scale), -LARGEST, LARGEST)
    return steps.astype(np.int8), scale


@checked(arrays.check_signal_to_noise)
def signal_to_noise(signal: np.ndarray, noisy: np.ndarray) -> float:
    """Return by how many decibels a signal is stronger than the noise in a copy of it.

    Args:
        signal: Real floating-point numbers.
        noisy: The same numbers with noise, of the same shape.

    Returns:
        Ten times the logarithm of the ratio of the sums of squares: 20 dB where the noise is a tenth of the signal,
        infinity without any that float64 can tell.

    Raises:
        ValueError: The shapes differ, a number is not finite, or signal is zero everywhere.
        TypeError: An argument does not hold real floating-point numbers.

    Examples:
        >>> signal_to_noise(np.array([10.0, 0.0]), np.array([10.0, 1.0]))
        20.0
    """
    signal, noisy = signal.astype(np.float64), noisy.astype(np.float64)
    scale = np.abs(signal).max()  # so that no square overflows
    strength = np.square(signal / scale).sum()
    with np.errstate(divide="ignore", over="ignore"):
        noise = np.square(noisy / scale - signal / scale).sum()
        return float(10 * (np.log10(strength) - np.log10(noise)))

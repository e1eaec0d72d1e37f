"""The solutions of chapter 13."""

import math


def largest_paying_rank(
    in_channels: int, out_channels: int, kernel_size: int
) -> int:
    """Return the largest rank at which two layers have fewer weights than the one that was split (exercise 1).

    The first of the two has the k×k kernel, and as many filters as the rank; the second is 1×1.

    Args:
        in_channels: C_in.
        out_channels: C_out.
        kernel_size: k, the height and width of the kernel.

    Returns:
        The rank, or 0 where none saves weights.

    Examples:
        >>> largest_paying_rank(480, 112, kernel_size=1), largest_paying_rank(64, 64, kernel_size=3)
        (90, 57)
    """
    inputs = in_channels * kernel_size**2
    whole = out_channels * inputs
    return (whole - 1) // (inputs + out_channels)


def bits_worth(decibels: float) -> float:
    """Return how many more bits raise the signal-to-noise ratio by so many decibels (exercise 2).

    Args:
        decibels: Ten times the decimal logarithm of the factor by which the ratio, one of squares, rises.

    Examples:
        >>> round(bits_worth(11), 2)
        1.83
    """
    of_a_bit = 10 * math.log10(2**2)  # half the step, a quarter of its square
    return decibels / of_a_bit

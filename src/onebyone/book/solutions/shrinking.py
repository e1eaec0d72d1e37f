"""The solutions of chapter 13."""

import math


def largest_paying_rank(
    in_channels: int, out_channels: int, kernel_size: int
) -> int:
    """Return the largest rank at which two layers have fewer weights than the one that was split (exercise 1).

    Args:
        in_channels: C_in.
        out_channels: C_out.
        kernel_size: Height and width of the kernel.

    Examples:
        >>> largest_paying_rank(480, 112, kernel_size=1), largest_paying_rank(64, 64, kernel_size=3)
        (90, 57)
    """
    inputs = in_channels * kernel_size**2
    whole = out_channels * inputs
    return (whole - 1) // (inputs + out_channels)


def decibels_of_a_bit() -> float:
    """Return by how many decibels one more bit raises the signal above the noise of rounding (exercise 2).

    Examples:
        >>> round(decibels_of_a_bit(), 2)
        6.02
    """
    return 10 * math.log10(2**2)  # half the step, a quarter of its square

"""The answers to the exercises of chapter 10."""

import itertools
import math

from onebyone.cost import parameters


def digits_needed(known: float, gap: float) -> int:
    """Return how many test digits make a gap two standard deviations of one test (chapter 10, exercise 1).

    Args:
        known: The share of digits that a network knows.
        gap: A difference of shares.

    Returns:
        Digits.

    Examples:
        >>> digits_needed(known=0.97, gap=0.005)
        4656
    """
    # Rounded first, since the quotient of two decimals may lie a hair above a whole number.
    return math.ceil(round(4 * known * (1 - known) / gap**2, 6))


def width_of_control(first: int, second: int, classes: int, target: int) -> int:
    """Return the width of two plain blocks that comes nearest to a number of parameters (chapter 10, exercise 2).

    Args:
        first: Channels behind the first layer.
        second: Channels behind the first block.
        classes: Channels of the last layer.
        target: Parameters wanted.

    Returns:
        Channels behind the second block and the third.

    Examples:
        >>> width_of_control(16, 12, classes=10, target=10_458)
        25
    """

    def size(width: int) -> int:
        channels = [1, first, second, width, width]
        # Each convolution has no bias, and a batch norm of two numbers a channel.
        body = sum(
            parameters(c_in, c_out, 3, bias=False) + 2 * c_out
            for c_in, c_out in itertools.pairwise(channels)
        )
        return body + parameters(width, classes, 1)

    return min(range(1, 100), key=lambda width: abs(size(width) - target))


def chance_of_always_ahead(seeds: int) -> float:
    """Return how probable it is that one of two equal networks is ahead from every seed (chapter 10, exercise 3).

    Args:
        seeds: How many.

    Returns:
        A probability, where no two are ever level.

    Examples:
        >>> chance_of_always_ahead(5)
        0.0625
    """
    return float(2 * 0.5**seeds)

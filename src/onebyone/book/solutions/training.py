"""The solutions of chapter 10."""

import itertools
import math

from onebyone.cost import parameters


def digits_needed(accuracy: float, gap: float) -> int:
    """Return the fewest test digits with which a gap is at least two standard deviations of the accuracy (exercise 1).

    Args:
        accuracy: The share of all digits that the network reads correctly, from 0 to 1.
        gap: A difference of two such shares.

    Examples:
        >>> digits_needed(accuracy=0.97, gap=0.005)
        4656
    """
    # Rounded first, since the quotient of two decimals may lie a hair above a whole number.
    return math.ceil(round(4 * accuracy * (1 - accuracy) / gap**2, 6))


def width_of_control(first: int, second: int, classes: int, target: int) -> int:
    """Return the width of the last two plain blocks that comes nearest to a number of parameters (exercise 2).

    Four 3×3 convolutions, the first of them on one channel, have no bias, and a batch norm each.
    A 1×1 convolution with a bias comes last.

    Args:
        first: Output channels of the first layer.
        second: Output channels of the first block. Those of the other two are the width.
        classes: Output channels of the last layer.
        target: The number of parameters.

    Examples:
        >>> width_of_control(16, 12, classes=10, target=10_458)
        25
    """

    def size(width: int) -> int:
        channels = [1, first, second, width, width]
        # The convolutions have no bias, and batch norm has two parameters a channel.
        body = sum(
            parameters(c_in, c_out, 3, bias=False) + 2 * c_out
            for c_in, c_out in itertools.pairwise(channels)
        )
        return body + parameters(width, classes, 1)

    # The last 3×3 alone has nine times the width squared.
    widths = range(1, math.isqrt(target) + 2)
    return min(widths, key=lambda width: abs(size(width) - target))


def probability_of_sweep(seeds: int) -> float:
    """Return the probability that one of two equal networks is ahead from every seed, without ties (exercise 3).

    Args:
        seeds: From how many seeds both were trained.

    Examples:
        >>> probability_of_sweep(5)
        0.0625
    """
    return float(2 * 0.5**seeds)

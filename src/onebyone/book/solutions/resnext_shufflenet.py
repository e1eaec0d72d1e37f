"""The solutions of the page on ResNeXt and ShuffleNet."""

from collections.abc import Sequence

import numpy as np

from onebyone.book.solutions.resnet import bottleneck_weights


def widest_grouped_bottleneck(
    channels: int, budget: int, groups: Sequence[int]
) -> dict[int, int]:
    """Return how wide a bottleneck may be at each number of groups of its 3×3, within a budget of weights (exercise 1).

    Where not even one channel a group fits, that is 0.

    Args:
        channels: What comes in and goes out.
        budget: The most weights that it may have.
        groups: Numbers of groups; a width is a multiple of its number.

    Returns:
        The width for each of the numbers of groups.

    Examples:
        >>> widest_grouped_bottleneck(256, budget=70_144, groups=(1, 2, 32))
        {1: 64, 2: 80, 32: 128}
    """
    widest = {}
    for number in groups:
        width = 0
        while bottleneck_weights(channels, width + number, number) <= budget:
            width += number
        widest[number] = width
    return widest


def absorb_shuffle(weight: np.ndarray, groups: int) -> np.ndarray:
    """Return the 1×1 convolution that does alone what a shuffle and then this one do (exercise 2).

    Args:
        weight: The matrix of the convolution after the shuffle, (C_out, C_in), without groups.
        groups: How many groups of neighbouring channels the shuffle deals out to all.

    Examples:
        >>> absorb_shuffle(np.array([[1, 2, 3, 4, 5, 6]]), groups=2)
        array([[1, 3, 5, 2, 4, 6]])
    """
    shuffled = shuffle_order(weight.shape[1], groups)
    columns = np.empty_like(weight)
    columns[:, shuffled] = weight
    return columns


def shuffle_order(channels: int, groups: int) -> list[int]:
    """Return which input channel each output channel of a shuffle is.

    Examples:
        >>> shuffle_order(6, groups=2)
        [0, 3, 1, 4, 2, 5]
    """
    order: list[int] = (
        np.arange(channels).reshape(groups, -1).T.ravel().tolist()
    )
    return order


def shuffles_until_back(channels: int, groups: int) -> int:
    """Count how often channels must be shuffled until all are where they were (exercise 3).

    Args:
        channels: How many there are.
        groups: How many groups of neighbouring channels each shuffle deals out to all.

    Examples:
        >>> shuffles_until_back(12, groups=3), shuffles_until_back(116, groups=2)
        (5, 44)
    """
    order = shuffle_order(channels, groups)
    reached, times = order, 1
    while reached != list(range(channels)):
        reached, times = [reached[n] for n in order], times + 1
    return times

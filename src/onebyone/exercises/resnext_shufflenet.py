"""The exercises of the page on ResNeXt and ShuffleNet."""

import numpy as np

from onebyone.book.solutions import resnext_shufflenet as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.count import count_weights


@exercise(solutions.widest_grouped_bottleneck)
def widest_grouped_bottleneck() -> Cases:
    """Every width is tried, on arrays. A budget may be met to the weight, or be too small."""
    for channels, budget, groups in [
        (256, 70_144, (1, 2, 32)),
        (256, 70_144, (64, 512)),
        (16, 16 * 4 * 2 + 4 * 4 * 9, (1, 4)),
    ]:
        widest = {}
        for number in groups:
            fitting = [
                width
                for width in range(number, budget // channels, number)
                if count_weights(channels, width)
                + count_weights(width, width, 3, groups=number)
                + count_weights(width, channels)
                <= budget
            ]
            widest[number] = max(fitting, default=0)
        yield call(channels, budget, groups).gives(widest)


def _deal(items: list[int], groups: int) -> list[int]:
    """Return the first of each group, and then the second of each."""
    size = len(items) // groups
    return [
        items[size * group + n] for n in range(size) for group in range(groups)
    ]


@exercise(solutions.absorb_shuffle)
def absorb_shuffle() -> Cases:
    """The shuffle and then the layer: each unit vector shows a column."""
    rng = np.random.default_rng(0)
    for channels, groups, filters in [
        (6, 2, 1),
        (12, 3, 5),
        (12, 4, 7),
        (5, 1, 2),
    ]:
        weight = rng.permutation(filters * channels).reshape(filters, channels)
        shuffled = np.eye(channels)[:, _deal([*range(channels)], groups)]
        yield call(weight, groups).gives((shuffled @ weight.T).T)


@exercise(solutions.shuffles_until_back)
def shuffles_until_back() -> Cases:
    """Cards are dealt until they lie as they did."""
    for channels, groups in [(116, 2), (12, 3), (12, 4), (4, 2), (5, 1)]:
        start = [*range(channels)]
        dealt, times = _deal(start, groups), 1
        while dealt != start:
            dealt, times = _deal(dealt, groups), times + 1
        yield call(channels, groups).gives(times)

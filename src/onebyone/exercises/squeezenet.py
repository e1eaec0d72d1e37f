"""The exercises of the page on SqueezeNet."""

import numpy as np

from onebyone.book.solutions import squeezenet as solutions
from onebyone.exercises.cases import Cases, call, exercise

# The paper's table 1, before pruning: all layers but conv10.
PAPER = {
    "conv1": 14_208,
    "fire2": 11_920,
    "fire3": 12_432,
    "fire4": 45_344,
    "fire5": 49_440,
    "fire6": 104_880,
    "fire7": 111_024,
    "fire8": 188_992,
    "fire9": 197_184,
}


@exercise(solutions.fire_parameters)
def fire_parameters() -> Cases:
    """The paper's table 1, and arrays for modules that it does not have."""
    yield call(96, 32, 64).gives(_count_fire(96, 32, 64))
    yield call(96, 16, 64).gives(PAPER["fire2"])
    yield call(512, 64, 256).gives(PAPER["fire9"])
    yield call(3, 5, 2).gives(_count_fire(3, 5, 2))


def _count_fire(c_in: int, squeeze: int, expand: int) -> int:
    shapes: list[tuple[int, ...]] = [(squeeze, c_in), (squeeze,)]
    shapes += [(expand, squeeze), (expand,)]
    shapes += [(expand, squeeze, 3, 3), (expand,)]
    return sum(np.empty(shape).size for shape in shapes)


@exercise(solutions.fires_that_fit_a_shortcut)
def fires_that_fit_a_shortcut() -> Cases:
    """The paper's figure 2 for version 1.0, which has the shortcuts; else the shapes of what is concatenated."""
    version_1_0 = [
        (96, 16, 64),
        (128, 16, 64),
        (128, 32, 128),
        (256, 32, 128),
        (256, 48, 192),
        (384, 48, 192),
        (384, 64, 256),
        (512, 64, 256),
    ]
    yield call(version_1_0).gives([3, 5, 7, 9])
    for fires in [
        [(64, 8, 32), (64, 64, 64), (128, 64, 64), (128, 16, 128)],
        [(8, 2, 8), (16, 2, 4)],
        [],
    ]:
        fitting = []
        for number, (c_in, _, expand) in enumerate(fires, start=2):
            maps = np.empty((expand, 1, 1))
            if len(np.concatenate([maps, maps])) == c_in:
                fitting.append(number)
        yield call(fires).gives(fitting)


@exercise(solutions.parameters_for_classes)
def parameters_for_classes() -> Cases:
    """The other rows of the paper's table 1, and 512 weights and a bias for each class."""
    for classes in [10, 1000, 1, 2000]:
        last = classes * (512 + 1)
        yield call(classes).gives(sum(PAPER.values()) + last)

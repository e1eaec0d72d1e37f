"""The exercises of chapter 10."""

import math
from fractions import Fraction
from itertools import product

import numpy as np

from onebyone.book.solutions import training as solutions
from onebyone.exercises.cases import Cases, call, exercise


@exercise(solutions.digits_needed)
def digits_needed() -> Cases:
    """Tests of so many digits, drawn; and fractions, where the quotient is no whole number that floats may miss."""
    yield call(0.97, 0.005).holds(
        "drawn tests of so many digits have 0.0025 as their deviation",
        lambda digits: abs(_draw_deviation(digits, 0.97) - 0.0025) < 0.00002,
    )
    for accuracy, gap in [("0.5", "0.03"), ("0.97", "0.011"), ("0.9", "0.2")]:
        p, g = Fraction(accuracy), Fraction(gap)
        digits = math.ceil(p * (1 - p) / (g / 2) ** 2)
        yield call(float(p), float(g)).gives(digits)


def _draw_deviation(digits: int, accuracy: float) -> float:
    rng = np.random.default_rng(0)
    return float((rng.binomial(digits, accuracy, 200_000) / digits).std())


@exercise(solutions.width_of_control)
def width_of_control() -> Cases:
    """Every width is tried, on arrays."""
    for first, second, classes, target in [
        (16, 12, 10, 10_458),
        (16, 12, 10, 9_850),
        (64, 4, 10, 5_000),
        (64, 4, 100, 60_000),
        (32, 64, 100, 1_000_000),
    ]:
        sizes = {w: _size(first, second, w, classes) for w in range(1, 400)}
        nearest = min(sizes, key=lambda w: abs(sizes[w] - target))
        yield call(first, second, classes, target).gives(nearest)


def _size(first: int, second: int, width: int, classes: int) -> int:
    weights = [
        (first, 1, 3, 3),
        (second, first, 3, 3),
        (width, second, 3, 3),
        (width, width, 3, 3),
        (classes, width, 1, 1),
    ]
    norms = first + second + width + width  # each a gamma and a beta
    return sum(math.prod(shape) for shape in weights) + 2 * norms + classes


@exercise(solutions.probability_of_sweep)
def probability_of_sweep() -> Cases:
    """All outcomes are listed, and those counted in which every seed has the same winner."""
    for seeds in [5, 1, 2, 8]:
        outcomes = list(product("ab", repeat=seeds))
        swept = [each for each in outcomes if len(set(each)) == 1]
        yield call(seeds).gives(len(swept) / len(outcomes))

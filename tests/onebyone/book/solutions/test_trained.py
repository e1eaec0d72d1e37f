"""The solutions of chapter 12 hold against scipy's tables and a relu that bends nothing."""

import numpy as np
import pytest
from scipy.stats import binomtest

from onebyone.book.solutions import trained as solutions


@pytest.mark.parametrize(("kept", "total"), [(10, 15), (0, 15), (15, 15), (1, 3)])
def test_the_bounds_are_those_of_clopper_and_pearson(kept, total):
    exact = binomtest(kept, total).proportion_ci(0.95, method="exact")
    assert solutions.bound_share(kept, total) == pytest.approx((exact.low, exact.high), abs=0.001)


def test_a_relu_on_what_is_positive_adds_no_direction():
    maps = np.random.default_rng(0).random((4, 3, 8, 8))
    before, after = solutions.count_directions_around_relu(maps)
    assert before == after

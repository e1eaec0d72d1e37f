"""The bounds of chapter 12's exercise are scipy's."""

import pytest
from scipy.stats import binomtest

from onebyone.book.solutions import trained as solutions


@pytest.mark.parametrize(("kept", "total"), [(10, 15), (147, 160), (0, 15), (15, 15), (1, 3)])
def test_the_bounds_are_those_of_clopper_and_pearson(kept, total):
    exact = binomtest(kept, total).proportion_ci(0.95, method="exact")
    assert solutions.bound_share(kept, total) == pytest.approx((exact.low, exact.high), abs=0.001)

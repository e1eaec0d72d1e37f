"""The first directions are counted as exact fractions say."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from onebyone.book.directions import count_directions

from ..refusals import refused, refuses


@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=8).filter(any),
    st.integers(1, 20),
)
def test_directions_are_counted_until_they_hold_the_share(held, twentieths):
    held = sorted(held, reverse=True)
    share = Fraction(twentieths, 20)
    enough = [n for n in range(1, len(held) + 1) if sum(held[:n]) >= share * sum(held)]
    found = count_directions(np.array(held, float), float(share))
    assert found == enough[0]


@given(st.integers(1, 40), st.sampled_from([0.1, 0.3, 0.7, 0.9, 1.0]))
def test_of_equal_directions_the_share_is_needed(count, share):
    wanted = -(-Fraction(str(share)) * count // 1)
    assert count_directions(np.full(count, 0.1), share) == wanted


@refuses(
    (0, ValueError("share: expected a number above 0, got 0")),
    (1.5, ValueError("share: expected a number in (0, 1], got 1.5")),
    ("1", TypeError("share: expected a number, got '1'")),
)
def test_a_share_that_is_none_is_refused(call, error):
    with refused(error):
        count_directions(np.ones(3), call)

"""The solutions of the first page."""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from onebyone.book.solutions import index as solutions
from onebyone.images import photograph

rng = np.random.default_rng(0)
x = rng.standard_normal((4, 6, 8))


def test_keeping_a_channel_keeps_it_and_nothing_else():
    expected = np.zeros_like(x)
    expected[2] = x[2]
    assert np.array_equal(solutions.keep_channel(x, 2), expected)


def test_the_negative_is_one_minus_the_picture():
    picture = photograph()
    assert np.allclose(solutions.negative(picture), 1 - picture)


def test_two_matrices_are_their_product():
    first, second = rng.standard_normal((5, 4)), rng.standard_normal((3, 5))
    a, one, other = (torch.from_numpy(array) for array in (x, first, second))
    expected = F.conv2d(F.conv2d(a, one[..., None, None]), other[..., None, None])
    assert np.allclose(solutions.apply_both(x, first, second), expected.numpy())

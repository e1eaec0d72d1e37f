"""The solutions of chapter 13 hold against layers that are split, and against rounding itself."""

import numpy as np
import pytest
from torch import nn

from onebyone.book.solutions import shrinking as solutions
from onebyone.quantization import signal_to_noise
from onebyone.shrink import split


@pytest.mark.parametrize(("channels", "kernel_size"), [((48, 12), 1), ((8, 16), 3)])
def test_at_the_largest_paying_rank_a_split_saves_weights_and_at_the_next_it_does_not(
    channels, kernel_size
):
    conv = nn.Conv2d(*channels, kernel_size, bias=False)
    rank = solutions.largest_paying_rank(*channels, kernel_size)
    sizes = [sum(p.numel() for p in split(conv, each).parameters()) for each in (rank, rank + 1)]
    assert sizes[0] < conv.weight.numel() <= sizes[1]


def test_rounding_to_half_the_step_raises_the_ratio_by_as_many_decibels():
    x = np.random.default_rng(0).uniform(-1, 1, 100_000)
    coarse, fine = (signal_to_noise(x, np.rint(x / step) * step) for step in (2**-7, 2**-8))
    assert fine - coarse == pytest.approx(solutions.decibels_of_a_bit(), abs=0.1)

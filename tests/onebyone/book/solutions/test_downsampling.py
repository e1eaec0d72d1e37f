"""The solutions of chapter 3."""

import numpy as np

from onebyone.book.solutions import downsampling as solutions
from onebyone.images import photograph


def test_the_frame_of_padding_is_the_bias():
    rng = np.random.default_rng(0)
    x, bias = rng.standard_normal((4, 6, 8)), rng.standard_normal(5)
    y = solutions.pad_and_convolve(x, rng.standard_normal((5, 4)), bias)
    frame = np.ones((8, 10), dtype=bool)
    frame[1:-1, 1:-1] = False
    assert np.array_equal(y[:, frame], np.repeat(bias[:, None], 32, axis=1))


def test_the_photograph_needs_all_three_of_its_channels():
    assert solutions.lossless_width(photograph()) == 3


def test_a_deeper_stack_of_3x3_sees_further_and_of_1x1_does_not():
    one, three = np.ones((1, 1, 1, 1)), np.ones((1, 1, 3, 3))
    assert solutions.count_changed_pixels([three, three]) == 25
    assert solutions.count_changed_pixels([one, one, one]) == 1

"""The solutions of chapter 12 hold against PyTorch."""

import numpy as np
import torch
from torch import nn

from onebyone import conv1x1
from onebyone.book.solutions import questions as solutions

rng = np.random.default_rng(0)


def test_the_large_layer_does_what_the_shared_one_does():
    x, weight = rng.standard_normal((3, 4, 5)), rng.standard_normal((2, 3))
    large = solutions.unshare_weight(weight, 4 * 5)
    flat = nn.functional.linear(torch.from_numpy(x.ravel()), torch.from_numpy(large))
    np.testing.assert_allclose(flat.reshape(2, 4, 5), conv1x1(x, weight), atol=1e-12)


def test_the_large_layer_has_its_weights_once_for_each_pixel():
    weight = rng.integers(1, 9, (2, 3))
    large = solutions.unshare_weight(weight, 7)
    assert large.shape == (14, 21)
    assert np.count_nonzero(large) == 7 * weight.size


def test_swapped_filters_see_rgb_as_the_others_see_bgr():
    bgr = torch.from_numpy(rng.standard_normal((1, 3, 9, 9)))
    weight = rng.standard_normal((4, 3, 3, 3))
    turned = solutions.swap_red_and_blue(weight).copy()
    learned = nn.functional.conv2d(bgr, torch.from_numpy(weight))
    now = nn.functional.conv2d(bgr.flip(1), torch.from_numpy(turned))
    torch.testing.assert_close(now, learned)


def test_upsampled_scores_are_the_scores_of_upsampled_maps():
    x, weight = rng.standard_normal((3, 4, 5)), rng.standard_normal((2, 3))
    bias = rng.standard_normal(2)
    enlarged = nn.functional.interpolate(torch.from_numpy(x)[None], scale_factor=3, mode="nearest")
    scores = solutions.classify_then_upsample(x, weight, bias, 3)
    np.testing.assert_allclose(scores, conv1x1(enlarged[0].numpy(), weight, bias), atol=1e-12)

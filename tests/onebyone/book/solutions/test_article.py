"""Each answer to an exercise holds against PyTorch or against counting."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from onebyone.book.solutions import article as solutions
from onebyone.images import photograph

rng = np.random.default_rng(0)
x = rng.standard_normal((4, 6, 8))
weight = rng.standard_normal((5, 4))
bias = rng.standard_normal(5)


def in_torch(*arrays):
    return [torch.from_numpy(a) for a in arrays]


def test_keeping_a_channel_keeps_it_and_nothing_else():
    expected = np.zeros_like(x)
    expected[2] = x[2]
    assert np.array_equal(solutions.keep_channel(x, 2), expected)


def test_the_negative_is_what_is_missing_to_one():
    picture = photograph()
    assert np.allclose(solutions.negative(picture), 1 - picture)


def test_two_matrices_are_their_product():
    second = rng.standard_normal((3, 5))
    a, first, last = in_torch(x, weight, second)
    expected = F.conv2d(F.conv2d(a, first[..., None, None]), last[..., None, None])
    ours = solutions.one_after_another(x, weight, second)
    assert np.allclose(ours, expected.numpy())


@pytest.mark.parametrize(("c_in", "filters", "k"), [(3, 64, 5), (512, 512, 3)])
def test_counts_are_those_of_the_module(c_in, filters, k):
    module = nn.Conv2d(c_in, filters, k)
    total = sum(p.numel() for p in module.parameters())
    assert solutions.filter_weights(c_in, filters, k) == total
    share = module.bias.numel() / total
    assert solutions.share_of_biases(c_in, filters, k) == pytest.approx(share)


def test_the_padding_keeps_the_size():
    for k in (1, 3, 5, 7):
        padding = solutions.padding_that_keeps_the_size(k)
        y = F.conv2d(torch.zeros(1, 28, 28), torch.zeros(1, 1, k, k), padding=padding)
        assert y.shape == (1, 28, 28)
    with pytest.raises(ValueError, match="kernel_size: expected an odd number, got 4"):
        solutions.padding_that_keeps_the_size(4)


def test_channel_by_channel_is_the_convolution():
    filters = rng.standard_normal((5, 4, 3, 3))
    expected = F.conv2d(*in_torch(x, filters)).numpy()
    assert np.allclose(solutions.channel_by_channel(x, filters), expected)


def test_maxout_is_a_maximum_over_pairs():
    expected = torch.from_numpy(x).reshape(2, 2, 6, 8).amax(dim=1).numpy()
    assert np.array_equal(solutions.maxout(x), expected)


def test_the_padded_frame_is_the_bias():
    y = solutions.padded_frame(x, weight, bias)
    frame = np.ones((8, 10), dtype=bool)
    frame[1:-1, 1:-1] = False
    assert np.array_equal(y[:, frame], np.repeat(bias[:, None], 32, axis=1))


def test_the_photograph_needs_all_three_of_its_channels():
    assert solutions.lossless_width(photograph()) == 3


def test_a_1x1_is_a_fully_connected_layer_at_each_pixel():
    expected = F.linear(*in_torch(np.moveaxis(x, 0, -1).copy(), weight, bias))
    ours = solutions.fully_connected_at_each_pixel(x, weight, bias)
    assert np.allclose(ours, np.moveaxis(expected.numpy(), -1, 0))


def test_stride_2_is_every_second_pixel():
    a, matrix = in_torch(x, weight[..., None, None])
    expected = F.conv2d(a, matrix, stride=2).numpy()
    assert np.allclose(solutions.strided(x, weight), expected)


def test_no_wider_pair_of_small_layers_saves_weights():
    width = solutions.width_for_two_small_layers(256, 256)
    assert width * (256 + 256) < 256 * 256 <= (width + 1) * (256 + 256)


def test_a_deeper_stack_of_3x3_sees_further_and_of_1x1_does_not():
    one, three = np.ones((1, 1, 1, 1)), np.ones((1, 1, 3, 3))
    assert solutions.pixels_that_change([three, three]) == 25
    assert solutions.pixels_that_change([one, one, one]) == 1


def test_doubling_one_side_doubles_and_both_sides_quadruples():
    assert solutions.growth_when_doubled(64, 64, 3) == (4, 2, 2)

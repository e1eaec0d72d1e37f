"""The solutions of chapter 4 hold against PyTorch."""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from onebyone.book.solutions import projections as solutions

rng = np.random.default_rng(0)
x = rng.standard_normal((4, 6, 8))
weight = rng.standard_normal((5, 4))
bias = rng.standard_normal(5)


def in_torch(*arrays):
    return [torch.from_numpy(a) for a in arrays]


def test_a_1x1_is_a_fully_connected_layer_at_each_pixel():
    expected = F.linear(*in_torch(np.moveaxis(x, 0, -1).copy(), weight, bias))
    ours = solutions.dense_at_each_pixel(x, weight, bias)
    assert np.allclose(ours, np.moveaxis(expected.numpy(), -1, 0))


def test_stride_2_is_every_second_pixel():
    a, matrix = in_torch(x, weight[..., None, None])
    expected = F.conv2d(a, matrix, stride=2).numpy()
    assert np.allclose(solutions.strided_conv1x1(x, weight), expected)


def test_no_wider_pair_of_small_layers_saves_weights():
    width = solutions.widest_pointwise_pair(256, 256)
    assert width * (256 + 256) < 256 * 256 <= (width + 1) * (256 + 256)

"""Each answer of the pages beyond the article holds against PyTorch or against what is known."""

import numpy as np
import pytest
import torch
from skimage import color

from onebyone import conv1x1, conv2d
from onebyone.algebra import batch_norm_as_conv, compose
from onebyone.book.solutions import beyond
from onebyone.cost import parameters
from onebyone.images import photograph

rng = np.random.default_rng(0)


def test_the_inverse_of_ycbcr_is_scikit_images():
    weight = np.array(
        [
            [65.481, 128.553, 24.966],
            [-37.797, -74.203, 112.0],
            [112.0, -93.786, -18.214],
        ]
    )
    layer = beyond.inverse_layer(weight, np.array([16.0, 128, 128]))
    x = photograph().astype(float)
    ycbcr = color.rgb2ycbcr(x, channel_axis=0)
    np.testing.assert_allclose(conv1x1(ycbcr, *layer), x, atol=1e-9)


def test_a_dense_layer_of_keras_becomes_a_convolution_of_pytorch():
    kernel = rng.standard_normal((3, 5))
    x = rng.standard_normal((2, 4, 6, 3))  # channels last
    weight = torch.from_numpy(beyond.from_keras_dense(kernel))
    picture = torch.from_numpy(x).permute(0, 3, 1, 2)
    y = torch.nn.functional.conv2d(picture, weight).permute(0, 2, 3, 1)
    np.testing.assert_allclose(y.numpy(), x @ kernel)


@pytest.mark.parametrize("groups", [1, 2, 3, 5])
@pytest.mark.parametrize("depth", [1, 2, 3, 4, 7])
def test_the_groups_seen_are_those_that_a_gradient_reaches(groups, depth):
    x = torch.zeros(1, groups * depth, 1, 1, requires_grad=True)
    weight = torch.ones(groups * depth, depth, 1, 1)
    y = torch.nn.functional.conv2d(x, weight, groups=groups)
    y = torch.nn.functional.channel_shuffle(y, groups)
    y = torch.nn.functional.conv2d(y, weight, groups=groups)
    y[0, 0].sum().backward()
    reached = (x.grad.reshape(groups, depth) != 0).any(dim=1).sum().item()
    assert beyond.groups_seen(groups, depth) == reached
    assert reached == min(groups, depth)


def test_a_batch_norm_folds_forwards_into_a_1x1():
    norm = torch.nn.BatchNorm2d(4).double().eval()
    values = rng.uniform(0.5, 1.5, (4, 4))
    parts = (norm.weight, norm.bias, norm.running_mean, norm.running_var)
    with torch.no_grad():
        for part, value in zip(parts, values, strict=True):
            part.copy_(torch.from_numpy(value))
    x = rng.standard_normal((1, 4, 3, 5))
    layer = rng.standard_normal((6, 4)), rng.standard_normal(6)
    normed = norm(torch.from_numpy(x)).detach().numpy()
    folded = beyond.fold_forwards(layer, *values)
    np.testing.assert_allclose(conv1x1(x, *folded), conv1x1(normed, *layer))


@pytest.mark.parametrize("c_in", [1, 3, 64])
@pytest.mark.parametrize("c_out", [1, 16, 100])
@pytest.mark.parametrize("kernel", [1, 3])
def test_the_largest_rank_that_pays_is_the_last_one_that_counts_fewer(c_in, c_out, kernel):
    def weights(rank):
        return parameters(c_in, rank, kernel, bias=False) + parameters(rank, c_out, 1, bias=False)

    whole = parameters(c_in, c_out, kernel, bias=False)
    pays = [rank for rank in range(1, 200) if weights(rank) < whole]
    largest = beyond.largest_rank_that_pays(c_in, c_out, kernel)
    assert largest == max(pays, default=0)


def test_padded_with_that_number_a_folded_layer_is_right_on_the_border():
    gamma, beta, mean, variance = values = rng.uniform(0.5, 1.5, (4, 3))
    norm = batch_norm_as_conv(*values)
    layer = rng.standard_normal((5, 3, 3, 3)), rng.standard_normal(5)
    x = rng.standard_normal((3, 6, 7))
    expected = conv2d(conv1x1(x, *norm), *layer, padding=1)

    padded = np.empty((3, 8, 9))
    number = beyond.padding_that_folds(gamma, beta, mean, variance)
    padded[:] = number[:, np.newaxis, np.newaxis]
    padded[:, 1:-1, 1:-1] = x
    y = conv2d(padded, *compose(layer, norm))
    np.testing.assert_allclose(y, expected, atol=1e-12)


def test_the_gradient_of_the_scalar_is_pytorchs():
    x, g = rng.standard_normal((2, 4, 6, 8))
    s = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    (s * torch.from_numpy(x)).backward(torch.from_numpy(g))
    ours = beyond.gradient_of_the_scalar(g, x, s=0.7)
    assert np.isclose(ours, s.grad.item())


def test_descent_learns_the_luma_weights():
    x = photograph()[:, ::4, ::4].astype(float)
    luma = [[0.299, 0.587, 0.114]]
    learned = beyond.learned_luma(x, conv1x1(x, luma))
    np.testing.assert_allclose(learned, luma, atol=1e-3)

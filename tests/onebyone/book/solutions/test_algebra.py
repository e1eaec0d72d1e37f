"""The solutions of chapter 7 hold against PyTorch, the NumPy operations and counting."""

import numpy as np
import pytest
import torch

from onebyone import conv1x1, conv2d
from onebyone.algebra import batch_norm_as_conv, compose
from onebyone.book.solutions import algebra as solutions
from onebyone.cost import parameters

rng = np.random.default_rng(0)


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
    folded = solutions.fold_forward(layer, *values)
    np.testing.assert_allclose(conv1x1(x, *folded), conv1x1(normed, *layer))


@pytest.mark.parametrize("c_in", [1, 3, 64])
@pytest.mark.parametrize("c_out", [1, 16, 100])
@pytest.mark.parametrize("kernel", [1, 3])
def test_no_higher_rank_has_fewer_weights(c_in, c_out, kernel):
    def weights(rank):
        return parameters(c_in, rank, kernel, bias=False) + parameters(rank, c_out, 1, bias=False)

    whole = parameters(c_in, c_out, kernel, bias=False)
    pays = [rank for rank in range(1, 200) if weights(rank) < whole]
    largest = solutions.break_even_rank(c_in, c_out, kernel)
    assert largest == max(pays, default=0)


def test_with_that_padding_a_folded_layer_is_right_at_the_border():
    gamma, beta, mean, variance = values = rng.uniform(0.5, 1.5, (4, 3))
    norm = batch_norm_as_conv(*values)
    layer = rng.standard_normal((5, 3, 3, 3)), rng.standard_normal(5)
    x = rng.standard_normal((3, 6, 7))
    expected = conv2d(conv1x1(x, *norm), *layer, padding=1)

    padded = np.empty((3, 8, 9))
    number = solutions.padding_that_folds(gamma, beta, mean, variance)
    padded[:] = number[:, np.newaxis, np.newaxis]
    padded[:, 1:-1, 1:-1] = x
    y = conv2d(padded, *compose(layer, norm))
    np.testing.assert_allclose(y, expected, atol=1e-12)

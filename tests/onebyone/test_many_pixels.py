"""Sums over many pixels are right to a few units in the last place, however the pixels lie in memory."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from onebyone import avg_pool2d, conv1x1_backward, global_avg_pool2d, pytorch, sums
from onebyone.algebra import pca_projection
from onebyone.gradients import fit_conv1x1

FEW = 8  # units in the last place
SIZE = 2, 3, 350, 300  # (N, C, H, W)
LAYOUTS = {
    "channels first": lambda x: x,
    "channels last": lambda x: np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2),
    "columns first": lambda x: np.ascontiguousarray(x.swapaxes(2, 3)).swapaxes(2, 3),
    "images last": lambda x: np.ascontiguousarray(x.transpose(1, 2, 3, 0)).transpose(3, 0, 1, 2),
    "a crop of channels last": lambda x: LAYOUTS["channels last"](
        np.pad(x, [(0, 0), (0, 0), (3, 2), (1, 4)])
    )[:, :, 3:-2, 1:-4],
    "every second pixel": lambda x: np.repeat(np.repeat(x, 2, 2), 2, 3)[..., ::2, ::2],
    "backwards": lambda x: x[..., ::-1, ::-1],
    "one channel for all": lambda x: np.broadcast_to(x[:, :1], x.shape),
}
in_every_layout = pytest.mark.parametrize("lay_out", LAYOUTS.values(), ids=LAYOUTS)
in_every_precision = pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])


def constant(dtype, value=0.1, shape=SIZE):
    """Return one number many times: each addition rounds the same way, which is the worst for a long sum."""
    return np.full(shape, value, dtype)


def assert_few_units_off(found, exact):
    """Assert that every number found is the exact one, to a few units in the last place of its dtype."""
    unit = Fraction(float(np.spacing(found.dtype.type(exact))))
    worst = max(abs(Fraction(float(each)) - exact) for each in np.unique(found))
    assert worst <= FEW * unit, f"{float(worst / unit):.1f} units off"


@in_every_precision
@in_every_layout
@pytest.mark.parametrize("batched", [True, False])
def test_a_mean_of_one_number_is_that_number(lay_out, dtype, batched):
    x = lay_out(constant(dtype))
    x = x if batched else x[1]
    value = Fraction(float(x[..., 0, 0, 0].flat[0]))
    assert_few_units_off(global_avg_pool2d(x), value)
    assert_few_units_off(avg_pool2d(x, (350, 300)), value)
    assert_few_units_off(avg_pool2d(x, (175, 149), stride=7), value)


@in_every_precision
@in_every_layout
@pytest.mark.parametrize("batched", [True, False])
def test_gradients_are_exact_sums_of_products(lay_out, dtype, batched):
    # In float16 no sum above 65,504 has a number, so one factor is small.
    x, g = lay_out(constant(dtype, 0.7)), lay_out(constant(dtype, 1e-3))
    if not batched:
        x, g = x[1], g[1]
    _, of_weight, of_bias = conv1x1_backward(g, x, np.ones((3, 3), dtype))
    one, other = (Fraction(float(each.flat[0])) for each in (g, x))
    assert_few_units_off(of_bias, one * (x.size // 3))
    assert_few_units_off(of_weight, one * other * (x.size // 3))


@in_every_precision
@pytest.mark.parametrize("channels", [1, 5, 300])
@pytest.mark.parametrize("pixels", [1, 31, 33, 1025])
def test_products_of_any_size_are_exact_sums(dtype, channels, pixels):
    rng = np.random.default_rng(0)
    a, b = (rng.uniform(0.5, 1, (rows, pixels)).astype(dtype) for rows in (channels, 2))
    found = sums.products(a, b)
    assert found.shape == (channels, 2)
    exact = sum(Fraction(float(p)) * Fraction(float(q)) for p, q in zip(a[-1], b[1], strict=True))
    assert_few_units_off(found[-1:, 1], exact)


# A tensor has no negative strides, and torch.from_numpy takes no array that repeats.
TENSORS = [name for name in LAYOUTS if name not in ("backwards", "one channel for all")]


@in_every_precision
@pytest.mark.parametrize("name", TENSORS)
def test_poolings_of_tensors_are_as_exact(name, dtype):
    x = LAYOUTS[name](constant(dtype, 0.123))
    tensor = torch.from_numpy(x)
    value = Fraction(float(x.flat[0]))
    for y in (
        pytorch.global_avg_pool2d(tensor),
        pytorch.avg_pool2d(tensor, (350, 300)),
        pytorch.avg_pool2d(tensor, (20, 16), stride=7),
        pytorch.avg_pool2d(tensor, (100, 9), (50, 20)),
    ):
        assert_few_units_off(y.numpy(), value)


def test_ones_in_a_tensor_are_counted_beyond_two_to_the_24():
    ones = torch.ones(1, 4100, 4100)
    assert pytorch.avg_pool2d(ones, 4100) == 1
    padded = pytorch.avg_pool2d(ones, 4100, padding=9).item()
    assert padded == pytest.approx((4091 / 4100) ** 2, rel=1e-6)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@in_every_layout
def test_statistics_of_random_pixels_are_those_of_exact_sums(lay_out, dtype):
    rng = np.random.default_rng(0)
    x = lay_out(rng.uniform(1, 2, SIZE).astype(dtype))
    weight, mean = pca_projection(x, 3)
    for channel, found in enumerate(mean):
        numbers = x[:, channel].ravel().astype(float)
        assert_few_units_off(found[None], Fraction(math.fsum(numbers)) / numbers.size)
    np.testing.assert_allclose(weight @ weight.T, np.eye(3), atol=1e-6)


@in_every_layout
def test_the_loss_is_that_of_exact_sums(lay_out):
    x = lay_out(constant("f4"))
    _, _, losses = fit_conv1x1(x, x, steps=1, rate=0.1)
    assert losses[0] == pytest.approx(3 * float(x.flat[0]) ** 2, rel=1e-6)


def test_the_mean_of_48_megapixels_with_channels_last():
    half = np.full((8000, 6000, 2), 0.5, "f4").transpose(2, 0, 1)
    assert global_avg_pool2d(half).ravel().tolist() == [0.5, 0.5]


def test_a_bias_gradient_counts_beyond_two_to_the_24():
    ones = np.ones((1, 4100, 4100), "f4")
    _, of_weight, of_bias = conv1x1_backward(ones, ones, [[1.0]])
    assert of_weight[0, 0] == of_bias[0] == 4100 * 4100


def test_ones_side_by_side_are_counted_where_parts_have_one_length():
    assert sums.over_pixels(np.ones((2**16, 2), np.float32).T).tolist() == [2**16, 2**16]


def test_no_pixels_sum_to_zero():
    assert sums.over_pixels(np.ones((2, 0))).tolist() == [0, 0]
    assert sums.products(np.ones((2, 0)), np.ones((1, 0))).tolist() == [[0], [0]]

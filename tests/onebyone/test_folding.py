"""Two convolutions become one, and one becomes two: PyTorch runs both sides."""

import math
import sys

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.utils.fusion import fuse_conv_bn_eval

from onebyone import conv1x1, conv2d
from onebyone.algebra import batch_norm_as_conv, compose, factorize, fold_batch_norm, full_weight

from .refusals import refused, refuses

channels = st.integers(1, 6)
kernels = st.sampled_from([(), (1, 1), (3, 3), (1, 2)])
seeds = st.integers(0, 2**32 - 1)


def equal(one, other):
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def convolve(x, weight, bias=None, **options):
    """Return PyTorch's convolution, whether the weight has two axes or four."""
    if weight.ndim == 2:
        weight = weight[:, :, None, None]
    values = [torch.from_numpy(np.array(v)) for v in (x, weight)]
    shift = None if bias is None else torch.from_numpy(np.array(bias))
    return F.conv2d(*values, shift, **options).numpy()


@st.composite
def two_layers(draw):
    """Draw x and two layers that fit each other, of which one has a kernel of one pixel."""
    rng = np.random.default_rng(draw(seeds))
    c_in, c_mid, c_out = draw(channels), draw(channels), draw(channels)
    sizes = [draw(kernels), draw(st.sampled_from([(), (1, 1)]))]
    if draw(st.booleans()):
        sizes.reverse()
    first = rng.uniform(-1, 1, (c_mid, c_in, *sizes[0]))
    second = rng.uniform(-1, 1, (c_out, c_mid, *sizes[1]))
    biases = [rng.uniform(-1, 1, size) if draw(st.booleans()) else None for size in (c_mid, c_out)]
    x = rng.uniform(-1, 1, (2, c_in, 5, 6))
    return x, (first, biases[0]), (second, biases[1])


@given(two_layers())
def test_the_composed_layer_does_what_the_two_do(case):
    x, first, second = case
    expected = convolve(convolve(x, *first), *second)
    weight, bias = compose(second, first)
    equal(convolve(x, weight, bias), expected)


@given(two_layers(), st.integers(1, 2), st.integers(1, 2))
def test_padding_and_stride_of_the_first_layer_are_those_of_the_composed_one(case, stride, padding):
    x, first, (second, bias) = case
    if second.shape[2:] not in ((), (1, 1)):
        second = second[:, :, :1, :1]
    options = {"stride": stride, "padding": padding}
    expected = convolve(convolve(x, *first, **options), second, bias)
    equal(convolve(x, *compose((second, bias), first), **options), expected)


@given(two_layers(), st.integers(1, 2))
def test_padding_in_the_second_layer_agrees_inside_and_without_a_first_bias_everywhere(
    case, padding
):
    x, (first, first_bias), second = case
    if first.shape[2:] not in ((), (1, 1)):
        first = first[:, :, :1, :1]
    with_bias = convolve(convolve(x, first, first_bias), *second, padding=padding)
    composed = compose(second, (first, first_bias))
    y = convolve(x, *composed, padding=padding)
    inside = np.s_[..., padding:-padding, padding:-padding]
    equal(y[inside], with_bias[inside])

    without = convolve(convolve(x, first), *second, padding=padding)
    equal(convolve(x, *compose(second, (first, None)), padding=padding), without)


def test_after_a_bias_the_border_of_a_padded_convolution_differs():
    x, one = np.zeros((1, 1, 3, 3)), np.ones((1, 1, 1, 1))
    box = np.ones((1, 1, 3, 3))
    expected = convolve(convolve(x, one, np.ones(1)), box, padding=1)
    y = convolve(x, *compose((box, None), (one, np.ones(1))), padding=1)
    assert expected[0, 0].tolist() == [[4, 6, 4], [6, 9, 6], [4, 6, 4]]
    assert y[0, 0].tolist() == [[9, 9, 9]] * 3


@given(seeds, channels, channels, channels)
def test_a_narrow_middle_bounds_the_rank(seed, c_in, c_mid, c_out):
    rng = np.random.default_rng(seed)
    second, first = rng.normal(size=(c_out, c_mid)), rng.normal(size=(c_mid, c_in))
    weight, _ = compose((second, None), (first, None))
    assert np.linalg.matrix_rank(weight) <= min(c_in, c_mid, c_out)


@st.composite
def batch_norms(draw):
    """Draw a batch normalisation of PyTorch in evaluation, and its four vectors."""
    rng, size = np.random.default_rng(draw(seeds)), draw(channels)
    norm = torch.nn.BatchNorm2d(size, eps=draw(st.sampled_from([1e-5, 1e-3])))
    norm = norm.double().eval()
    values = (norm.weight, norm.bias, norm.running_mean, norm.running_var)
    with torch.no_grad():
        for value in values:
            value.copy_(torch.from_numpy(rng.uniform(-1, 1, size)))
        norm.running_var.abs_()
    return norm, [value.detach().numpy() for value in values], rng


@given(batch_norms())
def test_a_batch_norm_in_evaluation_is_a_1x1_convolution(case):
    norm, values, rng = case
    x = rng.uniform(-1, 1, (2, norm.num_features, 3, 4))
    expected = norm(torch.from_numpy(x)).detach().numpy()
    equal(conv1x1(x, *batch_norm_as_conv(*values, eps=norm.eps)), expected)


def test_the_eps_of_a_batch_norm_is_pytorchs_unless_told():
    norm = torch.nn.BatchNorm2d(1).double().eval()
    norm.running_var.fill_(1e-5)  # as large as eps, which counts
    expected = norm(torch.ones(1, 1, 1, 1, dtype=torch.double)).item()
    values = [1.0], [0.0], [0.0], [1e-5]
    for weight, bias in (batch_norm_as_conv(*values), fold_batch_norm(([[1.0]], None), *values)):
        equal(weight[0, 0] + bias[0], expected)


def test_eps_may_be_any_float():
    weight, bias = batch_norm_as_conv(*FOUR, eps=sys.float_info.max)
    assert weight[0, 0] == pytest.approx(sys.float_info.max**-0.5)
    assert bias[0] == 1 - weight[0, 0]


def test_a_channel_that_never_varied_is_divided_by_the_root_of_eps():
    weight, _ = batch_norm_as_conv([1.0], [0.0], [0.0], [0.0], eps=1e-4)
    equal(weight, [[100.0]])


def test_a_norm_in_single_precision_folds_in_the_layers_double_precision():
    single = [np.array([number], np.float32) for number in (0.3, 0.1, 0.7, 0.9)]
    weight, bias = fold_batch_norm((np.ones((1, 1)), np.zeros(1)), *single)
    gamma, beta, mean, variance = (float(each[0]) for each in single)
    scale = gamma / math.sqrt(variance + 1e-5)
    assert weight[0, 0] == pytest.approx(scale, rel=1e-14)
    assert bias[0] == pytest.approx(beta - mean * scale, rel=1e-14)


@given(batch_norms(), kernels, st.booleans())
def test_folded_weights_are_those_that_pytorch_folds(case, kernel, has_bias):
    norm, values, rng = case
    size = norm.num_features
    weight = rng.uniform(-1, 1, (size, 3, *kernel))
    bias = rng.uniform(-1, 1, size) if has_bias else None
    layer = torch.nn.Conv2d(3, size, kernel or 1, bias=has_bias).double().eval()
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weight).reshape_as(layer.weight))
        if has_bias:
            layer.bias.copy_(torch.from_numpy(bias))
    theirs = fuse_conv_bn_eval(layer, norm)
    folded, shift = fold_batch_norm((weight, bias), *values, eps=norm.eps, transposed=False)
    assert folded.shape == weight.shape
    equal(folded.reshape(theirs.weight.shape), theirs.weight.detach().numpy())
    equal(shift, theirs.bias.detach().numpy())
    composed = compose(batch_norm_as_conv(*values, norm.eps), (weight, bias))
    equal(folded, composed[0])
    equal(shift, composed[1])


@given(batch_norms())
def test_a_batch_norm_folds_into_a_padded_depthwise_convolution_before_it(case):
    norm, values, rng = case
    size = norm.num_features
    x = rng.uniform(-1, 1, (1, size, 4, 5))
    weight, bias = rng.uniform(-1, 1, (size, 1, 3, 3)), rng.uniform(-1, 1, size)
    options = {"padding": 1, "groups": size}
    expected = norm(torch.from_numpy(conv2d(x, weight, bias, **options)))
    folded = fold_batch_norm((weight, bias), *values, eps=norm.eps)
    equal(conv2d(x, *folded, **options), expected.detach().numpy())


@given(batch_norms(), channels, st.data())
def test_a_batch_norm_folds_into_a_transposed_convolution(case, c_in, data):
    norm, values, rng = case
    divisors = [n for n in range(1, norm.num_features + 1) if norm.num_features % n == 0]
    groups = data.draw(st.sampled_from(divisors))
    layer = torch.nn.ConvTranspose2d(
        groups * c_in, norm.num_features, (2, 3), stride=2, groups=groups
    ).double()
    pair = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    options = {"transposed": True, "groups": groups}
    folded = fold_batch_norm(pair, *values, eps=norm.eps, **options)
    x = torch.from_numpy(rng.uniform(-1, 1, (2, groups * c_in, 3, 4)))
    y = F.conv_transpose2d(x, *map(torch.from_numpy, folded), stride=2, groups=groups)
    equal(y.numpy(), norm(layer(x)).detach().numpy())


def test_a_weight_that_fits_both_kinds_of_convolution_is_refused_until_its_kind_is_given():
    layer = np.ones((2, 2, 1, 1)), None
    values = [1.0, 9.0], [0.0, 0.0], [0.0, 0.0], [1.0, 1.0]
    with pytest.raises(
        ValueError, match=r"^transposed: expected True or False, .* \(2, 2, 1, 1\) "
    ):
        fold_batch_norm(layer, *values)
    grouped = np.ones((4, 2, 3, 3)), None  # 4 channels in and out, 2 groups
    with pytest.raises(ValueError, match=r"^transposed: expected True"):
        fold_batch_norm(grouped, *(np.ones(4),) * 4, groups=2)
    matrix = np.ones((2, 2)), None  # which no transposed convolution has
    assert fold_batch_norm(matrix, *values)[0].round(2).tolist() == [[1, 1], [9, 9]]
    rows, _ = fold_batch_norm(layer, *values, transposed=False)
    columns, _ = fold_batch_norm(layer, *values, transposed=True)
    assert rows.round(2)[:, :, 0, 0].tolist() == [[1, 1], [9, 9]]
    assert columns.round(2)[:, :, 0, 0].tolist() == [[1, 9], [1, 9]]


@given(seeds, st.integers(1, 3), channels, channels, st.booleans())
def test_a_weight_written_out_is_the_plain_convolution_of_any_kind(
    seed, groups, c_out, c_in, transposed
):
    torch.manual_seed(seed)
    kind = torch.nn.ConvTranspose2d if transposed else torch.nn.Conv2d
    layer = kind(groups * c_in, groups * c_out, (2, 3), groups=groups, bias=False)
    full = full_weight(layer.weight.detach().numpy(), groups=groups, transposed=transposed)
    x = torch.randn(1, groups * c_in, 4, 5)
    if transposed:
        y = F.conv_transpose2d(x, torch.from_numpy(full).swapaxes(0, 1))
    else:
        y = F.conv2d(x, torch.from_numpy(full))
    torch.testing.assert_close(y, layer(x))


def test_a_depthwise_separable_convolution_is_one_convolution():
    rng = np.random.default_rng(0)
    depthwise, pointwise = rng.normal(size=(4, 1, 3, 3)), rng.normal(size=(5, 4))
    weight, _ = compose((pointwise, None), (full_weight(depthwise, groups=4), None))
    x = rng.normal(size=(4, 6, 6))
    equal(conv2d(x, weight), conv1x1(conv2d(x, depthwise, groups=4), pointwise))


@given(seeds, channels, channels, kernels, st.data())
def test_no_product_of_that_width_comes_closer_than_the_factors(seed, c_out, c_in, kernel, data):
    weight = np.random.default_rng(seed).normal(size=(c_out, c_in, *kernel))
    most = min(c_out, weight[0].size)
    rank = data.draw(st.integers(1, most))
    second, first = factorize(weight, rank)
    assert second.shape == (c_out, rank)
    assert first.shape == (rank, c_in, *kernel)
    product, _ = compose((second, None), (first, None))
    singular = torch.linalg.svdvals(torch.from_numpy(weight.reshape(c_out, -1)))
    least = float((singular[rank:] ** 2).sum())
    assert np.sum((weight - product) ** 2) == pytest.approx(least, abs=1e-12)


WEIGHT, FOUR = np.ones((4, 3)), (np.ones(4),) * 4
FLAT, SMALL = (WEIGHT, None), [each.astype(np.float16) for each in FOUR]
SQUARES = (np.ones((2, 4, 3, 3)), None), (np.ones((4, 3, 3, 3)), None)
INPUTS = "second: expected a weight of 4 input channels, the output channels of first, got (4, 3)"
BIAS = "second: expected a bias (4,), one number for each output channel, got (3,)"
ONE = "first: expected a 1×1 kernel in it or in second, got (4, 3, 3, 3) and (2, 4, 3, 3)"
SHAPE = "expected a weight (C_out, C_in) or (C_out, C_in, KH, KW), got "
CHANNELS = "gamma: expected (4,), one number for each output channel of layer, got (3,)"


@refuses(
    (lambda: compose(WEIGHT, FLAT), TypeError("second: expected a pair (weight, bias), got ndarray")),
    (lambda: compose(FLAT, FLAT), ValueError(INPUTS)),
    (lambda: compose((WEIGHT, np.ones(3)), (np.ones((3, 2)), None)), ValueError(BIAS)),
    (lambda: compose(*SQUARES), ValueError(ONE)),
    (lambda: compose(FLAT, (np.ones((3, 2), int), None)),
        TypeError("first: expected real floating-point numbers, got dtype int64")),
    (lambda: compose(FLAT, (np.ones((3, 0)), None)), ValueError(f"first: {SHAPE}(3, 0)")),
    (lambda: fold_batch_norm(WEIGHT, *FOUR), TypeError("layer: expected a pair (weight, bias), got ndarray")),
    (lambda: fold_batch_norm(FLAT, *(np.ones(3),) * 4), ValueError(CHANNELS)),
    (lambda: fold_batch_norm(FLAT, *FOUR[:3], np.ones(1)),
        ValueError("variance: expected (4,), one number for each channel, got (1,)")),
    (lambda: fold_batch_norm(FLAT, *FOUR, groups=0), ValueError("groups: expected an integer of at least 1, got 0")),
    (lambda: fold_batch_norm(FLAT, *FOUR, transposed=1), TypeError("transposed: expected True or False, got 1")),
    (lambda: full_weight(np.ones(3)), ValueError(f"weight: {SHAPE}(3,)")),
    (lambda: full_weight(WEIGHT, groups=0), ValueError("groups: expected an integer of at least 1, got 0")),
    (lambda: full_weight(WEIGHT, transposed=1), TypeError("transposed: expected True or False, got 1")),
    (lambda: batch_norm_as_conv(np.ones(4, int), *FOUR[1:]),
        TypeError("gamma: expected real floating-point numbers, got dtype int64")),
    (lambda: batch_norm_as_conv(*(np.ones((2, 2)),) * 4),
        ValueError("gamma: expected (C,), one number for each channel, got (2, 2)")),
    (lambda: batch_norm_as_conv(*FOUR[:3], [1.0, -1, -2, 1]),
        ValueError("variance: expected finite numbers from 0, got -1.0")),
    (lambda: batch_norm_as_conv(*FOUR[:3], np.full(4, np.inf)),
        ValueError("variance: expected finite numbers from 0, got inf")),
    (lambda: batch_norm_as_conv(*SMALL, eps=1e-8), ValueError("eps: expected a number above 0 in float16, got 1e-08")),
    (lambda: batch_norm_as_conv(*FOUR, eps=0.0), ValueError("eps: expected a number above 0, got 0.0")),
    (lambda: factorize(WEIGHT * np.inf, 1), ValueError("weight: expected finite numbers, got inf")),
    (lambda: factorize(SMALL, 1), TypeError("weight: expected float32 or float64, got dtype float16")),
    (lambda: factorize(WEIGHT, 4),
        ValueError("rank: expected at most 3, the smaller side of weight as (4, 3), got 4")),
    (lambda: factorize(WEIGHT, 0), ValueError("rank: expected an integer of at least 1, got 0")),
    (lambda: factorize(np.ones(3), 1), ValueError(f"weight: {SHAPE}(3,)")),
)  # fmt: skip
def test_bad_input_is_named(call, error):
    with refused(error):
        call()

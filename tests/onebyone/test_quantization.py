"""Weights of eight bits are PyTorch's, at most half a step off, and a scale for each filter leaves the integer sum."""

import warnings
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from onebyone.quantization import quantize, signal_to_noise

from .refusals import refused, refuses

SHAPES = [(8, 5), (8, 5, 3, 3), (6,)]
ordinary = st.floats(-1e3, 1e3).filter(lambda number: number == 0 or abs(number) > 1e-6)
matrices = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=ordinary)


def drawn(shape, dtype=np.float32):
    """Return weights whose filters differ in size by a factor of up to a hundred."""
    random = np.random.default_rng(0)
    sizes = 10 ** random.uniform(-2, 0, (shape[0], *[1] * (len(shape) - 1)))
    return (sizes * random.standard_normal(shape)).astype(dtype)


@pytest.mark.parametrize("shape", SHAPES)
def test_integers_with_one_scale_are_those_of_torch(shape):
    weight = drawn(shape)
    integers, scale = quantize(weight)
    with warnings.catch_warnings(action="ignore"):  # PyTorch will move this to another package
        theirs = torch.quantize_per_tensor(
            torch.from_numpy(weight), np.abs(weight).max() / 127, 0, torch.qint8
        )
    np.testing.assert_array_equal(integers, theirs.int_repr())
    np.testing.assert_allclose(integers * scale, theirs.dequantize(), rtol=1e-6)


@pytest.mark.parametrize("shape", SHAPES[:2])
@pytest.mark.parametrize("axis", [0, 1])
def test_weights_with_a_scale_for_each_channel_are_those_of_torch(shape, axis):
    weight = drawn(shape)
    integers, scale = quantize(weight, axis)
    scales = np.array([np.abs(each).max() / 127 for each in np.moveaxis(weight, axis, 0)])
    zero = torch.zeros(len(scales), dtype=torch.int32)
    theirs = torch.fake_quantize_per_channel_affine(
        torch.from_numpy(weight), torch.from_numpy(scales), zero, axis, -127, 127
    )
    np.testing.assert_allclose(integers * scale, theirs, rtol=1e-6)
    np.testing.assert_allclose(scale.ravel(), scales, rtol=1e-6)


@given(matrices, st.sampled_from([None, 0, 1]))
def test_no_integer_is_nearer_and_none_is_off_by_more_than_half_a_step(weight, axis):
    integers, scale = quantize(weight, axis)
    off = np.abs(weight - integers * scale)
    assert (off <= 0.5 * scale * (1 + 1e-12)).all()
    for other in np.arange(-127, 128):
        assert (np.abs(weight - other * scale) >= off - 1e-12 * scale).all()


@given(matrices, st.sampled_from([None, 0, 1]))
def test_the_largest_weight_of_each_scale_becomes_127_and_keeps_its_sign(weight, axis):
    integers, _ = quantize(weight, axis)
    parts = [weight] if axis is None else np.moveaxis(weight, axis, 0)
    rounded = [integers] if axis is None else np.moveaxis(integers, axis, 0)
    for part, whole in zip(parts, rounded, strict=True):
        place = np.unravel_index(np.abs(part).argmax(), part.shape)
        assert whole[place] == 127 * np.sign(part[place])


@given(matrices)
def test_a_scale_for_each_filter_comes_at_least_as_near_to_its_largest_weights(weight):
    _, one = quantize(weight)
    _, of_each = quantize(weight, 0)
    some = np.abs(weight).max(axis=1, keepdims=True) > 0
    assert (of_each[some] <= one.item()).all()
    assert of_each.shape == (len(weight), 1)
    assert one.shape == (1, 1)


@pytest.mark.parametrize("axis", [None, 0])
def test_a_filter_of_zeros_stays_zero(axis):
    weight = np.array([[0.0, 0.0], [1.0, -2.0]])
    integers, scale = quantize(weight, axis)
    assert (integers[0] == 0).all()
    assert np.isfinite(scale).all()
    assert ((integers * scale)[0] == 0).all()
    assert integers[1].tolist() == [64, -127]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, ">f4"])
def test_a_scale_has_the_dtype_of_the_weight_and_the_integers_have_eight_bits(dtype):
    weight = drawn((4, 3)).astype(dtype)
    integers, scale = quantize(weight, 0)
    assert (integers.dtype, scale.dtype) == (np.int8, np.dtype(dtype).newbyteorder("="))


def exact_sums(integers, scale, x):
    """Return the products of dequantized weights and x, without rounding."""
    scale = np.broadcast_to(scale, integers.shape)
    return [
        sum(Fraction(int(q)) * Fraction(float(s)) * int(n) for q, s, n in zip(*row, x, strict=True))
        for row in zip(integers, scale, strict=True)
    ]


def integer_sums(integers, x):
    return integers.astype(np.int64) @ x


PIXELS = np.random.default_rng(1).integers(1, 128, (20, 5))


@pytest.mark.parametrize("axis", [None, 0])
def test_a_scale_for_each_output_channel_comes_before_the_sum_of_integers(axis):
    integers, scale = quantize(drawn((8, 5), np.float64), axis)
    scale_of_output = np.broadcast_to(scale, (8, 1))[:, 0]
    for x in PIXELS:
        factored = [
            Fraction(float(s)) * int(total)
            for s, total in zip(scale_of_output, integer_sums(integers, x), strict=True)
        ]
        assert factored == exact_sums(integers, scale, x)


def test_a_scale_for_each_input_channel_does_not_come_before_it():
    integers, scale = quantize(drawn((8, 5), np.float64), axis=1)
    needed = [
        {
            exact_sums(integers, scale, x)[output] / int(integer_sums(integers, x)[output])
            for x in PIXELS
            if integer_sums(integers, x)[output]
        }
        for output in range(8)
    ]
    # The factor that would turn an integer sum into the output is another one for each pixel.
    assert min(map(len, needed)) > 10


@pytest.mark.parametrize("decibels", [-10.0, 0.0, 20.0, 60.0])
def test_noise_of_a_known_size_has_its_ratio(decibels):
    signal = np.array([3.0, -4.0, 0.0])
    noise = np.array([0.0, 0.0, 5.0]) / 10 ** (decibels / 20)
    assert signal_to_noise(signal, signal + noise) == pytest.approx(decibels, abs=1e-9)


def test_the_noise_of_eight_bits_is_that_of_errors_spread_evenly_over_a_step():
    weight = np.random.default_rng(0).uniform(-1, 1, 100_000)
    integers, scale = quantize(weight)
    # A step s has errors of variance s² / 12, and the weights have 1 / 3.
    expected = 10 * np.log10((1 / 3) / (1 / 127**2 / 12))
    assert signal_to_noise(weight, integers * scale) == pytest.approx(expected, abs=0.05)


def test_no_noise_is_infinitely_weak():
    assert signal_to_noise(np.ones((2, 3)), np.ones((2, 3))) == np.inf


@pytest.mark.parametrize("unit", [1e-200, 1.0, 1e200])
def test_a_ratio_is_the_same_in_any_unit(unit):
    signal, noise = np.random.default_rng(0).standard_normal((2, 50))
    expected = signal_to_noise(signal, signal + 0.1 * noise)
    found = signal_to_noise(unit * signal, unit * (signal + 0.1 * noise))
    assert found == pytest.approx(expected)


ONE = np.ones((2, 3))


@refuses(
    (lambda: quantize(ONE, 2), ValueError("axis: expected less than 2, the axes of weight, got 2")),
    (lambda: quantize(ONE, -1), ValueError("axis: expected an integer of at least 0, got -1")),
    (lambda: quantize(ONE, 1.0), TypeError("axis: expected an integer, got 1.0")),
    (lambda: quantize(ONE[:0]), ValueError("weight: expected at least one axis and one number, got shape (0, 3)")),
    (lambda: quantize(ONE * np.nan), ValueError("weight: expected finite numbers, got nan")),
    (lambda: quantize(ONE.astype(int)), TypeError("weight: expected real floating-point numbers, got dtype int64")),
    (lambda: quantize(ONE.astype("f2")), TypeError("weight: expected float32 or float64, got dtype float16")),
    (lambda: quantize("x"), TypeError("weight: expected a NumPy array or nested lists of numbers, got str")),
    (lambda: signal_to_noise(ONE, ONE[0]), ValueError("noisy: expected shape (2, 3), as signal, got (3,)")),
    (lambda: signal_to_noise(0 * ONE, ONE), ValueError("signal: expected a number that is not zero")),
    (lambda: signal_to_noise(ONE, ONE * np.inf), ValueError("noisy: expected finite numbers, got inf")),
    (lambda: signal_to_noise(ONE * np.inf, ONE), ValueError("signal: expected finite numbers, got inf")),
    (lambda: signal_to_noise(1, ONE), TypeError("signal: expected a NumPy array or nested lists of numbers, got int")),
)  # fmt: skip
def test_bad_input_is_named(call, error):
    with refused(error):
        call()

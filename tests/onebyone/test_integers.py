"""Integers are convolved exactly, or not at all."""

from math import isqrt

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from onebyone.reference import conv1x1, conv1x1_loops, conv2d, conv2d_loops

INTEGERS = ("int8", "uint8", "int16", "int32", "uint32", "int64", "uint64")


def exact(x, weight, bias=None, **options):
    """Return PyTorch's convolution in int64, whose sums are exact, and modulo 2**64 those of uint64 are too."""
    signed = [
        None if v is None else torch.from_numpy(v.astype(np.int64)) for v in (x, weight, bias)
    ]
    return torch.nn.functional.conv2d(*signed, **options).numpy().astype(x.dtype)


@st.composite
def integer_convolutions(draw):
    """Draw integers as large as can be while no weighted sum leaves the dtype."""
    dtype = np.dtype(draw(st.sampled_from(INTEGERS)))
    groups, depth = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    kernel = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    largest = isqrt(np.iinfo(dtype).max // (depth * kernel[0] * kernel[1] + 1))
    least = -largest if dtype.kind == "i" else 0
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    def integers(*shape):
        return random.integers(least, largest, shape, endpoint=True).astype(dtype)

    size = draw(st.tuples(st.integers(3, 4), st.integers(3, 4)))
    x = integers(draw(st.integers(1, 2)), groups * depth, *size)
    bias = integers(groups * 2) if draw(st.booleans()) else None
    steps, rims, gaps = (
        draw(st.tuples(st.integers(low, 2), st.integers(low, 2))) for low in (1, 0, 1)
    )
    options = {"stride": steps, "padding": rims, "dilation": gaps, "groups": groups}
    return x, integers(groups * 2, depth, *kernel), bias, options


@pytest.mark.parametrize("function", [conv2d, conv2d_loops])
@settings(max_examples=40)
@given(call=integer_convolutions())
def test_integers_are_convolved_exactly(function, call):
    x, weight, bias, options = call
    y = function(x, weight, bias, **options)
    assert y.dtype == x.dtype
    np.testing.assert_array_equal(y, exact(x, weight, bias, **options))


@pytest.mark.parametrize("function", [conv1x1, conv1x1_loops])
@settings(max_examples=40)
@given(call=integer_convolutions())
def test_integers_are_projected_exactly(function, call):
    x, weight, bias, _ = call
    weight = np.repeat(weight[:, :1, 0, 0], x.shape[1], axis=1) // x.shape[1]
    expected = exact(x, weight[:, :, None, None], bias)
    np.testing.assert_array_equal(function(x, weight, bias), expected)


@pytest.mark.parametrize("function", [conv1x1, conv1x1_loops, conv2d, conv2d_loops])
def test_integers_of_two_kinds_meet_in_a_dtype_that_holds_both(function):
    x, weight = np.array([[[200]]], np.uint8), np.array([[[[-100]]]], np.int8)
    y = function(x, weight, np.array([-12767], np.int16))
    assert y.dtype == np.int16
    assert y.item() == -200 * 100 - 12767


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("function", [conv1x1, conv2d])
def test_a_sum_that_reaches_the_largest_integer_is_exact_and_one_more_raises(function, dtype):
    largest = np.iinfo(dtype).max
    x, weight = np.array([[[largest // 2]]], dtype), np.array([[[[2]]]], dtype)
    assert int(function(x, weight, np.array([1], dtype)).item()) == largest
    with pytest.raises(ValueError, match=f"sums that may reach {largest + 1}"):
        function(x, weight, np.array([2], dtype))

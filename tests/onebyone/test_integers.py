"""Integers are convolved exactly, or not at all."""

from math import isqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onebyone.reference import conv1x1, conv1x1_loops, conv2d, conv2d_loops

INTEGERS = ("int8", "uint8", "int16", "int32", "uint32", "int64", "uint64")


def scatter(x, weight, bias, stride, padding, dilation, groups):
    """Convolve in Python's integers from the other side: hand each pixel's share to every output that sees it."""
    n_images, _, height, width = x.shape
    out_channels, depth, kernel_height, kernel_width = weight.shape
    rows = range(
        0,
        height + 2 * padding[0] - dilation[0] * (kernel_height - 1),
        stride[0],
    )
    columns = range(0, width + 2 * padding[1] - dilation[1] * (kernel_width - 1), stride[1])
    y = np.empty((n_images, out_channels, len(rows), len(columns)), object)
    y[...] = 0 if bias is None else np.array([int(b) for b in bias], object)[:, None, None]
    for (n, c_in, row, column), pixel in np.ndenumerate(x):
        for (c_out, slot, i, j), factor in np.ndenumerate(weight):
            top, left = (
                row + padding[0] - i * dilation[0],
                column + padding[1] - j * dilation[1],
            )
            same_group = c_in // depth == c_out * groups // out_channels and c_in % depth == slot
            if same_group and top in rows and left in columns:
                y[n, c_out, rows.index(top), columns.index(left)] += int(pixel) * int(factor)
    return y


@st.composite
def integer_convolutions(draw):
    """Draw integers as large as can be while no weighted sum leaves the dtype."""
    dtype = np.dtype(draw(st.sampled_from(INTEGERS)))
    groups, depth = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    kernel = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    largest = isqrt(np.iinfo(dtype).max // (depth * kernel[0] * kernel[1] + 1))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    def integers(*shape):
        values = random.integers(
            -largest if dtype.kind == "i" else 0, largest, shape, endpoint=True
        )
        return values.astype(dtype)

    size = draw(st.tuples(st.integers(3, 4), st.integers(3, 4)))
    x = integers(draw(st.integers(1, 2)), groups * depth, *size)
    bias = integers(groups * 2) if draw(st.booleans()) else None
    steps, rims, gaps = (
        draw(st.tuples(st.integers(low, 2), st.integers(low, 2))) for low in (1, 0, 1)
    )
    options = {
        "stride": steps,
        "padding": rims,
        "dilation": gaps,
        "groups": groups,
    }
    return x, integers(groups * 2, depth, *kernel), bias, options


@pytest.mark.parametrize("function", [conv2d, conv2d_loops])
@settings(max_examples=40)
@given(call=integer_convolutions())
def test_integers_are_convolved_exactly(function, call):
    x, weight, bias, options = call
    y = function(x, weight, bias, **options)
    assert y.dtype == x.dtype
    np.testing.assert_array_equal(y.astype(object), scatter(x, weight, bias, **options))


@pytest.mark.parametrize("function", [conv1x1, conv1x1_loops])
@settings(max_examples=40)
@given(call=integer_convolutions())
def test_integers_are_projected_exactly(function, call):
    x, weight, bias, _ = call
    weight = np.repeat(weight[:, :1, 0, 0], x.shape[1], axis=1) // x.shape[1]
    exact = scatter(x, weight[:, :, None, None], bias, (1, 1), (0, 0), (1, 1), 1)
    np.testing.assert_array_equal(function(x, weight, bias).astype(object), exact)


@pytest.mark.parametrize("function", [conv1x1, conv1x1_loops, conv2d, conv2d_loops])
def test_integers_of_two_kinds_meet_in_a_dtype_that_holds_both(function):
    y = function(
        np.array([[[200]]], np.uint8),
        np.array([[[[-100]]]], np.int8),
        np.array([-12767], np.int16),
    )
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

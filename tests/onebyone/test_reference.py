"""The NumPy reference computes what PyTorch computes, to rounding."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from onebyone import avg_pool2d, conv1x1, conv2d, global_avg_pool2d, max_pool2d, relu
from onebyone.reference import conv1x1_loops, conv2d_loops, output_size, slide_filters

from .draws import (
    NUMBERS,
    arrays,
    assert_equal_to_rounding,
    batches,
    both,
    convolutions,
    pointwise,
    poolings,
    torch64,
    torch_conv2d,
)


def assert_convolves(y, x, weight, bias, **options):
    expected, terms, magnitude = torch_conv2d(x, weight, bias, **options)
    assert_equal_to_rounding(y, expected, terms, magnitude, (x, weight))


@settings(max_examples=200)
@given(convolutions())
def test_conv2d_is_pytorchs(call):
    x, weight, bias, options = call
    assert_convolves(conv2d(x, weight, bias, **options), x, weight, bias, **options)


@settings(max_examples=50)
@given(st.data())
def test_the_loops_without_options_are_pytorchs(data):
    depth, filters, rows, columns = (data.draw(st.integers(1, 3)) for _ in range(4))
    size = [data.draw(st.integers(side, side + 2)) for side in (rows, columns)]
    x = data.draw(arrays((*data.draw(batches()), depth, *size)))
    weight = data.draw(arrays((filters, depth, rows, columns)))
    bias = data.draw(st.none() | arrays((filters,)))
    assert_convolves(slide_filters(x, weight, bias), x, weight, bias)


@settings(max_examples=50)
@given(convolutions(largest=2))
def test_the_loops_of_conv2d_are_pytorchs(call):
    x, weight, bias, options = call
    assert_convolves(conv2d_loops(x, weight, bias, **options), x, weight, bias, **options)


@given(pointwise())
def test_conv1x1_is_pytorchs_conv2d_with_a_kernel_of_one_pixel(call):
    x, weight, bias = call
    assert_convolves(conv1x1(x, weight, bias), x, weight.reshape(*weight.shape[:2], 1, 1), bias)


@settings(max_examples=50)
@given(pointwise())
def test_the_loops_of_conv1x1_are_pytorchs(call):
    x, weight, bias = call
    kernels = weight.reshape(*weight.shape[:2], 1, 1)
    assert_convolves(conv1x1_loops(x, weight, bias), x, kernels, bias)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sums_of_thousands_of_terms_are_pytorchs_to_rounding(dtype):
    random = np.random.default_rng(0)
    x = random.normal(1, 1, (2, 512, 7, 7)).astype(dtype)
    weight = random.normal(1, 1, (16, 512, 3, 3)).astype(dtype)
    bias = random.normal(1, 1, 16).astype(dtype)
    assert_convolves(conv2d(x, weight, bias, padding=1), x, weight, bias, padding=1)
    assert_convolves(conv1x1(x, weight[:, :, 0, 0], bias), x, weight[:, :, :1, :1], bias)


@given(poolings(NUMBERS))
def test_max_pool2d_is_pytorchs(call):
    x, options = call
    y = max_pool2d(x, **options)
    assert y.dtype == np.result_type(x)
    np.testing.assert_array_equal(y, torch.nn.functional.max_pool2d(torch64(x), **options).numpy())


@given(poolings())
def test_avg_pool2d_is_pytorchs(call):
    x, options = call
    expected = torch.nn.functional.avg_pool2d(torch64(x), **options).numpy()
    magnitude = torch.nn.functional.avg_pool2d(abs(torch64(x)), **options).numpy()
    taps = np.prod(both(options["kernel_size"]))
    assert_equal_to_rounding(avg_pool2d(x, **options), expected, taps, magnitude, (x,))


@given(batches().flatmap(lambda batch: arrays((*batch, 3, 5, 7))))
def test_global_avg_pool2d_is_pytorchs(x):
    expected = torch64(x).mean((-2, -1), keepdim=True).numpy()
    magnitude = abs(torch64(x)).mean((-2, -1), keepdim=True).numpy()
    assert_equal_to_rounding(global_avg_pool2d(x), expected, 5 * 7, magnitude, (x,))


@given(
    st.lists(st.integers(0, 4), max_size=5).flatmap(
        lambda shape: arrays(tuple(shape), NUMBERS, ("C", "F"))
    )
)
def test_relu_is_pytorchs(x):
    y = relu(x)
    assert y.dtype == np.result_type(x)
    np.testing.assert_array_equal(y, torch.relu(torch64(x)).numpy())


@given(
    st.integers(1, 30), st.integers(1, 4), st.integers(1, 4), st.integers(0, 4), st.integers(1, 3)
)
def test_output_size_is_the_number_of_places_where_the_kernel_fits(
    size, kernel_size, stride, padding, dilation
):
    padded = size + 2 * padding
    places = [
        first for first in range(0, padded, stride) if first + dilation * (kernel_size - 1) < padded
    ]
    if places:
        assert output_size(size, kernel_size, stride, padding, dilation) == len(places)
    else:
        with pytest.raises(ValueError, match=r"^kernel_size: "):
            output_size(size, kernel_size, stride, padding, dilation)


@pytest.mark.parametrize("form", [conv2d, conv2d_loops])
def test_a_kernel_moves_by_one_pixel_over_no_padding_unless_told(form):
    x, weight = np.arange(25.0).reshape(1, 5, 5), np.ones((1, 1, 2, 2))
    told = form(x, weight, stride=1, padding=0, dilation=1, groups=1)
    np.testing.assert_array_equal(form(x, weight), told)
    assert output_size(5, 2) == output_size(5, 2, 1, 0, 1) == told.shape[-1]


def test_complex_numbers_are_multiplied_as_such():
    x, weight = np.array([[[1 + 2j]], [[3j]]]), np.array([[2 - 1j, 1j]])
    expected = (2 - 1j) * (1 + 2j) + 1j * 3j
    assert conv1x1(x, weight).item() == conv2d(x, weight[:, :, None, None]).item() == expected


def test_a_mean_of_large_half_precision_numbers_does_not_overflow_on_the_way():
    x = np.full((1, 8, 8), 60_000, np.float16)
    assert (avg_pool2d(x, 8) == x[:, :1, :1]).all()
    assert (global_avg_pool2d(x) == x[:, :1, :1]).all()


def test_relu_of_a_single_number_without_axes_is_an_array_too():
    y = relu(np.array(-0.5))
    assert type(y) is np.ndarray
    assert (y.shape, y.item()) == ((), 0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: conv1x1(np.ones((2, 3, 3)), np.ones((4, 2))),
        lambda: conv2d(np.ones((2, 3, 3)), np.ones((4, 2, 3, 3))),
    ],
)
def test_the_product_goes_through_matmul_which_a_browser_replaces(call, monkeypatch):
    # NumPy in a browser has no BLAS; the page's Python puts something faster there, which `@` would miss.
    products, matmul = [], np.matmul
    monkeypatch.setattr(np, "matmul", lambda *pair: products.append(pair) or matmul(*pair))
    call()
    assert len(products) == 1

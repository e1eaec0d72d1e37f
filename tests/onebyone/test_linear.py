"""A fully connected layer is a convolution whose kernel covers the maps that it reads, and back."""

import numpy as np
import torch
from torch import nn

from onebyone import conv2d
from onebyone.algebra import conv_to_linear, full_weight, linear_to_conv

from .refusals import refused, refuses


def test_fully_connected_layers_are_convolutions_and_back():
    linear = nn.Linear(3 * 4 * 4, 7, bias=False).double()
    maps = torch.randn(2, 3, 4, 4, dtype=torch.double)
    kernel = linear_to_conv(linear.weight.detach().numpy(), 4)
    by_kernel = nn.functional.conv2d(maps, torch.from_numpy(kernel))
    torch.testing.assert_close(by_kernel.flatten(1), linear(maps.flatten(1)))
    back = conv_to_linear(kernel)
    np.testing.assert_array_equal(back, linear.weight.detach().numpy())


def test_dense_layers_of_keras_are_convolutions_and_back():
    rng = np.random.default_rng(0)
    maps, dense = rng.normal(size=(4, 4, 3)), rng.normal(size=(48, 7))
    expected = maps.ravel() @ dense  # as Keras: (H, W, C) flattened, (in, out)
    kernel = linear_to_conv(dense.T, 4, data_format="channels_last")
    y = conv2d(maps.transpose(2, 0, 1), kernel)
    np.testing.assert_allclose(y.ravel(), expected)
    assert np.shares_memory(kernel, dense)
    back = conv_to_linear(kernel, data_format="channels_last")
    np.testing.assert_array_equal(back.T, dense)


def test_a_fully_connected_layer_that_reads_one_pixel_is_a_1x1_convolution():
    assert linear_to_conv(np.ones((7, 3))).shape == (7, 3, 1, 1)


SHAPES = "weight: expected (C_out, C_in · 9), got "
KERNEL = "weight: expected (C_out, C_in, KH, KW), got "
ORDER = "data_format: expected 'channels_first' or 'channels_last', got "
GROUPS = "weight: expected (C_out, C_in / groups, KH, KW) in groups="
SWAPPED = "weight: expected a weight (C_in, C_out / groups, KH, KW) of a transposed convolution in groups="
ODD = np.zeros((3, 1, 2, 2))
SIZE = "kernel_size: expected an integer of at least 1, got 0"
TEXT = "weight: expected a NumPy array or nested lists of numbers, got str"


@refuses(
    (lambda: linear_to_conv("weight"), TypeError(TEXT)),
    (lambda: linear_to_conv(np.zeros((2, 10)), 3), ValueError(f"{SHAPES}(2, 10)")),
    (lambda: linear_to_conv(np.zeros((2, 12)), 3), ValueError(f"{SHAPES}(2, 12)")),
    (lambda: linear_to_conv(np.zeros(9), 3), ValueError(f"{SHAPES}(9,)")),
    (lambda: linear_to_conv(np.zeros((2, 0)), 3), ValueError(f"{SHAPES}(2, 0)")),
    (lambda: linear_to_conv(np.zeros((2, 9)), 0), ValueError(SIZE)),
    (lambda: linear_to_conv(np.zeros((2, 9)), 3, "NHWC"), ValueError(f"{ORDER}'NHWC'")),
    (lambda: linear_to_conv(np.zeros((2, 9)), 3, None), TypeError("data_format: expected text, got None")),
    (lambda: conv_to_linear(np.zeros((2, 1, 3, 3)), "last"), ValueError(f"{ORDER}'last'")),
    (lambda: full_weight(np.zeros((2, 3))), ValueError(f"{GROUPS}1, got (2, 3)")),
    (lambda: full_weight(ODD, groups=2), ValueError(f"{GROUPS}2, got (3, 1, 2, 2)")),
    (lambda: full_weight(ODD, groups=2, transposed=True), ValueError(f"{SWAPPED}2, got (3, 1, 2, 2)")),
    (lambda: conv_to_linear("weight"), TypeError(TEXT)),
    (lambda: conv_to_linear(np.zeros((2, 9))), ValueError(f"{KERNEL}(2, 9)")),
    (lambda: conv_to_linear(np.zeros((2, 0, 1, 1))), ValueError(f"{KERNEL}(2, 0, 1, 1)")),
)  # fmt: skip
def test_bad_input_is_named(call, error):
    with refused(error):
        call()

"""A fully connected layer is a convolution whose kernel covers the maps that it reads, and back."""

import numpy as np
import pytest
import torch
from torch import nn

from onebyone.algebra import conv_to_linear, linear_to_conv


def test_fully_connected_layers_are_convolutions_and_back():
    linear = nn.Linear(3 * 4 * 4, 7, bias=False).double()
    maps = torch.randn(2, 3, 4, 4, dtype=torch.double)
    kernel = linear_to_conv(linear.weight.detach().numpy(), 4)
    by_kernel = nn.functional.conv2d(maps, torch.from_numpy(kernel))
    torch.testing.assert_close(by_kernel.flatten(1), linear(maps.flatten(1)))
    back = conv_to_linear(kernel)
    np.testing.assert_array_equal(back, linear.weight.detach().numpy())


def test_a_fully_connected_layer_that_reads_one_pixel_is_a_1x1_convolution():
    assert linear_to_conv(np.ones((7, 3))).shape == (7, 3, 1, 1)


SHAPES = "weight: expected (C_out, C_in · 9), got "
KERNEL = "weight: expected (C_out, C_in, KH, KW), got "
SIZE = "kernel_size: expected an integer of at least 1, got 0"
TEXT = "weight: expected a NumPy array or nested lists of numbers, got str"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: linear_to_conv("weight"), TypeError, TEXT),
        (lambda: linear_to_conv(np.zeros((2, 10)), 3), ValueError, f"{SHAPES}(2, 10)"),
        (lambda: linear_to_conv(np.zeros((2, 12)), 3), ValueError, f"{SHAPES}(2, 12)"),
        (lambda: linear_to_conv(np.zeros(9), 3), ValueError, f"{SHAPES}(9,)"),
        (lambda: linear_to_conv(np.zeros((2, 0)), 3), ValueError, f"{SHAPES}(2, 0)"),
        (lambda: linear_to_conv(np.zeros((2, 9)), 0), ValueError, SIZE),
        (lambda: conv_to_linear("weight"), TypeError, TEXT),
        (lambda: conv_to_linear(np.zeros((2, 9))), ValueError, f"{KERNEL}(2, 9)"),
        (lambda: conv_to_linear(np.zeros((2, 0, 1, 1))), ValueError, f"{KERNEL}(2, 0, 1, 1)"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message

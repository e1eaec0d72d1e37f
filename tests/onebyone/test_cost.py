"""Costs agree with what PyTorch's modules hold and what its own counter counts."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from onebyone.cost import break_even_width, bytes_moved, macs, parameters, taps

from .refusals import refused, refuses

counts = st.integers(1, 12)
kernels = st.one_of(st.integers(1, 5), st.tuples(st.integers(1, 5), st.integers(1, 5)))


@given(counts, counts, kernels, st.integers(1, 4), st.booleans())
def test_parameters_are_those_of_the_module(c_in, c_out, kernel, groups, bias):
    module = nn.Conv2d(groups * c_in, groups * c_out, kernel, groups=groups, bias=bias)
    held = sum(p.numel() for p in module.parameters())
    ours = parameters(groups * c_in, groups * c_out, kernel, groups=groups, bias=bias)
    assert ours == held


@given(
    counts,
    counts,
    kernels,
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(0, 2),
    st.integers(5, 9),
)
def test_two_flops_make_a_mac(c_in, c_out, kernel, groups, stride, padding, size):
    module = nn.Conv2d(
        groups * c_in,
        groups * c_out,
        kernel,
        groups=groups,
        stride=stride,
        padding=padding,
        device="meta",
    )
    with FlopCounterMode(display=False) as counter:
        y = module(torch.empty(1, groups * c_in, size, size, device="meta"))
    ours = macs(groups * c_in, groups * c_out, kernel, *y.shape[-2:], groups=groups)
    assert 2 * ours == counter.get_total_flops()


@pytest.mark.parametrize("groups", [1, 4])
def test_bytes_are_those_of_the_arrays(groups):
    x = np.empty((8, 5, 6), np.float32)
    weight = np.empty((16, 8 // groups, 3, 3), np.float32)
    y = np.empty((16, 5, 6), np.float32)
    assert bytes_moved(8, 16, 3, 5, 6, groups=groups) == x.nbytes + weight.nbytes + y.nbytes
    half = bytes_moved(8, 16, 3, 5, 6, groups=groups, itemsize=2)
    assert 2 * half == x.nbytes + weight.nbytes + y.nbytes


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 5))
def test_the_break_even_width_is_the_largest_that_saves_weights(c_in, c_out, kernel):
    direct = kernel**2 * c_in * c_out
    saving = [w for w in range(1, direct + 1) if w * c_in + kernel**2 * w * c_out < direct]
    assert break_even_width(c_in, c_out, kernel) == max(saving, default=0)


@given(st.integers(1, 127), st.integers(1, 127), st.integers(1, 11))
def test_small_numpy_integers_count_like_pythons(c_in, c_out, kernel):
    small = np.int8(c_in), np.int8(c_out), np.int8(kernel)
    assert parameters(*small) == parameters(c_in, c_out, kernel)
    assert break_even_width(*small) == break_even_width(c_in, c_out, kernel)


def test_a_layer_has_biases_and_one_group_and_its_numbers_four_bytes_unless_told():
    layer, maps = (6, 4, 3), (5, 7)
    assert parameters(*layer) == parameters(*layer, groups=1, bias=True)
    assert macs(*layer, *maps) == macs(*layer, *maps, groups=1)
    assert bytes_moved(*layer, *maps) == bytes_moved(*layer, *maps, groups=1, itemsize=4)


def test_counts_are_integers():
    layer, maps = (6, 4, 3), (5, 7)
    for count in parameters(*layer), macs(*layer, *maps), bytes_moved(*layer, *maps):
        assert type(count) is int


def test_a_layer_of_one_channel_has_no_bottleneck_that_saves():
    assert break_even_width(1, 1, 1) == 0


PAIR = "kernel_size: expected an integer or a pair (vertical, horizontal), got "


@refuses(
    (lambda: parameters(0, 1, 1), ValueError("in_channels: expected an integer of at least 1, got 0")),
    (lambda: parameters(1, -1, 1), ValueError("out_channels: expected an integer of at least 1, got -1")),
    (lambda: parameters(1, 1.5, 1), TypeError("out_channels: expected an integer, got 1.5")),
    (lambda: parameters(1, 1, 0), ValueError("kernel_size: expected an integer of at least 1, got 0")),
    (lambda: parameters(1, 1, (1, 2, 3)), ValueError(f"{PAIR}(1, 2, 3)")),
    (lambda: parameters(3, 4, 1, groups=2), ValueError("in_channels: expected a multiple of groups=2, got 3")),
    (lambda: parameters(4, 3, 1, groups=2), ValueError("out_channels: expected a multiple of groups=2, got 3")),
    (lambda: parameters(1, 1, 1, bias=1), TypeError("bias: expected True or False, got 1")),
    (lambda: parameters(2, 2, 1, groups=0), ValueError("groups: expected an integer of at least 1, got 0")),
    (lambda: taps(0), ValueError("kernel_size: expected an integer of at least 1, got 0")),
    (lambda: macs(1, 1, 1, 0, 5), ValueError("height: expected an integer of at least 1, got 0")),
    (lambda: macs(1, 1, 1, 5, "5"), TypeError("width: expected an integer, got '5'")),
    (lambda: bytes_moved(3, 4, 1, 5, 5, groups=2), ValueError("in_channels: expected a multiple of groups=2, got 3")),
    (lambda: bytes_moved(1, 1, 1, 0, 5), ValueError("height: expected an integer of at least 1, got 0")),
    (lambda: bytes_moved(1, 1, 1, 5, 0), ValueError("width: expected an integer of at least 1, got 0")),
    (lambda: bytes_moved(1, 1, 1, 5, 5, itemsize=0), ValueError("itemsize: expected an integer of at least 1, got 0")),
    (lambda: break_even_width(True, 1, 1), TypeError("in_channels: expected an integer, got True")),
)  # fmt: skip
def test_bad_input_is_named(call, error):
    with refused(error):
        call()

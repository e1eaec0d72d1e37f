"""Calls that must raise, each with its error and the whole of its message.

Every implementation of the contract raises the same: the rows hold numbers and
NumPy arrays of zeros, which a test may convert to tensors. What only NumPy is
given, or must refuse, is in bad_arrays.
"""

from typing import Any, NamedTuple

import numpy as np
import pytest


class BadCall(NamedTuple):
    """A call, by the name of its function, and what it raises."""

    function: str
    arguments: dict[str, Any]
    error: type[Exception]
    message: str


def zeros(*shape, dtype="float32"):
    return np.zeros(shape, dtype)


MAPS = zeros(2, 4, 5, 6)
GOOD = {
    "conv1x1": {"x": MAPS, "weight": zeros(8, 4), "bias": zeros(8)},
    "conv2d": {"x": MAPS, "weight": zeros(8, 4, 3, 3), "bias": zeros(8)},
    "max_pool2d": {"x": MAPS, "kernel_size": 2},
    "avg_pool2d": {"x": MAPS, "kernel_size": 2},
    "global_avg_pool2d": {"x": MAPS},
    "relu": {"x": MAPS},
    "output_size": {"size": 5, "kernel_size": 3},
}
CONVOLUTIONS = ("conv1x1", "conv2d")
POOLINGS = ("max_pool2d", "avg_pool2d")
OF_MAPS = (*CONVOLUTIONS, *POOLINGS, "global_avg_pool2d")
PAIRS = {
    "conv2d": {"stride": 1, "padding": 0, "dilation": 1},
    "max_pool2d": {"kernel_size": 1, "stride": 1, "padding": 0},
    "avg_pool2d": {"kernel_size": 1, "stride": 1, "padding": 0},
}
INTEGERS = {
    "conv2d": {"groups": 1},
    "output_size": {"size": 1, "kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1},
}


def shown(value):
    if not isinstance(value, np.ndarray):
        return repr(value)
    number = f" of {value.item()}" if value.size == 1 else ""
    return f"{type(value).__name__} {value.dtype} {value.shape}{number}"


def row(function, error, message, **wrong):
    """Return a row: the good call, with the wrong arguments instead."""
    case = ", ".join(f"{name}={shown(value)}" for name, value in wrong.items())
    call = BadCall(function, GOOD[function] | wrong, error, message)
    return pytest.param(call, id=f"{function}: {case}")


def of_x():
    """What is no feature map."""
    rank = "x: expected (N, C, H, W) or (C, H, W), got "
    some = "x: expected at least one channel, row and column, got "
    for name in OF_MAPS:
        for shape in (), (4,), (5, 6), (1, 2, 4, 5, 6):
            yield row(name, ValueError, f"{rank}{shape}", x=zeros(*shape))
        for shape in (0, 5, 6), (4, 0, 6), (2, 4, 5, 0), (0, 4, 0, 6):
            yield row(name, ValueError, f"{some}{shape}", x=zeros(*shape))


def of_weight_and_bias():
    """Filters that do not fit the feature maps, and biases that do not fit the filters."""
    expected = "weight: expected (C_out, 4) or (C_out, 4, 1, 1) to fit x with 4 channels, got "
    flat = (), (4,), (8, 5), (4, 8), (0, 4), (8, 4, 1)
    for shape in *flat, (8, 4, 3, 3), (8, 4, 1, 2), (8, 4, 1, 1, 1):
        yield row("conv1x1", ValueError, f"{expected}{shape}", weight=zeros(*shape))
    expected = "weight: expected (C_out, 4, KH, KW) to fit x with 4 channels in groups=1, got "
    empty = (0, 4, 3, 3), (8, 4, 0, 3), (8, 4, 3, 0)
    for shape in (), (8, 4), (8, 4, 3), (8, 3, 3, 3), (8, 4, 3, 3, 1), *empty:
        yield row("conv2d", ValueError, f"{expected}{shape}", weight=zeros(*shape))
    expected = "bias: expected (8,), one number for each output channel, got "
    for name in CONVOLUTIONS:
        for shape in (), (1,), (7,), (8, 1), (1, 8, 1, 1):
            yield row(name, ValueError, f"{expected}{shape}", bias=zeros(*shape))


def of_groups():
    """Channels and filters that groups do not divide."""
    message = (
        "weight: expected (C_out, 2, KH, KW) to fit x with 4 channels in groups=2, got (8, 4, 3, 3)"
    )
    yield row("conv2d", ValueError, message, groups=2)
    message = "weight: expected a multiple of groups=2 output channels, got (7, 2, 3, 3)"
    yield row("conv2d", ValueError, message, groups=2, weight=zeros(7, 2, 3, 3))
    expected = "groups: expected a divisor of the 4 channels of x, got "
    for groups in 3, 8:
        yield row("conv2d", ValueError, f"{expected}{groups}", groups=groups)


def of_size():
    """Kernels larger than what they slide over."""
    start = "expected a window of at most "
    end = "the padded height and width of x, got "
    message = f"weight: {start}(5, 6), {end}(6, 3)"
    yield row("conv2d", ValueError, message, weight=zeros(8, 4, 6, 3))
    yield row("conv2d", ValueError, message, x=zeros(0, 4, 5, 6), weight=zeros(8, 4, 6, 3))
    message = f"weight: {start}(7, 8), {end}(7, 9)"
    yield row("conv2d", ValueError, message, padding=1, dilation=(3, 4))
    message = f"kernel_size: {start}(5, 6), {end}(6, 6)"
    for name in POOLINGS:
        yield row(name, ValueError, message, kernel_size=6)
    message = "kernel_size: expected a kernel of at most 7, the padded size, got 9"
    yield row("output_size", ValueError, message, dilation=4, padding=1)


def of_integers():
    """Integers that are too small, and what is no integer."""
    for functions in PAIRS, INTEGERS:
        for name, least in functions.items():
            for argument, low in least.items():
                few = f"{argument}: expected an integer of at least {low}, got "
                one = f"{argument}: expected an integer, got "
                for value in {low - 1, -1}:
                    yield row(name, ValueError, f"{few}{value}", **{argument: value})
                for value in 1.0, 1j, True, np.True_, b"1":
                    yield row(name, TypeError, f"{one}{value!r}", **{argument: value})
                # The poolings take None for the size of the window.
                if argument != "stride" or name not in POOLINGS:
                    yield row(name, TypeError, f"{one}None", **{argument: None})


def of_pairs():
    """Pairs that are too long, too short, or not of integers; and single integers given as pairs."""
    for name, least in PAIRS.items():
        for argument, low in least.items():
            two = f"{argument}: expected an integer or a pair (vertical, horizontal), got "
            for value in (), (1,), [1, 1, 1]:
                yield row(name, ValueError, f"{two}{value}", **{argument: value})
            few = f"{argument}: expected an integer of at least {low}, got {low - 1}"
            for value in (2, low - 1), [low - 1, 2]:
                yield row(name, ValueError, few, **{argument: value})
            for value in (1, 1.0), [1.0, 1]:
                message = f"{argument}: expected an integer, got 1.0"
                yield row(name, TypeError, message, **{argument: value})
    for name, least in INTEGERS.items():
        for argument in least:
            message = f"{argument}: expected an integer, got (1, 1)"
            yield row(name, TypeError, message, **{argument: (1, 1)})


def of_padding():
    """Unknown names, 'same' under a stride, and paddings that are too wide."""
    expected = "padding: expected an integer, a pair, 'same' or 'valid', got "
    for value in "SAME", "full", "1", "":
        yield row("conv2d", ValueError, f"{expected}{value!r}", padding=value)
    expected = "padding: expected padded feature maps of at most 1099511627776 pixels, got "
    yield row("conv2d", ValueError, f"{expected}{(5 + 2**41, 6 + 2**41)}", padding=2**40)
    for stride, pair in (2, (2, 2)), ((1, 3), (1, 3)):
        message = f"padding: 'same' needs stride=1, got stride={pair}"
        yield row("conv2d", ValueError, message, padding="same", stride=stride)
    for name in POOLINGS:
        expected = "padding: expected at most half of kernel_size=(3, 2), got "
        for value, pair in (2, (2, 2)), ((0, 2), (0, 2)):
            yield row(name, ValueError, f"{expected}{pair}", padding=value, kernel_size=(3, 2))
        message = "padding: expected an integer, got 'same'"
        yield row(name, TypeError, message, padding="same")


def of_dtypes():
    """Numbers of a kind for which the operation has no meaning."""
    no_order = "x: expected real numbers, which have an order, got dtype complex64"
    no_sign = "x: expected real numbers, which have a sign, got dtype complex64"
    maps = zeros(4, 5, 6, dtype="complex64")
    yield row("max_pool2d", TypeError, no_order, x=maps)
    yield row("relu", TypeError, no_sign, x=maps)
    expected = "x: expected floating-point numbers, since the mean of integers is not an integer, got dtype "
    for name in "avg_pool2d", "global_avg_pool2d":
        for dtype in "int64", "uint8":
            yield row(name, TypeError, f"{expected}{dtype}", x=MAPS.astype(dtype))
    for name in CONVOLUTIONS:
        for dtype, of_bias in ("int32", "float32"), ("float32", "complex64"):
            message = f"bias: expected a dtype that fits the result's {dtype}, got {of_bias}"
            wrong = {
                "x": MAPS.astype(dtype),
                "weight": GOOD[name]["weight"].astype(dtype),
                "bias": zeros(8, dtype=of_bias),
            }
            yield row(name, TypeError, message, **wrong)


TABLES = (
    *(of_x, of_weight_and_bias, of_groups, of_size),
    *(of_integers, of_pairs, of_padding, of_dtypes),
)
ROWS = [row for table in TABLES for row in table()]

"""Calls that the NumPy functions must refuse, because of what arrays can be and hold."""

import numpy as np

from .bad_input import CONVOLUTIONS, GOOD, row, zeros

ARRAYS = [
    (function, argument)
    for function, arguments in GOOD.items()
    for argument in ("x", "weight", "bias")
    if argument in arguments
]


def of_types():
    """What is neither an array nor nested lists."""
    masked = np.ma.masked_array(zeros(4, 5, 6), mask=True)
    values = (None, 1, 1.5, "text", {"a": 1}, np.float32(1), masked, range(3))
    for name, argument in ARRAYS:
        for value in values:
            if value is not None or argument != "bias":
                expected = f"{argument}: expected a NumPy array or nested lists of numbers, got "
                yield row(name, TypeError, expected + type(value).__name__, **{argument: value})


def of_ragged_lists():
    """Lists of rows that differ in length."""
    for name, argument in ARRAYS:
        message = f"{argument}: expected rows of equal length, got a ragged sequence"
        for value in [[[1.0, 2.0], [3.0]]], [[1, 2], 3]:
            yield row(name, ValueError, message, **{argument: value})


def of_no_numbers():
    """Arrays and lists of something else."""
    for name, argument in ARRAYS:
        shape = GOOD[name][argument].shape
        expected = f"{argument}: expected integers or floating-point numbers, got dtype "
        for dtype in "bool", "object", "<U1", "|S1", "datetime64[s]":
            yield row(name, TypeError, f"{expected}{dtype}", **{argument: np.zeros(shape, dtype)})
        objects = ([None, 1.0], "object"), ([2**70, 1], "object")
        for value, dtype in ([True, False], "bool"), (["1", "2"], "<U1"), *objects:
            yield row(name, TypeError, f"{expected}{dtype}", **{argument: value})


def of_overflow():
    """Integers whose sums would wrap around in the dtype of the result."""
    for name in CONVOLUTIONS:
        for dtype, x, weight, bias, sums in (
            ("int8", 127, 2, 0, 254),
            ("int8", -128, 1, 0, 128),
            ("int8", 100, 1, 28, 128),
            ("int8", 1, -128, 0, 128),
            ("uint8", 128, 2, 0, 256),
            ("int64", 2**62, 2, 0, 2**63),
            ("uint64", 2**63, 2, 0, 2**64),
        ):
            message = (
                f"x: expected integers whose weighted sums fit {dtype}, got sums that may reach {sums}; "
                "convert x to a wider or a floating-point dtype"
            )
            wrong = {
                "x": np.full((1, 1, 1), x, dtype),
                "weight": np.full((1, 1, 1, 1), weight, dtype),
                "bias": np.full(1, bias, dtype),
            }
            yield row(name, ValueError, message, **wrong)


TABLES = (of_types, of_ragged_lists, of_no_numbers, of_overflow)
ROWS = [row for table in TABLES for row in table()]

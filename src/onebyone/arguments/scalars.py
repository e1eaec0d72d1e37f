"""What the functions ask of single numbers and words: sizes, steps, rates, options."""

import math
import numbers
import operator
import sys
from typing import Any

import numpy as np

# One integer for both directions, or (vertical, horizontal).
Pair = int | tuple[int, int]


def integer(name: str, value: object, minimum: int) -> int:
    """Return `value` as an int of at least `minimum`.

    Examples:
        >>> integer("groups", 0, 1)
        Traceback (most recent call last):
        ValueError: groups: expected an integer of at least 1, got 0
    """
    try:
        # NumPy before 2.3 takes its own booleans for integers.
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        result = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name}: expected an integer, got {value!r}") from None
    if result < minimum:
        raise ValueError(
            f"{name}: expected an integer of at least {minimum}, got {value!r}"
        )
    return result


def pair(name: str, value: object, minimum: int) -> tuple[int, int]:
    """Return `value` as (vertical, horizontal); one integer stands for both.

    Examples:
        >>> pair("stride", 2, 1), pair("stride", (2, 1), 1)
        ((2, 2), (2, 1))
    """
    if not isinstance(value, tuple | list):
        return (integer(name, value, minimum),) * 2
    if len(value) != 2:
        raise ValueError(
            f"{name}: expected an integer or a pair (vertical, horizontal), got {value!r}"
        )
    return integer(name, value[0], minimum), integer(name, value[1], minimum)


def above_zero(name: str, value: float) -> float:
    """Return `value` as a float above zero."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name}: expected a number, got {value!r}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not 0 < number <= sys.float_info.max:
        raise ValueError(f"{name}: expected a number above 0, got {value!r}")
    return number


def boolean(name: str, value: object) -> None:
    """Raise unless `value` is True or False."""
    if not isinstance(value, bool):
        raise TypeError(f"{name}: expected True or False, got {value!r}")


def check_order(data_format: object) -> None:
    """Raise unless this is one of Keras's two words for the order of the axes."""
    if not isinstance(data_format, str):
        raise TypeError(f"data_format: expected text, got {data_format!r}")
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(
            f"data_format: expected 'channels_first' or 'channels_last', got {data_format!r}"
        )


def check_kernel(kernel_size: Pair) -> dict[str, Any]:
    """Check the arguments of `cost.taps`."""
    return {"kernel_size": pair("kernel_size", kernel_size, 1)}


def check_parameters(
    in_channels: int,
    out_channels: int,
    kernel_size: Pair,
    *,
    groups: int = 1,
    bias: bool = True,
) -> dict[str, Any]:
    """Check the arguments of `cost.parameters`."""
    boolean("bias", bias)
    return {
        **_layer(in_channels, out_channels, kernel_size, groups),
        "bias": bias,
    }


def check_macs(
    in_channels: int,
    out_channels: int,
    kernel_size: Pair,
    height: int,
    width: int,
    *,
    groups: int = 1,
) -> dict[str, Any]:
    """Check the arguments of `cost.macs`."""
    return {
        **_layer(in_channels, out_channels, kernel_size, groups),
        "height": integer("height", height, 1),
        "width": integer("width", width, 1),
    }


def check_bytes_moved(
    in_channels: int,
    out_channels: int,
    kernel_size: Pair,
    height: int,
    width: int,
    *,
    groups: int = 1,
    itemsize: int = 4,
) -> dict[str, Any]:
    """Check the arguments of `cost.bytes_moved`."""
    return {
        **check_macs(
            in_channels,
            out_channels,
            kernel_size,
            height,
            width,
            groups=groups,
        ),
        "itemsize": integer("itemsize", itemsize, 1),
    }


def _layer(
    in_channels: int, out_channels: int, kernel_size: Pair, groups: int
) -> dict[str, Any]:
    channels = integer("in_channels", in_channels, 1)
    filters = integer("out_channels", out_channels, 1)
    kernel = pair("kernel_size", kernel_size, 1)
    parts = integer("groups", groups, 1)
    for name, count in ("in_channels", channels), ("out_channels", filters):
        if count % parts:
            raise ValueError(
                f"{name}: expected a multiple of groups={parts}, got {count}"
            )
    return {
        "in_channels": channels,
        "out_channels": filters,
        "kernel_size": kernel,
        "groups": parts,
    }

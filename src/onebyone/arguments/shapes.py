"""What every function asks of its arguments before it computes anything.

Shapes are plain tuples here and no array is touched, so that the NumPy and the PyTorch functions
raise the same errors.
"""

import math
import numbers
import operator
import sys
from typing import NamedTuple

import numpy as np

Shape = tuple[int, ...]
# Pixels of a padded map. No memory holds more, and the libraries below may lose count.
LARGEST = 2**40


class Geometry(NamedTuple):
    """How a window slides over feature maps: each pair is (vertical, horizontal)."""

    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[tuple[int, int], tuple[int, int]]
    dilation: tuple[int, int]
    output: tuple[int, int]
    groups: int = 1


def feature_maps(shape: Shape, name: str = "x") -> None:
    """Raise unless `shape` is that of feature maps, with or without a batch axis."""
    if len(shape) not in (3, 4):
        raise ValueError(
            f"{name}: expected (N, C, H, W) or (C, H, W), got {shape}"
        )
    if min(shape[-3:]) < 1:
        raise ValueError(
            f"{name}: expected at least one channel, row and column, got {shape}"
        )


def pixels_of(name: str, shape: Shape, x: Shape, *, may_be_none: bool) -> None:
    """Raise unless `shape` differs from that of the feature maps x in its channels alone."""
    if (
        len(shape) != len(x)
        or (*shape[:-3], *shape[-2:]) != (*x[:-3], *x[-2:])
        or (0 in shape and not may_be_none)
    ):
        raise ValueError(
            f"{name}: expected feature maps of the pixels of x, {x}, got {shape}"
        )


def real_numbers(*, complex_: bool, dtype: object, having: str) -> None:
    """Raise where numbers are complex but the operation needs what only real ones have."""
    if complex_:
        raise TypeError(
            f"x: expected real numbers, which have {having}, got dtype {dtype}"
        )


def averageable(*, integers: bool, dtype: object) -> None:
    """Raise where a mean would leave the dtype of its numbers."""
    if integers:
        raise TypeError(
            f"x: expected floating-point numbers, since a mean of integers is none, got dtype {dtype}"
        )


def bias_fits(*, fits: bool, dtype: object, bias_dtype: object) -> None:
    """Raise where the bias would be truncated to the dtype of the result."""
    if not fits:
        raise TypeError(
            f"bias: expected a dtype that fits the result's {dtype}, got {bias_dtype}"
        )


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


def above_zero(name: str, value: float) -> float:
    """Return `value` as a float above zero."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name}: expected a number, got {value!r}")
    if not 0 < value <= sys.float_info.max:
        raise ValueError(f"{name}: expected a number above 0, got {value!r}")
    return float(value)


def descends(rate: float, loss: float) -> None:
    """Raise where the steps of a descent have led beyond all numbers."""
    if not math.isfinite(loss):
        raise ValueError(
            f"rate: expected one at which the loss falls, got {rate!r}, at which it grows beyond all numbers"
        )


def boolean(name: str, value: object) -> None:
    """Raise unless `value` is True or False."""
    if not isinstance(value, bool):
        raise TypeError(f"{name}: expected True or False, got {value!r}")


def channels_are_last(data_format: object) -> bool:
    """Return which of the two orders is meant, in Keras's words."""
    if not isinstance(data_format, str):
        raise TypeError(f"data_format: expected text, got {data_format!r}")
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(
            f"data_format: expected 'channels_first' or 'channels_last', got {data_format!r}"
        )
    return data_format == "channels_last"


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


def filters_and_weights(
    in_channels: object,
    out_channels: object,
    kernel_size: object,
    groups: object,
) -> Shape:
    """Return the number of filters of a layer, and the number of weights in each.

    Examples:
        >>> filters_and_weights(3, 512, 3, 1)
        (512, 27)
    """
    channels, filters = (
        integer("in_channels", in_channels, 1),
        integer("out_channels", out_channels, 1),
    )
    kernel, parts = (
        pair("kernel_size", kernel_size, 1),
        integer("groups", groups, 1),
    )
    for name, count in ("in_channels", channels), ("out_channels", filters):
        if count % parts:
            raise ValueError(
                f"{name}: expected a multiple of groups={parts}, got {count}"
            )
    return filters, channels // parts * kernel[0] * kernel[1]


def _bias_shape(bias: Shape | None, out_channels: int) -> None:
    if bias is not None and bias != (out_channels,):
        raise ValueError(
            f"bias: expected ({out_channels},), one number for each output channel, got {bias}"
        )


def conv1x1_shapes(x: Shape, weight: Shape, bias: Shape | None) -> None:
    """Raise unless the shapes fit a 1×1 convolution."""
    feature_maps(x)
    channels = x[-3]
    if weight[1:] not in ((channels,), (channels, 1, 1)) or weight[0] < 1:
        raise ValueError(
            f"weight: expected (C_out, {channels}) or (C_out, {channels}, 1, 1) "
            f"to fit x with {channels} channels, got {weight}"
        )
    _bias_shape(bias, weight[0])


def conv2d_geometry(
    x: Shape,
    weight: Shape,
    bias: Shape | None,
    stride: object,
    padding: object,
    dilation: object,
    groups: object,
) -> Geometry:
    """Return how the kernel slides over x, or raise where the arguments do not fit each other."""
    feature_maps(x)
    channels, parts = x[-3], integer("groups", groups, 1)
    if channels % parts:
        raise ValueError(
            f"groups: expected a divisor of the {channels} channels of x, got {parts}"
        )
    depth = channels // parts
    if len(weight) != 4 or weight[1] != depth or min(weight) < 1:
        raise ValueError(
            f"weight: expected (C_out, {depth}, KH, KW) to fit x with {channels} channels "
            f"in groups={parts}, got {weight}"
        )
    if weight[0] % parts:
        raise ValueError(
            f"weight: expected a multiple of groups={parts} output channels, got {weight}"
        )
    _bias_shape(bias, weight[0])
    kernel = (weight[2], weight[3])
    steps, gaps = pair("stride", stride, 1), pair("dilation", dilation, 1)
    if isinstance(padding, str):
        sides = _named_padding(padding, kernel, steps, gaps)
    else:
        vertical, horizontal = pair("padding", padding, 0)
        sides = (vertical, vertical), (horizontal, horizontal)
    slide = _slide(x, "weight", kernel, steps, sides, gaps)
    return slide._replace(groups=parts)


def pool_geometry(
    x: Shape, kernel_size: object, stride: object, padding: object
) -> Geometry:
    """Return how the pooling window slides over x, or raise where the arguments do not fit each other."""
    feature_maps(x)
    kernel = pair("kernel_size", kernel_size, 1)
    steps = kernel if stride is None else pair("stride", stride, 1)
    vertical, horizontal = pair("padding", padding, 0)
    if vertical > kernel[0] // 2 or horizontal > kernel[1] // 2:
        raise ValueError(
            f"padding: expected at most half of kernel_size={kernel}, got {(vertical, horizontal)}"
        )
    return _slide(
        x,
        "kernel_size",
        kernel,
        steps,
        ((vertical, vertical), (horizontal, horizontal)),
        (1, 1),
    )


def _named_padding(
    padding: str,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
) -> tuple[tuple[int, int], tuple[int, int]]:
    if padding not in ("same", "valid"):
        raise ValueError(
            f"padding: expected an integer, a pair, 'same' or 'valid', got {padding!r}"
        )
    if padding == "valid":
        return (0, 0), (0, 0)
    if stride != (1, 1):
        raise ValueError(f"padding: 'same' needs stride=1, got stride={stride}")
    vertical, horizontal = (
        d * (k - 1) for d, k in zip(dilation, kernel, strict=True)
    )
    # An even kernel needs one more zero on one side; PyTorch puts it at the bottom and on the right.
    return (vertical // 2, vertical - vertical // 2), (
        horizontal // 2,
        horizontal - horizontal // 2,
    )


def _slide(
    x: Shape,
    name: str,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[tuple[int, int], tuple[int, int]],
    dilation: tuple[int, int],
) -> Geometry:
    padded = x[-2] + sum(padding[0]), x[-1] + sum(padding[1])
    if math.prod(padded) > LARGEST:
        raise ValueError(
            f"padding: expected padded feature maps of at most {LARGEST} pixels, got {padded}"
        )
    extent = (
        dilation[0] * (kernel[0] - 1) + 1,
        dilation[1] * (kernel[1] - 1) + 1,
    )
    if extent[0] > padded[0] or extent[1] > padded[1]:
        raise ValueError(
            f"{name}: expected a window of at most {padded}, the padded height and width of x, got {extent}"
        )
    output = (
        (padded[0] - extent[0]) // stride[0] + 1,
        (padded[1] - extent[1]) // stride[1] + 1,
    )
    # A step or a gap beyond the end leads nowhere, and the libraries below count no further than an integer of C.
    steps = min(stride[0], padded[0]), min(stride[1], padded[1])
    gaps = min(dilation[0], padded[0]), min(dilation[1], padded[1])
    return Geometry(kernel, steps, padding, gaps, output)

"""What the functions ask of shapes and of dtypes.

Shapes are plain tuples here, dtypes are their names, and no array is touched, so that the NumPy and the PyTorch
functions raise the same errors.
"""

import math
from typing import NamedTuple

from onebyone.arguments.scalars import integer, pair

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


def check_feature_maps(shape: Shape, name: str = "x") -> None:
    """Raise unless `shape` is that of feature maps, with or without a batch axis."""
    if len(shape) not in (3, 4):
        raise ValueError(
            f"{name}: expected (N, C, H, W) or (C, H, W), got {shape}"
        )
    if min(shape[-3:]) < 1:
        raise ValueError(
            f"{name}: expected at least one channel, row and column, got {shape}"
        )


def check_same_pixels(
    name: str, shape: Shape, x: Shape, *, may_be_none: bool
) -> None:
    """Raise unless `shape` differs from that of the feature maps x in its channels alone."""
    if (
        len(shape) != len(x)
        or (*shape[:-3], *shape[-2:]) != (*x[:-3], *x[-2:])
        or (0 in shape and not may_be_none)
    ):
        raise ValueError(
            f"{name}: expected feature maps of the pixels of x, {x}, got {shape}"
        )


def check_real(dtype: object, having: str) -> None:
    """Raise where numbers are complex but the operation needs what only real ones have."""
    if "complex" in str(dtype):
        raise TypeError(
            f"x: expected real numbers, which have {having}, got dtype {dtype}"
        )


def check_averageable(dtype: object) -> None:
    """Raise where the numbers are integers, whose mean would have another dtype."""
    if "int" in str(dtype):
        raise TypeError(
            f"x: expected floating-point numbers, since the mean of integers is not an integer, got dtype {dtype}"
        )


def check_bias_dtype(bias: object, result: object) -> None:
    """Raise where the bias would be truncated to the dtype of the result."""
    if _rank(bias) > _rank(result):
        raise TypeError(
            f"bias: expected a dtype that fits the result's {result}, got {bias}"
        )


def _rank(dtype: object) -> int:
    """Return a dtype's rank by its kind, ignoring its width: each kind can hold the ones before it."""
    kinds = "uint", "int", "float", "complex"
    return next(n for n, kind in enumerate(kinds) if kind in str(dtype))


def _check_bias(bias: Shape | None, out_channels: int) -> None:
    if bias is not None and bias != (out_channels,):
        raise ValueError(
            f"bias: expected ({out_channels},), one number for each output channel, got {bias}"
        )


def check_conv1x1(x: Shape, weight: Shape, bias: Shape | None) -> None:
    """Raise unless the shapes fit a 1×1 convolution."""
    check_feature_maps(x)
    channels = x[-3]
    if weight[1:] not in ((channels,), (channels, 1, 1)) or weight[0] < 1:
        raise ValueError(
            f"weight: expected (C_out, {channels}) or (C_out, {channels}, 1, 1) "
            f"to fit x with {channels} channels, got {weight}"
        )
    _check_bias(bias, weight[0])


def check_groups(x: Shape, groups: object) -> int:
    """Return the number of groups into which the channels of x fall, or raise."""
    check_feature_maps(x)
    channels, parts = x[-3], integer("groups", groups, 1)
    if channels % parts:
        raise ValueError(
            f"groups: expected a divisor of the {channels} channels of x, got {parts}"
        )
    return parts


def place_kernel(
    x: Shape,
    weight: Shape,
    bias: Shape | None,
    stride: object,
    padding: object,
    dilation: object,
    groups: object,
) -> Geometry:
    """Return how the kernel slides over x, or raise where the arguments do not fit each other."""
    parts = check_groups(x, groups)
    channels = x[-3]
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
    _check_bias(bias, weight[0])
    kernel = (weight[2], weight[3])
    steps, gaps = pair("stride", stride, 1), pair("dilation", dilation, 1)
    if isinstance(padding, str):
        sides = _named_padding(padding, kernel, steps, gaps)
    else:
        vertical, horizontal = pair("padding", padding, 0)
        sides = (vertical, vertical), (horizontal, horizontal)
    slide = _slide(x, "weight", kernel, steps, sides, gaps)
    return slide._replace(groups=parts)


def place_window(
    x: Shape, kernel_size: object, stride: object, padding: object
) -> Geometry:
    """Return how the pooling window slides over x, or raise where the arguments do not fit each other."""
    check_feature_maps(x)
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

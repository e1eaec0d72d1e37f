"""The NumPy reference: what each operation means, and the same in the fewest lines that are fast."""

import numpy as np
import numpy.typing as npt

from onebyone.arguments import arrays, shapes
from onebyone.arguments.arrays import Array
from onebyone.im2col import columns, pad

Pair = int | tuple[int, int]


def conv1x1(
    x: npt.ArrayLike, weight: npt.ArrayLike, bias: npt.ArrayLike | None = None
) -> Array:
    """Apply one matrix to the channels of every pixel.

    Args:
        x: Feature maps, (N, C_in, H, W) or (C_in, H, W).
        weight: The matrix, (C_out, C_in) or (C_out, C_in, 1, 1).
        bias: One number for each output channel, (C_out,).

    Returns:
        Feature maps, (N, C_out, H, W) or (C_out, H, W), of dtype `np.result_type(x, weight)`.

    Raises:
        ValueError: A shape does not fit, or integer sums might overflow.
        TypeError: An argument does not hold numbers, or bias would be truncated.

    Source:
        Lin, Chen and Yan, "Network In Network", arXiv:1312.4400.

    Examples:
        >>> x = np.ones((3, 2, 2))
        >>> conv1x1(x, np.array([[0.2, 0.3, 0.5]]))
        array([[[1., 1.],
                [1., 1.]]])
    """
    x, weight, bias = arrays.conv1x1_arguments(x, weight, bias)
    *batch, in_channels, height, width = x.shape
    # One column a pixel: (N, C_in, H·W), a view where NumPy can make one.
    pixels = x.reshape(*batch, in_channels, height * width)
    y: Array = np.matmul(weight, pixels)  # (N, C_out, H·W)
    if bias is not None:
        y += bias[:, None]
    return y.reshape(*batch, len(weight), height, width)


def conv1x1_loops(
    x: npt.ArrayLike, weight: npt.ArrayLike, bias: npt.ArrayLike | None = None
) -> Array:
    """Compute `conv1x1` as its definition says: a weighted sum over channels, pixel by pixel.

    Args:
        x: Feature maps, (N, C_in, H, W) or (C_in, H, W).
        weight: The matrix, (C_out, C_in) or (C_out, C_in, 1, 1).
        bias: One number for each output channel, (C_out,).

    Returns:
        Feature maps, (N, C_out, H, W) or (C_out, H, W).

    Raises:
        ValueError: As `conv1x1`.
        TypeError: As `conv1x1`.

    Examples:
        >>> conv1x1_loops([[[1, 2]], [[3, 4]]], [[10, 1]], [100])
        array([[[113, 124]]])
    """
    x, weight, bias = arrays.conv1x1_arguments(x, weight, bias)
    *batch, in_channels, height, width = x.shape
    out_channels = len(weight)
    y = np.zeros(
        (*batch, out_channels, height, width), np.result_type(x, weight)
    )
    for n in np.ndindex(
        *batch
    ):  # n is (image,), or () where x has no batch axis
        for c_out in range(out_channels):
            for row in range(height):
                for column in range(width):
                    for c_in in range(in_channels):
                        y[*n, c_out, row, column] += (
                            weight[c_out, c_in] * x[*n, c_in, row, column]
                        )
                    if bias is not None:
                        y[*n, c_out, row, column] += bias[c_out]
    return y


def conv2d(
    x: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    stride: Pair = 1,
    padding: Pair | str = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Array:
    """Slide a bank of filters over feature maps.

    Args:
        x: Feature maps, (N, C_in, H, W) or (C_in, H, W).
        weight: C_out filters, (C_out, C_in / groups, KH, KW).
        bias: One number for each filter, (C_out,).
        stride: Pixels from one output to the next; an integer, or (vertical, horizontal).
        padding: Zeros added on each side; an integer, (vertical, horizontal), "same" or "valid".
        dilation: Pixels from one tap of the kernel to the next; an integer, or (vertical, horizontal).
        groups: Number of parts into which the channels are split; each part has its own filters.

    Returns:
        Feature maps, (N, C_out, H_out, W_out) or (C_out, H_out, W_out), of dtype `np.result_type(x, weight)`.

    Raises:
        ValueError: A shape or a number does not fit, or integer sums might overflow.
        TypeError: An argument is not of its type, or bias would be truncated.

    Source:
        Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285.

    Examples:
        >>> x = np.arange(16.0).reshape(1, 4, 4)
        >>> conv2d(x, np.ones((1, 1, 3, 3)))
        array([[[45., 54.],
                [81., 90.]]])
    """
    x, weight, bias, slide = arrays.conv2d_arguments(
        x, weight, bias, stride, padding, dilation, groups
    )
    out_channels, depth, kernel_height, kernel_width = weight.shape
    taps = depth * kernel_height * kernel_width
    # What each output pixel sees: (N, C_in, KH, KW, H_out, W_out).
    seen = columns(x, slide)
    *batch, _, _, _, height, width = seen.shape
    filters = weight.reshape(slide.groups, -1, taps)
    # One column for each output pixel.
    seen = seen.reshape(*batch, slide.groups, taps, height * width)
    y: Array = np.matmul(filters, seen)
    y = y.reshape(*batch, out_channels, height, width)
    if bias is not None:
        y += bias[:, None, None]
    return y


def conv2d_loops(
    x: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    stride: Pair = 1,
    padding: Pair | str = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Array:
    """Compute `conv2d` as its definition says: multiply what lies under the filter, and add it up.

    Args:
        x: Feature maps, (N, C_in, H, W) or (C_in, H, W).
        weight: C_out filters, (C_out, C_in / groups, KH, KW).
        bias: One number for each filter, (C_out,).
        stride: As `conv2d`.
        padding: As `conv2d`.
        dilation: As `conv2d`.
        groups: As `conv2d`.

    Returns:
        Feature maps, (N, C_out, H_out, W_out) or (C_out, H_out, W_out).

    Raises:
        ValueError: As `conv2d`.
        TypeError: As `conv2d`.

    Examples:
        >>> conv2d_loops([[[1, 2, 3]]], [[[[1, -1]]]])
        array([[[-1, -1]]])
    """
    x, weight, bias, slide = arrays.conv2d_arguments(
        x, weight, bias, stride, padding, dilation, groups
    )
    (down, across), (row_gap, column_gap) = slide.stride, slide.dilation
    out_channels, depth, _, _ = weight.shape
    padded = pad(x, slide, 0)
    shape = *x.shape[:-3], out_channels, *slide.output
    y = np.zeros(shape, np.result_type(x, weight))
    for *n, c_out, row, column in np.ndindex(*shape):
        group = c_out // (out_channels // slide.groups)
        for c_in, i, j in np.ndindex(*weight.shape[1:]):
            channel = group * depth + c_in
            h, w = row * down + i * row_gap, column * across + j * column_gap
            product = weight[c_out, c_in, i, j] * padded[*n, channel, h, w]
            y[*n, c_out, row, column] += product
        if bias is not None:
            y[*n, c_out, row, column] += bias[c_out]
    return y


def relu(x: npt.ArrayLike) -> Array:
    """Replace every negative number by zero.

    Args:
        x: Real numbers of any shape.

    Returns:
        An array of the shape and dtype of x.

    Raises:
        ValueError: x is ragged.
        TypeError: x is not an array, or is complex.

    Examples:
        >>> relu([-1.0, 0.0, 2.5])
        array([0. , 0. , 2.5])
    """
    x = arrays.array("x", x)
    shapes.real_numbers(
        complex_=x.dtype.kind == "c", dtype=x.dtype, having="a sign"
    )
    return np.asarray(np.maximum(x, x.dtype.type(0)))


def output_size(
    size: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> int:
    """Return the height or width of what a convolution or a pooling puts out.

    Args:
        size: Height or width of the input, in pixels.
        kernel_size: Height or width of the kernel, in taps.
        stride: Pixels from one output to the next.
        padding: Pixels added on each of the two sides.
        dilation: Pixels from one tap to the next.

    Returns:
        Pixels.

    Raises:
        ValueError: A number is too small, or the kernel is larger than the padded input.
        TypeError: An argument is not an integer.

    Source:
        Dumoulin and Visin, arXiv:1603.07285, relationship 15.

    Examples:
        >>> output_size(224, kernel_size=7, stride=2, padding=3)
        112
    """
    size, kernel = (
        shapes.integer("size", size, 1),
        shapes.integer("kernel_size", kernel_size, 1),
    )
    step, gap = (
        shapes.integer("stride", stride, 1),
        shapes.integer("dilation", dilation, 1),
    )
    padded = size + 2 * shapes.integer("padding", padding, 0)
    extent = gap * (kernel - 1) + 1
    if extent > padded:
        raise ValueError(
            f"kernel_size: expected a kernel of at most {padded}, the padded size, got {extent}"
        )
    return (padded - extent) // step + 1

"""The NumPy reference: what each operation means, and the same in the fewest lines that are fast."""

import numpy as np
import numpy.typing as npt

from onebyone.arguments import arrays, checked
from onebyone.arguments.scalars import Pair, integer
from onebyone.im2col import columns, pad


@checked(arrays.check_conv1x1)
def conv1x1(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None
) -> np.ndarray:
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
    *batch, in_channels, height, width = x.shape
    pixels = x.reshape(*batch, in_channels, height * width)  # one column each
    y = np.matmul(weight, pixels)  # (N, C_out, H·W)
    if bias is not None:
        y += bias[:, None]
    return y.reshape(*batch, len(weight), height, width)


@checked(arrays.check_conv1x1)
def conv1x1_loops(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None
) -> np.ndarray:
    """Compute `conv1x1` as its definition says: a weighted sum over the channels of each pixel.

    Examples:
        >>> conv1x1_loops([[[1, 2]], [[3, 4]]], [[10, 1]], [100])
        array([[[113, 124]]])
    """
    shape = *x.shape[:-3], len(weight), *x.shape[-2:]
    y = np.zeros(shape, np.result_type(x, weight))
    for *n, c_out, h, w in np.ndindex(shape):
        for c_in in range(x.shape[-3]):
            y[*n, c_out, h, w] += weight[c_out, c_in] * x[*n, c_in, h, w]
    return y if bias is None else y + bias[:, None, None]


@checked(arrays.check_slide_filters)
def slide_filters(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None
) -> np.ndarray:
    """Compute `conv2d` as its definition says, with stride 1 and no padding: multiply what a filter covers, and add.

    Args:
        x: Feature maps, (N, C_in, H, W) or (C_in, H, W).
        weight: C_out filters, (C_out, C_in, KH, KW).
        bias: One number for each filter, (C_out,).

    Returns:
        Feature maps, (N, C_out, H - KH + 1, W - KW + 1), or without N.

    Examples:
        >>> slide_filters([[[1, 2, 3]]], [[[[1, -1]]]])
        array([[[-1, -1]]])
    """
    *batch, _, height, width = x.shape
    out_channels, in_channels, rows, columns = weight.shape
    shape = *batch, out_channels, height - rows + 1, width - columns + 1
    y = np.zeros(shape, np.result_type(x, weight))
    for *n, c_out, h, w in np.ndindex(shape):
        for c_in, i, j in np.ndindex(in_channels, rows, columns):
            product = weight[c_out, c_in, i, j] * x[*n, c_in, h + i, w + j]
            y[*n, c_out, h, w] += product
    return y if bias is None else y + bias[:, None, None]


def conv2d(
    x: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    stride: Pair = 1,
    padding: Pair | str = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> np.ndarray:
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
    x, weight, bias, slide = arrays.place_kernel(
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
    y = np.matmul(filters, seen)
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
) -> np.ndarray:
    """Compute `conv2d` as its definition says, with every option.

    Examples:
        >>> conv2d_loops([[[1, 2, 3]]], [[[[1, -1]]]])
        array([[[-1, -1]]])
    """
    x, weight, bias, slide = arrays.place_kernel(
        x, weight, bias, stride, padding, dilation, groups
    )
    (down, across), (row_gap, column_gap) = slide.stride, slide.dilation
    out_channels, depth, _, _ = weight.shape
    padded = pad(x, slide, 0)
    shape = *x.shape[:-3], out_channels, *slide.output
    y = np.zeros(shape, np.result_type(x, weight))
    for *n, c_out, h, w in np.ndindex(shape):
        group = c_out // (out_channels // slide.groups)
        for c_in, i, j in np.ndindex(*weight.shape[1:]):
            channel = group * depth + c_in
            row, column = h * down + i * row_gap, w * across + j * column_gap
            product = (
                weight[c_out, c_in, i, j] * padded[*n, channel, row, column]
            )
            y[*n, c_out, h, w] += product
    return y if bias is None else y + bias[:, None, None]


@checked(arrays.check_relu)
def relu(x: np.ndarray) -> np.ndarray:
    """Replace every negative number by zero.

    Args:
        x: Real numbers of any shape.

    Raises:
        ValueError: x is ragged.
        TypeError: x is not an array, or is complex.

    Examples:
        >>> relu([-1.0, 0.0, 2.5])
        array([0. , 0. , 2.5])
    """
    return np.asarray(np.maximum(x, x.dtype.type(0)))


def output_size(
    size: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> int:
    """Return the height or width of the output of a convolution or a pooling.

    Args:
        size: Height or width of the input, in pixels.
        kernel_size: Height or width of the kernel, in taps.
        stride: Pixels from one output to the next.
        padding: Pixels added on each of the two sides.
        dilation: Pixels from one tap to the next.

    Raises:
        ValueError: A number is too small, or the kernel is larger than the padded input.
        TypeError: An argument is not an integer.

    Source:
        Dumoulin and Visin, arXiv:1603.07285, relationship 15.

    Examples:
        >>> output_size(224, kernel_size=7, stride=2, padding=3)
        112
    """
    size = integer("size", size, 1)
    kernel = integer("kernel_size", kernel_size, 1)
    step, gap = integer("stride", stride, 1), integer("dilation", dilation, 1)
    padded = size + 2 * integer("padding", padding, 0)
    extent = gap * (kernel - 1) + 1
    if extent > padded:
        raise ValueError(
            f"kernel_size: expected a kernel of at most {padded}, the padded size, got {extent}"
        )
    return (padded - extent) // step + 1

"""Pooling: one number for the pixels under a window, in each channel on its own."""

import math

import numpy as np
import numpy.typing as npt

from onebyone import sums
from onebyone.arguments import arrays, checked
from onebyone.arguments.scalars import Pair
from onebyone.arguments.shapes import check_real, place_window
from onebyone.im2col import pad, seen, sliding_windows


def max_pool2d(
    x: npt.ArrayLike,
    kernel_size: Pair,
    stride: Pair | None = None,
    padding: Pair = 0,
) -> np.ndarray:
    """Keep the largest value under a sliding window, in each channel on its own.

    Args:
        x: Feature maps, (N, C, H, W) or (C, H, W).
        kernel_size: The window; an integer, or (height, width).
        stride: Pixels from one window to the next; the window's size where it is None.
        padding: Pixels added on each side, which never win; at most half the window.

    Returns:
        Feature maps, (N, C, H_out, W_out) or (C, H_out, W_out), of the dtype of x.

    Raises:
        ValueError: A shape or a number does not fit.
        TypeError: An argument is not of its type, or x is complex.

    Examples:
        >>> max_pool2d([[[1, 2, 5, 6], [3, 4, 7, 8]]], 2)
        array([[[4, 8]]])
    """
    x = arrays.array("x", x)
    check_real(x.dtype, "an order")
    slide = place_window(x.shape, kernel_size, stride, padding)
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    windows = sliding_windows(x, slide, lowest)
    y = windows[..., 0, 0, :, :].copy()
    for i, j in np.ndindex(*slide.kernel):
        np.maximum(y, windows[..., i, j, :, :], out=y)
    return y


def avg_pool2d(
    x: npt.ArrayLike,
    kernel_size: Pair,
    stride: Pair | None = None,
    padding: Pair = 0,
) -> np.ndarray:
    """Average the values under a sliding window, in each channel on its own.

    Args:
        x: Feature maps of floating-point numbers, (N, C, H, W) or (C, H, W).
        kernel_size: As `max_pool2d`.
        stride: As `max_pool2d`.
        padding: Zeros added on each side, which count as values; at most half the window.

    Raises:
        ValueError: A shape or a number does not fit.
        TypeError: An argument is not of its type, or x holds integers.

    Examples:
        >>> avg_pool2d([[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]], 2)
        array([[[2.5, 6.5]]])
    """
    x = arrays.averageable(x)
    slide = place_window(x.shape, kernel_size, stride, padding)
    padded = pad(x, slide, 0)
    (down, across), (height, width) = slide.stride, slide.output
    # Down first, then across: two short sums, and each row is added up once for all windows that it is in.
    rows = sums.pairwise(
        padded[..., seen(i, height, down), :].astype(sums.wide(x), copy=False)
        for i in range(slide.kernel[0])
    )
    total = sums.pairwise(
        rows[..., seen(j, width, across)] for j in range(slide.kernel[1])
    )
    return (total / math.prod(slide.kernel)).astype(x.dtype, copy=False)


@checked(arrays.check_maps)
def global_avg_pool2d(x: np.ndarray) -> np.ndarray:
    """Average each feature map to one number.

    Args:
        x: Feature maps of floating-point numbers, (N, C, H, W) or (C, H, W).

    Returns:
        One number for each channel, (N, C, 1, 1) or (C, 1, 1), of the dtype of x.

    Raises:
        ValueError: x does not have the shape of feature maps.
        TypeError: x is not an array, or holds integers.

    Examples:
        >>> global_avg_pool2d(np.arange(8.0).reshape(2, 2, 2)).ravel()
        array([1.5, 5.5])
    """
    return sums.mean(x)[..., None, None].astype(x.dtype, copy=False)

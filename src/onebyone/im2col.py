"""Feature maps as a sliding window sees them."""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from onebyone.arguments.shapes import Geometry


def pad(x: np.ndarray, slide: Geometry, value: float) -> np.ndarray:
    """Return x with `value` around each feature map, or x itself where there is nothing to add."""
    (top, bottom), (left, right) = slide.padding
    if top == bottom == left == right == 0:
        return x
    *channels, height, width = x.shape
    padded = np.full(
        (*channels, top + height + bottom, left + width + right), value, x.dtype
    )
    padded[..., top : top + height, left : left + width] = x
    return padded


def sliding_windows(
    x: np.ndarray, slide: Geometry, value: float = 0
) -> np.ndarray:
    """View x as (..., KH, KW, H_out, W_out): for each tap of the kernel, the pixels that it meets.

    Examples:
        >>> from onebyone.arguments.shapes import place_window
        >>> slide = place_window((1, 4, 4), 2, None, 0)
        >>> sliding_windows(np.arange(16).reshape(1, 4, 4), slide)[0, 0, 0]
        array([[ 0,  2],
               [ 8, 10]])
    """
    (down, across), (row_gap, column_gap) = slide.stride, slide.dilation
    padded = pad(x, slide, value)
    *others, row, column = padded.strides
    # Not sliding_window_view: `slide` has been checked, and to check it again costs a small convolution time.
    return as_strided(
        padded,
        (*padded.shape[:-2], *slide.kernel, *slide.output),
        (
            *others,
            row * row_gap,
            column * column_gap,
            row * down,
            column * across,
        ),
        writeable=False,
    )


def columns(x: np.ndarray, slide: Geometry) -> np.ndarray:
    """Copy x into (..., KH, KW, H_out, W_out): for each tap of the kernel, the pixels that it meets.

    Examples:
        >>> from onebyone.arguments.shapes import place_window
        >>> slide = place_window((1, 4, 4), 2, None, 0)
        >>> columns(np.arange(16).reshape(1, 4, 4), slide)[0, 0, 0]
        array([[ 0,  2],
               [ 8, 10]])
    """
    (down, across), (row_gap, column_gap) = slide.stride, slide.dilation
    (rows, cols), (height, width) = slide.kernel, slide.output
    padded = pad(x, slide, 0)
    # Across first, then down: the second copy moves whole rows, which is faster than all windows in one copy.
    strips = np.empty((*x.shape[:-2], cols, padded.shape[-2], width), x.dtype)
    for j in range(cols):
        strips[..., j, :, :] = padded[..., seen(j * column_gap, width, across)]
    taps = np.empty((*x.shape[:-2], rows, cols, height, width), x.dtype)
    for i in range(rows):
        taps[..., i, :, :, :] = strips[..., seen(i * row_gap, height, down), :]
    return taps


def seen(first: int, places: int, step: int) -> slice:
    """Return what one tap of the kernel meets along one axis."""
    return slice(first, first + (places - 1) * step + 1, step)

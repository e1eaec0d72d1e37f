"""Feature maps as a sliding window sees them."""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from onebyone.arrays import Array
from onebyone.checks import Geometry


def pad(x: Array, slide: Geometry, value: float) -> Array:
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


def sliding_windows(x: Array, slide: Geometry, value: float = 0) -> Array:
    """View x as (..., KH, KW, H_out, W_out): for each tap of the kernel, the pixels that it meets.

    Examples:
        >>> from onebyone import checks
        >>> slide = checks.pool_geometry((1, 4, 4), 2, None, 0)
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

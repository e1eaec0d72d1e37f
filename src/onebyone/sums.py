"""Sums over many pixels, right to a few units in the last place, however the pixels lie in memory.

NumPy adds in pairs along the axis that lies together in memory, and one number after the other along any other axis.
One after the other, a sum of ones in float32 stops at 2²⁴, and long before that each addition rounds.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

# Numbers that are added in one call: few enough for a processor's cache.
AT_ONCE = 2**14
FEW = 64  # numbers that may be added one after the other
SHORT = 32  # products that may be, which round once more


def wide(x: np.ndarray) -> np.dtype[Any]:
    """Return the dtype in which to add up numbers of that of x: float16 holds none above 65,504."""
    return np.result_type(x, np.float32)


def pairwise(parts: Iterable[np.ndarray]) -> np.ndarray:
    """Add up arrays of one shape in pairs, pairs of pairs and so on, with few of them in memory at a time.

    Examples:
        >>> pairwise(np.eye(3))
        array([1., 1., 1.])
    """
    # Sums of ever fewer parts, like the ones in a binary number.
    waiting: list[np.ndarray] = []
    for count, part in enumerate(parts, start=1):
        out = None  # the first sum is a new array, which the next ones may fill
        while count % 2 == 0:
            part = out = np.add(waiting.pop(), part, out=out)
            count //= 2
        waiting.append(part)
    total = waiting.pop()
    while waiting:
        total = waiting.pop() + total
    return total


def over_pixels(x: np.ndarray) -> np.ndarray:
    """Add up the last axis, (..., pixels), in float32 or wider.

    Examples:
        >>> over_pixels(np.ones(2**25, np.float32)).item()
        33554432.0
    """
    pixels = x.shape[-1]
    dtype = wide(x)
    if x.strides[-1] == x.itemsize or pixels <= FEW or not x.size:
        return np.asarray(x.sum(axis=-1, dtype=dtype))
    length = min(pixels, max(1, AT_ONCE * pixels // x.size))
    rest = pixels % length
    total = pairwise(
        x[..., start : start + length].astype(dtype, copy=False)
        for start in range(0, pixels - rest, length)
    )
    total = np.array(total, order="C")  # lies together now, and is no part of x
    if rest:
        total[..., :rest] += x[..., -rest:]
    return np.asarray(total.sum(axis=-1))


def mean(x: np.ndarray) -> np.ndarray:
    """Average each feature map, (..., H, W), in float32 or wider.

    Examples:
        >>> mean(np.ones((1, 4100, 4100), np.float32))
        array([1.], dtype=float32)
    """
    *others, height, width = x.shape
    if x.strides[-2] == width * x.strides[-1]:  # one row goes on in the next
        total = over_pixels(x.reshape(*others, height * width))
    else:
        lines = x if x.strides[-1] == x.itemsize else x.swapaxes(-1, -2)
        total = over_pixels(over_pixels(lines))
    return np.asarray(total / (height * width))


def of_squares(x: np.ndarray) -> float:
    """Add up the squares of all numbers, to infinity where that is beyond the dtype.

    Examples:
        >>> of_squares(np.ones((1, 4100, 4100), np.float32))
        16810000.0
    """
    with np.errstate(over="ignore"):
        return float(over_pixels(np.square(x, dtype=wide(x)).ravel()))


def products(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a @ b.T, (A, pixels) with (B, pixels) to (A, B), in float32 or wider.

    Examples:
        >>> ones = np.ones((1, 2**25), np.float32)
        >>> products(ones, ones).item()
        33554432.0
    """
    pixels = a.shape[1]
    # As many short products in one call as have results that fit the cache.
    length = SHORT * max(1, AT_ONCE // (SHORT * max(1, len(a), len(b))))
    if not pixels:
        return np.zeros((len(a), len(b)), wide(a))
    return pairwise(
        _halved(
            np.matmul(
                _in_short(a[:, start : start + length]),
                _in_short(b[:, start : start + length]).swapaxes(1, 2),
            )
        )
        for start in range(0, pixels, length)
    )


def _in_short(x: np.ndarray) -> np.ndarray:
    """Return (C, pixels) as (count, C, SHORT) or shorter, with zeros after the last pixel."""
    channels, pixels = x.shape
    count = -(-pixels // SHORT)
    length = -(-pixels // count)
    if count * length == pixels:
        filled = x.astype(wide(x), copy=False)
    else:
        filled = np.zeros((channels, count * length), wide(x))
        filled[:, :pixels] = x
    return filled.reshape(channels, count, length).swapaxes(0, 1)


def _halved(parts: np.ndarray) -> np.ndarray:
    """Add up the first axis in pairs, which may change the parts."""
    while len(parts) > 1:
        middle = len(parts) // 2
        if len(parts) % 2:
            parts[0] += parts[-1]
        parts = parts[:middle] + parts[middle : 2 * middle]
    return np.asarray(parts[0])

"""The solutions of the page on DenseNet."""

from collections.abc import Sequence

import numpy as np

from onebyone import conv1x1
from onebyone.cost import parameters


def bottleneck_pays_from(growth: int) -> int:
    """Return from how many input channels on a bottleneck has fewer weights than the 3×3 alone (exercise 1).

    Args:
        growth: k, the feature maps that either makes; the bottleneck is 4k wide.

    Examples:
        >>> bottleneck_pays_from(32), bottleneck_pays_from(12)
        (231, 87)
    """
    width, channels = 4 * growth, 1
    after = parameters(width, growth, 3, bias=False)
    while parameters(channels, width, 1, bias=False) + after >= parameters(
        channels, growth, 3, bias=False
    ):
        channels += 1
    return channels


def conv1x1_of_parts(
    parts: Sequence[np.ndarray], weight: np.ndarray
) -> np.ndarray:
    """Apply a 1×1 convolution to the concatenation of parts, without concatenating them (exercise 2).

    Args:
        parts: Feature maps of the same pixels, each (C, H, W) with a C of its own.
        weight: The matrix, (C_out, the sum of their channels).

    Examples:
        >>> parts = np.ones((2, 4, 4)), np.ones((3, 4, 4))
        >>> conv1x1_of_parts(parts, np.ones((1, 5)))[0, 0, 0]
        np.float64(5.0)
    """
    ends = np.cumsum([len(part) for part in parts])
    columns = np.split(weight, ends[:-1], axis=1)
    return np.sum(
        [conv1x1(part, own) for part, own in zip(parts, columns, strict=True)],
        axis=0,
    )


def channels_read(in_channels: int, layers: int, growth: int) -> int:
    """Count the channels that all layers of a dense block read together (exercise 3).

    Args:
        in_channels: Channels of the block's input.
        layers: Layers of the block, each a bottleneck with its 3×3.
        growth: Feature maps that each layer appends.

    Examples:
        >>> channels_read(256, layers=24, growth=32)
        14976
    """
    return sum(in_channels + n * growth for n in range(layers))

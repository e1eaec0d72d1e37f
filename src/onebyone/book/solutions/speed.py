"""The answers to the exercises of chapter 9."""

import math

from onebyone.cost import bytes_moved, macs


def least_seconds(
    operations: int, moved: int, peak: float, bandwidth: float
) -> float:
    """Return the least time of a layer under the roofline (chapter 9, exercise 1).

    Args:
        operations: Two for each multiply-accumulate.
        moved: Bytes that are read or written.
        peak: Operations a second.
        bandwidth: Bytes a second.

    Returns:
        Seconds.

    Examples:
        >>> least_seconds(100, 50, peak=10.0, bandwidth=10.0)
        10.0
    """
    return max(operations / peak, moved / bandwidth)


def channels_to_be_busy(peak: float, bandwidth: float) -> int:
    """Return the channels from which on a 1×1 convolution of large maps is bound by arithmetic (chapter 9, exercise 2).

    Args:
        peak: Operations a second.
        bandwidth: Bytes a second.

    Returns:
        As many channels in as out, in float32.

    Examples:
        >>> channels_to_be_busy(peak=200e9, bandwidth=25e9)
        32
    """
    return math.ceil(4 * peak / bandwidth)


def intensity_of_batch(
    in_channels: int, out_channels: int, size: int, images: int
) -> float:
    """Return the operations for each byte of a 1×1 convolution of several images (chapter 9, exercise 3).

    Args:
        in_channels: Channels in.
        out_channels: Channels out.
        size: Height and width of the maps, in pixels.
        images: How many at once.

    Returns:
        Operations a byte, in float32.

    Examples:
        >>> [round(intensity_of_batch(512, 2048, 7, images), 1) for images in (1, 8, 64)]
        [21.9, 100.2, 181.1]
    """
    # A batch is one image that is so many times as high.
    height = images * size
    operations = 2 * macs(in_channels, out_channels, 1, height, size)
    return operations / bytes_moved(in_channels, out_channels, 1, height, size)

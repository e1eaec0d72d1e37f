"""The solutions of chapter 9. FLOPs are two for each MAC, and all numbers are float32."""

import math

from onebyone.cost import bytes_moved, macs


def roofline_seconds(
    flops: int, moved: int, peak: float, bandwidth: float
) -> float:
    """Return the least time of a layer under the roofline, in seconds (exercise 1).

    Args:
        flops: Floating-point operations.
        moved: Bytes read and written.
        peak: Compute, in FLOP/s.
        bandwidth: Memory bandwidth, in bytes/s.

    Examples:
        >>> roofline_seconds(100, 50, peak=10.0, bandwidth=10.0)
        10.0
    """
    return max(flops / peak, moved / bandwidth)


def compute_bound_channels(peak: float, bandwidth: float) -> int:
    """Return from how many channels, in and out, a 1×1 convolution of large maps is compute-bound (exercise 2).

    Args:
        peak: Compute, in FLOP/s.
        bandwidth: Memory bandwidth, in bytes/s.

    Examples:
        >>> compute_bound_channels(peak=200e9, bandwidth=25e9)
        32
    """
    return math.ceil(4 * peak / bandwidth)


def batch_intensity(
    in_channels: int, out_channels: int, size: int, images: int
) -> float:
    """Return the arithmetic intensity of a 1×1 convolution of a batch, in FLOP/byte (exercise 3).

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        size: Height and width of the maps, in pixels.
        images: Images in the batch.

    Examples:
        >>> [round(batch_intensity(512, 2048, 7, images), 1) for images in (1, 8, 64)]
        [21.9, 100.2, 181.1]
    """
    height = images * size  # the images of a batch, one below the other
    flops = 2 * macs(in_channels, out_channels, 1, height, size)
    return flops / bytes_moved(in_channels, out_channels, 1, height, size)

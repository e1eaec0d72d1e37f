"""The solutions of chapter 9."""

import math

from onebyone.cost import bytes_moved, macs


def roofline_seconds(
    flops: int, moved: int, peak: float, bandwidth: float
) -> float:
    """Return the least time of a layer whose numbers all come from memory, in seconds (exercise 1).

    The processor computes while the memory moves the next numbers.

    Args:
        flops: Floating-point operations of the layer.
        moved: Bytes that it reads and writes.
        peak: The limit on compute, in FLOP/s.
        bandwidth: The limit on bandwidth, in bytes/s.

    Examples:
        >>> roofline_seconds(100, 50, peak=10.0, bandwidth=10.0)
        10.0
    """
    return max(flops / peak, moved / bandwidth)


def compute_bound_channels(peak: float, bandwidth: float) -> int:
    """Return the fewest channels, in and out, with which arithmetic takes at least as long as moving (exercise 2).

    The maps are float32, and so large that the weight's bytes do not count.

    Args:
        peak: The limit on compute, in FLOP/s, two operations for each multiply-accumulate.
        bandwidth: The limit on bandwidth, in bytes/s.

    Examples:
        >>> compute_bound_channels(peak=200e9, bandwidth=25e9)
        32
    """
    return math.ceil(4 * peak / bandwidth)


def batch_intensity(
    in_channels: int, out_channels: int, size: int, images: int
) -> float:
    """Return the arithmetic intensity of a 1×1 convolution of a batch, in FLOP/byte (exercise 3).

    All numbers are float32, and a multiply-accumulate is two operations.

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

"""What a convolution costs: parameters, multiply-accumulates and bytes, as exact integers."""

import math

from onebyone.arguments import checked
from onebyone.arguments.scalars import (
    check_bytes_moved,
    check_kernel,
    check_macs,
    check_parameters,
)


@checked(check_kernel)
def taps(kernel_size: tuple[int, int]) -> int:
    """Count the taps of a kernel: the pixels of one channel that it covers.

    Args:
        kernel_size: An integer, or (height, width).

    Raises:
        ValueError: A side is less than 1.
        TypeError: A side is not an integer.

    Examples:
        >>> taps(3), taps((1, 7))
        (9, 7)
    """
    return math.prod(kernel_size)


@checked(check_parameters)
def parameters(
    in_channels: int,
    out_channels: int,
    kernel_size: int | tuple[int, int],
    *,
    groups: int = 1,
    bias: bool = True,
) -> int:
    """Count the weights and biases of a convolution.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output, which is the number of filters.
        kernel_size: Taps; an integer, or (height, width).
        groups: Parts into which the channels are split.
        bias: Whether each filter has a bias.

    Raises:
        ValueError: A number is too small, or groups divides the channels unevenly.
        TypeError: An argument is not of its type.

    Examples:
        >>> parameters(512, 64, kernel_size=1)
        32832
    """
    weights = out_channels * (in_channels // groups) * taps(kernel_size)
    return weights + out_channels if bias else weights


@checked(check_macs)
def macs(
    in_channels: int,
    out_channels: int,
    kernel_size: int | tuple[int, int],
    height: int,
    width: int,
    *,
    groups: int = 1,
) -> int:
    """Count the multiply-accumulates of a convolution on one image.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output, which is the number of filters.
        kernel_size: Taps; an integer, or (height, width).
        height: Height of the output, in pixels.
        width: Width of the output, in pixels.
        groups: Parts into which the channels are split.

    Returns:
        Multiplications, each with one addition. A bias adds without multiplying and is not counted.

    Raises:
        ValueError: A number is too small, or groups divides the channels unevenly.
        TypeError: An argument is not of its type.

    Examples:
        >>> macs(192, 32, kernel_size=5, height=28, width=28)
        120422400
    """
    weights = out_channels * (in_channels // groups) * taps(kernel_size)
    return weights * height * width


@checked(check_bytes_moved)
def bytes_moved(
    in_channels: int,
    out_channels: int,
    kernel_size: int | tuple[int, int],
    height: int,
    width: int,
    *,
    groups: int = 1,
    itemsize: int = 4,
) -> int:
    """Count the bytes that a convolution of one image has to move at least: each number read once, or written once.

    The maps that go in are as large as those that come out, as with stride 1 and padding "same".

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output, which is the number of filters.
        kernel_size: Taps; an integer, or (height, width).
        height: Height of the feature maps, in pixels.
        width: Width of the feature maps, in pixels.
        groups: Parts into which the channels are split.
        itemsize: Bytes of one number: 4 in float32.

    Raises:
        ValueError: A number is too small, or groups divides the channels unevenly.
        TypeError: An argument is not an integer.

    Source:
        Williams, Waterman and Patterson, "Roofline", doi:10.1145/1498765.1498785.

    Examples:
        >>> bytes_moved(192, 96, kernel_size=1, height=28, width=28)
        976896
    """
    weights = out_channels * (in_channels // groups) * taps(kernel_size)
    maps = (in_channels + out_channels) * height * width
    return (maps + weights) * itemsize


def break_even_width(
    in_channels: int, out_channels: int, kernel_size: int | tuple[int, int]
) -> int:
    """Return the largest bottleneck width that still saves weights.

    A bottleneck reduces in_channels to its width by a 1×1 convolution, and convolves from there.
    It has fewer weights than the direct convolution as long as
    width · (C_in + k² C_out) < k² C_in C_out. Biases are not counted.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        kernel_size: Taps of the convolution; an integer, or (height, width).

    Returns:
        Channels; 0 where no width saves anything.

    Raises:
        ValueError: A number is too small.
        TypeError: An argument is not of its type.

    Examples:
        >>> break_even_width(192, 32, kernel_size=5)
        154
    """
    direct = parameters(in_channels, out_channels, kernel_size, bias=False)
    # C_in weights write a channel of the bottleneck, and k² · C_out read it.
    writing = parameters(in_channels, 1, kernel_size=1, bias=False)
    reading = parameters(1, out_channels, kernel_size, bias=False)
    return (direct - 1) // (writing + reading)

"""The solutions of the page on ResNet."""

from onebyone.cost import macs, parameters


def widest_bottleneck(channels: int) -> int:
    """Return the largest width at which a bottleneck has fewer weights than two 3×3 layers (exercise 1).

    Examples:
        >>> widest_bottleneck(256)
        334
    """
    direct = 2 * parameters(channels, channels, 3, bias=False)
    width = 1
    while bottleneck_weights(channels, width + 1) < direct:
        width += 1
    return width


def bottleneck_weights(channels: int, width: int, groups: int = 1) -> int:
    """Count the weights of a bottleneck: 1×1, 3×3 at `width` channels in groups, 1×1.

    Examples:
        >>> bottleneck_weights(256, 64), bottleneck_weights(256, 128, groups=32)
        (69632, 70144)
    """
    return (
        parameters(channels, width, 1, bias=False)
        + parameters(width, width, 3, groups=groups, bias=False)
        + parameters(width, channels, 1, bias=False)
    )


def block_macs(
    in_channels: int, width: int, size: int, *, stride_in_3x3: bool
) -> int:
    """Count the MACs of a bottleneck of stride 2, without its shortcut (exercise 2).

    Args:
        in_channels: Channels of the input.
        width: Channels of the 3×3 convolution; the output has four times as many.
        size: Height and width of the output, in pixels.
        stride_in_3x3: Whether the 3×3 convolution has the stride, or the 1×1 convolution before it.

    Examples:
        >>> block_macs(256, 128, 28, stride_in_3x3=True) - block_macs(256, 128, 28, stride_in_3x3=False)
        77070336
    """
    first = 2 * size if stride_in_3x3 else size
    return (
        macs(in_channels, width, 1, first, first)
        + macs(width, width, 3, size, size)
        + macs(width, 4 * width, 1, size, size)
    )

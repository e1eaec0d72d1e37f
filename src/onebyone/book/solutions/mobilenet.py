"""The solutions of the page on MobileNet."""

from collections.abc import Sequence

from onebyone.cost import macs


def separable_ratio(out_channels: int, kernel_size: int) -> float:
    """Return the MACs of a depthwise separable convolution relative to those of a full one (exercise 1).

    Args:
        out_channels: Of both. How many come in does not matter.
        kernel_size: Height and width of the full convolution's filters, and of the depthwise ones.

    Examples:
        >>> f"{separable_ratio(512, 3):.4f}"
        '0.1131'
        >>> f"{separable_ratio(2, 3):.2f}", separable_ratio(1, 3) > 1, separable_ratio(512, 1) > 1
        ('0.61', True, True)
    """
    return 1 / out_channels + 1 / kernel_size**2


def scaled_mobilenet_macs(
    blocks: Sequence[tuple[int, int]], numerator: int, denominator: int
) -> int:
    """Count the MACs of a MobileNetV1 with all channels scaled by a fraction, on 224×224 pixels (exercise 2).

    Not scaled are the 3 channels of the image and the 1,000 classes. The first layer is a full 3×3 of stride 2 with
    32 channels, the last one fully connected.

    Args:
        blocks: Output channels, before they are scaled, and stride of each block
            between these two layers: those of the paper are `BLOCKS` in `onebyone.architectures.mobilenet_v1`.
        numerator: Of the fraction.
        denominator: Of the fraction; it divides all scaled channels.

    Examples:
        >>> from onebyone.architectures.mobilenet_v1 import BLOCKS
        >>> scaled_mobilenet_macs(BLOCKS, 1, 1), scaled_mobilenet_macs(BLOCKS, 1, 2)
        (568740352, 149497088)
    """
    size, channels = 112, 32 * numerator // denominator
    total = macs(3, channels, 3, size, size)
    for full_channels, stride in blocks:
        out_channels = full_channels * numerator // denominator
        size //= stride
        total += macs(channels, channels, 3, size, size, groups=channels)
        total += macs(channels, out_channels, 1, size, size)
        channels = out_channels
    return total + channels * 1000

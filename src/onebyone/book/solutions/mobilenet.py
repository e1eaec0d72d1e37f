"""The solutions of the page on MobileNet. They need PyTorch."""

from torch import nn

from onebyone.architectures.mobilenet_v1 import BLOCKS
from onebyone.architectures.mobilenet_v2 import InvertedResidual
from onebyone.cost import macs


def separable_ratio(out_channels: int, kernel_size: int) -> float:
    """Return the MACs of a depthwise separable convolution relative to those of a full one (exercise 1).

    Examples:
        >>> f"{separable_ratio(512, 3):.4f}"
        '0.1131'
        >>> f"{separable_ratio(2, 3):.2f}", separable_ratio(1, 3) > 1, separable_ratio(512, 1) > 1
        ('0.61', True, True)
    """
    return 1 / out_channels + 1 / kernel_size**2


def scaled_mobilenet_macs(numerator: int, denominator: int) -> int:
    """Count the MACs of a MobileNetV1 with all channels scaled by a fraction, on 224×224 pixels (exercise 2).

    Source:
        Howard et al., arXiv:1704.04861, section 3.3.

    Examples:
        >>> scaled_mobilenet_macs(1, 1), scaled_mobilenet_macs(1, 2)
        (568740352, 149497088)
    """
    size, channels = 112, 32 * numerator // denominator
    total = macs(3, channels, 3, size, size)
    for full_channels, stride in BLOCKS:
        out_channels = full_channels * numerator // denominator
        size //= stride
        total += macs(channels, channels, 3, size, size, groups=channels)
        total += macs(channels, out_channels, 1, size, size)
        channels = out_channels
    return total + channels * 1000


def count_identity_shortcuts(network: nn.Module) -> int:
    """Count the inverted residuals of a MobileNetV2 that add their input (exercise 3).

    Examples:
        >>> from onebyone.architectures import mobilenet_v2
        >>> count_identity_shortcuts(mobilenet_v2())
        10
    """
    return sum(
        block.adds_input
        for block in network.modules()
        if isinstance(block, InvertedResidual)
    )

"""MobileNetV1: every convolution but the first is split into a 3×3 for each channel and a 1×1 over all."""

from collections import OrderedDict

from torch import nn

from onebyone.architectures.conv_norm import (
    GlobalAveragePool,
    conv_norm_activation,
)
from onebyone.arguments import shapes

BLOCKS = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (1024, 2),
    (1024, 1),
)
"""The paper's Table 1: channels out and stride of each block.

For the last block it prints stride 2, between 7×7 pixels in and 7×7 out, so the stride is 1.
"""


def depthwise_separable(
    in_channels: int, out_channels: int, stride: int
) -> nn.Sequential:
    """Return a depthwise 3×3 convolution and a 1×1 convolution, with batch normalisation and relu behind each.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        stride: Pixels from one output to the next, in the depthwise convolution.

    Returns:
        Two parts, of three layers each.

    Source:
        Howard et al., "MobileNets", arXiv:1704.04861, figure 3.

    Examples:
        >>> import torch
        >>> depthwise_separable(32, 64, stride=2)(torch.zeros(1, 32, 112, 112)).shape
        torch.Size([1, 64, 56, 56])
    """
    filter_each = conv_norm_activation(
        in_channels, in_channels, 3, stride=stride, groups=in_channels
    )
    mix = conv_norm_activation(in_channels, out_channels, kernel_size=1)
    return nn.Sequential(filter_each, mix)


def mobilenet_v1(num_classes: int = 1000) -> nn.Sequential:
    """Return MobileNetV1 of full width.

    Args:
        num_classes: How many numbers come out for each image.

    Returns:
        A network from (N, 3, H, W), in the paper 224×224 pixels, to (N, num_classes).

    Raises:
        ValueError: num_classes is less than 1.
        TypeError: num_classes is not an integer.

    Source:
        Howard et al., arXiv:1704.04861, table 1.

    Examples:
        >>> sum(p.numel() for p in mobilenet_v1().parameters())
        4231976
    """
    classes = shapes.integer("num_classes", num_classes, 1)
    parts: OrderedDict[str, nn.Module] = OrderedDict(
        first=conv_norm_activation(3, 32, kernel_size=3, stride=2)
    )
    channels = 32
    for number, (out_channels, stride) in enumerate(BLOCKS, start=1):
        parts[f"block{number}"] = depthwise_separable(
            channels, out_channels, stride
        )
        channels = out_channels
    parts["pool"] = GlobalAveragePool()
    parts["classifier"] = nn.Linear(channels, classes)
    return nn.Sequential(parts)

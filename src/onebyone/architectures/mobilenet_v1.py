"""MobileNetV1: every convolution but the first is split into a depthwise 3×3 and a 1×1."""

from collections import OrderedDict

from torch import nn

from onebyone.architectures.conv_norm import (
    GlobalAveragePool,
    conv_norm_activation,
)
from onebyone.arguments import scalars

BLOCKS = (
    *[(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)],
    *[(512, 1)] * 5,
    *[(1024, 2), (1024, 1)],
)
"""The paper's Table 1: output channels and stride of each block.

The paper prints stride 2 for the last block, but 7×7 pixels before and after it, so its stride is 1.
"""


def depthwise_separable(
    in_channels: int, out_channels: int, stride: int
) -> nn.Sequential:
    """Return a depthwise 3×3 convolution, which has the stride, and a 1×1, each with batch normalisation and relu.

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
    """Return MobileNetV1 of full width, for 224×224 pixels.

    Source:
        Howard et al., arXiv:1704.04861, table 1.

    Examples:
        >>> sum(p.numel() for p in mobilenet_v1().parameters())
        4231976
    """
    classes = scalars.integer("num_classes", num_classes, 1)
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

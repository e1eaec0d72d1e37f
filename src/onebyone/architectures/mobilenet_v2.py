"""MobileNetV2, built from inverted residuals: 1×1 to increase, depthwise 3×3, and a linear 1×1 to decrease."""

from torch import Tensor, nn

from onebyone.architectures.conv_norm import (
    GlobalAveragePool,
    conv_norm,
    conv_norm_activation,
)
from onebyone.arguments import scalars

STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""The paper's Table 2: expansion, output channels, number of blocks, stride of the first block."""


class InvertedResidual(nn.Module):
    """Increase, convolve each channel, decrease without an activation, and add the input where its shape fits.

    Args:
        stride: Of the depthwise convolution.
        expansion: The factor by which the first convolution increases the channels; 1 leaves it out.

    Source:
        Sandler et al., "MobileNetV2", arXiv:1801.04381, table 1.

    Examples:
        >>> import torch
        >>> InvertedResidual(24, 32, stride=2, expansion=6)(torch.zeros(1, 24, 56, 56)).shape
        torch.Size([1, 32, 28, 28])
    """

    def __init__(
        self, in_channels: int, out_channels: int, stride: int, expansion: int
    ) -> None:
        super().__init__()
        width = expansion * in_channels
        increase: list[nn.Module] = []
        if expansion != 1:
            increase = [
                conv_norm_activation(in_channels, width, 1, activation=nn.ReLU6)
            ]
        depthwise = conv_norm_activation(
            width, width, 3, stride=stride, groups=width, activation=nn.ReLU6
        )
        decrease = conv_norm(width, out_channels, kernel_size=1)
        self.conv = nn.Sequential(*increase, depthwise, *decrease)
        self.adds_input = stride == 1 and in_channels == out_channels

    def forward(self, x: Tensor) -> Tensor:
        """Apply the block, (N, C_in, H, W) to (N, C_out, H / stride, W / stride)."""
        return x + self.conv(x) if self.adds_input else self.conv(x)


class MobileNetV2(nn.Module):
    """Inverted residuals between a 3×3 convolution and a 1×1 convolution."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        classes = scalars.integer("num_classes", num_classes, 1)
        layers: list[nn.Module] = [
            conv_norm_activation(3, 32, 3, stride=2, activation=nn.ReLU6)
        ]
        channels = 32  # of 112×112
        for expansion, out_channels, blocks, first_stride in STAGES:
            for stride in (first_stride, *[1] * (blocks - 1)):
                layers.append(
                    InvertedResidual(channels, out_channels, stride, expansion)
                )
                channels = out_channels
        last = conv_norm_activation(channels, 1280, 1, activation=nn.ReLU6)
        self.features = nn.Sequential(*layers, last)  # 7×7
        self.pool = GlobalAveragePool()
        linear = nn.Linear(1280, classes)
        self.classifier = nn.Sequential(nn.Dropout(0.2), linear)

    def forward(self, x: Tensor) -> Tensor:
        """Classify images, (N, 3, H, W) to (N, num_classes)."""
        return self.classifier(self.pool(self.features(x)))


def mobilenet_v2(num_classes: int = 1000) -> MobileNetV2:
    """Return MobileNetV2 of full width, which takes torchvision's weights, for 224×224 pixels.

    Source:
        Sandler et al., arXiv:1801.04381, table 2.

    Examples:
        >>> sum(p.numel() for p in mobilenet_v2().parameters())
        3504872
    """
    return MobileNetV2(num_classes)

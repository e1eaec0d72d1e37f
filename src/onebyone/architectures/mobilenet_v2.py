"""MobileNetV2, built from inverted residuals: 1×1 to increase, depthwise 3×3, and a linear 1×1 to decrease."""

from torch import Tensor, nn

from onebyone.architectures.conv_norm import (
    GlobalAveragePool,
    conv_norm,
    conv_norm_activation,
)
from onebyone.arguments import shapes

STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""The paper's Table 2: expansion, channels out, how many blocks, stride of the first of them."""


class InvertedResidual(nn.Module):
    """Increase, convolve each channel, decrease without a nonlinearity, and add the input where the shapes allow.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        stride: Pixels from one output to the next, in the depthwise convolution.
        expansion: How many times as many channels the middle has; 1 leaves the first convolution out.

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
        layers: list[nn.Module] = []
        if expansion != 1:
            layers.append(  # 1×1: increase
                conv_norm_activation(
                    in_channels, width, kernel_size=1, activation=nn.ReLU6
                )
            )
        layers.append(  # 3×3 in each channel
            conv_norm_activation(
                width,
                width,
                kernel_size=3,
                stride=stride,
                groups=width,
                activation=nn.ReLU6,
            )
        )
        layers.extend(conv_norm(width, out_channels, kernel_size=1))  # decrease
        self.conv = nn.Sequential(*layers)
        self.adds_input = stride == 1 and in_channels == out_channels

    def forward(self, x: Tensor) -> Tensor:
        """Apply the block, (N, C_in, H, W) to (N, C_out, H / stride, W / stride)."""
        return x + self.conv(x) if self.adds_input else self.conv(x)


class MobileNetV2(nn.Module):
    """Inverted residuals between a 3×3 convolution and a 1×1 convolution.

    Args:
        num_classes: How many numbers come out for each image.
    """

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        classes = shapes.integer("num_classes", num_classes, 1)
        layers: list[nn.Module] = [
            conv_norm_activation(
                3, 32, kernel_size=3, stride=2, activation=nn.ReLU6
            )
        ]
        channels = 32  # of 112×112
        for expansion, out_channels, blocks, first_stride in STAGES:
            for stride in (first_stride, *[1] * (blocks - 1)):
                layers.append(
                    InvertedResidual(channels, out_channels, stride, expansion)
                )
                channels = out_channels
        layers.append(
            conv_norm_activation(
                channels, 1280, kernel_size=1, activation=nn.ReLU6
            )
        )  # 7×7
        self.features = nn.Sequential(*layers)
        self.pool = GlobalAveragePool()
        self.classifier = nn.Sequential(
            nn.Dropout(0.2), nn.Linear(1280, classes)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Classify images, (N, 3, H, W) to (N, num_classes)."""
        return self.classifier(self.pool(self.features(x)))


def mobilenet_v2(num_classes: int = 1000) -> MobileNetV2:
    """Return MobileNetV2 of full width, which takes torchvision's weights.

    Args:
        num_classes: How many numbers come out for each image.

    Returns:
        A network from (N, 3, H, W), in the paper 224×224 pixels, to (N, num_classes).

    Raises:
        ValueError: num_classes is less than 1.
        TypeError: num_classes is not an integer.

    Source:
        Sandler et al., arXiv:1801.04381, table 2.

    Examples:
        >>> sum(p.numel() for p in mobilenet_v2().parameters())
        3504872
    """
    return MobileNetV2(num_classes)

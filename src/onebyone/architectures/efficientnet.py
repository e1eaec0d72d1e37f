"""EfficientNet: one network of inverted residuals, in any width and depth."""

import math
from functools import partial

from torch import Tensor, nn

from onebyone.architectures.conv_norm import (
    GlobalAveragePool,
    conv_norm_activation,
)
from onebyone.architectures.mobilenet_v3 import (
    InvertedResidual,
    SqueezeExcitation,
    round_channels,
)
from onebyone.arguments import scalars

STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
"""The paper's Table 1: kernel size, stride of the first block, expansion, output channels, number of blocks."""

SCALES = (
    (1.0, 1.0, 224),
    (1.0, 1.1, 240),
    (1.1, 1.2, 260),
    (1.2, 1.4, 300),
    (1.4, 1.8, 380),
    (1.6, 2.2, 456),
    (1.8, 2.6, 528),
    (2.0, 3.1, 600),
)
"""The authors' code, for B0 to B7: width and depth, relative to B0, and height and width of the images."""


class EfficientNet(nn.Module):
    """Inverted residuals with squeeze-and-excitation, between a 3×3 convolution and a 1×1 convolution.

    Stochastic depth, which drops whole blocks while it trains, is left out.

    Args:
        num_classes: As for `efficientnet_b0`.
        width: By how much all channels are multiplied, to a multiple of 8.
        depth: By how much the blocks of each stage are multiplied, rounded up.
    """

    def __init__(
        self, num_classes: int, width: float = 1, depth: float = 1
    ) -> None:
        super().__init__()
        classes = scalars.integer("num_classes", num_classes, 1)
        scalars.above_zero("width", width)
        scalars.above_zero("depth", depth)
        layer = partial(conv_norm_activation, activation=nn.SiLU)
        channels = round_channels(width * 32)
        layers: list[nn.Module] = [layer(3, channels, 3, stride=2)]
        for kernel_size, stride, expansion, base, blocks in STAGES:
            out_channels = round_channels(width * base)
            stage = []
            for number in range(math.ceil(depth * blocks)):
                step = 1 if number else stride
                stage.append(
                    mbconv(channels, out_channels, kernel_size, step, expansion)
                )
                channels = out_channels
            layers.append(nn.Sequential(*stage))
        layers.append(layer(channels, 4 * channels, 1))
        self.features = nn.Sequential(*layers)
        self.pool = GlobalAveragePool()
        linear = nn.Linear(4 * channels, classes)
        self.classifier = nn.Sequential(nn.Dropout(0.2), linear)

    def forward(self, x: Tensor) -> Tensor:
        """Classify images, (N, 3, H, W) to (N, num_classes)."""
        return self.classifier(self.pool(self.features(x)))


def mbconv(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    stride: int,
    expansion: int,
) -> InvertedResidual:
    """Return EfficientNet's block, whose squeeze has a quarter of the channels that come in, not of those inside.

    Source:
        Tan and Le, "EfficientNet", arXiv:1905.11946, section 4, and the authors' code.

    Examples:
        >>> mbconv(24, 40, kernel_size=5, stride=2, expansion=6).block[2].fc1
        Conv2d(144, 6, kernel_size=(1, 1), stride=(1, 1))
    """
    return InvertedResidual(
        in_channels,
        expansion * in_channels,
        out_channels,
        kernel_size,
        stride,
        nn.SiLU,
        partial(
            SqueezeExcitation, squeeze=in_channels // 4, activation=nn.SiLU
        ),
    )


def efficientnet_b0(num_classes: int = 1000) -> EfficientNet:
    """Return EfficientNet-B0, which takes torchvision's weights, for 224×224 pixels.

    Source:
        Tan and Le, arXiv:1905.11946, table 1.

    Examples:
        >>> sum(p.numel() for p in efficientnet_b0().parameters())
        5288548
    """
    return EfficientNet(num_classes)

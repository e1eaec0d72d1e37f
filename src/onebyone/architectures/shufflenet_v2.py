"""ShuffleNetV2: 1×1 convolutions on half of the channels, and a shuffle of channels between them."""

import torch
from torch import Tensor, nn

from onebyone.architectures.conv_norm import (
    GlobalAveragePool,
    conv_norm,
    conv_norm_activation,
)
from onebyone.arguments import scalars, tensors

STAGES = ((116, 4), (232, 8), (464, 4))
"""The paper's Table 5, 1×: output channels and number of units of stages 2 to 4."""


def channel_shuffle(x: Tensor, groups: int) -> Tensor:
    """Deal the channels of each group out to all groups, as `nn.ChannelShuffle` does.

    Args:
        x: Feature maps, (N, C, H, W) or (C, H, W).
        groups: How many groups of neighbouring channels the input has; C is a multiple of it.

    Raises:
        ValueError: x is no feature maps, or its channels do not fall into so many groups.
        TypeError: x is no tensor, or groups no integer.

    Source:
        Zhang et al., "ShuffleNet", arXiv:1707.01083, section 3.1.

    Examples:
        >>> x = torch.arange(6).reshape(1, 6, 1, 1)
        >>> channel_shuffle(x, groups=2).flatten().tolist()
        [0, 3, 1, 4, 2, 5]
    """
    if not torch.jit.is_scripting():  # type: ignore[attr-defined]
        tensors.check_groups(x, groups)
    rows = torch.unflatten(x, -3, [groups, -1])  # (…, groups, C / groups, H, W)
    return rows.transpose(-4, -3).flatten(-4, -3)


class ShuffleUnit(nn.Module):
    """Convolve one half of the channels by 1×1, depthwise 3×3 and 1×1, leave the other alone, and shuffle the two.

    At stride 2 both halves are made from the whole input, and the pixels are halved.

    Source:
        Ma et al., "ShuffleNet V2", arXiv:1807.11164, figure 3 (c) and (d).

    Examples:
        >>> ShuffleUnit(24, 116, stride=2)(torch.zeros(1, 24, 56, 56)).shape
        torch.Size([1, 116, 28, 28])
    """

    def __init__(
        self, in_channels: int, out_channels: int, stride: int
    ) -> None:
        super().__init__()
        half = out_channels // 2
        self.splits = stride == 1
        self.branch1 = nn.Sequential()  # leaves its half alone
        if not self.splits:
            self.branch1 = nn.Sequential(
                *conv_norm(
                    in_channels,
                    in_channels,
                    3,
                    stride=stride,
                    groups=in_channels,
                ),
                *conv_norm_activation(in_channels, half, 1),
            )
        self.branch2 = nn.Sequential(
            *conv_norm_activation(
                half if self.splits else in_channels, half, 1
            ),
            *conv_norm(half, half, 3, stride=stride, groups=half),
            *conv_norm_activation(half, half, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Apply the unit, (N, C_in, H, W) to (N, C_out, H / stride, W / stride)."""
        if self.splits:
            first, second = x.chunk(2, dim=1)
        else:
            first = second = x
        y = torch.cat([self.branch1(first), self.branch2(second)], dim=1)
        return channel_shuffle(y, groups=2)


class ShuffleNetV2(nn.Module):
    """A 3×3 convolution, three stages of units, and a 1×1 convolution."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        classes = scalars.integer("num_classes", num_classes, 1)
        self.conv1 = conv_norm_activation(3, 24, 3, stride=2)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        stages, channels = [], 24  # of 56×56
        for out_channels, units in STAGES:
            first = ShuffleUnit(channels, out_channels, stride=2)
            others = [
                ShuffleUnit(out_channels, out_channels, stride=1)
                for _ in range(units - 1)
            ]
            stages.append(nn.Sequential(first, *others))
            channels = out_channels
        self.stage2, self.stage3, self.stage4 = stages
        self.conv5 = conv_norm_activation(channels, 1024, 1)  # 7×7
        self.pool = GlobalAveragePool()
        self.fc = nn.Linear(1024, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Classify images, (N, 3, H, W) to (N, num_classes)."""
        x = self.maxpool(self.conv1(x))
        x = self.stage4(self.stage3(self.stage2(x)))
        return self.fc(self.pool(self.conv5(x)))


def shufflenet_v2_x1_0(num_classes: int = 1000) -> ShuffleNetV2:
    """Return ShuffleNetV2 of full width, which takes torchvision's weights, for 224×224 pixels.

    Source:
        Ma et al., arXiv:1807.11164, table 5.

    Examples:
        >>> sum(p.numel() for p in shufflenet_v2_x1_0().parameters())
        2278604
    """
    return ShuffleNetV2(num_classes)

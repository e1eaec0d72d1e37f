"""MobileNetV3: inverted residuals with squeeze-and-excitation, two 1×1 convolutions on a map of one pixel."""

from collections.abc import Callable
from functools import partial

from torch import Tensor, nn

from onebyone.architectures.conv_norm import (
    GlobalAveragePool,
    Norm,
    conv_norm,
    conv_norm_activation,
)
from onebyone.arguments import scalars

LARGE = (
    (3, 16, 16, False, nn.ReLU, 1),
    (3, 64, 24, False, nn.ReLU, 2),
    (3, 72, 24, False, nn.ReLU, 1),
    (5, 72, 40, True, nn.ReLU, 2),
    (5, 120, 40, True, nn.ReLU, 1),
    (5, 120, 40, True, nn.ReLU, 1),
    (3, 240, 80, False, nn.Hardswish, 2),
    (3, 200, 80, False, nn.Hardswish, 1),
    (3, 184, 80, False, nn.Hardswish, 1),
    (3, 184, 80, False, nn.Hardswish, 1),
    (3, 480, 112, True, nn.Hardswish, 1),
    (3, 672, 112, True, nn.Hardswish, 1),
    (5, 672, 160, True, nn.Hardswish, 2),
    (5, 960, 160, True, nn.Hardswish, 1),
    (5, 960, 160, True, nn.Hardswish, 1),
)
"""The paper's Table 1: kernel size, channels inside, channels out, squeeze-and-excitation, activation, stride."""


class SqueezeExcitation(nn.Module):
    """Scale each feature map by a number between 0 and 1, made of the means of all maps by two 1×1 convolutions.

    Args:
        squeeze: Channels between the two convolutions.
        gate: What ends in a number between 0 and 1.

    Source:
        Hu et al., "Squeeze-and-Excitation Networks", arXiv:1709.01507, section 3.

    Examples:
        >>> import torch
        >>> SqueezeExcitation(72, squeeze=24)(torch.zeros(1, 72, 28, 28)).shape
        torch.Size([1, 72, 28, 28])
    """

    def __init__(
        self,
        channels: int,
        squeeze: int,
        activation: type[nn.Module] = nn.ReLU,
        gate: type[nn.Module] = nn.Sigmoid,
    ) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeeze, 1)
        self.fc2 = nn.Conv2d(squeeze, channels, 1)
        self.activation, self.gate = activation(), gate()

    def forward(self, x: Tensor) -> Tensor:
        """Scale the maps of (N, C, H, W)."""
        y = self.avgpool(x)  # (N, C, 1, 1)
        y = self.activation(self.fc1(y))  # 1×1: squeeze
        return x * self.gate(self.fc2(y))  # 1×1: excite


class InvertedResidual(nn.Module):
    """Increase, convolve each channel, scale each channel, decrease, and add the input where its shape fits.

    Args:
        kernel_size: Of the depthwise convolution.
        width: Channels inside; as many as come in need no increase.
        stride: Of the depthwise convolution.
        activation: After the increase and the depthwise convolution.
        excite: What makes the squeeze-and-excitation of so many channels, if there is one.
        norm: As for `conv_norm`.

    Source:
        Howard et al., "Searching for MobileNetV3", arXiv:1905.02244, figure 4.

    Examples:
        >>> import torch
        >>> InvertedResidual(24, 72, 40, kernel_size=5, stride=2)(torch.zeros(1, 24, 56, 56)).shape
        torch.Size([1, 40, 28, 28])
    """

    def __init__(
        self,
        in_channels: int,
        width: int,
        out_channels: int,
        kernel_size: int,
        stride: int,
        activation: type[nn.Module] = nn.ReLU,
        excite: Callable[[int], nn.Module] | None = None,
        norm: Norm = nn.BatchNorm2d,
    ) -> None:
        super().__init__()
        layer = partial(conv_norm_activation, activation=activation, norm=norm)
        parts: list[nn.Module] = []
        if width != in_channels:
            parts.append(layer(in_channels, width, 1))
        parts.append(
            layer(width, width, kernel_size, stride=stride, groups=width)
        )
        if excite is not None:
            parts.append(excite(width))
        decrease = conv_norm(width, out_channels, 1, norm=norm)
        self.block = nn.Sequential(*parts, nn.Sequential(*decrease))
        self.adds_input = stride == 1 and in_channels == out_channels

    def forward(self, x: Tensor) -> Tensor:
        """Apply the block, (N, C_in, H, W) to (N, C_out, H / stride, W / stride)."""
        return x + self.block(x) if self.adds_input else self.block(x)


def round_channels(channels: float) -> int:
    """Return the multiple of 8 next to a number of channels, and never one that is more than a tenth below it.

    Source:
        Sandler et al., the code of MobileNetV2.

    Examples:
        >>> [round_channels(width) for width in (72 / 4, 36, 18.9)]
        [24, 40, 24]
    """
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * channels else nearest + 8


def excite_quarter(channels: int) -> SqueezeExcitation:
    """Return MobileNetV3's squeeze-and-excitation, which squeezes to about a quarter of the channels.

    Examples:
        >>> excite_quarter(672).fc1
        Conv2d(672, 168, kernel_size=(1, 1), stride=(1, 1))
    """
    return SqueezeExcitation(
        channels, round_channels(channels / 4), gate=nn.Hardsigmoid
    )


class MobileNetV3(nn.Module):
    """Inverted residuals between a 3×3 convolution and a 1×1 convolution, then two fully connected layers."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        classes = scalars.integer("num_classes", num_classes, 1)
        norm = partial(nn.BatchNorm2d, eps=1e-3, momentum=0.01)
        layer = partial(
            conv_norm_activation, activation=nn.Hardswish, norm=norm
        )
        layers: list[nn.Module] = [layer(3, 16, 3, stride=2)]
        channels = 16  # of 112×112
        for (
            kernel_size,
            width,
            out_channels,
            excites,
            activation,
            stride,
        ) in LARGE:
            layers.append(
                InvertedResidual(
                    channels,
                    width,
                    out_channels,
                    kernel_size,
                    stride,
                    activation,
                    excite_quarter if excites else None,
                    norm,
                )
            )
            channels = out_channels
        layers.append(layer(channels, 960, 1))
        self.features = nn.Sequential(*layers)  # 7×7
        self.pool = GlobalAveragePool()
        self.classifier = nn.Sequential(
            nn.Linear(960, 1280),
            nn.Hardswish(),
            nn.Dropout(0.2),
            nn.Linear(1280, classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Classify images, (N, 3, H, W) to (N, num_classes)."""
        return self.classifier(self.pool(self.features(x)))


def mobilenet_v3_large(num_classes: int = 1000) -> MobileNetV3:
    """Return the large MobileNetV3, which takes torchvision's weights, for 224×224 pixels.

    Source:
        Howard et al., arXiv:1905.02244, table 1.

    Examples:
        >>> sum(p.numel() for p in mobilenet_v3_large().parameters())
        5483032
    """
    return MobileNetV3(num_classes)

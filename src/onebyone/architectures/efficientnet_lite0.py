"""EfficientNet-Lite0: inverted residuals as in MobileNetV2, in widths and depths that a search has found."""

from torch import Tensor, nn

from onebyone.architectures.conv_norm import GlobalAveragePool
from onebyone.architectures.efficientnet import STAGES
from onebyone.arguments import scalars


def same_conv_norm(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    *,
    stride: int = 1,
    groups: int = 1,
) -> nn.Sequential:
    """Return a convolution that pads as TensorFlow's "same" does, and the batch normalisation after it.

    At stride 2 and an even size, that is one pixel more below and to the right than above and to the left.

    Examples:
        >>> len(same_conv_norm(32, 16, kernel_size=1)), len(same_conv_norm(3, 32, kernel_size=3, stride=2))
        (2, 3)
    """
    before = (kernel_size - stride) // 2
    after = kernel_size - stride - before
    padding = max(before, 0)
    convolution = nn.Conv2d(
        in_channels,
        out_channels,
        kernel_size,
        stride=stride,
        padding=padding if before == after else 0,
        groups=groups,
        bias=False,
    )
    norm = nn.BatchNorm2d(out_channels, eps=1e-3)
    if before == after:
        return nn.Sequential(convolution, norm)
    pad = nn.ZeroPad2d((before, after, before, after))
    return nn.Sequential(pad, convolution, norm)


class MBConv(nn.Module):
    """Increase, convolve each channel, decrease without an activation, and add the input where its shape fits.

    Args:
        kernel_size: Of the depthwise convolution.
        stride: Of the depthwise convolution.
        expansion: The factor by which the first convolution increases the channels; 1 leaves it out.

    Source:
        Tan and Le, "EfficientNet", arXiv:1905.11946, section 4.

    Examples:
        >>> import torch
        >>> MBConv(24, 40, kernel_size=5, stride=2, expansion=6)(torch.zeros(1, 24, 56, 56)).shape
        torch.Size([1, 40, 28, 28])
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int,
        expansion: int,
    ) -> None:
        super().__init__()
        width = expansion * in_channels
        layers: list[nn.Module] = []
        if expansion != 1:
            layers += [same_conv_norm(in_channels, width, 1), nn.ReLU6()]
        layers += [
            same_conv_norm(
                width, width, kernel_size, stride=stride, groups=width
            ),
            nn.ReLU6(),
            same_conv_norm(width, out_channels, 1),
        ]
        self.conv = nn.Sequential(*layers)
        self.adds_input = stride == 1 and in_channels == out_channels

    def forward(self, x: Tensor) -> Tensor:
        """Apply the block, (N, C_in, H, W) to (N, C_out, H / stride, W / stride)."""
        return x + self.conv(x) if self.adds_input else self.conv(x)


class EfficientNetLite0(nn.Module):
    """Inverted residuals between a 3×3 convolution and a 1×1 convolution."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        classes = scalars.integer("num_classes", num_classes, 1)
        layers: list[nn.Module] = [
            same_conv_norm(3, 32, 3, stride=2),
            nn.ReLU6(),
        ]
        channels = 32  # of 112×112
        for (
            kernel_size,
            first_stride,
            expansion,
            out_channels,
            blocks,
        ) in STAGES:
            for stride in (first_stride, *[1] * (blocks - 1)):
                layers.append(
                    MBConv(
                        channels, out_channels, kernel_size, stride, expansion
                    )
                )
                channels = out_channels
        layers += [same_conv_norm(channels, 1280, 1), nn.ReLU6()]
        self.features = nn.Sequential(*layers)  # 7×7
        self.pool = GlobalAveragePool()
        linear = nn.Linear(1280, classes)
        self.classifier = nn.Sequential(nn.Dropout(0.2), linear)

    def forward(self, x: Tensor) -> Tensor:
        """Classify images, (N, 3, H, W) to (N, num_classes)."""
        return self.classifier(self.pool(self.features(x)))


def efficientnet_lite0(num_classes: int = 1000) -> EfficientNetLite0:
    """Return EfficientNet-Lite0, for images whose height and width are multiples of 32, such as 224×224.

    It is EfficientNet-B0 without its squeeze-and-excitation and with ReLU6. `onebyone.trained.load` fills it with
    weights trained on ImageNet.

    Source:
        Tan and Le, arXiv:1905.11946, table 1; Liu, "Higher accuracy on vision models with EfficientNet-Lite", 2020.

    Examples:
        >>> sum(p.numel() for p in efficientnet_lite0().parameters())
        4652008
    """
    return EfficientNetLite0(num_classes)

"""ResNet-50, 101 and 152, built from bottlenecks: 1×1 to reduce, 3×3, 1×1 to increase, and a shortcut."""

from torch import Tensor, nn

from onebyone.architectures.conv_norm import GlobalAveragePool, conv_norm
from onebyone.arguments import scalars


class Bottleneck(nn.Module):
    """Reduce, convolve, increase, and add the input.

    Args:
        width: Channels of the 3×3 convolution.
        stride: Of the 3×3 convolution, as in torchvision, which is called ResNet v1.5; in the authors' models the
            first 1×1 convolution has it.
        expansion: How many times as many channels the output has.
        groups: Of the 3×3 convolution. ResNeXt has 32 of them, at twice the width and half the expansion.

    Source:
        He et al., "Deep Residual Learning for Image Recognition", arXiv:1512.03385, figure 5.

    Examples:
        >>> import torch
        >>> Bottleneck(256, 128, stride=2)(torch.zeros(1, 256, 56, 56)).shape
        torch.Size([1, 512, 28, 28])
    """

    def __init__(
        self,
        in_channels: int,
        width: int,
        stride: int = 1,
        expansion: int = 4,
        groups: int = 1,
    ) -> None:
        super().__init__()
        out_channels = expansion * width
        self.conv1, self.bn1 = conv_norm(in_channels, width, 1)
        self.conv2, self.bn2 = conv_norm(
            width, width, 3, stride=stride, groups=groups
        )
        self.conv3, self.bn3 = conv_norm(width, out_channels, 1)
        self.relu = nn.ReLU()
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            projection = conv_norm(in_channels, out_channels, 1, stride=stride)
            self.downsample = nn.Sequential(*projection)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the block, (N, C_in, H, W) to (N, C_out, H / stride, W / stride)."""
        y = self.relu(self.bn1(self.conv1(x)))  # 1×1: reduce
        y = self.relu(self.bn2(self.conv2(y)))  # 3×3
        y = self.bn3(self.conv3(y))  # 1×1: increase
        return self.relu(y + self.downsample(x))


class ResNet(nn.Module):
    """A 7×7 convolution, then four stages of bottlenecks, from 256 channels to 2,048.

    Args:
        blocks: Bottlenecks in each of the four stages.
        num_classes: As for `resnet50`.
        expansion: As for `Bottleneck`.
        groups: As for `Bottleneck`.
    """

    def __init__(
        self,
        blocks: tuple[int, int, int, int],
        num_classes: int,
        *,
        expansion: int = 4,
        groups: int = 1,
    ) -> None:
        super().__init__()
        classes = scalars.integer("num_classes", num_classes, 1)
        self.conv1, self.bn1 = conv_norm(3, 64, kernel_size=7, stride=2)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        kind = expansion, groups
        self.layer1 = stage(64, 256, blocks[0], 1, *kind)  # 56×56
        self.layer2 = stage(256, 512, blocks[1], 2, *kind)  # 28×28
        self.layer3 = stage(512, 1024, blocks[2], 2, *kind)  # 14×14
        self.layer4 = stage(1024, 2048, blocks[3], 2, *kind)  # 7×7
        self.avgpool = GlobalAveragePool()
        self.fc = nn.Linear(2048, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Classify images, (N, 3, H, W) to (N, num_classes)."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(self.avgpool(x))


def stage(
    in_channels: int,
    out_channels: int,
    blocks: int,
    stride: int,
    expansion: int = 4,
    groups: int = 1,
) -> nn.Sequential:
    """Return a sequence of bottlenecks, the first of which has the stride and changes the number of channels.

    Examples:
        >>> len(stage(64, 256, blocks=3, stride=1))
        3
    """
    width, kind = out_channels // expansion, (expansion, groups)
    first = Bottleneck(in_channels, width, stride, *kind)
    others = [
        Bottleneck(out_channels, width, 1, *kind) for _ in range(blocks - 1)
    ]
    return nn.Sequential(first, *others)


def resnet50(num_classes: int = 1000) -> ResNet:
    """Return ResNet-50, which takes torchvision's weights, for 224×224 pixels.

    Source:
        He et al., arXiv:1512.03385, table 1.

    Examples:
        >>> sum(p.numel() for p in resnet50().parameters())
        25557032
    """
    return ResNet((3, 4, 6, 3), num_classes)


def resnet101(num_classes: int = 1000) -> ResNet:
    """Return ResNet-101, which takes torchvision's weights, for 224×224 pixels.

    Source:
        He et al., arXiv:1512.03385, table 1.

    Examples:
        >>> sum(p.numel() for p in resnet101().parameters())
        44549160
    """
    return ResNet((3, 4, 23, 3), num_classes)


def resnet152(num_classes: int = 1000) -> ResNet:
    """Return ResNet-152, which takes torchvision's weights, for 224×224 pixels.

    Source:
        He et al., arXiv:1512.03385, table 1.

    Examples:
        >>> sum(p.numel() for p in resnet152().parameters())
        60192808
    """
    return ResNet((3, 8, 36, 3), num_classes)

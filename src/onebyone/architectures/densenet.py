"""DenseNet-121: every layer reads what all layers before it have made, through a 1×1 convolution."""

from collections import OrderedDict

import torch
from torch import Tensor, nn

from onebyone.architectures.conv_norm import GlobalAveragePool, conv_norm
from onebyone.arguments import scalars

GROWTH = 32
"""The paper's k: the feature maps that each layer adds."""
LAYERS = (6, 12, 24, 16)
"""The paper's Table 1: layers in each of the four blocks."""


class DenseLayer(nn.Module):
    """Reduce to 4·k feature maps, make k new ones of them by a 3×3, and append these to the input.

    Batch normalisation and relu come before each convolution.

    Source:
        Huang et al., "Densely Connected Convolutional Networks", arXiv:1608.06993, section 3.

    Examples:
        >>> DenseLayer(64)(torch.zeros(1, 64, 56, 56)).shape
        torch.Size([1, 96, 56, 56])
    """

    def __init__(self, in_channels: int, growth: int = GROWTH) -> None:
        super().__init__()
        width = 4 * growth
        self.norm1 = nn.BatchNorm2d(in_channels)
        self.conv1 = nn.Conv2d(in_channels, width, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, growth, 3, padding=1, bias=False)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """Append new feature maps, (N, C_in, H, W) to (N, C_in + k, H, W)."""
        y = self.conv1(self.relu(self.norm1(x)))  # 1×1: reduce
        y = self.conv2(self.relu(self.norm2(y)))  # 3×3
        return torch.cat([x, y], dim=1)


def dense_block(
    in_channels: int, layers: int, growth: int = GROWTH
) -> nn.Sequential:
    """Return a block of layers, each of which reads the input and what all layers before it have appended.

    Examples:
        >>> dense_block(64, layers=6)(torch.zeros(1, 64, 56, 56)).shape
        torch.Size([1, 256, 56, 56])
    """
    parts: OrderedDict[str, nn.Module] = OrderedDict(
        (f"denselayer{n + 1}", DenseLayer(in_channels + n * growth, growth))
        for n in range(layers)
    )
    return nn.Sequential(parts)


def transition(in_channels: int) -> nn.Sequential:
    """Return what stands between two blocks: a 1×1 convolution that halves the channels, and a 2×2 average.

    Examples:
        >>> transition(256)(torch.zeros(1, 256, 56, 56)).shape
        torch.Size([1, 128, 28, 28])
    """
    return nn.Sequential(
        OrderedDict(
            norm=nn.BatchNorm2d(in_channels),
            relu=nn.ReLU(),
            conv=nn.Conv2d(in_channels, in_channels // 2, 1, bias=False),
            pool=nn.AvgPool2d(2),
        )
    )


class DenseNet(nn.Module):
    """A 7×7 convolution, then four dense blocks with transitions between them."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        classes = scalars.integer("num_classes", num_classes, 1)
        conv0, norm0 = conv_norm(3, 64, kernel_size=7, stride=2)
        pool0 = nn.MaxPool2d(3, stride=2, padding=1)
        parts: OrderedDict[str, nn.Module] = OrderedDict(
            conv0=conv0, norm0=norm0, relu0=nn.ReLU(), pool0=pool0
        )
        channels = 64  # of 56×56
        for number, layers in enumerate(LAYERS, start=1):
            if number > 1:
                parts[f"transition{number - 1}"] = transition(channels)
                channels //= 2
            parts[f"denseblock{number}"] = dense_block(channels, layers)
            channels += layers * GROWTH
        parts |= {"norm5": nn.BatchNorm2d(channels), "relu5": nn.ReLU()}
        self.features = nn.Sequential(parts)  # 7×7
        self.pool = GlobalAveragePool()
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Classify images, (N, 3, H, W) to (N, num_classes)."""
        return self.classifier(self.pool(self.features(x)))


def densenet121(num_classes: int = 1000) -> DenseNet:
    """Return DenseNet-121, which takes torchvision's weights, for 224×224 pixels.

    The file that torchvision loads has older names, such as `norm.1`; its `state_dict()` has the ones of this network.

    Source:
        Huang et al., arXiv:1608.06993, table 1.

    Examples:
        >>> sum(p.numel() for p in densenet121().parameters())
        7978856
    """
    return DenseNet(num_classes)

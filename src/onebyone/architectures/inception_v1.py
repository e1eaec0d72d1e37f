"""GoogLeNet as published: Inception modules with biases, and without batch normalisation."""

from collections import OrderedDict

import torch
from torch import Tensor, nn

from onebyone.architectures.conv_norm import GlobalAveragePool
from onebyone.arguments import scalars
from onebyone.pytorch import Conv1x1

WIDTHS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
"""The paper's Table 1: filters of the 1×1; the reduction and the 3×3; the reduction and the 5×5; the projection."""

Widths = tuple[int, int, int, int, int, int]


class Inception(nn.Module):
    """Four concatenated branches; a 1×1 convolution reduces the channels before each larger kernel.

    Args:
        widths: Filters, in the order of the paper's Table 1.

    Source:
        Szegedy et al., "Going Deeper with Convolutions", arXiv:1409.4842, figure 2(b).

    Examples:
        >>> Inception(192, WIDTHS["3a"])(torch.zeros(1, 192, 28, 28)).shape
        torch.Size([1, 256, 28, 28])
    """

    def __init__(self, in_channels: int, widths: Widths) -> None:
        super().__init__()
        one, reduce3, three, reduce5, five, project = widths
        self.out_channels = one + three + five + project
        self.branch1 = nn.Sequential(Conv1x1(in_channels, one), nn.ReLU())
        self.branch3 = nn.Sequential(
            Conv1x1(in_channels, reduce3),
            nn.ReLU(),
            nn.Conv2d(reduce3, three, 3, padding=1),
            nn.ReLU(),
        )
        self.branch5 = nn.Sequential(
            Conv1x1(in_channels, reduce5),
            nn.ReLU(),
            nn.Conv2d(reduce5, five, 5, padding=2),
            nn.ReLU(),
        )
        self.pool = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1),
            Conv1x1(in_channels, project),
            nn.ReLU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Concatenate the branches, (N, C_in, H, W) to (N, C_out, H, W)."""
        branches = (
            self.branch1(x),
            self.branch3(x),
            self.branch5(x),
            self.pool(x),
        )
        return torch.cat(branches, dim=1)


class NaiveInception(nn.Module):
    """The same branches without reductions, and the pooling without its projection.

    Args:
        widths: As for `Inception`; those of the reductions and the projection are unused.

    Source:
        Szegedy et al., arXiv:1409.4842, figure 2(a).

    Examples:
        >>> NaiveInception(192, WIDTHS["3a"])(torch.zeros(1, 192, 28, 28)).shape
        torch.Size([1, 416, 28, 28])
    """

    def __init__(self, in_channels: int, widths: Widths) -> None:
        super().__init__()
        one, _, three, _, five, _ = widths
        self.out_channels = one + three + five + in_channels
        self.branch1 = nn.Sequential(Conv1x1(in_channels, one), nn.ReLU())
        self.branch3 = nn.Sequential(
            nn.Conv2d(in_channels, three, 3, padding=1), nn.ReLU()
        )
        self.branch5 = nn.Sequential(
            nn.Conv2d(in_channels, five, 5, padding=2), nn.ReLU()
        )
        self.pool = nn.MaxPool2d(3, stride=1, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Concatenate the branches, (N, C_in, H, W) to (N, C_out, H, W)."""
        branches = (
            self.branch1(x),
            self.branch3(x),
            self.branch5(x),
            self.pool(x),
        )
        return torch.cat(branches, dim=1)


def inception_v1(num_classes: int = 1000) -> nn.Sequential:
    """Return the paper's GoogLeNet for 224×224 pixels, without the auxiliary classifiers that only training uses.

    Source:
        Szegedy et al., arXiv:1409.4842, table 1 and figure 3.

    Examples:
        >>> sum(p.numel() for p in inception_v1().parameters())
        6998552
    """
    return network(Inception, num_classes)


def naive_inception_v1(num_classes: int = 1000) -> nn.Sequential:
    """Return GoogLeNet without reductions, and without projections after the pooling.

    Examples:
        >>> naive_inception_v1().classifier.in_features
        4944
    """
    return network(NaiveInception, num_classes)


def network(
    module: type[Inception] | type[NaiveInception], num_classes: int
) -> nn.Sequential:
    """Return GoogLeNet built from this kind of module.

    Examples:
        >>> len(network(Inception, num_classes=10))
        24
    """
    classes = scalars.integer("num_classes", num_classes, 1)
    parts: OrderedDict[str, nn.Module] = OrderedDict(
        conv1=nn.Conv2d(3, 64, 7, stride=2, padding=3),  # 112×112
        relu1=nn.ReLU(),
        pool1=nn.MaxPool2d(3, stride=2, ceil_mode=True),  # 56×56
        norm1=nn.LocalResponseNorm(5),
        reduce2=Conv1x1(64, 64),
        relu2=nn.ReLU(),
        conv2=nn.Conv2d(64, 192, 3, padding=1),
        relu3=nn.ReLU(),
        norm2=nn.LocalResponseNorm(5),
        pool2=nn.MaxPool2d(3, stride=2, ceil_mode=True),  # 28×28
    )
    channels = 192
    for name, widths in WIDTHS.items():
        if name in ("4a", "5a"):  # 14×14, then 7×7
            parts[f"pool{name[0]}"] = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        block = module(channels, widths)
        parts[f"inception{name}"] = block
        channels = block.out_channels
    parts["pool"] = GlobalAveragePool()
    parts["dropout"] = nn.Dropout(0.4)
    parts["classifier"] = nn.Linear(channels, classes)
    return nn.Sequential(parts)

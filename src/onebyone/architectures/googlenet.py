"""GoogLeNet as torchvision has it: with batch normalisation, and 3×3 kernels where the paper has 5×5."""

from collections import OrderedDict
from functools import partial

import torch
from torch import Tensor, nn

from onebyone.architectures.conv_norm import GlobalAveragePool, conv_norm
from onebyone.architectures.inception_v1 import WIDTHS, Widths
from onebyone.arguments import scalars


def basic_conv(
    in_channels: int, out_channels: int, kernel_size: int, *, stride: int = 1
) -> nn.Sequential:
    """Return a convolution, batch normalisation and relu under torchvision's names.

    Examples:
        >>> [name for name, _ in basic_conv(192, 64, kernel_size=1).named_children()]
        ['conv', 'bn', 'relu']
    """
    conv, bn = conv_norm(
        in_channels,
        out_channels,
        kernel_size,
        stride=stride,
        norm=partial(nn.BatchNorm2d, eps=1e-3),
    )
    return nn.Sequential(OrderedDict(conv=conv, bn=bn, relu=nn.ReLU()))


class NormalizedInception(nn.Module):
    """An Inception module with batch normalisation after each convolution.

    Args:
        widths: Filters, in the order of the paper's Table 1.

    Source:
        torchvision's `googlenet`.

    Examples:
        >>> module = NormalizedInception(192, WIDTHS["3a"])
        >>> module(torch.zeros(1, 192, 28, 28)).shape
        torch.Size([1, 256, 28, 28])
    """

    def __init__(self, in_channels: int, widths: Widths) -> None:
        super().__init__()
        one, reduce3, three, reduce5, five, project = widths
        self.branch1 = basic_conv(in_channels, one, 1)
        self.branch2 = nn.Sequential(
            basic_conv(in_channels, reduce3, 1), basic_conv(reduce3, three, 3)
        )
        self.branch3 = nn.Sequential(
            basic_conv(in_channels, reduce5, 1), basic_conv(reduce5, five, 3)
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1),
            basic_conv(in_channels, project, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Concatenate the branches, (N, C_in, H, W) to (N, C_out, H, W)."""
        branches = (
            self.branch1(x),
            self.branch2(x),
            self.branch3(x),
            self.branch4(x),
        )
        return torch.cat(branches, dim=1)


def googlenet(num_classes: int = 1000) -> nn.Sequential:
    """Return torchvision's GoogLeNet without its auxiliary classifiers, for 224×224 pixels.

    It takes torchvision's weights, less those whose keys start with `aux`. They expect images scaled to [-1, 1].

    Source:
        Szegedy et al., arXiv:1409.4842, in the variant of torchvision's `googlenet`.

    Examples:
        >>> sum(p.numel() for p in googlenet().parameters())
        6624904
    """
    classes = scalars.integer("num_classes", num_classes, 1)
    parts: OrderedDict[str, nn.Module] = OrderedDict(
        conv1=basic_conv(3, 64, 7, stride=2),  # 112×112
        maxpool1=nn.MaxPool2d(3, stride=2, ceil_mode=True),  # 56×56
        conv2=basic_conv(64, 64, 1),
        conv3=basic_conv(64, 192, 3),
        maxpool2=nn.MaxPool2d(3, stride=2, ceil_mode=True),  # 28×28
    )
    channels = 192
    for name, widths in WIDTHS.items():
        if name == "4a":
            parts["maxpool3"] = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        if name == "5a":
            parts["maxpool4"] = nn.MaxPool2d(2, stride=2, ceil_mode=True)
        parts[f"inception{name}"] = NormalizedInception(channels, widths)
        one, _, three, _, five, project = widths
        channels = one + three + five + project
    parts["avgpool"] = GlobalAveragePool()
    parts["dropout"] = nn.Dropout(0.2)
    parts["fc"] = nn.Linear(channels, classes)
    return nn.Sequential(parts)

"""The solution of the page on ResNet that needs PyTorch."""

from torch import nn

from onebyone.pytorch import Conv1x1


def average_pool_shortcut(in_channels: int, out_channels: int) -> nn.Sequential:
    """Return a projection shortcut of stride 2 that averages 2×2 pixels, so that none is left out (exercise 3).

    Source:
        He et al., "Bag of Tricks for Image Classification", arXiv:1812.01187, figure 2(c).

    Examples:
        >>> import torch
        >>> average_pool_shortcut(256, 512)(torch.zeros(1, 256, 56, 56)).shape
        torch.Size([1, 512, 28, 28])
    """
    return nn.Sequential(
        nn.AvgPool2d(2),
        Conv1x1(in_channels, out_channels, bias=False),
        nn.BatchNorm2d(out_channels),
    )

"""A convolution with batch norm and activation, and global average pooling: what several architectures share."""

from collections.abc import Callable

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

Norm = Callable[[int], nn.BatchNorm2d]


def conv_norm(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    *,
    stride: int = 1,
    groups: int = 1,
    norm: Norm = nn.BatchNorm2d,
) -> tuple[nn.Conv2d, nn.BatchNorm2d]:
    """Return a convolution and the batch normalisation after it.

    The normalisation shifts each channel, so the convolution has no bias. The padding keeps height and width where
    stride is 1.

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        kernel_size: Height and width of the kernel, an odd number of taps.
        stride: As for nn.Conv2d.
        groups: As for nn.Conv2d.
        norm: What makes the normalisation of so many channels.

    Examples:
        >>> conv_norm(256, 64, kernel_size=1)[0]
        Conv2d(256, 64, kernel_size=(1, 1), stride=(1, 1), bias=False)
    """
    convolution = nn.Conv2d(
        in_channels,
        out_channels,
        kernel_size,
        stride=stride,
        padding=kernel_size // 2,
        groups=groups,
        bias=False,
    )
    return convolution, norm(out_channels)


def conv_norm_activation(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    *,
    stride: int = 1,
    groups: int = 1,
    activation: type[nn.Module] = nn.ReLU,
    norm: Norm = nn.BatchNorm2d,
) -> nn.Sequential:
    """Return a convolution and batch normalisation, as `conv_norm` does, and an activation.

    Examples:
        >>> len(conv_norm_activation(32, 32, kernel_size=3, groups=32))
        3
    """
    layers = conv_norm(
        in_channels,
        out_channels,
        kernel_size,
        stride=stride,
        groups=groups,
        norm=norm,
    )
    return nn.Sequential(*layers, activation())


class GlobalAveragePool(nn.Module):
    """The mean of each feature map: (N, C, H, W) becomes (N, C).

    Examples:
        >>> import torch
        >>> GlobalAveragePool()(torch.zeros(2, 512, 7, 7)).shape
        torch.Size([2, 512])
    """

    def forward(self, x: Tensor) -> Tensor:
        """Average each feature map of (N, C, H, W)."""
        return F.adaptive_avg_pool2d(x, 1).flatten(1)

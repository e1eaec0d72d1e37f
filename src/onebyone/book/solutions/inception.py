"""The solutions of the page on Inception. They need PyTorch."""

import torch
from torch import nn

from onebyone.cost import macs
from onebyone.pytorch import Conv1x1


def channels_without_projections(in_channels: int, added: list[int]) -> int:
    """Count the output channels of modules whose pooling branch has no projection (exercise 1).

    Args:
        in_channels: Channels before the first module.
        added: For each module, the filters of its three convolving branches together.

    Examples:
        >>> channels_without_projections(192, [64 + 128 + 32, 128 + 192 + 96])
        832
    """
    for filters in added:
        in_channels = filters + in_channels  # pooling keeps all channels
    return in_channels


def share_of_reductions() -> float:
    """Return the share of the two reductions in module 3a's MACs, from 0 to 1 (exercise 2).

    Examples:
        >>> f"{share_of_reductions():.1%}"
        '13.2%'
    """
    size = 28  # of the feature maps; each count is proportional to its square
    reduce = macs(192, 96, 1, size, size) + macs(192, 16, 1, size, size)
    convolve = macs(96, 128, 3, size, size) + macs(16, 32, 5, size, size)
    others = macs(192, 64, 1, size, size) + macs(192, 32, 1, size, size)
    return reduce / (reduce + convolve + others)


def renormalize() -> nn.Conv2d:
    """Return the 1×1 convolution that torchvision's GoogLeNet applies to its input (exercise 3).

    Images normalised by ImageNet's mean and standard deviation become images normalised by 0.5 and 0.5.

    Source:
        The option `transform_input` of torchvision's `googlenet`.

    Examples:
        >>> renormalize().weight.flatten(1).detach().count_nonzero()
        tensor(3)
    """
    mean = torch.tensor([0.485, 0.456, 0.406])
    deviation = torch.tensor([0.229, 0.224, 0.225])
    layer = Conv1x1(3, 3)
    with torch.no_grad():
        layer.weight.copy_(torch.diag(deviation / 0.5)[:, :, None, None])
        layer.bias.copy_((mean - 0.5) / 0.5)  # type: ignore[union-attr]
    return layer

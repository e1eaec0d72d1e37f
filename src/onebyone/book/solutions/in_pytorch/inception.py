"""The solution of the page on Inception that needs PyTorch."""

import torch
from torch import nn

from onebyone.pytorch import Conv1x1


def renormalize() -> nn.Conv2d:
    """Return the 1×1 convolution that torchvision's GoogLeNet applies to its input (exercise 3).

    Images of which ImageNet's means (0.485, 0.456, 0.406) were subtracted, and which were divided by its deviations
    (0.229, 0.224, 0.225), become images of which 0.5 was subtracted and which were divided by 0.5.

    Examples:
        >>> renormalize().weight.flatten(1).detach().count_nonzero()
        tensor(3)
    """
    mean = torch.tensor([0.485, 0.456, 0.406])
    deviation = torch.tensor([0.229, 0.224, 0.225])
    layer = Conv1x1(3, 3)  # as `transform_input` of `googlenet` does it
    with torch.no_grad():
        layer.weight.copy_(torch.diag(deviation / 0.5)[:, :, None, None])
        layer.bias.copy_((mean - 0.5) / 0.5)  # type: ignore[union-attr]
    return layer

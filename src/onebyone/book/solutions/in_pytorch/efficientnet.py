"""The solution of the page on MobileNetV3 and EfficientNet that needs PyTorch."""

import copy

import torch
from torch import Tensor, nn


def moves_with_the_picture(layer: nn.Module, x: Tensor) -> bool:
    """Return whether shuffling the pixels of x shuffles the output and changes nothing else (exercise 3).

    Args:
        layer: Maps (N, C, H, W) to feature maps of the same pixels.
        x: Feature maps of at least 2×2 pixels that differ.

    Examples:
        >>> from onebyone.architectures.mobilenet_v3 import SqueezeExcitation
        >>> excite = SqueezeExcitation(72, squeeze=24)
        >>> moves_with_the_picture(excite, torch.rand(1, 72, 7, 7))
        True
    """
    height, width = x.shape[-2:]
    order = torch.roll(torch.arange(height * width), height + width)
    exact = copy.deepcopy(layer).double()  # else small effects look like none
    x = x.double()

    def shuffled(maps: Tensor) -> Tensor:
        pixels = maps.flatten(2)[..., order]
        return pixels.unflatten(2, (height, width))

    return torch.allclose(
        exact(shuffled(x)), shuffled(exact(x)), rtol=0, atol=1e-12
    )

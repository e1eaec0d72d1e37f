"""The solutions of the page on MobileNetV3 and EfficientNet. They need PyTorch."""

import torch
from torch import Tensor, nn

from onebyone.pytorch import Conv1x1

RESNET50 = ((256, 3), (512, 4), (1024, 6), (2048, 3))
"""Channels and number of blocks of ResNet-50's stages."""


def excitation_weights(ratio: int) -> int:
    """Count the weights that a squeeze-and-excitation in each block adds to ResNet-50, without biases (exercise 1).

    Args:
        ratio: How many times fewer channels are between its two 1×1 convolutions.

    Source:
        Hu et al., "Squeeze-and-Excitation Networks", arXiv:1709.01507, section 6.4.

    Examples:
        >>> excitation_weights(16)
        2514944
    """
    return sum(
        blocks * 2 * channels * (channels // ratio)
        for channels, blocks in RESNET50
    )


def fold_gates(layer: nn.Conv2d, gates: Tensor) -> nn.Conv2d:
    """Return the 1×1 convolution that also scales each of its input channels by a number (exercise 2).

    Args:
        layer: A 1×1 convolution.
        gates: A number for each of its input channels, (C_in,).

    Examples:
        >>> layer, gates = Conv1x1(72, 40), torch.rand(72)
        >>> x = torch.rand(1, 72, 7, 7)
        >>> y = layer(x * gates[:, None, None])
        >>> torch.allclose(fold_gates(layer, gates)(x), y, atol=1e-6)
        True
    """
    folded = Conv1x1(
        layer.in_channels, layer.out_channels, bias=layer.bias is not None
    )
    state = layer.state_dict()
    state["weight"] = state["weight"] * gates[:, None, None]
    folded.load_state_dict(state)
    return folded


def moves_with_the_picture(layer: nn.Module, x: Tensor) -> bool:
    """Return whether shuffling the pixels of x shuffles the output and changes nothing else (exercise 3).

    Examples:
        >>> from onebyone.architectures.mobilenet_v3 import SqueezeExcitation
        >>> excite = SqueezeExcitation(72, squeeze=24)
        >>> moves_with_the_picture(excite, torch.rand(1, 72, 7, 7))
        True
    """
    height, width = x.shape[-2:]
    order = torch.randperm(height * width)

    def shuffled(maps: Tensor) -> Tensor:
        pixels = maps.flatten(2)[..., order]
        return pixels.unflatten(2, (height, width))

    return torch.allclose(layer(shuffled(x)), shuffled(layer(x)), atol=1e-6)

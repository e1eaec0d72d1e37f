"""The solutions of the page on MobileNetV3 and EfficientNet. They need PyTorch."""

import copy

import torch
from torch import Tensor, nn

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


def fold_gates(weight: Tensor, gates: Tensor) -> Tensor:
    """Return the matrix of the 1×1 convolution that also scales each of its input channels by a number (exercise 2).

    Args:
        weight: The matrix of the 1×1 convolution, (C_out, C_in).
        gates: A number for each input channel, (C_in,).

    Examples:
        >>> fold_gates(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([0.5, 1.0]))
        tensor([[0.5000, 2.0000],
                [1.5000, 4.0000]])
    """
    return weight @ gates.diag()


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

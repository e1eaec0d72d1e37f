"""ConvNeXt: a depthwise 7×7, and two 1×1 convolutions that are written as Linear layers."""

import copy
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from onebyone.arguments import scalars
from onebyone.pytorch import Conv1x1

STAGES = ((96, 3), (192, 3), (384, 9), (768, 3))
"""The paper's section 3, ConvNeXt-T: channels and number of blocks of each stage."""


class Permute(nn.Module):
    """The same numbers with the axes in another order.

    Examples:
        >>> Permute(0, 2, 3, 1)(torch.zeros(1, 96, 56, 56)).shape
        torch.Size([1, 56, 56, 96])
    """

    def __init__(self, *axes: int) -> None:
        super().__init__()
        self.axes = axes

    def forward(self, x: Tensor) -> Tensor:
        """Return a view of x."""
        return x.permute(self.axes)


class LayerNorm2d(nn.LayerNorm):
    """Layer normalisation over the channels of each pixel of (N, C, H, W)."""

    def forward(self, x: Tensor) -> Tensor:
        """Normalise each pixel, (N, C, H, W) to the same."""
        y = F.layer_norm(
            x.permute(0, 2, 3, 1),
            self.normalized_shape,
            self.weight,
            self.bias,
            self.eps,
        )
        return y.permute(0, 3, 1, 2)


class ConvNeXtBlock(nn.Module):
    """Filter each channel by 7×7, mix at each pixel through four times the channels, scale, and add the input.

    Source:
        Liu et al., "A ConvNet for the 2020s", arXiv:2201.03545, figure 4.

    Examples:
        >>> ConvNeXtBlock(96)(torch.zeros(1, 96, 56, 56)).shape
        torch.Size([1, 96, 56, 56])
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(channels, channels, 7, padding=3, groups=channels),
            Permute(0, 2, 3, 1),  # (N, H, W, C)
            nn.LayerNorm(channels, eps=1e-6),
            nn.Linear(channels, 4 * channels),  # 1×1: increase
            nn.GELU(),
            nn.Linear(4 * channels, channels),  # 1×1: decrease
            Permute(0, 3, 1, 2),  # (N, C, H, W)
        )
        self.layer_scale = nn.Parameter(torch.full((channels, 1, 1), 1e-6))

    def forward(self, x: Tensor) -> Tensor:
        """Apply the block, (N, C, H, W) to the same."""
        return x + self.layer_scale * self.block(x)


class ConvNeXt(nn.Module):
    """A 4×4 convolution of stride 4, then four stages of blocks, with a 2×2 of stride 2 between them.

    Stochastic depth, which drops whole blocks while it trains, is left out.
    """

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        classes = scalars.integer("num_classes", num_classes, 1)
        width = STAGES[0][0]
        patches = nn.Conv2d(3, width, 4, stride=4)
        layers = [nn.Sequential(patches, LayerNorm2d(width, eps=1e-6))]
        for channels, blocks in STAGES:
            if channels != width:
                halve = nn.Conv2d(width, channels, 2, stride=2)
                layers.append(
                    nn.Sequential(LayerNorm2d(width, eps=1e-6), halve)
                )
            stage = (ConvNeXtBlock(channels) for _ in range(blocks))
            layers.append(nn.Sequential(*stage))
            width = channels
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            LayerNorm2d(width, eps=1e-6),
            nn.Flatten(),
            nn.Linear(width, classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Classify images, (N, 3, H, W) to (N, num_classes)."""
        return self.classifier(self.avgpool(self.features(x)))


def convnext_tiny(num_classes: int = 1000) -> ConvNeXt:
    """Return ConvNeXt-T, which takes torchvision's weights, for 224×224 pixels.

    Source:
        Liu et al., arXiv:2201.03545, section 3.

    Examples:
        >>> sum(p.numel() for p in convnext_tiny().parameters())
        28589128
    """
    return ConvNeXt(num_classes)


def with_convolutions(block: ConvNeXtBlock) -> nn.Sequential:
    """Return a copy of what a block computes before its scale, with a `Conv1x1` for each Linear layer.

    The channels are moved to the end and back for the normalisation alone.

    Examples:
        >>> block, x = ConvNeXtBlock(96), torch.randn(1, 96, 14, 14)
        >>> torch.allclose(with_convolutions(block)(x), block.block(x), atol=1e-5)
        True
    """
    layers: list[Any] = list(copy.deepcopy(block.block))
    depthwise, to_last, norm, increase, activation, decrease, to_first = layers
    return nn.Sequential(
        depthwise,
        to_last,
        norm,
        to_first,
        as_convolution(increase),
        activation,
        as_convolution(decrease),
    ).train(block.training)


def as_convolution(linear: nn.Linear) -> nn.Conv2d:
    """Return a Linear layer as the 1×1 convolution that has its weights.

    Examples:
        >>> as_convolution(nn.Linear(96, 384))
        Conv2d(96, 384, kernel_size=(1, 1), stride=(1, 1))
    """
    has_bias = linear.bias is not None
    layer = Conv1x1(linear.in_features, linear.out_features, bias=has_bias)
    layer.to(linear.weight).train(linear.training)
    state = linear.state_dict()
    state["weight"] = state["weight"][:, :, None, None]
    layer.load_state_dict(state)
    return layer.requires_grad_(linear.weight.requires_grad)

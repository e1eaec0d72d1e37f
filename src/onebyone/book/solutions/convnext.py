"""The solutions of the page on ConvNeXt. They need PyTorch."""

import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from onebyone.cost import macs
from onebyone.pytorch import conv1x1


def depthwise_macs(channels: int, size: int, *, on_the_wide: bool) -> int:
    """Count the MACs of the depthwise 7×7 at the start of ConvNeXt's block, or between its two 1×1s (exercise 1).

    Examples:
        >>> depthwise_macs(96, 56, on_the_wide=False), depthwise_macs(96, 56, on_the_wide=True)
        (14751744, 59006976)
    """
    width = 4 * channels if on_the_wide else channels
    return macs(width, width, 7, size, size, groups=width)


def fold_layer_scale(
    weight: Tensor, bias: Tensor, scale: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the weight and bias of the layer that also scales each of its output channels by a number (exercise 2).

    Args:
        weight: The matrix of a block's last layer, (C_out, C_in).
        bias: Its bias, (C_out,).
        scale: A number for each output channel, (C_out,).

    Examples:
        >>> import torch
        >>> weight, bias = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([1.0, 1.0])
        >>> fold_layer_scale(weight, bias, torch.tensor([0.5, 1.0]))
        (tensor([[0.5000, 1.0000],
                [3.0000, 4.0000]]), tensor([0.5000, 1.0000]))
    """
    return scale.diag() @ weight, scale.diag() @ bias


def patches_by_1x1(
    x: Tensor, weight: Tensor, bias: Tensor | None = None
) -> Tensor:
    """Apply a K×K convolution of stride K as a 1×1 convolution (exercise 3).

    Args:
        x: Feature maps, (N, C_in, H, W), whose height and width K divides.
        weight: The filters, (C_out, C_in, K, K).
        bias: One number for each of them, (C_out,).

    Examples:
        >>> import torch
        >>> x, weight = torch.rand(1, 3, 32, 32), torch.rand(96, 3, 4, 4)
        >>> y = F.conv2d(x, weight, stride=4)
        >>> torch.allclose(patches_by_1x1(x, weight), y, atol=1e-5)
        True
    """
    size = weight.shape[2]
    patches = F.pixel_unshuffle(x, size)  # (N, C_in · K², H / K, W / K)
    return conv1x1(patches, weight.flatten(1), bias)

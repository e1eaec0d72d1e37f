"""The solution of the page on ConvNeXt that needs PyTorch."""

import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from onebyone.pytorch import conv1x1


def patches_by_1x1(
    x: Tensor, weight: Tensor, bias: Tensor | None = None
) -> Tensor:
    """Apply a K×K convolution of stride K as a 1×1 convolution (exercise 3).

    Args:
        x: Feature maps, (N, C_in, H, W), whose height and width K divides.
        weight: The filters, (C_out, C_in, K, K).
        bias: One number for each of them, (C_out,), if any.

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

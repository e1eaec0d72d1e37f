"""The solutions of the page on ConvNeXt. They need PyTorch."""

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from onebyone.architectures.convnext import ConvNeXtBlock
from onebyone.cost import macs


def depthwise_macs(channels: int, size: int, *, on_the_wide: bool) -> int:
    """Count the MACs of the depthwise 7×7 at the start of ConvNeXt's block, or between its two 1×1s (exercise 1).

    Examples:
        >>> depthwise_macs(96, 56, on_the_wide=False), depthwise_macs(96, 56, on_the_wide=True)
        (14751744, 59006976)
    """
    width = 4 * channels if on_the_wide else channels
    return macs(width, width, 7, size, size, groups=width)


def fold_layer_scale(block: ConvNeXtBlock) -> nn.Sequential:
    """Return what a block adds to its input, with the scale inside its last layer (exercise 2).

    Examples:
        >>> import torch
        >>> block, x = ConvNeXtBlock(96), torch.rand(1, 96, 14, 14)
        >>> torch.allclose(x + fold_layer_scale(block)(x), block(x), atol=1e-6)
        True
    """
    state = block.block.state_dict()
    scale = block.layer_scale.detach().flatten()  # (C,)
    state["5.weight"] = scale[:, None] * state["5.weight"]
    state["5.bias"] = scale * state["5.bias"]
    folded = ConvNeXtBlock(len(scale)).block
    folded.load_state_dict(state)
    return folded


def patches_by_1x1(x: Tensor, layer: nn.Conv2d) -> Tensor:
    """Apply a convolution whose stride is its kernel size as a 1×1 convolution (exercise 3).

    Args:
        x: Feature maps, (N, C_in, H, W), of a height and width that the kernel size divides.
        layer: The convolution, such as ConvNeXt's first.

    Examples:
        >>> import torch
        >>> layer = nn.Conv2d(3, 96, kernel_size=4, stride=4)
        >>> x = torch.rand(1, 3, 32, 32)
        >>> torch.allclose(patches_by_1x1(x, layer), layer(x), atol=1e-6)
        True
    """
    (size, _) = layer.kernel_size
    patches = F.pixel_unshuffle(
        x, size
    )  # (N, C_in · size², H / size, W / size)
    weight = layer.weight.flatten(1)[:, :, None, None]
    return F.conv2d(patches, weight, layer.bias)

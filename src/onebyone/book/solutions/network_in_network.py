"""The solutions of the page on Network in Network. They need PyTorch."""

from torch import Tensor, nn

from onebyone.cost import parameters
from onebyone.pytorch import global_avg_pool2d


def pool_then_classify(x: Tensor, layer: nn.Conv2d) -> Tensor:
    """Average (N, C_in, H, W) before the classifying 1×1 convolution, instead of after it (exercise 1).

    Examples:
        >>> import torch
        >>> from onebyone.pytorch import Conv1x1
        >>> x, layer = torch.ones(2, 192, 8, 8), Conv1x1(192, 10)
        >>> torch.allclose(pool_then_classify(x, layer), layer(x).mean((2, 3)), atol=1e-6)
        True
    """
    return layer(global_avg_pool2d(x)).flatten(1)


def head_parameters(
    in_channels: int, size: int, classes: int
) -> tuple[int, int]:
    """Count the parameters of two classifiers of `size`×`size` pixels (exercise 2).

    Returns:
        Those of a fully connected layer over all pixels, and those of a 1×1 convolution before an average.

    Examples:
        >>> head_parameters(192, size=8, classes=10), head_parameters(192, size=16, classes=10)
        ((122890, 1930), (491530, 1930))
    """
    connected = parameters(in_channels, classes, kernel_size=size)
    return connected, parameters(in_channels, classes, kernel_size=1)


def to_linear(layer: nn.Conv2d) -> nn.Linear:
    """Return the fully connected layer that is a 1×1 convolution at one pixel (exercise 3).

    Examples:
        >>> import torch
        >>> from onebyone.pytorch import Conv1x1
        >>> x, layer = torch.rand(2, 192, 8, 8), Conv1x1(192, 10)
        >>> y = to_linear(layer)(x.movedim(1, -1)).movedim(-1, 1)
        >>> torch.allclose(y, layer(x), atol=1e-6)
        True
    """
    has_bias = layer.bias is not None
    linear = nn.Linear(layer.in_channels, layer.out_channels, bias=has_bias)
    state = layer.state_dict()
    linear.load_state_dict(state | {"weight": state["weight"].flatten(1)})
    return linear

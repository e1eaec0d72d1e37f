"""The solutions of the page on Network in Network that need PyTorch."""

from torch import Tensor, nn

from onebyone.pytorch import global_avg_pool2d


def pool_then_classify(x: Tensor, layer: nn.Conv2d) -> Tensor:
    """Average the feature maps before the classifying 1×1 convolution, instead of after it (exercise 1).

    Args:
        x: Feature maps, (N, C_in, H, W).
        layer: The 1×1 convolution, from C_in channels to the classes. It is to work on one pixel.

    Returns:
        The scores, (N, classes).

    Examples:
        >>> import torch
        >>> from onebyone.pytorch import Conv1x1
        >>> x, layer = torch.ones(2, 192, 8, 8), Conv1x1(192, 10)
        >>> torch.allclose(pool_then_classify(x, layer), layer(x).mean((2, 3)), atol=1e-6)
        True
    """
    return layer(global_avg_pool2d(x)).flatten(1)


def to_linear(layer: nn.Conv2d) -> nn.Linear:
    """Return the fully connected layer that is a 1×1 convolution at one pixel (exercise 3).

    Args:
        layer: The 1×1 convolution, with or without a bias.

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

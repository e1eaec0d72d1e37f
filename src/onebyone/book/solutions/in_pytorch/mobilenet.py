"""The solution of the page on MobileNet that needs PyTorch."""

from torch import nn

from onebyone.architectures.mobilenet_v2 import InvertedResidual


def count_identity_shortcuts(network: nn.Module) -> int:
    """Count the inverted residuals of a MobileNetV2 that add their input (exercise 3).

    Args:
        network: One whose inverted residuals, however deep in it, are of the class `InvertedResidual` in
            `onebyone.architectures.mobilenet_v2`.

    Examples:
        >>> from onebyone.architectures import mobilenet_v2
        >>> count_identity_shortcuts(mobilenet_v2())
        10
    """
    return sum(
        block.adds_input
        for block in network.modules()
        if isinstance(block, InvertedResidual)
    )

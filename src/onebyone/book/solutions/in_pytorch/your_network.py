"""The solutions of chapter 11 that need PyTorch."""

from torch import nn

from onebyone.summary import summary


def share_of_role(
    model: nn.Module, in_shape: tuple[int, int, int], role: str
) -> tuple[float, float]:
    """Return the shares of the parameters and of the MACs that lie in the layers of one role (exercise 1).

    Args:
        model: The network.
        in_shape: Of its input, without the axis of the batch.
        role: As `summary` names it.

    Examples:
        >>> share_of_role(nn.Sequential(nn.Conv2d(4, 2, 1), nn.Conv2d(2, 4, 1, bias=False)), (4, 8, 8), "reduce")
        (0.5555555555555556, 0.5)
    """
    found = summary(model, in_shape)
    some = [la for la in found.layers if la.role == role]
    parameters = sum(la.parameters for la in some)
    macs = sum(la.macs for la in some)
    return parameters / found.parameters, macs / found.macs


def pool_before_the_head(channels: int, classes: int) -> nn.Module:
    """Return a head that averages each map and classifies by a 1×1 convolution (exercise 3).

    Args:
        channels: Of the feature maps that come in, (N, channels, H, W).
        classes: Scores that go out, (N, classes).

    Examples:
        >>> head = pool_before_the_head(64, 10)
        >>> sum(p.numel() for p in head.parameters())
        650
    """
    return nn.Sequential(
        nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, classes, 1), nn.Flatten()
    )

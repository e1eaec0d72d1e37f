"""The solutions of the page on SqueezeNet. They need PyTorch."""

from onebyone.architectures.squeezenet import Fire, SqueezeNet, squeezenet1_0
from onebyone.cost import parameters


def fire_parameters(in_channels: int, squeeze: int, expand: int) -> int:
    """Count the parameters of a fire module (exercise 1).

    Args:
        in_channels: Channels of the input.
        squeeze: Filters of the squeezing convolution.
        expand: Filters of each of the two expanding convolutions.

    Examples:
        >>> fire_parameters(96, 16, 64), fire_parameters(96, 32, 64)
        (11920, 23712)
    """
    return (
        parameters(in_channels, squeeze, 1)
        + parameters(squeeze, expand, 1)
        + parameters(squeeze, expand, 3)
    )


def fires_that_fit_a_shortcut(network: SqueezeNet) -> list[int]:
    """Return the numbers of the fire modules with equal input and output channels (exercise 2).

    The first is called fire2.

    Examples:
        >>> fires_that_fit_a_shortcut(squeezenet1_0())
        [3, 5, 7, 9]
    """
    fires = [layer for layer in network.features if isinstance(layer, Fire)]
    return [
        number
        for number, fire in enumerate(fires, start=2)
        if fire.squeeze.in_channels
        == fire.expand1x1.out_channels + fire.expand3x3.out_channels
    ]


def parameters_for_classes(classes: int) -> int:
    """Count the parameters of SqueezeNet 1.0 with this number of classes (exercise 3).

    Examples:
        >>> parameters_for_classes(1000), parameters_for_classes(10)
        (1248424, 740554)
    """
    return sum(p.numel() for p in squeezenet1_0(classes).parameters())

"""The solutions of the page on SqueezeNet."""

from onebyone.cost import parameters


def fire_parameters(in_channels: int, squeeze: int, expand: int) -> int:
    """Count the weights and biases of a fire module (exercise 1).

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


def fires_that_fit_a_shortcut(fires: list[tuple[int, int, int]]) -> list[int]:
    """Return the numbers of the fire modules around which an identity shortcut fits (exercise 2).

    Args:
        fires: The modules of a network in order, each as (in_channels, squeeze, expand).
            The first has number 2.

    Examples:
        >>> fires_that_fit_a_shortcut([(96, 16, 64), (128, 16, 64), (128, 32, 128)])
        [3]
    """
    return [
        number
        for number, (in_channels, _, expand) in enumerate(fires, start=2)
        if in_channels == 2 * expand
    ]


def parameters_for_classes(classes: int) -> int:
    """Count the parameters of SqueezeNet 1.0 with another number of classes (exercise 3).

    Args:
        classes: How many classes there are, instead of 1,000.

    Examples:
        >>> parameters_for_classes(1000), parameters_for_classes(10)
        (1248424, 740554)
    """
    others = 1_248_424 - parameters(512, 1000, 1)  # all layers but the last
    return others + parameters(512, classes, 1)

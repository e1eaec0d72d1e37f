"""The solution of the page on Network in Network that needs no PyTorch."""

from onebyone.cost import parameters


def head_parameters(
    in_channels: int, size: int, classes: int
) -> tuple[int, int]:
    """Count the parameters of two classifiers of `size`×`size` pixels (exercise 2).

    Args:
        in_channels: Of the feature maps that are classified.
        size: Their height and width.
        classes: How many scores come out.

    Returns:
        Those of a fully connected layer over all pixels, and those of a 1×1 convolution before an average.

    Examples:
        >>> head_parameters(192, size=8, classes=10), head_parameters(192, size=16, classes=10)
        ((122890, 1930), (491530, 1930))
    """
    connected = parameters(in_channels, classes, kernel_size=size)
    return connected, parameters(in_channels, classes, kernel_size=1)

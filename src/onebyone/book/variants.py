"""Networks as they would be without one of their parts, counted and not built."""

from typing import NamedTuple

from onebyone.architectures.densenet import GROWTH, LAYERS
from onebyone.arguments import scalars
from onebyone.cost import macs, parameters


class Cost(NamedTuple):
    """Parameters, and multiply-accumulates on one image."""

    parameters: int
    macs: int

    def __add__(self, other: "Cost") -> "Cost":  # type: ignore[override]
        """Add both numbers."""
        return Cost(self.parameters + other.parameters, self.macs + other.macs)


def count_densenet(
    *, bottleneck: bool = True, theta: float | None = 0.5
) -> Cost:
    """Count DenseNet-121 on 224×224 pixels, with or without its 1×1 convolutions.

    Args:
        bottleneck: Whether a 1×1 convolution to 4·k channels precedes each 3×3.
        theta: The share of the channels that the 1×1 convolution of a transition keeps; None for a transition that
            only averages.

    Raises:
        ValueError: theta is not above 0 and at most 1.

    Source:
        Huang et al., "Densely Connected Convolutional Networks", arXiv:1608.06993, section 3 and table 1.

    Examples:
        >>> count_densenet()
        Cost(parameters=7978856, macs=2834161664)
    """
    if theta is not None and scalars.above_zero("theta", theta) > 1:
        raise ValueError(f"theta: expected a share of at most 1, got {theta!r}")
    size, channels = 56, 64
    total = _convolution(3, 64, 7, 112) + _norm(64)
    for number, layers in enumerate(LAYERS):
        if number:
            if theta is not None:
                kept = int(theta * channels)
                total += _norm(channels) + _convolution(channels, kept, 1, size)
                channels = kept
            size //= 2
        for _ in range(layers):
            total += _norm(channels)
            read = channels
            if bottleneck:
                read = 4 * GROWTH
                total += _convolution(channels, read, 1, size) + _norm(read)
            total += _convolution(read, GROWTH, 3, size)
            channels += GROWTH
    head = Cost(parameters(channels, 1000, 1), channels * 1000)
    return total + _norm(channels) + head


def _convolution(c_in: int, c_out: int, kernel_size: int, size: int) -> Cost:
    return Cost(
        parameters(c_in, c_out, kernel_size, bias=False),
        macs(c_in, c_out, kernel_size, size, size),
    )


def _norm(channels: int) -> Cost:
    return Cost(2 * channels, 0)  # a scale and a shift each

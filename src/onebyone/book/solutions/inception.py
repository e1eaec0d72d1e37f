"""The solutions of the page on Inception."""

from collections.abc import Sequence

from onebyone.cost import macs


def channels_without_projections(in_channels: int, added: list[int]) -> int:
    """Count the output channels of modules whose pooling branch has no projection (exercise 1).

    Args:
        in_channels: Channels before the first module.
        added: For each module, the filters of its three convolving branches together.

    Examples:
        >>> channels_without_projections(192, [64 + 128 + 32, 128 + 192 + 96])
        832
    """
    for filters in added:
        in_channels = filters + in_channels  # pooling keeps all channels
    return in_channels


def share_of_reductions(in_channels: int, widths: Sequence[int]) -> float:
    """Return the share of the two reductions in the MACs of a module, from 0 to 1 (exercise 2).

    Args:
        in_channels: Of the module.
        widths: Filters of the 1×1, of the reduction and the 3×3, of the reduction and the 5×5, and of the projection.

    Examples:
        >>> f"{share_of_reductions(192, widths=(64, 96, 128, 16, 32, 32)):.1%}"
        '13.2%'
    """
    one, reduce3, three, reduce5, five, project = widths
    size = 28  # of the feature maps; each count is proportional to its square
    reduce = macs(in_channels, reduce3 + reduce5, 1, size, size)
    convolve = macs(reduce3, three, 3, size, size)
    convolve += macs(reduce5, five, 5, size, size)
    others = macs(in_channels, one + project, 1, size, size)
    return reduce / (reduce + convolve + others)

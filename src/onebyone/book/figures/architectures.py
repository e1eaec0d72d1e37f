"""The figures of chapter 5: how much of each network is 1×1, and how channels grow without a projection."""

from collections.abc import Mapping, Sequence

from onebyone.book.figures.drawing import BLUE, INK, ORANGE, Plot, make_plot


def plot_pointwise_shares(
    names: Sequence[str], parameters: Sequence[float], macs: Sequence[float]
) -> Plot:
    """Plot the share of 1×1 convolutions in each network's parameters and MACs.

    Args:
        names: The networks.
        parameters: Their share of the parameters, from 0 to 1, for each network.
        macs: Their share of the MACs, from 0 to 1, for each network.

    Examples:
        >>> figure = plot_pointwise_shares(["ResNet-50"], [0.25], [0.5])
        >>> [int(bar.get_width()) for bar in figure.axes[0].patches]
        [25, 50]
    """
    figure = make_plot(width=5, height=0.9 + 0.44 * len(names))
    axes = figure.subplots()
    for offset, label, shares, colour in (
        (-0.2, "of the parameters", parameters, BLUE),
        (0.2, "of the MACs", macs, ORANGE),
    ):
        places = [number + offset for number in range(len(names))]
        percent = [100 * share for share in shares]
        bars = axes.barh(places, percent, 0.36, color=colour, label=label)
        axes.bar_label(bars, fmt="%.0f", padding=3, color=INK, fontsize=10)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, 108)
    axes.set_xlabel("share of 1×1 convolutions, %")
    axes.grid(visible=False, axis="y")
    figure.legend(
        loc="outside upper left", labelcolor=INK, frameon=False, ncols=2
    )
    return figure


def plot_channels(
    names: Sequence[str], channels: Mapping[str, Sequence[int]]
) -> Plot:
    """Plot how many channels each of some networks has from module to module.

    Args:
        names: The modules, first to last.
        channels: The channels after each module, for each network.

    Examples:
        >>> axes, = plot_channels(["in", "3a"], {"naive": [192, 416], "projected": [192, 256]}).axes
        >>> [int(line.get_ydata()[-1]) for line in axes.lines]
        [416, 256]
    """
    figure = make_plot(width=5, height=3.4)
    axes = figure.subplots()
    for (label, values), colour in zip(
        channels.items(), (BLUE, ORANGE), strict=True
    ):
        axes.plot(names, values, "o-", color=colour, label=label)
        axes.annotate(
            f"{values[-1]:,}",
            (len(values) - 1, values[-1]),
            (0, 8),
            textcoords="offset points",
            ha="center",
            color=colour,
        )
    axes.set_ylim(0, 1.15 * max(max(values) for values in channels.values()))
    axes.set_ylabel("channels")
    axes.set_xlabel("module")
    figure.legend(
        loc="outside upper left", labelcolor=INK, frameon=False, ncols=2
    )
    return figure

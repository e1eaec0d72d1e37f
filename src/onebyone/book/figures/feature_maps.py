"""The figures of chapter 2: how channels grow along a network, and what they cost."""

from collections.abc import Sequence

from onebyone import cost
from onebyone.book.figures.drawing import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    Plot,
    make_plot,
)


def plot_stages(
    names: Sequence[str], channels: Sequence[int], sizes: Sequence[int]
) -> Plot:
    """Plot how channels grow and feature maps shrink from stage to stage.

    Args:
        names: The stages, first to last.
        channels: Channels of each stage.
        sizes: Height and width of each stage, in pixels.

    Examples:
        >>> axes = plot_stages(["input", "stage 1"], [3, 64], [224, 224]).axes
        >>> [int(bar.get_height()) for bar in axes[0].patches]
        [3, 64]
    """
    figure = make_plot(width=4.6, height=4.6)
    above, below = figure.subplots(2, sharex=True)
    for axes, values, colour in (above, channels, ORANGE), (below, sizes, BLUE):
        bars = axes.bar(names, values, color=colour)
        axes.bar_label(bars, padding=2, color=INK)
        axes.grid(visible=False)
        axes.margins(y=0.18)
    above.set_title("Channels grow", loc="left")
    above.set_ylabel("channels")
    below.set_title("Height and width shrink", loc="left")
    below.set_ylabel("pixels")
    below.tick_params(axis="x", labelrotation=30)
    return figure


def plot_cost_against_channels() -> Plot:
    """Plot parameters and MACs of one layer against its channels, for four kernel sizes.

    Each layer has equal numbers of input and output channels, no bias, and 28×28 output pixels.

    Examples:
        >>> [len(axes.lines) for axes in plot_cost_against_channels().axes]
        [4, 4]
    """
    figure = make_plot(width=4.6, height=6.2)
    channels = [16, 32, 64, 128, 256, 512, 1024]
    above, below = figure.subplots(2, sharex=True)
    colours = {7: PURPLE, 5: GREEN, 3: BLUE, 1: ORANGE}
    for k, colour in colours.items():
        weights = [cost.parameters(c, c, k, bias=False) for c in channels]
        macs = [cost.macs(c, c, k, 28, 28) for c in channels]
        for axes, values in (above, weights), (below, macs):
            axes.loglog(channels, values, "o-", color=colour, markersize=4)
            axes.annotate(
                f"{k}×{k}",
                (channels[-1], values[-1]),
                (6, 0),
                textcoords="offset points",
                va="center",
                color=colour,
            )
    above.set_title("Parameters of one layer", loc="left")
    above.set_ylabel("parameters")
    below.set_title("MACs on 28×28 pixels", loc="left")
    below.set_ylabel("MACs")
    below.set_xlabel("input and output channels")
    below.set_xticks(channels, [str(c) for c in channels])
    below.minorticks_off()
    return figure

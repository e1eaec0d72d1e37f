"""The figure of chapter 3: how much survives a projection onto fewer channels."""

from collections.abc import Sequence

from onebyone.book.figures.drawing import BLUE, INK, ORANGE, Plot, make_plot


def plot_explained_variance(
    channels: Sequence[int], best: Sequence[float], at_random: Sequence[float]
) -> Plot:
    """Plot the variance that a projection onto fewer channels explains.

    Args:
        channels: Channels after the projection.
        best: The share of variance that the best projection explains, for each number of channels.
        at_random: The same for a random projection.

    Examples:
        >>> axes = plot_explained_variance([4, 8], [0.5, 1.0], [0.25, 0.5]).axes[0]
        >>> [line.get_ydata().tolist() for line in axes.lines]
        [[50.0, 100.0], [25.0, 50.0]]
    """
    figure = make_plot(width=4.6, height=3.4)
    axes = figure.subplots()
    for label, shares, colour in (
        ("best projection", best, ORANGE),
        ("random projection", at_random, BLUE),
    ):
        percent = [100 * share for share in shares]
        axes.semilogx(
            channels, percent, "o-", color=colour, markersize=5, label=label
        )
    axes.set_xlabel("channels after the projection")
    axes.set_ylabel("explained variance, %")
    axes.set_xticks(channels, [str(n) for n in channels])
    axes.minorticks_off()
    axes.set_ylim(0, 105)
    axes.legend(loc="lower right", labelcolor=INK, frameon=False)
    return figure

"""The figure of chapter 4: from which width on a bottleneck no longer pays."""

from collections.abc import Sequence

from onebyone.book.figures.drawing import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    Plot,
    make_plot,
)


def plot_cost_against_width(
    title: str,
    widths: Sequence[int],
    costs: Sequence[int],
    *,
    direct: int,
    break_even: int,
    published: int,
) -> Plot:
    """Plot the weights of a bottleneck against its width, and those of the direct convolution.

    Args:
        title: The layers that are compared.
        widths: Widths of the bottleneck, in channels.
        costs: Weights of the bottleneck at each width.
        direct: Weights of the direct convolution.
        break_even: The largest width that saves weights.
        published: The width in the published network.

    Examples:
        >>> figure = plot_cost_against_width("3a", [8, 16], [80, 160], direct=100, break_even=9, published=8)
        >>> [[int(w) for w in line.get_xdata()] for line in figure.axes[0].lines][2:]
        [[9], [8]]
    """
    figure = make_plot(width=4.6, height=3.6)
    axes = figure.subplots()
    at = dict(zip(widths, costs, strict=True))
    axes.plot(widths, costs, color=BLUE, label="bottleneck")
    level = {"color": INK, "linestyle": "--", "linewidth": 1.2}
    axes.axhline(direct, label="direct convolution", **level)
    for width, colour, name in (
        (break_even, GREEN, "break-even"),
        (published, ORANGE, "published"),
    ):
        y, label = at.get(width, direct), f"{name}: {width} channels"
        axes.plot([width], [y], "o", color=colour, markersize=8, label=label)
    axes.set_title(title, loc="left")
    axes.set_xlabel("bottleneck width, in channels")
    axes.set_ylabel("weights, in thousands")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value / 1000:,.0f}")
    axes.set_ylim(0, 1.5 * max(*costs, direct))  # room for the legend
    axes.set_xlim(left=0)
    axes.legend(loc="upper left", labelcolor=INK, frameon=False, fontsize=10.5)
    return figure

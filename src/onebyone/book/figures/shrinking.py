"""The figure of chapter 13: accuracy against cost, of networks that were shrunk and of small ones that were trained."""

from collections.abc import Mapping, Sequence
from statistics import mean

from onebyone.book.figures.drawing import INK, Plot, make_plot, mark_series

Point = tuple[int, Sequence[float]]


def plot_accuracy_over_macs(series: Mapping[str, Sequence[Point]]) -> Plot:
    """Plot test accuracy over multiply-accumulates: the mean over the seeds, with the lowest and the highest.

    Args:
        series: By name, multiply-accumulates with an accuracy for each seed, from 0 to 1; at most four names.

    Examples:
        >>> figure = plot_accuracy_over_macs({"shrunk": [(1_000_000, [0.8, 0.9])]})
        >>> [round(value, 2) for value in figure.axes[0].lines[0].get_ydata()]
        [85.0]
    """
    figure = make_plot(width=6.2, height=4.2)
    axes = figure.subplots()
    for name, points, marker, colour in mark_series("series", series):
        ordered = sorted(points)
        x = [macs / 1e6 for macs, _ in ordered]
        y = [100 * mean(of_seeds) for _, of_seeds in ordered]
        below = [
            100 * (mean(of_seeds) - min(of_seeds)) for _, of_seeds in ordered
        ]
        above = [
            100 * (max(of_seeds) - mean(of_seeds)) for _, of_seeds in ordered
        ]
        axes.errorbar(
            x,
            y,
            yerr=[below, above],
            fmt=f"{marker}-",
            color=colour,
            markersize=5,
            elinewidth=1,
            capsize=2,
            label=name,
        )
    axes.set_xscale("log")
    axes.minorticks_off()
    axes.set_xticks([0.3, 0.5, 1, 2, 3.8])
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlabel("million MACs per digit")
    axes.set_ylabel("test accuracy, %")
    axes.legend(loc="lower right", frameon=False, labelcolor=INK)
    return figure

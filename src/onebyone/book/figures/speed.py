"""The figures of chapter 9, drawn from the record of `make bench`: the roofline, and how the time grows."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.ticker import LogLocator

from onebyone.book.figures.drawing import INK, Plot, make_plot, mark_series
from onebyone.book.timings import intensity, macs

GIGA = 1e9


def plot_roofline(
    peak: float,
    bandwidth: float,
    series: Mapping[str, Sequence[Mapping[str, Any]]],
    library: str = "torch",
) -> Plot:
    """Plot the FLOP/s of layers under the roofline of a machine.

    Args:
        peak: Compute, in FLOP/s.
        bandwidth: Memory bandwidth, in bytes/s.
        series: For each of at most four labels, layers of the record with stride 1.
        library: The library whose times are shown.

    Source:
        Williams, Waterman and Patterson, "Roofline", doi:10.1145/1498765.1498785.

    Examples:
        >>> from onebyone.book.timings import layers
        >>> plot_roofline(4e11, 2e10, {"1×1": layers([1])}).axes[0].get_ylabel()
        'GFLOP/s'
    """
    figure = make_plot(width=5.6, height=3.8)
    axes = figure.subplots()
    roof = peak / GIGA
    ridge, end = peak / bandwidth, 100.0
    axes.loglog([1, ridge, end], [bandwidth / GIGA, roof, roof], color=INK)
    beside = {"textcoords": "offset points", "color": INK, "ha": "right"}
    axes.annotate("memory-bound", (ridge / 2, roof / 2), (-8, 4), **beside)
    axes.annotate("compute-bound", (end, roof), (0, 5), **beside)
    for label, layers, marker, colour in mark_series("series", series):
        x = [intensity(layer) for layer in layers]
        y = [2 * macs(la) / la["seconds"][library] / GIGA for la in layers]
        axes.plot(x, y, marker, color=colour, label=label)
    axes.set_ylim(10, 1.5 * roof)
    axes.set_xlabel("arithmetic intensity, FLOP/byte")
    axes.set_ylabel("GFLOP/s")
    axes.minorticks_off()
    for axis in axes.xaxis, axes.yaxis:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter("{x:g}")
    axes.legend(loc="lower right", frameon=False, labelcolor=INK)
    return figure


def plot_growth(series: Mapping[str, Sequence[Mapping[str, Any]]]) -> Plot:
    """Plot the time of a 1×1 convolution against its MACs while one of its sizes grows.

    A line through zero is fitted to all points by least squares.

    Args:
        series: For "in_channels", "out_channels" and "pixels", the sizes and the "seconds" of each step.

    Examples:
        >>> step = {"in_channels": 1000, "out_channels": 1000, "pixels": 10, "seconds": 1e-3}
        >>> plot_growth({"pixels": [step]}).axes[0].get_xlabel()
        'million MACs'
    """
    figure = make_plot(width=5.6, height=3.6)
    axes = figure.subplots()
    labels = {
        "in_channels": "C_in grows",
        "out_channels": "C_out grows",
        "pixels": "H·W grows",
    }
    points: list[tuple[float, float]] = []
    for name, steps, marker, colour in mark_series("series", series):
        x = [
            step["in_channels"] * step["out_channels"] * step["pixels"] / 1e6
            for step in steps
        ]
        y = [step["seconds"] * 1e3 for step in steps]
        points += zip(x, y, strict=True)
        axes.plot(x, y, marker, color=colour, label=labels[name])
    slope = sum(x * y for x, y in points) / sum(x * x for x, _ in points)
    end = max(x for x, _ in points)
    axes.plot([0, end], [0, slope * end], color=INK, linewidth=1)
    axes.set_xlabel("million MACs")
    axes.set_ylabel("milliseconds")
    axes.set_xlim(0)
    axes.set_ylim(0)
    axes.legend(loc="upper left", frameon=False, labelcolor=INK)
    return figure

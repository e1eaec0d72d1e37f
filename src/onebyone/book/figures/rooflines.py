"""The record of `make bench` drawn: the roofline, and how the time grows. Needs matplotlib."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.ticker import LogLocator

from onebyone.book.figures.drawing import INK, Plot, marked, plot
from onebyone.book.timings import intensity, macs

GIGA = 1e9


def roofline(
    peak: float,
    bandwidth: float,
    groups: Mapping[str, Sequence[Mapping[str, Any]]],
    library: str = "torch",
) -> Plot:
    """Plot how fast layers run under the two limits of a machine.

    Args:
        peak: Operations a second that the processor can do.
        bandwidth: Bytes a second that the memory can give and take.
        groups: For each of at most four labels, layers of the record, of stride 1.
        library: Whose times are shown.

    Returns:
        A point for each layer, and the roof: below it everything lies that comes from memory.

    Source:
        Williams, Waterman and Patterson, "Roofline", doi:10.1145/1498765.1498785.

    Examples:
        >>> from onebyone.book.timings import layers
        >>> figure = roofline(4e11, 2e10, {"1×1": layers([1])})
        >>> figure.axes[0].get_xlabel()
        'operations for each byte moved'
    """
    figure = plot(width=5.6, height=3.8)
    axes = figure.subplots()
    least, most = 1.0, 100.0
    ridge = peak / bandwidth
    axes.loglog(
        [least, ridge, most],
        [least * bandwidth / GIGA, peak / GIGA, peak / GIGA],
        color=INK,
    )
    axes.annotate(
        "bound by memory",
        (ridge / 2, peak / 2 / GIGA),
        (-8, 4),
        textcoords="offset points",
        color=INK,
        ha="right",
    )
    axes.annotate(
        "bound by arithmetic",
        (most, peak / GIGA),
        (0, 5),
        textcoords="offset points",
        color=INK,
        ha="right",
    )
    for label, layers, marker, colour in marked("groups", groups):
        rates = [2 * macs(la) / la["seconds"][library] / GIGA for la in layers]
        axes.plot(
            [intensity(layer) for layer in layers],
            rates,
            marker,
            color=colour,
            label=label,
        )
    axes.set_ylim(10, 1.5 * peak / GIGA)
    axes.set_xlabel("operations for each byte moved")
    axes.set_ylabel("thousand million a second")
    axes.minorticks_off()
    for axis in axes.xaxis, axes.yaxis:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter("{x:g}")
    axes.legend(loc="lower right", frameon=False, labelcolor=INK)
    return figure


def growth(series: Mapping[str, Sequence[Mapping[str, Any]]]) -> Plot:
    """Plot the time of a 1×1 convolution while one of its sizes grows and the others stay.

    Args:
        series: For "in_channels", "out_channels" and "pixels", the sizes and the "seconds" of each step.

    Returns:
        Time against multiply-accumulates, with a line through zero that fits best.

    Examples:
        >>> step = {"in_channels": 1000, "out_channels": 1000, "pixels": 10, "seconds": 1e-3}
        >>> growth({"pixels": [step]}).axes[0].get_xlabel()
        'million multiply-accumulates'
    """
    figure = plot(width=5.6, height=3.6)
    axes = figure.subplots()
    labels = {
        "in_channels": "C_in grows",
        "out_channels": "C_out grows",
        "pixels": "the pixels grow",
    }
    points: list[tuple[float, float]] = []
    for name, steps, marker, colour in marked("series", series):
        millions = [
            step["in_channels"] * step["out_channels"] * step["pixels"] / 1e6
            for step in steps
        ]
        times = [step["seconds"] * 1e3 for step in steps]
        points += zip(millions, times, strict=True)
        axes.plot(millions, times, marker, color=colour, label=labels[name])
    # The best line through zero, by least squares.
    slope = sum(x * y for x, y in points) / sum(x * x for x, _ in points)
    most = max(x for x, _ in points)
    axes.plot([0, most], [0, slope * most], color=INK, linewidth=1)
    axes.set_xlabel("million multiply-accumulates")
    axes.set_ylabel("milliseconds")
    axes.set_xlim(0)
    axes.set_ylim(0)
    axes.legend(loc="upper left", frameon=False, labelcolor=INK)
    return figure

"""Plots and diagrams of the pages that follow the article."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Polygon

from onebyone import cost
from onebyone.book.figures.drawing import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    Plot,
    plot,
)


def filter_over_channels() -> Plot:
    """Draw a filter as deep as its input, and the one output pixel that it makes.

    Returns:
        A diagram of a 3×5×5 input under a 3×3×3 filter, and the 1×3×3 output.

    Examples:
        >>> len(filter_over_channels().axes[0].patches)  # 3 · 5 · 5 pixels in, 3 · 3 out
        84
    """
    figure = Plot(figsize=(4.7, 2.9))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_aspect("equal")
    axes.axis("off")
    for channel in range(3):
        level = 3.1 * (2 - channel)
        _plane(axes, (0, level), size=5, covered=3, colour=BLUE)
        axes.text(
            -0.4,
            level + 0.9,
            f"channel {channel}",
            ha="right",
            va="center",
            color=INK,
        )
        arrow = {
            "arrowstyle": "->",
            "color": BLUE,
            "linewidth": 1.3,
            "shrinkB": 8,
        }
        axes.annotate("", (9.6, 4.4), (3.9, level + 1.7), arrowprops=arrow)
    axes.text(9.6, 4.4, "Σ", ha="center", va="center", fontsize=17, color=INK)
    axes.annotate(
        "",
        (12.9, 4.4),
        (10.0, 4.4),
        arrowprops={"arrowstyle": "->", "color": ORANGE, "linewidth": 1.3},
    )
    _plane(axes, (11.6, 3.1), size=3, covered=1, colour=ORANGE)
    axes.text(
        3.6,
        9.1,
        "one filter, 3×3 in each channel",
        ha="center",
        va="bottom",
        color=BLUE,
    )
    axes.text(
        9.6, 5.3, "27 products,\none sum", ha="center", va="bottom", color=INK
    )
    axes.text(13.8, 2.7, "one feature map", ha="center", va="top", color=ORANGE)
    axes.set_xlim(-4.1, 16.2)
    axes.set_ylim(-0.3, 10)
    return figure


def _plane(
    axes: Axes, at: tuple[float, float], *, size: int, covered: int, colour: str
) -> None:
    """Draw a square feature map lying flat, its first `covered` rows and columns filled."""
    for row in range(size):
        for column in range(size):
            corners = [
                (row, column),
                (row, column + 1),
                (row + 1, column + 1),
                (row + 1, column),
            ]
            seen = [
                (at[0] + c + 0.45 * (size - r), at[1] + 0.5 * (size - r))
                for r, c in corners
            ]
            filled = row < covered and column < covered
            face = to_rgba(colour, 0.35) if filled else "none"
            axes.add_patch(
                Polygon(
                    seen,
                    closed=True,
                    facecolor=face,
                    edgecolor=colour if filled else INK,
                    linewidth=0.8,
                )
            )


def cost_against_channels() -> Plot:
    """Plot parameters and multiply-accumulates of one layer against its channels, for four kernel sizes.

    Returns:
        Two panels with doubly logarithmic axes. Each layer has as many channels out as in, no bias, and puts out
        28×28 pixels.

    Examples:
        >>> [len(axes.lines) for axes in cost_against_channels().axes]
        [4, 4]
    """
    figure = plot(width=4.6, height=6.2)
    channels = [16, 32, 64, 128, 256, 512, 1024]
    above, below = figure.subplots(2, sharex=True)
    for kernel_size, colour in zip(
        (7, 5, 3, 1), (PURPLE, GREEN, BLUE, ORANGE), strict=True
    ):
        weights = [
            cost.parameters(c, c, kernel_size, bias=False) for c in channels
        ]
        products = [cost.macs(c, c, kernel_size, 28, 28) for c in channels]
        for axes, values in ((above, weights), (below, products)):
            axes.loglog(
                channels, values, color=colour, marker="o", markersize=4
            )
            axes.annotate(
                f"{kernel_size}×{kernel_size}", (channels[-1], values[-1]), (6, 0), textcoords="offset points",
                va="center", color=colour,
            )  # fmt: skip
    above.set_title("Parameters of one layer", loc="left")
    below.set_title("Multiply-accumulates on 28×28 pixels", loc="left")
    below.set_xlabel("channels, in and out")
    below.set_xticks(channels, [str(c) for c in channels])
    below.minorticks_off()
    above.set_ylabel("parameters")
    below.set_ylabel("multiply-accumulates")
    return figure


def stages(
    names: Sequence[str], channels: Sequence[int], sizes: Sequence[int]
) -> Plot:
    """Plot how channels grow and feature maps shrink along a network.

    Args:
        names: The stages, first to last.
        channels: Channels of each stage.
        sizes: Height and width of each stage, in pixels.

    Returns:
        Two panels of bars over the same stages.

    Examples:
        >>> axes = stages(["input", "stage 1"], [3, 64], [224, 224]).axes
        >>> [int(bar.get_height()) for bar in axes[0].patches]
        [3, 64]
    """
    figure = plot(width=4.6, height=4.6)
    above, below = figure.subplots(2, sharex=True)
    for axes, values, colour in (above, channels, ORANGE), (below, sizes, BLUE):
        axes.bar_label(
            axes.bar(names, values, color=colour), padding=2, color=INK
        )
        axes.grid(visible=False)
        axes.margins(y=0.18)
    above.set_title("Channels grow", loc="left")
    above.set_ylabel("channels")
    below.set_title("Height and width shrink", loc="left")
    below.set_ylabel("pixels")
    below.tick_params(axis="x", labelrotation=30)
    return figure


def kept_variance(
    maps: Sequence[int], best: Sequence[float], at_random: Sequence[float]
) -> Plot:
    """Plot how much of the feature maps comes back from fewer of them.

    Args:
        maps: Numbers of feature maps that were kept.
        best: The share of variance that comes back from each number, by the best projection.
        at_random: The same by a random projection.

    Returns:
        Two lines over a logarithmic axis of maps.

    Examples:
        >>> [line.get_ydata().tolist() for line in kept_variance([4, 8], [0.5, 1.0], [0.25, 0.5]).axes[0].lines]
        [[50.0, 100.0], [25.0, 50.0]]
    """
    figure = plot(width=4.6, height=3.4)
    axes = figure.subplots()
    for label, shares, colour in (
        ("best projection", best, ORANGE),
        ("random projection", at_random, BLUE),
    ):
        axes.semilogx(
            maps,
            [100 * share for share in shares],
            color=colour,
            marker="o",
            markersize=5,
            label=label,
        )
    axes.set_xlabel("feature maps kept")
    axes.set_ylabel("variance restored, %")
    axes.set_xticks(maps, [str(n) for n in maps])
    axes.minorticks_off()
    axes.set_ylim(0, 105)
    axes.legend(loc="lower right", labelcolor=INK, frameon=False)
    return figure


def cost_against_width(
    title: str,
    widths: Sequence[int],
    costs: Sequence[int],
    *,
    direct: int,
    break_even: int,
    published: int,
) -> Plot:
    """Plot the weights of a bottleneck against its width, beside those of the direct convolution.

    Args:
        title: What is compared.
        widths: Widths of the bottleneck, in channels.
        costs: The bottleneck's weights at each width.
        direct: Weights of the direct convolution.
        break_even: The largest width that saves weights.
        published: The width that the published network has.

    Returns:
        One line, a level for the direct convolution, and two marked widths.

    Examples:
        >>> figure = cost_against_width("3a", [8, 16], [80, 160], direct=100, break_even=9, published=8)
        >>> [[int(w) for w in line.get_xdata()] for line in figure.axes[0].lines][2:]
        [[9], [8]]
    """
    figure = plot(width=4.6, height=3.6)
    axes = figure.subplots()
    at = dict(zip(widths, costs, strict=True))
    axes.plot(widths, costs, color=BLUE, label="bottleneck")
    axes.axhline(
        direct,
        color=INK,
        linestyle="--",
        linewidth=1.2,
        label="direct convolution",
    )
    for width, colour, label in (
        (break_even, GREEN, "break-even"),
        (published, ORANGE, "published"),
    ):
        axes.plot(
            [width],
            [at.get(width, direct)],
            "o",
            color=colour,
            markersize=8,
            label=f"{label}: {width} channels",
        )
    axes.set_title(title, loc="left")
    axes.set_xlabel("width of the bottleneck, in channels")
    axes.set_ylabel("weights, in thousands")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value / 1000:,.0f}")
    axes.set_ylim(0, 1.5 * max(*costs, direct))  # room for the legend
    axes.set_xlim(left=0)
    axes.legend(loc="upper left", labelcolor=INK, frameon=False, fontsize=10.5)
    return figure


def pointwise_shares(
    names: Sequence[str], parameters: Sequence[float], macs: Sequence[float]
) -> Plot:
    """Plot which share of each network lies in its 1×1 convolutions.

    Args:
        names: The networks.
        parameters: For each, the share of its parameters, from 0 to 1.
        macs: For each, the share of its multiply-accumulates, from 0 to 1.

    Returns:
        Two horizontal bars for each network.

    Examples:
        >>> figure = pointwise_shares(["ResNet-50"], [0.25], [0.5])
        >>> [int(bar.get_width()) for bar in figure.axes[0].patches]
        [25, 50]
    """
    figure = plot(width=4.6, height=0.9 + 0.52 * len(names))
    axes = figure.subplots()
    for offset, label, shares, colour in (
        (-0.2, "of the parameters", parameters, BLUE),
        (0.2, "of the multiply-accumulates", macs, ORANGE),
    ):
        places = [number + offset for number in range(len(names))]
        bars = axes.barh(
            places,
            [100 * share for share in shares],
            height=0.36,
            color=colour,
            label=label,
        )
        axes.bar_label(bars, fmt="%.0f", padding=3, color=INK, fontsize=10.5)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, 108)
    axes.set_xlabel("share that 1×1 convolutions hold, %")
    axes.grid(visible=False, axis="y")
    figure.legend(
        loc="outside upper left", labelcolor=INK, frameon=False, ncols=2
    )
    return figure

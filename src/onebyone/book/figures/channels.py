"""The figure of chapter 1: a filter spans all channels of its input."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Polygon

from onebyone.book.figures.drawing import BLUE, INK, ORANGE, Plot


def draw_filter_over_channels() -> Plot:
    """Draw a 3×3×3 filter over a 3×5×5 input, and the one output pixel that it computes.

    Examples:
        >>> len(draw_filter_over_channels().axes[0].patches)  # 3 · 5 · 5 pixels in, 3 · 3 out
        84
    """
    figure = Plot(figsize=(4.7, 2.9))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_aspect("equal")
    axes.axis("off")
    arrow = {"arrowstyle": "->", "linewidth": 1.3}
    into_sum = arrow | {"color": BLUE, "shrinkB": 8}
    centred: dict[str, Any] = {"ha": "center", "va": "center"}
    for channel in range(3):
        level = 3.1 * (2 - channel)
        label = f"channel {channel}"
        _draw_plane(axes, (0, level), size=5, covered=3, colour=BLUE)
        axes.text(-0.4, level + 0.9, label, ha="right", va="center", color=INK)
        axes.annotate("", (9.6, 4.4), (3.9, level + 1.7), arrowprops=into_sum)
    axes.text(9.6, 4.4, "Σ", fontsize=17, color=INK, **centred)
    axes.annotate(
        "", (12.9, 4.4), (10.0, 4.4), arrowprops=arrow | {"color": ORANGE}
    )
    _draw_plane(axes, (11.6, 3.1), size=3, covered=1, colour=ORANGE)
    above: dict[str, Any] = {"ha": "center", "va": "bottom"}
    axes.text(3.6, 9.1, "one filter, 3×3 in each channel", color=BLUE, **above)
    axes.text(9.6, 5.3, "27 products,\none sum", color=INK, **above)
    axes.text(13.8, 2.7, "one feature map", ha="center", va="top", color=ORANGE)
    axes.set_xlim(-4.1, 16.2)
    axes.set_ylim(-0.3, 10)
    return figure


def _draw_plane(
    axes: Axes, at: tuple[float, float], *, size: int, covered: int, colour: str
) -> None:
    """Draw a square feature map lying flat, its first `covered` rows and columns filled."""
    for row in range(size):
        for column in range(size):
            corners = ((0, 0), (0, 1), (1, 1), (1, 0))
            places = [
                (at[0] + column + c + 0.45 * depth, at[1] + 0.5 * depth)
                for r, c in corners
                for depth in [size - row - r]
            ]
            filled = row < covered and column < covered
            pixel = Polygon(
                places,
                closed=True,
                facecolor=to_rgba(colour, 0.35) if filled else "none",
                edgecolor=colour if filled else INK,
                linewidth=0.8,
            )
            axes.add_patch(pixel)

"""Plots and diagrams: one function a figure. Needs matplotlib."""

import io
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

# The site draws each figure a second time for the dark scheme, with a counterpart for each of these (mkdocs.yml).
INK, RULE = "#1f2430", "#c9cedb"
BLUE, ORANGE, GREEN, PURPLE = "#1d5fa8", "#b4521a", "#3b7a3f", "#8a3f8f"
STYLE: dict[Any, Any] = {
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.facecolor": "none",
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "font.size": 11,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "svg.hashsalt": "onebyone",  # else two drawings of one figure differ in their identifiers
}


class Plot(Figure):
    """A figure that any notebook shows as SVG, without pyplot's global state."""

    def _repr_svg_(self) -> str:
        buffer = io.StringIO()
        with mpl.rc_context(STYLE):
            self.savefig(buffer, format="svg", bbox_inches="tight", pad_inches=0.02, metadata={"Date": None})
        text = buffer.getvalue()
        return text[text.index("<svg") :]


def filter_over_channels() -> Plot:
    """Draw a filter as deep as its input, and the one output pixel that it makes.

    Returns:
        A diagram of a 3×5×5 input under a 3×3×3 filter, and the 1×3×3 output.

    Examples:
        >>> len(filter_over_channels().axes[0].patches)
        112
    """
    figure = Plot(figsize=(5.4, 2.7))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_aspect("equal")
    axes.axis("off")
    for layer in reversed(range(3)):  # the deepest first, so that the nearest lies on top
        at = (layer * 0.9, layer * 0.7)
        _grid(axes, at, rows=5, columns=5, colour=INK, fill="none")
        _grid(axes, at, rows=3, columns=3, colour=BLUE, fill=BLUE, top=2)
    _grid(axes, (11.2, 1.7), rows=3, columns=3, colour=INK, fill="none")
    _grid(axes, (11.2, 1.7), rows=1, columns=1, colour=ORANGE, fill=ORANGE, top=2)
    axes.annotate("", (10.9, 4.2), (7.4, 4.2), arrowprops={"arrowstyle": "->", "color": INK, "lw": 1.4})
    axes.text(2.5, -0.5, "input: 3 channels of 5×5", ha="center", va="top", color=INK)
    axes.text(12.7, -0.5, "output: 1 map of 3×3", ha="center", va="top", color=INK)
    axes.text(9.1, 4.5, "27 products,\none sum", ha="center", va="bottom", color=INK)
    axes.text(3.3, 6.75, "one filter: 3×3×3", ha="center", va="bottom", color=BLUE)
    axes.set_xlim(-0.3, 15.6)
    axes.set_ylim(-1.4, 7.6)
    return figure


def _grid(
    axes: Axes, at: tuple[float, float], *, rows: int, columns: int, colour: str, fill: str, top: int = 0
) -> None:
    """Draw a grid of square pixels with its lower left corner at `at`, lifted by `top` rows."""
    for row in range(rows):
        for column in range(columns):
            x, y = at[0] + column, at[1] + row + top
            corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
            axes.add_patch(Polygon(corners, closed=True, facecolor="none", edgecolor=colour, linewidth=0.9))
            if fill != "none":
                axes.add_patch(Polygon(corners, closed=True, facecolor=fill, edgecolor="none", alpha=0.35))

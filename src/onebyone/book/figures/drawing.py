"""What all figures share: colours, type, and a figure that notebooks show as SVG."""

import io
from collections.abc import Mapping
from typing import Any, TypeVar

import matplotlib as mpl
from matplotlib.figure import Figure

# The site draws each figure a second time for the dark scheme, with a counterpart of each colour (mkdocs.yml).
INK, RULE = "#1f2430", "#c9cedb"
BLUE, ORANGE, GREEN, PURPLE = "#1d5fa8", "#b4521a", "#3b7a3f", "#8a3f8f"
MARKS = tuple(zip("os^D", (BLUE, ORANGE, GREEN, PURPLE), strict=True))
STYLE: dict[Any, Any] = {
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.titlesize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.facecolor": "none",
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "font.size": 12,
    "svg.hashsalt": "onebyone",  # else two drawings of one figure have different ids
}

Series = TypeVar("Series")


class Plot(Figure):
    """A figure that any notebook shows as SVG, without pyplot's global state."""

    def subplots(self, *args: Any, **options: Any) -> Any:
        """Make axes in the style of the book, which they take on when they are made."""
        with mpl.rc_context(STYLE):
            return super().subplots(*args, **options)

    def _repr_svg_(self) -> str:
        buffer = io.StringIO()
        with mpl.rc_context(STYLE):
            self.savefig(
                buffer,
                format="svg",
                bbox_inches="tight",
                pad_inches=0.02,
                metadata={"Date": None},
            )
        text = buffer.getvalue()
        return text[text.index("<svg") :]


def make_plot(width: float, height: float) -> Plot:
    """Return an empty figure of this size, in inches."""
    return Plot(figsize=(width, height), layout="constrained")


def mark_series(
    argument: str, series: Mapping[str, Series]
) -> list[tuple[str, Series, str, str]]:
    """Give each series of an argument its own marker and colour, or raise where there are too many.

    Examples:
        >>> mark_series("series", {"1×1": [3, 4]})
        [('1×1', [3, 4], 'o', '#1d5fa8')]
    """
    if len(series) > len(MARKS):
        raise ValueError(
            f"{argument}: expected at most {len(MARKS)} series, got {len(series)}"
        )
    marks = zip(series.items(), MARKS, strict=False)
    return [(*labelled, *mark) for labelled, mark in marks]

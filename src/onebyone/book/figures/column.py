"""The book's first picture as a still, for where no page is: a shared link, and the README."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patheffects import withStroke

from onebyone import conv2d
from onebyone.book.figures.drawing import INK, ORANGE, Plot
from onebyone.book.widgets.column import show_photograph
from onebyone.book.widgets.oblique import Stack, colour_tiles

BESIDE = 144  # what the sums need beside the maps, in units of the drawing
INCH = 72  # of these units


def draw_column(ink: str = INK, accent: str = ORANGE) -> Plot:
    """Draw what `widgets.column.follow_a_pixel` shows before a reader moves it.

    Args:
        ink: The colour of texts and lines.
        accent: The colour of the 1×1 convolution.

    Examples:
        >>> axes = draw_column().axes[0]
        >>> [text.get_text() for text in axes.texts][-2:]
        ['output', '= 135.548']
    """
    shown = show_photograph()
    maps, size, _ = shown.x.shape
    stack = Stack(size, maps + 1)
    figure = Plot(figsize=((stack.width + BESIDE) / INCH, stack.height / INCH))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.set_xlim(0, stack.width + BESIDE)
    axes.set_ylim(stack.height, 0)  # from the top, as in SVG

    terms = [
        f"{x} · {shown.write(weight)} = {shown.write(part)}"
        for x, weight, part in zip(
            shown.seen.ravel(), shown.filter.ravel(), shown.parts, strict=True
        )
    ]
    heads = [shown.channels[0], *(f"+ {name}" for name in shown.channels[1:])]
    y = conv2d(shown.x, shown.filter[None])[0]
    for level in range(maps):
        _draw_map(axes, stack, level, colour_tiles(shown.x[level], level), ink)
        _write(axes, stack, level, ink, heads[level], terms[level])
    _draw_map(axes, stack, maps, colour_tiles(y), ink)
    _write(axes, stack, maps, ink, "output", f"= {shown.write(shown.total)}")

    _, row, column = shown.start
    tile = [(0, 0), (0, 1), (1, 1), (1, 0)]
    for level in range(maps + 1):
        corners = [
            stack.place(row + down, column + across, level)
            for down, across in tile
        ]
        axes.fill(
            *zip(*corners, strict=True),
            facecolor=to_rgba(accent, 0.3 if level < maps else 0),
            edgecolor=accent,
            linewidth=1.6,
            # A frame that stands out from any colour: one line on a wider one.
            path_effects=[withStroke(linewidth=4, foreground="white")],
        )
    for points in shown.edges(stack):
        axes.plot(
            *zip(*points, strict=True),
            color=accent,
            linewidth=1.2,
            linestyle=(0, (3, 3)),
        )
    return figure


def _draw_map(
    axes: Axes, stack: Stack, level: int, tiles: np.ndarray, ink: str
) -> None:
    """Lay a map, (N, N, 3), at its level, each tile within its lines."""
    ends = range(len(tiles) + 1)
    corners = [[stack.place(row, col, level) for col in ends] for row in ends]
    x, y = np.moveaxis(np.array(corners), -1, 0)
    mesh = axes.pcolormesh(x, y, tiles)
    mesh.set(edgecolor=to_rgba(ink, 0.25), linewidth=0.5)


def _write(
    axes: Axes, stack: Stack, level: int, ink: str, head: str, sum_: str
) -> None:
    """Write a head and a sum beside a map."""
    x, middle = stack.width + 8, stack.place(stack.size / 2, 0, level)[1]
    axes.text(
        x, middle - 9, head, color=ink, size=11, weight="bold", va="center"
    )
    axes.text(x, middle + 9, sum_, color=ink, size=11, va="center")

"""A kit for diagrams of blocks: boxes from top to bottom, in branches that meet again."""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Polygon, Rectangle

from onebyone.book.figures.drawing import BLUE, INK, ORANGE, Plot

HEIGHT, PITCH = 0.52, 0.8  # of a box and from one box to the next, in inches
LINE = {"arrowstyle": "-", "color": INK, "linewidth": 1.2}
ARROW = LINE | {"arrowstyle": "->"}


class Step(NamedTuple):
    """A box: its text, and the widths of its upper and lower edges relative to the widest box."""

    text: str
    colour: str = BLUE
    above: float = 1
    below: float = 1


def pointwise(text: str, above: float = 1, below: float = 1) -> Step:
    r"""Return the box of a 1×1 convolution, which is orange.

    Examples:
        >>> pointwise("64 → 256").text
        '1×1\n64 → 256'
    """
    return Step(f"1×1\n{text}", ORANGE, above, below)


def draw_flow(
    source: str,
    branches: Sequence[Sequence[Step]],
    target: str,
    *,
    stem: Sequence[Step] = (),
    join: str = "",
    width: float = 1.2,
) -> Plot:
    r"""Draw boxes from top to bottom, in branches side by side that meet again.

    Args:
        source: The text at the top: what goes in.
        branches: The boxes of each branch; a branch without boxes is an identity.
        target: The text at the bottom: what comes out.
        stem: Boxes before the branches part.
        join: How the branches are joined, such as "concatenate".
        width: Width of a box, in inches.

    Examples:
        >>> figure = draw_flow("x", [[pointwise("8 → 4")], []], "y", join="+")
        >>> [text.get_text() for text in figure.axes[0].texts if text.get_text()]
        ['x', '1×1\n8 → 4', 'identity', '+', 'y']
    """
    longest = max(map(len, branches))
    widths = [width if steps else 0.9 for steps in branches]
    columns = [
        0.1 + sum(widths[:n]) + 0.14 * n + widths[n] / 2
        for n in range(len(branches))
    ]
    middle = (columns[0] + columns[-1]) / 2
    left, right = columns[0] - width / 2, columns[-1] + widths[-1] / 2
    half = max(middle - left + 0.05, right - middle + 0.05, 2.3)
    room = 0.1 if len(branches) > 1 else 0  # where branches part or meet
    height = PITCH * (len(stem) + longest) + 4 * room + 0.9

    figure = Plot(figsize=(2 * half, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.set_xlim(middle - half, middle + half)
    axes.set_ylim(height, 0)  # inches from the top
    # Without a frame, a narrow diagram would be cut to its boxes and shown larger than a wide one.
    figure.add_artist(Rectangle((0, 0), 1, 1, fill=False, linewidth=0))
    _write(axes, middle, 0.14, source)
    top = _draw_boxes(axes, middle, 0.28, stem, width) + room
    meeting = top + PITCH * longest + 2 * room
    for column, steps in zip(columns, branches, strict=True):
        _connect(axes, LINE, (middle, top - room), (middle, top), (column, top))
        end = _draw_boxes(axes, column, top, steps, width)
        joint = (column, meeting), (middle, meeting)
        _connect(axes, LINE, (column, end), *joint)
        if not steps:
            _write(axes, column, (top + meeting) / 2, "identity", boxed=True)
    _connect(axes, ARROW, (middle, meeting), (middle, meeting + 0.3 + room))
    if join:
        _write(axes, middle, meeting, join, boxed=True)
    _write(axes, middle, meeting + 0.44 + room, target)
    return figure


def _draw_boxes(
    axes: Axes, x: float, y: float, steps: Sequence[Step], width: float
) -> float:
    """Draw boxes one below the other, and return where they end."""
    for step in steps:
        top = y + PITCH - HEIGHT
        _connect(axes, ARROW, (x, y), (x, top))
        y = top + HEIGHT
        a, b = step.above * width / 2, step.below * width / 2
        box = Polygon(
            [(x - a, top), (x + a, top), (x + b, y), (x - b, y)],
            facecolor=to_rgba(step.colour, 0.16),
            edgecolor=step.colour,
            linewidth=1.4,
        )
        axes.add_patch(box)
        _write(
            axes,
            x,
            top + HEIGHT / 2,
            step.text,
            color=step.colour,
            fontsize=11,
            linespacing=1.15,
        )
    return y


def _connect(
    axes: Axes, style: dict[str, object], *points: tuple[float, float]
) -> None:
    for start, end in itertools.pairwise(points):
        ends = style | {"shrinkA": 0, "shrinkB": 0}
        axes.annotate("", end, start, arrowprops=ends)


def _write(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    boxed: bool = False,
    color: str = INK,
    **style: Any,
) -> None:
    white = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 2}
    box = white if boxed else None
    axes.text(
        x, y, text, ha="center", va="center", color=color, bbox=box, **style
    )

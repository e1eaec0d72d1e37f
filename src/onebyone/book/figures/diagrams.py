"""Diagrams of the blocks that networks are built of: 1×1 convolutions in orange, all else in blue. Needs matplotlib."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Polygon, Rectangle

from onebyone.book.figures.drawing import BLUE, INK, ORANGE, Plot

HEIGHT, PITCH = 0.52, 0.8  # of a box and from one box to the next, in inches
LINE = {"arrowstyle": "-", "color": INK, "linewidth": 1.2}
ARROW = LINE | {"arrowstyle": "->"}


class Step(NamedTuple):
    """A box: its text, and how wide its upper and lower edges are, as shares of the widest."""

    text: str
    colour: str = BLUE
    above: float = 1
    below: float = 1


def one(text: str, above: float = 1, below: float = 1) -> Step:
    r"""Return the box of a 1×1 convolution.

    Examples:
        >>> one("64 → 256").text
        '1×1\n64 → 256'
    """
    return Step(f"1×1\n{text}", ORANGE, above, below)


def flow(
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
        source: What goes in, at the top.
        branches: The boxes of each branch; a branch without boxes is a line.
        target: What comes out, at the bottom.
        stem: Boxes before the branches part.
        join: How the branches meet.
        width: Width of a box, in inches.

    Returns:
        A diagram.

    Examples:
        >>> figure = flow("x", [[one("8 → 4")], []], "y", join="+")
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
    parting = (
        0.1 if len(branches) > 1 else 0
    )  # room where branches part or meet
    height = PITCH * (len(stem) + longest) + 4 * parting + 0.9

    figure = Plot(figsize=(2 * half, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.set_xlim(middle - half, middle + half)
    axes.set_ylim(height, 0)  # inches from the top
    # Without a frame, a narrow diagram would be cut to its boxes and shown larger than a wide one.
    figure.add_artist(Rectangle((0, 0), 1, 1, fill=False, linewidth=0))
    _text(axes, middle, 0.14, source)
    top = _boxes(axes, middle, 0.28, stem, width) + parting
    meeting = top + PITCH * longest + 2 * parting
    for column, steps in zip(columns, branches, strict=True):
        _line(axes, LINE, (middle, top - parting), (middle, top), (column, top))
        end = _boxes(axes, column, top, steps, width)
        _line(axes, LINE, (column, end), (column, meeting), (middle, meeting))
        if not steps:
            _text(axes, column, (top + meeting) / 2, "identity", boxed=True)
    _line(axes, ARROW, (middle, meeting), (middle, meeting + 0.3 + parting))
    if join:
        _text(axes, middle, meeting, join, boxed=True)
    _text(axes, middle, meeting + 0.44 + parting, target)
    return figure


def _boxes(
    axes: Axes, x: float, y: float, steps: Sequence[Step], width: float
) -> float:
    """Draw boxes one below the other, and return where they end."""
    for step in steps:
        _line(axes, ARROW, (x, y), (x, y + PITCH - HEIGHT))
        y += PITCH - HEIGHT
        above, below = step.above * width / 2, step.below * width / 2
        corners = [
            (x - above, y),
            (x + above, y),
            (x + below, y + HEIGHT),
            (x - below, y + HEIGHT),
        ]
        axes.add_patch(
            Polygon(
                corners,
                facecolor=to_rgba(step.colour, 0.16),
                edgecolor=step.colour,
                linewidth=1.4,
            )
        )
        axes.text(
            x, y + HEIGHT / 2, step.text, ha="center", va="center",
            color=step.colour, fontsize=11, linespacing=1.15,
        )  # fmt: skip
        y += HEIGHT
    return y


def _line(
    axes: Axes, style: dict[str, object], *points: tuple[float, float]
) -> None:
    for start, end in itertools.pairwise(points):
        ends = style | {"shrinkA": 0, "shrinkB": 0}
        axes.annotate("", end, start, arrowprops=ends)


def _text(
    axes: Axes, x: float, y: float, text: str, *, boxed: bool = False
) -> None:
    white = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 2}
    axes.text(
        x, y, text, ha="center", va="center", color=INK,
        bbox=white if boxed else None,
    )  # fmt: skip


def mlpconv() -> Plot:
    """Draw Network in Network's first mlpconv block.

    Returns:
        A diagram: a 5×5 convolution, then two 1×1 convolutions.

    Examples:
        >>> len(mlpconv().axes[0].patches)
        3
    """
    steps = [Step("5×5\n3 → 192"), one("192 → 160"), one("160 → 96")]
    return flow("3 channels", [steps], "96 feature maps", width=1.5)


def inception() -> Plot:
    """Draw GoogLeNet's module 3a.

    Returns:
        A diagram of four branches that are concatenated.

    Examples:
        >>> len(inception().axes[0].patches)
        7
    """
    return flow(
        "192 feature maps",
        [
            [one("192 → 64")],
            [one("192 → 96"), Step("3×3\n96 → 128")],
            [one("192 → 16"), Step("5×5\n16 → 32")],
            [Step("3×3\nmax pooling"), one("192 → 32")],
        ],
        "64 + 128 + 32 + 32 = 256 feature maps",
        join="concatenate",
    )


def bottleneck() -> Plot:
    """Draw ResNet's bottleneck with an identity shortcut.

    Returns:
        A diagram in which the boxes are as wide as their channels are many, though not in proportion.

    Examples:
        >>> len(bottleneck().axes[0].patches)
        3
    """
    return flow(
        "256 feature maps",
        [
            [
                one("256 → 64", 1, 0.55),
                Step("3×3\n64 → 64", BLUE, 0.55, 0.55),
                one("64 → 256", 0.55, 1),
            ],
            [],
        ],
        "256 feature maps",
        join="add, then relu",
        width=1.9,
    )


def projection_shortcut() -> Plot:
    """Draw ResNet's bottleneck with a projection, where size and channels change.

    Returns:
        A diagram of two branches that are added.

    Examples:
        >>> len(projection_shortcut().axes[0].patches)
        4
    """
    return flow(
        "256 feature maps, 56×56",
        [
            [
                one("256 → 128", 0.8, 0.62),
                Step("3×3, stride 2\n128 → 128", BLUE, 0.62, 0.62),
                one("128 → 512", 0.62, 1),
            ],
            [Step("1×1, stride 2\n256 → 512", ORANGE, 0.8, 1)],
        ],
        "512 feature maps, 28×28",
        join="add, then relu",
        width=2.1,
    )


def fire() -> Plot:
    """Draw SqueezeNet's fire2.

    Returns:
        A diagram: a squeezing 1×1 convolution, then two expanding ones side by side.

    Examples:
        >>> len(fire().axes[0].patches)
        3
    """
    return flow(
        "96 feature maps",
        [[one("16 → 64")], [Step("3×3\n16 → 64")]],
        "64 + 64 = 128 feature maps",
        stem=[one("96 → 16")],
        join="concatenate",
        width=1.5,
    )


def depthwise_separable() -> Plot:
    """Draw MobileNetV1's block.

    Returns:
        A diagram: a depthwise 3×3 convolution, then a 1×1 convolution.

    Examples:
        >>> len(depthwise_separable().axes[0].patches)
        2
    """
    steps = [Step("3×3 in each channel\n32 → 32"), one("32 → 64")]
    return flow("32 feature maps", [steps], "64 feature maps", width=2)


def inverted_residual() -> Plot:
    """Draw MobileNetV2's block with an identity shortcut.

    Returns:
        A diagram whose boxes are widest in the middle.

    Examples:
        >>> len(inverted_residual().axes[0].patches)
        3
    """
    return flow(
        "24 feature maps",
        [
            [
                one("24 → 144", 0.6, 1),
                Step("3×3 in each channel\n144 → 144"),
                one("144 → 24", 1, 0.6),
            ],
            [],
        ],
        "24 feature maps",
        join="add",
        width=2,
    )

"""The diagram of the page on segmentation, and the light on its pictures."""

import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle
from torch import Tensor, nn

from onebyone.architectures.unet import WIDTHS
from onebyone.book.figures.drawing import BLUE, INK, ORANGE, Plot

WIDTH, HEIGHT = 0.74, 0.5  # of a box, in inches
DOWN, ACROSS = 0.82, 0.5  # from one level to the next


def draw_unet(size: int = 224) -> Plot:
    """Draw U-Net as the letter that it is named after: a box for each resolution on the way down and on the way up.

    Args:
        size: Height and width of the image.

    Examples:
        >>> len(draw_unet().axes[0].patches)
        10
    """
    levels = len(WIDTHS)
    width = 2 * (levels - 1) * ACROSS + 2.3
    figure = Plot(figsize=(width, DOWN * levels + 0.3))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.set_xlim(-0.6, width - 0.6)
    axes.set_ylim(DOWN * levels, -0.3)
    figure.add_artist(Rectangle((0, 0), 1, 1, fill=False, linewidth=0))

    def place(step: int) -> tuple[float, float]:
        return step * ACROSS, DOWN * (levels - 1 - abs(levels - 1 - step)) + 0.2

    steps = range(2 * levels - 1)
    for step in steps:
        level = levels - 1 - abs(levels - 1 - step)
        pixels = size // 2**level
        _box(axes, place(step), f"{WIDTHS[level]}\n{pixels}×{pixels}", BLUE)
        if step:
            _arrow(
                axes, place(step - 1), place(step), -1 if step >= levels else 1
            )
    for level in range(levels - 1):
        left, right = place(level), place(2 * levels - 2 - level)
        start, end = left[0] + WIDTH / 2, right[0] - WIDTH / 2
        axes.annotate(
            "",
            (end, right[1]),
            (start, left[1]),
            arrowprops={"arrowstyle": "->", "color": INK, "linestyle": "--"},
        )
    last = place(2 * levels - 2)
    head = last[0] + 1.15, last[1]
    _box(axes, head, f"1×1\n{WIDTHS[0]} → 2", ORANGE)
    axes.annotate(
        "",
        (head[0] - WIDTH / 2, head[1]),
        (last[0] + WIDTH / 2, last[1]),
        arrowprops={"arrowstyle": "->", "color": INK},
    )
    middle = (place(0)[0] + last[0]) / 2
    axes.text(middle, 0.05, "concatenated", ha="center", color=INK, fontsize=11)
    return figure


def heat(scores: Tensor, size: tuple[int, int]) -> Tensor:
    """Return a map of scores as a picture's brightness, from 0 to 1: nothing where the score is 0 or less.

    Args:
        scores: The scores of one class, (H, W).
        size: Height and width of the picture.

    Examples:
        >>> heat(torch.tensor([[-1.0, 0.0], [2.0, 4.0]]), (2, 2))
        tensor([[0.0000, 0.0000],
                [0.5000, 1.0000]])
    """
    positive = scores.clamp(min=0)[None, None]
    large = nn.functional.interpolate(positive, size=size, mode="bilinear")
    most = large.max().clamp(min=torch.finfo(large.dtype).tiny)
    return (large / most)[0, 0]


def _box(
    axes: Axes, centre: tuple[float, float], text: str, colour: str
) -> None:
    x, y = centre
    axes.add_patch(
        Rectangle(
            (x - WIDTH / 2, y - HEIGHT / 2),
            WIDTH,
            HEIGHT,
            facecolor=to_rgba(colour, 0.16),
            edgecolor=colour,
            linewidth=1.4,
        )
    )
    axes.text(x, y, text, ha="center", va="center", color=colour, fontsize=10.5)


def _arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    way: int,
) -> None:
    """Draw an arrow from box to box, down (1) or up (-1)."""
    axes.annotate(
        "",
        (end[0], end[1] - way * HEIGHT / 2),
        (start[0], start[1] + way * HEIGHT / 2),
        arrowprops={"arrowstyle": "->", "color": INK},
    )

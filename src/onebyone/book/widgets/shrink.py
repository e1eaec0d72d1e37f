"""Which axis shrinks: one stack of feature maps under pooling, a stride and a 1×1, drawn to scale."""

from collections.abc import Callable

import numpy as np

from onebyone import conv1x1, conv2d, max_pool2d
from onebyone.book.filters import filter_bank
from onebyone.book.widgets.boxes import DEEP, SLANT, Box
from onebyone.book.widgets.oblique import draw_picture
from onebyone.book.widgets.steps import Step, draw_steps
from onebyone.book.widgets.widget import Widget
from onebyone.images import photograph

TILES = 32  # a side, of the photograph's 256 pixels, and fewer on a smaller map
# In units of the drawing.
SIDE, HIGH = 120, 110  # of the front of what goes in
LEFT, ROOM = 96, 24  # for what is written on its left, and below it
MARGIN = 6


def halve_maps(maps: np.ndarray) -> np.ndarray:
    """Return the mean of each two neighbouring maps, a 1×1 convolution to half the channels.

    Args:
        maps: (C, H, W), C even.

    Examples:
        >>> halve_maps(np.arange(4.0).reshape(4, 1, 1)).ravel()
        array([0.5, 2.5])
    """
    pairs = np.kron(np.eye(len(maps) // 2), [[0.5, 0.5]])
    return conv1x1(
        maps, pairs.astype(maps.dtype)
    )  # else float32 would become float64


WAYS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "As it comes": lambda maps: maps,
    "2×2 max pooling": lambda maps: max_pool2d(maps, 2),
    "A stride of 2": lambda maps: maps[:, ::2, ::2],
    "A 1×1 from 64 to 32": halve_maps,
    "The 1×1, then the pooling": lambda maps: max_pool2d(halve_maps(maps), 2),
    "The 1×1 twice": lambda maps: halve_maps(halve_maps(maps)),
}


def shrink_a_stack() -> Widget:
    """Return the photograph's 64 feature maps, and what makes the stack smaller, along one axis or both.

    Examples:
        >>> shrink_a_stack()
        Widget('shrink')
    """
    maps = conv2d(photograph(), filter_bank(), padding=5)
    steps, drawn = [], []
    for n, (name, way) in enumerate(WAYS.items()):
        made = way(maps)
        channels, height, width = made.shape
        share = round(maps.nbytes / made.nbytes)
        part = f", 1/{share} of what came in" if share > 1 else ""
        steps.append(
            Step(
                name,
                f"{name}: {channels} maps of {height}×{width}, {made.nbytes / 1e6:.1f} MB{part}.",
            )
        )
        hidden = " hidden" if n else ""
        drawn.append(
            f'<g data-step="{n}"{hidden}>{_draw(made, maps.shape, "1×1" in name)}</g>'
        )
    wide = LEFT + SIDE * (1 + SLANT) + MARGIN
    high = MARGIN + SIDE * DEEP + HIGH + ROOM
    label = "A stack of feature maps to scale, in the outline of what came in."
    picture = (
        f'<div class="stage wide block"><svg viewBox="0 0 {wide:.0f} {high:.0f}" '
        f'width="{1.4 * wide:.0f}" height="{1.4 * high:.0f}" role="img" aria-label="{label}">'
        f"{''.join(drawn)}</svg></div>"
        "<p>Height is channels, width is pixels; dashed, the 64 channels that came in. "
        "On top lies map 0, fine vertical edges.</p>"
    )
    return draw_steps("shrink", picture, steps, "Back", "Next")


def _draw(made: np.ndarray, whole: tuple[int, ...], pointwise: bool) -> str:
    """Draw the stack as a box with its first map on top, in the outline of the whole one."""
    channels, height, _ = made.shape
    side, high = SIDE * height / whole[1], HIGH * channels / whole[0]
    floor = MARGIN + SIDE * DEEP + HIGH
    outer = Box(LEFT, floor - HIGH, SIDE, HIGH)
    box = Box(LEFT, floor - high, side, high)
    size = TILES * height // whole[1]
    pooled = made[0].reshape(size, height // size, size, -1).mean(axis=(1, 3))
    tile = side / size
    top = (
        f'<g transform="matrix({tile:g} 0 {-tile * SLANT:g} {tile * DEEP:g} '
        f'{box.x + side * SLANT:g} {box.y - side * DEEP:g})">'
        f"{draw_picture(127.5 + 255 * 2 * pooled)}</g>"
    )
    colour = "k1" if pointwise else "k3"
    return (
        f'<path class="ghost" d="{outer.outline}"/>'
        f'<path class="face {colour}" d="{box.outline}"/>{top}<path class="edge" d="{box.edges}"/>'
        f'<text class="side" x="{LEFT - 8}" y="{floor - high / 2:g}">{channels} channels</text>'
        f'<text x="{LEFT + side / 2:g}" y="{floor + 13:g}">{height} pixels</text>'
    )

"""Which axis shrinks: one stack of feature maps under pooling, a stride and a 1×1, drawn to scale."""

from collections.abc import Callable

import numpy as np

from onebyone import conv1x1, conv2d, max_pool2d
from onebyone.book.filters import filter_bank
from onebyone.book.widgets.oblique import Stack, draw_map
from onebyone.book.widgets.steps import Step, draw_steps
from onebyone.book.widgets.widget import Widget
from onebyone.images import photograph

TILES = (
    32  # a side, of the photograph's 256 pixels; a pooled map has half as many
)
ONE_IN = 4  # maps that are drawn
SPACE = 9  # between two of them
WIDE, HIGH = 600, 240


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
    "as it comes": lambda maps: maps,
    "2×2 max pooling": lambda maps: max_pool2d(maps, 2),
    "a stride of 2": lambda maps: maps[:, ::2, ::2],
    "a 1×1 from 64 to 32": halve_maps,
    "the 1×1, then the pooling": lambda maps: max_pool2d(halve_maps(maps), 2),
    "the 1×1 twice": lambda maps: halve_maps(halve_maps(maps)),
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
        share = made.nbytes / maps.nbytes
        part = "all of it" if share == 1 else f"1/{round(1 / share)} of it"
        steps.append(
            Step(
                name,
                f"{name[0].upper()}{name[1:]}: ({channels}, {height}, {width}), {made.nbytes / 1e6:.1f} MB, {part}.",
            )
        )
        hidden = " hidden" if n else ""
        drawn.append(f'<g data-step="{n}"{hidden}>{_draw(made)}</g>')
    label = (
        "A stack of feature maps, drawn to scale: as high as it has channels."
    )
    picture = (
        f'<div class="stage wide"><svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{label}">'
        f"{''.join(drawn)}</svg></div>"
    )
    return draw_steps("shrink", picture, steps, "Back", "Next")


def _draw(maps: np.ndarray) -> str:
    """Draw one in four maps, the first on top with its picture."""
    channels, height, _ = maps.shape
    size = TILES * height // 256
    scale = height / 256
    stack = Stack(size, channels // ONE_IN, gap=SPACE / scale - 75)
    pooled = maps[0].reshape(size, height // size, size, -1).mean(axis=(1, 3))
    grey = 127.5 + 255 * 2 * pooled
    blank = "".join(
        f'<g transform="{stack.transform(level)}"><rect class="blank" width="{size}" height="{size}"/></g>'
        for level in reversed(range(1, stack.maps))
    )
    left, top = (WIDE - stack.width * scale) / 2, 8
    return (
        f'<g transform="translate({left:g} {top}) scale({scale:g})">'
        f"{blank}{draw_map(stack, 0, grey)}</g>"
    )

"""Stacks of feature maps in oblique view: rows stay level, maps lie one above the other, channels go down."""

import base64
from typing import NamedTuple

import numpy as np

from onebyone.images import encode_png

# In units of the drawing. The back edge of a map is as wide as its front edge, and lies to the right of it.
WIDE, SLANT, DEEP, GAP, RIM = 208, 80, 75, 18, 2


LOSSLESS = (
    64  # pixels a side: the largest picture of which the site loses nothing
)


class Stack(NamedTuple):
    """A stack of square maps.

    Args:
        size: Height and width of each map, in tiles.
        maps: How many maps.
        gap: What is left free between two maps; less than 0 where they lie behind each other.
    """

    size: int
    maps: int
    gap: float = GAP

    @property
    def width(self) -> int:
        """The drawing's width."""
        return WIDE + SLANT + 2 * RIM

    @property
    def height(self) -> float:
        """The drawing's height."""
        return self.maps * (DEEP + self.gap) - self.gap + 2 * RIM

    def place(
        self, row: float, column: float, level: int
    ) -> tuple[float, float]:
        """Return where the corner of a tile lies in the drawing.

        Examples:
            >>> Stack(size=16, maps=4).place(16, 0, 0)  # the front corner on the left, of the map on top
            (2.0, 77.0)
        """
        across = RIM + SLANT + (WIDE * column - SLANT * row) / self.size
        return across, RIM + level * (DEEP + self.gap) + DEEP * row / self.size

    def transform(self, level: int) -> str:
        """Return what lays a map, whose unit is a tile, at its level.

        Examples:
            >>> Stack(size=16, maps=4).transform(1)
            'matrix(13 0 -5 4.6875 82 95)'
        """
        tile = WIDE / self.size, -SLANT / self.size, DEEP / self.size
        across, down = self.place(0, 0, level)
        wide, slant, deep, x, y = (f"{n:g}" for n in (*tile, across, down))
        return f"matrix({wide} 0 {slant} {deep} {x} {y})"


def draw_map(
    stack: Stack,
    level: int,
    values: np.ndarray | None,
    channel: int | None = None,
) -> str:
    """Return a map of a stack, with its tiles, as SVG.

    Args:
        stack: The stack.
        level: Where in the stack the map lies, from 0 on top.
        values: (size, size), from 0 to 255; None for tiles without a value.
        channel: The colour, 0 for red to 2 for blue; None for grey.

    Examples:
        >>> draw_map(Stack(2, 1), 0, np.zeros((2, 2)))[:45]
        '<g transform="matrix(104 0 -40 37.5 82 2)"><i'
    """
    size = stack.size
    inside = (
        f'<rect class="blank" width="{size}" height="{size}"/>'
        if values is None
        else draw_picture(values, channel)
    )
    return (
        f'<g transform="{stack.transform(level)}">{inside}{draw_grid(size)}</g>'
    )


def draw_picture(
    values: np.ndarray,
    channel: int | None = None,
    *,
    at: int = 0,
    more: str = "",
) -> str:
    """Return a map as a picture with a few pixels for each tile, since older WebKit blurs between pixels.

    Args:
        values: (N, N), from 0 to 255; what lies outside is clipped.
        channel: The colour, 0 for red to 2 for blue; None for grey.
        at: The row and the column of the first tile.
        more: More attributes.

    Examples:
        >>> draw_picture(np.zeros((2, 2)))[:46]
        '<image x="0" y="0" width="2" height="2" href="'
    """
    size, side = len(values), LOSSLESS // len(values)
    tiles = colour_tiles(values, channel).repeat(side, 0).repeat(side, 1)
    data = base64.b64encode(encode_png(tiles)).decode()
    return (
        f'<image x="{at}" y="{at}" width="{size}" height="{size}"{more} '
        f'href="data:image/png;base64,{data}"/>'
    )


def colour_tiles(values: np.ndarray, channel: int | None = None) -> np.ndarray:
    """Return the colour of each tile of a map, (N, N, 3) of uint8.

    Args:
        values: (N, N), from 0 to 255; what lies outside is clipped.
        channel: The colour, 0 for red to 2 for blue; None for grey.

    Examples:
        >>> colour_tiles(np.array([[224]]), channel=0)
        array([[[224,   0,   0]]], dtype=uint8)
    """
    grey = np.clip(values, 0, 255).round().astype(np.uint8)
    pixels = np.repeat(grey[..., None], 3, axis=-1)
    if channel is not None:
        pixels[..., np.arange(3) != channel] = 0
    return pixels


def draw_grid(size: int) -> str:
    """Return the lines between tiles.

    Examples:
        >>> draw_grid(1)
        '<path class="grid" d="M0 0V1M0 0H1M1 0V1M0 1H1"/>'
    """
    lines = "".join(f"M{n} 0V{size}M0 {n}H{size}" for n in range(size + 1))
    return f'<path class="grid" d="{lines}"/>'

"""Boxes for feature maps, to scale: as high as they have channels, as wide and as deep as they have pixels."""

from collections.abc import Sequence
from typing import NamedTuple

from onebyone.book.blocks import Maps

# In units of the drawing.
SIDE = 40  # the widest box's
HIGH = 150  # the highest box's
SLANT, DEEP = 0.38, 0.36  # where a box ends at the back, in its sides
GAP = 56  # between two boxes, for what makes the second of the first
ROOM = 30  # below a box, for what it holds
OVER = 26  # above the boxes, for a shortcut
MARGIN = 8
RADIUS = 9  # of a plus


class Box(NamedTuple):
    """The front of a box, from its upper corner on the left; a sum is a plus."""

    x: float
    y: float
    wide: float
    high: float

    @property
    def right(self) -> float:
        """Where it ends at the back."""
        return self.x + self.wide * (1 + SLANT)

    @property
    def middle(self) -> float:
        """How far down its middle is."""
        return self.y + self.high / 2

    @property
    def back(self) -> str:
        """The line from its front to its back, as part of an SVG path."""
        return f"l{self.wide * SLANT:.1f} {-self.wide * DEEP:.1f}"

    @property
    def outline(self) -> str:
        """All that is seen of it, as an SVG path."""
        return (
            f"M{self.x:.1f} {self.y:.1f}v{self.high:.1f}h{self.wide:.1f}"
            f"{self.back}v{-self.high:.1f}h{-self.wide:.1f}z"
        )

    @property
    def edges(self) -> str:
        """The edges between its faces."""
        return (
            f"M{self.x:.1f} {self.y:.1f}h{self.wide:.1f}v{self.high:.1f}"
            f"m0 {-self.high:.1f}{self.back}"
        )


def forks(found: Sequence[Maps], n: int) -> list[int]:
    """Return which maps are made of one maps alone: more than one where branches part.

    Examples:
        >>> forks([Maps("input", 8, 1, 1), Maps("conv", 8, 1, 1, (0,)), Maps("sum", 8, 1, 1, (1, 0))], 0)
        [1]
    """
    return [m for m, maps in enumerate(found) if maps.sources == (n,)]


def find_rows(found: Sequence[Maps]) -> list[int]:
    """Return the row of each of a block's maps: each branch has its own, and where branches meet is row 0.

    Examples:
        >>> find_rows([Maps("input", 8, 1, 1), *[Maps("conv", 8, 1, 1, (0,))] * 3, Maps("stack", 24, 1, 1, (1, 2, 3))])
        [0, 0, 1, 2, 0]
    """
    rows: list[int] = []
    for n, maps in enumerate(found):
        if len(maps.sources) != 1:
            rows.append(0)
            continue
        (source,) = maps.sources
        is_first = forks(found, source)[0] == n
        rows.append(rows[source] if is_first else max(rows) + 1)
    return rows


def find_columns(found: Sequence[Maps]) -> list[int]:
    """Return how many steps each of a block's maps is from the input, by the longest way.

    Examples:
        >>> find_columns([Maps("input", 8, 1, 1), Maps("conv", 8, 1, 1, (0,)), Maps("sum", 8, 1, 1, (1, 0))])
        [0, 1, 2]
    """
    columns: list[int] = []
    for maps in found:
        before = [columns[source] for source in maps.sources]
        columns.append(1 + max(before, default=-1))
    return columns


def place_boxes(found: Sequence[Maps]) -> list[Box]:
    """Return a box for each of a block's maps.

    Args:
        found: What `read_block` returns.

    Examples:
        >>> few, many = place_boxes([Maps("input", 8, 14, 14), Maps("conv", 16, 14, 14, (0,))])
        >>> 2 * few.high == many.high, few.wide == many.wide, few.middle == many.middle
        (True, True, True)
    """
    columns, rows = find_columns(found), find_rows(found)
    wide = SIDE / max(maps.width for maps in found)
    high = HIGH / max(maps.channels for maps in found)
    sizes = [
        (2 * RADIUS, 2 * RADIUS)
        if maps.by == "sum"
        else (wide * maps.width, high * maps.channels)
        for maps in found
    ]
    lefts, x = [], float(MARGIN)
    for column in range(max(columns) + 1):
        lefts.append(x)
        x += GAP + (1 + SLANT) * max(
            w for (w, _), at in zip(sizes, columns, strict=True) if at == column
        )
    centres, y = [], 0.0
    for row in range(max(rows) + 1):
        highest = max(
            h
            for (_, h), at, maps in zip(sizes, rows, found, strict=True)
            if at == row and (max(rows) == 0 or len(maps.sources) == 1)
        )
        y += DEEP * SIDE
        centres.append(y + highest / 2)
        y += highest + ROOM
    middles = []
    for n, maps in enumerate(found):
        branches = [centres[rows[m]] for m in forks(found, n)]
        middle = centres[rows[n]]
        if len(branches) > 1:
            middle = (branches[0] + branches[-1]) / 2
        if len(maps.sources) > 1:
            middle = (centres[0] + centres[-1]) / 2
        middles.append(middle)
    top = min(
        middle - h / 2 - DEEP * w
        for middle, (w, h) in zip(middles, sizes, strict=True)
    )
    over = OVER if any(shortcuts(found)) else 0
    return [
        Box(
            lefts[column],
            middle - h / 2 - top + MARGIN + over,
            w,
            h,
        )
        for column, middle, (w, h) in zip(columns, middles, sizes, strict=True)
    ]


def shortcuts(found: Sequence[Maps]) -> list[tuple[int, int]]:
    """Return which maps are also handed on as they are, from where they are to where branches meet.

    Examples:
        >>> shortcuts([Maps("input", 8, 1, 1), Maps("conv", 8, 1, 1, (0,)), Maps("sum", 8, 1, 1, (1, 0))])
        [(0, 2)]
    """
    return [
        (source, n)
        for n, maps in enumerate(found)
        for source in maps.sources
        if len(maps.sources) > 1 and forks(found, source)
    ]

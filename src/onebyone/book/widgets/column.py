"""The column: a block of channels, the filter over it, and the one number that comes out."""

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from onebyone import conv2d
from onebyone.book.widgets.mixer import CHANNELS
from onebyone.book.widgets.oblique import Stack, draw_grid, draw_picture
from onebyone.book.widgets.widget import Widget
from onebyone.images import photograph

LUMA = (0.299, 0.587, 0.114)
SMOOTH = {5: (1, 4, 6, 4, 1), 3: (1, 2, 1), 1: (1,)}
HEADS = "pixel · weight", "pixels · weights, tile by tile"
TILES = 16  # a side; each is the mean of 16×16 pixels of the photograph
# The example that chapter 1 does by hand.
BY_HAND = np.array(
    [
        [[1, 0, 2, 1], [0, 3, 1, 0], [2, 1, 0, 1], [1, 0, 1, 2]],
        [[0, 1, 1, 0], [2, 0, 1, 3], [1, 1, 0, 0], [0, 2, 1, 1]],
    ]
)
FILTER_BY_HAND = np.array(
    [[[1, 0, -1]] * 3, [[0, 1, 0], [1, 1, 1], [0, 1, 0]]],
)


class Shown(NamedTuple):
    """What a column shows: an input (C, N, N), and by kernel size a filter (C, K, K) over it."""

    name: str
    x: np.ndarray
    filters: Mapping[int, np.ndarray]
    channels: Sequence[str]
    decimals: int
    start: tuple[int, int, int]  # kernel size, row and column of the output

    @property
    def filter(self) -> np.ndarray:
        """The filter at the start, (C, K, K)."""
        return self.filters[self.start[0]]

    @property
    def seen(self) -> np.ndarray:
        """What the filter sees at the start, (C, K, K)."""
        kernel, row, column = self.start
        return self.x[:, row : row + kernel, column : column + kernel]

    @property
    def parts(self) -> np.ndarray:
        """What each channel adds to the output."""
        return (self.seen * self.filter).sum(axis=(1, 2))

    @property
    def total(self) -> float:
        """The output."""
        return conv2d(self.seen, self.filter[None]).item()

    def write(self, value: float) -> str:
        """Return a number as the column writes it."""
        return f"{value:.{self.decimals}f}"

    def edges(self, stack: Stack) -> list[list[tuple[float, float]]]:
        """Return the filter's four edges, each from the top down through the input and on to the output."""
        maps = len(self.x)
        kernel, row, column = self.start
        edges = []
        for down in 0, 1:
            for across in 0, 1:
                corner = row + down * kernel, column + across * kernel
                end = row + kernel // 2 + down, column + kernel // 2 + across
                points = [
                    stack.place(*corner, 0),
                    stack.place(*corner, maps - 1),
                    stack.place(*end, maps),
                ]
                edges.append(points)
        return edges


def follow_a_pixel(kernel_size: int = 1) -> Widget:
    """Return the photograph's channels as three maps of 16×16 tiles, under a filter for brightness.

    The filter is luma's three weights, which a larger kernel spreads over the pixels around, by Pascal's triangle.

    Args:
        kernel_size: The filter that is shown first: 1, 3 or 5.

    Raises:
        ValueError: There is no such filter.

    Source:
        The weights 0.299, 0.587 and 0.114: ITU-R BT.601.

    Examples:
        >>> follow_a_pixel()
        Widget('column')
    """
    return _draw(show_photograph(kernel_size))


def follow_by_hand() -> Widget:
    """Return the example that chapter 1 does by hand: two channels of 4×4 pixels, under one filter of 2×3×3.

    Examples:
        >>> follow_by_hand()
        Widget('column')
    """
    channels = "channel 0", "channel 1"
    filters = {3: FILTER_BY_HAND}
    return _draw(Shown("hand", BY_HAND, filters, channels, 0, (3, 0, 0)))


def show_photograph(kernel_size: int = 1) -> Shown:
    """Return what `follow_a_pixel` shows.

    Examples:
        >>> shown = show_photograph()
        >>> shown.seen.ravel().tolist(), shown.write(shown.total)
        ([224, 104, 66], '135.548')
    """
    filters = {
        k: np.multiply.outer(LUMA, np.outer(row, row) / np.sum(row) ** 2)
        for k, row in SMOOTH.items()
    }
    if not isinstance(kernel_size, int) or kernel_size not in filters:
        raise ValueError(
            f"kernel_size: expected 1, 3 or 5, got {kernel_size!r}"
        )
    beside = kernel_size // 2
    start = kernel_size, 9 - beside, 4 - beside  # in the orange suit
    return Shown("pixel", tiles(), filters, CHANNELS, 3, start)


def tiles() -> np.ndarray:
    """Return the photograph as 16×16 tiles, (3, 16, 16) of int, from 0 to 255.

    Examples:
        >>> tiles()[:, 9, 4]  # the orange suit
        array([224, 104,  66])
    """
    x = photograph()
    side = x.shape[1] // TILES
    means = x.reshape(3, TILES, side, TILES, side).mean(axis=(2, 4))
    return np.rint(255 * means).astype(int)


def _draw(shown: Shown) -> Widget:
    maps, size, _ = shown.x.shape
    stack = Stack(size, maps + 1)
    given = {
        "x": shown.x.tolist(),
        "filters": {k: f.tolist() for k, f in shown.filters.items()},
        "decimals": shown.decimals,
        "heads": HEADS,
    }
    kernel, row, column = shown.start
    side = size - kernel + 1
    kernels = "".join(  # the largest first: a block becomes a column
        f'<button type="button" data-kernel="{k}" aria-pressed="{str(k == kernel).lower()}">{k}×{k}</button>'
        for k in shown.filters
    )
    if len(shown.filters) == 1:
        kernels = ""  # nothing to choose
    return Widget(
        "column",
        f'<div class="widget column" id="{shown.name}" data-script="column.js" '
        f'data-given="{html.escape(json.dumps(given, separators=(",", ":")))}">'
        f'<div class="stage">{_picture(shown, stack)}<div class="sums">{_sums(shown)}</div></div>'
        f'<div class="presets" role="group" aria-label="The filter">{kernels}'
        '<button type="button" data-play>Play</button></div>'
        '<label class="scalar"><span>where the filter lies</span> <input type="range" min="0" step="1" '
        f'max="{side * side - 1}" value="{row * side + column}" autocomplete="off" '
        f'aria-valuetext="{_index(row, column)}"></label>'
        f'<p role="status" aria-live="polite">{_sentence(shown)}</p></div>',
    )


def _picture(shown: Shown, stack: Stack) -> str:
    maps, size, _ = shown.x.shape
    kernel, row, column = shown.start
    pixels = [draw_picture(shown.x[n], n) for n in range(maps)]
    results = {k: conv2d(shown.x, f[None])[0] for k, f in shown.filters.items()}
    if shown.decimals:
        made = "".join(
            draw_picture(
                y,
                at=k // 2,
                more=f' data-output="{k}"{"" if k == kernel else " hidden"}',
            )
            for k, y in results.items()
        )
    else:
        pixels = [""] * maps
        made = ""
    numbers = [] if shown.decimals else [*shown.x, results[kernel]]
    cover, levels = '<path class="cover" d=""/>', []
    for level, inside in enumerate([*pixels, made]):
        out = level == maps
        at, wide = (kernel // 2, 1) if out else (0, kernel)
        labels = _labels(numbers[level], stack, level) if numbers else ""
        levels.append(
            f'<g transform="{stack.transform(level)}">{inside}</g>{labels}'
            f'<g class="{"made" if out else "given"}" transform="{stack.transform(level)}">'
            f"{cover if out else ''}{draw_grid(size)}"
            f"{_frame(row + at, column + at, wide)}</g>"
        )
    label = (
        f"{maps} channels of {size}×{size} tiles, one above the other. The filter goes down through all of them, "
        "to one tile of the output under them."
    )
    return (
        f'<svg viewBox="0 0 {stack.width} {stack.height}" role="img" aria-label="{label}" data-kernel="{kernel}">'
        f'{"".join(levels)}<path class="through" d="{_through(shown, stack)}"/></svg>'
    )


def _frame(row: int, column: int, wide: int) -> str:
    """Draw a frame that stands out from any colour: one line on a wider one."""
    place = f'x="{column}" y="{row}" width="{wide}" height="{wide}"'
    return f'<rect class="halo" {place}/><rect class="lit" {place}/>'


def _labels(values: np.ndarray, stack: Stack, level: int) -> str:
    """Write each number of a map on its tile."""
    beside = (stack.size - len(values)) / 2 + 0.5
    texts = []
    for (row, column), value in np.ndenumerate(values):
        x, y = stack.place(row + beside, column + beside, level)
        texts.append(f'<text x="{x:g}" y="{y:g}">{value}</text>')
    return f'<g class="numbers">{"".join(texts)}</g>'


def _through(shown: Shown, stack: Stack) -> str:
    """Draw the four edges of the filter down through the input, and on to the output."""
    return "".join(
        "M" + "L".join(f"{x:.9g} {y:.9g}" for x, y in points)
        for points in shown.edges(stack)
    )


def _sums(shown: Shown) -> str:
    """Write out what each channel adds to the output, and their sum."""
    kernel, lines = shown.start[0], []
    for name, seen, weight, part in zip(
        shown.channels, shown.seen, shown.filter, shown.parts, strict=True
    ):
        terms = (
            _grid(map(str, seen.ravel()), kernel),
            _grid(map(shown.write, weight.ravel()), kernel),
        )
        lines.append(
            f'<p><span class="head"><b>{name}</b> <small>{HEADS[kernel > 1]}</small></span>'
            f'<span class="terms">{terms[0]}<i>·</i>{terms[1]}</span>'
            f'<span class="sum">{shown.write(part)}</span></p>'
        )
    summed = " + ".join(map(shown.write, shown.parts))
    return (
        f'{"".join(lines)}<p><span class="head"><b>output</b></span><span class="terms">{summed}</span>'
        f'<span class="sum">{shown.write(shown.total)}</span></p>'
    )


def _grid(texts: Iterable[str], kernel: int) -> str:
    cells = "".join(f"<span>{text}</span>" for text in texts)
    return f'<span class="cells" data-kernel="{kernel}">{cells}</span>'


def _sentence(shown: Shown) -> str:
    kernel, row, column = shown.start
    maps = len(shown.x)
    terms = [shown.write(part) for part in shown.parts]
    if kernel == 1:
        terms = [
            f"{x} · {shown.write(w)}"
            for x, w in zip(
                shown.seen.ravel(), shown.filter.ravel(), strict=True
            )
        ]
    return (
        f"{kernel}×{kernel} over {maps} channels, {maps * kernel**2} weights: {_index(row, column)} = "
        f"{' + '.join(terms)} = {shown.write(shown.total)}"
    )


def _index(row: int, column: int) -> str:
    return f"y[0,\N{NO-BREAK SPACE}{row},\N{NO-BREAK SPACE}{column}]"

"""The squeeze: one map of a stack that went through fewer maps and came back, beside the maps that were kept."""

import base64
import html
import json
from collections.abc import Sequence

import numpy as np

from onebyone import conv1x1
from onebyone.algebra import pca_projection
from onebyone.book.squeezing import (
    NOTHING,
    SOME,
    WAYS,
    Squeezed,
    condense,
    maps_of_equal_weight,
    project,
    restore,
    share,
    spread,
)
from onebyone.book.widgets.steps import Step, draw_steps
from onebyone.book.widgets.widget import Widget
from onebyone.images import encode_png

WIDTHS = 64, 32, 16, 8, 4, 2, 1
LAYER_WIDTHS = 96, 48, 32, 24, 16, 12, 8
HEAD = slice(20, 84), slice(76, 140)  # the astronaut's, 64×64 pixels
COLUMNS = 8  # of the sheet of small maps
CONTRAST = 40  # grey levels for a standard deviation
COMPONENTS = 18  # principal maps, of which `squeeze.js` makes the restored map
KINDS = (
    "fine edges",
    "broad edges",
    "fine lines",
    "broad lines",
    "edges from red to green",
    "edges from blue to yellow",
)
COLOURS = "brightness", "red", "green", "blue"


def squeeze() -> Widget:
    """Return one of 64 maps restored from fewer in three ways, the last of which is the reader's pick of maps.

    Examples:
        >>> squeeze()
        Widget('squeeze')
    """
    maps = maps_of_equal_weight()
    pixels = condense(maps)
    squeezed = Squeezed(
        pixels, pixels, maps[:, *HEAD], 4, "fine horizontal edges", WIDTHS, 3
    )
    return _draw("squeeze", squeezed, picking=True)


def squeeze_layer(
    fit: np.ndarray, judged: np.ndarray, own: np.ndarray, number: int
) -> Widget:
    """Return one of the 96 maps in a trained block, restored from fewer of them in three ways.

    Args:
        fit: The maps that projections are fitted to, (N, 96, H, W).
        judged: The maps that they are judged by, (1, 96, H, W).
        own: The weight of the layer that reads them, (24, 96).
        number: Which of the maps is shown.

    Examples:
        >>> x = np.random.default_rng(0).random((1, 96, 16, 16))
        >>> squeeze_layer(x, x, np.ones((24, 96)), number=0)
        Widget('squeeze-layer')
    """
    deviation = fit.std(axis=(0, 2, 3))[:, None, None]
    deviation[deviation == 0] = 1  # a map that is zero stays so
    squeezed = Squeezed(
        condense(fit / deviation),
        condense(judged / deviation),
        judged[0] / deviation,
        number,
        "on the cat",
        LAYER_WIDTHS,
        LAYER_WIDTHS.index(len(own)),
    )
    restored = share(squeezed, own * deviation[:, 0].T)
    more = f" The layer's own projection to {len(own)} restores {restored:.1%}."
    return _draw("squeeze-layer", squeezed, more=more)


def _draw(
    name: str, squeezed: Squeezed, *, picking: bool = False, more: str = ""
) -> Widget:
    total, shares = len(squeezed.fit), {}
    for way in WAYS:
        shares[way] = [
            share(squeezed, project(squeezed.fit, width, way))
            for width in squeezed.widths
        ]
    steps = []
    for n, width in enumerate(squeezed.widths):
        best, random, some = (f"{shares[way][n]:.1%}" for way in WAYS)
        ends = more if n == squeezed.start else ""
        steps.append(
            Step(
                _many(width),
                f"From {_many(width)} of {total}: {best} comes back through the best projection, {random} through a "
                f"random one, {some} from {_which(total, width)}.{ends}",
            )
        )
    number, title = squeezed.number, squeezed.title
    whole = _picture(
        squeezed.shown[number] - squeezed.fit[number].mean(),
        f"Map {number}, {title}",
    )
    ways = "".join(_figure(squeezed, way, shares[way], picking) for way in WAYS)
    picture = (
        f'<div class="squeeze"><p class="whole">{whole}<span>Map {number} of {total}, {title}. Below, it is '
        f"restored from fewer maps, those in frames. A percentage is of the variance of all {total}, not of this one."
        "</span></p>"
        f"{ways}</div>"
    )
    return draw_steps(
        name, picture, steps, "More maps", "Fewer maps", squeezed.start
    )


def _figure(
    squeezed: Squeezed, way: str, shares: Sequence[float], picking: bool
) -> str:
    """Draw a way: how much comes back, one map of it, and the maps that were kept."""
    total, number = len(squeezed.fit), squeezed.number
    picking = picking and way == SOME
    name = "your pick of maps" if picking else way
    mean = squeezed.fit[number].mean()
    texts, bars, pictures, covers = [], [], [], []
    for n, (width, part) in enumerate(
        zip(squeezed.widths, shares, strict=True)
    ):
        at = f' data-step="{n}"{"" if n == squeezed.start else " hidden"}'
        kept = spread(total, width) if way == SOME else range(width)
        which = _which(total, width) if way == SOME else _many(width)
        short = which.removesuffix(" map") if way == SOME else which
        texts.append(f"<span{at}>{short}: <b>{part:.1%}</b> of all</span>")
        bars.append(f'<rect{at} width="{100 * max(part, 0):.1f}" height="4"/>')
        weight = project(squeezed.fit, width, way)
        made = restore(squeezed.shown, weight, squeezed.fit)[number] - mean
        pictures.append(
            _picture(made, f"Map {number} restored from {which}: {name}", at)
        )
        covers.append(f"<g{at}>{_cover(total, kept)}</g>")
    own = buttons = given = group = hint = ""
    if picking:
        own = (
            '<canvas width="64" height="64" role="img" data-own hidden '
            f'aria-label="Map {number} restored from {name}"></canvas>'
        )
        texts.append("<span data-own hidden></span>")
        bars.append('<rect height="4" data-own hidden></rect>')
        covers.append(f"<g data-own hidden>{_cover(total, [])}</g>")
        buttons = _buttons(spread(total, squeezed.widths[squeezed.start]))
        hint = '<p class="hint">Press a small map to pick it or to leave it out.</p>'
        group = ' role="group" aria-label="Maps to keep: the arrow keys move, the space bar picks"'
        given = f' data-script="squeeze.js" {_given(squeezed)}'
    small = (
        f"The {total} maps of {name}" if way != SOME else f"All {total} maps"
    )
    parts = [
        f'<figcaption><span>{name[0].upper()}{name[1:]}</span>{"".join(texts)}<svg class="part" viewBox="0 0 100 4" '
        f'preserveAspectRatio="none" aria-hidden="true">{"".join(bars)}</svg></figcaption>',
        f'<div class="restored">{"".join(pictures)}{own}</div>{hint}',
        f'<div class="kept"{group}>{_picture(_sheet(squeezed, way), small)}<svg aria-hidden="true" '
        f'viewBox="0 0 {COLUMNS} {total // COLUMNS}">{"".join(covers)}</svg>{buttons}</div>',
    ]
    return f'<figure class="way"{given}>{"".join(parts)}</figure>'


def _many(width: int) -> str:
    return "1 map" if width == 1 else f"{width} maps"


def _which(total: int, width: int) -> str:
    """Say which of the maps are kept.

    >>> _which(64, 64), _which(64, 32), _which(96, 32), _which(96, 8), _which(64, 2), _which(64, 1)
    ('all maps', 'every 2nd map', 'every 3rd map', 'every 12th map', 'every 32nd map', 'map 0')
    """
    if width == 1:
        return "map 0"
    if width == total:
        return "all maps"
    step = total // width
    return f"every {step}{ {2: 'nd', 3: 'rd', 32: 'nd'}.get(step, 'th') } map"


def _picture(values: np.ndarray, said: str, more: str = "") -> str:
    """Draw values of about the variance 1, zero as mid-grey."""
    grey = np.clip(127.5 + CONTRAST * values, 0, 255).round().astype(np.uint8)
    height, width = grey.shape
    return (
        f'<img{more} src="data:image/png;base64,{_encoded(encode_png(grey))}" alt="{html.escape(said)}" '
        f'width="{width}" height="{height}" loading="lazy">'
    )


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _sheet(squeezed: Squeezed, way: str) -> np.ndarray:
    """Return all maps that a way could keep side by side, half as high and wide as they are, each with variance 1."""
    total = len(squeezed.fit)
    weight = project(squeezed.fit, total, way)
    mean = weight @ squeezed.fit.mean(axis=1)
    maps = conv1x1(squeezed.shown, weight, -mean[:, 0])
    variance = conv1x1(squeezed.fit, weight).var(axis=(1, 2))
    empty = variance < NOTHING * variance.max()
    maps[empty] = 0
    maps /= np.sqrt(np.where(empty, 1, variance))[:, None, None]
    high, wide = (side // 2 for side in maps.shape[1:])
    small = maps.reshape(total, high, 2, wide, 2).mean(axis=(2, 4))
    sheet = small.reshape(-1, COLUMNS, high, wide).swapaxes(1, 2)
    return sheet.reshape(-1, COLUMNS * wide)


def _cover(total: int, kept: Sequence[int]) -> str:
    """Draw a frame about each map that is kept, and a cover over each other."""
    place = [f"M{n % COLUMNS} {n // COLUMNS}h1v1h-1z" for n in range(total)]
    lit = "".join(place[n] for n in kept)
    rest = "".join(place[n] for n in range(total) if n not in kept)
    return f'<path class="cover" d="{rest}"/><path class="lit" d="{lit}"/>'


def _buttons(kept: Sequence[int]) -> str:
    """Return a button for each map of the filter bank, of which Tab reaches one and the arrow keys the others."""
    buttons = "".join(
        f'<button type="button" tabindex="{0 if n == 0 else -1}" aria-pressed="{str(n in kept).lower()}" '
        f'aria-label="map {n}: {describe(n)}"></button>'
        for n in range(64)
    )
    return f"<div>{buttons}</div>"


def describe(number: int) -> str:
    """Return what a filter of the bank looks for.

    Args:
        number: Of the filter, 0 to 63.

    Examples:
        >>> describe(0), describe(61)
        ('fine edges, turned by 0°', 'a blur of red, 4 of 4')
    """
    kind, turn = divmod(number, 8)
    if kind < len(KINDS):
        return f"{KINDS[kind]}, turned by {22.5 * turn:g}°"
    scale, colour = divmod(number - 48, 4)
    return f"a blur of {COLOURS[colour]}, {scale + 1} of 4"


def _given(squeezed: Squeezed) -> str:
    """Return what `squeeze.js` needs for any pick: the maps as sums of principal ones, and pictures of these."""
    weight, mean = pca_projection(squeezed.fit, len(squeezed.fit))
    centred = squeezed.fit - mean[:, None, None]
    deviations = conv1x1(centred, weight).std(axis=(1, 2))
    rank = int((deviations > np.sqrt(NOTHING) * deviations[0]).sum())
    # Each map as a sum of principal maps of variance 1, (C, rank).
    maps = (weight[:rank] * deviations[:rank, None]).T
    shown = squeezed.shown - mean[:, None, None]
    principal = conv1x1(shown, weight[:COMPONENTS])
    principal /= deviations[:COMPONENTS, None, None]
    largest = np.abs(principal).max(axis=(1, 2))
    levels = 127.5 + 127.5 * principal / largest[:, None, None]
    coloured = levels.round().astype(np.uint8).reshape(-1, 3, *shown.shape[1:])
    pictures = " ".join(
        f"data:image/png;base64,{_encoded(encode_png(np.moveaxis(three, 0, -1)))}"
        for three in coloured
    )
    best = np.cumsum([0, *deviations**2]) / len(maps)
    numbers = {
        "shown": squeezed.number,
        "rank": rank,
        "widths": squeezed.widths,
        "best": np.round(best, 6).tolist(),
        "scales": np.round(CONTRAST * largest / 127.5, 6).tolist(),
    }
    return (
        f'data-maps="{_encoded(maps.astype("<f4").tobytes())}" data-pictures="{pictures}" '
        f'data-given="{html.escape(json.dumps(numbers))}"'
    )

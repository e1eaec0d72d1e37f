"""Blocks of networks, drawn to scale from their modules, with what each layer costs."""

from collections.abc import Sequence

from torch import nn

from onebyone.book.blocks import Maps, read_block
from onebyone.book.widgets.boxes import (
    DEEP,
    MARGIN,
    RADIUS,
    ROOM,
    Box,
    place_boxes,
    shortcuts,
)
from onebyone.book.widgets.steps import Step, draw_steps
from onebyone.book.widgets.widget import Widget

MILLION = 1_000_000
ENLARGED = 1.4  # px a unit, where there is room
HEAD = "m-5 -4l5 4l-5 4"  # of an arrow, where a line ends on the right
OUT = 20  # from a sum to where it leaves the drawing
BEND = 16  # where a line between two rows leaves its own, before the box


def draw_block(
    name: str, title: str, block: nn.Module, shape: tuple[int, int, int]
) -> Widget:
    """Return a block to scale: maps as boxes, as high as they have channels, and each layer with its cost.

    Args:
        name: The widget's, also in the page's address.
        title: The block's, with which the sentence on it begins.
        block: Whatever `read_block` takes.
        shape: Of its input, (C, H, W).

    Examples:
        >>> draw_block("layer", "A layer", nn.Conv2d(8, 4, 1), (8, 14, 14))
        Widget('layer')
    """
    found = read_block(block, shape)
    boxes = place_boxes(found)
    lines = [
        _connect(found, boxes, source, n)
        for n, maps in enumerate(found)
        for source in maps.sources
    ]
    drawn = [_draw(found, boxes, n) for n in range(len(found))]
    lit = [
        f'<path class="outline" data-step="{n}" hidden d="{_outline(found[n], boxes[n])}"/>'
        for n in range(1, len(found))
    ]
    wide = max(box.right for box in boxes) + MARGIN + OUT
    high = max(box.y + box.high for box in boxes) + ROOM
    layers = [(m.layer, m.kernel_size) for m in found if m.layer]
    held = sum(layer.parameters for layer, _ in layers)
    left = sum(p.numel() for p in block.parameters()) - held
    others = f" and {left:,} outside of convolutions" if left else ""
    macs = sum(layer.macs for layer, _ in layers)
    ones = sum(layer.macs for layer, kernel in layers if kernel == (1, 1))
    whole = (
        f"{title}: {found[0].channels} maps in, {found[-1].channels} out, {held:,} parameters{others}, "
        f"{macs / MILLION:.1f} million MACs, {ones / max(macs, 1):.0%} of them in 1×1 layers."
    )
    steps = [Step("the whole block", whole)]
    steps += [Step(*_say(found, maps)) for maps in found[1:]]
    label = f"{title}, to scale: boxes are as high as they have channels."
    picture = (
        f'<div class="stage wide block"><svg viewBox="0 0 {wide:.0f} {high:.0f}" '
        f'width="{ENLARGED * wide:.0f}" height="{ENLARGED * high:.0f}" role="img" aria-label="{label}">'
        f"{''.join(lines + drawn + lit)}</svg></div>"
        "<p>To scale: height is channels, width is pixels. Orange: made by a 1×1, blue: by a larger kernel.</p>"
    )
    return draw_steps(name, picture, steps, "Back", "Next")


def _draw(found: Sequence[Maps], boxes: Sequence[Box], n: int) -> str:
    """Draw a box with what it holds below it, or a plus."""
    maps, box = found[n], boxes[n]
    if maps.by == "sum":
        x, y = box.x + RADIUS, box.middle
        return (
            f'<g data-at="{n}"><circle class="plus" cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}"/>'
            f'<path class="link" d="M{x - 5:.1f} {y:.1f}h10m-5 -5v10"/></g>'
            f'<path class="link" d="M{x + RADIUS + 2:.1f} {y:.1f}h{OUT}{HEAD}"/>'
        )
    parts = [box] if maps.by != "stack" else _pile(found, box, maps.sources)
    of = [n] if maps.by != "stack" else maps.sources
    faces = "".join(
        f'<path class="face {_colour(found[m])}" d="{part.outline}"/><path class="edge" d="{part.edges}"/>'
        for part, m in zip(reversed(parts), reversed(of), strict=True)
    )
    if maps.by == "stack":
        faces += "".join(
            f'<text class="small" x="{part.right + 10:.1f}" y="{part.middle - part.wide * DEEP:.1f}">'
            f"{found[source].channels}</text>"
            for part, source in zip(parts, of, strict=True)
        )
    sizes = {found[source].height for source in maps.sources}
    middle, below = box.x + box.wide / 2, box.y + box.high
    size = (
        f'<text class="small" x="{middle:.1f}" y="{below + 24:.1f}">{maps.height}×{maps.width}</text>'
        if sizes != {maps.height}
        else ""
    )
    return f'<g data-at="{n}">{faces}<text x="{middle:.1f}" y="{below + 11:.1f}">{maps.channels}</text>{size}</g>'


def _pile(found: Sequence[Maps], box: Box, sources: Sequence[int]) -> list[Box]:
    """Return a box for each of the maps that are concatenated, one below the other."""
    parts, y = [], box.y
    total = sum(found[source].channels for source in sources)
    for source in sources:
        high = box.high * found[source].channels / total
        parts.append(Box(box.x, y, box.wide, high))
        y += high
    return parts


def _connect(
    found: Sequence[Maps], boxes: Sequence[Box], source: int, n: int
) -> str:
    """Draw the line from maps to what is made of them, with the layer's kernel on it."""
    maps, start, end = found[n], boxes[source], boxes[n]
    colour = f"link {_colour(maps)}"
    if (source, n) in shortcuts(found):
        over = MARGIN
        left = start.x + start.wide * 0.7
        right = end.x + end.wide / 2
        above = end.y if maps.by == "sum" else end.y - end.wide * 0.2
        return (
            f'<path class="link" d="M{left:.1f} {start.y - start.wide * 0.2:.1f}V{over}'
            f'H{right:.1f}V{above:.1f}m-4 -5l4 5l4 -5"/>'
        )
    into = end.middle
    if maps.by == "stack":
        parts = _pile(found, end, maps.sources)
        into = parts[maps.sources.index(source)].middle
    x, level = end.x - 3, start.middle
    words = ""
    if len(maps.sources) == 1:
        level = into
        kernel, *more = _label(maps)
        centre = (
            (x + start.right + BEND) / 2
            if start.middle != into
            else (x + start.right) / 2
        )
        words = (
            f'<text class="{_colour(maps)}" x="{centre:.1f}" y="{into - 8:.1f}">{kernel}</text>'
            + "".join(
                f'<text class="small {_colour(maps)}" x="{centre:.1f}" y="{into - 2 + 11 * line:.1f}">{word}</text>'
                for line, word in enumerate(more, start=1)
            )
        )
        line = f"M{start.right + 2:.1f} {start.middle:.1f}L{start.right + BEND:.1f} {into:.1f}H{x:.1f}"
    else:
        line = f"M{start.right + 2:.1f} {level:.1f}H{x - BEND:.1f}L{x:.1f} {into:.1f}"
    return f'<path class="{colour}" d="{line}{HEAD}"/>{words}'


def _outline(maps: Maps, box: Box) -> str:
    if maps.by == "sum":
        return f"M{box.x} {box.middle}a{RADIUS} {RADIUS} 0 1 1 0 .01z"
    return box.outline


def _colour(maps: Maps) -> str:
    if maps.layer is None:
        return "k0"
    return "k1" if maps.kernel_size == (1, 1) else "k3"


def _label(maps: Maps) -> list[str]:
    """Return what is written above a line, and line by line below it."""
    words = [_by(maps.kernel_size) if maps.kernel_size else maps.by]
    if maps.by == "pooling":
        words.append("pooling")
    if maps.layer:
        groups = maps.layer.module.partition(", ")[2]
        words.append("depthwise" if maps.layer.kind == "depthwise" else groups)
    if maps.stride != (1, 1):
        height, width = maps.stride
        words.append(
            f"stride {height if height == width else _by(maps.stride)}"
        )
    return [word for word in words if word]


def _by(pair: tuple[int, ...]) -> str:
    return "×".join(map(str, pair))


def _say(found: Sequence[Maps], maps: Maps) -> tuple[str, str]:
    """Return what a step is called and says."""
    of = f"{maps.channels} maps of {maps.height}×{maps.width}"
    if maps.by == "sum":
        return "sum", f"Added up: {of}."
    if maps.by == "stack":
        parts = " + ".join(
            str(found[source].channels) for source in maps.sources
        )
        return "concatenate", f"Concatenated: {parts} = {of}."
    kernel, *more = _label(maps)
    name = ", ".join([" ".join([kernel, *more[:1]]), *more[1:]])
    if maps.layer is None:
        return name, f"{name}: {of}, without a parameter."
    before = found[maps.sources[0]].channels
    kind = " as a Linear layer" if maps.layer.module == "Linear" else ""
    return name, (
        f"{name}{kind}, {before} → {maps.channels}: {of}, {maps.layer.parameters:,} parameters, "
        f"{maps.layer.macs / MILLION:.1f} million MACs."
    )

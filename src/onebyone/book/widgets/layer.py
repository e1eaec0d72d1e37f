"""A layer grows: each filter that is added makes one more map, and changes no other."""

import numpy as np

from onebyone import conv2d, cost
from onebyone.book.widgets.column import tiles
from onebyone.book.widgets.oblique import Stack, draw_map
from onebyone.book.widgets.steps import Step, draw_steps
from onebyone.book.widgets.widget import Widget

# What chapter 1 lays over the photograph, and colours against each other.
PATTERNS = {
    "vertical edges": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "horizontal edges": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "outlines": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "blur": [[1 / 9] * 3] * 3,
}
COLOURS = {
    "red against green": (1, -1, 0),
    "blue against yellow": (-0.5, -0.5, 1),
}
# Where the input, the first filter and the first map lie in the drawing, and how large they are.
INPUT, FILTER, OUTPUT = Stack(16, 3, -52), Stack(3, 3, -60), Stack(14, 6, -39)
IN_AT, FILTER_AT, OUT_AT = (0, 92, 0.6), (226, 32, 0.22), (330, 0, 0.9)
WIDE, HIGH = 592, 262
STEP = 0.9 * (75 - 39)  # between two maps of the output


def filters() -> dict[str, np.ndarray]:
    """Return six filters for pictures in RGB, each (3, 3, 3), by what they find.

    Examples:
        >>> list(filters())[:2]
        ['vertical edges', 'horizontal edges']
    """
    on_grey = {
        name: np.stack([np.array(pattern) / 3] * 3)
        for name, pattern in PATTERNS.items()
    }
    blur = np.full((3, 3), 1 / 9)
    on_colours = {
        name: np.multiply.outer(colour, blur)
        for name, colour in COLOURS.items()
    }
    return on_grey | on_colours


def add_filters() -> Widget:
    """Return a layer of one filter on the photograph, and up to five more to add.

    Examples:
        >>> add_filters()
        Widget('layer')
    """
    bank, x = filters(), tiles()
    y = conv2d(x, np.stack(list(bank.values())))
    made, steps = [], []
    for n, (name, values) in enumerate(zip(bank, y, strict=True), 1):
        since = " ".join(map(str, range(n - 1, len(bank))))
        hidden = "" if n == 1 else " hidden"
        # What is less than zero, too: mid-grey is zero, and the contrast a third.
        grey = values if name == "blur" else 127.5 + values / 3
        made.append(
            f'<g data-step="{since}"{hidden}>{_filter(n)}{_move(OUT_AT, draw_map(OUTPUT, n - 1, grey))}</g>'
        )
        many = (
            "1 filter makes 1 map" if n == 1 else f"{n} filters make {n} maps"
        )
        height, width = values.shape
        steps.append(
            Step(
                name,
                f"{many}: weight ({n}, 3, 3, 3), {cost.parameters(3, n, 3, bias=False)} numbers; "
                f"(3, 16, 16) becomes ({n}, {height}, {width}). The last one finds {name}.",
            )
        )
    block = "".join(
        draw_map(INPUT, channel, x[channel], channel)
        for channel in reversed(range(3))
    )
    label = "Three channels go into each filter, and each filter makes one map of a stack."
    picture = (
        f'<div class="stage wide"><svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{label}">'
        f"{_move(IN_AT, block)}{''.join(reversed(made))}</svg></div>"
    )
    return draw_steps(
        "layer", picture, steps, "Take a filter away", "Add a filter"
    )


def _move(at: tuple[float, float, float], inside: str, down: float = 0) -> str:
    x, y, scale = at
    return f'<g transform="translate({x} {y + down:g}) scale({scale})">{inside}</g>'


def _filter(number: int) -> str:
    """Draw a filter beside its map, with a line from the input and one to the map."""
    down = STEP * (number - 1)
    tiles = "".join(draw_map(FILTER, n, None) for n in reversed(range(3)))
    middle = FILTER_AT[1] + down + 12
    return (
        f'<path class="to" d="M150 125L{FILTER_AT[0] + 6} {middle:g}M{FILTER_AT[0] + 58} {middle:g}'
        f'L{OUT_AT[0] + 40} {middle:g}"/>{_move(FILTER_AT, tiles, down)}'
    )

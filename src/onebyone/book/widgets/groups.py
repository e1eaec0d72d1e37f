"""Groups: which outputs see which inputs, as lines between two stacks and as the blocks of a matrix."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from onebyone import cost
from onebyone.book.widgets.steps import Step, draw_steps
from onebyone.book.widgets.widget import Widget

CHANNELS = 8
WIDE, HIGH = 600, 246
TILE, APART, TOP = (
    20,
    29,
    12,
)  # px: a channel, from one to the next, above the first
LEFT, RIGHT = 4, 290  # the first and the last stack
MATRIX_AT, CELL = 376, 12


class Layer(NamedTuple):
    """A convolution of eight channels to eight, or without a kernel a shuffle of its groups."""

    kernel_size: int
    groups: int


STEPS: dict[str, tuple[Layer, ...]] = {
    "3×3": (Layer(3, 1),),
    "3×3 in 2 groups": (Layer(3, 2),),
    "3×3 in 4 groups": (Layer(3, 4),),
    "depthwise 3×3": (Layer(3, 8),),
    "depthwise 3×3, then 1×1": (Layer(3, 8), Layer(1, 1)),
    "1×1 in 4 groups, twice": (Layer(1, 4), Layer(1, 4)),
    "1×1 in 4 groups, twice, with a shuffle between": (
        Layer(1, 4),
        Layer(0, 4),
        Layer(1, 4),
    ),
}


def joined(layer: Layer) -> np.ndarray:
    """Return which outputs of a layer see which inputs, (8, 8) of 0 and 1.

    Examples:
        >>> joined(Layer(kernel_size=3, groups=4))[2]
        array([0, 0, 1, 1, 0, 0, 0, 0])
    """
    width = CHANNELS // layer.groups
    if layer.kernel_size == 0:
        order = np.arange(CHANNELS).reshape(layer.groups, width).T.ravel()
        return np.eye(CHANNELS, dtype=int)[order]
    block = np.ones((width, width), int)
    return np.kron(np.eye(layer.groups, dtype=int), block)


def count_weights(layers: Sequence[Layer]) -> int:
    """Return how many weights the layers have together.

    Examples:
        >>> count_weights(STEPS["3×3"]), count_weights(STEPS["depthwise 3×3, then 1×1"])
        (576, 136)
    """
    return sum(
        cost.parameters(
            CHANNELS,
            CHANNELS,
            layer.kernel_size,
            groups=layer.groups,
            bias=False,
        )
        for layer in layers
        if layer.kernel_size
    )


def see_groups() -> Widget:
    """Return eight channels joined to eight: fully, in groups, and in groups with what mends them.

    Examples:
        >>> see_groups()
        Widget('groups')
    """
    steps, drawn = [], []
    for n, (name, layers) in enumerate(STEPS.items()):
        sees = np.eye(CHANNELS, dtype=int)
        for layer in layers:
            sees = joined(layer) @ sees
        seen = np.count_nonzero(sees[0])
        real = [layer for layer in layers if layer.kernel_size]
        lines = " + ".join(
            f"{joined(layer).sum()} lines · {layer.kernel_size**2}"
            for layer in real
        )
        full = Layer(real[0].kernel_size, 1)
        share = count_weights(layers) / count_weights([full])
        of = (
            f", {share:.1%} of a full {full.kernel_size}×{full.kernel_size}"
            if share < 1
            else ""
        )
        inputs = "input channel" if seen == 1 else "input channels"
        steps.append(
            Step(
                name,
                f"{name[0].upper()}{name[1:]}: {lines} = {count_weights(layers)} weights{of}. "
                f"Each output sees {seen} {inputs}.",
            )
        )
        hidden = " hidden" if n else ""
        drawn.append(
            f'<g data-step="{n}"{hidden}>{_lines(layers)}{_matrices(layers)}</g>'
        )
    label = "Channels that go in on the left, channels that come out on the right, and the weights as a matrix."
    picture = (
        f'<div class="stage wide"><svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{label}">'
        f"{''.join(drawn)}</svg></div>"
        "<p>From the left, eight channels come in. On the right, the weights: a row for each output. "
        "Orange is 1×1, blue 3×3, grey a shuffle. Filled: the first output, and back to the left what it sees.</p>"
    )
    return draw_steps("groups", picture, steps, "Back", "Next")


def _lines(layers: Sequence[Layer]) -> str:
    """Draw the stacks, with a line for each pair of channels that a layer joins; those to output 0 stand out."""
    apart = (RIGHT - LEFT) / len(layers)
    middle = TOP + TILE / 2
    reached = np.eye(CHANNELS, dtype=int)[0]  # what output 0 sees, going back
    parts = []
    for n, layer in reversed(list(enumerate(layers))):
        start, end = LEFT + n * apart + TILE, LEFT + (n + 1) * apart
        mask = joined(layer)
        for out, into in np.argwhere(mask):
            lit = " seen" if reached[out] else ""
            parts.append(
                f'<path class="to k{layer.kernel_size}{lit}" d="M{start:g} {middle + APART * into:g}'
                f'L{end:g} {middle + APART * out:g}"/>'
            )
        parts.append(_stack(end, reached))
        reached = (mask.T @ reached > 0).astype(int)
    return "".join(parts) + _stack(LEFT, reached)


def _stack(x: float, lit: np.ndarray) -> str:
    return "".join(
        f'<rect class="channel{" seen" if on else ""}" x="{x:g}" y="{TOP + APART * n}" '
        f'width="{TILE}" height="{TILE}"/>'
        for n, on in enumerate(lit)
    )


def _matrices(layers: Sequence[Layer]) -> str:
    """Draw each layer's weights, rows for outputs and columns for inputs, the last layer first, as they multiply."""
    real = [layer for layer in layers if layer.kernel_size]
    parts = []
    for n, layer in enumerate(reversed(real)):
        x, y = MATRIX_AT + n * (CHANNELS + 1.2) * CELL, TOP
        cells = "".join(
            f'<rect class="k{layer.kernel_size}" x="{x + CELL * into:g}" y="{y + CELL * out:g}" '
            f'width="{CELL}" height="{CELL}"/>'
            for out, into in np.argwhere(joined(layer))
        )
        side = CHANNELS * CELL
        parts.append(
            f'{cells}<rect class="frame" x="{x:g}" y="{y:g}" width="{side}" height="{side}"/>'
        )
    return "".join(parts)

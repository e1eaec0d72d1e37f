"""Whole networks to scale: a bar for the output of each layer, from the image to the classes."""

from collections.abc import Sequence

from onebyone.book.networks import (
    PUBLISHED,
    count_network,
    is_pointwise,
    summarize_network,
)
from onebyone.book.widgets.steps import Step, draw_steps
from onebyone.book.widgets.widget import Widget
from onebyone.summary.table import Layer

# In units of the drawing.
WIDE, HIGH, MARGIN = 440, 190, 6
SPACE = 1  # between two bars
FIRST = "resnet50"  # the network that is shown first
KINDS = "pointwise", "grouped pointwise", "depthwise", "spatial", "dense"


def draw_towers() -> Widget:
    """Return each network of chapter 5: a bar for each layer, as high as it has channels and as wide as it has pixels.

    Examples:
        >>> draw_towers()
        Widget('towers')
    """
    steps, drawn = [], []
    for n, name in enumerate(PUBLISHED):
        layers = [
            layer
            for layer in summarize_network(name).layers
            if layer.kind in KINDS
        ]
        count = count_network(name)
        steps.append(
            Step(
                name,
                f"{name}, {count.year}: {len(layers)} layers, {count.layers} of them 1×1 convolutions, "
                f"which do {count.of_macs:.0%} of {count.macs / 1e6:,.0f} million MACs.",
            )
        )
        bars = stand_in_a_row(layers)
        faces = ""
        for kind in "k3", "k1":
            path = "".join(
                f"M{x:.1f} {HIGH - MARGIN}v{-high:.1f}h{wide:.2f}v{high:.1f}z"
                for (x, wide, high), layer in zip(bars, layers, strict=True)
                if is_pointwise(layer) == (kind == "k1")
            )
            faces += f'<path class="bar {kind}" d="{path}"/>'
        hidden = "" if name == FIRST else " hidden"
        drawn.append(f'<g data-step="{n}"{hidden}>{faces}</g>')
    label = "A network to scale: a bar for each layer, as high as it has channels and as wide as it has pixels."
    picture = (
        f'<div class="stage wide tower"><svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{label}">'
        f"{''.join(drawn)}</svg></div>"
        "<p>From the image on the left to the classes on the right, a bar for each layer. "
        "Height is channels, width is pixels a side; neither they nor the area are cost. "
        "Orange: 1×1, blue: all others.</p>"
    )
    return draw_steps(
        "towers",
        picture,
        steps,
        "Earlier",
        "Later",
        list(PUBLISHED).index(FIRST),
    )


def stand_in_a_row(
    layers: Sequence[Layer],
) -> list[tuple[float, float, float]]:
    """Return where the bar of each layer begins, its width and its height; all together are as wide as the drawing.

    Examples:
        >>> bars = stand_in_a_row(summarize_network("mobilenet_v1").pointwise.layers)
        >>> (_, wide, high), (_, last_wide, last_high) = bars[0], bars[-1]
        >>> round(wide / last_wide, 6), round(last_high / high, 6)  # 64 of 112×112, 1,024 of 7×7
        (16.0, 16.0)
    """
    sizes = [size_of(layer) for layer in layers]
    room = WIDE - 2 * MARGIN - SPACE * len(layers)
    pixel = room / sum(side for _, side in sizes)
    channel = (HIGH - 2 * MARGIN) / max(channels for channels, _ in sizes)
    bars, x = [], float(MARGIN)
    for channels, side in sizes:
        bars.append((x, pixel * side, channel * channels))
        x += pixel * side + SPACE
    return bars


def size_of(layer: Layer) -> tuple[int, int]:
    """Return how many channels a layer puts out, and the height of each.

    Examples:
        >>> size_of(summarize_network("resnet50").layers[0])
        (64, 112)
    """
    if layer.kind == "dense":  # channels come last
        *pixels, channels = layer.output
        return channels, (pixels or [1])[0]
    channels, height, _ = layer.output
    return channels, height

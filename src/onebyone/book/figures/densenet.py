"""The diagrams of the page on DenseNet; wider boxes have more channels, though not in proportion."""

from onebyone.book.figures.drawing import BLUE, Plot
from onebyone.book.figures.flow import Step, draw_flow, pointwise


def draw_dense_layer() -> Plot:
    """Draw the last layer of the first dense block: its new feature maps are appended to all earlier ones.

    Examples:
        >>> len(draw_dense_layer().axes[0].patches)
        2
    """
    steps = [
        pointwise("224 → 128", 1, 0.7),
        Step("3×3\n128 → 32", BLUE, 0.7, 0.4),
    ]
    return draw_flow(
        "224 feature maps",
        [[], steps],
        "224 + 32 = 256 feature maps",
        join="concatenate",
        width=1.9,
    )


def draw_transition() -> Plot:
    """Draw what stands after the first dense block: half of the channels, then half of the height and width.

    Examples:
        >>> len(draw_transition().axes[0].patches)
        2
    """
    steps = [
        pointwise("256 → 128", 1, 0.6),
        Step("2×2\naverage", BLUE, 0.6, 0.6),
    ]
    return draw_flow(
        "256 feature maps, 56×56",
        [steps],
        "128 feature maps, 28×28",
        width=1.9,
    )

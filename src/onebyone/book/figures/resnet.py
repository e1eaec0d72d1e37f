"""The diagrams of the page on ResNet; wider boxes have more channels, though not in proportion."""

from onebyone.book.figures.drawing import BLUE, ORANGE, Plot
from onebyone.book.figures.flow import Step, draw_flow, pointwise


def draw_bottleneck() -> Plot:
    """Draw the bottleneck with an identity shortcut.

    Examples:
        >>> len(draw_bottleneck().axes[0].patches)
        3
    """
    steps = [
        pointwise("256 → 64", 1, 0.55),
        Step("3×3\n64 → 64", BLUE, 0.55, 0.55),
        pointwise("64 → 256", 0.55, 1),
    ]
    return draw_flow(
        "256 feature maps",
        [steps, []],
        "256 feature maps",
        join="add, then relu",
        width=1.9,
    )


def draw_projection_shortcut() -> Plot:
    """Draw the bottleneck with a projection shortcut, where size and channels change.

    Examples:
        >>> len(draw_projection_shortcut().axes[0].patches)
        4
    """
    steps = [
        pointwise("256 → 128", 0.8, 0.62),
        Step("3×3, stride 2\n128 → 128", BLUE, 0.62, 0.62),
        pointwise("128 → 512", 0.62, 1),
    ]
    shortcut = Step("1×1, stride 2\n256 → 512", ORANGE, 0.8, 1)
    return draw_flow(
        "256 feature maps, 56×56",
        [steps, [shortcut]],
        "512 feature maps, 28×28",
        join="add, then relu",
        width=2.1,
    )

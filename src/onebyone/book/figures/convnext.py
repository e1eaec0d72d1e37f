"""The diagram of the page on ConvNeXt; wider boxes have more channels, though not in proportion."""

from onebyone.book.figures.drawing import BLUE, Plot
from onebyone.book.figures.flow import Step, draw_flow, pointwise


def draw_convnext_block() -> Plot:
    """Draw ConvNeXt's block with an identity shortcut; its boxes are widest behind the first 1×1.

    Examples:
        >>> len(draw_convnext_block().axes[0].patches)
        4
    """
    steps = [
        Step("7×7 in each channel\n96 → 96", BLUE, 0.8, 0.8),
        pointwise("96 → 384, GELU", 0.8, 1),
        pointwise("384 → 96", 1, 0.8),
        Step("times 0.000001\nat the start", BLUE, 0.8, 0.8),
    ]
    return draw_flow(
        "96 feature maps", [steps, []], "96 feature maps", join="add", width=2.4
    )

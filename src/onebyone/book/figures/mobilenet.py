"""The diagrams of the page on MobileNet."""

from onebyone.book.figures.drawing import Plot
from onebyone.book.figures.flow import Step, draw_flow, pointwise


def draw_depthwise_separable() -> Plot:
    """Draw MobileNetV1's block: a depthwise 3×3 convolution, then a 1×1 convolution.

    Examples:
        >>> len(draw_depthwise_separable().axes[0].patches)
        2
    """
    steps = [Step("3×3 in each channel\n32 → 32"), pointwise("32 → 64")]
    return draw_flow("32 feature maps", [steps], "64 feature maps", width=2)


def draw_inverted_residual() -> Plot:
    """Draw MobileNetV2's block with an identity shortcut; its boxes are widest in the middle.

    Examples:
        >>> len(draw_inverted_residual().axes[0].patches)
        3
    """
    steps = [
        pointwise("24 → 144", 0.6, 1),
        Step("3×3 in each channel\n144 → 144"),
        pointwise("144 → 24", 1, 0.6),
    ]
    return draw_flow(
        "24 feature maps", [steps, []], "24 feature maps", join="add", width=2
    )

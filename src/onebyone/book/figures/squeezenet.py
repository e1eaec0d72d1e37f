"""The diagram of the page on SqueezeNet."""

from onebyone.book.figures.drawing import Plot
from onebyone.book.figures.flow import Step, draw_flow, pointwise


def draw_fire() -> Plot:
    """Draw fire2: a 1×1 convolution squeezes, then a 1×1 and a 3×3 expand side by side.

    Examples:
        >>> len(draw_fire().axes[0].patches)
        3
    """
    return draw_flow(
        "96 feature maps",
        [[pointwise("16 → 64")], [Step("3×3\n16 → 64")]],
        "64 + 64 = 128 feature maps",
        stem=[pointwise("96 → 16")],
        join="concatenate",
        width=1.5,
    )

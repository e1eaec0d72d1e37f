"""The diagram of the page on Inception."""

from onebyone.book.figures.drawing import Plot
from onebyone.book.figures.flow import Step, draw_flow, pointwise


def draw_inception() -> Plot:
    """Draw GoogLeNet's module 3a: four branches that are concatenated.

    Examples:
        >>> len(draw_inception().axes[0].patches)
        7
    """
    return draw_flow(
        "192 feature maps",
        [
            [pointwise("192 → 64")],
            [pointwise("192 → 96"), Step("3×3\n96 → 128")],
            [pointwise("192 → 16"), Step("5×5\n16 → 32")],
            [Step("3×3\nmax pooling"), pointwise("192 → 32")],
        ],
        "64 + 128 + 32 + 32 = 256 feature maps",
        join="concatenate",
    )

"""The diagram of the page on Network in Network."""

from onebyone.book.figures.drawing import Plot
from onebyone.book.figures.flow import Step, draw_flow, pointwise


def draw_mlpconv() -> Plot:
    """Draw the first mlpconv block: a 5×5 convolution, then two 1×1 convolutions.

    Examples:
        >>> len(draw_mlpconv().axes[0].patches)
        3
    """
    steps = [
        Step("5×5\n3 → 192"),
        pointwise("192 → 160"),
        pointwise("160 → 96"),
    ]
    return draw_flow("3 channels", [steps], "96 feature maps", width=1.5)

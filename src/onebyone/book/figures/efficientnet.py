"""The diagrams of the page on MobileNetV3 and EfficientNet."""

from onebyone.book.figures.drawing import BLUE, ORANGE, Plot
from onebyone.book.figures.flow import Step, draw_flow, pointwise


def draw_squeeze_excitation() -> Plot:
    """Draw a squeeze-and-excitation: the means of all maps become one factor for each map.

    Examples:
        >>> len(draw_squeeze_excitation().axes[0].patches)
        3
    """
    steps = [
        Step("mean of each map\n72 numbers", BLUE),
        pointwise("72 → 24, relu", 1, 0.7),
        pointwise("24 → 72, to 0 … 1", 0.7, 1),
    ]
    return draw_flow(
        "72 feature maps",
        [[], steps],
        "72 feature maps",
        join="multiply each map by its number",
        width=2.1,
    )


def draw_excited_residual() -> Plot:
    """Draw MobileNetV3's block: an inverted residual with a squeeze-and-excitation before the last 1×1.

    Examples:
        >>> len(draw_excited_residual().axes[0].patches)
        4
    """
    steps = [
        pointwise("40 → 120", 0.6, 1),
        Step("5×5 in each channel\n120 → 120"),
        Step("scale each map, by two 1×1\n120 → 32 → 120", ORANGE),
        pointwise("120 → 40", 1, 0.6),
    ]
    return draw_flow(
        "40 feature maps", [steps, []], "40 feature maps", join="add", width=2.5
    )

"""The diagram of ShuffleNetV2's unit, and a picture of which inputs each output sees."""

from collections.abc import Mapping

import numpy as np
from matplotlib.colors import ListedColormap

from onebyone.book.figures.drawing import INK, ORANGE, Plot, make_plot
from onebyone.book.figures.flow import Step, draw_flow, pointwise


def draw_shuffle_unit() -> Plot:
    """Draw ShuffleNetV2's unit of stride 1: one half of the channels is convolved, and both are shuffled.

    Examples:
        >>> len(draw_shuffle_unit().axes[0].patches)
        3
    """
    steps = [
        pointwise("58 → 58"),
        Step("3×3 in each channel\n58 → 58"),
        pointwise("58 → 58"),
    ]
    return draw_flow(
        "116 feature maps, split into 58 and 58",
        [[], steps],
        "116 feature maps",
        join="concatenate, then shuffle",
        width=2,
    )


def plot_reach(reach: Mapping[str, np.ndarray]) -> Plot:
    """Draw matrices side by side: a square for each entry, filled where an output depends on an input.

    Args:
        reach: By title, matrices (C_out, C_in) that are zero where an output does not depend on an input.

    Examples:
        >>> figure = plot_reach({"one group": np.ones((4, 4)), "four groups": np.eye(4)})
        >>> [axes.get_title() for axes in figure.axes]
        ['one group', 'four groups']
    """
    figure = make_plot(width=2.45 * len(reach), height=2.9)
    shown = figure.subplots(1, len(reach), squeeze=False)[0]
    colours = ListedColormap(["none", ORANGE])
    for axes, (title, matrix) in zip(shown, reach.items(), strict=True):
        outputs, inputs = matrix.shape
        axes.pcolormesh(
            matrix != 0, cmap=colours, vmin=0, vmax=1, edgecolor=INK, lw=0.4
        )
        axes.set_aspect("equal")
        axes.invert_yaxis()
        axes.set_title(title, fontsize=11, color=INK)
        axes.set_xlabel("input channel", fontsize=11)
        axes.set_xticks([0.5, inputs - 0.5], ["1", str(inputs)])
        axes.set_yticks([0.5, outputs - 0.5], ["1", str(outputs)])
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
    shown[0].set_ylabel("output channel", fontsize=11)
    return figure

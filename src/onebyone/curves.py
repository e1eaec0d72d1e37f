"""How something learns, drawn."""

from collections.abc import Sequence

from onebyone.drawing import BLUE, Plot, plot


def loss_curve(losses: Sequence[float]) -> Plot:
    """Plot the loss before each step of a descent.

    Args:
        losses: The loss before the first step, before the second, and so on.

    Returns:
        One line over logarithmic axes.

    Examples:
        >>> loss_curve([4.0, 2.0, 1.0]).axes[0].lines[0].get_xdata().tolist()
        [1, 2, 3]
    """
    figure = plot(width=4.6, height=3.2)
    axes = figure.subplots()
    axes.loglog(range(1, len(losses) + 1), losses, color=BLUE)
    axes.set_xlabel("step")
    axes.set_ylabel("squared error of a pixel")
    axes.minorticks_off()
    return figure

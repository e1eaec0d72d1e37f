"""The figure of chapter 8: gradient descent."""

from collections.abc import Sequence

from onebyone.book.figures.drawing import BLUE, Plot, make_plot


def plot_loss(losses: Sequence[float]) -> Plot:
    """Plot the loss before each step of gradient descent, on logarithmic axes.

    Examples:
        >>> plot_loss([4.0, 2.0, 1.0]).axes[0].lines[0].get_xdata().tolist()
        [1, 2, 3]
    """
    figure = make_plot(width=4.6, height=3.2)
    axes = figure.subplots()
    axes.loglog(range(1, len(losses) + 1), losses, color=BLUE)
    axes.set_xlabel("step, and the loss before it")
    axes.set_ylabel("loss: squared error per pixel")
    axes.minorticks_off()
    return figure

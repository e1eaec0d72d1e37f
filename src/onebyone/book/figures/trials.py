"""What the record of training says, drawn. Needs matplotlib."""

from collections.abc import Mapping
from statistics import mean
from typing import Any

from onebyone.book.figures.drawing import INK, Plot, marked, plot


def accuracy_against_cost(networks: Mapping[str, Mapping[str, Any]]) -> Plot:
    """Plot the last accuracy from each seed against parameters, and against MACs.

    Args:
        networks: As `onebyone.training.experiment` returns them, at most four.

    Returns:
        Two plots that share their accuracies: a mark for each seed, and a line at the mean of each network.

    Examples:
        >>> found = {"plain": {"parameters": 9, "macs": 99, "accuracies": [[0.5, 0.9]]}}
        >>> accuracy_against_cost(found).axes[1].get_xlabel()
        'million MACs for one digit'
    """
    figure = plot(width=6.6, height=3.4)
    left, right = figure.subplots(1, 2, sharey=True)
    columns = (left, "parameters", 1e3), (right, "macs", 1e6)
    for axes, cost, unit in columns:
        for name, found, marker, colour in marked("networks", networks):
            last = [100 * shares[-1] for shares in found["accuracies"]]
            x = found[cost] / unit
            axes.plot([x] * len(last), last, marker, color=colour, markersize=4)
            axes.plot([x * 0.85, x * 1.18], [mean(last)] * 2, color=colour)
            if axes is left:
                axes.plot([], [], marker, color=colour, label=name)
        axes.set_xscale("log")
        axes.minorticks_off()
        axes.xaxis.set_major_formatter("{x:g}")
    left.set_xticks([10, 20, 50])
    right.set_xticks([0.5, 1, 2, 4])
    left.set_xlabel("thousand parameters")
    right.set_xlabel("million MACs for one digit")
    left.set_ylabel("% of test digits known")
    figure.legend(
        loc="outside upper center",
        ncols=4,
        frameon=False,
        labelcolor=INK,
        fontsize=11,
        handletextpad=0.2,
        columnspacing=1.0,
    )
    return figure


def learning_curves(networks: Mapping[str, Mapping[str, Any]]) -> Plot:
    """Plot the accuracy after each epoch: the mean of the seeds, and their range.

    Args:
        networks: As `onebyone.training.experiment` returns them, at most four.

    Returns:
        A line and a band for each network.

    Examples:
        >>> found = {"plain": {"accuracies": [[0.5, 0.9], [0.6, 0.8]]}}
        >>> learning_curves(found).axes[0].lines[0].get_ydata().round(2).tolist()
        [55.0, 85.0]
    """
    figure = plot(width=5.6, height=3.6)
    axes = figure.subplots()
    for name, found, marker, colour in marked("networks", networks):
        by_epoch = [
            [100 * share for share in shares]
            for shares in zip(*found["accuracies"], strict=True)
        ]
        epochs = range(1, len(by_epoch) + 1)
        axes.plot(
            epochs,
            [mean(shares) for shares in by_epoch],
            f"{marker}-",
            color=colour,
            markersize=4,
            label=name,
        )
        axes.fill_between(
            epochs,
            [min(shares) for shares in by_epoch],
            [max(shares) for shares in by_epoch],
            color=colour,
            alpha=0.15,
            linewidth=0,
        )
    axes.set_xlabel("epoch")
    axes.set_ylabel("% of test digits known")
    axes.legend(loc="lower right", frameon=False, labelcolor=INK)
    return figure

"""The figures of chapter 10, from its record: test accuracy against cost and epoch."""

from collections.abc import Mapping
from statistics import mean
from typing import Any

from onebyone.book.figures.drawing import INK, Plot, make_plot, mark_series

ACCURACY = "test accuracy, %"


def plot_accuracy_against_cost(
    networks: Mapping[str, Mapping[str, Any]],
) -> Plot:
    """Plot the final test accuracy of each seed, and their mean, against parameters and MACs.

    Args:
        networks: At most four, as `onebyone.book.trials.run_trials` returns them.

    Examples:
        >>> found = {"plain": {"parameters": 9, "macs": 99, "accuracies": [[0.5, 0.9]]}}
        >>> plot_accuracy_against_cost(found).axes[1].get_xlabel()
        'million MACs per digit'
    """
    figure = make_plot(width=6.6, height=3.4)
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, cost, unit in (left, "parameters", 1e3), (right, "macs", 1e6):
        for name, found, marker, colour in mark_series("networks", networks):
            final = [100 * accuracies[-1] for accuracies in found["accuracies"]]
            x = found[cost] / unit
            seeds = [x] * len(final)
            axes.plot(seeds, final, marker, color=colour, markersize=4)
            axes.plot([x * 0.85, x * 1.18], [mean(final)] * 2, color=colour)
            if axes is left:
                axes.plot([], [], marker, color=colour, label=name)
        axes.set_xscale("log")
        axes.minorticks_off()
        axes.xaxis.set_major_formatter("{x:g}")
    left.set_xticks([10, 20, 50])
    right.set_xticks([0.5, 1, 2, 4])
    left.set_xlabel("thousand parameters")
    right.set_xlabel("million MACs per digit")
    left.set_ylabel(ACCURACY)
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


def plot_learning_curves(networks: Mapping[str, Mapping[str, Any]]) -> Plot:
    """Plot the test accuracy after each epoch: the mean over the seeds, and their range as a band.

    Args:
        networks: At most four, as `onebyone.book.trials.run_trials` returns them.

    Examples:
        >>> found = {"plain": {"accuracies": [[0.5, 0.9], [0.6, 0.8]]}}
        >>> plot_learning_curves(found).axes[0].lines[0].get_ydata().round(2).tolist()
        [55.0, 85.0]
    """
    figure = make_plot(width=5.6, height=3.6)
    axes = figure.subplots()
    for name, found, marker, colour in mark_series("networks", networks):
        by_epoch = [
            [100 * accuracy for accuracy in of_seeds]
            for of_seeds in zip(*found["accuracies"], strict=True)
        ]
        epochs = range(1, len(by_epoch) + 1)
        means = [mean(of_seeds) for of_seeds in by_epoch]
        line = {"color": colour, "markersize": 4, "label": name}
        axes.plot(epochs, means, f"{marker}-", **line)
        low = [min(of_seeds) for of_seeds in by_epoch]
        high = [max(of_seeds) for of_seeds in by_epoch]
        band = {"color": colour, "alpha": 0.15, "linewidth": 0}
        axes.fill_between(epochs, low, high, **band)
    axes.set_xlabel("epoch")
    axes.set_ylabel(ACCURACY)
    axes.legend(loc="lower right", frameon=False, labelcolor=INK)
    return figure

"""The figures of chapter 12: what the 1×1 layers of a trained network hold."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from onebyone.book.figures.drawing import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    Plot,
    make_plot,
    mark_series,
)


def plot_singular_values(
    trained: Sequence[float], random: Sequence[float]
) -> Plot:
    """Plot the singular values of a trained matrix beside those of a random one of the same shape.

    Args:
        trained: The largest first.
        random: The same for the random matrix.

    Examples:
        >>> plot_singular_values([3.0, 1.0], [2.0, 2.0]).axes[0].lines[0].get_ydata().tolist()
        [3.0, 1.0]
    """
    figure = make_plot(width=4.8, height=3.2)
    axes = figure.subplots()
    for label, values, colour, line in (
        ("trained", trained, ORANGE, "-"),
        ("random, of the same spread", random, BLUE, "--"),
    ):
        places = np.arange(1, len(values) + 1)
        axes.plot(places, values, line, color=colour, label=label)
    axes.set_xlabel("singular value, from the largest")
    axes.set_ylabel("size")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, labelcolor=INK)
    return figure


def plot_directions(layers: Sequence[Mapping[str, Any]]) -> Plot:
    """Plot for each 1×1 layer the share of its directions that hold 90 % of its weights and of its output.

    Args:
        layers: As `onebyone.book.shrinking.describe_layers` returns them.

    Examples:
        >>> layer = {"rank": 10, "weights": 7, "random": 8, "output": 4}
        >>> [line.get_ydata().tolist() for line in plot_directions([layer]).axes[0].lines]
        [[80.0], [70.0], [40.0]]
    """
    figure = make_plot(width=6.6, height=3.4)
    axes = figure.subplots()
    places = range(1, len(layers) + 1)
    for label, name, marker, colour in (
        ("a random matrix", "random", "^", BLUE),
        ("the weights", "weights", "o", ORANGE),
        ("the output", "output", "s", GREEN),
    ):
        shares = [100 * layer[name] / layer["rank"] for layer in layers]
        style = {"color": colour, "markersize": 4, "label": label}
        axes.plot(places, shares, marker, **style)
    axes.set_xlabel("1×1 layer, from the first to the last")
    axes.set_ylabel("directions for 90 %,\n% of all")
    axes.set_ylim(0, 100)
    axes.legend(
        loc="lower left", ncols=3, frameon=False, labelcolor=INK, fontsize=10.5
    )
    return figure


def plot_kept_answers(
    series: Mapping[str, tuple[Sequence[float], Sequence[float]]], cost: str
) -> Plot:
    """Plot the share of the answers that a network keeps when it is cut, against what is left of it.

    Args:
        series: By name, what is left and the answers kept, both from 0 to 1; at most four.
        cost: What it is that is left.

    Examples:
        >>> plot_kept_answers({"here": ([0.9], [0.5])}, "MACs left, %").axes[0].lines[0].get_ydata().tolist()
        [50.0]
    """
    figure = make_plot(width=5.4, height=3.6)
    axes = figure.subplots()
    for name, (left, kept), marker, colour in mark_series("series", series):
        x, y = (100 * np.asarray(shares) for shares in (left, kept))
        axes.plot(x, y, f"{marker}-", color=colour, markersize=5, label=name)
    axes.invert_xaxis()
    axes.set_xlabel(cost)
    axes.set_ylabel("answers kept, %")
    axes.set_ylim(0, 103)
    axes.legend(frameon=False, labelcolor=INK, fontsize=10.5)
    return figure

"""How something learns, and what a factorisation loses, drawn."""

from collections.abc import Mapping, Sequence

from onebyone.book.figures.drawing import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    Plot,
    plot,
)


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


def error_against_rank(
    ranks: Sequence[int], errors: Mapping[str, Sequence[float]]
) -> Plot:
    """Plot what is lost of some weights when they are factored.

    Args:
        ranks: Channels between the two factors.
        errors: For the name of each of at most four weights, the share of its squares that is lost at each rank.

    Returns:
        A line for each weight, labelled where it has room.

    Examples:
        >>> figure = error_against_rank([1, 2], {"random": [0.5, 0.0]})
        >>> figure.axes[0].get_xlabel()
        'channels between the two factors'
    """
    figure = plot(width=4.6, height=3.2)
    axes = figure.subplots()
    for colour, (name, lost) in zip(
        (ORANGE, BLUE, GREEN, PURPLE), errors.items(), strict=False
    ):
        axes.plot(ranks, lost, color=colour)
        middle = len(ranks) // 3
        axes.annotate(
            name,
            (ranks[middle], lost[middle]),
            (8, 6),
            textcoords="offset points",
            color=colour,
        )
    axes.set_xlabel("channels between the two factors")
    axes.set_ylabel("share of the squares lost")
    axes.set_ylim(0, 1)
    axes.set_xlim(0, ranks[-1])
    return figure

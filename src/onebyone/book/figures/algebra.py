"""The figure of chapter 7: the error of a low-rank factorisation."""

from collections.abc import Mapping, Sequence

from onebyone.book.figures.drawing import Plot, make_plot, mark_series


def plot_error_against_rank(
    ranks: Sequence[int], errors: Mapping[str, Sequence[float]]
) -> Plot:
    """Plot the error of factored weights against the rank.

    Args:
        ranks: Channels between the two factors.
        errors: For each of at most four labels, the relative squared error at each rank.

    Examples:
        >>> plot_error_against_rank([1, 2], {"random": [0.5, 0.0]}).axes[0].get_xlabel()
        'rank'
    """
    figure = make_plot(width=4.6, height=3.2)
    axes = figure.subplots()
    middle = len(ranks) // 3
    for label, relative, _, colour in mark_series("errors", errors):
        axes.plot(ranks, relative, color=colour)
        axes.annotate(
            label,
            (ranks[middle], relative[middle]),
            (8, 6),
            textcoords="offset points",
            color=colour,
        )
    axes.set_xlabel("rank")
    axes.set_ylabel("relative squared error")
    axes.set_ylim(0, 1)
    axes.set_xlim(0, ranks[-1])
    return figure

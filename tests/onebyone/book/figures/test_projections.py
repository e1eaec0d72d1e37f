"""The figure of chapter 4 marks its two widths on the bottleneck's line."""

from onebyone.book.figures import projections


def test_the_break_even_is_marked_where_the_cost_is():
    figure = projections.plot_cost_against_width(
        "3a", [1, 2, 3], [10, 20, 30], direct=25, break_even=2, published=1
    )
    line, level, break_even, published = figure.axes[0].lines
    assert list(line.get_ydata()) == [10, 20, 30]
    assert list(level.get_ydata()) == [25, 25]
    assert (break_even.get_xdata()[0], break_even.get_ydata()[0]) == (2, 20)
    assert (published.get_xdata()[0], published.get_ydata()[0]) == (1, 10)

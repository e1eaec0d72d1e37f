"""The roofline of chapter 9 has its ridge where compute and bandwidth meet."""

from onebyone.book import timings
from onebyone.book.figures import speed


def test_the_roof_turns_where_both_limits_meet():
    pointwise = timings.layers([1])
    figure = speed.plot_roofline(100e9, 10e9, {"1×1": pointwise})
    roof, points = figure.axes[0].lines
    assert list(roof.get_ydata()) == [10, 100, 100]
    assert roof.get_xdata()[1] == 10
    assert list(points.get_xdata()) == [timings.intensity(layer) for layer in pointwise]

"""The figure of chapter 2 draws the costs that chapter 2 counts."""

import numpy as np

from onebyone.book.figures import feature_maps
from onebyone.cost import macs, parameters


def test_the_lines_of_cost_grow_with_the_square_of_the_channels():
    above, below = feature_maps.plot_cost_against_channels().axes
    for axes, pixels in (above, 1), (below, 28 * 28):
        for line, kernel in zip(axes.lines, (7, 5, 3, 1), strict=True):
            channels = np.array(line.get_xdata())
            assert np.array_equal(line.get_ydata(), pixels * kernel**2 * channels**2)
    assert parameters(16, 16, 7, bias=False) == above.lines[0].get_ydata()[0]
    assert macs(16, 16, 7, 28, 28) == below.lines[0].get_ydata()[0]

"""The exercises of chapter 12."""

import numpy as np

from onebyone.book.solutions import questions as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.reference import conv1x1_loops, conv2d


@exercise(solutions.unshare_weight)
def unshare_weight() -> Cases:
    """What the convolution makes of maps with a single one in them is a column."""
    rng = np.random.default_rng(0)
    for c_in, c_out, pixels in [(2, 1, 2), (3, 2, 4), (2, 2, 1), (1, 3, 5)]:
        weight = rng.standard_normal((c_out, c_in)).round(1)
        ones = np.eye(c_in * pixels).reshape(-1, c_in, 1, pixels)
        columns = [conv1x1_loops(x, weight).ravel() for x in ones]
        yield call(weight, pixels).gives(np.stack(columns, axis=1))


@exercise(solutions.swap_red_and_blue)
def swap_red_and_blue() -> Cases:
    """Slice by slice; and what the layers see of the same picture."""
    rng = np.random.default_rng(0)
    weight = np.arange(3.0).reshape(1, 3, 1, 1)
    yield call(weight).gives(np.array([2.0, 1.0, 0.0]).reshape(1, 3, 1, 1))
    for filters, rows, columns in [(4, 3, 3), (3, 3, 5)]:
        weight = rng.standard_normal((filters, 3, rows, columns)).round(1)
        blue, green, red = (weight[:, c] for c in range(3))
        swapped = np.stack([red, green, blue], axis=1)
        yield call(weight).gives(swapped)
    picture = rng.random((3, 9, 9))
    bgr = np.stack([picture[2], picture[1], picture[0]])
    learned = conv2d(bgr, weight)
    yield call(weight).holds(
        "it makes of a picture in RGB what the other makes of it in BGR",
        lambda swapped: np.allclose(conv2d(picture, swapped), learned),
    )


@exercise(solutions.enlarged_scores)
def enlarged_scores() -> Cases:
    """The loops, at each pixel of the maps that are enlarged first."""
    rng = np.random.default_rng(0)
    for c_in, c_out, height, width, scale in [
        (1, 1, 1, 1, 2),
        (3, 2, 4, 5, 3),
        (4, 4, 2, 3, 1),
    ]:
        x = rng.standard_normal((c_in, height, width)).round(1)
        weight = rng.standard_normal((c_out, c_in)).round(1)
        bias = rng.standard_normal(c_out).round(1)
        h, w = np.indices((height * scale, width * scale)) // scale
        scores = conv1x1_loops(x[:, h, w], weight, bias)
        yield call(x, weight, bias, scale).gives(scores)

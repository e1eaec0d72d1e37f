"""The exercises of chapter 3."""

import numpy as np

from onebyone.book.solutions import downsampling as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.images import photograph
from onebyone.reference import conv1x1_loops


@exercise(solutions.count_changed_pixels)
def count_changed_pixels() -> Cases:
    """What has changed is a set of pixels, which each layer spreads by its taps that are not zero."""
    one, three = np.ones((2, 2, 1, 1)), np.ones((2, 2, 3, 3))
    for weights in [[one], [three], [one, one], [three, three], 5 * [three]]:
        yield call(weights).gives(_spread(weights, 9))
    flat, back = np.ones((4, 2, 1, 5)), np.ones((1, 4, 3, 3))
    yield call([flat, back], size=11).gives(_spread([flat, back], 11))
    cross = np.zeros((1, 1, 3, 3))
    cross[..., 1, :] = cross[..., :, 1] = 1
    yield call([cross]).gives(_spread([cross], 9))


def _spread(weights: list[np.ndarray], size: int) -> int:
    """Count the pixels that the middle one reaches, on a picture of that size."""
    reached = {(size // 2, size // 2)}
    for weight in weights:
        rows, columns = weight.shape[2:]
        taps = np.argwhere(weight.any(axis=(0, 1)))
        moves = [(rows // 2 - i, columns // 2 - j) for i, j in taps]
        spread = {(h + i, w + j) for h, w in reached for i, j in moves}
        reached = {p for p in spread if min(p) >= 0 and max(p) < size}
    return len(reached)


@exercise(solutions.pad_and_convolve)
def pad_and_convolve() -> Cases:
    """The loops without padding, inside a frame of what the layer makes of zeros."""
    rng = np.random.default_rng(0)
    for c_in, c_out, height, width in [
        (1, 1, 1, 1),
        (3, 2, 2, 3),
        (4, 5, 6, 8),
    ]:
        x = rng.standard_normal((c_in, height, width)).round(1)
        weight = rng.standard_normal((c_out, c_in)).round(1)
        bias = rng.standard_normal(c_out).round(1)
        y = np.empty((c_out, height + 2, width + 2))
        y[:] = bias[:, None, None]
        y[:, 1:-1, 1:-1] = conv1x1_loops(x, weight, bias)
        yield call(x, weight, bias).gives(y)


@exercise(solutions.lossless_width)
def lossless_width() -> Cases:
    """Each picture is mixed from as many maps as the width that it needs, and shifted."""
    rng = np.random.default_rng(0)
    grey = rng.random((1, 4, 4))
    yield call(np.concatenate([grey, grey, grey])).gives(1)
    yield call(photograph()[:, ::4, ::4]).gives(3)
    # A tint is an offset of the channels, which the biases give back.
    yield call(np.concatenate([grey, grey + 0.25, grey + 0.5])).gives(1)
    for channels, maps in [(3, 2), (8, 5)]:
        mixing = rng.standard_normal((channels, maps))
        x = np.einsum("cm,mhw->chw", mixing, rng.random((maps, 6, 8)))
        yield call(x + rng.random((channels, 1, 1))).gives(maps)
    yield call(rng.random((5, 1, 2))).gives(1)  # two pixels lie on a line

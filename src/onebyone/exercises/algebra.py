"""The exercises of chapter 7."""

import numpy as np

from onebyone.book.solutions import algebra as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.reference import conv2d

EPS = 1e-5  # what a batch norm adds to the variance


@exercise(solutions.fold_forward)
def fold_forward() -> Cases:
    """A norm, written out, and then the layer: on each unit vector they show a column, and on zero the bias."""
    rng = np.random.default_rng(0)
    for c_in, c_out, has_bias in [(1, 1, False), (4, 6, True)]:
        weight = rng.standard_normal((c_out, c_in))
        bias = rng.standard_normal(c_out) if has_bias else None
        gamma, beta, mean, variance = rng.uniform(0.5, 1.5, (4, c_in))
        pixels = np.concatenate([np.zeros((1, c_in)), np.eye(c_in)])
        normed = (pixels - mean) / np.sqrt(variance + EPS) * gamma + beta
        y = normed @ weight.T + (0 if bias is None else bias)
        folded = (y[1:] - y[0]).T, y[0]
        yield call((weight, bias), gamma, beta, mean, variance).gives(folded)


@exercise(solutions.break_even_rank)
def break_even_rank() -> Cases:
    """Every rank is tried."""
    for c_in, c_out, k in [
        (256, 256, 1),
        (256, 256, 3),
        (1, 1, 1),
        (1, 16, 3),
        (3, 100, 1),
        (64, 64, 1),
        (64, 16, 3),
        (64, 100, 3),
    ]:
        whole = k * k * c_in * c_out
        pays = [
            rank
            for rank in range(1, whole + 1)
            if k * k * c_in * rank + rank * c_out < whole
        ]
        yield call(c_in, c_out, k).gives(max(pays, default=0))


@exercise(solutions.padding_that_folds)
def padding_that_folds() -> Cases:
    """The norm is a straight line: two of its points say where it is zero."""
    rng = np.random.default_rng(0)
    for channels in (1, 3):
        gamma, beta, mean, variance = rng.uniform(0.5, 1.5, (4, channels))
        at_0, at_1 = (
            (x - mean) / np.sqrt(variance + EPS) * gamma + beta for x in (0, 1)
        )
        zero = at_0 / (at_0 - at_1)
        yield call(gamma, beta, mean, variance).gives(zero)
    yield call(gamma, beta, mean, variance, eps=1.0).holds(
        "a 3×3 folded with the norm gives at the border what the two give",
        lambda number: _mends(number, gamma, beta, mean, variance + 1.0),
    )


def _mends(
    number: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
) -> bool:
    """Return whether a 3×3 of the padded picture, norm included, is the 3×3 of the norm padded with zeros."""
    rng = np.random.default_rng(1)
    channels = len(gamma)
    weight = rng.standard_normal((5, channels, 3, 3))
    picture = rng.standard_normal((channels, 6, 7))
    scale, shift = (
        gamma / np.sqrt(variance),
        beta - mean * gamma / np.sqrt(variance),
    )
    normed = scale[:, None, None] * picture + shift[:, None, None]
    padded = np.empty((channels, 8, 9))
    padded[:] = np.reshape(number, (channels, 1, 1))
    padded[:, 1:-1, 1:-1] = picture
    folded = conv2d(
        padded,
        weight * scale[:, None, None],
        np.einsum("ocij,c->o", weight, shift),
    )
    return np.allclose(folded, conv2d(normed, weight, padding=1), atol=1e-12)

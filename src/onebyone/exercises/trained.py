"""The exercises of chapter 12."""

from functools import partial

import numpy as np

from onebyone.book.solutions import trained as solutions
from onebyone.exercises.cases import Cases, call, exercise


@exercise(solutions.count_directions_around_relu)
def count_directions_around_relu() -> Cases:
    """The squared singular values of the centred pixels."""
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((16, 3))
    along_three = np.einsum(
        "oc,nchw->nohw", mixing, rng.standard_normal((4, 3, 8, 8))
    )
    positive = rng.random((2, 4, 5, 7))
    offset = 10 + 10 * np.arange(4).reshape(1, 4, 1, 1)
    brighter = np.arange(3).reshape(3, 1, 1, 1)
    for maps in [
        along_three,
        positive,  # the relu changes nothing
        positive + offset,  # nor does a mean
        along_three[:3] + 9 * brighter * mixing[:, :1, None],
        along_three[:1],
    ]:
        counts = _count(maps), _count(np.maximum(maps, 0))
        yield call(maps).gives(counts)


def _count(maps: np.ndarray) -> int:
    pixels = np.concatenate([np.reshape(x, (len(x), -1)).T for x in maps])
    centred = pixels - pixels.mean(axis=0)
    held = np.linalg.svd(centred, compute_uv=False) ** 2
    return next(
        n for n in range(1, len(held) + 1) if held[:n].sum() >= 0.9 * held.sum()
    )


@exercise(solutions.bound_share)
def bound_share() -> Cases:
    """SciPy's bounds of Clopper and Pearson; where none or all were kept, a root gives the one that is not 0 or 1."""
    root = 0.025 ** (1 / 15)  # with this share, all of 15 in one try of 40
    for kept, total, low, high in [
        (10, 15, 0.38380, 0.88176),
        (5, 15, 0.11824, 0.61620),
        (147, 160, 0.86507, 0.95603),
        (15, 15, root, 1.0),
        (0, 15, 0.0, 1 - root),
    ]:
        yield call(kept, total).holds(
            f"({low:.3f}, {high:.3f}), or a thousandth beside it",
            partial(_is_near, low=low, high=high),
        )


def _is_near(found: tuple[float, float], low: float, high: float) -> bool:
    return len(found) == 2 and np.allclose(found, (low, high), 0, 0.0016)

"""The exercises of chapter 8."""

import numpy as np

from onebyone.book.solutions import gradients as solutions
from onebyone.exercises.cases import Case, Cases, call, exercise
from onebyone.images import photograph


@exercise(solutions.scalar_gradient)
def scalar_gradient() -> Cases:
    """The loss is linear in the scalar: its slope is the difference of two losses."""
    rng = np.random.default_rng(0)
    for s, shape in [(0.5, (2, 1, 1)), (0.7, (4, 6, 8)), (0.0, (1, 3, 2))]:
        g, x = rng.standard_normal((2, *shape)).round(1)
        slope = np.vdot(g, (s + 1) * x) - np.vdot(g, s * x)
        yield call(g, x, s).gives(slope)


@exercise(solutions.learn_luma)
def learn_luma() -> Cases:
    """The weights that made the grey picture: two inputs, since descent takes its time."""
    x = photograph()[:, ::16, ::16].astype(float)
    yield _ask_for(x, [0.299, 0.587, 0.114])
    noise = np.random.default_rng(0).random((3, 8, 8))
    yield _ask_for(noise, [0.2126, 0.7152, 0.0722])  # high-definition video's


def _ask_for(x: np.ndarray, row: list[float]) -> Case:
    grey = np.einsum("c,chw->hw", row, x)[np.newaxis]
    return call(x, grey).holds(
        f"{[row]}, up to 0.001 in each weight",
        lambda weight: (
            weight.shape == (1, 3) and abs(weight - [row]).max() < 0.001
        ),
    )

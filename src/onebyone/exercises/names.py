"""The exercises of chapter 6."""

import numpy as np

from onebyone.book.solutions import names as solutions
from onebyone.exercises.cases import Cases, call, exercise

# From red, green and blue to the colours of digital video.
YCBCR = np.array(
    [
        [65.481, 128.553, 24.966],
        [-37.797, -74.203, 112.0],
        [112.0, -93.786, -18.214],
    ]
)


@exercise(solutions.invert)
def invert() -> Cases:
    """Matrices whose inverses are known by heart, and the way there and back."""
    scaling = np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([2.0, 4.0])
    back = np.array([[0.5, 0.0], [0.0, 0.25]]), np.array([-1.0, -1.0])
    yield call(*scaling).gives(back)
    shear = np.array([[1.0, 3.0], [0.0, 1.0]]), np.array([1.0, 2.0])
    back = np.array([[1.0, -3.0], [0.0, 1.0]]), np.array([5.0, -2.0])
    yield call(*shear).gives(back)
    bias = np.array([16.0, 128.0, 128.0])
    pixels = np.random.default_rng(0).random((3, 20))
    ycbcr = YCBCR @ pixels + bias[:, np.newaxis]
    yield call(YCBCR, bias).holds(
        "it takes YCbCr back to the colours that it was made of",
        lambda layer: np.allclose(
            layer[0] @ ycbcr + layer[1][:, np.newaxis], pixels, atol=1e-9
        ),
    )


@exercise(solutions.from_keras_dense)
def from_keras_dense() -> Cases:
    """Each number is put where it belongs, one after the other."""
    rng = np.random.default_rng(0)
    for c_in, c_out in [(3, 5), (4, 4), (1, 1)]:
        kernel = rng.standard_normal((c_in, c_out)).round(1)
        weight = np.zeros((c_out, c_in, 1, 1))
        for i, o in np.ndindex(c_in, c_out):
            weight[o, i, 0, 0] = kernel[i, o]
        yield call(kernel).gives(weight)


@exercise(solutions.groups_reached)
def groups_reached() -> Cases:
    """The product of the three matrices: a row shows what a channel depends on."""
    for groups, depth in [(3, 2), (3, 3), (3, 4), (1, 5), (5, 1), (4, 7)]:
        layer = np.kron(np.eye(groups), np.ones((depth, depth)))
        # Channel d of group g goes to place d · groups + g.
        shuffle = np.zeros_like(layer)
        for g, d in np.ndindex(groups, depth):
            shuffle[d * groups + g, g * depth + d] = 1
        row = (layer @ shuffle @ layer)[0].reshape(groups, depth)
        yield call(groups, depth).gives(int(row.any(axis=1).sum()))

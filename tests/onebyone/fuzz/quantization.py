"""The functions of `onebyone.quantization`: calls that fit, and what their results must be."""

import numpy as np
from hypothesis import strategies as st

from .algebra import decomposable
from .checks import dtype_of


@st.composite
def weights(draw):
    """Draw a call of quantize."""
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    axes = st.none() | st.integers(0, len(shape) - 1)
    return {"weight": draw(decomposable(tuple(shape))), "axis": draw(axes)}


def check_quantized(result, arguments):
    """Each weight is at most half a step off, and the largest of a scale is 127 steps."""
    weight, axis = np.asarray(arguments["weight"]), arguments["axis"]
    integers, scale = result
    assert (integers.dtype, scale.dtype) == (np.int8, dtype_of(weight))
    assert integers.shape == weight.shape
    own = [length if each == axis else 1 for each, length in enumerate(weight.shape)]
    assert scale.shape == tuple(own)
    rounding = 200 * float(np.finfo(scale.dtype).eps)
    wide = scale.astype(np.longdouble)
    assert (abs(integers * wide - weight) <= (0.5 + rounding) * wide).all()
    others = tuple(each for each in range(weight.ndim) if each != axis)
    largest = abs(weight).max(axis=others, keepdims=True)
    steps = abs(integers.astype(int)).max(axis=others, keepdims=True)
    assert (steps == np.where(largest, 127, 0)).all()


@st.composite
def noises(draw):
    """Draw a call of signal_to_noise."""
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    return {name: draw(decomposable(shape)) for name in ("signal", "noisy")}


def check_ratio(decibels, arguments):
    """Ten times the logarithm of the ratio of two sums of squares, each of numbers of at most 1."""
    signal, noisy = (np.asarray(arguments[name]).astype(float) for name in ("signal", "noisy"))
    noise = noisy - signal
    assert type(decibels) is float
    if not noise.any():
        assert decibels == np.inf
        return
    sizes = [abs(each).max() for each in (signal, noise)]
    squares = [
        np.square(each / size).sum() for each, size in zip((signal, noise), sizes, strict=True)
    ]
    logarithms = [np.log10(a) + 2 * np.log10(b) for a, b in zip(squares, sizes, strict=True)]
    expected = 10 * (logarithms[0] - logarithms[1])
    # Beyond that, a square of the noise is zero or infinite in the units of the signal.
    if abs(expected) < 3000:
        assert abs(decibels - expected) <= 1e-6
    else:
        assert decibels * expected > 0

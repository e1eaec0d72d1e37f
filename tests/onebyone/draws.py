"""Feature maps, filters and windows for Hypothesis to draw, and how far two roundings of one sum may lie apart."""

import warnings
from typing import Any, NamedTuple

import numpy as np
import torch
from hypothesis import strategies as st

FLOATS = ("float16", "float32", "float64")
NUMBERS = (*FLOATS, "int8", "uint8", "int32")
LAYOUTS = (
    *("C", "F", "channels last", "backwards", "every second"),
    *("inside a larger array", "big-endian"),
)


class Convolution(NamedTuple):
    """One call of conv2d."""

    x: np.ndarray
    weight: np.ndarray
    bias: np.ndarray | None
    options: dict[str, Any]


def lay_out(values, layout):
    """Return the same numbers in another memory order, write-protected, so that whoever writes to them fails."""
    if layout == "F":
        values = np.asfortranarray(values)
    elif layout == "channels last":
        values = np.moveaxis(np.ascontiguousarray(np.moveaxis(values, 0, -1)), -1, 0)
    elif layout == "backwards":
        values = np.ascontiguousarray(np.flip(values))
        values = np.flip(values)
    elif layout == "every second":
        values = np.repeat(values, 2, axis=-1)[..., ::2]
    elif layout == "inside a larger array":
        values = np.pad(values, 1, constant_values=99)[(slice(1, -1),) * values.ndim]
    elif layout == "big-endian":
        values = values.astype(values.dtype.newbyteorder(">"))
    values.flags.writeable = False
    return values


@st.composite
def arrays(draw, shape, dtypes=FLOATS, layouts=LAYOUTS):
    """Draw an array: its dtype, its memory order, and the seed of its numbers."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dtype = np.dtype(draw(st.sampled_from(dtypes)))
    least = -4 if dtype.kind == "i" else 0
    values = random.normal(size=shape) if dtype.kind == "f" else random.integers(least, 5, shape)
    return lay_out(values.astype(dtype), draw(st.sampled_from(layouts)))


def pairs(low, high):
    """Draw an integer, or a pair of them."""
    return st.integers(low, high) | st.tuples(st.integers(low, high), st.integers(low, high))


def batches():
    """Draw the leading axes of feature maps: none, or a number of images, which may be 0."""
    return st.just(()) | st.tuples(st.integers(0, 3))


def both(value):
    """Return (vertical, horizontal) of an integer or a pair."""
    return value if isinstance(value, tuple) else (value, value)


@st.composite
def convolutions(draw, dtypes=FLOATS, largest=6):
    """Draw a call of conv2d that fits: the kernel lies within the padded feature maps."""
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    dilation, padding = draw(pairs(1, 3)), draw(pairs(0, 3) | st.sampled_from(["same", "valid"]))
    stride = 1 if padding == "same" else draw(pairs(1, 3))
    groups, depth, filters = (draw(st.integers(1, 3)) for _ in range(3))
    size = []
    for axis in range(2):
        extent = both(dilation)[axis] * (kernel[axis] - 1) + 1
        named = {"same": extent - 1, "valid": 0}
        room = named[padding] if isinstance(padding, str) else 2 * both(padding)[axis]
        size.append(draw(st.integers(max(1, extent - room), max(1, extent - room) + largest)))
    x = draw(arrays((*draw(batches()), groups * depth, *size), dtypes))
    weight = draw(arrays((groups * filters, depth, *kernel), dtypes))
    bias = draw(st.none() | arrays((groups * filters,), dtypes))
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return Convolution(x, weight, bias, options)


@st.composite
def pointwise(draw, dtypes=FLOATS):
    """Draw a call of conv1x1 that fits."""
    in_channels, out_channels = draw(st.integers(1, 20)), draw(st.integers(1, 20))
    size = draw(st.tuples(st.integers(1, 6), st.integers(1, 6)))
    x = draw(arrays((*draw(batches()), in_channels, *size), dtypes))
    weight = draw(arrays((out_channels, in_channels, *draw(st.sampled_from([(), (1, 1)]))), dtypes))
    return x, weight, draw(st.none() | arrays((out_channels,), dtypes))


@st.composite
def poolings(draw, dtypes=FLOATS):
    """Draw feature maps and the options of a pooling that fits them."""
    kernel = draw(pairs(1, 4))
    padding = draw(st.tuples(*(st.integers(0, k // 2) for k in both(kernel))))
    if draw(st.booleans()):
        padding = min(padding)
    size = [
        draw(st.integers(max(1, k - 2 * p), k + 6))
        for k, p in zip(both(kernel), both(padding), strict=True)
    ]
    x = draw(arrays((*draw(batches()), draw(st.integers(1, 4)), *size), dtypes))
    return x, {"kernel_size": kernel, "stride": draw(st.none() | pairs(1, 3)), "padding": padding}


def torch64(values):
    """Return an array as a tensor of float64, which holds every number drawn here exactly."""
    return None if values is None else torch.from_numpy(np.array(values, np.float64, order="C"))


def torch_conv2d(x, weight, bias=None, **options):
    """Return PyTorch's conv2d in float64 and, for each sum, the number and the total magnitude of its terms."""
    x, weight, bias = torch64(x), torch64(weight), torch64(bias)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel lengths")
        exact = torch.nn.functional.conv2d(x, weight, bias, **options)
        total = torch.nn.functional.conv2d(
            abs(x), abs(weight), None if bias is None else abs(bias), **options
        )
    return exact.numpy(), weight[0].numel() + (bias is not None), total.numpy()


def assert_equal_to_rounding(y, expected, terms, magnitude, inputs):
    """Assert that y is a sum of `terms` products in floating point, whose exact value is near `expected`.

    Each order of adding n rounded products errs by at most n · eps / 2 of the sum of their magnitudes (Higham,
    "Accuracy and Stability of Numerical Algorithms", §3.1), and so does PyTorch's; the inputs may each be rounded
    once more when they are converted to the dtype of the result.
    """
    dtype = np.result_type(*inputs)
    assert y.dtype == dtype
    assert y.shape == expected.shape
    info = np.finfo(dtype)
    allowed = (terms + 3) * (info.eps * magnitude + info.smallest_subnormal)
    difference = np.abs(y.astype(np.float64) - expected)
    assert (difference <= allowed).all(), (
        f"off by {(difference / allowed).max():.2f} of what rounding explains"
    )

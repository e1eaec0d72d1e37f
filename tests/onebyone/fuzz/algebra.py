"""The functions of `onebyone.algebra`: calls that fit, and what their results must be."""

import numpy as np
from hypothesis import strategies as st

from . import definitions
from .calls import feature_maps, floats, real
from .checks import assert_close, dtype_of
from .spoiling import DECOMPOSABLE, numbers

KERNELS = st.sampled_from([(), (1, 1), (2, 3), (3, 3)])


def decomposable(shape):
    """Draw an array that linear algebra takes."""
    return numbers(shape, DECOMPOSABLE)


def four_axes(weight):
    """Return the weight of a convolution with its kernel."""
    weight = np.asarray(weight)
    return weight if weight.ndim == 4 else weight[:, :, None, None]


def some_maps(layers):
    """Return feature maps that fit layers, of numbers from 1 to 2, so that a sum over them hides no large weight."""
    shapes = [four_axes(weight).shape for weight, _ in layers]
    size = [1 + max(shape[axis] for shape in shapes) for axis in (2, 3)]
    return np.random.default_rng(0).uniform(1, 2, (shapes[0][1], *size))


ORDERS = st.sampled_from(["channels_first", "channels_last"])


@st.composite
def linear(draw):
    """Draw a call of linear_to_conv."""
    kernel = draw(st.integers(1, 3))
    shape = draw(st.integers(1, 3)), draw(st.integers(1, 3)) * kernel**2
    return {"weight": draw(real(shape)), "kernel_size": kernel, "data_format": draw(ORDERS)}


def flattened(kernel, data_format):
    """Return a matrix: in each row channel 0 first, row by row, or all channels of the first pixel."""
    last = data_format == "channels_last"
    return (np.moveaxis(kernel, 1, -1) if last else kernel).reshape(len(kernel), -1)


def check_linear(y, arguments):
    """Each filter holds one row of the matrix."""
    weight, kernel = np.asarray(arguments["weight"]), int(arguments["kernel_size"])
    assert y.dtype == weight.dtype.newbyteorder("=")
    assert y.shape == (len(weight), weight.shape[1] // kernel**2, kernel, kernel)
    np.testing.assert_array_equal(flattened(y, arguments["data_format"]), weight)


@st.composite
def kernels(draw):
    """Draw a call of conv_to_linear."""
    shape = tuple(draw(st.integers(1, 3)) for _ in range(4))
    return {"weight": draw(real(shape)), "data_format": draw(ORDERS)}


def check_kernels(y, arguments):
    """Each row holds one filter."""
    weight = np.asarray(arguments["weight"])
    assert y.dtype == weight.dtype.newbyteorder("=")
    np.testing.assert_array_equal(y, flattened(weight, arguments["data_format"]))


@st.composite
def kinds(draw):
    """Draw a call of full_weight."""
    groups, transposed = draw(st.integers(1, 2)), draw(st.booleans())
    shape = groups * draw(st.integers(1, 2)), draw(st.integers(1, 3)), 1, 2
    options = {"groups": groups, "transposed": transposed}
    return {"weight": draw(floats(shape))} | options


def check_full(y, arguments):
    """A group's channels meet, and no others."""
    weight = np.asarray(arguments["weight"])
    groups, transposed = int(arguments["groups"]), arguments["transposed"]
    first, second = weight.shape[:2]
    expected = np.zeros((first, groups * second, *weight.shape[2:]))
    for i, j in np.ndindex(first, second):
        expected[i, i // (first // groups) * second + j] = weight[i, j]
    if transposed:
        expected = expected.swapaxes(0, 1)
    assert y.dtype == weight.dtype.newbyteorder("=")
    np.testing.assert_array_equal(y, expected)


@st.composite
def layer(draw, out, channels, kernel):
    """Draw a weight, and a bias or None."""
    weight = draw(floats((out, channels, *kernel)))
    return weight, draw(st.none() | floats((out,)))


@st.composite
def two_layers(draw):
    """Draw a call of compose."""
    out, middle, channels = (draw(st.integers(1, 3)) for _ in range(3))
    small = draw(st.sampled_from([(), (1, 1)]))
    both_kernels = [draw(KERNELS), small]
    if draw(st.booleans()):
        both_kernels.reverse()
    return {
        "second": draw(layer(out, middle, both_kernels[0])),
        "first": draw(layer(middle, channels, both_kernels[1])),
    }


def numbers_in(*layers):
    """Return the arrays of layers."""
    return [part for each in layers for part in each if part is not None]


def through(x, layers, change=np.asarray):
    """Return feature maps after convolutions."""
    for weight, bias in layers:
        bias = None if bias is None else change(bias)
        x = definitions.conv2d(x, change(four_axes(weight)), bias)
    return x


def check_compose(result, arguments):
    """One convolution gives what two give."""
    layers = [arguments["first"], arguments["second"]]
    assert result[0].ndim == max(np.ndim(weight) for weight, _ in layers)
    assert_same_convolution(result, layers, dtype_of(*numbers_in(*layers)))


def assert_same_convolution(result, layers, dtype):
    """Assert that a weight and a bias are of this dtype and do what some convolutions do."""
    assert [each.dtype for each in result] == [dtype, dtype]
    assert result[1].shape == (len(result[0]),)
    x = some_maps(layers)
    expected, sizes = through(x, layers), through(x, layers, np.abs)
    terms = sum(np.size(part) for part in numbers_in(*layers))
    y = through(x, [result])
    # Judged by the dtype of the result, although these convolutions are computed in a wider one.
    assert_close(y.astype(dtype), expected, sizes, dtype, terms)


@st.composite
def normalisations(draw, channels=None):
    """Draw the four arrays of a batch normalisation, and its eps."""
    channels = draw(st.integers(1, 3)) if channels is None else channels
    arguments = {name: draw(floats((channels,))) for name in ("gamma", "beta", "mean")}
    arguments["variance"] = np.square(draw(floats((channels,))))
    return arguments | {"eps": draw(st.sampled_from([1e-3, 1e-5]))}


@st.composite
def folds(draw):
    """Draw a call of fold_batch_norm."""
    transposed, groups = draw(st.booleans()), draw(st.integers(1, 2))
    out, channels = (groups * draw(st.integers(1, 3)) for _ in range(2))
    if transposed:
        weight = draw(floats((channels, out // groups, 2, 1)))
        one = weight, draw(st.none() | floats((out,)))
    else:
        one = draw(layer(out, channels // groups, draw(KERNELS)))
    options = {"transposed": transposed, "groups": groups}
    return {"layer": one} | draw(normalisations(out)) | options


def normalisation(arguments):
    """Return the factor and the shift of each channel, and the sizes of what the shift is the sum of."""
    names = "gamma", "beta", "mean", "variance"
    gamma, beta, mean, variance = (
        np.asarray(arguments[name]).astype(np.longdouble) for name in names
    )
    assert gamma.ndim == 1
    assert gamma.shape == beta.shape == mean.shape == variance.shape
    scale = gamma / np.sqrt(variance + float(arguments.get("eps", 1e-5)))
    return scale, beta - scale * mean, abs(beta) + abs(scale * mean)


def check_norm(result, arguments):
    """Subtract the mean, divide by the deviation, scale and shift."""
    names = "gamma", "beta", "mean", "variance"
    dtype = dtype_of(*(arguments[name] for name in names))
    scale, shift, size = normalisation(arguments)
    assert_close(result[0], np.diag(scale), abs(np.diag(scale)), dtype, 9)
    assert_close(result[1], shift, size, dtype, 9)


def check_fold(result, arguments):
    """The convolution, and then the normalisation."""
    names = "gamma", "beta", "mean", "variance"
    weight, bias = arguments["layer"]
    dtype = dtype_of(*numbers_in((weight, bias)), *(arguments[name] for name in names))
    scale, shift, size = normalisation(arguments)
    weight = np.asarray(weight).astype(np.longdouble)
    bias = np.zeros(len(scale)) if bias is None else np.asarray(bias).astype(np.longdouble)
    scaled = weight.copy()
    for i, j in np.ndindex(*weight.shape[:2]):
        c_out = i
        if arguments.get("transposed"):
            part = i // (len(weight) // int(arguments["groups"]))
            c_out = part * weight.shape[1] + j
        scaled[i, j] *= scale[c_out]
    assert_close(result[0], scaled, abs(scaled), dtype, 9)
    assert_close(result[1], bias * scale + shift, abs(bias * scale) + size, dtype, 9)


@st.composite
def factorizations(draw):
    """Draw a call of factorize."""
    weight = draw(decomposable((draw(st.integers(1, 4)), draw(st.integers(1, 4)), *draw(KERNELS))))
    most = min(len(weight), weight[0].size)
    return {"weight": weight, "rank": draw(st.integers(1, most))}


def tolerance(array):
    """Return how far a decomposition in this dtype may be off, as a share of the largest number."""
    return 100 * float(np.finfo(array.dtype).eps) * (1 + array.size)


def check_factors(result, arguments):
    """No product of such factors comes closer than the singular values that are left out."""
    weight, rank = np.asarray(arguments["weight"]), int(arguments["rank"])
    second, first = result
    assert (second.dtype, first.dtype) == (dtype_of(weight), dtype_of(weight))
    assert second.shape == (len(weight), rank)
    assert first.shape == (rank, *weight.shape[1:])
    unit = np.abs(weight).max() or 1
    matrix = weight.reshape(len(weight), -1).astype(float) / unit
    product = (second.astype(float) / unit) @ first.reshape(rank, -1)
    lost = np.linalg.norm(np.linalg.svd(matrix, compute_uv=False)[rank:])
    assert abs(np.linalg.norm(matrix - product) - lost) <= tolerance(weight)


@st.composite
def projections(draw):
    """Draw a call of pca_projection."""
    x = draw(feature_maps(decomposable, batch=draw(st.sampled_from([(), (1,), (2,)]))))
    return {"x": x, "out_channels": draw(st.integers(1, x.shape[-3]))}


def by_channel(x):
    """Return one row a channel, in float64."""
    x = np.asarray(x)
    assert x.ndim in (3, 4)
    return np.moveaxis(x, -3, 0).reshape(x.shape[-3], -1).astype(float)


def check_projection(result, arguments):
    """No rows at right angles keep more of the variance."""
    x, kept = np.asarray(arguments["x"]), int(arguments["out_channels"])
    weight, mean = result
    assert (weight.dtype, mean.dtype) == (dtype_of(x), dtype_of(x))
    assert (weight.shape, mean.shape) == ((kept, x.shape[-3]), (x.shape[-3],))
    unit = np.abs(x).max() or 1
    pixels = by_channel(x) / unit
    middle = pixels.mean(axis=1)
    assert np.abs(mean / unit - middle).max() <= tolerance(x)
    assert np.abs(weight @ weight.T - np.eye(kept)).max() <= tolerance(x)
    centred = pixels - middle[:, None]
    most = (np.linalg.svd(centred, compute_uv=False)[:kept] ** 2).sum()
    assert abs(((weight @ centred) ** 2).sum() - most) <= tolerance(x)


@st.composite
def expansions(draw):
    """Draw a call of best_expansion."""
    y = draw(feature_maps(decomposable))
    shape = *y.shape[:-3], draw(st.integers(1, 3)), *y.shape[-2:]
    return {"y": y, "x": draw(decomposable(shape))}


def check_expansion(result, arguments):
    """What is left over has nothing in common with what there was."""
    known, wanted = by_channel(arguments["y"]), by_channel(arguments["x"])
    weight, bias = result
    assert weight.shape == (len(wanted), len(known))
    assert bias.shape == (len(wanted),)
    dtype = dtype_of(arguments["y"], arguments["x"])
    assert (weight.dtype, bias.dtype) == (dtype, dtype)
    sizes = [np.abs(each).max(initial=0) for each in (known, wanted)]
    # Beside numbers much larger than 1, a bias is lost in rounding.
    if max(sizes) < 100:
        left = weight @ known + bias[:, None] - wanted
        with_one = np.vstack([known, np.ones_like(known[:1])])
        shared = np.abs(left @ with_one.T).max(initial=0)
        narrow = min((np.asarray(arguments[name]) for name in "xy"), key=lambda a: a.dtype.itemsize)
        assert shared <= tolerance(narrow) * (1 + np.abs(weight).max()) * (1 + sizes[0]) * (
            1 + sum(sizes)
        )

"""What the result of each function must be."""

import math

import numpy as np
import torch

from . import definitions
from .definitions import parameters, plain, wide

ARRAYS = {"x", "weight", "bias", "grad_output", "target"}


def dtype_of(*values):
    """Return the dtype to which NumPy or PyTorch promotes these, in the machine's byte order."""
    if isinstance(values[0], torch.Tensor):
        dtype = values[0].dtype
        for value in values[1:]:
            dtype = torch.promote_types(dtype, value.dtype)
        return dtype
    return np.result_type(*map(np.asarray, values))


def assert_close(y, expected, magnitude, dtype, terms):
    """Assert that y has this dtype and shape, and lies as near to what is expected as sums of so many terms must."""
    assert type(y) is (torch.Tensor if isinstance(dtype, torch.dtype) else np.ndarray)
    assert y.dtype == dtype
    assert y.shape == expected.shape
    if isinstance(y, torch.Tensor):
        if y.is_meta:
            return
        info = torch.finfo(dtype) if dtype.is_floating_point or dtype.is_complex else None
    else:
        info = np.finfo(dtype) if dtype.kind in "fc" else None
    y = plain(y)
    if info is None:
        assert (y == expected).all()
        return
    expected, magnitude = expected.astype(np.result_type(y, float)), magnitude.astype(float)
    # What is not finite here may be NaN or infinite there, depending on the order of the sum.
    known = magnitude < float(info.max)
    eps = max(float(info.eps), np.finfo(float).eps)  # that of what is expected, where y is wider
    allowed = 2 * (terms + 3) * (eps * magnitude + float(info.tiny))
    assert (np.abs(y - expected)[known] <= allowed[known]).all()


def solid(arguments):
    """Return the arguments with zeros for what lies on no device."""
    return {
        name: torch.zeros(value.shape, dtype=value.dtype)
        if getattr(value, "is_meta", False)
        else value
        for name, value in arguments.items()
    }


def absolute(arguments):
    """Return the arguments with their sizes instead of their numbers."""
    return {
        name: abs(wide(value)[0]) if name in ARRAYS and value is not None else value
        for name, value in arguments.items()
    }


def sums(definition, of):
    """Return the check of a function that adds up: against a definition, in the dtype of some arguments."""

    def check(y, arguments):
        dtype = dtype_of(*(arguments[name] for name in of))
        arguments = solid(arguments)
        expected, sizes = definition(**arguments), definition(**absolute(arguments))
        together = isinstance(expected, tuple)
        terms = max(np.size(plain(arguments[name])) for name in of)
        for each in zip(y, expected, sizes, strict=True) if together else [(y, expected, sizes)]:
            assert_close(*each, dtype, terms)

    return check


def check_fit(result, arguments):
    """Compare with the descent by its definition, of which each step may add as much rounding as a sum."""
    weight, bias, losses = result
    expected = definitions.fit_conv1x1(**arguments)
    dtype = dtype_of(arguments["x"], arguments["target"])
    assert (weight.dtype, bias.dtype) == (dtype, dtype)
    assert (weight.shape, bias.shape) == (expected[0].shape, expected[1].shape)
    assert len(losses) == arguments["steps"]
    assert all(type(loss) is float for loss in losses)
    if np.abs(np.asarray(arguments["x"])).max() < 10 and arguments["rate"] < 1:
        tolerance = 200 * float(max(np.finfo(dtype).eps, np.finfo(float).eps))
        for found, wanted in zip(result, expected, strict=True):
            scale = 1 + np.abs(wanted).max()
            assert np.abs(found - np.asarray(wanted)).max() <= tolerance * scale


def equals(definition):
    """Return the check of a function whose result is one Python integer."""

    def check(y, arguments):
        assert type(y) is int
        assert y == definition(**arguments)

    return check


def check_break_even(width, arguments):
    """One channel more saves nothing."""
    channels, filters = int(arguments["in_channels"]), int(arguments["out_channels"])
    kernel = arguments["kernel_size"]
    direct = parameters(channels, filters, kernel, bias=False)
    pair = [
        parameters(channels, each, 1, bias=False) + parameters(each, filters, kernel, bias=False)
        for each in (width, width + 1)
    ]
    assert type(width) is int
    assert pair[0] < direct <= pair[1]


def check_layer(layer, arguments):
    """A layer has a weight for each pair of channels."""
    shape = (arguments["out_channels"], arguments["in_channels"], 1, 1)
    assert layer.weight.shape == shape
    assert (layer.bias is not None) == arguments["bias"]


NETWORK = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1), torch.nn.ReLU())


def check_summary(found, arguments):
    """The convolution has a weight for each pair of channels, and uses it at each pixel of each image."""
    shape = tuple(getattr(arguments["inputs"], "shape", arguments["inputs"]))
    assert (found.parameters, found.macs) == (4 * 3 + 4, 4 * math.prod(shape))
    assert found.layers[-1].output == (*shape[:-3], 4, *shape[-2:])


def check_digits(found, arguments):
    """So many of each class."""
    assert found.x.shape == (10 * arguments["per_class"], 1, 28, 28)
    assert (found.y.bincount() == arguments["per_class"]).all()


def check_record(found, arguments):
    """A record is of what its name says."""
    holds = {"speed": "layers", "training": "networks"}[arguments["name"]]
    assert holds in found


def check_pictures(found, arguments):
    """Each title has its pixels: 0 black, 255 full, and nothing beyond."""
    titled = arguments["titled"]
    assert list(found.titled) == list(titled)
    for title, pixels in found.titled.items():
        x = np.moveaxis(np.asarray(titled[title]).astype(float), 0, -1)
        assert pixels.dtype == np.uint8
        pixels = pixels.reshape(x.shape)
        assert np.abs(pixels - 255 * np.clip(x, 0, 1)).max() <= 1
    assert found._repr_html_().count("<img ") == len(titled)

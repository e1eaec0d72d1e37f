"""What each function computes, written for the fuzz from its definition, in numbers wide enough to judge it by."""

import numpy as np
import torch


def plain(value):
    """Return a tensor as an array, and anything else as it is."""
    if not isinstance(value, torch.Tensor):
        return value
    value = value.detach()
    if value.dtype.is_floating_point:
        value = value.to(torch.float64)
    return value.numpy()


def wide(*values):
    """Return arrays in a dtype that neither rounds as they do nor wraps around."""
    arrays = [np.asarray(plain(value)) for value in values]
    if all(array.dtype.kind in "iu" for array in arrays):
        return [array.astype(object) for array in arrays]
    dtype = np.result_type(*arrays, np.float64)
    return [array.astype(dtype) for array in arrays]


def both(value):
    """Return (vertical, horizontal) of an integer or a pair, in Python's integers."""
    pair = value if isinstance(value, tuple | list) else (value, value)
    return int(pair[0]), int(pair[1])


def maps(x):
    """Assert that these are feature maps."""
    assert x.ndim in (3, 4)
    assert min(x.shape[-3:]) > 0
    return x


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Multiply what lies under the filter, and add it up."""
    x, weight = wide(x, weight)
    groups = int(groups)
    filters, depth, *kernel = weight.shape
    assert maps(x).shape[-3] == depth * groups
    assert filters % groups == 0
    steps, gaps = both(stride), both(dilation)
    extents = [gap * (taps - 1) + 1 for gap, taps in zip(gaps, kernel, strict=True)]
    if isinstance(padding, str):
        assert padding == "valid" or (padding == "same" and steps == (1, 1))
        extra = [extent - 1 if padding == "same" else 0 for extent in extents]
        sides = [(each // 2, each - each // 2) for each in extra]
    else:
        sides = [(side, side) for side in both(padding)]
    padded = np.pad(x, [(0, 0)] * (x.ndim - 2) + sides)
    size = [
        output_size(whole, taps, step, 0, gap)
        for whole, taps, step, gap in zip(padded.shape[-2:], kernel, steps, gaps, strict=True)
    ]
    y = np.zeros((*x.shape[:-3], filters, *size), padded.dtype)
    for o, r, c in np.ndindex(filters, *size):
        first = o // (filters // groups) * depth
        top, left = r * steps[0], c * steps[1]
        seen = padded[
            ...,
            first : first + depth,
            top : top + extents[0] : gaps[0],
            left : left + extents[1] : gaps[1],
        ]
        y[..., o, r, c] = (seen * weight[o]).sum(axis=(-3, -2, -1))
    if bias is None:
        return y
    (bias,) = wide(bias)
    assert bias.shape == (filters,)
    return y + bias[:, None, None]


def conv1x1(x, weight, bias=None):
    """Convolve with kernels of one tap."""
    weight = np.asarray(plain(weight))
    return conv2d(x, weight.reshape(*weight.shape[:2], 1, 1), bias)


def pool(x, kernel_size, stride, padding, outside, best):
    """Give the pixels under each window to a function."""
    (x,) = wide(x)
    kernel, sides = both(kernel_size), both(padding)
    assert all(2 * side <= taps for side, taps in zip(sides, kernel, strict=True))
    steps = kernel if stride is None else both(stride)
    around = [(0, 0)] * (maps(x).ndim - 2) + [(side, side) for side in sides]
    padded = np.pad(x, around, constant_values=outside)
    size = [
        output_size(whole, taps, step)
        for whole, taps, step in zip(padded.shape[-2:], kernel, steps, strict=True)
    ]
    y = np.zeros((*x.shape[:-2], *size), x.dtype)
    for r, c in np.ndindex(*size):
        top, left = r * steps[0], c * steps[1]
        seen = padded[..., top : top + kernel[0], left : left + kernel[1]]
        y[..., r, c] = best(seen, axis=(-2, -1))
    return y


def max_pool2d(x, kernel_size, stride=None, padding=0):
    """Keep the largest."""
    return pool(x, kernel_size, stride, padding, -np.inf, np.max)


def avg_pool2d(x, kernel_size, stride=None, padding=0):
    """Average, the zeros outside too."""
    return pool(x, kernel_size, stride, padding, 0, np.mean)


def global_avg_pool2d(x):
    """Average all."""
    (x,) = wide(x)
    return avg_pool2d(x, x.shape[-2:])


def relu(x):
    """Keep what is not below zero."""
    (x,) = wide(x)
    return np.where(x < 0, 0 * x if x.dtype == object else 0, x)


def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    """Count the places of the window."""
    last = int(size) + 2 * int(padding) - int(dilation) * (int(kernel_size) - 1)
    places = range(0, last, int(stride))
    return places.index(places[-1]) + 1


def conv1x1_backward(grad_output, x, weight):
    """Add up over all that a number went into."""
    g, x, weight = wide(grad_output, x, weight)
    matrix = weight.reshape(weight.shape[:2])
    assert maps(x).shape[-3] == matrix.shape[1]
    assert g.shape == (*x.shape[:-3], len(matrix), *x.shape[-2:])
    images, maps_of = (a.reshape(-1, *a.shape[-3:]) for a in (g, x))
    grad_x = np.einsum("oi,nohw->nihw", matrix, images).reshape(x.shape)
    grad_weight = np.einsum("nohw,nihw->oi", images, maps_of)
    return grad_x, grad_weight.reshape(weight.shape), images.sum(axis=(0, 2, 3))


def fit_conv1x1(x, target, steps, rate):
    """Step against the gradient of the squared error, summed over channels and averaged over pixels."""
    x, target = (np.moveaxis(maps(each), -3, 0) for each in wide(x, target))
    assert x.shape[1:] == target.shape[1:]
    x, target = x.reshape(len(x), -1), target.reshape(len(target), -1)
    weight = np.zeros((len(target), len(x)), np.result_type(x, target))
    bias = np.zeros_like(weight[:, 0])
    losses = []
    for _ in range(steps):
        error = weight @ x + bias[:, None] - target
        losses.append((error**2).sum(axis=0).mean())
        weight = weight - float(rate) * 2 * error @ x.T / x.shape[1]
        bias = bias - float(rate) * 2 * error.mean(axis=1)
    return weight, bias, losses


def parameters(in_channels, out_channels, kernel_size, groups=1, bias=True):
    """Count the weights of each filter, and its bias."""
    channels, filters, parts = map(int, (in_channels, out_channels, groups))
    assert channels % parts == filters % parts == 0
    down, across = both(kernel_size)
    return filters * (channels // parts * down * across + bias)


def macs(in_channels, out_channels, kernel_size, height, width, groups=1):
    """Count one for each weight and pixel."""
    weights = parameters(in_channels, out_channels, kernel_size, groups, bias=False)
    return weights * int(height) * int(width)


def bytes_moved(in_channels, out_channels, kernel_size, height, width, groups=1, itemsize=4):
    """Count what goes in, the weights, and what comes out."""
    weights = parameters(in_channels, out_channels, kernel_size, groups, bias=False)
    pixels = int(height) * int(width)
    return int(itemsize) * (pixels * (int(in_channels) + int(out_channels)) + weights)

"""What each function computes: by PyTorch, in numbers wide enough to judge others by, or in Python's integers."""

import warnings

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

FAR = 2**20  # pixels, which no step of a window need exceed


def plain(value):
    """Return a tensor as an array, and anything else as it is."""
    if not isinstance(value, torch.Tensor):
        return value
    value = value.detach()
    return (value.to(torch.float64) if value.dtype.is_floating_point else value).numpy()


def wide(*values):
    """Return arrays or tensors as tensors of int64, or else of float64 or complex128."""
    kinds = {"i": np.int64, "u": np.int64, "f": np.float64, "c": np.complex128}
    arrays = [np.asarray(plain(value)) for value in values]
    dtype = np.result_type(*(kinds[array.dtype.kind] for array in arrays))
    return [torch.from_numpy(np.array(array, dtype, order="C")) for array in arrays]


def both(value):
    """Return (vertical, horizontal) of an integer or a pair, in Python's integers."""
    pair = value if isinstance(value, tuple | list) else (value, value)
    return int(pair[0]), int(pair[1])


def steps(value):
    """Return a stride or a dilation that PyTorch can hold: one beyond all pixels for any other such."""
    return tuple(min(each, FAR) for each in both(value))


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Convolve."""
    values = wide(*(value for value in (x, weight, bias) if value is not None))
    padding = padding if isinstance(padding, str) else both(padding)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel lengths")
        return F.conv2d(
            *values,
            stride=steps(stride),
            padding=padding,
            dilation=steps(dilation),
            groups=int(groups),
        ).numpy()


def kernels(weight):
    """Return the weight of a 1×1 convolution with its kernel."""
    weight = np.asarray(plain(weight))
    return weight.reshape(*weight.shape[:2], 1, 1)


def conv1x1(x, weight, bias=None):
    """Convolve with kernels of one pixel."""
    return conv2d(x, kernels(weight), bias)


def window(kernel_size, stride, padding):
    """Return the arguments of a pooling."""
    return both(kernel_size), None if stride is None else steps(stride), both(padding)


def max_pool2d(x, kernel_size, stride=None, padding=0):
    """Keep the largest."""
    return F.max_pool2d(*wide(x), *window(kernel_size, stride, padding)).numpy()


def avg_pool2d(x, kernel_size, stride=None, padding=0):
    """Average, with the zeros of the padding; PyTorch averages no complex numbers, but their parts."""
    (x,), options = wide(x), window(kernel_size, stride, padding)
    if not x.is_complex():
        return F.avg_pool2d(x, *options).numpy()
    return F.avg_pool2d(x.real, *options).numpy() + 1j * F.avg_pool2d(x.imag, *options).numpy()


def global_avg_pool2d(x):
    """Average each feature map."""
    return wide(x)[0].mean((-2, -1), keepdim=True).numpy()


def relu(x):
    """Replace what is negative by zero."""
    return torch.relu(*wide(x)).numpy()


def conv1x1_backward(grad_output, x, weight):
    """Go back through a convolution."""
    g, x, weight = wide(grad_output, x, weight)
    inputs = [x, weight, torch.zeros(len(weight), dtype=x.dtype)]
    for each in inputs:
        each.requires_grad_()
    y = F.conv2d(x, weight.reshape(*weight.shape[:2], 1, 1), inputs[2])
    return tuple(each.numpy() for each in torch.autograd.grad(y, inputs, g))


def fit_conv1x1(x, target, steps, rate):
    """Step against the gradient of the squared error, summed over channels and averaged over pixels."""
    x, target = wide(x, target)
    weight = torch.zeros(target.shape[-3], x.shape[-3], 1, 1, dtype=x.dtype, requires_grad=True)
    bias = torch.zeros(len(weight), dtype=x.dtype, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = ((F.conv2d(x, weight, bias) - target) ** 2).sum(-3).mean()
        losses.append(loss.item())
        with torch.no_grad():
            for each, gradient in zip(
                (weight, bias), torch.autograd.grad(loss, (weight, bias)), strict=True
            ):
                each -= float(rate) * gradient
    return weight.detach().numpy()[:, :, 0, 0], bias.detach().numpy(), losses


def output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    """Count the places of the window."""
    last = int(size) + 2 * int(padding) - int(dilation) * (int(kernel_size) - 1)
    places = range(0, last, int(stride))
    return places.index(places[-1]) + 1


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

"""The same functions on PyTorch tensors: on any device, with gradients.

Arguments and results have the shapes of the functions of the same name in `onebyone`. A wrong argument raises as
there, and a tensor on another device raises ValueError.
"""

import math

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from onebyone.arguments import shapes, tensors
from onebyone.arguments.scalars import Pair, boolean, integer, pair

FEW = 64  # pixels of a window that PyTorch may add up one after the other


def conv1x1(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Apply one matrix to the channels of every pixel, as `onebyone.conv1x1` does.

    Args:
        x: Feature maps, (N, C_in, H, W) or (C_in, H, W), in any memory layout.
        weight: The matrix, (C_out, C_in) or (C_out, C_in, 1, 1).
        bias: One number for each output channel, (C_out,).

    Returns:
        Feature maps of the dtype to which x and weight promote, or of autocast's. A batch that comes with channels
        last leaves with channels last.

    Raises:
        ValueError: A shape or a device does not fit.
        TypeError: An argument is no tensor of numbers, both x and weight hold integers, or bias would be truncated.

    Examples:
        >>> x = torch.ones(3, 2, 2)
        >>> conv1x1(x, torch.tensor([[0.25, 0.25, 0.5]]))
        tensor([[[1., 1.],
                 [1., 1.]]])
    """
    if tensors.are_ready(x, weight, bias):
        return F.conv2d(x, weight, bias)
    if not tensors.are_traced(x, weight, bias):
        shapes.check_conv1x1(*tensors.shapes_of(x, weight, bias))
    x, weight, bias = tensors.of_one_dtype(x, weight, bias)
    weight = tensors.with_kernel(weight)  # (C_out, C_in, 1, 1)
    # Every option as nn.Conv2d writes it: static quantisation reads no shorter call.
    return F.conv2d(x, weight, bias, (1, 1), (0, 0), (1, 1), 1)


def conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Pair = 1,
    padding: Pair | str = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Tensor:
    """Slide a bank of filters over feature maps, with the arguments of `onebyone.conv2d`.

    Returns:
        Feature maps of the dtype to which x and weight promote, or of autocast's.

    Raises:
        ValueError: A shape, a number or a device does not fit.
        TypeError: An argument is not of its type, both x and weight hold integers, or bias would be truncated.

    Examples:
        >>> conv2d(torch.ones(1, 4, 4), torch.ones(1, 1, 3, 3))
        tensor([[[9., 9.],
                 [9., 9.]]])
    """
    if tensors.are_traced(x, weight, bias):
        stride = pair("stride", stride, 1)
        dilation = pair("dilation", dilation, 1)
        if not isinstance(padding, str):
            padding = pair("padding", padding, 0)
    else:
        slide = shapes.place_kernel(
            *tensors.shapes_of(x, weight, bias),
            stride,
            padding,
            dilation,
            groups,
        )
        stride, dilation = slide.stride, slide.dilation
        x, padding = _padded(x, slide)
    x, weight, bias = tensors.of_one_dtype(x, weight, bias)
    return F.conv2d(x, weight, bias, stride, padding, dilation, groups)


def max_pool2d(
    x: Tensor, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0
) -> Tensor:
    """Keep the largest value under a sliding window, with the arguments of `onebyone.max_pool2d`.

    Raises:
        ValueError: A shape or a number does not fit.
        TypeError: An argument is not of its type, or x is complex.

    Examples:
        >>> max_pool2d(torch.tensor([[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]]), 2)
        tensor([[[4., 8.]]])
    """
    tensors.check_real(x, "an order")
    kernel_size, stride, padding = _window(x, kernel_size, stride, padding)
    return F.max_pool2d(x, kernel_size, stride, padding)


def avg_pool2d(
    x: Tensor, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0
) -> Tensor:
    """Average the values under a sliding window, with the arguments of `onebyone.avg_pool2d`.

    Raises:
        ValueError: A shape or a number does not fit.
        TypeError: An argument is not of its type, or x holds integers or complex numbers.

    Examples:
        >>> avg_pool2d(torch.tensor([[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]]), 2)
        tensor([[[2.5000, 6.5000]]])
    """
    tensors.check_averageable(x)
    tensors.check_real(x, "a pooling in PyTorch")
    kernel, step, padding = _window(x, kernel_size, stride, padding)
    if math.prod(kernel) <= FEW:
        return F.avg_pool2d(x, kernel, step, padding)
    vertical, horizontal = padding
    if vertical or horizontal:
        x = F.pad(x, (horizontal, horizontal, vertical, vertical))
    for axis in -1, -2:  # two short sums instead of a long one
        x = _averages_along(x, axis, kernel[axis], step[axis])
    return x


def global_avg_pool2d(x: Tensor) -> Tensor:
    """Average each feature map to one number: (N, C, H, W) to (N, C, 1, 1), or the same without N.

    Raises:
        ValueError: x does not have the shape of feature maps.
        TypeError: x is not a tensor, or holds integers.

    Examples:
        >>> global_avg_pool2d(torch.arange(8.0).reshape(2, 2, 2)).flatten()
        tensor([1.5000, 5.5000])
    """
    tensors.check_averageable(x)
    if not tensors.are_traced(x):
        shapes.check_feature_maps(tuple(x.shape))
    # Two short sums round less than a long one.
    return x.mean(-1, keepdim=True).mean(-2, keepdim=True)


def relu(x: Tensor) -> Tensor:
    """Replace every negative number by zero, whatever the shape.

    Raises:
        TypeError: x is not a tensor, or is complex.

    Examples:
        >>> relu(torch.tensor([-1.0, 0.0, 2.5]))
        tensor([0.0000, 0.0000, 2.5000])
    """
    tensors.check_real(x, "a sign")
    return F.relu(x)


def Conv1x1(  # noqa: N802
    in_channels: int, out_channels: int, bias: bool = True
) -> nn.Conv2d:
    """Return a 1×1 convolution as a layer: `nn.Conv2d(in_channels, out_channels, 1)`.

    It is PyTorch's own class, since many tools look for exactly that; its name here is a class's because it stands
    where layers stand.

    Raises:
        ValueError: A number of channels is less than 1.
        TypeError: An argument is not of its type.

    Examples:
        >>> layer = Conv1x1(512, 64)
        >>> {name: tuple(value.shape) for name, value in layer.state_dict().items()}
        {'weight': (64, 512, 1, 1), 'bias': (64,)}
        >>> layer(torch.zeros(2, 512, 7, 7)).shape
        torch.Size([2, 64, 7, 7])
    """
    integer("in_channels", in_channels, 1)
    integer("out_channels", out_channels, 1)
    boolean("bias", bias)
    return nn.Conv2d(in_channels, out_channels, kernel_size=1, bias=bias)


def best_device() -> torch.device:
    """Return the first of CUDA, MPS and the CPU that PyTorch finds on this machine.

    Examples:
        >>> best_device().type in ("cuda", "mps", "cpu")
        True
    """
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def _window(
    x: Tensor, kernel_size: Pair, stride: Pair | None, padding: Pair
) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """Return a pooling's window, its stride and its padding, each as (vertical, horizontal), or raise."""
    if tensors.are_traced(x):
        kernel = pair("kernel_size", kernel_size, 1)
        step = kernel if stride is None else pair("stride", stride, 1)
        return kernel, step, pair("padding", padding, 0)
    slide = shapes.place_window(tuple(x.shape), kernel_size, stride, padding)
    (vertical, _), (horizontal, _) = slide.padding
    return slide.kernel, slide.stride, (vertical, horizontal)


def _padded(x: Tensor, slide: shapes.Geometry) -> tuple[Tensor, Pair]:
    """Pad x here where PyTorch cannot, and return it with the symmetric padding that is left to PyTorch.

    Where the padding is as wide as the kernel, a window may lie in it whole. There PyTorch 2.13 may crash, if it has
    a bias to add (issue 195394).
    """
    (top, bottom), (left, right) = slide.padding
    down, across = (
        gap * (size - 1) + 1
        for gap, size in zip(slide.dilation, slide.kernel, strict=True)
    )
    if (top, left) == (bottom, right) and top < down and left < across:
        return x, (top, left)
    return F.pad(x, (left, right, top, bottom)), (0, 0)


def _averages_along(x: Tensor, axis: int, size: int, step: int) -> Tensor:
    """Average a window of one row or of one column; a long one in pairs, where PyTorch's pooling stops at 2²⁴ ones."""
    if size > FEW:
        return x.unfold(axis, size, step).mean(-1)
    if axis == -1:
        return F.avg_pool2d(x, (1, size), (1, step))
    return F.avg_pool2d(x, (size, 1), (step, 1))

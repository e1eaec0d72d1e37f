"""What a 1×1 convolution equals, folds into, factors into."""

import numpy as np
import numpy.typing as npt

from onebyone import arrays, checks
from onebyone.arrays import Array


def linear_to_conv(weight: npt.ArrayLike, kernel_size: int = 1) -> Array:
    """Turn the weight of a fully connected layer into that of a convolution.

    A fully connected layer that reads flattened feature maps of kernel_size × kernel_size pixels is a convolution
    whose kernel covers them all. Where it reads one pixel, it is a 1×1 convolution.

    Args:
        weight: The matrix, (C_out, C_in · kernel_size²), which reads all of channel 0 first, row by row.
        kernel_size: Height and width of the feature maps that the layer reads, in pixels.

    Returns:
        A view of it, (C_out, C_in, kernel_size, kernel_size).

    Raises:
        ValueError: weight is no matrix, or its rows are no whole number of feature maps.
        TypeError: An argument is not of its type.

    Examples:
        >>> linear_to_conv(np.zeros((10, 192))).shape
        (10, 192, 1, 1)
        >>> linear_to_conv(np.zeros((64, 192 * 8 * 8)), kernel_size=8).shape
        (64, 192, 8, 8)
    """
    weight = arrays.array("weight", weight)
    kernel = checks.integer("kernel_size", kernel_size, 1)
    if weight.ndim != 2 or weight.size == 0 or weight.shape[1] % kernel**2:
        raise ValueError(
            f"weight: expected (C_out, C_in · {kernel**2}), got {weight.shape}"
        )
    return weight.reshape(len(weight), -1, kernel, kernel)


def conv_to_linear(weight: npt.ArrayLike) -> Array:
    """Turn the weight of a convolution into that of the fully connected layer that does the same under its kernel.

    Args:
        weight: (C_out, C_in, KH, KW).

    Returns:
        A view of it, (C_out, C_in · KH · KW), which reads all of channel 0 first, row by row.

    Raises:
        ValueError: weight has another shape.
        TypeError: weight does not hold numbers.

    Examples:
        >>> conv_to_linear(np.zeros((10, 192, 1, 1))).shape
        (10, 192)
    """
    weight = arrays.array("weight", weight)
    if weight.ndim != 4 or weight.size == 0:
        raise ValueError(
            f"weight: expected (C_out, C_in, KH, KW), got {weight.shape}"
        )
    return weight.reshape(len(weight), -1)


def pca_projection(x: npt.ArrayLike, out_channels: int) -> tuple[Array, Array]:
    """Return the linear projection to fewer channels that keeps most of the variance.

    Reduce with `conv1x1(x, weight, bias=-weight @ mean)`, and go back with `conv1x1(y, weight.T, bias=mean)`:
    no other pair of 1×1 convolutions of this width restores x with a smaller squared error.

    Args:
        x: Feature maps of floating-point numbers, (N, C, H, W) or (C, H, W).
        out_channels: Channels to keep, at most C.

    Returns:
        The weight, (out_channels, C), with orthonormal rows, and the mean of each channel, (C,).

    Raises:
        ValueError: x has another shape, or fewer than out_channels channels.
        TypeError: x does not hold floating-point numbers, or out_channels is not an integer.

    Source:
        Eckart and Young, "The approximation of one matrix by another of lower rank", doi:10.1007/BF02288367.

    Examples:
        >>> x = np.array([[[1.0, 2.0, 3.0]], [[2.0, 4.0, 6.0]]])  # the second channel is twice the first
        >>> weight, mean = pca_projection(x, 1)
        >>> np.abs(weight[0]).round(3), mean
        (array([0.447, 0.894]), array([2., 4.]))
    """
    pixels = _pixels(x)
    kept = checks.integer("out_channels", out_channels, 1)
    if kept > len(pixels):
        raise ValueError(
            f"out_channels: expected at most the {len(pixels)} channels of x, got {kept}"
        )
    mean = pixels.mean(axis=1)
    centred = pixels - mean[:, None]
    # One direction a column, by rising variance.
    _, directions = np.linalg.eigh(centred @ centred.T)
    return np.ascontiguousarray(directions[:, ::-1][:, :kept].T), mean


def best_expansion(y: npt.ArrayLike, x: npt.ArrayLike) -> tuple[Array, Array]:
    """Return the 1×1 convolution that best restores x from y, by least squares over all pixels.

    Args:
        y: Feature maps of floating-point numbers, (N, C_y, H, W) or (C_y, H, W).
        x: Feature maps of the same pixels, (N, C_x, H, W) or (C_x, H, W).

    Returns:
        The weight, (C_x, C_y), and the bias, (C_x,).

    Raises:
        ValueError: The shapes do not fit, or x and y have other pixels.
        TypeError: An argument does not hold floating-point numbers.

    Examples:
        >>> y = np.array([[[1.0, 2.0, 3.0]]])
        >>> weight, bias = best_expansion(y, 2 * y + 1)
        >>> weight.round(6), bias.round(6)
        (array([[2.]]), array([1.]))
    """
    known, wanted = _pixels(y, "y"), _pixels(x)
    if known.shape[1] != wanted.shape[1]:
        raise ValueError(
            f"y: expected the {wanted.shape[1]} pixels of x, got {known.shape[1]}"
        )
    # The bias is the weight of a channel of ones.
    with_one = np.vstack([known, np.ones_like(known[:1])])
    solution, *_ = np.linalg.lstsq(with_one.T, wanted.T, rcond=None)
    return np.ascontiguousarray(solution[:-1].T), solution[-1]


def _pixels(x: npt.ArrayLike, name: str = "x") -> Array:
    """Return feature maps as one column a pixel, (C, N · H · W)."""
    x = arrays.array(name, x)
    if x.dtype.kind != "f":
        raise TypeError(
            f"{name}: expected floating-point numbers, got dtype {x.dtype}"
        )
    checks.feature_maps(x.shape)
    return np.moveaxis(x, -3, 0).reshape(x.shape[-3], -1)

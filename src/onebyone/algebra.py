"""What a 1×1 convolution equals, folds into, factors into."""

import numpy as np
import numpy.typing as npt

from onebyone import sums
from onebyone.arguments import arrays, shapes
from onebyone.arguments.arrays import Array, Layer


def linear_to_conv(
    weight: npt.ArrayLike,
    kernel_size: int = 1,
    data_format: str = "channels_first",
) -> Array:
    """Turn the weight of a fully connected layer into that of a convolution.

    A fully connected layer that reads flattened feature maps of kernel_size × kernel_size pixels is a convolution
    whose kernel covers them all. Where it reads one pixel, it is a 1×1 convolution.

    Args:
        weight: The matrix, (C_out, C_in · kernel_size²). A Dense layer of Keras holds it the other way round: give
            its transpose.
        kernel_size: Height and width of the feature maps that the layer reads, in pixels.
        data_format: In which order the maps were flattened: "channels_first", all of channel 0 and then the next, as
            PyTorch does, or "channels_last", all channels of a pixel and then the next, as Keras does.

    Returns:
        A view of it, (C_out, C_in, kernel_size, kernel_size).

    Raises:
        ValueError: weight is no matrix, its rows are no whole number of feature maps, or data_format is neither.
        TypeError: An argument is not of its type.

    Examples:
        >>> linear_to_conv(np.zeros((10, 192))).shape
        (10, 192, 1, 1)
        >>> dense = np.zeros((8 * 8 * 192, 64))  # Keras: (inputs, outputs)
        >>> linear_to_conv(dense.T, kernel_size=8, data_format="channels_last").shape
        (64, 192, 8, 8)
    """
    weight = arrays.array("weight", weight)
    kernel = shapes.integer("kernel_size", kernel_size, 1)
    if weight.ndim != 2 or weight.size == 0 or weight.shape[1] % kernel**2:
        raise ValueError(
            f"weight: expected (C_out, C_in · {kernel**2}), got {weight.shape}"
        )
    if shapes.channels_are_last(data_format):
        pixels = weight.reshape(len(weight), kernel, kernel, -1)
        return pixels.transpose(0, 3, 1, 2)
    return weight.reshape(len(weight), -1, kernel, kernel)


def conv_to_linear(
    weight: npt.ArrayLike, data_format: str = "channels_first"
) -> Array:
    """Turn the weight of a convolution into that of the fully connected layer that does the same under its kernel.

    Args:
        weight: (C_out, C_in, KH, KW), without groups; of a transposed convolution, what `full_weight` makes of it.
        data_format: The order in which that layer's maps are flattened, as in `linear_to_conv`.

    Returns:
        The matrix, (C_out, C_in · KH · KW); a view of weight where the order is that in memory.

    Raises:
        ValueError: weight has another shape, or data_format is neither.
        TypeError: weight does not hold numbers, or data_format is no text.

    Examples:
        >>> conv_to_linear(np.zeros((10, 192, 1, 1))).shape
        (10, 192)
    """
    weight = arrays.array("weight", weight)
    if weight.ndim != 4 or weight.size == 0:
        raise ValueError(
            f"weight: expected (C_out, C_in, KH, KW), got {weight.shape}"
        )
    if shapes.channels_are_last(data_format):
        weight = weight.transpose(0, 2, 3, 1)
    return weight.reshape(len(weight), -1)


def full_weight(
    weight: npt.ArrayLike, *, groups: int = 1, transposed: bool = False
) -> Array:
    """Write out the weight of a convolution in groups, or of a transposed one, as that of a plain convolution.

    The other functions here take plain weights, whose every output channel reads every input channel, and cannot see
    in the numbers of one that it is of another kind.

    Args:
        weight: (C_out, C_in / groups, KH, KW), or (C_in, C_out / groups, KH, KW) where transposed.
        groups: Parts into which the channels are split.
        transposed: Whether it is the weight of a transposed convolution. Swap the first two axes of what comes out
            to put it back into one.

    Returns:
        The weight, (C_out, C_in, KH, KW), with zeros where an output channel does not read an input channel.

    Raises:
        ValueError: weight has another shape, or groups does not divide its channels.
        TypeError: An argument is not of its type.

    Examples:
        >>> full_weight(np.ones((3, 1, 1, 1)), groups=3)[:, :, 0, 0]  # depthwise
        array([[1., 0., 0.],
               [0., 1., 0.],
               [0., 0., 1.]])
    """
    (weight, _), parts = (
        arrays.layer("weight", (weight, None)),
        shapes.integer("groups", groups, 1),
    )
    shapes.boolean("transposed", transposed)
    if transposed:
        weight = arrays.swap_channels("weight", weight, parts)
    if weight.ndim != 4 or len(weight) % parts:
        raise ValueError(
            f"weight: expected (C_out, C_in / groups, KH, KW) in groups={parts}, got {weight.shape}"
        )
    out_channels, depth, *kernel = weight.shape
    full = np.zeros(
        (parts, out_channels // parts, parts, depth, *kernel), weight.dtype
    )
    for part, filters in enumerate(weight.reshape(parts, -1, depth, *kernel)):
        full[part, :, part] = filters
    return full.reshape(out_channels, parts * depth, *kernel)


def compose(second: Layer, first: Layer) -> tuple[Array, Array]:
    """Return the one convolution that does what two in a row do, of which one at least is 1×1.

    Neither has groups, and neither is transposed: `full_weight` writes out the weight of one that is.
    The result takes stride and padding of the two as follows. Behind a k×k, a 1×1 changes nothing.
    Before a k×k, a 1×1 must have no stride; and if that k×k pads, the border differs, unless the 1×1 has no bias:
    of zeros around x it would make its bias, but the k×k pads with zeros. Before a transposed k×k, a 1×1 must have
    no bias at all, since some of its outputs meet fewer taps than others.

    Args:
        second: The layer that comes second: its weight, (C_out, C_mid) or (C_out, C_mid, KH, KW), and its bias,
            (C_out,) or None.
        first: The layer that comes first: its weight, (C_mid, C_in) or (C_mid, C_in, KH, KW), and its bias,
            (C_mid,) or None.

    Returns:
        The weight, (C_out, C_in), or (C_out, C_in, KH, KW) where a weight has four axes, and the bias, (C_out,).

    Raises:
        ValueError: The shapes do not fit, or both layers have larger kernels.
        TypeError: A layer is no pair, or does not hold real floating-point numbers.

    Examples:
        >>> weight, bias = compose(second=([[2.0, 1.0]], [1.0]), first=([[1.0, 0.0], [0.0, 3.0]], [5.0, 7.0]))
        >>> weight, bias
        (array([[2., 3.]]), array([18.]))
    """
    (outer, outer_bias), (inner, inner_bias) = arrays.layers(second, first)
    four_axes = max(outer.ndim, inner.ndim) == 4
    outer, inner = _with_kernel(outer), _with_kernel(inner)
    # One kernel is a single pixel, and einsum lets it meet every tap of the other.
    weight = np.einsum("omhw,mihw->oihw", outer, inner)
    bias = outer.sum(axis=(2, 3)) @ inner_bias + outer_bias
    return weight if four_axes else weight[:, :, 0, 0], bias


def batch_norm_as_conv(
    gamma: npt.ArrayLike,
    beta: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    eps: float = 1e-5,
) -> tuple[Array, Array]:
    """Return the 1×1 convolution that a trained batch normalisation is: a factor and a shift for each channel.

    Args:
        gamma: The learned factors, (C,).
        beta: The learned shifts, (C,).
        mean: The running means, (C,).
        variance: The running variances, (C,).
        eps: What is added to the variances.

    Returns:
        The weight, a diagonal matrix (C, C), and the bias, (C,).

    Raises:
        ValueError: The shapes differ, a variance is negative or not finite, or eps is not above zero in this dtype.
        TypeError: An argument does not hold real floating-point numbers.

    Source:
        Ioffe and Szegedy, "Batch Normalization", arXiv:1502.03167, section 3.1.

    Examples:
        >>> batch_norm_as_conv([2.0], [1.0], [10.0], [4.0], eps=1e-12)
        (array([[1.]]), array([-9.]))
    """
    scale, shift = _scale_and_shift(gamma, beta, mean, variance, eps)
    return np.diag(scale), shift


def fold_batch_norm(
    layer: Layer,
    gamma: npt.ArrayLike,
    beta: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    eps: float = 1e-5,
    *,
    transposed: bool | None = None,
    groups: int = 1,
) -> tuple[Array, Array]:
    """Return the convolution that does what a convolution and the trained batch normalisation after it do.

    It fits a convolution of any kernel, stride, padding and groups. Fold one that stands before a convolution without
    groups by compose(layer, batch_norm_as_conv(...)); where that convolution pads, see there.

    Args:
        layer: The convolution: its weight, (C, C_in) or (C, C_in / groups, KH, KW), or (C_in, C / groups, KH, KW)
            where it is transposed, and its bias, (C,) or None.
        gamma: The learned factors, (C,).
        beta: The learned shifts, (C,).
        mean: The running means, (C,).
        variance: The running variances, (C,).
        eps: What is added to the variances.
        transposed: Whether layer is a transposed convolution. A weight of four axes with as many channels in as out
            does not show it, so there it must be said; elsewhere None means no.
        groups: Parts into which the channels are split. Give it for every layer that has them: without it, a transposed
            one in groups with as many channels in as out is taken for a plain one.

    Returns:
        The weight, of the same shape, and the bias, (C,).

    Raises:
        ValueError: The shapes do not fit, transposed is None where it must be said, a variance is negative or not
            finite, or eps is not above zero in this dtype.
        TypeError: An argument is not of its type.

    Source:
        Ioffe and Szegedy, "Batch Normalization", arXiv:1502.03167, section 3.1.

    Examples:
        >>> fold_batch_norm(([[3.0]], [10.0]), [2.0], [1.0], [10.0], [4.0], eps=1e-12)
        (array([[3.]]), array([1.]))
    """
    parts = shapes.integer("groups", groups, 1)
    if transposed is not None:
        shapes.boolean("transposed", transposed)
    swapped = transposed is True
    weight, bias = arrays.layer(
        "layer", layer, transposed=swapped, groups=parts
    )
    # A filter that reads one channel is the same filter either way.
    is_square = weight.ndim == 4 and len(weight) == parts * weight.shape[1]
    if transposed is None and is_square and weight.shape[1] > 1:
        raise ValueError(
            "transposed: expected True or False, since a weight "
            f"{weight.shape} does not show which of its axes is C_out, got None"
        )
    scale, shift = _scale_and_shift(gamma, beta, mean, variance, eps, weight)
    if len(scale) != len(weight):
        raise ValueError(
            f"gamma: expected ({len(weight)},), one number for each output channel of layer, got {scale.shape}"
        )
    one_a_filter = (-1, *(1,) * (weight.ndim - 1))
    weight = weight * scale.reshape(one_a_filter)
    if swapped:
        weight = arrays.swap_channels("layer", weight, parts)
    return weight, bias * scale + shift


def factorize(weight: npt.ArrayLike, rank: int) -> tuple[Array, Array]:
    """Return two thinner convolutions that together come closest to one: to `rank` channels, and by 1×1 from there.

    Args:
        weight: (C_out, C_in) or (C_out, C_in, KH, KW), floating-point.
        rank: Channels between the two.

    Returns:
        The weight of the second, (C_out, rank), and that of the first, (rank, C_in) or (rank, C_in, KH, KW).
        Their product has the smallest squared difference to weight that a product of such a width can have.

    Raises:
        ValueError: weight has another shape or is not finite, or rank is more than its rows or columns.
        TypeError: weight does not hold float32 or float64, or rank is not an integer.

    Source:
        Eckart and Young, "The approximation of one matrix by another of lower rank", doi:10.1007/BF02288367.

    Examples:
        >>> second, first = factorize(np.array([[1.0, 2.0], [2.0, 4.0]]), rank=1)
        >>> (second @ first).round(6)
        array([[1., 2.],
               [2., 4.]])
    """
    weight, _ = arrays.layer("weight", (weight, None))
    arrays.decomposable("weight", weight)
    width = shapes.integer("rank", rank, 1)
    matrix = weight.reshape(len(weight), -1)  # one row a filter
    if width > min(matrix.shape):
        raise ValueError(
            f"rank: expected at most {min(matrix.shape)}, the smaller side of weight as {matrix.shape}, got {width}"
        )
    u, singular, vt = np.linalg.svd(matrix, full_matrices=False)
    second = u[:, :width] * singular[:width]
    return second, vt[:width].reshape(width, *weight.shape[1:])


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
        ValueError: x has another shape or no image, is not finite, or has fewer than out_channels channels.
        TypeError: x does not hold float32 or float64, or out_channels is not an integer.

    Source:
        Eckart and Young, "The approximation of one matrix by another of lower rank", doi:10.1007/BF02288367.

    Examples:
        >>> x = np.array([[[1.0, 2.0, 3.0]], [[2.0, 4.0, 6.0]]])  # the second channel is twice the first
        >>> weight, mean = pca_projection(x, 1)
        >>> np.abs(weight[0]).round(3), mean
        (array([0.447, 0.894]), array([2., 4.]))
    """
    pixels = _pixels(x)
    kept = shapes.integer("out_channels", out_channels, 1)
    if kept > len(pixels):
        raise ValueError(
            f"out_channels: expected at most the {len(pixels)} channels of x, got {kept}"
        )
    if not pixels.size:
        raise ValueError(f"x: expected at least one image, got {np.shape(x)}")
    mean = sums.over_pixels(pixels) / pixels.dtype.type(pixels.shape[1])
    centred = pixels - mean[:, None]
    # Their squares could be beyond what the dtype holds, or vanish, where they themselves are not and do not.
    centred /= np.abs(centred).max() or 1
    # One direction a column, by rising variance.
    _, directions = np.linalg.eigh(sums.products(centred, centred))
    return np.ascontiguousarray(directions[:, ::-1][:, :kept].T), mean


def best_expansion(y: npt.ArrayLike, x: npt.ArrayLike) -> tuple[Array, Array]:
    """Return the 1×1 convolution that best restores x from y, by least squares over all pixels.

    Args:
        y: Feature maps of floating-point numbers, (N, C_y, H, W) or (C_y, H, W).
        x: Feature maps of the same pixels, (N, C_x, H, W) or (C_x, H, W).

    Returns:
        The weight, (C_x, C_y), and the bias, (C_x,).

    Raises:
        ValueError: The shapes do not fit, x and y have other pixels, or a number is not finite.
        TypeError: An argument does not hold float32 or float64.

    Examples:
        >>> y = np.array([[[1.0, 2.0, 3.0]]])
        >>> weight, bias = best_expansion(y, 2 * y + 1)
        >>> weight.round(6), bias.round(6)
        (array([[2.]]), array([1.]))
    """
    known, wanted = _pixels(y, "y"), _pixels(x)
    shapes.pixels_of("y", np.shape(y), np.shape(x), may_be_none=True)
    # The bias is the weight of a channel of ones.
    with_one = np.vstack([known, np.ones_like(known[:1])])
    solution, *_ = np.linalg.lstsq(with_one.T, wanted.T)
    return np.ascontiguousarray(solution[:-1].T), solution[-1]


def _with_kernel(weight: Array) -> Array:
    return weight if weight.ndim == 4 else weight[:, :, None, None]


def _scale_and_shift(
    gamma: npt.ArrayLike,
    beta: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    eps: float,
    *beside: Array,
) -> tuple[Array, Array]:
    gamma, beta, mean, variance = arrays.one_a_channel(
        *beside, gamma=gamma, beta=beta, mean=mean, variance=variance
    )
    eps = shapes.above_zero("eps", eps)
    wrong = variance[~((variance >= 0) & np.isfinite(variance))]
    if wrong.size:
        raise ValueError(
            f"variance: expected finite numbers from 0, got {wrong[0]}"
        )
    added = variance.dtype.type(eps)
    if not added:
        raise ValueError(
            f"eps: expected a number above 0 in {variance.dtype}, got {eps!r}"
        )
    scale = gamma / np.sqrt(variance + added)
    return scale, beta - scale * mean


def _pixels(x: npt.ArrayLike, name: str = "x") -> Array:
    """Return feature maps as one column a pixel, (C, N · H · W)."""
    x = arrays.array(name, x)
    if x.dtype.kind != "f":
        raise TypeError(
            f"{name}: expected floating-point numbers, got dtype {x.dtype}"
        )
    shapes.feature_maps(x.shape, name)
    arrays.decomposable(name, x)
    return arrays.by_channel(x)

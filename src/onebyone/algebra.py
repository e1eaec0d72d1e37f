"""What a 1×1 convolution equals, folds into, factors into."""

import numpy as np

from onebyone import sums
from onebyone.arguments import checked, layers


@checked(layers.check_linear_to_conv)
def linear_to_conv(
    weight: np.ndarray,
    kernel_size: int = 1,
    data_format: str = "channels_first",
) -> np.ndarray:
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
        ValueError: weight is not a matrix, its rows do not hold whole feature maps, or data_format is unknown.
        TypeError: An argument is not of its type.

    Examples:
        >>> linear_to_conv(np.zeros((10, 192))).shape
        (10, 192, 1, 1)
        >>> dense = np.zeros((8 * 8 * 192, 64))  # Keras: (inputs, outputs)
        >>> linear_to_conv(dense.T, kernel_size=8, data_format="channels_last").shape
        (64, 192, 8, 8)
    """
    if data_format == "channels_last":
        pixels = weight.reshape(len(weight), kernel_size, kernel_size, -1)
        return pixels.transpose(0, 3, 1, 2)
    return weight.reshape(len(weight), -1, kernel_size, kernel_size)


@checked(layers.check_conv_to_linear)
def conv_to_linear(
    weight: np.ndarray, data_format: str = "channels_first"
) -> np.ndarray:
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
    if data_format == "channels_last":
        weight = weight.transpose(0, 2, 3, 1)
    return weight.reshape(len(weight), -1)


@checked(layers.check_full_weight)
def full_weight(
    weight: np.ndarray, *, groups: int = 1, transposed: bool = False
) -> np.ndarray:
    """Write out the weight of a convolution in groups, or of a transposed one, as that of a plain convolution.

    The other functions here expect a plain weight, in which every output channel reads every input channel. From the
    numbers alone they cannot tell one kind from another.

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
    parts = weight.reshape(groups, -1, *weight.shape[1:])
    if transposed:
        parts = parts.swapaxes(1, 2)  # output channels first
    _, filters, depth, *kernel = parts.shape
    full = np.zeros((groups, filters, groups, depth, *kernel), weight.dtype)
    for group, part in enumerate(parts):
        full[group, :, group] = part
    return full.reshape(groups * filters, groups * depth, *kernel)


@checked(layers.check_compose)
def compose(
    second: tuple[np.ndarray, np.ndarray], first: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the one convolution that does what two in a row do, of which one at least is 1×1.

    Neither has groups, and neither is transposed: `full_weight` writes out the weight of one that is.
    The result takes the stride and padding of the two. That is exact where the 1×1 comes after the k×k. Where it comes
    before, the 1×1 must have no stride; and if the k×k pads or is transposed, the 1×1 must have no bias, since some of
    the taps that would have met it meet padding, or no pixel at all.

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
    (outer, outer_bias), (inner, inner_bias) = second, first
    four_axes = max(outer.ndim, inner.ndim) == 4
    outer, inner = (
        weight if weight.ndim == 4 else weight[:, :, None, None]
        for weight in (outer, inner)
    )
    # One kernel is a single pixel, and einsum lets it meet every tap of the other.
    weight = np.einsum("omhw,mihw->oihw", outer, inner)
    bias = outer.sum(axis=(2, 3)) @ inner_bias + outer_bias
    return weight if four_axes else weight[:, :, 0, 0], bias


@checked(layers.check_batch_norm)
def batch_norm_as_conv(
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
    eps: float = 1e-5,
) -> tuple[np.ndarray, np.ndarray]:
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
    scale = gamma / np.sqrt(variance + eps)
    return np.diag(scale), beta - scale * mean


@checked(layers.check_fold)
def fold_batch_norm(
    layer: tuple[np.ndarray, np.ndarray],
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
    eps: float = 1e-5,
    *,
    transposed: bool | None = None,
    groups: int = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Return one convolution that equals a convolution followed by its trained batch normalisation.

    The convolution may have any kernel, stride, padding and groups. To fold a batch normalisation that comes before a
    convolution without groups, use compose(layer, batch_norm_as_conv(...)), which says what changes where that one
    pads.

    Args:
        layer: The convolution: its weight, (C, C_in) or (C, C_in / groups, KH, KW), or (C_in, C / groups, KH, KW)
            where it is transposed, and its bias, (C,) or None.
        gamma: The learned factors, (C,).
        beta: The learned shifts, (C,).
        mean: The running means, (C,).
        variance: The running variances, (C,).
        eps: What is added to the variances.
        transposed: Whether layer is a transposed convolution. A square weight, with equal numbers of channels
            in and out, does not show it, so there it must be given; elsewhere None means no.
        groups: Parts into which the channels are split. Give it for every layer that has them: without it, a
            square transposed weight in groups is read as that of an ordinary layer.

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
    weight, bias = layer
    scale = gamma / np.sqrt(variance + eps)
    shape = weight.shape
    if transposed:  # (C_in, C_out / groups, KH, KW)
        weight = weight.reshape(groups, -1, *shape[1:])
        folded = weight * scale.reshape(groups, 1, -1, 1, 1)
    else:
        folded = weight.reshape(len(weight), -1) * scale[:, None]
    return folded.reshape(shape), bias * scale + (beta - scale * mean)


@checked(layers.check_factorize)
def factorize(weight: np.ndarray, rank: int) -> tuple[np.ndarray, np.ndarray]:
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
    matrix = weight.reshape(len(weight), -1)  # one row a filter
    u, singular, vt = np.linalg.svd(matrix, full_matrices=False)
    second = u[:, :rank] * singular[:rank]
    return second, vt[:rank].reshape(rank, *weight.shape[1:])


@checked(layers.check_pca)
def pca_projection(
    x: np.ndarray, out_channels: int
) -> tuple[np.ndarray, np.ndarray]:
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
    pixels = np.moveaxis(x, -3, 0).reshape(x.shape[-3], -1)  # (C, N·H·W)
    mean = sums.over_pixels(pixels) / pixels.dtype.type(pixels.shape[1])
    centred = pixels - mean[:, None]
    # Their squares could be beyond what the dtype holds, or vanish, where they themselves are not and do not.
    centred /= np.abs(centred).max() or 1
    # One direction a column, by rising variance.
    _, directions = np.linalg.eigh(sums.products(centred, centred))
    return np.ascontiguousarray(directions[:, ::-1][:, :out_channels].T), mean


@checked(layers.check_best_expansion)
def best_expansion(
    y: np.ndarray, x: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
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
    known = np.moveaxis(y, -3, 0).reshape(y.shape[-3], -1)  # (C_y, N·H·W)
    wanted = np.moveaxis(x, -3, 0).reshape(x.shape[-3], -1)
    # The bias is the weight of a channel of ones.
    with_one = np.vstack([known, np.ones_like(known[:1])])
    solution, *_ = np.linalg.lstsq(with_one.T, wanted.T)
    return np.ascontiguousarray(solution[:-1].T), solution[-1]

"""The answers to the exercises of the pages that follow the article, in their order."""

import numpy as np

from onebyone.arguments.arrays import Array
from onebyone.cost import break_even_width, parameters
from onebyone.pooling import global_avg_pool2d
from onebyone.reference import conv1x1, conv2d, relu


def keep_channel(x: Array, channel: int) -> Array:
    """Keep one channel and turn the others to zero (home page, exercise 1).

    Args:
        x: Feature maps, (C, H, W).
        channel: The index of the channel to keep.

    Returns:
        Feature maps, (C, H, W).

    Examples:
        >>> keep_channel(np.ones((3, 1, 1)), 1).ravel()
        array([0., 1., 0.])
    """
    weight = np.zeros((len(x), len(x)))
    weight[channel, channel] = 1
    return conv1x1(x, weight)


def negative(x: Array) -> Array:
    """Turn each value v into 1 - v (home page, exercise 2).

    Args:
        x: Feature maps with values from 0 to 1, (C, H, W).

    Returns:
        Feature maps, (C, H, W).

    Examples:
        >>> negative(np.array([[[0.0, 0.25, 1.0]]]))
        array([[[1.  , 0.75, 0.  ]]])
    """
    channels = len(x)
    return conv1x1(x, -np.eye(channels), bias=np.ones(channels))


def one_after_another(x: Array, first: Array, second: Array) -> Array:
    """Apply two matrices as one (home page, exercise 3).

    Args:
        x: Feature maps, (C_in, H, W).
        first: (C_middle, C_in).
        second: (C_out, C_middle).

    Returns:
        Feature maps, (C_out, H, W).

    Examples:
        >>> one_after_another(np.ones((3, 1, 1)), 2 * np.eye(3), np.ones((1, 3))).ravel()
        array([6.])
    """
    return conv1x1(x, second @ first)


def filter_weights(in_channels: int, filters: int, kernel_size: int) -> int:
    """Count the weights of a bank of filters and its biases (chapter 1, exercise 1).

    Args:
        in_channels: Channels of the input, which are the depth of each filter.
        filters: Number of filters.
        kernel_size: Height and width of each filter, in taps.

    Returns:
        Weights and biases together.

    Examples:
        >>> filter_weights(in_channels=3, filters=64, kernel_size=5)
        4864
    """
    weight = np.zeros((filters, in_channels, kernel_size, kernel_size))
    bias = np.zeros(filters)
    return weight.size + bias.size


def padding_that_keeps_the_size(kernel_size: int) -> int:
    """Return the padding under which an odd kernel keeps height and width (chapter 1, exercise 2).

    Args:
        kernel_size: An odd number of taps.

    Returns:
        Pixels on each side.

    Raises:
        ValueError: The kernel is even: no equal padding on both sides keeps the size.

    Examples:
        >>> padding_that_keeps_the_size(5), padding_that_keeps_the_size(1)
        (2, 0)
    """
    if kernel_size % 2 == 0:
        raise ValueError(
            f"kernel_size: expected an odd number, got {kernel_size}"
        )
    return (kernel_size - 1) // 2


def channel_by_channel(x: Array, weight: Array) -> Array:
    """Convolve each channel with its own slice of the filters, and add the results (chapter 1, exercise 3).

    Args:
        x: Feature maps, (C_in, H, W).
        weight: Filters, (C_out, C_in, KH, KW).

    Returns:
        Feature maps, (C_out, H_out, W_out), equal to `conv2d(x, weight)`.

    Examples:
        >>> x, weight = np.ones((2, 3, 3)), np.ones((1, 2, 3, 3))
        >>> channel_by_channel(x, weight) == conv2d(x, weight)
        array([[[ True]]])
    """
    parts = [conv2d(x[c : c + 1], weight[:, c : c + 1]) for c in range(len(x))]
    return np.asarray(np.sum(parts, axis=0))


def growth_when_doubled(
    in_channels: int, out_channels: int, kernel_size: int
) -> tuple[float, float, float]:
    """Return how an inner, a first and a depthwise layer grow when channels double (chapter 2, exercise 1).

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        kernel_size: Taps on each side.

    Returns:
        The three factors; the depthwise layer has as many channels out as in.

    Examples:
        >>> growth_when_doubled(64, 128, kernel_size=3)
        (4.0, 2.0, 2.0)
    """
    before = parameters(in_channels, out_channels, kernel_size, bias=False)
    inner = parameters(
        2 * in_channels, 2 * out_channels, kernel_size, bias=False
    )
    first = parameters(in_channels, 2 * out_channels, kernel_size, bias=False)
    few, many = (
        parameters(count, count, kernel_size, groups=count, bias=False)
        for count in (in_channels, 2 * in_channels)
    )
    return inner / before, first / before, many / few


def share_of_biases(
    in_channels: int, out_channels: int, kernel_size: int
) -> float:
    """Return which share of a layer's parameters are biases (chapter 2, exercise 2).

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        kernel_size: Taps on each side.

    Returns:
        A number from 0 to 1.

    Examples:
        >>> f"{share_of_biases(3, 512, 3):.1%}", f"{share_of_biases(512, 512, 3):.2%}"
        ('3.6%', '0.02%')
    """
    return out_channels / parameters(in_channels, out_channels, kernel_size)


def maxout(x: Array) -> Array:
    """Keep the larger of each pair of neighbouring channels (chapter 2, exercise 3).

    Args:
        x: Feature maps, (C, H, W), with an even number of channels.

    Returns:
        Feature maps, (C / 2, H, W).

    Source:
        Goodfellow et al., "Maxout Networks", arXiv:1302.4389.

    Examples:
        >>> maxout(np.array([[[1, 5]], [[4, 2]]]))
        array([[[4, 5]]])
    """
    return np.maximum(x[0::2], x[1::2])


def pixels_that_change(weights: list[Array], size: int = 9) -> int:
    """Count the output pixels that one input pixel can change (chapter 3, exercise 1).

    Args:
        weights: Layers one after the other, each (C_out, C_in, KH, KW) with odd kernels, with relu between them.
        size: Height and width of the input, in pixels.

    Returns:
        Pixels.

    Examples:
        >>> one, three = np.ones((2, 2, 1, 1)), np.ones((2, 2, 3, 3))
        >>> pixels_that_change([one]), pixels_that_change([three]), pixels_that_change([one, one])
        (1, 9, 1)
    """
    x = np.ones((2, weights[0].shape[1], size, size))
    x[1, :, size // 2, size // 2] += 1  # the second image differs in one pixel
    for weight in weights:
        x = relu(conv2d(x, weight, padding="same"))
    return int((x[0] != x[1]).any(axis=0).sum())


def padded_frame(x: Array, weight: Array, bias: Array) -> Array:
    """Convolve by 1×1 with padding 1 (chapter 3, exercise 2).

    Args:
        x: Feature maps, (C_in, H, W).
        weight: (C_out, C_in).
        bias: (C_out,).

    Returns:
        Feature maps, (C_out, H + 2, W + 2), with nothing but the bias in the outermost pixels.

    Examples:
        >>> padded_frame(np.ones((1, 1, 1)), np.array([[2.0]]), np.array([5.0]))
        array([[[5., 5., 5.],
                [5., 7., 5.],
                [5., 5., 5.]]])
    """
    return conv2d(x, weight[:, :, None, None], bias, padding=1)


def lossless_width(x: Array) -> int:
    """Return the smallest width of a bottleneck that loses nothing of x (chapter 3, exercise 3).

    Args:
        x: Feature maps, (C, H, W).

    Returns:
        Channels.

    Examples:
        >>> grey = np.arange(4.0).reshape(1, 2, 2)
        >>> lossless_width(np.concatenate([grey, grey, grey]))
        1
    """
    centred = x - global_avg_pool2d(x)
    return int(np.linalg.matrix_rank(centred.reshape(len(x), -1)))


def fully_connected_at_each_pixel(
    x: Array, weight: Array, bias: Array
) -> Array:
    """Apply one fully connected layer to every pixel (chapter 4, exercise 1).

    Args:
        x: Feature maps, (C_in, H, W).
        weight: (C_out, C_in).
        bias: (C_out,).

    Returns:
        Feature maps, (C_out, H, W), equal to `conv1x1(x, weight, bias)`.

    Examples:
        >>> fully_connected_at_each_pixel(np.ones((2, 1, 1)), np.array([[1.0, 2.0]]), np.array([0.5]))
        array([[[3.5]]])
    """
    # A fully connected layer wants the channels last: (H, W, C_in).
    pixels = np.moveaxis(x, 0, -1)
    return np.moveaxis(pixels @ weight.T + bias, -1, 0)


def strided(x: Array, weight: Array) -> Array:
    """Convolve by 1×1 with stride 2, in the cheaper order (chapter 4, exercise 2).

    Args:
        x: Feature maps, (C_in, H, W).
        weight: (C_out, C_in).

    Returns:
        Feature maps, (C_out, ⌈H / 2⌉, ⌈W / 2⌉).

    Examples:
        >>> strided(np.arange(16.0).reshape(1, 4, 4), np.array([[10.0]]))
        array([[[  0.,  20.],
                [ 80., 100.]]])
    """
    return conv1x1(x[:, ::2, ::2], weight)


def width_for_two_small_layers(in_channels: int, out_channels: int) -> int:
    """Return the largest width at which two 1×1 layers have fewer weights than one (chapter 4, exercise 3).

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.

    Returns:
        Channels.

    Examples:
        >>> width_for_two_small_layers(256, 256)
        127
    """
    return break_even_width(in_channels, out_channels, kernel_size=1)

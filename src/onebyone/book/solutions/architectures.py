"""The answers to the exercises of the architecture pages, in their order. They need PyTorch."""

import torch
from torch import Tensor, nn

from onebyone.architectures.mobilenet_v1 import BLOCKS
from onebyone.architectures.mobilenet_v2 import InvertedResidual
from onebyone.architectures.squeezenet import Fire, SqueezeNet, squeezenet1_0
from onebyone.cost import macs, parameters
from onebyone.pytorch import Conv1x1, global_avg_pool2d


def pool_then_classify(x: Tensor, layer: nn.Conv2d) -> Tensor:
    """Average first and apply the classifying 1×1 convolution to one pixel (Network in Network, exercise 1).

    Args:
        x: Feature maps, (N, C_in, H, W).
        layer: From C_in channels to the classes.

    Returns:
        (N, classes), equal to averaging what `layer` makes of every pixel.

    Examples:
        >>> x, layer = torch.ones(2, 192, 8, 8), Conv1x1(192, 10)
        >>> torch.allclose(pool_then_classify(x, layer), layer(x).mean((2, 3)), atol=1e-6)
        True
    """
    return layer(global_avg_pool2d(x)).flatten(1)


def head_parameters(
    in_channels: int, size: int, classes: int
) -> tuple[int, int]:
    """Count the parameters of two classifiers over feature maps (Network in Network, exercise 2).

    Args:
        in_channels: Feature maps.
        size: Height and width of each, in pixels.
        classes: How many numbers come out.

    Returns:
        Those of a fully connected layer over all pixels, and those of a 1×1 convolution before an average.

    Examples:
        >>> head_parameters(192, size=8, classes=10)
        (122890, 1930)
        >>> head_parameters(192, size=16, classes=10)
        (491530, 1930)
    """
    connected = parameters(in_channels, classes, kernel_size=size)
    return connected, parameters(in_channels, classes, kernel_size=1)


def as_fully_connected(layer: nn.Conv2d) -> nn.Linear:
    """Return a fully connected layer that does at one pixel what a 1×1 does at each (Network in Network, exercise 3).

    Args:
        layer: A 1×1 convolution.

    Returns:
        A layer of the same weights, for vectors (..., C_in).

    Examples:
        >>> as_fully_connected(Conv1x1(192, 10))
        Linear(in_features=192, out_features=10, bias=True)
        >>> x, layer = torch.rand(2, 192, 8, 8), Conv1x1(192, 10)
        >>> y = as_fully_connected(layer)(x.movedim(1, -1)).movedim(-1, 1)
        >>> torch.allclose(y, layer(x), atol=1e-6)
        True
    """
    has_bias = layer.bias is not None
    linear = nn.Linear(layer.in_channels, layer.out_channels, bias=has_bias)
    state = layer.state_dict()
    linear.load_state_dict(state | {"weight": state["weight"].flatten(1)})
    return linear


def channels_without_projections(in_channels: int, added: list[int]) -> int:
    """Return how many channels modules put out whose pooling branch is not projected (Inception, exercise 1).

    Args:
        in_channels: Channels before the first module.
        added: For each module, the filters of its convolving branches together.

    Returns:
        Channels behind the last module.

    Examples:
        >>> channels_without_projections(192, [64 + 128 + 32, 128 + 192 + 96])
        832
    """
    for filters in added:
        in_channels = filters + in_channels  # the pooling hands all of them on
    return in_channels


def share_of_reductions() -> float:
    """Return which share of module 3a's multiply-accumulates its two reductions take (Inception, exercise 2).

    Returns:
        A number from 0 to 1.

    Examples:
        >>> f"{share_of_reductions():.1%}"
        '13.2%'
    """
    size = 28  # of the feature maps; each count is proportional to its square
    reduce = macs(192, 96, 1, size, size) + macs(192, 16, 1, size, size)
    convolve = macs(96, 128, 3, size, size) + macs(16, 32, 5, size, size)
    others = macs(192, 64, 1, size, size) + macs(192, 32, 1, size, size)
    return reduce / (reduce + convolve + others)


def renormalize() -> nn.Conv2d:
    """Return the 1×1 convolution with which torchvision's GoogLeNet changes its input (Inception, exercise 3).

    torchvision subtracts from each channel ImageNet's mean and divides by its deviation. The weights of GoogLeNet
    expect that 0.5 was subtracted, and that it was divided by 0.5.

    Returns:
        A layer from three channels to three, with a diagonal matrix.

    Source:
        The option `transform_input` of torchvision's `googlenet`.

    Examples:
        >>> renormalize().weight.flatten(1).detach().count_nonzero()
        tensor(3)
    """
    mean, deviation = (
        torch.tensor([0.485, 0.456, 0.406]),
        torch.tensor([0.229, 0.224, 0.225]),
    )
    layer = Conv1x1(3, 3)
    with torch.no_grad():
        layer.weight.copy_(torch.diag(deviation / 0.5)[:, :, None, None])
        layer.bias.copy_((mean - 0.5) / 0.5)  # type: ignore[union-attr]
    return layer


def widest_bottleneck(channels: int) -> int:
    """Return the largest width at which a bottleneck has fewer weights than two 3×3 layers (ResNet, exercise 1).

    Args:
        channels: Channels that go in and come out.

    Returns:
        Channels.

    Examples:
        >>> widest_bottleneck(256)
        334
    """
    direct = 2 * parameters(channels, channels, 3, bias=False)
    width = 1
    while bottleneck_weights(channels, width + 1) < direct:
        width += 1
    return width


def bottleneck_weights(channels: int, width: int) -> int:
    """Count the weights of a bottleneck.

    Args:
        channels: Channels that go in and come out.
        width: Channels of the 3×3 convolution.

    Returns:
        Those of its three convolutions.

    Examples:
        >>> bottleneck_weights(256, 64)
        69632
    """
    return (
        parameters(channels, width, 1, bias=False)
        + parameters(width, width, 3, bias=False)
        + parameters(width, channels, 1, bias=False)
    )


def block_macs(
    in_channels: int, width: int, size: int, *, stride_in_3x3: bool
) -> int:
    """Count the multiply-accumulates of a bottleneck that halves height and width (ResNet, exercise 2).

    Args:
        in_channels: Channels of the input.
        width: Channels of the 3×3 convolution; four times as many come out.
        size: Height and width of the output, in pixels.
        stride_in_3x3: Whether the stride sits in the 3×3 convolution, or in the 1×1 convolution before it.

    Returns:
        Those of the three convolutions, without the shortcut.

    Examples:
        >>> block_macs(256, 128, 28, stride_in_3x3=True) - block_macs(256, 128, 28, stride_in_3x3=False)
        77070336
    """
    first = 2 * size if stride_in_3x3 else size
    return (
        macs(in_channels, width, 1, first, first)
        + macs(width, width, 3, size, size)
        + macs(width, 4 * width, 1, size, size)
    )


def shortcut_that_sees_all(
    in_channels: int, out_channels: int
) -> nn.Sequential:
    """Return a projection shortcut of stride 2 that leaves out no pixel (ResNet, exercise 3).

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.

    Returns:
        An average over 2×2 pixels, then a 1×1 convolution and its normalisation; for even heights and widths.

    Source:
        He et al., "Bag of Tricks for Image Classification", arXiv:1812.01187, figure 2(c).

    Examples:
        >>> shortcut_that_sees_all(256, 512)(torch.zeros(1, 256, 56, 56)).shape
        torch.Size([1, 512, 28, 28])
    """
    return nn.Sequential(
        nn.AvgPool2d(2),
        Conv1x1(in_channels, out_channels, bias=False),
        nn.BatchNorm2d(out_channels),
    )


def fire_parameters(in_channels: int, squeeze: int, expand: int) -> int:
    """Count the parameters of a fire module (SqueezeNet, exercise 1).

    Args:
        in_channels: Channels of the input.
        squeeze: Filters of the squeezing convolution.
        expand: Filters of each of the two expanding ones.

    Returns:
        Weights and biases together.

    Examples:
        >>> fire_parameters(96, 16, 64), fire_parameters(96, 32, 64)
        (11920, 23712)
    """
    return (
        parameters(in_channels, squeeze, 1)
        + parameters(squeeze, expand, 1)
        + parameters(squeeze, expand, 3)
    )


def fires_that_could_be_bypassed(network: SqueezeNet) -> list[int]:
    """Return which fire modules put out as many channels as they take (SqueezeNet, exercise 2).

    Args:
        network: A SqueezeNet, whose first fire module is called fire2.

    Returns:
        The numbers of the modules.

    Examples:
        >>> from onebyone.architectures import squeezenet1_0
        >>> fires_that_could_be_bypassed(squeezenet1_0())
        [3, 5, 7, 9]
    """
    fires = [layer for layer in network.features if isinstance(layer, Fire)]
    return [
        number
        for number, fire in enumerate(fires, start=2)
        if fire.squeeze.in_channels
        == fire.expand1x1.out_channels + fire.expand3x3.out_channels
    ]


def parameters_for_classes(classes: int) -> int:
    """Count the parameters of SqueezeNet 1.0 for another number of classes (SqueezeNet, exercise 3).

    Args:
        classes: How many numbers come out for each image.

    Returns:
        Weights and biases of all layers.

    Examples:
        >>> parameters_for_classes(1000), parameters_for_classes(10)
        (1248424, 740554)
    """
    return sum(p.numel() for p in squeezenet1_0(classes).parameters())


def separable_ratio(out_channels: int, kernel_size: int) -> float:
    """Return what a depthwise separable convolution costs beside a full one (MobileNet, exercise 1).

    Args:
        out_channels: Channels of the output.
        kernel_size: Height and width of the kernel, in taps.

    Returns:
        The ratio of their multiply-accumulates.

    Examples:
        >>> f"{separable_ratio(512, 3):.4f}"
        '0.1131'
        >>> f"{separable_ratio(2, 3):.2f}", separable_ratio(1, 3) > 1, separable_ratio(512, 1) > 1
        ('0.61', True, True)
    """
    return 1 / out_channels + 1 / kernel_size**2


def scaled_mobilenet_macs(numerator: int, denominator: int) -> int:
    """Count the multiply-accumulates of a MobileNetV1 whose channels are all scaled (MobileNet, exercise 2).

    Args:
        numerator: Of the factor on every layer's channels.
        denominator: Of the same factor.

    Returns:
        Those of all layers on an image of 224×224 pixels.

    Source:
        Howard et al., arXiv:1704.04861, section 3.3.

    Examples:
        >>> scaled_mobilenet_macs(1, 1), scaled_mobilenet_macs(1, 2)
        (568740352, 149497088)
    """
    size, channels = 112, 32 * numerator // denominator
    total = macs(3, channels, 3, size, size)
    for full_channels, stride in BLOCKS:
        out_channels = full_channels * numerator // denominator
        size //= stride
        total += macs(channels, channels, 3, size, size, groups=channels)
        total += macs(channels, out_channels, 1, size, size)
        channels = out_channels
    return total + channels * 1000


def blocks_that_add_their_input(network: nn.Module) -> int:
    """Count the inverted residuals with an identity shortcut (MobileNet, exercise 3).

    Args:
        network: A MobileNetV2.

    Returns:
        Blocks.

    Examples:
        >>> from onebyone.architectures import mobilenet_v2
        >>> blocks_that_add_their_input(mobilenet_v2())
        10
    """
    return sum(
        block.adds_input
        for block in network.modules()
        if isinstance(block, InvertedResidual)
    )

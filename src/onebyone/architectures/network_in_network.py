"""Network in Network for CIFAR-10: a small network slides over the image, and no layer is fully connected."""

from collections import OrderedDict

from torch import nn

from onebyone.architectures.conv_norm import GlobalAveragePool
from onebyone.arguments import scalars
from onebyone.pytorch import Conv1x1


def mlpconv(
    in_channels: int, widths: tuple[int, int, int], kernel_size: int
) -> nn.Sequential:
    """Return a convolution and two 1×1 convolutions, each with a relu: a small network at every pixel.

    Args:
        in_channels: Channels of the input.
        widths: Filters of the three convolutions.
        kernel_size: Height and width of the first kernel, an odd number of taps.

    Source:
        Lin, Chen and Yan, "Network In Network", arXiv:1312.4400, section 3.1.

    Examples:
        >>> len(mlpconv(3, (192, 160, 96), kernel_size=5))
        6
    """
    first, second, third = widths
    return nn.Sequential(
        nn.Conv2d(in_channels, first, kernel_size, padding=kernel_size // 2),
        nn.ReLU(),
        Conv1x1(first, second),
        nn.ReLU(),
        Conv1x1(second, third),
        nn.ReLU(),
    )


def nin_cifar10(num_classes: int = 10) -> nn.Sequential:
    """Return Network in Network as its authors published it for CIFAR-10, for 32×32 pixels.

    Source:
        Lin, Chen and Yan, arXiv:1312.4400; widths and pooling from the authors' definition file,
        `NIN/cifar-10_def` in the repository mavenlin/cuda-convnet.

    Examples:
        >>> sum(p.numel() for p in nin_cifar10().parameters())
        966986
    """
    classes = scalars.integer("num_classes", num_classes, 1)
    return nn.Sequential(
        OrderedDict(
            mlpconv1=mlpconv(3, (192, 160, 96), kernel_size=5),  # 32×32
            pool1=nn.MaxPool2d(3, stride=2, ceil_mode=True),
            dropout1=nn.Dropout(0.5),
            mlpconv2=mlpconv(96, (192, 192, 192), kernel_size=5),  # 16×16
            pool2=nn.MaxPool2d(3, stride=2, ceil_mode=True),
            dropout2=nn.Dropout(0.5),
            mlpconv3=mlpconv(192, (192, 192, classes), kernel_size=3),  # 8×8
            pool3=GlobalAveragePool(),
        )
    )

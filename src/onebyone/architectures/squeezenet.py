"""SqueezeNet 1.0 and 1.1, built from fire modules: squeeze by 1×1, then expand by 1×1 and 3×3."""

import torch
from torch import Tensor, nn

from onebyone.architectures.conv_norm import GlobalAveragePool
from onebyone.arguments import shapes
from onebyone.pytorch import Conv1x1


class Fire(nn.Module):
    """Squeeze the channels by 1×1, expand them by 1×1 and by 3×3, and stack the two.

    Args:
        in_channels: Channels of the input.
        squeeze: Filters of the squeezing 1×1 convolution.
        expand: Filters of each of the two expanding convolutions; twice as many channels come out.

    Source:
        Iandola et al., "SqueezeNet", arXiv:1602.07360, section 3.2.

    Examples:
        >>> Fire(96, squeeze=16, expand=64)(torch.zeros(1, 96, 54, 54)).shape
        torch.Size([1, 128, 54, 54])
    """

    def __init__(self, in_channels: int, squeeze: int, expand: int) -> None:
        super().__init__()
        self.squeeze = Conv1x1(in_channels, squeeze)
        self.expand1x1 = Conv1x1(squeeze, expand)
        self.expand3x3 = nn.Conv2d(squeeze, expand, 3, padding=1)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """Apply the module, (N, C_in, H, W) to (N, 2 · expand, H, W)."""
        x = self.relu(self.squeeze(x))
        expanded = self.expand1x1(x), self.expand3x3(x)
        return self.relu(torch.cat(expanded, dim=1))


class SqueezeNet(nn.Module):
    """Fire modules, and a 1×1 convolution for a classifier.

    Args:
        features: What makes 512 feature maps of an image.
        num_classes: How many numbers come out for each image.
    """

    def __init__(self, features: nn.Sequential, num_classes: int) -> None:
        super().__init__()
        classes = shapes.integer("num_classes", num_classes, 1)
        self.features = features
        self.classifier = nn.Sequential(
            nn.Dropout(0.5),
            Conv1x1(512, classes),
            nn.ReLU(),
            GlobalAveragePool(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Classify images, (N, 3, H, W) to (N, num_classes)."""
        return self.classifier(self.features(x))


def squeezenet1_0(num_classes: int = 1000) -> SqueezeNet:
    """Return SqueezeNet 1.0, which takes torchvision's weights.

    Args:
        num_classes: How many numbers come out for each image.

    Returns:
        A network from (N, 3, H, W), in the paper 224×224 pixels, to (N, num_classes).

    Raises:
        ValueError: num_classes is less than 1.
        TypeError: num_classes is not an integer.

    Source:
        Iandola et al., arXiv:1602.07360, table 1.

    Examples:
        >>> sum(p.numel() for p in squeezenet1_0().parameters())
        1248424
    """
    features = nn.Sequential(
        nn.Conv2d(3, 96, 7, stride=2),  # 109×109
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2, ceil_mode=True),  # 54×54
        Fire(96, squeeze=16, expand=64),  # fire2
        Fire(128, squeeze=16, expand=64),
        Fire(128, squeeze=32, expand=128),
        nn.MaxPool2d(3, stride=2, ceil_mode=True),  # 27×27
        Fire(256, squeeze=32, expand=128),
        Fire(256, squeeze=48, expand=192),
        Fire(384, squeeze=48, expand=192),
        Fire(384, squeeze=64, expand=256),
        nn.MaxPool2d(3, stride=2, ceil_mode=True),  # 13×13
        Fire(512, squeeze=64, expand=256),  # fire9
    )
    return SqueezeNet(features, num_classes)


def squeezenet1_1(num_classes: int = 1000) -> SqueezeNet:
    """Return SqueezeNet 1.1, which takes torchvision's weights.

    Args:
        num_classes: How many numbers come out for each image.

    Returns:
        A network from (N, 3, H, W), by default 224×224 pixels, to (N, num_classes).

    Raises:
        ValueError: num_classes is less than 1.
        TypeError: num_classes is not an integer.

    Source:
        The authors' SqueezeNet_v1.1, in their repository.

    Examples:
        >>> sum(p.numel() for p in squeezenet1_1().parameters())
        1235496
    """
    features = nn.Sequential(
        nn.Conv2d(3, 64, 3, stride=2),  # 111×111
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2, ceil_mode=True),  # 55×55
        Fire(64, squeeze=16, expand=64),  # fire2
        Fire(128, squeeze=16, expand=64),
        nn.MaxPool2d(3, stride=2, ceil_mode=True),  # 27×27
        Fire(128, squeeze=32, expand=128),
        Fire(256, squeeze=32, expand=128),
        nn.MaxPool2d(3, stride=2, ceil_mode=True),  # 13×13
        Fire(256, squeeze=48, expand=192),
        Fire(384, squeeze=48, expand=192),
        Fire(384, squeeze=64, expand=256),
        Fire(512, squeeze=64, expand=256),  # fire9
    )
    return SqueezeNet(features, num_classes)

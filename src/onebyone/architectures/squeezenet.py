"""SqueezeNet 1.0 and 1.1, built from fire modules: a 1×1 squeezes, then a 1×1 and a 3×3 expand."""

import torch
from torch import Tensor, nn

from onebyone.architectures.conv_norm import GlobalAveragePool
from onebyone.arguments import scalars
from onebyone.pytorch import Conv1x1


class Fire(nn.Module):
    """Squeeze the channels with a 1×1, expand them with a 1×1 and a 3×3, and concatenate the two.

    Args:
        squeeze: Filters of the squeezing 1×1 convolution.
        expand: Filters of each of the two expanding convolutions.

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
    """Fire modules, and a 1×1 convolution as the classifier.

    Args:
        features: From images to 512 feature maps.
        num_classes: As for `squeezenet1_0`.
    """

    def __init__(self, features: nn.Sequential, num_classes: int) -> None:
        super().__init__()
        classes = scalars.integer("num_classes", num_classes, 1)
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
    """Return SqueezeNet 1.0, which takes torchvision's weights, for 224×224 pixels.

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
    """Return SqueezeNet 1.1, which takes torchvision's weights, for 224×224 pixels.

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

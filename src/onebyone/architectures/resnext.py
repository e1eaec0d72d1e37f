"""ResNeXt-50: ResNet's bottleneck, twice as wide inside, with a 3×3 in 32 groups."""

from onebyone.architectures.resnet import ResNet


def resnext50_32x4d(num_classes: int = 1000) -> ResNet:
    """Return ResNeXt-50 of 32 groups of 4 channels, which takes torchvision's weights, for 224×224 pixels.

    Source:
        Xie et al., "Aggregated Residual Transformations for Deep Neural Networks", arXiv:1611.05431, table 1.

    Examples:
        >>> sum(p.numel() for p in resnext50_32x4d().parameters())
        25028904
    """
    return ResNet((3, 4, 6, 3), num_classes, expansion=2, groups=32)

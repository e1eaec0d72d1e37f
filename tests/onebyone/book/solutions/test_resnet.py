"""What the solutions of the page on ResNet count holds against its modules."""

from torch import nn

from onebyone.book.solutions import resnet as solutions


def test_the_weights_of_a_bottleneck_are_those_of_its_modules():
    for width, groups in [(64, 1), (334, 1), (128, 32)]:
        block = nn.Sequential(
            nn.Conv2d(256, width, 1, bias=False),
            nn.Conv2d(width, width, 3, groups=groups, bias=False),
            nn.Conv2d(width, 256, 1, bias=False),
        )
        weights = sum(weight.numel() for weight in block.parameters())
        assert solutions.bottleneck_weights(256, width, groups) == weights

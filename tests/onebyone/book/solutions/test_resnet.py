"""What the solutions of the page on ResNet count holds against its modules."""

import pytest
from torch import nn

from onebyone.architectures.resnet import Bottleneck
from onebyone.book.solutions import resnet as solutions
from onebyone.summary import summary


def test_the_weights_of_a_bottleneck_are_those_of_its_modules():
    for width, groups in [(64, 1), (334, 1), (128, 32)]:
        block = nn.Sequential(
            nn.Conv2d(256, width, 1, bias=False),
            nn.Conv2d(width, width, 3, groups=groups, bias=False),
            nn.Conv2d(width, 256, 1, bias=False),
        )
        weights = sum(weight.numel() for weight in block.parameters())
        assert solutions.bottleneck_weights(256, width, groups) == weights


@pytest.mark.parametrize(("channels", "width", "size"), [(256, 128, 28), (8, 4, 5)])
def test_the_macs_of_a_block_are_what_summary_counts_in_both_versions(channels, width, size):
    picture = channels, 2 * size, 2 * size
    # torchvision's block is v1.5, and v1 has its stride in the 1×1.
    layers = summary(Bottleneck(channels, width, stride=2), picture).layers
    branch = sum(la.macs for la in layers if "downsample" not in la.path)
    assert solutions.block_macs(channels, width, size, stride_in_3x3=True) == branch
    v1 = nn.Sequential(
        nn.Conv2d(channels, width, 1, stride=2),
        nn.Conv2d(width, width, 3, padding=1),
        nn.Conv2d(width, 4 * width, 1),
    )
    expected = summary(v1, picture).macs
    assert solutions.block_macs(channels, width, size, stride_in_3x3=False) == expected

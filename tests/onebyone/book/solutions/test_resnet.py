"""The solutions of the page on ResNet hold against its modules."""

import torch
from torch import nn

from onebyone.architectures.resnet import Bottleneck
from onebyone.book.solutions import resnet as solutions
from onebyone.pytorch import Conv1x1
from onebyone.summary import summary


def convolution_weights(module):
    layers = [la for la in module.modules() if isinstance(la, nn.Conv2d)]
    return sum(la.weight.numel() for la in layers)


def test_no_wider_bottleneck_has_fewer_weights_than_two_3x3():
    two = 2 * convolution_weights(nn.Conv2d(256, 256, 3))
    width = solutions.widest_bottleneck(256)
    blocks = [
        nn.Sequential(Conv1x1(256, w), nn.Conv2d(w, w, 3), Conv1x1(w, 256))
        for w in (width, width + 1)
    ]
    inside, outside = map(convolution_weights, blocks)
    assert inside == solutions.bottleneck_weights(256, width)
    assert inside < two <= outside


def test_the_macs_of_a_block_are_those_of_its_module():
    block = Bottleneck(256, 128, stride=2)
    layers = summary(block, (256, 56, 56)).layers
    branch = sum(la.macs for la in layers if "downsample" not in la.path)
    assert solutions.block_macs(256, 128, 28, stride_in_3x3=True) == branch
    stage = nn.Sequential(
        nn.Conv2d(256, 128, 1, stride=2),
        nn.Conv2d(128, 128, 3, padding=1),
        nn.Conv2d(128, 512, 1),
    )
    v1 = summary(stage, (256, 56, 56)).macs
    assert solutions.block_macs(256, 128, 28, stride_in_3x3=False) == v1


def test_the_average_pool_shortcut_reads_every_pixel():
    shortcut = solutions.average_pool_shortcut(4, 8).eval()
    x = torch.zeros(1, 4, 6, 6)
    grad = torch.autograd.functional.jacobian(shortcut, x)
    assert grad.abs().sum((0, 1, 2, 3)).count_nonzero() == x.numel()
    assert convolution_weights(shortcut) == 4 * 8

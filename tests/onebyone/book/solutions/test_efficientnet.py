"""The solutions of the page on MobileNetV3 and EfficientNet hold against modules."""

import torch

from onebyone.architectures import resnet50
from onebyone.architectures.convnext import ConvNeXtBlock
from onebyone.architectures.mobilenet_v3 import SqueezeExcitation
from onebyone.architectures.resnet import Bottleneck
from onebyone.book.solutions.efficientnet import excitation_weights
from onebyone.book.solutions.in_pytorch.efficientnet import moves_with_the_picture
from onebyone.exercises.efficientnet import RESNET50


def test_excitation_in_each_of_resnets_blocks_adds_so_many_weights():
    blocks = [m for m in resnet50().modules() if isinstance(m, Bottleneck)]
    added = 0
    for block in blocks:
        channels = block.conv3.out_channels
        excite = SqueezeExcitation(channels, channels // 16)
        added += excite.fc1.weight.numel() + excite.fc2.weight.numel()
    assert excitation_weights(RESNET50, ratio=16) == added
    assert round(added / 1e6, 1) == 2.5  # Hu et al., section 6.4: about 2.5 million


def test_a_layer_that_looks_around_by_a_millionth_is_found():
    torch.manual_seed(0)
    assert not moves_with_the_picture(ConvNeXtBlock(6), torch.randn(2, 6, 5, 7))

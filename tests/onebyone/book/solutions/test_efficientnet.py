"""The solutions of the page on MobileNetV3 and EfficientNet hold against modules."""

import pytest
import torch
from torch import nn

from onebyone.architectures import resnet50
from onebyone.architectures.convnext import ConvNeXtBlock
from onebyone.architectures.mobilenet_v3 import SqueezeExcitation
from onebyone.architectures.resnet import Bottleneck
from onebyone.book.solutions import efficientnet as solutions
from onebyone.pytorch import Conv1x1, conv1x1


def test_excitation_in_each_of_resnets_blocks_adds_so_many_weights():
    blocks = [m for m in resnet50().modules() if isinstance(m, Bottleneck)]
    added = 0
    for block in blocks:
        channels = block.conv3.out_channels
        excite = SqueezeExcitation(channels, channels // 16)
        added += excite.fc1.weight.numel() + excite.fc2.weight.numel()
    assert solutions.excitation_weights(16) == added
    assert round(added / 1e6, 1) == 2.5  # Hu et al., section 6.4: about 2.5 million


def test_folded_gates_scale_each_picture_alike():
    torch.manual_seed(0)
    weight, gates, x = torch.randn(4, 6), torch.rand(6), torch.randn(2, 6, 3, 5)
    found = conv1x1(x, solutions.fold_gates(weight, gates))
    torch.testing.assert_close(found, conv1x1(x * gates[:, None, None], weight))
    for wrong in torch.rand(1), torch.rand(7):
        with pytest.raises(RuntimeError):
            solutions.fold_gates(weight, wrong)


def test_a_3x3_would_not_move_with_shuffled_pixels():
    torch.manual_seed(0)
    x = torch.randn(2, 6, 5, 7)
    assert solutions.moves_with_the_picture(SqueezeExcitation(6, 3), x)
    assert solutions.moves_with_the_picture(Conv1x1(6, 3), x)
    assert not solutions.moves_with_the_picture(nn.Conv2d(6, 6, 3, padding=1), x)
    assert not solutions.moves_with_the_picture(ConvNeXtBlock(6), x)  # by a millionth

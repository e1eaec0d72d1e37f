"""A diagram shows the layers of the module that it stands for."""

import pytest
from torch import nn

from onebyone.architectures.inception_v1 import WIDTHS, Inception
from onebyone.architectures.mobilenet_v1 import depthwise_separable
from onebyone.architectures.mobilenet_v2 import InvertedResidual
from onebyone.architectures.network_in_network import mlpconv
from onebyone.architectures.resnet import Bottleneck
from onebyone.architectures.squeezenet import Fire
from onebyone.book.figures.inception import draw_inception
from onebyone.book.figures.mobilenet import draw_depthwise_separable, draw_inverted_residual
from onebyone.book.figures.network_in_network import draw_mlpconv
from onebyone.book.figures.resnet import draw_bottleneck, draw_projection_shortcut
from onebyone.book.figures.squeezenet import draw_fire


@pytest.mark.parametrize(
    ("draw", "module"),
    [
        (draw_mlpconv, mlpconv(3, (192, 160, 96), 5)),
        (draw_inception, Inception(192, WIDTHS["3a"])),
        (draw_bottleneck, Bottleneck(256, 64)),
        (draw_projection_shortcut, Bottleneck(256, 128, stride=2)),
        (draw_fire, Fire(96, 16, 64)),
        (draw_depthwise_separable, depthwise_separable(32, 64, 1)),
        (draw_inverted_residual, InvertedResidual(24, 24, 1, 6)),
    ],
)
def test_the_boxes_of_a_block_are_the_convolutions_of_its_module(draw, module):
    boxes = sorted(
        text.get_text().split("\n")[1] for text in draw().axes[0].texts if "→" in text.get_text()
    )
    layers = sorted(
        f"{layer.in_channels} → {layer.out_channels}"
        for layer in module.modules()
        if isinstance(layer, nn.Conv2d)
    )
    assert boxes == layers

"""The heirs, from DenseNet to ConvNeXt and U-Net, have the sizes, the layers and the costs that their papers print.

The numbers stand here as they are printed; where ours differ, the test says why.
"""

import pytest
import torch
from torch import nn

from onebyone.architectures.densenet import DenseLayer
from onebyone.architectures.efficientnet import SCALES, EfficientNet
from onebyone.architectures.mobilenet_v3 import InvertedResidual, SqueezeExcitation

from .networks import costs, without_numbers

# torchvision's table of weights, B0 to B7
EFFICIENTNETS = (
    5_288_548,
    7_794_184,
    9_109_994,
    12_233_232,
    19_341_616,
    30_389_784,
    43_040_704,
    66_347_960,
)


def modules(model, *kinds):
    return [module for module in model.modules() if isinstance(module, kinds)]


@pytest.mark.parametrize(
    ("name", "billions", "millions", "source"),
    [
        ("convnext_tiny", 4.5, 29, "Liu et al., arXiv:2201.03545, table 1"),
        ("efficientnet_b0", 0.39, 5.3, "Tan and Le, arXiv:1905.11946, table 2"),
        ("resnext50_32x4d", 4.2, 25.0, "Xie et al., arXiv:1611.05431, table 1"),
    ],
)
def test_macs_and_parameters_are_the_papers(name, billions, millions, source):
    found = costs(name)
    assert float(f"{found.macs / 1e9:.2g}") == billions, source
    digits = 0 if isinstance(millions, int) else 1
    assert round(found.parameters / 1e6, digits) == millions, source


def test_shufflenet_v2_takes_the_macs_of_its_papers_table_5_whose_sum_is_145_million():
    """Ma et al., arXiv:1807.11164, table 5, prints 146M and 2.3M; torchvision's table has 0.145 billion, too.

    The layers of the table are counted by hand here. The paper does not say what it counts beside them.
    """
    by_hand = 112**2 * 24 * 3 * 9
    channels, size = 24, 56
    for out_channels, repeated in (116, 3), (232, 7), (464, 3):
        half, pixels = out_channels // 2, (size // 2) ** 2
        by_hand += size**2 * channels * half + pixels * half * (9 + half)
        by_hand += pixels * channels * (9 + half)
        by_hand += repeated * pixels * half * (half + 9 + half)
        channels, size = out_channels, size // 2
    by_hand += 7**2 * 464 * 1024 + 1024 * 1000
    found = costs("shufflenet_v2_x1_0")
    assert found.macs == by_hand
    assert found.macs / 1e6 == pytest.approx(144.9, abs=0.05)
    assert found.macs / 1e6 == pytest.approx(146, rel=0.01)
    assert round(found.parameters / 1e6, 1) == 2.3


def test_mobilenet_v3_takes_the_authors_217_million_macs_and_5_4_million_parameters():
    """Howard et al., arXiv:1905.02244, table 3, prints 219 and 5.4 million.

    The authors' page, research/slim/nets/mobilenet of tensorflow/models, has 217 for the same network. We count 5.45
    million weights beside biases and batch normalisation: the paper cuts off.
    """
    found = costs("mobilenet_v3_large")
    weights = sum(
        module.weight.numel()
        for module in modules(without_numbers("mobilenet_v3_large"), nn.Conv2d, nn.Linear)
    )
    assert round(found.macs / 1e6) == 217
    assert found.macs / 1e6 == pytest.approx(219, rel=0.015)
    assert int(weights / 1e5) == 54


def test_the_channels_of_densenet_121_grow_by_32_a_layer_and_are_halved_between_blocks():
    """Huang et al., arXiv:1608.06993, table 1 and section 3: k = 32, 4·k within a layer, θ = 0.5."""
    features = without_numbers("densenet121").features
    x, ends = torch.empty(1, 3, 224, 224, device="meta"), []
    for name, part in features.named_children():
        x = part(x)
        if name.startswith(("pool", "denseblock", "transition")):
            ends.append(tuple(x.shape[1:3]))
    assert ends == [
        (64, 56),
        *((256, 56), (128, 28)),
        *((512, 28), (256, 14)),
        *((1024, 14), (512, 7)),
        (1024, 7),
    ]
    for width, layers in (64, 6), (128, 12), (256, 24), (512, 16):
        block = [m for m in modules(features, nn.Sequential) if len(m) == layers]
        (found,) = (m for m in block if all(isinstance(layer, DenseLayer) for layer in m))
        shapes = [(layer.conv1.weight.shape[:2], layer.conv2.weight.shape[:2]) for layer in found]
        assert shapes == [((128, width + 32 * n), (32, 128)) for n in range(layers)]


def test_the_3x3_of_resnext_50_sees_a_32nd_of_its_width():
    model = without_numbers("resnext50_32x4d")
    for number, depth in enumerate((4, 8, 16, 32), start=1):
        for block in model.get_submodule(f"layer{number}"):
            assert block.conv2.weight.shape == (32 * depth, depth, 3, 3)
            assert block.conv3.out_channels == 2 * block.conv2.out_channels


def squeezes(name):
    """Return the channels of each squeeze-and-excitation: of the maps that it scales, and between its layers."""
    found = modules(without_numbers(name), SqueezeExcitation)
    assert all(m.fc1.out_channels == m.fc2.in_channels for m in found)
    assert all(m.fc1.in_channels == m.fc2.out_channels for m in found)
    return [(m.fc1.in_channels, m.fc1.out_channels) for m in found]


def test_mobilenet_v3_squeezes_to_a_quarter_of_the_channels_inside_a_block():
    assert squeezes("mobilenet_v3_large") == [
        (72, 24),
        *2 * [(120, 32)],
        (480, 120),
        *2 * [(672, 168)],
        *2 * [(960, 240)],
    ]


def test_efficientnet_squeezes_to_a_quarter_of_the_channels_that_enter_a_block():
    assert squeezes("efficientnet_b0") == [
        (32, 8),
        (96, 4),
        *2 * [(144, 6)],
        *2 * [(240, 10)],
        *3 * [(480, 20)],
        *3 * [(672, 28)],
        *4 * [(1152, 48)],
    ]


def test_the_strides_of_mobilenet_v3_are_those_of_the_papers_later_versions():
    """Howard et al., arXiv:1905.02244, table 1; its first version has a stride of 2 one block late, and 672 for 960."""
    features = without_numbers("mobilenet_v3_large").features
    blocks = modules(features, InvertedResidual)
    depthwise = [
        module for block in blocks for module in modules(block, nn.Conv2d) if module.groups > 1
    ]
    assert [m.stride[0] for m in depthwise] == [1, 2, 1, 2, 1, 1, 2, *5 * [1], 2, 1, 1]
    assert [m.groups for m in depthwise[-3:]] == [672, 960, 960]
    assert features[-1][0].weight.shape[:2] == (960, 160)


def test_the_scales_are_those_of_efficientnet_b0_to_b7():
    """Tan and Le's efficientnet_builder.py: width, depth, resolution."""
    assert list(SCALES) == [
        *((1.0, 1.0, 224), (1.0, 1.1, 240), (1.1, 1.2, 260), (1.2, 1.4, 300)),
        *((1.4, 1.8, 380), (1.6, 2.2, 456), (1.8, 2.6, 528), (2.0, 3.1, 600)),
    ]


@pytest.mark.parametrize(
    ("scale", "parameters", "blocks"),
    list(zip(SCALES, EFFICIENTNETS, (16, 23, 23, 26, 32, 39, 45, 55), strict=True)),
)
def test_width_and_depth_make_every_efficientnet(scale, parameters, blocks):
    width, depth, _ = scale
    with torch.device("meta"):
        model = EfficientNet(1000, width, depth)
    assert sum(value.numel() for value in model.parameters()) == parameters
    assert len(modules(model, InvertedResidual)) == blocks


def test_unet_has_the_23_convolutions_and_the_widths_of_the_papers_figure():
    """Ronneberger et al., arXiv:1505.04597, section 2 and figure 1; its images have one channel, and ours three."""
    layers = modules(without_numbers("unet"), nn.Conv2d, nn.ConvTranspose2d)
    found = {}
    for layer in layers:
        kind = "up-convolution" if isinstance(layer, nn.ConvTranspose2d) else "convolution"
        found.setdefault((kind, layer.kernel_size[0]), []).append(
            (layer.in_channels, layer.out_channels)
        )
    assert len(layers) == 23
    assert found["convolution", 3] == [
        *((3, 64), (64, 64)),
        *((64, 128), (128, 128)),
        *((128, 256), (256, 256)),
        *((256, 512), (512, 512)),
        *((512, 1024), (1024, 1024)),
        *((1024, 512), (512, 512)),
        *((512, 256), (256, 256)),
        *((256, 128), (128, 128)),
        *((128, 64), (64, 64)),
    ]
    assert found["up-convolution", 2] == [(1024, 512), (512, 256), (256, 128), (128, 64)]
    assert found["convolution", 1] == [(64, 2)]
    by_hand = sum(9 * before * after + after for before, after in found["convolution", 3])
    by_hand += sum(4 * before * after + after for before, after in found["up-convolution", 2])
    by_hand += 64 * 2 + 2
    assert by_hand == 31_030_658 + 2 * 9 * 64  # for one channel, and for two more
    assert costs("unet").parameters == by_hand

"""The networks cost what their papers and other libraries print, where what is printed agrees with itself.

The numbers stand here as they are printed; where ours differ, the test says why.
"""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from onebyone.summary import summary

from .networks import costs, without_numbers

TORCHVISION = "torchvision's table of weights: parameters, GFLOPS"
SQUEEZENET = "Iandola et al., arXiv:1602.07360, table 1, before pruning"
TIMM = "timm's tf_efficientnet_lite0"
KERAS = "keras.applications.MobileNet().summary(), trainable"


@pytest.mark.parametrize(
    ("name", "printed", "source"),
    [
        ("convnext_tiny", 28_589_128, TORCHVISION),
        ("densenet121", 7_978_856, TORCHVISION),
        ("efficientnet_b0", 5_288_548, TORCHVISION),
        ("efficientnet_lite0", 4_652_008, TIMM),
        ("googlenet", 6_624_904, TORCHVISION),
        ("mobilenet_v1", 4_231_976, KERAS),
        ("mobilenet_v2", 3_504_872, TORCHVISION),
        ("mobilenet_v3_large", 5_483_032, TORCHVISION),
        ("resnet50", 25_557_032, TORCHVISION),
        ("resnet101", 44_549_160, TORCHVISION),
        ("resnet152", 60_192_808, TORCHVISION),
        ("resnext50_32x4d", 25_028_904, TORCHVISION),
        ("shufflenet_v2_x1_0", 2_278_604, TORCHVISION),
        ("squeezenet1_0", 1_248_424, TORCHVISION),
        ("squeezenet1_0", 1_248_424, SQUEEZENET),
        ("squeezenet1_1", 1_235_496, TORCHVISION),
    ],
)
def test_parameters(name, printed, source):
    assert costs(name).parameters == printed, source


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("convnext_tiny", 4.456),
        ("densenet121", 2.834),
        ("efficientnet_b0", 0.386),
        ("googlenet", 1.498),
        ("mobilenet_v2", 0.301),
        ("mobilenet_v3_large", 0.217),
        ("resnet50", 4.089),
        ("resnet101", 7.801),
        ("resnet152", 11.514),
        ("resnext50_32x4d", 4.23),
        ("shufflenet_v2_x1_0", 0.145),
        ("squeezenet1_0", 0.819),
        ("squeezenet1_1", 0.349),
    ],
)
def test_torchvisions_gflops_are_billions_of_our_macs(name, printed):
    assert round(costs(name).macs / 1e9, 3) == printed, TORCHVISION


def test_efficientnet_lite0_takes_385_million_macs_of_which_pytorch_counts_two_flops_each():
    model = without_numbers("efficientnet_lite0").eval()
    with FlopCounterMode(display=False) as counter:
        model(torch.empty(1, 3, 224, 224, device="meta"))
    found = costs("efficientnet_lite0")
    assert 2 * found.macs == counter.get_total_flops()
    assert round(found.macs / 1e9, 3) == 0.385


def test_keras_counts_the_running_means_and_variances_too():
    model = without_numbers("mobilenet_v1")
    statistics = sum(
        module.running_mean.numel() + module.running_var.numel()
        for module in model.modules()
        if isinstance(module, nn.BatchNorm2d)
    )
    assert costs("mobilenet_v1").parameters + statistics == 4_253_864, KERAS


def test_network_in_network_has_its_definition_files_layers():
    """NIN/cifar-10_def of mavenlin/cuda-convnet: channels or in_nodes, filters or out_nodes, filterSize."""
    convolutions = [
        (module.in_channels, module.out_channels, module.kernel_size[0])
        for module in without_numbers("nin_cifar10").modules()
        if isinstance(module, nn.Conv2d)
    ]
    assert convolutions == [
        (3, 192, 5),  # conv1
        (192, 160, 1),  # cccp1
        (160, 96, 1),
        (96, 192, 5),  # conv2
        (192, 192, 1),
        (192, 192, 1),
        (192, 192, 3),  # conv3
        (192, 192, 1),
        (192, 10, 1),  # cccp6
    ]
    *_, last, pooled = costs("nin_cifar10", depth=1).layers
    assert last.output == (10, 8, 8)  # poolg: sizeX=8
    assert pooled.output == (10,)


def test_squeezenets_layers():
    rows = costs("squeezenet1_0", depth=2).layers
    printed = {
        "conv1": 14_208,
        "fire2": 11_920,
        "fire3": 12_432,
        "fire4": 45_344,
        "fire5": 49_440,
        "fire6": 104_880,
        "fire7": 111_024,
        "fire8": 188_992,
        "fire9": 197_184,
        "conv10": 513_000,
    }
    ours = [row.parameters for row in rows if row.parameters]
    assert ours == list(printed.values()), SQUEEZENET


def kind(module):
    if isinstance(module, nn.Linear):
        return "fully connected"
    if module.groups > 1:
        return "depthwise 3×3"
    return f"{module.kernel_size[0]}×{module.kernel_size[1]}"


def test_where_mobilenet_v1_spends_its_weights_and_mult_adds():
    """Howard et al., arXiv:1704.04861, table 2, in percent.

    Weights alone are counted, without biases and batch normalisation. The paper prints 1.19 % of the mult-adds for
    the 3×3, where we count 1.91 %: two digits exchanged, since only with 1.91 its column sums to 100.
    """
    printed = {
        "1×1": (94.86, 74.59),
        "depthwise 3×3": (3.06, 1.06),
        "3×3": (1.91, 0.02),
        "fully connected": (0.18, 24.33),
    }
    model = without_numbers("mobilenet_v1")
    macs, weights = dict.fromkeys(printed, 0), dict.fromkeys(printed, 0)
    for layer in costs("mobilenet_v1").layers:
        module = model.get_submodule(layer.path)
        if isinstance(module, nn.Conv2d | nn.Linear):
            macs[kind(module)] += layer.macs
            weights[kind(module)] += module.weight.numel()
    assert sum(weights.values()) == 4_209_088
    assert {
        name: (
            round(100 * macs[name] / sum(macs.values()), 2),
            round(100 * weights[name] / sum(weights.values()), 2),
        )
        for name in printed
    } == printed


def test_mobilenet_v1_takes_569_million_mult_adds_and_4_2_million_parameters():
    """Howard et al., arXiv:1704.04861, table 4."""
    found = costs("mobilenet_v1")
    assert round(found.macs / 1e6) == 569
    assert round(found.parameters / 1e6, 1) == 4.2


def test_mobilenet_v2_takes_300_million_mult_adds_and_3_4_million_parameters():
    """Sandler et al., arXiv:1801.04381, table 4.

    We count 300.8 million, and 3.47 million weights beside biases and batch normalisation: the paper cuts off.
    """
    weights = sum(
        module.weight.numel()
        for module in without_numbers("mobilenet_v2").modules()
        if isinstance(module, nn.Conv2d | nn.Linear)
    )
    assert int(costs("mobilenet_v2").macs / 1e6) == 300
    assert int(weights / 1e5) == 34


# Szegedy et al., arXiv:1409.4842, table 1: params in K (1024 weights), ops in millions.
GOOGLENET = {
    "conv1": (2.7, 34),
    "conv2": (112, 360),
    "3a": (159, 128),
    "3b": (380, 304),
    "4a": (364, 73),
    "4b": (437, 88),
    "4c": (463, 100),
    "4d": (580, 119),
    "4e": (840, 170),
    "5a": (1072, 54),
    "5b": (1388, 71),
    "linear": (1000, 1),
}


def googlenet_rows():
    """Return for each row of the paper's table our thousands of weights and our millions of MACs."""
    model = without_numbers("inception_v1")
    names = {"reduce2": "conv2", "classifier": "linear"}
    rows = {}
    for layer in costs("inception_v1", depth=1).layers:
        name = names.get(layer.path, layer.path.removeprefix("inception"))
        weights = sum(
            value.numel()
            for key, value in model.get_submodule(layer.path).named_parameters()
            if key.endswith("weight")
        )
        before = rows.get(name, (0, 0))
        rows[name] = before[0] + weights / 1024, before[1] + layer.macs / 1e6
    return {name: rows[name] for name in GOOGLENET}


def test_the_inception_papers_ops_are_our_macs_in_all_rows_but_two():
    """The paper's 34 and 54 are not those of the layers beside them, which we count by hand."""
    ours = {name: macs for name, (_, macs) in googlenet_rows().items()}
    off = {n for n, (_, ops) in GOOGLENET.items() if abs(ours[n] - ops) > 1}
    assert off == {"conv1", "5a"}
    assert ours["conv1"] == 112**2 * 64 * 3 * 7**2 / 1e6
    of_5a = 832 * (256 + 160 + 32 + 128) + 3**2 * 160 * 320 + 5**2 * 32 * 128
    assert ours["5a"] == 7**2 * of_5a / 1e6


def test_the_inception_papers_params_are_our_weights_in_five_rows():
    """The others are not those of the filters printed beside them, though none but the first is far off."""
    ours = {name: weights for name, (weights, _) in googlenet_rows().items()}
    fit = {n for n, (k, _) in GOOGLENET.items() if abs(ours[n] - k) <= 1}
    assert fit == {"conv2", "3a", "3b", "4b", "linear"}
    for name in GOOGLENET.keys() - {"conv1"}:
        assert ours[name] == pytest.approx(GOOGLENET[name][0], rel=0.08)


@pytest.mark.parametrize(
    ("name", "printed"), [("resnet50", 3.8), ("resnet101", 7.6), ("resnet152", 11.3)]
)
def test_resnets_macs_are_the_papers_where_the_stride_is_the_papers(name, printed):
    """He et al., arXiv:1512.03385, table 1, in billions.

    Ours, like torchvision's, put the stride of stages 2 to 4 into the 3×3 convolution. In the paper it sits in the
    1×1 convolution before, which then runs at a quarter of the pixels. We count 3.86 where the paper prints 3.8.
    """
    model = without_numbers(name)
    for stage in (model.layer2, model.layer3, model.layer4):
        block = stage[0]
        block.conv1 = nn.Conv2d(
            block.conv1.in_channels,
            block.conv1.out_channels,
            kernel_size=1,
            stride=2,
            bias=False,
            device="meta",
        )
        block.conv2.stride = (1, 1)
    found = summary(model, (3, 224, 224))
    assert found.macs / 1e9 == pytest.approx(printed, abs=0.06)
    saved = 3 * 3 * 256 * 128 * 28**2  # equally much in each of the three stages
    assert costs(name).macs - found.macs == saved

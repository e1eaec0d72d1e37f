"""Each block of the heirs, from DenseNet to ConvNeXt, computes what its definition says, written out in functions."""

import copy
import importlib
import math
from functools import partial

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from onebyone.architectures.convnext import ConvNeXtBlock, LayerNorm2d, with_convolutions
from onebyone.architectures.densenet import DenseLayer, dense_block, transition
from onebyone.architectures.efficientnet import mbconv
from onebyone.architectures.mobilenet_v3 import (
    InvertedResidual,
    SqueezeExcitation,
    excite_quarter,
    round_channels,
)
from onebyone.architectures.shufflenet_v2 import ShuffleUnit
from onebyone.architectures.unet import UNet, two_convolutions

from .definitions import assert_computes, maps
from .networks import drawn, images

SMALL_WIDTHS = (4, 6, 10, 8, 12)


def relu(x):
    return x * (x > 0)


def sigmoid(x):
    return 1 / (1 + (-x).exp())


def hard_sigmoid(x):
    return (x + 3).clamp(0, 6) / 6


ACTIVATIONS = {
    nn.ReLU: relu,
    nn.SiLU: lambda x: x * sigmoid(x),
    nn.Hardswish: lambda x: x * hard_sigmoid(x),
}
GATES = {nn.Sigmoid: sigmoid, nn.Hardsigmoid: hard_sigmoid}


def dense_layer(x, w, prefix=""):
    y = w.conv(F.relu(w.norm(x, f"{prefix}norm1")), f"{prefix}conv1")
    return w.conv(F.relu(w.norm(y, f"{prefix}norm2")), f"{prefix}conv2", padding=1)


def test_a_dense_layer_appends_to_its_input():
    def definition(x, w):
        return torch.cat([x, dense_layer(x, w)], 1)

    assert_computes(lambda: DenseLayer(5, growth=3), maps(5), definition)


def test_each_layer_of_a_dense_block_reads_the_input_and_all_layers_before():
    def definition(x, w):
        made = [x]
        for number in (1, 2, 3):
            made.append(dense_layer(torch.cat(made, 1), w, f"denselayer{number}."))
        return torch.cat(made, 1)

    assert_computes(lambda: dense_block(5, layers=3, growth=2), maps(5), definition)


def test_a_transition_halves_the_channels_and_averages_two_by_two_pixels():
    def definition(x, w):
        y = w.conv(F.relu(w.norm(x, "norm")), "conv")
        assert y.shape[1] == 4
        return (
            y[..., :8:2, :10:2] + y[..., 1:8:2, :10:2] + y[..., :8:2, 1::2] + y[..., 1:8:2, 1::2]
        ) / 4

    assert_computes(lambda: transition(9), maps(9), definition)


def test_a_shuffle_unit_leaves_one_half_alone_and_takes_channels_from_both_in_turn():
    def definition(x, w):
        y = F.relu(w.norm(w.conv(x[:, 4:], "branch2.0"), "branch2.1"))
        y = w.norm(w.conv(y, "branch2.3", padding=1, groups=4), "branch2.4")
        y = F.relu(w.norm(w.conv(y, "branch2.5"), "branch2.6"))
        return torch.stack([x[:, :4], y], 2).flatten(1, 2)

    assert_computes(lambda: ShuffleUnit(8, 8, stride=1), maps(8), definition)


def test_a_shuffle_unit_of_stride_2_makes_both_halves_of_its_whole_input():
    def definition(x, w):
        first = w.norm(w.conv(x, "branch1.0", stride=2, padding=1, groups=5), "branch1.1")
        first = F.relu(w.norm(w.conv(first, "branch1.2"), "branch1.3"))
        y = F.relu(w.norm(w.conv(x, "branch2.0"), "branch2.1"))
        y = w.norm(w.conv(y, "branch2.3", stride=2, padding=1, groups=6), "branch2.4")
        y = F.relu(w.norm(w.conv(y, "branch2.5"), "branch2.6"))
        return torch.stack([first, y], 2).flatten(1, 2)

    assert_computes(lambda: ShuffleUnit(5, 12, stride=2), maps(5), definition)


def excited(x, w, name, activation, gate):
    y = activation(w.conv(x.mean((2, 3), keepdim=True), f"{name}fc1"))
    return x * gate(w.conv(y, f"{name}fc2"))


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("activation", [nn.ReLU, nn.SiLU])
def test_squeeze_and_excitation_scales_each_map_by_what_the_means_of_all_maps_say(activation, gate):
    def definition(x, w):
        return excited(x, w, "", ACTIVATIONS[activation], GATES[gate])

    x = 3 * maps(8)  # so large that a hard sigmoid has something to cut off
    assert_computes(lambda: SqueezeExcitation(8, 3, activation, gate), x, definition)


def inverted(x, w, width, kernel_size, stride, activation, eps, excite):
    """Write out an inverted residual but for its shortcut."""
    index = 0
    if width != x.shape[1]:
        x = activation(w.norm(w.conv(x, "block.0.0"), "block.0.1", eps))
        index = 1
    filtered = w.conv(x, f"block.{index}.0", stride=stride, padding=kernel_size // 2, groups=width)
    x = activation(w.norm(filtered, f"block.{index}.1", eps))
    if excite:
        index += 1
        x = excited(x, w, f"block.{index}.", *excite)
    return w.norm(w.conv(x, f"block.{index + 1}.0"), f"block.{index + 1}.1", eps)


each_shortcut = pytest.mark.parametrize(
    ("out_channels", "stride", "adds"),
    [(8, 1, True), (12, 1, False), (8, 2, False), (12, 2, False)],
)


@each_shortcut
@pytest.mark.parametrize("width", [8, 24])
@pytest.mark.parametrize(("kernel_size", "activation"), [(3, nn.ReLU), (5, nn.Hardswish)])
@pytest.mark.parametrize("excites", [True, False])
def test_mobilenet_v3s_block_filters_excites_and_decreases(
    out_channels, stride, adds, width, kernel_size, activation, excites
):
    excite = (relu, hard_sigmoid) if excites else None

    def definition(x, w):
        y = inverted(x, w, width, kernel_size, stride, ACTIVATIONS[activation], 0.001, excite)
        return x + y if adds else y

    def block():
        return InvertedResidual(
            *(8, width, out_channels, kernel_size, stride, activation),
            excite_quarter if excites else None,
            partial(nn.BatchNorm2d, eps=0.001),
        )

    assert_computes(block, maps(8), definition)


@each_shortcut
@pytest.mark.parametrize("kernel_size", [3, 5])
@pytest.mark.parametrize("expansion", [1, 6])
def test_efficientnets_block_does_so_with_silu_and_a_sigmoid(
    out_channels, stride, adds, kernel_size, expansion
):
    silu = ACTIVATIONS[nn.SiLU]

    def definition(x, w):
        y = inverted(x, w, 8 * expansion, kernel_size, stride, silu, 1e-5, (silu, sigmoid))
        return x + y if adds else y

    block = partial(mbconv, 8, out_channels, kernel_size, stride, expansion)
    assert_computes(block, maps(8), definition)


@pytest.mark.parametrize(
    ("channels", "rounded"),
    [
        (72 / 4, 24),
        (120 / 4, 32),
        (480 / 4, 120),
        (672 / 4, 168),
        (1, 8),
        (12, 16),
        (11.9, 16),
        (89, 88),
    ],
)
def test_channels_are_rounded_to_eights_and_by_no_more_than_a_tenth_down(channels, rounded):
    assert round_channels(channels) == rounded


def before_the_scale(x, w):
    y = w.layer_norm(w.conv(x, "block.0", padding=3, groups=6), "block.2", eps=1e-6)
    y = w.linear(y, "block.3")
    y = y * (1 + torch.erf(y / math.sqrt(2))) / 2
    return w.linear(y, "block.5")


def test_a_convnext_block_filters_normalises_mixes_twice_scales_and_adds():
    def definition(x, w):
        return x + w.take("layer_scale") * before_the_scale(x, w)

    assert_computes(lambda: ConvNeXtBlock(6), maps(6), definition)
    faint = 1e-4 * maps(6)  # beside which an eps of 1e-5 would be seen
    assert_computes(lambda: ConvNeXtBlock(6), faint, definition)


def test_layer_norm_2d_is_one_of_the_channels_of_each_pixel_and_not_of_a_whole_image():
    def definition(x, w):
        weight, bias = (w.take(name)[:, None, None] for name in ("weight", "bias"))
        var, mean = torch.var_mean(x, 1, correction=0, keepdim=True)
        return (x - mean) / (var + 1e-6).sqrt() * weight + bias

    assert_computes(lambda: LayerNorm2d(6, eps=1e-6), maps(6), definition)


def convnext_block(dtype=torch.float64):
    with torch.device("meta"):
        block = ConvNeXtBlock(6)
    return drawn(block, maps(6)).to(dtype)


@torch.no_grad()
@pytest.mark.parametrize(
    ("dtype", "rounding"), [(torch.float64, 1e-12), (torch.float32, 1e-4), (torch.bfloat16, 0.1)]
)
def test_a_convnext_block_with_convolutions_is_the_same_in_every_dtype(dtype, rounding):
    block, x = convnext_block(dtype), maps(6).to(dtype)
    convolved = with_convolutions(block)
    expected = block.block(x)
    assert (convolved(x) - expected).abs().max() <= rounding * expected.std()
    assert {value.dtype for value in convolved.parameters()} == {dtype}
    kernels = [m.kernel_size for m in convolved.modules() if isinstance(m, nn.Conv2d)]
    assert kernels == [(7, 7), (1, 1), (1, 1)]
    assert not any(isinstance(m, nn.Linear) for m in convolved.modules())


@torch.no_grad()
def test_a_convnext_block_with_convolutions_has_weights_of_its_own():
    block, x = convnext_block(), maps(6).double()
    convolved = with_convolutions(block)
    before, kept = convolved(x), copy.deepcopy(block.state_dict())
    for value in block.parameters():
        value.mul_(1.5)
    assert torch.equal(convolved(x), before)
    changed = with_convolutions(block)
    torch.testing.assert_close(changed(x), block.block(x))
    assert (changed(x) - before).abs().max() > 0.1 * before.std()
    for value in changed.parameters():
        value.zero_()
    assert all(torch.equal(1.5 * kept[name], value) for name, value in block.state_dict().items())


def convolved_twice(x, w, name=""):
    y = F.relu(w.conv(x, f"{name}0", padding=1))
    return F.relu(w.conv(y, f"{name}2", padding=1))


def test_two_convolutions_keep_height_and_width():
    assert_computes(lambda: two_convolutions(5, 7), maps(5), convolved_twice)


@pytest.fixture
def _small(monkeypatch):
    # The package's attribute of that name is the function.
    module = importlib.import_module("onebyone.architectures.unet")
    monkeypatch.setattr(module, "WIDTHS", SMALL_WIDTHS)


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("size", [(37, 50), (16, 47), (32, 48)])
def test_unet_goes_down_four_times_and_up_again_beside_what_it_kept(size):
    def definition(x, w):
        kept = []
        for level in range(4):
            kept.append(convolved_twice(x, w, f"down.{level}."))
            x = F.max_pool2d(kept[-1], 2)
        x = convolved_twice(x, w, "bottom.")
        for level, skip in enumerate(reversed(kept)):
            x = w.enlarged(x, f"enlarge.{level}", skip.shape[2:])
            x = convolved_twice(torch.cat([skip, x], 1), w, f"up.{level}.")
        return w.conv(x, "head")

    assert_computes(lambda: UNet(7), images(size), definition)


@pytest.mark.usefixtures("_small")
def test_every_parameter_of_unet_learns_and_its_scores_have_both_signs():
    with torch.device("meta"):
        model = UNet(7)
    y = drawn(model, images((37, 50)))(images((37, 50)))
    assert (y < 0).any()
    assert (y > 0).any()
    classes = torch.arange(2 * 37 * 50).reshape(2, 37, 50) % 7
    F.cross_entropy(y, classes).backward()
    for key, value in model.named_parameters():
        assert value.grad.isfinite().all(), key
        assert value.grad.any(), key

"""Each block computes what its definition says, written out in PyTorch's functions on the block's own weights."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from onebyone.architectures.efficientnet_lite0 import MBConv
from onebyone.architectures.googlenet import NormalizedInception
from onebyone.architectures.inception_v1 import Inception, NaiveInception
from onebyone.architectures.mobilenet_v1 import depthwise_separable
from onebyone.architectures.mobilenet_v2 import InvertedResidual
from onebyone.architectures.network_in_network import mlpconv
from onebyone.architectures.resnet import Bottleneck
from onebyone.architectures.squeezenet import Fire

from .definitions import assert_computes, maps

WIDTHS = (5, 4, 6, 2, 3, 7)  # all different, so that none can stand for another


def test_mlpconv_is_a_convolution_and_two_layers_at_each_pixel():
    def definition(x, w):
        y = F.relu(w.conv(x, "0", padding=2))
        return F.relu(w.conv(F.relu(w.conv(y, "2")), "4"))

    assert_computes(lambda: mlpconv(3, (8, 6, 4), 5), maps(3), definition)


def test_inception_stacks_four_branches():
    def definition(x, w):
        one = w.conv(x, "branch1.0")
        three = w.conv(F.relu(w.conv(x, "branch3.0")), "branch3.2", padding=1)
        five = w.conv(F.relu(w.conv(x, "branch5.0")), "branch5.2", padding=2)
        pooled = F.max_pool2d(x, 3, stride=1, padding=1)
        project = w.conv(pooled, "pool.1")
        return F.relu(torch.cat([one, three, five, project], 1))

    assert_computes(lambda: Inception(8, WIDTHS), maps(8), definition)


def test_naive_inception_does_so_without_reductions():
    def definition(x, w):
        one = F.relu(w.conv(x, "branch1.0"))
        three = F.relu(w.conv(x, "branch3.0", padding=1))
        five = F.relu(w.conv(x, "branch5.0", padding=2))
        pooled = F.max_pool2d(x, 3, stride=1, padding=1)
        return torch.cat([one, three, five, pooled], 1)

    assert_computes(lambda: NaiveInception(8, WIDTHS), maps(8), definition)


def test_normalized_inception_has_3x3_for_5x5_and_an_epsilon_of_its_own():
    def definition(x, w):
        def layer(x, name, padding=0):
            y = w.conv(x, f"{name}.conv", padding=padding)
            return F.relu(w.norm(y, f"{name}.bn", eps=0.001))

        pooled = F.max_pool2d(x, 3, stride=1, padding=1)
        branches = [
            layer(x, "branch1"),
            layer(layer(x, "branch2.0"), "branch2.1", padding=1),
            layer(layer(x, "branch3.0"), "branch3.1", padding=1),
            layer(pooled, "branch4.1"),
        ]
        return torch.cat(branches, 1)

    assert_computes(lambda: NormalizedInception(8, WIDTHS), maps(8), definition)


@pytest.mark.parametrize(
    ("in_channels", "stride", "projects"),
    [(16, 1, False), (8, 1, True), (8, 2, True), (16, 2, True)],
)
@pytest.mark.parametrize(("width", "kind"), [(4, ()), (8, (2, 4))])
def test_a_bottleneck_adds_its_input(in_channels, stride, projects, width, kind):
    groups = 4 if kind else 1

    def definition(x, w):
        y = F.relu(w.norm(w.conv(x, "conv1"), "bn1"))
        parts = w.conv(y, "conv2", stride=stride, padding=1, groups=groups)
        y = w.norm(w.conv(F.relu(w.norm(parts, "bn2")), "conv3"), "bn3")
        if projects:
            x = w.conv(x, "downsample.0", stride=stride)
            x = w.norm(x, "downsample.1")
        return F.relu(x + y)

    assert_computes(
        lambda: Bottleneck(in_channels, width, stride, *kind), maps(in_channels), definition
    )


def test_fire_squeezes_and_expands():
    def definition(x, w):
        squeezed = F.relu(w.conv(x, "squeeze"))
        ones = w.conv(squeezed, "expand1x1")
        threes = w.conv(squeezed, "expand3x3", padding=1)
        return torch.cat([F.relu(ones), F.relu(threes)], 1)

    assert_computes(lambda: Fire(8, 3, 5), maps(8), definition)


@pytest.mark.parametrize("stride", [1, 2])
def test_depthwise_separable_convolves_each_channel_and_then_mixes(stride):
    def definition(x, w):
        each = w.conv(x, "0.0", stride=stride, padding=1, groups=8)
        each = F.relu(w.norm(each, "0.1"))
        return F.relu(w.norm(w.conv(each, "1.0"), "1.1"))

    assert_computes(lambda: depthwise_separable(8, 12, stride), maps(8), definition)


@pytest.mark.parametrize(
    ("out_channels", "stride", "adds"),
    [(8, 1, True), (12, 1, False), (8, 2, False), (12, 2, False)],
)
@pytest.mark.parametrize("expansion", [1, 6])
def test_an_inverted_residual_adds_its_input_where_shapes_allow(
    out_channels, stride, adds, expansion
):
    def definition(x, w):
        y, depthwise, decrease, norm = x, "conv.0", "conv.1", "conv.2"
        if expansion > 1:
            depthwise, decrease, norm = "conv.1", "conv.2", "conv.3"
            y = F.relu6(w.norm(w.conv(y, "conv.0.0"), "conv.0.1"))
        y = w.conv(y, f"{depthwise}.0", stride=stride, padding=1, groups=8 * expansion)
        y = F.relu6(w.norm(y, f"{depthwise}.1"))
        y = w.norm(w.conv(y, decrease), norm)
        return x + y if adds else y

    assert_computes(
        lambda: InvertedResidual(8, out_channels, stride, expansion), maps(8), definition
    )


def padded_as_tensorflow_does(x, kernel_size, stride):
    """Put zeros around maps by the formula of tf.nn.convolution's padding="SAME", the odd one at the end."""
    sides = []
    for length in x.shape[:-3:-1]:  # as F.pad has it, the last axis first
        total = max((-(-length // stride) - 1) * stride + kernel_size - length, 0)
        sides += [total // 2, total - total // 2]
    return F.pad(x, sides)


@pytest.mark.parametrize(
    ("out_channels", "stride", "adds"),
    [(8, 1, True), (12, 1, False), (8, 2, False), (12, 2, False)],
)
@pytest.mark.parametrize("kernel_size", [3, 5])
@pytest.mark.parametrize("expansion", [1, 6])
def test_an_mbconv_is_an_inverted_residual_padded_as_tensorflow_does(
    out_channels, stride, adds, kernel_size, expansion
):
    def definition(x, w):
        y, depthwise, decrease = x, "conv.0", "conv.2"
        if expansion > 1:
            depthwise, decrease = "conv.2", "conv.4"
            y = F.relu6(w.norm(w.conv(y, "conv.0.0"), "conv.0.1", eps=0.001))
        odd = int((kernel_size - stride) % 2)  # the padding is a layer of its own
        y = padded_as_tensorflow_does(y, kernel_size, stride)
        y = w.conv(y, f"{depthwise}.{odd}", stride=stride, groups=8 * expansion)
        y = F.relu6(w.norm(y, f"{depthwise}.{odd + 1}", eps=0.001))
        y = w.norm(w.conv(y, f"{decrease}.0"), f"{decrease}.1", eps=0.001)
        return x + y if adds else y

    assert_computes(
        lambda: MBConv(8, out_channels, kernel_size, stride, expansion),
        maps(8)[..., :8, :10],
        definition,
    )

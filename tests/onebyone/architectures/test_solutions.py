"""Each answer to an exercise about the architectures holds against PyTorch or against counting."""

from fractions import Fraction

import pytest
import torch
from torch import nn

from onebyone.architectures import (
    mobilenet_v1,
    mobilenet_v2,
    squeezenet1_0,
)
from onebyone.architectures.inception_v1 import (
    WIDTHS,
    Inception,
    naive_inception_v1,
)
from onebyone.architectures.resnet import Bottleneck
from onebyone.architectures.squeezenet import Fire
from onebyone.book.solutions import architectures as solutions
from onebyone.pytorch import Conv1x1
from onebyone.summary import summary


def numbers(module):
    return sum(p.numel() for p in module.parameters())


def convolution_weights(module):
    layers = [la for la in module.modules() if isinstance(la, nn.Conv2d)]
    return sum(la.weight.numel() for la in layers)


def test_an_average_and_a_1x1_commute():
    torch.manual_seed(0)
    x, layer = torch.randn(2, 192, 8, 8), Conv1x1(192, 10)
    torch.testing.assert_close(solutions.pool_then_classify(x, layer), layer(x).mean((2, 3)))


def test_heads_have_the_parameters_of_their_modules():
    for size in 8, 16:
        connected, pointwise = solutions.head_parameters(192, size, 10)
        assert connected == numbers(nn.Linear(192 * size * size, 10))
        assert pointwise == numbers(nn.Conv2d(192, 10, 1)) == 1_930
    assert connected == 491_530


def test_a_fully_connected_layer_does_at_one_pixel_what_the_1x1_does_at_each():
    x, layer = torch.randn(2, 192, 3, 5), Conv1x1(192, 10)
    linear = solutions.as_fully_connected(layer)
    torch.testing.assert_close(linear(x.movedim(1, -1)).movedim(-1, 1), layer(x))


def test_channels_grow_as_they_do_in_the_naive_network():
    added = [one + three + five for one, _, three, _, five, _ in WIDTHS.values()]
    network = naive_inception_v1()
    assert network.classifier.in_features == (solutions.channels_without_projections(192, added))


def test_the_reductions_of_3a_have_their_share():
    layers = summary(Inception(192, WIDTHS["3a"]), (192, 28, 28))
    reductions = [la for la in layers.layers if la.path in ("branch3.0", "branch5.0")]
    share = sum(la.macs for la in reductions) / layers.macs
    assert solutions.share_of_reductions() == pytest.approx(share)


def test_images_change_from_imagenets_normalisation_to_half_and_half():
    x = torch.rand(1, 3, 4, 5)  # from 0 to 1
    mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    deviation = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    changed = solutions.renormalize()((x - mean) / deviation)
    torch.testing.assert_close(changed, (x - 0.5) / 0.5)


def test_the_change_folds_into_a_convolution_but_for_the_pixels_near_its_padding():
    torch.manual_seed(0)
    change, conv = (
        solutions.renormalize(),
        nn.Conv2d(3, 8, 7, stride=2, padding=3),
    )
    scale, offset = change.weight[:, :, 0, 0].diagonal(), change.bias
    folded = nn.Conv2d(3, 8, 7, stride=2, padding=3)
    folded.load_state_dict(
        {
            "weight": conv.weight * scale[:, None, None],
            "bias": conv.bias + (conv.weight.sum((2, 3)) @ offset),
        }
    )
    x = torch.rand(1, 3, 32, 32)
    off = (conv(change(x)) - folded(x)).abs().amax((0, 1)) > 1e-5
    assert not off[2:-1, 2:-1].any()
    assert off[0].all()
    assert off[:, 0].all()


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


def test_the_gentle_shortcut_reads_every_pixel_with_as_many_weights():
    shortcut = solutions.shortcut_that_sees_all(4, 8).eval()
    x = torch.zeros(1, 4, 6, 6)
    grad = torch.autograd.functional.jacobian(shortcut, x)
    assert grad.abs().sum((0, 1, 2, 3)).count_nonzero() == x.numel()
    assert convolution_weights(shortcut) == 4 * 8


def test_fires_count_and_pass_as_their_modules():
    for call in (96, 16, 64), (96, 32, 64), (512, 64, 256):
        assert solutions.fire_parameters(*call) == numbers(Fire(*call))
    network = squeezenet1_0()
    fires = [la for la in network.features if isinstance(la, Fire)]
    for number, fire in enumerate(fires, start=2):
        x = torch.zeros(1, fire.squeeze.in_channels, 3, 3)
        fits = fire(x).shape == x.shape
        found = number in solutions.fires_that_could_be_bypassed(network)
        assert fits == found
    assert solutions.parameters_for_classes(10) == 740_554


@pytest.mark.parametrize(("c_out", "k"), [(64, 3), (512, 3), (2, 3), (1, 5)])
def test_the_ratio_of_a_separable_convolution_is_that_of_the_counts(c_out, k):
    full = 12 * c_out * k * k
    split = 12 * k * k + 12 * c_out
    expected = float(Fraction(split, full))
    assert solutions.separable_ratio(c_out, k) == pytest.approx(expected)


def test_a_mobilenet_of_full_width_takes_what_its_module_takes():
    taken = summary(mobilenet_v1(), (3, 224, 224)).macs
    assert solutions.scaled_mobilenet_macs(1, 1) == taken
    # The paper's Table 6 prints 325, 149 and 41 million for three quarters, a half and a quarter.
    for numerator, denominator, millions in (
        (3, 4, 325),
        (1, 2, 149),
        (1, 4, 41),
    ):
        found = solutions.scaled_mobilenet_macs(numerator, denominator)
        assert abs(found / 1e6 - millions) < 1


def test_blocks_that_add_their_input_hand_it_on_when_their_weights_are_zero():
    network = mobilenet_v2().eval()
    count = 0
    for block in network.features[1:-1]:
        block.conv[-1].weight.data.zero_()  # of the last normalisation
        channels = block.conv[0][0].in_channels
        x = torch.rand(1, channels, 4, 4)
        count += block(x).shape == x.shape and torch.equal(block(x), x)
    assert count == solutions.blocks_that_add_their_input(network) == 10

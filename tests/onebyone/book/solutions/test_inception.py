"""The solutions of the page on Inception hold against its modules."""

import pytest
import torch
from torch import nn

from onebyone.architectures.inception_v1 import WIDTHS, Inception, naive_inception_v1
from onebyone.book.solutions import inception as solutions
from onebyone.book.solutions.in_pytorch.inception import renormalize
from onebyone.summary import summary


def test_channels_grow_as_they_do_in_the_naive_network():
    added = [one + three + five for one, _, three, _, five, _ in WIDTHS.values()]
    network = naive_inception_v1()
    assert network.classifier.in_features == (solutions.channels_without_projections(192, added))


def test_the_reductions_of_3a_have_their_share():
    layers = summary(Inception(192, WIDTHS["3a"]), (192, 28, 28))
    reductions = [la for la in layers.layers if la.path in ("branch3.0", "branch5.0")]
    share = sum(la.macs for la in reductions) / layers.macs
    assert solutions.share_of_reductions(192, WIDTHS["3a"]) == pytest.approx(share)


def test_the_change_folds_into_a_convolution_but_for_the_pixels_near_its_padding():
    torch.manual_seed(0)
    change, conv = (
        renormalize(),
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

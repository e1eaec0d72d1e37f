"""What is drawn between two stacks is what PyTorch's layers join, and costs what they hold."""

import json
import re

import numpy as np
import pytest
import torch
from lxml import html
from torch import nn

from onebyone.book.widgets.groups import CHANNELS, STEPS, joined, see_groups


@pytest.fixture(scope="module")
def groups():
    return html.fragment_fromstring(see_groups()._repr_html_())


def module(layer):
    if not layer.kernel_size:
        return nn.ChannelShuffle(layer.groups)
    k = layer.kernel_size
    conv = nn.Conv2d(CHANNELS, CHANNELS, k, padding=k // 2, groups=layer.groups, bias=False)
    nn.init.ones_(conv.weight)
    return conv


def sees(network):
    """Return which output channels one number in each input channel reaches, (8, 8)."""
    single = torch.zeros(CHANNELS, CHANNELS, 3, 3)
    single[range(CHANNELS), range(CHANNELS), 1, 1] = 1
    return (network(single).amax((2, 3)) > 0).int().numpy().T


def test_the_lines_join_what_pytorchs_layers_join():
    for layers in STEPS.values():
        for layer in layers:
            assert np.array_equal(joined(layer), sees(module(layer)))


@pytest.mark.parametrize(("step", "name"), list(enumerate(STEPS)))
def test_each_sentence_counts_and_sees_as_pytorch_does(groups, step, name):
    network = nn.Sequential(*map(module, STEPS[name]))
    count = sum(weight.numel() for weight in network.parameters())
    layers = [layer for layer in network if isinstance(layer, nn.Conv2d)]
    size = layers[0].kernel_size[0]
    full = nn.Conv2d(CHANNELS, CHANNELS, size, bias=False).weight.numel()
    seen = sees(network)[0].sum()
    (said,) = (text for other, text in json.loads(groups.get("data-said")) if other == name)
    sums = [int(a) * int(b) for a, b in re.findall(r"(\d+) lines · (\d+)", said)]
    assert sums == [layer.weight.numel() for layer in layers]
    assert f" = {count} weights" in said
    if share := re.search(rf"([\d.]+)% of a full {size}×{size}", said):
        assert float(share[1]) == pytest.approx(100 * count / full, abs=0.05)
    else:
        assert count == full
    assert re.search(rf"Each output sees {seen} input channels?\.$", said)

    (part,) = groups.xpath(f".//*[@data-step='{step}']")
    lit = [
        "seen" in box.get("class")
        for box in part.xpath("./*[contains(@class, 'channel')]")
        if box.get("x") == "4"
    ]
    assert lit == sees(network)[0].astype(bool).tolist()
    lines = part.xpath("./*[starts-with(@class, 'to')]")
    assert len(lines) == sum(joined(layer).sum() for layer in STEPS[name])
    cells = part.xpath("./*[@class='k1' or @class='k3']")
    assert len(cells) == sum(joined(layer).sum() for layer in STEPS[name] if layer.kernel_size)


def test_a_shuffle_doubles_what_two_grouped_layers_see():
    plain, shuffled = (nn.Sequential(*map(module, STEPS[name])) for name in list(STEPS)[-2:])
    assert 2 * sees(plain).sum() == sees(shuffled).sum()

"""The summary lists what a network holds, and changes nothing."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from onebyone.summary import summary


def network(out_channels=64):
    return nn.Sequential(
        nn.Conv2d(3, 512, 3, padding="same"),
        nn.ReLU(),
        nn.Conv2d(512, out_channels, 1),
        nn.ReLU(),
    )


def test_totals_are_those_of_pytorch():
    model = network()
    found = summary(model, (3, 16, 16))
    with FlopCounterMode(display=False) as counter:
        model(torch.zeros(1, 3, 16, 16))
    assert found.parameters == sum(p.numel() for p in model.parameters())
    assert 2 * found.macs == counter.get_total_flops()


def test_each_layer_is_listed_in_order_with_what_it_puts_out():
    found = summary(network(), (3, 256, 256))
    assert [layer.name for layer in found.layers] == [
        "Conv2d 3×3",
        "ReLU",
        "Conv2d 1×1",
        "ReLU",
    ]
    assert [layer.output for layer in found.layers] == 2 * [
        (512, 256, 256)
    ] + 2 * [(64, 256, 256)]


def test_the_network_is_left_as_it_was():
    model = network()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    summary(model, (3, 8, 8))
    assert all(
        torch.equal(value, before[name])
        for name, value in model.state_dict().items()
    )
    assert not any(module._forward_hooks for module in model.modules())


def test_the_table_reads_as_text_and_as_html():
    found = summary(nn.Sequential(nn.Conv2d(512, 64, 1)), (512, 256, 256))
    assert "Conv2d 1×1 | 64×256×256 | 32,832 | 2,147,483,648" in repr(found)
    assert "<td>32,832</td>" in found._repr_html_()


def test_a_layer_of_unknown_cost_is_refused():
    with pytest.raises(
        TypeError,
        match=r"model: expected nn\.Conv2d as the only layers with parameters, got Linear",
    ):
        summary(nn.Sequential(nn.Flatten(), nn.Linear(3, 2)), (3, 1, 1))

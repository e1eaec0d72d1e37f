"""The solutions of chapter 11 hold on the networks that they are about."""

import pytest
from torch import nn

from onebyone.book import zoo
from onebyone.book.solutions.in_pytorch.your_network import pool_before_the_head, share_of_role
from onebyone.book.solutions.your_network import tokens_of_equal_cost
from onebyone.summary import summary


def test_the_gates_of_efficientnet_are_an_eighth_of_the_parameters_and_hardly_work():
    model = zoo.torchvision("efficientnet_b0")
    parameters, macs = share_of_role(model, (3, 224, 224), "squeeze-and-excite")
    gates = [m for name, m in model.named_modules() if name.endswith(("fc1", "fc2"))]
    held = sum(p.numel() for gate in gates for p in gate.parameters())
    assert parameters == held / sum(p.numel() for p in model.parameters())
    assert f"{parameters:.0%} {macs:.1%}" == "12% 0.2%"


@pytest.mark.parametrize(("width", "expansion"), [(64, 4), (96, 2)])
def test_attention_costs_as_much_as_the_dense_layers_at_so_many_tokens(width, expansion):
    tokens = tokens_of_equal_cost(width, expansion)
    block = nn.TransformerEncoderLayer(width, 4, expansion * width, batch_first=True)
    found = summary(block, (tokens, width))
    assert found.only("attention product").macs == found.only("dense").macs


def test_a_pooled_head_leaves_few_parameters():
    first = nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)
    separable = nn.Conv2d(32, 32, 3, padding=1, groups=32), nn.Conv2d(32, 64, 1)
    model = nn.Sequential(*first, *separable, nn.ReLU(), pool_before_the_head(64, 10))
    found = summary(model, (3, 32, 32))
    assert found.parameters == 3978
    assert found.layers[-1].output == (10,)

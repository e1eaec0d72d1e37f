"""Each layer says what it is, and each 1×1 what it is there for."""

import pytest
import torch
from torch import nn

from onebyone.architectures import mobilenet_v2, resnet50, squeezenet1_0
from onebyone.architectures.resnet import Bottleneck
from onebyone.summary import summary

IMAGE = (8, 6, 6)


class Block(nn.Module):
    """Parts of a network, put together by a function."""

    def __init__(self, join, **parts):
        super().__init__()
        self.join = join
        for name, part in parts.items():
            self.add_module(name, part)

    def forward(self, x):
        return self.join(self, x)


def mix(in_channels, out_channels):
    return nn.Conv2d(in_channels, out_channels, 1)


def roles(model, inputs=IMAGE):
    """Return the role of each layer that has one, by its path."""
    return {la.path: la.role for la in summary(model, inputs).layers if la.role}


@pytest.mark.parametrize(
    ("layer", "kind"),
    [
        (nn.Conv2d(8, 4, 1), "pointwise"),
        (nn.Conv2d(8, 4, 1, stride=2), "pointwise"),
        (nn.ConvTranspose2d(8, 4, 1), "pointwise"),
        (nn.Conv2d(8, 4, 3), "spatial"),
        (nn.Conv2d(8, 4, (1, 3)), "spatial"),
        (nn.Conv2d(8, 4, 3, groups=2), "spatial"),
        (nn.Conv2d(8, 16, 3, groups=8), "depthwise"),
        (nn.Conv2d(8, 4, 1, groups=2), "grouped pointwise"),
        (nn.Conv2d(8, 8, 1, groups=8), "grouped pointwise"),
        (nn.Linear(6, 4), "dense"),
        (nn.BatchNorm2d(8), "normalisation"),
        (nn.GroupNorm(2, 8), "normalisation"),
        (nn.LayerNorm(6), "normalisation"),
        (nn.RMSNorm(6), "normalisation"),
        (nn.InstanceNorm2d(8, affine=True), "normalisation"),
        (nn.LocalResponseNorm(3), "normalisation"),
        (nn.PReLU(), "other"),
        (nn.MaxPool2d(2), "other"),
    ],
)
def test_a_layer_has_its_kind(layer, kind):
    (row,) = summary(layer, IMAGE).layers
    assert row.kind == kind
    assert row.parameters == sum(p.numel() for p in layer.parameters())


def test_roles_follow_from_the_channels():
    model = nn.Sequential(mix(8, 4), mix(4, 4), nn.ReLU(), mix(4, 16), nn.Conv2d(16, 8, 3))
    assert roles(model) == {"0": "reduce", "1": "project", "3": "expand"}


def test_a_linear_layer_on_tokens_has_a_role_too():
    model = nn.Sequential(
        nn.Linear(8, 32), nn.GELU(), nn.Linear(32, 8), nn.Linear(8, 8, bias=False)
    )
    assert roles(model, (5, 8)) == {"0": "expand", "2": "reduce", "3": "project"}


@pytest.mark.parametrize(
    "tail",
    [
        (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3)),
        (mix(8, 3), nn.AdaptiveAvgPool2d(1)),
    ],
)
def test_what_ends_in_one_score_for_each_class_classifies(tail):
    found = roles(nn.Sequential(mix(8, 8), *tail))
    assert list(found.values()) == ["project", "classify"]


def test_what_puts_out_maps_does_not_classify():
    assert roles(nn.Sequential(mix(8, 3), nn.ReLU())) == {"0": "reduce"}


def test_a_shortcut_goes_beside_a_longer_way_and_is_added_to_it():
    block = Bottleneck(8, 4, 2)
    named = {path: role for path, role in roles(block).items() if role == "shortcut"}
    assert list(named) == ["downsample.0"]
    assert [la.role for la in summary(block, IMAGE).pointwise.layers] == [
        "reduce",
        "expand",
        "shortcut",
    ]


def test_what_is_added_to_an_unchanged_input_is_no_shortcut():
    inverted = Block(lambda m, x: x + m.last(m.first(x)), first=mix(8, 32), last=mix(32, 8))
    two = nn.Sequential(inverted, Block(lambda m, x: m.only(x) + x, only=mix(8, 8)))
    assert roles(two) == {"0.first": "expand", "0.last": "reduce", "1.only": "project"}


def test_equally_long_ways_have_no_shortcut():
    twins = Block(lambda m, x: m.a(x) + m.b(x), a=mix(8, 4), b=nn.Conv2d(8, 4, 3, padding=1))
    assert roles(twins) == {"a": "reduce"}


def test_two_layers_on_one_pixel_that_weigh_the_channels_squeeze_and_excite():
    gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), mix(8, 2), nn.ReLU(), mix(2, 8), nn.Sigmoid())
    model = Block(lambda m, x: m.gate(m.mix(x)) * x, mix=mix(8, 8), gate=gate)
    assert roles(model) == {
        "mix": "project",
        "gate.1": "squeeze-and-excite",
        "gate.3": "squeeze-and-excite",
    }


def test_a_gate_at_every_pixel_does_not_squeeze():
    model = Block(lambda m, x: x * m.gate(x), gate=mix(8, 1))
    assert roles(model) == {"gate": "reduce"}


def test_weights_computed_from_weights_are_weights():
    class Standardised(nn.Linear):
        def forward(self, x):
            return x @ (self.weight - self.weight.mean()).T

    model = nn.Sequential(Standardised(8, 4), nn.ReLU())
    assert [la.kind for la in summary(model, (5, 8)).layers if la.macs] == ["dense"]


def test_a_weight_on_the_left_mixes_the_rows():
    class Tokens(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(3, 5))

        def forward(self, x):
            return self.weight @ x

    (row,) = summary(Tokens(), torch.ones(5, 8)).layers
    assert (row.kind, row.role, row.macs) == ("dense", "reduce", 3 * 5 * 8)


def test_the_roles_in_networks_that_the_book_describes():
    found = {}
    for build in resnet50, squeezenet1_0, mobilenet_v2:
        with torch.device("meta"):
            layers = summary(build(), (3, 224, 224)).layers
        names = [la.role for la in layers if la.role]
        found[build.__name__] = {role: names.count(role) for role in names}
    # Four stages: a shortcut each; the first reduces 64 channels to 64.
    assert found["resnet50"] == {
        "project": 1,
        "expand": 16,
        "shortcut": 4,
        "reduce": 15,
        "classify": 1,
    }
    assert found["squeezenet1_0"] == {"reduce": 8, "expand": 8, "classify": 1}
    # The first of 17 blocks does not expand; the last layer but one does.
    assert found["mobilenet_v2"] == {"reduce": 17, "expand": 17, "classify": 1}

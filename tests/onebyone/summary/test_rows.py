"""The rows of a summary are the layers, or the parts at a depth, in the order in which they run."""

import pytest
import torch
from torch import nn

from onebyone.summary import output_shapes, summary

from .models import Branches, Twice


def network(out_channels=64):
    return nn.Sequential(
        nn.Conv2d(3, 512, 3, padding="same"), nn.ReLU(), nn.Conv2d(512, out_channels, 1), nn.ReLU()
    )


class Nested(nn.Module):
    """Layers inside parts inside parts, which do not run in the order in which they are named."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(16, 10)
        self.first = nn.Sequential(nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8)), nn.ReLU())
        self.middle = nn.Sequential(Twice(), nn.Sequential(nn.Conv2d(8, 16, 1)))

    def forward(self, x):
        return self.last(self.middle(self.first(x)).mean((2, 3)))


def held(model):
    return sum(p.numel() for p in model.parameters())


def test_each_layer_is_listed_in_order_with_its_output():
    found = summary(network(), (3, 256, 256))
    assert [layer.name for layer in found.layers] == ["Conv2d 3×3", "ReLU", "Conv2d 1×1", "ReLU"]
    assert [layer.output for layer in found.layers] == 2 * [(512, 256, 256)] + 2 * [(64, 256, 256)]


def test_a_depth_of_one_has_a_row_for_each_part_with_all_that_it_holds():
    model = Nested()
    rows = summary(model, (3, 16, 16), depth=1).layers
    assert [row.path for row in rows] == ["first", "middle", "", "last"]
    assert rows[2].name == "mean"
    for row in (row for row in rows if row.path):
        assert row.parameters == held(model.get_submodule(row.path))


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_totals_are_the_same_at_every_depth(depth):
    found = summary(Nested(), (3, 16, 16), depth)
    every_layer = summary(Nested(), (3, 16, 16))
    assert found.parameters == every_layer.parameters
    assert found.macs == every_layer.macs
    assert len(found.layers) <= len(every_layer.layers)


def test_a_layer_that_runs_twice_is_held_once_and_costs_twice():
    once, again = summary(Twice(), (8, 5, 5)).layers
    assert (once.parameters, again.parameters) == (72, 0)
    assert once.macs == again.macs == 8 * 8 * 5 * 5


def test_pointwise_are_the_ungrouped_1x1_convolutions():
    model = nn.Sequential(
        nn.Conv2d(4, 8, 3),
        nn.Conv2d(8, 8, 1),
        nn.Conv2d(8, 8, (1, 3)),
        nn.Conv2d(8, 8, 1, groups=2),
        nn.Conv2d(8, 8, 1, stride=2, bias=False),
        nn.Flatten(),
        nn.Linear(32, 8),
    )
    found = summary(model, (4, 6, 8)).pointwise
    assert [layer.path for layer in found.layers] == ["1", "4"]
    assert found.parameters == held(model[1]) + held(model[4])


def test_output_shapes_are_those_of_running_the_parts_one_by_one():
    model = nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU()),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128, 10),
    )
    x = torch.zeros(2, 3, 10, 10)
    expected, y = [], x
    for name, part in model.named_children():
        y = part(y)
        expected.append((name, tuple(y.shape)))
    assert output_shapes(model, x) == expected


def test_output_shapes_have_a_part_that_runs_twice_twice():
    shapes = output_shapes(Twice(), torch.zeros(1, 8, 5, 5))
    assert shapes == 2 * [("mix", (1, 8, 5, 5))]


def test_one_layer_under_two_names_is_held_once_and_runs_twice():
    layer = nn.Conv2d(3, 3, 1)
    found = summary(nn.Sequential(layer, nn.ReLU(), layer), (3, 4, 4))
    assert found.parameters == 12
    assert found.macs == 2 * 9 * 16


def test_a_fully_connected_layer_at_each_pixel_costs_what_the_1x1_costs():
    at_each_pixel = summary(nn.Linear(3, 5), (4, 6, 3))  # channels last
    assert at_each_pixel.macs == summary(nn.Conv2d(3, 5, 1), (3, 4, 6)).macs


def test_a_layer_alone_goes_by_its_kind():
    assert summary(nn.Conv2d(3, 5, 1), (3, 4, 6)).layers[0].name == "Conv2d 1×1"


def test_layers_in_a_list_have_rows_of_their_own_at_every_depth():
    for depth in 1, 2, None:
        rows = summary(Branches(), (3, 8, 8), depth).layers
        assert [row.parameters for row in rows if row.kind != "other"] == [16, 112]


def test_a_layer_with_a_name_of_its_own_has_it_before_its_kind():
    layer = nn.Conv2d(3, 5, 1)
    model = nn.Sequential()
    model.add_module("squeeze", layer)
    model.add_module("expand", nn.Sequential(nn.Conv2d(5, 8, 1), nn.ReLU()))
    names = [row.name for row in summary(model, (3, 4, 4), depth=1).layers]
    assert names == ["squeeze: Conv2d 1×1", "expand"]


def test_what_a_model_does_between_its_layers_has_a_row_with_the_names_of_the_operations():
    rows = summary(Branches(), (3, 8, 8)).layers
    assert [(row.name, row.kind, row.activations) for row in rows if row.kind == "other"] == [
        ("add", "other", 2 * 4 * 64 * 4),
        ("relu: ReLU", "other", 4 * 64 * 4),
    ]


def test_a_part_of_several_kinds_says_so():
    found = summary(Nested(), (3, 16, 16), depth=1)
    assert [row.kind for row in found.layers] == ["several", "pointwise", "other", "dense"]


def test_a_layer_that_is_called_past_its_part_is_listed_where_it_runs():
    class Past(nn.Module):
        def __init__(self):
            super().__init__()
            self.part = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Conv2d(4, 5, 1))

        def forward(self, x):
            return self.part[1](self.part[0](x))

    assert [row.path for row in summary(Past(), (3, 4, 4), depth=1).layers] == ["part.0", "part.1"]

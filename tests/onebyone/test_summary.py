"""The summary lists what a network holds, computes and outputs, and changes nothing."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from onebyone import architectures
from onebyone.summary import output_shapes, summary

from .refusals import refused, refuses


def network(out_channels=64):
    return nn.Sequential(
        nn.Conv2d(3, 512, 3, padding="same"), nn.ReLU(), nn.Conv2d(512, out_channels, 1), nn.ReLU()
    )


class Twice(nn.Module):
    """A layer that runs twice."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(8, 8, 1)

    def forward(self, x):
        return self.mix(self.mix(x))


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


def flops(model, in_shape):
    """Return PyTorch's own count for one image."""
    with FlopCounterMode(display=False) as counter:
        model.to("meta")(torch.empty(1, *in_shape, device="meta"))
    return counter.get_total_flops()


@pytest.mark.parametrize("name", architectures.__all__)
def test_totals_are_those_of_pytorch_for_every_architecture(name):
    with torch.device("meta"):
        model = getattr(architectures, name)().eval()
    found = summary(model, (3, 224, 224))
    assert found.parameters == held(model)
    assert 2 * found.macs == flops(model, (3, 224, 224))


@pytest.mark.parametrize("model", [network(), Nested(), Twice()])
def test_totals_are_those_of_pytorch(model):
    in_shape = (8 if isinstance(model, Twice) else 3, 16, 16)
    found = summary(model, in_shape)
    assert found.parameters == held(model)
    assert 2 * found.macs == flops(model, in_shape)


def test_each_layer_is_listed_in_order_with_its_output():
    found = summary(network(), (3, 256, 256))
    assert [layer.name for layer in found.layers] == ["Conv2d 3×3", "ReLU", "Conv2d 1×1", "ReLU"]
    assert [layer.output for layer in found.layers] == 2 * [(512, 256, 256)] + 2 * [(64, 256, 256)]


def test_a_depth_of_one_has_a_row_for_each_part_with_all_that_it_holds():
    model = Nested()
    rows = summary(model, (3, 16, 16), depth=1).layers
    assert [row.path for row in rows] == ["first", "middle", "last"]
    for row in rows:
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


@pytest.mark.parametrize("training", [True, False])
def test_the_network_is_left_as_it_was(training):
    model = Nested().train(training)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    summary(model, (3, 8, 8))
    after = model.state_dict()
    assert after.keys() == before.keys()
    assert all(torch.equal(after[name], before[name]) for name in before)
    assert {module.training for module in model.modules()} == {training}
    assert not any(module._forward_hooks for module in model.modules())


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


def test_the_table_reads_as_text_and_as_html():
    found = summary(nn.Sequential(nn.Conv2d(512, 64, 1)), (512, 256, 256))
    assert repr(found).splitlines() == [
        "Layer      | Output (C, H, W) | Parameters |          MACs",
        "Conv2d 1×1 |       64×256×256 |     32,832 | 2,147,483,648",
        "Total      |                  |     32,832 | 2,147,483,648",
    ]
    assert "<td>32,832</td>" in found._repr_html_()


@pytest.mark.parametrize("layer", [nn.ConvTranspose2d(3, 2, 1), nn.GroupNorm(3, 3), nn.PReLU()])
def test_a_layer_of_unknown_cost_is_refused(layer):
    model = nn.Sequential(layer)
    known = (
        "model: expected nn.Conv2d, nn.Linear and nn.BatchNorm2d as the only layers with parameters"
    )
    with refused(TypeError(f"{known}, got {type(layer).__name__}")):
        summary(model, (3, 4, 4))
    assert not layer._forward_hooks


class Scaled(nn.Module):
    """A part that holds a number beside its layers."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(3, 3, 1)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.scale * self.mix(x)


class Idle(nn.Module):
    """A part of which one layer does not run."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(3, 3, 1)
        self.idle = nn.Conv2d(3, 3, 1, bias=False)

    def forward(self, x):
        return self.mix(x)


@pytest.mark.parametrize(("model", "total"), [(Scaled(), 13), (Idle(), 21)])
def test_parameters_that_no_row_would_count_are_refused(model, total):
    message = f"model: expected the layers that run to hold all {total} parameters, got 12"
    with refused(TypeError(message)):
        summary(model, (3, 4, 4))


@refuses(
    (0, ValueError("depth: expected an integer of at least 1, got 0")),
    (1.0, TypeError("depth: expected an integer, got 1.0")),
    (True, TypeError("depth: expected an integer, got True")),
)
def test_a_wrong_depth_is_named(call, error):
    with refused(error):
        summary(network(), (3, 8, 8), call)


def test_a_frozen_part_stays_frozen_even_when_the_summary_is_refused():
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)).train()
    model[1].eval()
    summary(model, (3, 4, 4))
    assert [part.training for part in model] == [True, False]
    with pytest.raises(ValueError, match=r"^in_shape: .*, got \(5, 4, 4\): "):
        summary(model, (5, 4, 4))
    assert [part.training for part in model] == [True, False]


def test_one_layer_under_two_names_is_held_once_and_runs_twice():
    layer = nn.Conv2d(3, 3, 1)
    found = summary(nn.Sequential(layer, nn.ReLU(), layer), (3, 4, 4))
    assert found.parameters == 12
    assert found.macs == 2 * 9 * 16


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16])
def test_a_network_of_another_dtype_is_counted_too(dtype):
    model = network().to(dtype)
    assert summary(model, (3, 8, 8)) == summary(network(), (3, 8, 8))


def test_a_fully_connected_layer_at_each_pixel_costs_what_the_1x1_costs():
    at_each_pixel = summary(nn.Linear(3, 5), (4, 6, 3))  # channels last
    assert at_each_pixel.macs == summary(nn.Conv2d(3, 5, 1), (3, 4, 6)).macs


def test_a_layer_alone_goes_by_its_kind():
    assert summary(nn.Conv2d(3, 5, 1), (3, 4, 6)).layers[0].name == "Conv2d 1×1"


def test_layers_in_a_list_have_rows_of_their_own_at_every_depth():
    class Branches(nn.Module):
        def __init__(self):
            super().__init__()
            self.branches = nn.ModuleList([nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 3, padding=1)])
            self.relu = nn.ReLU()

        def forward(self, x):
            return self.relu(sum(branch(x) for branch in self.branches))

    for depth in 1, 2, None:
        rows = summary(Branches(), (3, 8, 8), depth).layers
        assert [row.parameters for row in rows] == [16, 112, 0]


@refuses(
    ((nn.ReLU, (3, 4, 4)), TypeError("model: expected an nn.Module, got type")),
    ((nn.ReLU(), (4, 4)), ValueError("in_shape: expected (C, H, W), got (4, 4)")),
    ((nn.ReLU(), 4), ValueError("in_shape: expected (C, H, W), got 4")),
    ((nn.ReLU(), (3, 4, 4.0)), TypeError("in_shape: expected an integer, got 4.0")),
)
def test_what_is_no_network_and_what_is_no_image_is_named(call, error):
    with refused(error):
        summary(*call)


def test_a_layer_with_a_name_of_its_own_has_it_before_its_kind():
    layer = nn.Conv2d(3, 5, 1)
    model = nn.Sequential()
    model.add_module("squeeze", layer)
    model.add_module("expand", nn.Sequential(nn.Conv2d(5, 8, 1), nn.ReLU()))
    names = [row.name for row in summary(model, (3, 4, 4), depth=1).layers]
    assert names == ["squeeze: Conv2d 1×1", "expand"]

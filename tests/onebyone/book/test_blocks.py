"""What is read of a block is what runs in it."""

import pytest
import torch
from torch import nn

from onebyone.architectures.convnext import ConvNeXtBlock
from onebyone.architectures.densenet import DenseLayer, transition
from onebyone.architectures.inception_v1 import WIDTHS, Inception
from onebyone.architectures.mobilenet_v1 import depthwise_separable
from onebyone.architectures.mobilenet_v2 import InvertedResidual
from onebyone.architectures.network_in_network import mlpconv
from onebyone.architectures.resnet import Bottleneck
from onebyone.architectures.squeezenet import Fire
from onebyone.book import zoo
from onebyone.book.blocks import read_block
from onebyone.book.widgets.blocks import draw_block

BLOCKS = {
    "mlpconv": (mlpconv(3, (192, 160, 96), 5), (3, 32, 32)),
    "inception": (Inception(192, WIDTHS["3a"]), (192, 28, 28)),
    "bottleneck": (Bottleneck(256, 64), (256, 56, 56)),
    "projection": (Bottleneck(256, 128, stride=2), (256, 56, 56)),
    "grouped": (Bottleneck(256, 128, expansion=2, groups=32), (256, 56, 56)),
    "fire": (Fire(96, 16, 64), (96, 54, 54)),
    "separable": (depthwise_separable(32, 64, 1), (32, 112, 112)),
    "inverted": (InvertedResidual(24, 24, 1, 6), (24, 56, 56)),
    "dense": (DenseLayer(224), (224, 56, 56)),
    "transition": (transition(256), (256, 56, 56)),
    "convnext": (ConvNeXtBlock(96), (96, 56, 56)),
}
LAYERS = (nn.Conv2d, nn.Linear, nn.MaxPool2d, nn.AvgPool2d)


def run(block, shape):
    """Return what each layer that makes maps takes and gives, as PyTorch runs the block."""
    ran = []

    def note(layer, inputs, output):
        axis = -1 if isinstance(layer, nn.Linear) else 1
        ran.append((layer, inputs[0].shape[axis], output.movedim(axis, 1).shape[1:]))

    hooks = [
        layer.register_forward_hook(note) for layer in block.modules() if isinstance(layer, LAYERS)
    ]
    with torch.no_grad():
        output = block.eval()(torch.zeros(1, *shape))
    for hook in hooks:
        hook.remove()
    return ran, output.shape[1:]


@pytest.mark.parametrize("name", BLOCKS)
def test_each_layer_makes_the_maps_that_it_makes_in_pytorch(name):
    block, shape = BLOCKS[name]
    found = read_block(block, shape)
    ran, last = run(block, shape)
    assert found[0].by == "input"
    assert found[0][1:4] == shape
    assert found[-1][1:4] == last
    made = [maps for maps in found if maps.by in ("conv", "pooling")]
    for maps, (layer, in_channels, size) in zip(made, ran, strict=True):
        (source,) = maps.sources
        assert (maps[1:4], found[source].channels) == (size, in_channels)
        if maps.layer:
            assert maps.layer.parameters == sum(p.numel() for p in layer.parameters())
    for maps in found:
        sources = [found[n] for n in maps.sources]
        if maps.by == "stack":
            assert maps.channels == sum(source.channels for source in sources) > 0
        if maps.by == "sum":
            assert {source[1:4] for source in sources} == {maps[1:4]}


def test_a_block_is_not_changed():
    block = Bottleneck(8, 4).train()
    before = {key: value.clone() for key, value in block.state_dict().items()}
    read_block(block, (8, 4, 4))
    assert block.training
    assert all(torch.equal(value, before[key]) for key, value in block.state_dict().items())
    assert all(not layer._forward_hooks for layer in block.modules())


def test_torchvisions_blocks_are_read_like_those_of_the_book():
    theirs = zoo.load("torchvision").models.resnet.Bottleneck(256, 64)
    assert [maps[:7] for maps in read_block(theirs, (256, 56, 56))] == [
        maps[:7] for maps in read_block(*BLOCKS["bottleneck"])
    ]


class Odd(nn.Module):
    """What public networks do between their layers."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 1)

    def forward(self, x):
        a, b = x.chunk(2, dim=1)
        y = self.conv(torch.cat((b, a), 1))
        y = y.flatten(2).transpose(1, 2).unflatten(1, (6, 6)).permute(0, 3, 1, 2)
        y += x * 0.5
        return nn.functional.interpolate(y, scale_factor=2)


def test_parts_views_sums_in_place_and_resizing_are_followed():
    found = read_block(Odd(), (4, 6, 6))
    assert [(maps.by.split("_")[0], *maps[1:5]) for maps in found] == [
        ("input", 4, 6, 6, ()),
        ("getitem", 2, 6, 6, (0,)),
        ("getitem", 2, 6, 6, (0,)),
        ("stack", 4, 6, 6, (2, 1)),
        ("conv", 4, 6, 6, (3,)),
        ("sum", 4, 6, 6, (4, 0)),
        ("interpolate", 4, 12, 12, (5,)),
    ]


def test_a_kernel_of_1x7_is_no_1x1():
    (_, maps) = read_block(nn.Conv2d(4, 4, (1, 7), stride=(1, 2), padding=(0, 3)), (4, 6, 6))
    assert (maps.kernel_size, maps.stride, maps.width) == ((1, 7), (1, 2), 3)
    drawn = draw_block("row", "A row", nn.Conv2d(4, 4, (1, 7), padding=(0, 3)), (4, 6, 6))
    assert "k1" not in drawn._repr_html_()
    assert "1×7, 4 → 4: 4 maps of 6×6" in drawn._repr_html_()


class Shared(nn.Module):
    """One layer that runs twice, and maps that are concatenated with themselves."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x):
        y = self.conv(self.conv(x))
        return torch.cat([y, y, x], 1)


def test_a_layer_that_runs_twice_is_there_twice():
    found = read_block(Shared(), (4, 6, 6))
    assert [(maps.by, maps.channels, maps.sources) for maps in found] == [
        ("input", 4, ()),
        ("conv", 4, (0,)),
        ("conv", 4, (1,)),
        ("stack", 12, (2, 2, 0)),
    ]
    rows = [maps.layer for maps in found if maps.layer]
    assert [(row.parameters, row.macs) for row in rows] == [(148, 36 * 144), (0, 36 * 144)]


class Branching(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x


class Meeting(nn.Module):
    """A layer's maps and what came in meet in some way."""

    def __init__(self, meet):
        super().__init__()
        self.layer = nn.Conv2d(4, 4, 1)
        self.meet = meet

    def forward(self, x):
        return self.meet(x, self.layer(x))


@pytest.mark.parametrize(
    "meet",
    [
        lambda x, y: y.view(x.shape[0], x.shape[1], -1, 6),
        lambda x, y: y.reshape(x.size(0), 4, -1).view_as(y) * 2,
        lambda _, y: y * y,
    ],
)
def test_shapes_and_numbers_are_no_maps(meet):
    assert [maps.by for maps in read_block(Meeting(meet), (4, 6, 6))] == ["input", "conv"]


class Functional(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(4, 4, 1, 1))

    def forward(self, x):
        return nn.functional.conv2d(x, self.weight)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (Branching(), "block: expected a module that torch.fx can trace, got Sequential: symbol"),
        (
            Functional(),
            "block: expected Conv2d and Linear as its layers with MACs, got Functional 1×1",
        ),
        (nn.ConvTranspose2d(4, 4, 1), "block: .* got ConvTranspose2d 1×1"),
        (Meeting(torch.mul), "block: expected maps to meet in a sum or a concatenation, got mul"),
        (Meeting(torch.sub), "block: expected maps to meet in a sum or a concatenation, got sub"),
        (Meeting(lambda x, y: y + x.mean()), r"block: expected feature maps .* in it, got \(\)"),
        (Meeting(lambda x, y: torch.stack([x, y])), r"block: expected .* got \(2, 1, 4, 6, 6\)"),
    ],
)
def test_what_cannot_be_drawn_is_not_drawn_without_it(block, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        read_block(block, (4, 6, 6))

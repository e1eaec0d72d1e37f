"""Blocks and whole networks are drawn to scale, and their sentences have PyTorch's numbers."""

import json
import re

import pytest
import torch
from lxml import html
from tests.onebyone.book.test_blocks import BLOCKS
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from onebyone import architectures
from onebyone.book.blocks import read_block
from onebyone.book.networks import PUBLISHED
from onebyone.book.widgets.blocks import draw_block
from onebyone.book.widgets.boxes import place_boxes
from onebyone.book.widgets.towers import draw_towers


@pytest.fixture(scope="module", params=BLOCKS)
def block(request):
    module, shape = BLOCKS[request.param]
    drawn = draw_block(request.param, "A block", module, shape)
    return module, shape, html.fragment_fromstring(drawn._repr_html_())


def count(module, shape):
    """Return the parameters, and the MACs as PyTorch counts them."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module.eval()(torch.zeros(1, *shape))
    return sum(p.numel() for p in module.parameters()), counter.get_total_flops() / 2


def test_the_sentences_have_pytorchs_numbers(block):
    module, shape, drawn = block
    parameters, macs = count(module, shape)
    (_, whole), *layers = json.loads(drawn.get("data-said"))
    assert f"{shape[0]} maps in" in whole
    said = re.search(r"out, ([\d,]+) parameters(?: and ([\d,]+) outside of convolutions)?, ", whole)
    assert sum(int((part or "0").replace(",", "")) for part in said.groups()) == parameters
    assert f", {macs / 1e6:.1f} million MACs" in whole

    costs = [re.search(r"→.* ([\d,]+) parameters, ([\d.]+) million", text) for _, text in layers]
    costs = [(int(cost[1].replace(",", "")), float(cost[2])) for cost in costs if cost]
    held = [
        sum(p.numel() for p in layer.parameters())
        for layer in module.modules()
        if isinstance(layer, nn.Conv2d | nn.Linear)
    ]
    assert [cost for cost, _ in costs] == held
    assert sum(cost for _, cost in costs) == pytest.approx(macs / 1e6, abs=0.05 * len(costs))
    share = int(re.search(r"(\d+)% of them in 1×1", whole)[1]) / 100
    ones = sum(
        cost
        for (_, cost), (name, _) in zip(
            costs, [step for step in layers if "→" in step[1]], strict=True
        )
        if name.startswith("1×1")
    )
    assert share == pytest.approx(1e6 * ones / macs, abs=0.01)


def test_the_boxes_are_to_scale_and_apart(block):
    module, shape, drawn = block
    found = read_block(module, shape)
    boxes = place_boxes(found)
    wide, high = map(float, drawn.find(".//svg").get("viewbox").split()[2:])
    real = [(maps, box) for maps, box in zip(found, boxes, strict=True) if maps.by != "sum"]
    (maps, box), *others = real
    for other, drawn_box in others:
        assert drawn_box.high / box.high == pytest.approx(other.channels / maps.channels)
        assert drawn_box.wide / box.wide == pytest.approx(other.width / maps.width)
    for n, box in enumerate(boxes):
        assert 0 < box.x < box.right < wide
        assert 0 < box.y - 0.36 * box.wide < box.y + box.high < high
        for other in boxes[:n]:
            beside = other.right < box.x or box.right < other.x
            assert beside or other.y + other.high < box.y - 0.3 * box.wide


def test_what_is_drawn_is_where_the_box_is(block):
    module, shape, drawn = block
    found = read_block(module, shape)
    for n, (maps, box) in enumerate(zip(found, place_boxes(found), strict=True)):
        (group,) = drawn.xpath(f".//*[@data-at='{n}']")
        if maps.by == "sum":
            continue
        faces = group.xpath("./*[contains(@class, 'face')]")
        heights = [float(re.search(r"v([\d.]+)", face.get("d"))[1]) for face in faces]
        assert sum(heights) == pytest.approx(box.high, abs=0.051 * len(heights))
        kernels = {"k1" in face.get("class") for face in faces}
        if maps.by == "conv":
            assert kernels == {maps.kernel_size == (1, 1)}
        assert group.xpath("string(./text[not(@class)])") == str(maps.channels)


@pytest.fixture(scope="module")
def towers():
    return html.fragment_fromstring(draw_towers()._repr_html_())


@pytest.mark.parametrize(
    "name", ["nin_cifar10", "resnet50", "mobilenet_v2", "unet", "convnext_tiny"]
)
def test_a_tower_has_a_bar_for_each_layer(towers, name):
    (part,) = towers.xpath(f".//*[@data-step='{list(PUBLISHED).index(name)}']")
    bars = {"k1": [], "k3": []}
    for path in part.xpath("./*"):
        kind = path.get("class").split()[-1]
        drawn = re.findall(r"M([\d.]+) [\d.]+v-([\d.]+)h([\d.]+)", path.get("d"))
        bars[kind] = [tuple(map(float, bar)) for bar in drawn]

    outputs = []
    network = getattr(architectures, name)().eval()
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            layer.register_forward_hook(lambda layer, _, y: outputs.append((layer, y.shape)))
    size = 32 if name == "nin_cifar10" else 224
    with torch.no_grad():
        network(torch.zeros(1, 3, size, size))
    sizes = []
    for layer, shape in outputs:
        linear = isinstance(layer, nn.Linear)
        ones = len(shape) == 4 if linear else layer.kernel_size == (1, 1)
        side = shape[1] if linear and len(shape) == 4 else 1 if linear else shape[2]
        sizes.append(("k1" if ones else "k3", shape[-1] if linear else shape[1], side))
    ordered = sorted((x, kind, high, wide) for kind in bars for x, high, wide in bars[kind])
    assert [kind for _, kind, *_ in ordered] == [kind for kind, *_ in sizes]
    most, widest = (max(values) for values in list(zip(*sizes, strict=True))[1:])
    for (_, _, high, wide), (_, channels, side) in zip(ordered, sizes, strict=True):
        assert high / max(bar[2] for bar in ordered) == pytest.approx(channels / most, abs=0.001)
        assert wide / max(bar[3] for bar in ordered) == pytest.approx(side / widest, abs=0.01)

"""The bars of chapter 11 add up to the network, and its marks stand where the record has them."""

import pytest
from torch import nn

from onebyone.book import records
from onebyone.book.figures import your_network
from onebyone.summary import KINDS, summary


def stage(width, blocks):
    return nn.Sequential(
        *[nn.Sequential(nn.Conv2d(width, width, 1), nn.ReLU()) for _ in range(blocks)]
    )


def test_the_bars_add_up_to_the_network():
    found = summary(nn.Sequential(stage(4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 2, 3)), (4, 8, 8))
    for axes, cost in zip(your_network.plot_costs(found).axes, your_network.COSTS, strict=True):
        drawn = sum(bar.get_height() for bar in axes.patches)
        assert drawn * 1e6 == pytest.approx(getattr(found, cost))


def test_every_kind_is_drawn_once():
    grouped = [kind for kinds, _ in your_network.GROUPS.values() for kind in kinds]
    assert sorted([*grouped, "several"]) == sorted(KINDS)


@pytest.mark.parametrize(("blocks", "parts"), [(3, 6), (12, 24), (13, 2)])
def test_parts_are_as_fine_as_there_is_room_for(blocks, parts):
    found = summary(nn.Sequential(stage(4, blocks), stage(4, blocks)), (4, 4, 4))
    split = your_network.split_into_parts(found.layers)
    assert len(split) == parts
    assert sum(map(len, split.values())) == len(found.layers)


def test_what_multiplies_nothing_stands_with_what_is_before_it():
    model = nn.Sequential(nn.ReLU(), nn.Conv2d(4, 4, 1), nn.ReLU(), nn.Conv2d(4, 4, 1))
    split = your_network.split_into_parts(summary(model, (4, 4, 4)).layers)
    assert {path: [la.path for la in part] for path, part in split.items()} == {
        "0": ["0"],
        "1": ["1", "2"],
        "3": ["3"],
    }


def test_each_network_with_a_paper_has_its_mark():
    networks = records.load("networks")["networks"]
    axes = your_network.plot_families(networks, {"vgg16": "VGG"}).axes[0]
    drawn = sum(len(line.get_xdata()) for line in axes.lines)
    assert drawn == sum(each["date"] is not None for each in networks)
    assert [text.get_text() for text in axes.texts] == ["VGG"]

"""Time ShuffleNetV2's four rules, and ConvNeXt's block written with Linear layers and with 1×1 convolutions.

Whatever is compared takes turns, on one thread, one image at a time. Of each the shortest time is kept.
"""

import math
import time

import torch
from torch import nn

from onebyone.architectures.convnext import STAGES, ConvNeXtBlock, with_convolutions
from onebyone.book import records
from onebyone.pytorch import Conv1x1

ROUNDS = 100
REPEATED = 10  # blocks one after the other, as in the paper
SIZE = 56  # height and width, in pixels


class Beside(nn.Module):
    """Layers side by side, whose outputs are concatenated."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        return torch.cat([layer(x) for layer in self.layers], dim=1)


class Bottleneck(nn.Module):
    """1×1, 3×3 and 1×1, with or without what works on single elements."""

    def __init__(self, channels, relu, shortcut):
        super().__init__()
        width = channels // 4
        convolutions = (
            Conv1x1(channels, width),
            nn.Conv2d(width, width, 3, padding=1),
            Conv1x1(width, channels),
        )
        parts = nn.ModuleList()
        for layer in convolutions:
            parts.extend([layer, nn.ReLU()] if relu else [layer])
        self.branch = nn.Sequential(*parts)
        self.shortcut = shortcut

    def forward(self, x):
        return x + self.branch(x) if self.shortcut else self.branch(x)


def repeated(*makers):
    """Return ten blocks in sequence, each made anew."""
    return nn.Sequential(*(make() for _ in range(REPEATED) for make in makers))


def one(channels, outputs, **options):
    return lambda: nn.Conv2d(channels, outputs, 1, **options)


# The widths are those of the paper's Tables 1, 2 and 4, at one size of each. Its text does not say how Table 3 joins
# fragments; here they are concatenated, so that side by side they are one layer cut into parts.
RULES = {
    "equal widths": {
        f"{thin} → {wide} → {thin}": (thin, repeated(one(thin, wide), one(wide, thin)))
        for thin, wide in ((128, 128), (90, 180), (52, 312), (36, 432))
    },
    "few groups": {
        f"{channels} channels, {groups} group{'s' * (groups > 1)}": (
            channels,
            repeated(one(channels, channels, groups=groups)),
        )
        for groups, channels in ((1, 128), (2, 180), (4, 256), (8, 360))
    },
    "few fragments": {
        "one layer, 128 → 128": (128, repeated(one(128, 128))),
        "2 in series, 90 → 90": (90, repeated(*[one(90, 90)] * 2)),
        "4 in series, 64 → 64": (64, repeated(*[one(64, 64)] * 4)),
        "2 side by side, 128 → 64": (
            128,
            repeated(lambda: Beside(*(Conv1x1(128, 64) for _ in range(2)))),
        ),
        "4 side by side, 128 → 32": (
            128,
            repeated(lambda: Beside(*(Conv1x1(128, 32) for _ in range(4)))),
        ),
    },
    "little elementwise": {
        name: (128, repeated(lambda relu=relu, add=add: Bottleneck(128, relu, add)))
        for name, relu, add in (
            ("relu and shortcut", True, True),
            ("relu alone", True, False),
            ("shortcut alone", False, True),
            ("neither", False, False),
        )
    },
}


def take_turns(contestants):
    """Return the shortest time of each function of its input, in seconds."""
    shortest = dict.fromkeys(contestants, math.inf)
    for turn in range(ROUNDS + 3):  # three to warm up
        for name, (call, x) in contestants.items():
            start = time.perf_counter()
            call(x)
            seconds = time.perf_counter() - start
            if turn >= 3:
                shortest[name] = min(shortest[name], seconds)
    return shortest


def macs(network):
    """Count the MACs of 1×1 and 3×3 convolutions that all have the same pixels."""
    return SIZE**2 * sum(
        layer.weight.numel() for layer in network.modules() if isinstance(layer, nn.Conv2d)
    )


def time_rules():
    """Time what each rule compares."""
    found = {}
    for rule, networks in RULES.items():
        seconds = take_turns(
            {
                name: (network, torch.randn(1, channels, SIZE, SIZE))
                for name, (channels, network) in networks.items()
            }
        )
        found[rule] = [
            {"block": name, "macs": macs(networks[name][1]), "seconds": each}
            for name, each in seconds.items()
        ]
        print(rule, found[rule], flush=True)
    return found


def time_convnext():
    """Time ConvNeXt-T's block both ways, in both memory layouts, at the sizes of its four stages."""
    rows = []
    for (channels, _), size in zip(STAGES, (56, 28, 14, 7), strict=True):
        block = ConvNeXtBlock(channels)
        ways = {"Linear": block.block, "Conv1x1": with_convolutions(block)}
        x = torch.randn(1, channels, size, size)
        inputs = {"channels first": x, "channels last": x.to(memory_format=torch.channels_last)}
        seconds = take_turns(
            {f"{way}, {order}": (ways[way], inputs[order]) for order in inputs for way in ways}
        )
        rows.append({"channels": channels, "size": size, "seconds": seconds})
        print(rows[-1], flush=True)
    return rows


def main():
    """Time both, and keep the record."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    with torch.inference_mode():
        record = {
            "command": "make bench",
            "machine": records.describe_machine("torch") | {"threads": torch.get_num_threads()},
            "rules": time_rules(),
            "convnext": time_convnext(),
        }
    records.save("blocks", record)


if __name__ == "__main__":
    main()

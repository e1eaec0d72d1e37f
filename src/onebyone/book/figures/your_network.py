"""The figures of chapter 11: where a network spends, and how much of each family is 1×1."""

from collections.abc import Mapping, Sequence
from typing import Any

from onebyone.book.figures.drawing import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    RULE,
    Plot,
    make_plot,
)
from onebyone.summary import Layer, Summary

POINTWISE = ("pointwise", "grouped pointwise", "dense")
GROUPS = {
    "1×1": (POINTWISE, ORANGE),
    "spatial": (("spatial",), BLUE),
    "depthwise": (("depthwise",), GREEN),
    "attention product": (("attention product",), PURPLE),
    "the rest": (("normalisation", "other", "did not run"), RULE),
}
COSTS = {
    "macs": "MACs, M",
    "parameters": "parameters, M",
    "activations": "activations, MB",
}
PARTS = 24  # as many bars as have room


def plot_costs(found: Summary) -> Plot:
    """Plot what each part of a network costs, from input to output, stacked by kind.

    "1×1" are the pointwise and the dense layers. The parts are those of the model, as finely as 24 bars allow.

    Args:
        found: A summary of every layer, as `summary` returns it without a depth.

    Examples:
        >>> from torch import nn
        >>> from onebyone.summary import summary
        >>> figure = plot_costs(summary(nn.Conv2d(3, 4, 1), (3, 8, 8)))
        >>> [axes.get_ylabel() for axes in figure.axes]
        ['MACs, M', 'parameters, M', 'activations, MB']
    """
    parts = split_into_parts(found.layers)
    places = range(len(parts))
    figure = make_plot(width=6.4, height=5.6)
    panels = figure.subplots(len(COSTS), sharex=True)
    for axes, (cost, label) in zip(panels, COSTS.items(), strict=True):
        below = [0.0] * len(parts)
        for group, (kinds, colour) in GROUPS.items():
            amounts = [
                sum(getattr(la, cost) for la in part if la.kind in kinds) / 1e6
                for part in parts.values()
            ]
            axes.bar(places, amounts, 0.8, below, color=colour, label=group)
            below = [a + b for a, b in zip(below, amounts, strict=True)]
        axes.set_ylabel(label)
        axes.grid(visible=False, axis="x")
    panels[-1].set_xticks(places, parts, rotation=90, fontsize=9)
    figure.legend(
        *panels[0].get_legend_handles_labels(),
        loc="outside upper left",
        labelcolor=INK,
        frameon=False,
        ncols=3,
    )
    return figure


def split_into_parts(layers: Sequence[Layer]) -> dict[str, list[Layer]]:
    """Return the layers by the part of the model that they are in, in order, in at most 24 parts where that can be.

    Examples:
        >>> from torch import nn
        >>> from onebyone.summary import summary
        >>> block = nn.Sequential(nn.Conv2d(8, 8, 1), nn.ReLU())
        >>> found = summary(nn.Sequential(*[block] * 20), (8, 4, 4))
        >>> len(split_into_parts(found.layers))
        1
    """
    deepest = max((la.path.count(".") for la in layers), default=0) + 1
    parts = _split(layers, 1)
    for depth in range(2, deepest + 1):
        finer = _split(layers, depth)
        if len(finer) > PARTS:
            break
        parts = finer
    return parts


def _split(layers: Sequence[Layer], depth: int) -> dict[str, list[Layer]]:
    paths = [".".join(la.path.split(".")[:depth]) for la in layers]
    works = {path for path, la in zip(paths, layers, strict=True) if la.macs}
    parts: dict[str, list[Layer]] = {}
    for path, la in zip(paths, layers, strict=True):
        # What multiplies nothing stands with what is before it.
        if path not in works and parts:
            path = next(reversed(parts))
        parts.setdefault(path, []).append(la)
    return parts


def plot_families(
    networks: Sequence[Mapping[str, Any]], named: Mapping[str, str]
) -> Plot:
    """Plot the share of the MACs that lie in 1×1 layers against the month of the paper.

    Args:
        networks: As the record "networks" has them.
        named: The networks to name, with the names to write.

    Examples:
        >>> figure = plot_families([{"name": "a", "from": "timm", "date": "2012-12", "kinds": {"dense": [1, 1]}}], {})
        >>> figure.axes[0].get_ylabel()
        'share of 1×1 in the MACs, %'
    """
    figure = make_plot(width=6.4, height=4.4)
    axes = figure.subplots()
    dated = [each for each in networks if each["date"]]
    for label, attends, colour, marker in (
        ("without attention", False, BLUE, "o"),
        ("with attention", True, PURPLE, "^"),
    ):
        some = [
            each
            for each in dated
            if ("attention product" in each["kinds"]) is attends
        ]
        axes.plot(
            [year(each["date"]) for each in some],
            [100 * share(each) for each in some],
            marker,
            color=colour,
            markersize=5,
            alpha=0.75,
            label=label,
        )
    for each in dated:
        if each["name"] in named and each["from"] != "timm":
            high = share(each) > 0.9
            axes.annotate(
                named[each["name"]],
                (year(each["date"]), 100 * share(each)),
                xytext=(-8, 9) if high else (5, 4),
                textcoords="offset points",
                color=INK,
                fontsize=9.5,
            )
    axes.set_ylim(-3, 106)
    axes.set_ylabel("share of 1×1 in the MACs, %")
    axes.set_xlabel("year of the paper")
    figure.legend(
        loc="outside upper left", labelcolor=INK, frameon=False, ncols=2
    )
    return figure


def year(date: str) -> float:
    """Return a month, "2012-12", as a part of its year.

    Examples:
        >>> year("2012-07")
        2012.5
    """
    whole, month = date.split("-")
    return int(whole) + (int(month) - 1) / 12


def share(network: Mapping[str, Any], *kinds: str) -> float:
    """Return the share of some kinds in the MACs of a network of the record; of 1×1 layers, where none is named.

    Examples:
        >>> share({"kinds": {"dense": [5, 1], "spatial": [5, 3]}})
        0.25
    """
    macs = {kind: counts[1] for kind, counts in network["kinds"].items()}
    part = sum(macs.get(kind, 0) for kind in kinds or POINTWISE)
    return float(part / sum(macs.values()))

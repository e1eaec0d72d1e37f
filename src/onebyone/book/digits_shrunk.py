"""The experiment with digits of chapter 13: networks trained and shrunk, against small ones that were trained."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from onebyone import digits, training
from onebyone.deterministic import deterministic
from onebyone.pytorch import best_device
from onebyone.shrink import Shrunk
from onebyone.shrink.network import Trial
from onebyone.summary import summary

WIDE = training.NETWORKS["plain"][1]
RATES = (0.0003, 0.001, 0.003, 0.01)
DIGITS = 500
"""Digits to learn from that the cuts are fitted to."""


def initialise(kind: str, channels: tuple[int, ...], seed: int) -> nn.Module:
    """Return a network for digits with the random weights of a seed."""
    with deterministic():
        torch.manual_seed(seed)
        return training.stack(kind, channels)  # type: ignore[arg-type]


def count_macs(kind: str, channels: tuple[int, ...]) -> int:
    """Return the multiply-accumulates of a network for one digit."""
    return summary(initialise(kind, channels, 0), digits.SHAPE).macs


def choose_rate(data: digits.Digits, seed: int, share: float) -> float:
    """Return the learning rate that serves a shrunk network best for one more epoch, on digits held out for that.

    Args:
        data: The digits; a tenth of those to learn from are held out, and those to test with are not looked at.
        seed: One that the experiment does not use.
        share: Of the multiply-accumulates.
    """
    held = len(data.y) // 10
    inner = digits.Digits(
        data.x[held:], data.y[held:], data.x[:held], data.y[:held]
    )
    model = initialise("plain", WIDE, seed)
    training.fit(model, seed, inner)
    small = _try(model, inner, seed)(share).model
    accuracies = {
        rate: training.fit(
            copy.deepcopy(small), seed, inner, 1, learning_rate=rate
        )[-1]
        for rate in RATES
    }
    return max(accuracies, key=lambda rate: accuracies[rate])


def train_small(
    kind: str,
    widths: Sequence[tuple[int, ...]],
    seeds: Sequence[int],
    data: digits.Digits,
    epochs: int,
) -> list[dict[str, Any]]:
    """Train networks of several widths from the start, and return their MACs and test accuracies, seed by seed."""
    return [
        {
            "channels": channels,
            "macs": count_macs(kind, channels),
            "accuracies": [
                training.fit(
                    initialise(kind, channels, seed), seed, data, epochs
                )[-1]
                for seed in seeds
            ],
        }
        for channels in widths
    ]


def shrink_trained(
    shares: Sequence[float],
    seeds: Sequence[int],
    data: digits.Digits,
    epochs: int,
    rate: float,
) -> dict[str, Any]:
    """Train the plain network, shrink it to shares of its MACs, and train it on for one epoch.

    Args:
        shares: Of the multiply-accumulates.
        seeds: Of the initial weights, of the order of the digits, and of the digits that the cuts are fitted to.
        data: The digits.
        epochs: Before it is shrunk.
        rate: The peak learning rate of the last epoch.

    Returns:
        For each share, the MACs and the test accuracies right after and after one more epoch, seed by seed.
    """
    rows: list[dict[str, Any]] = [
        {"share": share, "macs": 0, "shrunk": [], "trained on": []}
        for share in shares
    ]
    whole = []
    for seed in seeds:
        model = initialise("plain", WIDE, seed)
        whole.append(training.fit(model, seed, data, epochs)[-1])
        shrink = _try(model, data, seed)
        for row in rows:
            small = shrink(row["share"])
            moved = data.to(best_device())
            row["macs"] = max(row["macs"], small.after)
            row["shrunk"].append(
                training.measure_accuracy(
                    small.model, moved.test_x, moved.test_y
                )
            )
            row["trained on"].append(
                training.fit(small.model, seed, data, 1, learning_rate=rate)[-1]
            )
    return {"macs": count_macs("plain", WIDE), "whole": whole, "rows": rows}


def _try(
    model: nn.Module, data: digits.Digits, seed: int
) -> Callable[[float], Shrunk]:
    """Return a function that shrinks a network to a share, by some of the digits to learn from."""
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randperm(len(data.x), generator=generator)[:DIGITS]
    trial = Trial(model, data.x[chosen])

    def shrink(share: float) -> Shrunk:
        with deterministic():
            return trial.shrink(share)

    return shrink

"""The exercise of the page on ResNet that needs PyTorch."""

import torch
from torch import nn

from onebyone.book.solutions.in_pytorch import resnet as solutions
from onebyone.exercises.cases import Cases, call, exercise


@exercise(solutions.average_pool_shortcut)
def average_pool_shortcut() -> Cases:
    """Its weights are counted, and its gradient says which pixels it reads."""
    yield from _ask_of_shortcut(4, 8)
    yield from _ask_of_shortcut(2, 3)


def _ask_of_shortcut(channels: int, filters: int) -> Cases:
    x = torch.zeros(1, channels, 6, 6)
    shortcut = call(channels, filters)
    yield shortcut.holds("it is a module", lambda m: isinstance(m, nn.Module))
    yield shortcut.holds(
        f"it makes ({channels}, 6, 6) into ({filters}, 3, 3)",
        lambda m: m.eval()(x).shape == (1, filters, 3, 3),
    )
    yield shortcut.holds(
        f"its convolution has {channels} · {filters} weights",
        lambda m: _count(m) == channels * filters,
    )
    yield shortcut.holds(
        "it reads every pixel of every channel", lambda m: _reads_all(m, x)
    )


def _count(module: nn.Module) -> int:
    """Count the weights of the convolutions in a module."""
    return sum(
        one.weight.numel()
        for one in module.modules()
        if isinstance(one, nn.Conv2d)
    )


def _reads_all(shortcut: nn.Module, x: torch.Tensor) -> bool:
    grad = torch.autograd.functional.jacobian(shortcut.eval(), x)
    return bool(grad.abs().sum((0, 1, 2, 3)).count_nonzero() == x.numel())

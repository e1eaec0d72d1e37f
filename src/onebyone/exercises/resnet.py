"""The exercises of the page on ResNet. They need PyTorch."""

import torch
from torch import nn

from onebyone.architectures.resnet import Bottleneck
from onebyone.book.solutions import resnet as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.summary import summary


def _count(*layers: nn.Module) -> int:
    """Count the weights of the convolutions in some modules."""
    return sum(
        one.weight.numel()
        for layer in layers
        for one in layer.modules()
        if isinstance(one, nn.Conv2d)
    )


@exercise(solutions.widest_bottleneck)
def widest_bottleneck() -> Cases:
    """Every width is tried, on modules."""
    for channels in (256, 8, 64):
        direct = 2 * _count(nn.Conv2d(channels, channels, 3, device="meta"))
        pays = [
            width
            for width in range(1, 2 * channels)
            if _count(
                nn.Conv2d(channels, width, 1, device="meta"),
                nn.Conv2d(width, width, 3, device="meta"),
                nn.Conv2d(width, channels, 1, device="meta"),
            )
            < direct
        ]
        yield call(channels).gives(max(pays))


@exercise(solutions.block_macs)
def block_macs() -> Cases:
    """What `summary` counts of the modules: torchvision's block is v1.5, and v1 has its stride in the 1×1."""
    for channels, width, size in [(256, 128, 28), (8, 4, 5)]:
        picture = (channels, 2 * size, 2 * size)
        layers = summary(Bottleneck(channels, width, stride=2), picture).layers
        branch = sum(la.macs for la in layers if "downsample" not in la.path)
        v1 = nn.Sequential(
            nn.Conv2d(channels, width, 1, stride=2),
            nn.Conv2d(width, width, 3, padding=1),
            nn.Conv2d(width, 4 * width, 1),
        )
        stride_first = summary(v1, picture).macs
        block = call(channels, width, size, stride_in_3x3=True)
        yield block.gives(branch)
        block = call(channels, width, size, stride_in_3x3=False)
        yield block.gives(stride_first)


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


def _reads_all(shortcut: nn.Module, x: torch.Tensor) -> bool:
    grad = torch.autograd.functional.jacobian(shortcut.eval(), x)
    return bool(grad.abs().sum((0, 1, 2, 3)).count_nonzero() == x.numel())

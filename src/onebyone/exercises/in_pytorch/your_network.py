"""The exercises of chapter 11 that need PyTorch."""

import torch
from torch import nn

from onebyone.architectures.mobilenet_v3 import SqueezeExcitation
from onebyone.book.solutions.in_pytorch import your_network as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.in_pytorch.draws import draw
from onebyone.summary import summary


def _count(*layers: nn.Module) -> int:
    return sum(p.numel() for layer in layers for p in layer.parameters())


@exercise(solutions.share_of_role)
def share_of_role() -> Cases:
    """The layers are known by name; a weight has one product at each pixel that its layer puts out."""
    narrow, wide = nn.Conv2d(4, 2, 1), nn.Conv2d(2, 4, 1, bias=False)
    model = nn.Sequential(narrow, wide)
    ask = call(model, (4, 8, 8), "reduce")
    yield ask.gives((_count(narrow) / _count(model), 8 / 16))
    ask = call(model, (4, 8, 8), "squeeze-and-excite")
    yield ask.gives((0.0, 0.0))
    first, gates = nn.Conv2d(3, 8, 3, padding=1), SqueezeExcitation(8, 2)
    model = nn.Sequential(first, gates)
    macs = first.weight.numel() * 6 * 7
    on_one_pixel = gates.fc1.weight.numel() + gates.fc2.weight.numel()
    ask = call(model, (3, 6, 7), "squeeze-and-excite")
    yield ask.gives(
        (_count(gates) / _count(model), on_one_pixel / (macs + on_one_pixel))
    )


@exercise(solutions.pool_before_the_head)
def pool_before_the_head() -> Cases:
    """What `summary` counts, and a matrix applied to the averages."""
    for channels, classes in [(64, 10), (3, 2)]:
        yield from _ask_of_head(channels, classes)


def _ask_of_head(channels: int, classes: int) -> Cases:
    x, shape = draw(2, channels, 4, 6).float(), (channels, 4, 6)
    head = call(channels, classes)
    yield head.holds("it is a module", lambda m: isinstance(m, nn.Module))
    yield head.holds(
        f"it makes (2, {channels}, 4, 6) into (2, {classes})",
        lambda m: m(x).shape == (2, classes),
    )
    yield head.holds(
        f"it has ({channels} + 1) · {classes} parameters",
        lambda m: _count(m) == (channels + 1) * classes,
    )
    yield head.holds(
        f"it takes {channels} · {classes} multiply-accumulates",
        lambda m: summary(m, shape).macs == channels * classes,
    )
    yield head.holds(
        "it gives for a picture what it gives for the picture's averages",
        lambda m: torch.allclose(
            m(x), m(x.mean((2, 3), keepdim=True).expand_as(x)), atol=1e-5
        ),
    )

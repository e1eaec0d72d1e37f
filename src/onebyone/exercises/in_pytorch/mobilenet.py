"""The exercise of the page on MobileNet that needs PyTorch."""

import copy

import torch
from torch import nn

from onebyone.architectures import mobilenet_v2
from onebyone.architectures.mobilenet_v2 import InvertedResidual
from onebyone.book.solutions.in_pytorch import mobilenet as solutions
from onebyone.exercises.cases import Cases, call, exercise


@exercise(solutions.count_identity_shortcuts)
def count_identity_shortcuts() -> Cases:
    """A block that adds its input returns it when its last normalisation gives zero."""
    same = InvertedResidual(4, 4, stride=1, expansion=2)
    wider = InvertedResidual(4, 6, stride=1, expansion=2)
    smaller = InvertedResidual(6, 6, stride=2, expansion=1)
    nested = nn.Sequential(nn.Sequential(same, wider), smaller)
    for network in (mobilenet_v2(), nested, smaller):
        blocks = [
            m for m in network.modules() if isinstance(m, InvertedResidual)
        ]
        yield call(network).gives(sum(map(_adds_its_input, blocks)))


def _adds_its_input(block: InvertedResidual) -> bool:
    block = copy.deepcopy(block).eval()
    *_, last = (m for m in block.modules() if isinstance(m, nn.BatchNorm2d))
    nn.init.zeros_(last.weight)
    first = next(m for m in block.modules() if isinstance(m, nn.Conv2d))
    x = torch.ones(1, first.in_channels, 4, 4)
    return torch.equal(block(x), x)

"""The exercise of the page on Inception that needs PyTorch."""

import torch
from torch import nn

from onebyone.book.solutions.in_pytorch import inception as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.in_pytorch.draws import draw

MEAN = 0.485, 0.456, 0.406
DEVIATION = 0.229, 0.224, 0.225


@exercise(solutions.renormalize)
def renormalize() -> Cases:
    """A picture in both normalisations."""
    mean, deviation = torch.tensor([MEAN, DEVIATION])[..., None, None]
    x = draw(1, 3, 4, 5).float()
    yield call().holds(
        "it is a 1×1 convolution from three channels to three",
        lambda m: isinstance(m, nn.Conv2d) and m.weight.shape == (3, 3, 1, 1),
    )
    yield call().holds(
        "it makes (x - mean) / deviation into (x - 0.5) / 0.5",
        lambda m: torch.allclose(
            m((x - mean) / deviation), (x - 0.5) / 0.5, atol=1e-5
        ),
    )

"""The exercise of the page on ConvNeXt that needs PyTorch."""

import torch.nn.functional as F  # noqa: N812

from onebyone.book.solutions.in_pytorch import convnext as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.in_pytorch.draws import draw


@exercise(solutions.patches_by_1x1)
def patches_by_1x1() -> Cases:
    """PyTorch's convolution of that stride."""
    for c_in, size in [(3, 4), (12, 2), (5, 1)]:
        x = draw(2, c_in, 3 * size, 5 * size)
        weight, bias = draw(7, c_in, size, size), draw(7)
        y = F.conv2d(x, weight, bias, stride=size)
        yield call(x, weight, bias).gives(y)
    y = F.conv2d(x, weight, stride=size)
    yield call(x, weight).gives(y)

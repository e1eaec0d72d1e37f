"""The exercises of the page on Network in Network that need PyTorch."""

import torch
from torch import Tensor, nn

from onebyone.book.solutions.in_pytorch import network_in_network as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.in_pytorch.draws import draw, redraw


class OnePixel(nn.Conv2d):
    """A 1×1 convolution that refuses more than one pixel."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the scores of that pixel."""
        if x.shape[-2:].numel() != 1:
            height, width = x.shape[-2:]
            raise ValueError(f"the layer was given {height}×{width} pixels")
        return super().forward(x)


@exercise(solutions.pool_then_classify)
def pool_then_classify() -> Cases:
    """The matrix at each pixel, and then the average."""
    for channels, classes, has_bias in [(192, 10, True), (3, 2, False)]:
        layer = redraw(OnePixel(channels, classes, 1, bias=has_bias))
        x = draw(2, channels, 4, 6)
        scores = nn.functional.conv2d(x, layer.weight, layer.bias)
        yield call(x, layer).gives(scores.mean((2, 3)).detach())


@exercise(solutions.to_linear)
def to_linear() -> Cases:
    """The 1×1 convolution at one pixel."""
    for channels, classes, has_bias in [(192, 10, True), (3, 5, False)]:
        layer = redraw(nn.Conv2d(channels, classes, 1, bias=has_bias))
        yield from _ask_of_linear(layer, draw(4, channels))


def _ask_of_linear(layer: nn.Conv2d, pixels: Tensor) -> Cases:
    scores = layer(pixels[..., None, None]).flatten(1)
    linear = call(layer)
    yield linear.holds("it is an nn.Linear", lambda m: isinstance(m, nn.Linear))
    yield linear.holds(
        "it gives at a pixel what the 1×1 convolution gives",
        lambda m: torch.allclose(m.double()(pixels), scores, atol=1e-5),
    )
    yield linear.holds(
        "it has a bias where the 1×1 convolution has one",
        lambda m: (m.bias is None) == (layer.bias is None),
    )

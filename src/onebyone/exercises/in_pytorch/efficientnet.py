"""The exercise of the page on MobileNetV3 and EfficientNet that needs PyTorch."""

from torch import nn

from onebyone.architectures.mobilenet_v3 import SqueezeExcitation
from onebyone.book.solutions.in_pytorch import efficientnet as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.in_pytorch.draws import draw, redraw


@exercise(solutions.moves_with_the_picture)
def moves_with_the_picture() -> Cases:
    """What is known of the layers. Those that do not move with all shuffles do so with some: they roll or mirror."""
    around = nn.Conv2d(4, 4, 3, padding=1, padding_mode="circular")
    layers: list[tuple[nn.Module, bool]] = [
        (SqueezeExcitation(4, 2), True),
        (nn.Conv2d(4, 4, 3, padding=1), False),
        (nn.Conv2d(4, 6, 1), True),
        (around, False),
        (nn.AvgPool2d(3, stride=1, padding=1), False),
    ]
    for layer, moves in layers:
        yield call(redraw(layer), draw(2, 4, 5, 6)).gives(moves)

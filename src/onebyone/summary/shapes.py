"""The output shapes of the parts of a network, from a run of it."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn


def output_shapes(
    model: nn.Module, x: Tensor
) -> list[tuple[str, tuple[int, ...]]]:
    """Run a network, without gradients, and return the name and the output shape of each of its direct children.

    They come in the order in which they run; a child that runs twice is there twice.

    Args:
        model: A network, which stays in its mode.
        x: A batch of images, (N, C, H, W).

    Examples:
        >>> model = nn.Sequential(nn.Conv2d(3, 8, 1), nn.MaxPool2d(2))
        >>> output_shapes(model, torch.zeros(1, 3, 32, 32))
        [('0', (1, 8, 32, 32)), ('1', (1, 8, 16, 16))]
    """
    shapes: list[tuple[str, tuple[int, ...]]] = []

    def note(name: str) -> Callable[[nn.Module, Any, Tensor], None]:
        return lambda _, __, output: shapes.append((name, tuple(output.shape)))

    hooks = [
        child.register_forward_hook(note(name))
        for name, child in model.named_children()
    ]
    try:
        with torch.no_grad():
            model(x)
    finally:
        for one in hooks:
            one.remove()
    return shapes

"""Numbers for cases, the same in every run."""

from typing import TypeVar

import torch
from torch import Tensor, nn

Module = TypeVar("Module", bound=nn.Module)


def draw(*shape: int, seed: int = 0) -> Tensor:
    """Return normally distributed numbers, in float64 since sums may be taken in any order.

    Examples:
        >>> draw(2).equal(draw(2)), draw(2).equal(draw(2, seed=1))
        (True, False)
    """
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def redraw(module: Module) -> Module:
    """Return a module with the weights and biases that are always drawn for it, in float64.

    Examples:
        >>> one, other = (redraw(nn.Conv2d(3, 4, 1)) for _ in range(2))
        >>> one.weight.equal(other.weight)
        True
    """
    state = module.double().state_dict()
    drawn = {
        name: draw(*value.shape, seed=seed)
        for seed, (name, value) in enumerate(state.items())
    }
    module.load_state_dict(drawn)
    return module

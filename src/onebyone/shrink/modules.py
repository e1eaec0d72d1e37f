"""Modules of a network: put in another's place, and parameters that several of them have."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


def replace(model: nn.Module, old: nn.Module, new: nn.Module) -> None:
    """Put a module everywhere where another one is in a network."""
    every = model.named_modules(remove_duplicate=False)
    for path in [path for path, module in every if module is old]:
        model.set_submodule(path, new)


@contextmanager
def kept_buffers(model: nn.Module) -> Iterator[None]:
    """Put the buffers of a network back at the end of a `with` block, as far as they are then still there."""
    before = {name: buffer.clone() for name, buffer in model.named_buffers()}
    try:
        yield
    finally:
        with torch.no_grad():
            for name, buffer in model.named_buffers():
                if name in before:
                    buffer.copy_(before[name])


def find_shared(model: nn.Module) -> set[int]:
    """Return the identities of the parameters that more than one module has.

    Examples:
        >>> first, second = nn.Linear(2, 2), nn.Linear(2, 2)
        >>> second.weight = first.weight
        >>> find_shared(nn.Sequential(first, second)) == {id(first.weight)}
        True
    """
    seen: set[int] = set()
    shared: set[int] = set()
    for module in model.modules():
        for parameter in module.parameters(recurse=False):
            (shared if id(parameter) in seen else seen).add(id(parameter))
    return shared

"""Runs a network on images batch by batch, watches its layers, and compares its outputs with others."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from onebyone.shrink.layers import as_double
from onebyone.summary import copies

BATCH = 16
"""Images that run at once."""
CONSTANT = 1e-12
"""The share of the outputs' squares below which their variance counts as none."""


class OutputError(TypeError):
    """The outputs of a network cannot be compared."""


def run(model: nn.Module, images: Tensor) -> Tensor:
    """Return all the outputs of a network that have a row for each image as one tensor, (N, numbers)."""
    rows = [
        as_double(output).cpu().reshape(len(images), -1)
        for output in copies.find_tensors(model(images))
        if output.is_floating_point() and output.shape[:1] == images.shape[:1]
    ]
    if not rows:
        raise OutputError(
            "model: expected floating-point outputs with a row for each image"
        )
    return torch.cat(rows, dim=1)


class Reference:
    """What a network answers to images, to compare others with.

    Args:
        model: The network, in `eval()`.
        batches: The images.

    Raises:
        ValueError: The network raises on the images, or its outputs are not finite.
        TypeError: Its outputs have no rows for the images, or differ from run to run.
    """

    def __init__(self, model: nn.Module, batches: Sequence[Tensor]) -> None:
        self.batches = batches
        try:
            self.outputs = [run(model, batch) for batch in batches]
        except OutputError:
            raise
        except Exception as error:
            raise ValueError(
                f"images: expected what this model takes in batches of {len(batches[0])}, "
                f"got {type(error).__name__}: {error}"
            ) from error
        every = torch.cat(self.outputs)
        if not every.isfinite().all():
            raise ValueError(
                "model: expected finite outputs on the images, got nan or inf"
            )
        if not torch.allclose(run(model, batches[0]), self.outputs[0]):
            raise TypeError(
                "model: expected the same outputs from run to run in eval()"
            )
        squares = every.square().sum().item()
        variance = (every - every.mean(dim=0)).square().sum().item()
        # Where all images give the same outputs, there is nothing but the outputs to compare with.
        self.scale = variance if variance > CONSTANT * squares else squares or 1

    def error(self, model: nn.Module) -> float:
        """Return the squared difference of a network's outputs, as a share of the variance of this network's."""
        pairs = zip(self.batches, self.outputs, strict=True)
        squares = [
            (run(model, batch) - output).square().sum().item()
            for batch, output in pairs
        ]
        error = sum(squares) / self.scale
        return error if math.isfinite(error) else math.inf

    def is_kept(self, model: nn.Module, *, exactly: bool = False) -> bool:
        """Return whether a network runs, and answers as this one does but for rounding, or exactly."""
        try:
            for batch, output in zip(self.batches, self.outputs, strict=True):
                got = run(model, batch)
                close = torch.equal if exactly else _is_close
                if got.shape != output.shape or not close(got, output):
                    return False
        except Exception:
            return False
        return True


def _is_close(got: Tensor, wanted: Tensor) -> bool:
    rounding = 1e-3 * wanted.std(correction=0).item()
    return torch.allclose(got, wanted, rtol=1e-2, atol=rounding)


def try_together(
    attempt: Callable[[list[Any]], bool], parts: list[Any]
) -> list[Any]:
    """Return the parts with which an attempt succeeds: all of them, or else those with which it does one by one."""
    if not parts or attempt(parts):
        return parts
    return [part for part in parts if len(parts) > 1 and attempt([part])]


@contextmanager
def watched(
    hooks: Mapping[Any, Callable[..., None]], *, with_kwargs: bool = False
) -> Iterator[None]:
    """Call a function after each run of a module, inside a `with` block."""
    handles = [
        module.register_forward_hook(hook, with_kwargs=with_kwargs)
        for module, hook in hooks.items()
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()

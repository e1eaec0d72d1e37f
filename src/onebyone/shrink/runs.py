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
ROUNDING = 1e-3
"""The share of its spread by which an output may differ after a change that is none but for rounding."""


class OutputError(TypeError):
    """The outputs of a network cannot be compared."""


def run(model: nn.Module, images: Tensor) -> list[Tensor]:
    """Return all tensors that a network makes of images."""
    made = copies.find_tensors(model(images))
    return [output.detach().clone() for output in made]


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
            self._made = [run(model, batch) for batch in batches]
            again = run(model, batches[0])
            fewer = run(model, batches[0][1:]) if len(batches[0]) > 1 else again
        except Exception as error:
            raise ValueError(
                f"images: expected what this model takes in batches of {len(batches[0])}, "
                f"got {type(error).__name__}: {error}"
            ) from error
        # Those that have a row for each image, however many these are.
        sizes = len(batches[0]), max(len(batches[0]) - 1, 1)
        self._rows = [
            index
            for index, pair in enumerate(zip(again, fewer, strict=False))
            if pair[0].is_floating_point()
            and tuple(len(each) if each.ndim else 0 for each in pair) == sizes
        ]
        if not self._rows:
            raise OutputError(
                "model: expected floating-point outputs with a row for each image"
            )
        every = torch.cat([self._join(made) for made in self._made])
        if not every.isfinite().all():
            raise ValueError(
                "model: expected finite outputs on the images, got nan or inf"
            )
        if not all(map(_is_close, again, self._made[0])):
            raise OutputError(
                "model: expected the same outputs from run to run in eval()"
            )
        squares = every.square().sum().item()
        variance = (every - every.mean(dim=0)).square().sum().item()
        # Where all images give the same outputs, there is nothing but the outputs to compare with.
        self.scale = variance if variance > CONSTANT * squares else squares or 1

    def _join(self, made: Sequence[Tensor]) -> Tensor:
        """Return the outputs that have a row for each image as one tensor, (N, numbers)."""
        rows = (as_double(made[index]).cpu() for index in self._rows)
        return torch.cat([row.reshape(len(row), -1) for row in rows], dim=1)

    def error(self, model: nn.Module) -> float:
        """Return the squared difference of a network's outputs, as a share of the variance of this network's.

        Of the outputs, those count that are floating-point and have a row for each image.
        """
        squares = 0.0
        for batch, made in zip(self.batches, self._made, strict=True):
            difference = self._join(run(model, batch)) - self._join(made)
            squares += difference.square().sum().item()
        error = squares / self.scale
        return error if math.isfinite(error) else math.inf

    def is_kept(self, model: nn.Module, *, exactly: bool = False) -> bool:
        """Return whether a network runs, and makes every tensor as this one does but for rounding, or exactly."""
        close = torch.equal if exactly else _is_close
        try:
            for batch, wanted in zip(self.batches, self._made, strict=True):
                made = run(model, batch)
                if len(made) != len(wanted) or not all(
                    map(close, made, wanted)
                ):
                    return False
        except Exception:
            return False
        return True


def _is_close(got: Tensor, wanted: Tensor) -> bool:
    """Return whether floating-point numbers differ by little of their spread; others may turn with any rounding."""
    if got.shape != wanted.shape or got.dtype != wanted.dtype:
        return False
    if not wanted.is_floating_point() or not wanted.numel():
        return True
    got, wanted = as_double(got), as_double(wanted)
    spread = wanted.std(correction=0) if wanted.numel() > 1 else wanted.abs()
    limit = ROUNDING * spread + 1e-6 * wanted.abs().max()
    return bool((got - wanted).square().mean().sqrt() <= limit)


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

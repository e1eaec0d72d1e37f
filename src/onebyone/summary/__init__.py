"""Where a network's parameters, multiply-accumulates and memory go, and which of it is 1×1. Needs PyTorch."""

import math
import numbers
from typing import Any

import torch
from torch import Tensor, nn

from onebyone.arguments import scalars
from onebyone.summary import copies
from onebyone.summary.rows import make_rows
from onebyone.summary.run import run
from onebyone.summary.shapes import output_shapes
from onebyone.summary.table import KINDS, Kind, Layer, Summary

__all__ = ["KINDS", "Kind", "Layer", "Summary", "output_shapes", "summary"]

LARGEST = 2**59  # of numbers of 16 bytes: PyTorch counts bytes in 64 bits


def summary(model: nn.Module, inputs: Any, depth: int | None = None) -> Summary:
    """Return the layers of a network with their kinds, output shapes, parameters, MACs and activations.

    A copy of the network runs on tensors that have a shape and no values, so nothing is computed. Where it looks at
    values, the copy runs for real, and the summary says so. The counts are those of PyTorch's `FlopCounterMode`,
    halved: of each operation that runs, whichever module asked for it. An attention counts as its two products and a
    recurrent layer as those of its steps, also where PyTorch has one kernel for all of them.

    The network stays as it is: its state, its mode, its hooks and its caches. What its code does to the world outside,
    such as counting its runs in a global, it does in this run too.

    Args:
        model: Any network that runs, as it is in `eval()`.
        inputs: What it takes: the shape of one image, (C, H, W), without a batch; or a tensor, of which all images are
            counted; or a tuple or a dict of shapes and tensors, for several arguments or for named ones. Anything else
            in them is passed on as it is.
        depth: The level of detail: 1 gives one row for each direct child of the model, None one for each layer.

    Raises:
        ValueError: depth is less than 1, or the network raises on these inputs; then its own error is the cause.
        TypeError: An argument is not of its type; or the model cannot be followed: it is quantised or scripted, runs in
            several threads, or cannot be copied.

    Examples:
        >>> found = summary(nn.Sequential(nn.Conv2d(512, 64, 1)), (512, 256, 256))
        >>> found.parameters, found.macs, found.layers[0].kind, found.layers[0].role
        (32832, 2147483648, 'pointwise', 'reduce')
    """
    if not isinstance(model, nn.Module):
        raise TypeError(
            f"model: expected an nn.Module, got {type(model).__name__}"
        )
    if depth is not None:
        depth = scalars.integer("depth", depth, 1)
    model = copies.unwrap(model)
    copies.refuse_opaque(model)
    args, kwargs = _arguments(model, inputs)
    ran = run(model, args, kwargs)
    axis = 1 if _is_shape(inputs) else 0
    layers = make_rows(ran.model, ran.trace, depth, axis)
    return Summary(layers, tuple(ran.notes))


def _arguments(
    model: nn.Module, inputs: Any
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return what to call the model with; a shape becomes an image of zeros."""
    if isinstance(inputs, Tensor) or _is_shape(inputs):
        return (_image(model, inputs),), {}
    if isinstance(inputs, dict):
        return (), {name: _image(model, one) for name, one in inputs.items()}
    if isinstance(inputs, tuple | list):
        return tuple(_image(model, one) for one in inputs), {}
    raise TypeError(
        f"inputs: expected a shape (C, H, W), a tensor, or a tuple or a dict of them, got {type(inputs).__name__}"
    )


def _is_shape(inputs: Any) -> bool:
    plain = isinstance(inputs, tuple | list) and len(inputs) > 0
    return plain and all(isinstance(one, numbers.Real) for one in inputs)


def _image(model: nn.Module, given: Any) -> Any:
    if not _is_shape(given):
        return given
    size = [scalars.integer("inputs", count, 1) for count in given]
    if math.prod(size) > LARGEST:
        raise ValueError(
            f"inputs: expected a shape of at most {LARGEST} numbers, got {given!r}"
        )
    like = next((p for p in model.parameters() if p.is_floating_point()), None)
    dtype, device = (None, None) if like is None else (like.dtype, like.device)
    zero = torch.zeros((), dtype=dtype, device=device)
    return zero.expand(1, *size)  # one zero, seen from everywhere

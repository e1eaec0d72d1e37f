"""Batch normalisations folded into the convolutions before them, wherever nothing else reads what lies between."""

from collections import Counter
from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from onebyone.algebra import fold_batch_norm
from onebyone.shrink import layers
from onebyone.shrink.layers import Convolution, as_double
from onebyone.shrink.modules import find_shared, kept_buffers, replace
from onebyone.shrink.runs import Reference, run, try_together, watched

NORMS = nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm
Pair = tuple[Any, Any]  # a convolution and the batch normalisation after it


def fold_norms(model: nn.Module, reference: Reference) -> None:
    """Fold the batch normalisations of a network in `eval()`, in place, and put identities where they were.

    Args:
        model: The network.
        reference: What it answers.
    """
    alone = try_together(
        lambda pairs: _are_alone(model, pairs, reference),
        _find_pairs(model, reference.batches[0]),
    )
    try_together(lambda pairs: _fold(model, pairs, reference), alone)


def _find_pairs(model: nn.Module, images: Tensor) -> list[Pair]:
    """Return the convolutions whose output is what a batch normalisation reads, each of them used once."""
    made: dict[int, tuple[nn.Module, Tensor]] = {}
    found: list[Pair] = []
    calls: Counter[nn.Module] = Counter()

    def watch(module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        calls[module] += 1
        if not isinstance(module, NORMS):
            # Kept, so that no other tensor takes its identity.
            made[id(output)] = module, output
        elif inputs and id(inputs[0]) in made:
            found.append((made[id(inputs[0])][0], module))

    shared = find_shared(model)
    candidates = [
        module
        for module in model.modules()
        if (_is_plain_norm(module) or not layers.why_not(module))
        and shared.isdisjoint(map(id, module.parameters()))
    ]
    with watched(dict.fromkeys(candidates, watch)):
        run(model, images)
    return [
        (conv, norm)
        for conv, norm in found
        if calls[conv] == calls[norm] == 1
        and conv.out_channels == norm.num_features
    ]


def _is_plain_norm(module: nn.Module) -> bool:
    return (
        type(module) in NORMS
        and module.running_mean is not None
        and not parametrize.is_parametrized(module)
        and not module._forward_pre_hooks
        and not module._forward_hooks
    )


def _are_alone(
    model: nn.Module, pairs: list[Pair], reference: Reference
) -> bool:
    """Return whether each normalisation alone reads, unchanged, what the convolution before it makes.

    Everything else gets nan in its place, and would hand it on.
    """
    hidden: dict[nn.Module, tuple[Tensor, Tensor, int]] = {}

    def hide(conv: nn.Module, _inputs: Any, output: Tensor) -> Tensor:
        decoy = torch.full_like(output, torch.nan)
        hidden[conv] = output, decoy, decoy._version
        return decoy

    def show(conv: nn.Module, inputs: tuple[Any, ...]) -> Any:
        output, decoy, version = hidden[conv]
        unchanged = inputs[0] is decoy and decoy._version == version
        return (output,) if unchanged else inputs

    hides: dict[Any, Any] = {conv: hide for conv, _ in pairs}
    with watched(hides), kept_buffers(model), ExitStack() as stack:
        for conv, norm in pairs:
            handle = norm.register_forward_pre_hook(
                lambda _norm, inputs, conv=conv: show(conv, inputs)
            )
            stack.callback(handle.remove)
        kept = reference.is_kept(model, exactly=True)
    # Nor may anything write there, even later, when an identity has passed on what the convolution made.
    decoys = hidden.values()
    return kept and all(d._version == version for _, d, version in decoys)


def _fold(model: nn.Module, pairs: list[Pair], reference: Reference) -> bool:
    """Fold, or leave everything as it was where the network then would not answer as before."""
    undo = ExitStack()
    for conv, norm in pairs:
        undo.callback(setattr, conv, "weight", conv.weight)
        undo.callback(setattr, conv, "bias", conv.bias)
        conv.weight, conv.bias = _folded(conv, norm)
        identity = nn.Identity()
        replace(model, norm, identity)
        undo.callback(replace, model, identity, norm)
    kept = reference.is_kept(model)
    if not kept:
        undo.close()
    return kept


def _folded(conv: Convolution, norm: Any) -> tuple[nn.Parameter, nn.Parameter]:
    """Return the weight and the bias that take up a batch normalisation."""
    old = conv.weight
    four_axes = (*old.shape[:2], -1, 1)
    bias = None if conv.bias is None else _numbers(conv.bias)
    mean, variance = map(_numbers, (norm.running_mean, norm.running_var))
    gamma = torch.ones(mean.shape) if norm.weight is None else norm.weight
    beta = torch.zeros(mean.shape) if norm.bias is None else norm.bias
    weight, bias = fold_batch_norm(
        (_numbers(old.reshape(four_axes)), bias),
        _numbers(gamma),
        _numbers(beta),
        mean,
        variance,
        norm.eps,
        transposed=conv.transposed,
        groups=conv.groups,
    )
    made = [
        nn.Parameter(torch.as_tensor(new).to(old), old.requires_grad)
        for new in (weight.reshape(old.shape), bias)
    ]
    return made[0], made[1]


def _numbers(tensor: Tensor) -> Any:
    return as_double(tensor.detach()).cpu().numpy()

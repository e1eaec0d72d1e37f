"""The layers that can be factored: their filters as numbers, and a layer like one of them with other filters."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize, skip_init

from onebyone.arguments import scalars, tensors

CONVOLUTIONS = (
    nn.Conv1d,
    nn.Conv2d,
    nn.Conv3d,
    nn.ConvTranspose1d,
    nn.ConvTranspose2d,
    nn.ConvTranspose3d,
)
Convolution = (
    nn.Conv1d
    | nn.Conv2d
    | nn.Conv3d
    | nn.ConvTranspose1d
    | nn.ConvTranspose2d
    | nn.ConvTranspose3d
)
# What is copied from a layer to one like it.
SETTINGS = ("stride", "padding", "dilation", "padding_mode")


def why_not(layer: Any) -> str:
    """Return why a layer cannot be factored, or nothing where it can.

    Only a layer that computes with its weight as it is can be: neither one of a class that overrides the computation,
    such as one that standardises its weight, nor one with hooks, which may do so too.
    """
    if type(layer) not in CONVOLUTIONS:
        return f"a convolution of PyTorch, got {type(layer).__name__}"
    if parametrize.is_parametrized(layer):
        return "a convolution whose weight is a parameter, got one that is parametrised"
    if layer._forward_pre_hooks or layer._forward_hooks:
        return "a convolution without hooks, got one with a hook"
    if {"forward", "_conv_forward"} & vars(layer).keys():
        return "a convolution of PyTorch, got one with a forward of its own"
    weight = layer.weight
    if nn.parameter.is_lazy(weight) or weight.is_meta:
        return "weights with values, got a lazy or a meta tensor"
    if weight.dtype not in tensors.FLOATS:
        return f"floating-point weights, got {tensors.name_of(weight.dtype)}"
    made, read = layer.out_channels, layer.in_channels
    channels = (read, made) if layer.transposed else (made, read)
    expected = channels[0], channels[1] // layer.groups, *layer.kernel_size
    if tuple(weight.shape) != expected or not weight.numel():
        return f"weights of shape {expected}, got {tuple(weight.shape)}"
    if not all(p.isfinite().all() for p in layer.parameters()):
        return "finite weights, got nan or inf"
    return ""


def check(conv: nn.Module) -> Convolution:
    """Return `conv`, a convolution that can be factored.

    Raises:
        TypeError: It is not of PyTorch's own classes, or computes with something else than its weight.
        ValueError: Its weights are not finite.
    """
    reason = why_not(conv)
    if reason:
        kind = ValueError if reason.startswith("finite") else TypeError
        raise kind(f"conv: expected {reason}")
    return conv  # type: ignore[return-value]


def check_rank(name: str, rank: object, groups: int, most: int) -> int:
    """Return a rank as an int: a multiple of groups, and at most `most`."""
    number = scalars.integer(name, rank, 1)
    if number % groups:
        raise ValueError(
            f"{name}: expected a multiple of groups={groups}, got {number}"
        )
    if number > most:
        raise ValueError(f"{name}: expected at most {most}, got {number}")
    return number


def check_maps(conv: Convolution, x: object) -> Tensor:
    """Return feature maps that this convolution takes, without their history of gradients.

    Raises:
        ValueError: x has another shape, no pixel, or a number that is not finite, or is on another device.
        TypeError: x is no tensor of the layer's dtype.
    """
    if not isinstance(x, Tensor):
        raise TypeError(f"x: expected a tensor, got {type(x).__name__}")
    if x.layout != torch.strided or x.is_meta:
        raise TypeError("x: expected a dense tensor with values")
    if x.dtype != conv.weight.dtype:
        wanted, got = map(tensors.name_of, (conv.weight.dtype, x.dtype))
        raise TypeError(
            f"x: expected {wanted}, as the weight of conv, got {got}"
        )
    if x.device != conv.weight.device:
        raise ValueError(
            f"x: expected a tensor on {conv.weight.device}, as conv, got one on {x.device}"
        )
    axes = conv.weight.ndim
    if x.ndim not in (axes, axes - 1) or x.shape[1 - axes] != conv.in_channels:
        raise ValueError(
            f"x: expected feature maps of {conv.in_channels} channels in {axes} axes, "
            f"or in {axes - 1} without a batch, got shape {tuple(x.shape)}"
        )
    if not x.numel():
        raise ValueError(
            f"x: expected at least one number, got shape {tuple(x.shape)}"
        )
    if not x.isfinite().all():
        raise ValueError("x: expected finite numbers, got nan or inf")
    return batched(conv, x.detach())


def filters(conv: Convolution) -> Tensor:
    """Return the weight of any convolution in float64 as (groups, C_out / groups, C_in / groups, taps)."""
    weight = as_double(conv.weight.detach()).flatten(2)
    parts = weight.unflatten(0, (conv.groups, -1))
    return parts.transpose(1, 2) if conv.transposed else parts


def with_filters(conv: Convolution, weights: Tensor) -> Convolution:
    """Return a convolution like `conv`, without a bias, that has these filters.

    Args:
        conv: The layer whose kernel size, stride, padding, dilation and groups it takes.
        weights: As `filters` returns them, of any numbers of channels.
    """
    settings: dict[str, Any] = {name: getattr(conv, name) for name in SETTINGS}
    if conv.transposed:
        settings["output_padding"] = conv.output_padding
    return _layer(conv, weights, kernel_size=conv.kernel_size, **settings)


def pointwise(
    conv: Convolution, weights: Tensor, bias: Tensor | None = None
) -> Convolution:
    """Return a 1×1 convolution in the groups of `conv`.

    Args:
        conv: The layer whose axes, groups, dtype and device it takes.
        weights: (groups, C_out / groups, C_in / groups).
        bias: (C_out,), or None for a layer without one.
    """
    return _layer(conv, weights[..., None], bias, kernel_size=1)


def batched(conv: Convolution, maps: Tensor) -> Tensor:
    """Return feature maps with the axis of the batch."""
    return maps if maps.ndim == conv.weight.ndim else maps[None]


def is_pointwise(conv: Convolution) -> bool:
    """Return whether the kernel has a single tap."""
    return conv.weight[0, 0].numel() == 1


def as_double(tensor: Tensor) -> Tensor:
    """Return a tensor in float64; on the CPU where its device has none."""
    device = "cpu" if tensor.device.type == "mps" else tensor.device
    return tensor.to(device, torch.float64)


def _layer(
    conv: Convolution,
    weights: Tensor,
    bias: Tensor | None = None,
    **settings: Any,
) -> Convolution:
    groups, out_channels, in_channels, _taps = weights.shape
    cls: Any = next(c for c in CONVOLUTIONS if type(conv) is c)
    # It draws no random weights, which would disturb the global generator.
    layer: Convolution = skip_init(
        cls,
        groups * in_channels,
        groups * out_channels,
        groups=groups,
        bias=bias is not None,
        device=conv.weight.device,
        dtype=conv.weight.dtype,
        **settings,
    )
    if conv.transposed:
        weights = weights.transpose(1, 2)
    if layer.kernel_size == conv.kernel_size and not conv.transposed:
        # What PyTorch pads by, also where someone has changed `padding` since.
        padding: Any = conv._reversed_padding_repeated_twice
        layer._reversed_padding_repeated_twice = list(padding)
    with torch.no_grad():
        layer.weight.copy_(weights.flatten(0, 1).reshape(layer.weight.shape))
        if layer.bias is not None and bias is not None:
            layer.bias.copy_(bias)
    for new in layer.parameters():
        new.requires_grad_(conv.weight.requires_grad)
    return layer.train(conv.training)

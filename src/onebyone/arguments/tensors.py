"""What the PyTorch functions ask of tensors, beyond their shapes."""

from typing import Any

import torch
from torch import Tensor
from torch.fx import Proxy

from onebyone.arguments import shapes

FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
COMPLEX = (torch.complex64, torch.complex128)
INTEGERS = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)
PLAIN = (Tensor, torch.nn.Parameter)
NUMBERS = frozenset(FLOATS + COMPLEX + INTEGERS)


def name_of(value: torch.dtype | torch.layout) -> str:
    """Return the name that NumPy and the error messages use."""
    return str(value).removeprefix("torch.")


def are_traced(*values: object) -> bool:
    """Return whether one of PyTorch's tools is tracing the call, so that sizes may differ when the trace runs.

    Nothing is checked then: a check would become part of the record, or stop the tool at sizes that it does not know.

    Examples:
        >>> are_traced(torch.zeros(1))
        False
    """
    if torch.compiler.is_compiling() or torch.jit.is_tracing():  # type: ignore[attr-defined, no-untyped-call]
        return True
    return any(_is_symbol(value) for value in values)


def _is_symbol(value: object) -> bool:
    """Return whether this stands for a tensor, or is one whose sizes are not known."""
    if isinstance(value, Tensor):
        return not value.is_nested and torch.SymInt in map(type, value.shape)
    return isinstance(value, Proxy)


def are_ready(x: Tensor, weight: Tensor, bias: Tensor | None) -> bool:
    """Return True for an ordinary, valid 1×1 convolution, which needs no further checks: the fast path.

    Examples:
        >>> are_ready(torch.ones(1, 3, 2, 2), torch.ones(5, 3, 1, 1), None)
        True
    """
    if torch.compiler.is_compiling() or torch.jit.is_tracing():  # type: ignore[attr-defined, no-untyped-call]
        return False
    if type(x) is not Tensor or type(weight) not in PLAIN or x.is_nested:
        return False
    maps, kernel = x.shape, weight.shape
    if not (
        x.dtype in FLOATS
        and x.dtype == weight.dtype
        and x.device == weight.device
        and x.layout == weight.layout == torch.strided
        and len(maps) == 4
        and kernel[1:] == (maps[1], 1, 1)
        and 0 not in maps[1:]
        and kernel[0]
    ):
        return False
    return bias is None or (
        type(bias) in PLAIN
        and bias.dtype == x.dtype
        and bias.device == x.device
        and bias.layout == torch.strided
        and bias.shape == kernel[:1]
    )


def check(name: str, value: Any) -> None:
    """Raise unless `value` is a dense tensor of numbers, or stands for one."""
    if isinstance(value, Proxy):
        return
    if not isinstance(value, Tensor):
        raise TypeError(
            f"{name}: expected a PyTorch tensor, got {type(value).__name__}"
        )
    if value.is_nested:
        raise TypeError(f"{name}: expected a dense tensor, got a nested one")
    if value.layout != torch.strided:
        raise TypeError(
            f"{name}: expected a dense tensor, got layout {name_of(value.layout)}"
        )
    if value.dtype not in NUMBERS:
        raise TypeError(
            f"{name}: expected integers or floating-point numbers, got dtype {name_of(value.dtype)}"
        )


def check_averageable(x: Tensor) -> None:
    """Raise unless x is a dense tensor of numbers whose mean is of their dtype."""
    check("x", x)
    if not isinstance(x, Proxy):
        shapes.check_averageable(name_of(x.dtype))


def check_real(x: Tensor, having: str) -> None:
    """Raise unless x is a dense tensor of real numbers, which have what the operation needs."""
    check("x", x)
    if not isinstance(x, Proxy):
        shapes.check_real(name_of(x.dtype), having)


def check_groups(x: Tensor, groups: int) -> None:
    """Raise unless the channels of x fall into so many groups."""
    check("x", x)
    if not are_traced(x):
        shapes.check_groups(tuple(x.shape), groups)


def with_kernel(weight: Tensor) -> Tensor:
    """Return the weight of a 1×1 convolution as (C_out, C_in, 1, 1), or raise where it has a larger kernel.

    Examples:
        >>> with_kernel(torch.ones(5, 3)).shape
        torch.Size([5, 3, 1, 1])
    """
    if isinstance(weight, Proxy) or torch.jit.is_tracing():  # type: ignore[attr-defined, no-untyped-call]
        return weight.flatten(1)[..., None, None]  # asks of no size
    if weight.dim() == 2:
        return weight[..., None, None]
    if weight.shape[2:] != (1, 1):
        raise ValueError(
            f"weight: expected (C_out, C_in) or (C_out, C_in, 1, 1), got {tuple(weight.shape)}"
        )
    return weight


def shapes_of(
    x: Tensor, weight: Tensor, bias: Tensor | None
) -> tuple[shapes.Shape, shapes.Shape, shapes.Shape | None]:
    """Return the shapes of tensors that lie on one device, or raise."""
    check("x", x)
    _check_beside(x, "weight", weight)
    if bias is not None:
        _check_beside(x, "bias", bias)
    shape = None if bias is None else tuple(bias.shape)
    return tuple(x.shape), tuple(weight.shape), shape


def _check_beside(x: Tensor, name: str, value: Tensor) -> None:
    check(name, value)
    if value.device != x.device:
        raise ValueError(
            f"{name}: expected a tensor on {x.device}, where x is, got one on {value.device}"
        )


def of_one_dtype(
    x: Tensor, weight: Tensor, bias: Tensor | None
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Return the tensors in the dtype of the result, or raise where that cannot hold it."""
    if any(isinstance(value, Proxy) for value in (x, weight, bias)):
        return x, weight, bias  # which have no dtype yet
    dtype = x.dtype
    others = weight.dtype, dtype if bias is None else bias.dtype
    if dtype in FLOATS and others == (dtype, dtype):
        return x, weight, bias  # the usual case, quickly
    dtype = torch.promote_types(x.dtype, weight.dtype)
    if bias is not None:
        shapes.check_bias_dtype(name_of(bias.dtype), name_of(dtype))
    if dtype in INTEGERS:
        raise TypeError(
            "x: expected floating-point numbers, since a GPU multiplies no "
            f"matrices of integers, got dtype {name_of(x.dtype)}"
        )
    bias = None if bias is None else bias.to(dtype)
    return x.to(dtype), weight.to(dtype), bias

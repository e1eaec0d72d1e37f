"""What the algebra asks of layers: pairs of a weight and a bias that fit each other."""

from typing import Any

import numpy as np
import numpy.typing as npt

from onebyone.arguments.arrays import (
    array,
    check_decomposable,
    decomposable_maps,
    in_one_dtype,
    real,
)
from onebyone.arguments.scalars import (
    above_zero,
    boolean,
    check_order,
    integer,
)
from onebyone.arguments.shapes import check_same_pixels

# A convolution: its weight, (C_out, C_in) or (C_out, C_in, KH, KW), and its bias, (C_out,) or None.
Layer = tuple[npt.ArrayLike, npt.ArrayLike | None]


def check_linear_to_conv(
    weight: npt.ArrayLike,
    kernel_size: int = 1,
    data_format: str = "channels_first",
) -> dict[str, Any]:
    """Check the arguments of `linear_to_conv`."""
    weight = array("weight", weight)
    kernel = integer("kernel_size", kernel_size, 1)
    if weight.ndim != 2 or weight.size == 0 or weight.shape[1] % kernel**2:
        raise ValueError(
            f"weight: expected (C_out, C_in · {kernel**2}), got {weight.shape}"
        )
    check_order(data_format)
    return {
        "weight": weight,
        "kernel_size": kernel,
        "data_format": data_format,
    }


def check_conv_to_linear(
    weight: npt.ArrayLike, data_format: str = "channels_first"
) -> dict[str, Any]:
    """Check the arguments of `conv_to_linear`."""
    weight = array("weight", weight)
    if weight.ndim != 4 or weight.size == 0:
        raise ValueError(
            f"weight: expected (C_out, C_in, KH, KW), got {weight.shape}"
        )
    check_order(data_format)
    return {"weight": weight, "data_format": data_format}


def check_full_weight(
    weight: npt.ArrayLike, *, groups: int = 1, transposed: bool = False
) -> dict[str, Any]:
    """Check the arguments of `full_weight`."""
    weight, parts = kernel("weight", weight), integer("groups", groups, 1)
    boolean("transposed", transposed)
    if transposed:
        check_transposed("weight", weight, parts)
    elif weight.ndim != 4 or len(weight) % parts:
        raise ValueError(
            f"weight: expected (C_out, C_in / groups, KH, KW) in groups={parts}, got {weight.shape}"
        )
    return {"weight": weight, "groups": parts, "transposed": transposed}


def check_compose(second: Layer, first: Layer) -> dict[str, Any]:
    """Check the arguments of `compose`, and promote them to one dtype; one kernel at least is 1×1."""
    outer, outer_bias = pair_of("second", second)
    inner, inner_bias = pair_of("first", first)
    if outer.shape[1] != len(inner):
        raise ValueError(
            f"second: expected a weight of {len(inner)} input channels, the output channels of first, got {outer.shape}"
        )
    kernels = outer.shape[2:], inner.shape[2:]
    if all(kernel not in ((), (1, 1)) for kernel in kernels):
        raise ValueError(
            f"first: expected a 1×1 kernel in it or in second, got {inner.shape} and {outer.shape}"
        )
    outer, outer_bias, inner, inner_bias = in_one_dtype(
        outer, outer_bias, inner, inner_bias
    )
    return {"second": (outer, outer_bias), "first": (inner, inner_bias)}


def check_batch_norm(
    gamma: npt.ArrayLike,
    beta: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    eps: float = 1e-5,
) -> dict[str, Any]:
    """Check the arguments of `batch_norm_as_conv`, and promote them to one dtype."""
    return _norm(gamma, beta, mean, variance, eps)


def check_fold(
    layer: Layer,
    gamma: npt.ArrayLike,
    beta: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    eps: float = 1e-5,
    *,
    transposed: bool | None = None,
    groups: int = 1,
) -> dict[str, Any]:
    """Check the arguments of `fold_batch_norm`; the layer has a bias, and it is known whether it is transposed."""
    parts = integer("groups", groups, 1)
    if transposed is not None:
        boolean("transposed", transposed)
    swapped = transposed is True
    weight, bias = pair_of("layer", layer, transposed=swapped, groups=parts)
    # A filter that reads one channel is the same filter either way.
    is_square = weight.ndim == 4 and len(weight) == parts * weight.shape[1]
    if transposed is None and is_square and weight.shape[1] > 1:
        raise ValueError(
            "transposed: expected True or False, since a weight "
            f"{weight.shape} does not show which of its axes is C_out, got None"
        )
    norm = _norm(gamma, beta, mean, variance, eps, weight)
    if len(norm["gamma"]) != len(bias):
        raise ValueError(
            f"gamma: expected ({len(bias)},), one number for each output channel of layer, got {norm['gamma'].shape}"
        )
    return {
        "layer": (weight, bias),
        **norm,
        "transposed": swapped,
        "groups": parts,
    }


def check_factorize(weight: npt.ArrayLike, rank: int) -> dict[str, Any]:
    """Check the arguments of `factorize`."""
    weight = kernel("weight", weight)
    check_decomposable("weight", weight)
    width = integer("rank", rank, 1)
    rows, columns = len(weight), weight[0].size
    if width > min(rows, columns):
        raise ValueError(
            f"rank: expected at most {min(rows, columns)}, the smaller side of weight as {(rows, columns)}, got {width}"
        )
    return {"weight": weight, "rank": width}


def check_pca(x: npt.ArrayLike, out_channels: int) -> dict[str, Any]:
    """Check the arguments of `pca_projection`."""
    x = decomposable_maps("x", x)
    kept = integer("out_channels", out_channels, 1)
    if kept > x.shape[-3]:
        raise ValueError(
            f"out_channels: expected at most the {x.shape[-3]} channels of x, got {kept}"
        )
    if not x.size:
        raise ValueError(f"x: expected at least one image, got {x.shape}")
    return {"x": x, "out_channels": kept}


def check_best_expansion(y: npt.ArrayLike, x: npt.ArrayLike) -> dict[str, Any]:
    """Check the arguments of `best_expansion`."""
    y, x = decomposable_maps("y", y), decomposable_maps("x", x)
    check_same_pixels("y", y.shape, x.shape, may_be_none=True)
    return {"y": y, "x": x}


def kernel(name: str, value: npt.ArrayLike) -> np.ndarray:
    """Return the weight of a convolution as an array."""
    weight = real(name, value)
    if weight.ndim not in (2, 4) or not weight.size:
        raise ValueError(
            f"{name}: expected a weight (C_out, C_in) or (C_out, C_in, KH, KW), got {weight.shape}"
        )
    return weight


def check_transposed(name: str, weight: np.ndarray, groups: int) -> None:
    """Raise unless this is the weight of a transposed convolution."""
    if weight.ndim != 4 or len(weight) % groups:
        raise ValueError(
            f"{name}: expected a weight (C_in, C_out / groups, KH, KW) of a transposed convolution in groups={groups}, "
            f"got {weight.shape}"
        )


def pair_of(
    name: str, value: Layer, *, transposed: bool = False, groups: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weight and the bias of a convolution, zeros where it has none, in one dtype.

    Examples:
        >>> pair_of("first", ([[2.0, 3.0]], None))
        (array([[2., 3.]]), array([0.]))
    """
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise TypeError(
            f"{name}: expected a pair (weight, bias), got {type(value).__name__}"
        )
    weight = kernel(name, value[0])
    filters = len(weight)
    if transposed:
        check_transposed(name, weight, groups)
        filters = groups * weight.shape[1]
    if value[1] is None:
        return weight, np.zeros(filters, weight.dtype)
    bias = real(name, value[1])
    if bias.shape != (filters,):
        raise ValueError(
            f"{name}: expected a bias ({filters},), one number for each output channel, got {bias.shape}"
        )
    weight, bias = in_one_dtype(weight, bias)
    return weight, bias


def _norm(
    gamma: npt.ArrayLike,
    beta: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    eps: float,
    *beside: np.ndarray,
) -> dict[str, Any]:
    """Return a batch normalisation, one number for each channel, in the dtype to which it and those beside promote."""
    given = {"gamma": gamma, "beta": beta, "mean": mean, "variance": variance}
    named = {name: real(name, value) for name, value in given.items()}
    expected = named["gamma"].shape
    for name, value in named.items():
        if value.ndim != 1 or not value.size or value.shape != expected:
            raise ValueError(
                f"{name}: expected {expected if len(expected) == 1 else '(C,)'}, "
                f"one number for each channel, got {value.shape}"
            )
    named = dict(
        zip(named, in_one_dtype(*named.values(), *beside), strict=False)
    )
    eps = above_zero("eps", eps)
    variance = named["variance"]
    wrong = variance[~((variance >= 0) & np.isfinite(variance))]
    if wrong.size:
        raise ValueError(
            f"variance: expected finite numbers from 0, got {wrong[0]}"
        )
    if not variance.dtype.type(eps):
        raise ValueError(
            f"eps: expected a number above 0 in {variance.dtype}, got {eps!r}"
        )
    return {**named, "eps": eps}

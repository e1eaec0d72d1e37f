"""What the NumPy functions ask of arrays, beyond their shapes."""

from typing import Any

import numpy as np
import numpy.typing as npt

from onebyone.arguments import shapes
from onebyone.arguments.scalars import Pair, above_zero, integer


def array(name: str, value: npt.ArrayLike) -> np.ndarray:
    """Return `value` as an array of numbers, without a copy where it is one already.

    Examples:
        >>> array("x", [[1, 2], [3, 4]]).shape
        (2, 2)
        >>> array("x", [[1, 2], [3]])
        Traceback (most recent call last):
        ValueError: x: expected rows of equal length, got a ragged sequence
    """
    if isinstance(value, np.ma.MaskedArray) or not isinstance(
        value, np.ndarray | list | tuple
    ):
        raise TypeError(
            f"{name}: expected a NumPy array or nested lists of numbers, got {type(value).__name__}"
        )
    try:
        result = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name}: expected rows of equal length, got a ragged sequence"
        ) from None
    except Exception as error:
        raise TypeError(
            f"{name}: expected numbers, got a sequence that NumPy cannot read: {error}"
        ) from None
    if result.dtype.kind not in "iufc":
        raise TypeError(
            f"{name}: expected integers or floating-point numbers, got dtype {result.dtype}"
        )
    # NumPy computes in the machine's byte order, and promises it of result_type.
    return result.astype(result.dtype.newbyteorder("="), copy=False)


def check_conv1x1(
    x: npt.ArrayLike, weight: npt.ArrayLike, bias: npt.ArrayLike | None = None
) -> dict[str, Any]:
    """Check the arguments of a 1×1 convolution; its weight becomes (C_out, C_in)."""
    x, weight = array("x", x), array("weight", weight)
    bias = None if bias is None else array("bias", bias)
    shapes.check_conv1x1(
        x.shape, weight.shape, None if bias is None else bias.shape
    )
    return {
        "x": x,
        "weight": weight.reshape(weight.shape[:2]),
        "bias": _in_dtype_of_result(x, weight, bias),
    }


def check_slide_filters(
    x: npt.ArrayLike, weight: npt.ArrayLike, bias: npt.ArrayLike | None = None
) -> dict[str, Any]:
    """Check the arguments of `slide_filters`."""
    x, weight, bias, _ = place_kernel(x, weight, bias, 1, 0, 1, 1)
    return {"x": x, "weight": weight, "bias": bias}


def check_conv1x1_backward(
    grad_output: npt.ArrayLike, x: npt.ArrayLike, weight: npt.ArrayLike
) -> dict[str, Any]:
    """Check the arguments of `conv1x1_backward`, and promote them to one dtype."""
    g, x = real("grad_output", grad_output), real("x", x)
    weight = real("weight", weight)
    shapes.check_conv1x1(x.shape, weight.shape, None)
    expected = (*x.shape[:-3], len(weight), *x.shape[-2:])
    if g.shape != expected:
        raise ValueError(
            f"grad_output: expected {expected}, the shape of conv1x1(x, weight), got {g.shape}"
        )
    g, x, weight = in_one_dtype(g, x, weight)
    return {"grad_output": g, "x": x, "weight": weight}


def check_fit(
    x: npt.ArrayLike, target: npt.ArrayLike, steps: int, rate: float
) -> dict[str, Any]:
    """Check the arguments of `fit_conv1x1`; the feature maps come to be of one dtype."""
    x, target = real("x", x), real("target", target)
    shapes.check_feature_maps(x.shape)
    shapes.check_same_pixels("target", target.shape, x.shape, may_be_none=False)
    x, target = in_one_dtype(x, target)
    return {
        "x": x,
        "target": target,
        "steps": integer("steps", steps, 1),
        "rate": above_zero("rate", rate),
    }


def check_relu(x: npt.ArrayLike) -> dict[str, Any]:
    """Check the argument of `relu`."""
    x = array("x", x)
    shapes.check_real(x.dtype, "a sign")
    return {"x": x}


def check_maps(x: npt.ArrayLike) -> dict[str, Any]:
    """Check the argument of `global_avg_pool2d`."""
    x = averageable(x)
    shapes.check_feature_maps(x.shape)
    return {"x": x}


def place_kernel(
    x: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None,
    stride: Pair,
    padding: Pair | str,
    dilation: Pair,
    groups: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None, shapes.Geometry]:
    """Return the arrays of a convolution, which fit each other, and how its kernel slides."""
    x, weight = array("x", x), array("weight", weight)
    bias = None if bias is None else array("bias", bias)
    shape = None if bias is None else bias.shape
    geometry = shapes.place_kernel(
        x.shape, weight.shape, shape, stride, padding, dilation, groups
    )
    return x, weight, _in_dtype_of_result(x, weight, bias), geometry


def averageable(x: npt.ArrayLike) -> np.ndarray:
    """Return x as an array of numbers whose mean is of their dtype."""
    x = array("x", x)
    shapes.check_averageable(x.dtype)
    return x


def check_decomposable(name: str, value: np.ndarray) -> None:
    """Raise unless NumPy's linear algebra can decompose this: float32 or float64, and finite."""
    if value.dtype not in (np.float32, np.float64):
        raise TypeError(
            f"{name}: expected float32 or float64, got dtype {value.dtype}"
        )
    if not np.isfinite(value).all():
        raise ValueError(
            f"{name}: expected finite numbers, got {value[~np.isfinite(value)][0]}"
        )


def decomposable_maps(name: str, value: npt.ArrayLike) -> np.ndarray:
    """Return feature maps that NumPy's linear algebra can decompose."""
    result = array(name, value)
    if result.dtype.kind != "f":
        raise TypeError(
            f"{name}: expected floating-point numbers, got dtype {result.dtype}"
        )
    shapes.check_feature_maps(result.shape, name)
    check_decomposable(name, result)
    return result


def real(name: str, value: npt.ArrayLike) -> np.ndarray:
    """Return an array of real floating-point numbers."""
    result = array(name, value)
    if result.dtype.kind != "f":
        raise TypeError(
            f"{name}: expected real floating-point numbers, got dtype {result.dtype}"
        )
    return result


def check_quantize(
    weight: npt.ArrayLike, axis: int | None = None
) -> dict[str, Any]:
    """Check the arguments of `quantize`."""
    weight = real("weight", weight)
    check_decomposable("weight", weight)
    if not weight.size or not weight.ndim:
        raise ValueError(
            f"weight: expected at least one axis and one number, got shape {weight.shape}"
        )
    if axis is not None:
        axis = integer("axis", axis, 0)
        if axis >= weight.ndim:
            raise ValueError(
                f"axis: expected less than {weight.ndim}, the axes of weight, got {axis}"
            )
    return {"weight": weight, "axis": axis}


def check_signal_to_noise(
    signal: npt.ArrayLike, noisy: npt.ArrayLike
) -> dict[str, Any]:
    """Check the arguments of `signal_to_noise`."""
    signal, noisy = real("signal", signal), real("noisy", noisy)
    if signal.shape != noisy.shape:
        raise ValueError(
            f"noisy: expected shape {signal.shape}, as signal, got {noisy.shape}"
        )
    check_decomposable("signal", signal)
    check_decomposable("noisy", noisy)
    if not signal.any():
        raise ValueError("signal: expected a number that is not zero")
    return {"signal": signal, "noisy": noisy}


def in_one_dtype(*values: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return arrays in the dtype to which they promote."""
    dtype = np.result_type(*values)
    return tuple(value.astype(dtype, copy=False) for value in values)


def _in_dtype_of_result(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None
) -> np.ndarray | None:
    """Return bias in the dtype of the result, or raise where the numbers might not fit that dtype."""
    dtype = np.result_type(x, weight)
    if bias is not None:
        shapes.check_bias_dtype(bias.dtype, dtype)
    if dtype.kind in "iu" and x.size:
        # NumPy's integers wrap around in silence, so ask before, in Python's integers, whether they could.
        sums = (
            np.abs(weight.astype(object)).reshape(len(weight), -1).sum(axis=1)
        )
        offset = 0 if bias is None else np.abs(bias.astype(object))
        largest = max(max(int(x.max()), -int(x.min())) * sums + offset)
        if largest > np.iinfo(dtype).max:
            raise ValueError(
                f"x: expected integers whose weighted sums fit {dtype}, got sums that may reach {largest}; "
                "convert x to a wider or a floating-point dtype"
            )
    return None if bias is None else bias.astype(dtype)

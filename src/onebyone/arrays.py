"""What the NumPy functions ask of arrays, beyond their shapes."""

from typing import Any

import numpy as np
import numpy.typing as npt

from onebyone import checks

Array = npt.NDArray[Any]


def array(name: str, value: npt.ArrayLike) -> Array:
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


def conv1x1_arguments(
    x: npt.ArrayLike, weight: npt.ArrayLike, bias: npt.ArrayLike | None
) -> tuple[Array, Array, Array | None]:
    """Return the arguments of a 1×1 convolution as arrays that fit each other, weight as (C_out, C_in)."""
    x, weight = array("x", x), array("weight", weight)
    bias = None if bias is None else array("bias", bias)
    checks.conv1x1_shapes(
        x.shape, weight.shape, None if bias is None else bias.shape
    )
    return x, weight.reshape(weight.shape[:2]), _bias_that_fits(x, weight, bias)


def conv2d_arguments(
    x: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None,
    stride: object,
    padding: object,
    dilation: object,
    groups: object,
) -> tuple[Array, Array, Array | None, checks.Geometry]:
    """Return the arguments of a convolution as arrays that fit each other, and how the kernel slides."""
    x, weight = array("x", x), array("weight", weight)
    bias = None if bias is None else array("bias", bias)
    shape = None if bias is None else bias.shape
    geometry = checks.conv2d_geometry(
        x.shape, weight.shape, shape, stride, padding, dilation, groups
    )
    return x, weight, _bias_that_fits(x, weight, bias), geometry


def _bias_that_fits(
    x: Array, weight: Array, bias: Array | None
) -> Array | None:
    """Return bias in the dtype of the result, or raise where the numbers might not fit that dtype."""
    dtype = np.result_type(x, weight)
    if bias is not None:
        fits = np.can_cast(bias.dtype, dtype, "same_kind")
        checks.bias_fits(fits=fits, dtype=dtype, bias_dtype=bias.dtype)
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

"""What the NumPy functions ask of arrays, beyond their shapes."""

from typing import Any

import numpy as np
import numpy.typing as npt

from onebyone.arguments import shapes

Array = npt.NDArray[Any]
# A convolution: its weight, (C_out, C_in) or (C_out, C_in, KH, KW), and its bias, (C_out,) or None.
Layer = tuple[npt.ArrayLike, npt.ArrayLike | None]


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
    shapes.conv1x1_shapes(
        x.shape, weight.shape, None if bias is None else bias.shape
    )
    return x, weight.reshape(weight.shape[:2]), _bias_that_fits(x, weight, bias)


def conv1x1_backward_arguments(
    grad_output: npt.ArrayLike, x: npt.ArrayLike, weight: npt.ArrayLike
) -> tuple[Array, Array, Array]:
    """Return what goes back through a 1×1 convolution as arrays that fit each other, of one dtype."""
    g, x, weight = (
        _real("grad_output", grad_output),
        _real("x", x),
        _real("weight", weight),
    )
    shapes.conv1x1_shapes(x.shape, weight.shape, None)
    expected = (*x.shape[:-3], len(weight), *x.shape[-2:])
    if g.shape != expected:
        raise ValueError(
            f"grad_output: expected {expected}, the shape of conv1x1(x, weight), got {g.shape}"
        )
    g, x, weight = _of_one_dtype(g, x, weight)
    return g, x, weight


def of_the_same_pixels(
    x: npt.ArrayLike, target: npt.ArrayLike
) -> tuple[Array, Array]:
    """Return two stacks of feature maps that differ in their channels alone, of one dtype."""
    x, target = _real("x", x), _real("target", target)
    shapes.feature_maps(x.shape)
    shapes.pixels_of("target", target.shape, x.shape, may_be_none=False)
    x, target = _of_one_dtype(x, target)
    return x, target


def layer(
    name: str, value: Layer, *, transposed: bool = False, groups: int = 1
) -> tuple[Array, Array]:
    """Return the weight and the bias of a convolution, zeros where it has none, in one dtype.

    A transposed convolution's weight comes back as other convolutions have it, (C_out, C_in / groups, KH, KW).

    Examples:
        >>> layer("first", ([[2.0, 3.0]], None))
        (array([[2., 3.]]), array([0.]))
    """
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise TypeError(
            f"{name}: expected a pair (weight, bias), got {type(value).__name__}"
        )
    weight = _real(name, value[0])
    if weight.ndim not in (2, 4) or not weight.size:
        raise ValueError(
            f"{name}: expected a weight (C_out, C_in) or (C_out, C_in, KH, KW), got {weight.shape}"
        )
    if transposed:
        weight = swap_channels(name, weight, groups)
    if value[1] is None:
        return weight, np.zeros(len(weight), weight.dtype)
    bias = _real(name, value[1])
    if bias.shape != (len(weight),):
        raise ValueError(
            f"{name}: expected a bias ({len(weight)},), one number for each output channel, got {bias.shape}"
        )
    weight, bias = _of_one_dtype(weight, bias)
    return weight, bias


def swap_channels(name: str, weight: Array, groups: int) -> Array:
    """Return the weight of a transposed convolution as other convolutions have it, or the other way round.

    Examples:
        >>> swap_channels("weight", np.zeros((6, 5, 3, 3)), groups=2).shape
        (10, 3, 3, 3)
    """
    if weight.ndim != 4 or len(weight) % groups:
        raise ValueError(
            f"{name}: expected a weight (C_in, C_out / groups, KH, KW) of a transposed convolution in groups={groups}, "
            f"got {weight.shape}"
        )
    first, second, *kernel = weight.shape
    in_groups = weight.reshape(groups, first // groups, second, *kernel)
    return in_groups.swapaxes(1, 2).reshape(-1, first // groups, *kernel)


def layers(
    second: Layer, first: Layer
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return two convolutions that fit each other, of which one at least is 1×1, in one dtype."""
    outer, outer_bias = layer("second", second)
    inner, inner_bias = layer("first", first)
    if outer.shape[1] != len(inner):
        raise ValueError(
            f"second: expected a weight of {len(inner)} input channels, as many as first puts out, got {outer.shape}"
        )
    kernels = outer.shape[2:], inner.shape[2:]
    if all(kernel not in ((), (1, 1)) for kernel in kernels):
        raise ValueError(
            f"first: expected a 1×1 kernel in it or in second, got {inner.shape} and {outer.shape}"
        )
    outer, outer_bias, inner, inner_bias = _of_one_dtype(
        outer, outer_bias, inner, inner_bias
    )
    return (outer, outer_bias), (inner, inner_bias)


def by_channel(x: Array) -> Array:
    """Return feature maps, (N, C, H, W) or (C, H, W), as one row a channel, one column a pixel: (C, N · H · W)."""
    return np.moveaxis(x, -3, 0).reshape(x.shape[-3], -1)


def decomposable(name: str, value: Array) -> None:
    """Raise unless NumPy's linear algebra can decompose this: float32 or float64, and finite."""
    if value.dtype not in (np.float32, np.float64):
        raise TypeError(
            f"{name}: expected float32 or float64, got dtype {value.dtype}"
        )
    if not np.isfinite(value).all():
        raise ValueError(
            f"{name}: expected finite numbers, got {value[~np.isfinite(value)][0]}"
        )


def one_a_channel(*beside: Array, **values: npt.ArrayLike) -> tuple[Array, ...]:
    """Return arrays that hold one number for each channel, in the dtype to which they and those beside promote."""
    named = {name: _real(name, value) for name, value in values.items()}
    expected = next(iter(named.values())).shape
    for name, value in named.items():
        if value.ndim != 1 or not value.size or value.shape != expected:
            raise ValueError(
                f"{name}: expected {expected if len(expected) == 1 else '(C,)'}, "
                f"one number for each channel, got {value.shape}"
            )
    return _of_one_dtype(*named.values(), *beside)[: len(named)]


def _real(name: str, value: npt.ArrayLike) -> Array:
    result = array(name, value)
    if result.dtype.kind != "f":
        raise TypeError(
            f"{name}: expected real floating-point numbers, got dtype {result.dtype}"
        )
    return result


def _of_one_dtype(*values: Array) -> tuple[Array, ...]:
    dtype = np.result_type(*values)
    return tuple(value.astype(dtype, copy=False) for value in values)


def conv2d_arguments(
    x: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike | None,
    stride: object,
    padding: object,
    dilation: object,
    groups: object,
) -> tuple[Array, Array, Array | None, shapes.Geometry]:
    """Return the arguments of a convolution as arrays that fit each other, and how the kernel slides."""
    x, weight = array("x", x), array("weight", weight)
    bias = None if bias is None else array("bias", bias)
    shape = None if bias is None else bias.shape
    geometry = shapes.conv2d_geometry(
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
        shapes.bias_fits(fits=fits, dtype=dtype, bias_dtype=bias.dtype)
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

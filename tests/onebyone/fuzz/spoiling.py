"""Arguments for the fuzz: such as fit, and such as spoil a call that would."""

import warnings
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import torch
from hypothesis import strategies as st

from ..draws import LAYOUTS, lay_out

HUGE = 2**70
FLOATS = ("float16", "float32", "float64")
NUMBERS = (*FLOATS, "int32", "int64", "complex64")
TENSORS = ("float16", "bfloat16", "float32", "float64", "complex64")
DECOMPOSABLE = ("float32", "float64")

# What anybody could give instead of anything. Each is made anew, so that no call can change the next one's.
ANYTHING = [
    *(lambda value=value: value for value in (
        *(None, True, False, np.True_, ..., int, len, object(), datetime(2026, 1, 1)),
        *(0, -1, 1, 2, 3, 7, 1.0, 2.5, -0.5, 1e-9, 1e300, 1j, Fraction(1, 2), Decimal("0.5")),
        *(float("nan"), float("inf"), -float("inf")),
        *("", "same", "valid", "SAME", "text", b"1"),
        *((), (1,), (1, 1), (2, 1), (1, 2, 3), (1.0, 2), (None, 1), ((1, 1), (1, 1)), ("1", 1)),
        *(np.int64(2), np.uint8(1), np.float32(0.5), np.float16(2), np.str_("same"), range(3)),
        *(frozenset(), memoryview(b"12"), slice(1, 2), NotImplemented),
    )),
    *(lambda value=value: np.array(value) for value in (
        *(2, [2], [2, 2], 0.5, "text", [None], [b"1"], [[True]], ["2026-01-01"]),
        *([1.5, np.nan], [np.inf], [1e300, 1.0], [1j, 2.0], [2**62, 1], [-(2**63)]),
    )),
    *(lambda shape=shape: np.ones(shape) for shape in (
        *((0,), (1,), (3,), (1, 1), (2, 3), (3, 2), (0, 2), (2, 0), (1, 1, 1), (3, 2, 2)),
        *((3, 0, 2), (1, 3, 2, 2), (2, 3, 2, 2), (0, 3, 2, 2), (2, 0, 1, 1), (1, 1, 2, 2, 2)),
    )),
    *(lambda dtype=dtype: np.zeros((2, 2), dtype) for dtype in (
        *("bool", "object", "U2", "S1", "V3", "longdouble", "clongdouble", "datetime64[s]", "i4,f8", "int8", "uint64"),
    )),
    *(lambda value=value: [*value] for value in (
        *((), (1,), (1, 1), (2.0, 1.0), (None, None), ([1, 2], [3]), ([[1.0]],), (HUGE, 1), "ab", ([True],)),
        *(([[1.0, 2.0]], None), ([[1.0]], [1.0]), (np.ones((1, 2)), np.ones(1)), (np.ones((2, 2, 1, 1)), None)),
    )),
    *(lambda shape=shape: torch.ones(shape) for shape in (
        *((), (0,), (1,), (3,), (2, 3), (3, 2, 2), (2, 3, 2, 2), (0, 3, 2, 2), (3, 0, 2), (1, 1, 2, 2, 2)),
    )),
    *(lambda dtype=dtype: torch.ones((3, 2, 2), dtype=dtype) for dtype in (
        *(torch.bool, torch.int64, torch.uint16, torch.complex128, torch.float8_e5m2),
    )),
    lambda: np.ma.masked_array([1.0, 2.0], [True, False]),
    lambda: np.ones((2, 2)).view(np.matrix),
    lambda: torch.ones(2, 2).to_sparse(),
    lambda: torch.ones(3, 2, 2, device="meta"),
    dict,
    lambda: {"a": np.ones((1, 2, 2))},
    lambda: bytearray(b"12"),
    lambda: iter([1, 2]),
]  # fmt: skip
# Numbers that no memory holds, for arguments that ask for none.
ENORMOUS = [
    *(lambda value=value: value for value in (
        *(HUGE, -HUGE, 2**40, 2**62, 2**63 - 1, 2**63, 10**400, np.uint64(2**63)),
        *((HUGE, 1), (1, 2**62), (2**40, 2**40)),
    )),
]  # fmt: skip
# Of arrays and of tensors.
RESHAPED = [
    lambda v: v[None],
    lambda v: v[..., None],
    lambda v: v[..., :0],
    lambda v: v[:0],
    lambda v: v[0],
    lambda v: v[1:],
    lambda v: v[..., :1],
]
NEAR_ARRAYS = [
    *(lambda v, dtype=dtype: v.astype(dtype) for dtype in (
        *("bool", "object", "U8", "complex64", "complex128", "int8", "int64", "uint8", *FLOATS, "longdouble", ">f8"),
    )),
    *RESHAPED,
    lambda v: v.T,
    lambda v: v.ravel(),
    lambda v: np.concatenate([v, v]),
    lambda v: np.concatenate([v, v], axis=-1),
    lambda v: v[::-1],
    lambda v: -np.abs(v),
    lambda v: v.tolist(),
    lambda v: tuple(v),
    lambda v: list(v),
    lambda v: np.ma.masked_array(v),
    lambda v: np.where(np.arange(v.size).reshape(v.shape) == 0, np.nan, v),
    lambda v: np.where(np.arange(v.size).reshape(v.shape) == 0, -np.inf, v),
    lambda v: v * 1e20,
    lambda v: v.astype("float64") * 1e200,
    lambda v: v * 0,
    lambda v: torch.from_numpy(np.array(v, "float64")),
]  # fmt: skip
NEAR_TENSORS = [
    *(lambda v, dtype=dtype: v.to(getattr(torch, dtype)) for dtype in (
        *("bool", "int64", "uint8", "complex128", *TENSORS),
    )),
    *RESHAPED,
    lambda v: v.mT if v.dim() > 1 else v[None],
    lambda v: v.flatten(),
    lambda v: torch.cat([v, v]),
    lambda v: v.flip(0),
    lambda v: v.tolist(),
    lambda v: v.detach().to(torch.float64).numpy(),
    lambda v: v.to_sparse(),
    lambda v: v.to("meta"),
    lambda v: v * float("nan"),
    lambda v: v.clone().requires_grad_(),
]  # fmt: skip
NEAR_INTEGERS = [
    lambda v: v + 1,
    lambda v: v - 1,
    lambda v: v + 2,
    lambda v: -v,
    lambda v: float(v),
    lambda v: np.int64(v),
    lambda v: np.int8(v),
    lambda v: np.array(v),
    lambda v: str(v),
    lambda v: (v, v),
    lambda v: [v, v + 1],
    lambda v: (v, v, v),
    lambda v: (v, float(v)),
    lambda v: v * 0,
]
NEAR_PAIRS = [
    lambda v: v[::-1],
    lambda v: list(v),
    lambda v: v[:1],
    lambda v: v[0],
    lambda v: (*v, v[0]),
    lambda v: (v[0], None),
    lambda v: np.array(v[0]),
]
NEAR_OTHERS = [lambda v: [v], lambda v: (v, v), str]
# Layers: a weight, and a bias or None.
NEAR_LAYERS = [
    *NEAR_PAIRS,
    *(lambda v, way=way: (way(v[0]), v[1]) for way in NEAR_ARRAYS),
    *(lambda v, way=way: (v[0], way(v[1])) for way in NEAR_ARRAYS),
]


def near(value):
    """Return the ways to miss a good argument by little."""
    if isinstance(value, np.ndarray) and value.ndim:
        return NEAR_ARRAYS
    if isinstance(value, torch.Tensor):
        return NEAR_TENSORS
    if type(value) is int:
        return NEAR_INTEGERS
    if isinstance(value, tuple):
        return NEAR_LAYERS if isinstance(value[0], np.ndarray) else NEAR_PAIRS
    return NEAR_OTHERS


def bent(way, value):
    """Return a good argument as one that may be bad, or as it was where there is no such way."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return way(value)
    except (AttributeError, IndexError, TypeError, ArithmeticError, ValueError, RuntimeError):
        return value


@st.composite
def spoilt(draw, arguments, needs_memory=()):
    """Draw a call like a good one, of which one argument or two are something else."""
    result = dict(arguments)
    for _ in range(draw(st.integers(1, 2))):
        name = draw(st.sampled_from(sorted(arguments)))
        if draw(st.booleans()):
            ways = near(arguments[name])
            result[name] = bent(draw(st.sampled_from(ways)), arguments[name])
        else:
            pool = ANYTHING if name in needs_memory else ANYTHING + ENORMOUS
            result[name] = draw(st.sampled_from(pool))()
    return result


@st.composite
def numbers(draw, shape, dtypes=NUMBERS):
    """Draw an array of this shape: its dtype, its memory order, and the seed of its numbers."""
    random = np.random.default_rng(draw(st.integers(0, 99)))
    dtype = np.dtype(draw(st.sampled_from(dtypes)))
    whole = dtype.kind in "iu"
    values = random.integers(-4, 5, shape) if whole else random.normal(size=shape)
    return lay_out(values.astype(dtype), draw(st.sampled_from(LAYOUTS)))


@st.composite
def tensors(draw, shape, dtypes=TENSORS):
    """Draw a tensor of this shape: its dtype, its memory order, and the seed of its numbers."""
    random = np.random.default_rng(draw(st.integers(0, 99)))
    values = torch.from_numpy(random.normal(size=shape))
    result = values.to(getattr(torch, draw(st.sampled_from(dtypes))))
    if result.dim() == 4 and draw(st.booleans()):
        return result.to(memory_format=torch.channels_last)
    return result


def batches():
    """Draw the leading axes of feature maps: none, or a number of images, which may be 0."""
    return st.sampled_from([(), (), (0,), (1,), (2,)])

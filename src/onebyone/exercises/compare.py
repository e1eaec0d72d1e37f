"""What differs between the value that was expected and the one that came."""

import inspect
import numbers
from typing import Any

import numpy as np

from onebyone.exercises.show import is_tensor, shorten

# Relative to the largest entry, since sums may be taken in any order.
EXACT, COARSE = 1e-8, 1e-4
NOTHING = "Nothing came back. Did you forget to return it?"


def find_difference(expected: Any, came: Any) -> str | None:
    """Return what is wrong with a value, "" where a look at the two says it, or None.

    Examples:
        >>> find_difference(0.3, 0.1 + 0.2), find_difference(2, 3)
        (None, '')
        >>> find_difference(np.zeros((2, 3)), np.zeros((3, 2)))
        'The shape is (3, 2), and should be (2, 3).'
        >>> find_difference(np.array([1, 2]), np.array([1, 3]))
        '1 of 2 entries differs. The first is [1]: expected 2, came 3.'
    """
    if expected is not None and came is None:
        return NOTHING
    if inspect.isgenerator(came) or inspect.iscoroutine(came):
        came.close()
        word = "yield" if inspect.isgenerator(came) else "async"
        return f"The function has {word} in it: it should return the value."
    if isinstance(expected, tuple | list):
        return _compare_items(expected, came)
    if isinstance(expected, dict):
        if not isinstance(came, dict):
            return _expect(expected, came)
        if expected.keys() != came.keys():
            return f"The keys are {shorten([*came])}, and should be {shorten([*expected])}."
        return _compare_each(
            [(key, expected[key], came[key]) for key in expected]
        )
    if _is_array(expected) and np.ndim(_to_array(expected)):
        return _compare_arrays(expected, came)
    if isinstance(expected, numbers.Number | np.bool_) or _is_array(expected):
        return _compare_numbers(expected, came)
    try:
        return None if bool(expected == came) else ""
    except Exception:  # what came may be anything
        return _expect(expected, came)


def _compare_items(expected: Any, came: Any) -> str | None:
    if not isinstance(came, tuple | list):
        return _expect(expected, came)
    if len(expected) != len(came):
        return f"It has {len(came)} items, and should have {len(expected)}."
    return _compare_each(
        [
            (index, one, other)
            for index, (one, other) in enumerate(
                zip(expected, came, strict=True)
            )
        ]
    )


def _compare_each(pairs: list[tuple[Any, Any, Any]]) -> str | None:
    for key, one, other in pairs:
        fault = find_difference(one, other)
        if fault is not None:
            told = fault or f"expected {shorten(one)}, came {shorten(other)}."
            return f"At [{key!r}]: {told}"
    return None


def _compare_numbers(expected: Any, came: Any) -> str | None:
    if not (isinstance(came, numbers.Number | np.bool_) or _is_array(came)):
        return _expect(expected, came)
    if _is_whole(expected) and _is_whole(came):  # of any length
        return None if int(expected) == int(came) else ""
    one, other = _to_array(expected), _to_array(came)
    if other.ndim:
        return f"A single number was expected, and an array of shape {other.shape} came."
    if other.dtype.kind == "O":
        return _expect(expected, came)
    if fault := _compare_kinds(one, other):
        return fault
    if np.isnan(other) and not np.isnan(one):
        return "NaN is not a number: was something divided by zero?"
    return None if _are_close(one, other).all() else ""


def _compare_arrays(expected: Any, came: Any) -> str | None:
    if is_tensor(expected) != is_tensor(came) or not _is_array(came):
        return _expect(expected, came)
    one, other = _to_array(expected), _to_array(came)
    if one.shape != other.shape:
        return f"The shape is {other.shape}, and should be {one.shape}."
    if fault := _compare_kinds(one, other):
        return fault
    differs = ~_are_close(one, other)
    if not differs.any():
        return None
    first = tuple(int(index) for index in np.argwhere(differs)[0])
    count = int(differs.sum())
    verb = "differs" if count == 1 else "differ"
    nan = " (NaN, not a number)" if other[first] != other[first] else ""
    return (
        f"{count} of {one.size} entries {verb}. The first is {[*first]}:"
        f" expected {shorten(one[first])}, came {shorten(other[first])}{nan}."
    )


def _compare_kinds(one: np.ndarray, other: np.ndarray) -> str | None:
    """Return what is wrong with a dtype: a float will do for no whole number, and 1 for no True."""
    kinds = {"b": "True or False", "u": "a whole number", "i": "a whole number"}
    kinds |= {"f": "a float", "c": "a complex number"}
    wanted = kinds.get(one.dtype.kind)
    got = kinds.get(other.dtype.kind, f"{other.dtype}")
    if got == wanted or (one.dtype.kind in "fc" and other.dtype.kind in "iuf"):
        return None
    return f"The type is {other.dtype}: {got} came where {wanted} was expected."


def _are_close(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    if one.dtype.kind in "biu":
        return np.asarray(one == other)
    coarse = any(
        each.dtype.kind == "f" and each.dtype.itemsize <= 4
        for each in (one, other)
    )
    relative = COARSE if coarse else EXACT
    finite = np.abs(one[np.isfinite(one)])
    scale = finite.max(initial=0) or 1
    return np.asarray(
        np.isclose(
            other, one, rtol=relative, atol=relative * scale, equal_nan=True
        )
    )


def _is_whole(value: Any) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) or is_tensor(value)


def _to_array(value: Any) -> np.ndarray:
    if is_tensor(value):
        value = value.detach().cpu()
        # NumPy has no bfloat16.
        value = (
            value.float()
            if value.is_floating_point() and value.element_size() < 4
            else value
        )
        return np.asarray(value.numpy())
    return np.asarray(value)


def _expect(expected: Any, came: Any) -> str:
    return f"The type is {type(came).__name__}, and should be {type(expected).__name__}."


def is_changed(before: Any, after: Any) -> bool:
    """Return whether an argument, or an array in it, is no longer what it was.

    Examples:
        >>> is_changed([np.zeros(2)], [np.ones(2)]), is_changed([1], [1])
        (True, False)
    """
    if isinstance(before, tuple | list):
        return len(before) != len(after) or any(map(is_changed, before, after))
    if isinstance(before, dict):
        return before.keys() != after.keys() or any(
            is_changed(before[key], after[key]) for key in before
        )
    if _is_array(before):
        one, other = _to_array(before), _to_array(after)
        return one.shape != other.shape or not bool(
            ((one == other) | ((one != one) & (other != other))).all()
        )
    return isinstance(before, numbers.Number | str) and bool(before != after)

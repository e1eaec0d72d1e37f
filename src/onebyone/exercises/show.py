"""Values and calls as short as a reader would write them."""

import sys
from itertools import islice
from typing import Any

import numpy as np

WHOLE = 16  # entries of an array that is shown whole
ITEMS = 20  # of a list
LENGTH = 300  # of any text


def shorten(value: Any) -> str:
    """Return a value as one line: a large array as its shape and dtype.

    Examples:
        >>> shorten([np.int64(3), np.zeros((2, 1)), np.zeros((9, 9))])
        '[3, array([[0.], [0.]]), array of shape (9, 9), float64]'
    """
    try:
        return cut(_write(value))
    except Exception:  # a reader's own __repr__, or a list in itself
        return f"a {type(value).__name__} that cannot be shown"


def cut(text: str) -> str:
    r"""Return a text on one line, without what is beyond the limit.

    Examples:
        >>> cut("one\n  line")
        'one line'
    """
    line = " ".join(text.split())
    return line if len(line) <= LENGTH else f"{line[:LENGTH]}…"


def _write(value: Any) -> str:
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, np.ndarray) or is_tensor(value):
        if np.prod(value.shape) <= WHOLE:
            return " ".join(repr(value).split())
        kind = "tensor" if is_tensor(value) else "array"
        dtype = str(value.dtype).removeprefix("torch.")
        return f"{kind} of shape {tuple(value.shape)}, {dtype}"
    if type(value) in (tuple, list):
        parts = [_write(item) for item in value[:ITEMS]]
        parts += ["…"] * (len(value) > ITEMS)
        if type(value) is list:
            return f"[{', '.join(parts)}]"
        return f"({', '.join(parts)}{',' * (len(value) == 1)})"
    if type(value) is dict:
        pairs = islice(value.items(), ITEMS)
        written = [f"{_write(key)}: {_write(item)}" for key, item in pairs]
        written += ["…"] * (len(value) > ITEMS)
        return f"{{{', '.join(written)}}}"
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    return repr(value)


def is_tensor(value: Any) -> bool:
    """Return whether a value is PyTorch's tensor, without importing PyTorch.

    Examples:
        >>> is_tensor(3)
        False
    """
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def write_call(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return a call as a reader would write it.

    Examples:
        >>> write_call("f", (1,), {"size": 2})
        'f(1, size=2)'
    """
    given = [shorten(value) for value in args]
    given += [f"{key}={shorten(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(given)})"

"""One drawn call, and what it must come to."""

import inspect

import numpy as np
import torch
from hypothesis import strategies as st

from .spoiling import spoilt


def fingerprint(value):
    """Return what a call could change in an argument."""
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.strides, value.tobytes()
    if isinstance(value, torch.Tensor):
        if value.layout != torch.strided or value.is_meta:
            return value.dtype, value.shape
        flat = value.detach().contiguous().flatten().view(torch.uint8)
        return value.dtype, value.shape, value.stride(), flat.numpy().tobytes()
    if isinstance(value, list | tuple):
        return [fingerprint(each) for each in value]
    if isinstance(value, dict):
        return {key: fingerprint(each) for key, each in value.items()}
    return id(value)


@st.composite
def attempts(draw, row):
    """Draw a call that fits, or twice as often one that is spoilt: its arguments, and whether it fits.

    What spoils a call may fit too, so that about half of all calls are wrong.
    """
    arguments = draw(row.good)
    if draw(st.sampled_from([True, False, False])):
        return arguments, True
    return draw(spoilt(arguments, row.costly)), False


def outcome(row, arguments, *, fits):
    """Call a function: assert that what it returns is right, and that what it refuses it refuses by name.

    Returns:
        "right" or "refused".
    """
    before = fingerprint(arguments)
    result, refusal = None, None
    try:
        # Numbers that overflow are the caller's, in NumPy as here.
        with np.errstate(all="ignore"):
            result = row.function(**arguments)
    except (ValueError, TypeError) as error:
        refusal = error
    assert fingerprint(arguments) == before
    if refusal is None:
        with np.errstate(all="ignore"):
            row.check(result, arguments)
        return "right"
    if fits or not names_an_argument(refusal, row.function, arguments):
        raise refusal
    return "refused"


def names_an_argument(refusal, function, arguments):
    """Return whether an error is of the contract's types, and its message begins with an argument."""
    names = {*inspect.signature(function).parameters}
    titles = arguments.get("titled")
    names |= {*titles} if isinstance(titles, dict) else set()
    begins = str(refusal).partition(": ")[0]
    return type(refusal) in (ValueError, TypeError) and begins in names

"""Calls that must raise: each with the error that it raises, its type and the whole of its message."""

from contextlib import contextmanager

import pytest


@contextmanager
def refused(expected):
    """Assert that exactly this error is raised."""
    with pytest.raises(type(expected)) as caught:
        yield
    got = type(caught.value).__name__, str(caught.value)
    assert got == (type(expected).__name__, str(expected)), f"got {got}"


def refuses(*calls):
    """Parametrize a test by calls and the errors that they raise."""
    return pytest.mark.parametrize(
        ("call", "error"), calls, ids=[str(error).replace("\n", " ") for _, error in calls]
    )

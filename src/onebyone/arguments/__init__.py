"""What every function asks of its arguments before it computes anything."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def checked(
    check: Callable[P, dict[str, Any]],
) -> Callable[[Callable[..., T]], Callable[P, T]]:
    """Check the arguments of a function before each call, so that its body is the operation alone.

    `check` takes what a caller may give, and returns what the function is called with, or raises.

    Examples:
        >>> from onebyone.arguments.scalars import integer
        >>> @checked(lambda size: {"size": integer("size", size, 1)})
        ... def area(size: int) -> int:
        ...     return size * size
        >>> area(0)
        Traceback (most recent call last):
        ValueError: size: expected an integer of at least 1, got 0
    """

    def wrap(compute: Callable[..., T]) -> Callable[P, T]:
        @wraps(compute)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            return compute(**check(*args, **kwargs))

        return call

    return wrap

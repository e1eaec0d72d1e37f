"""What every function asks of its arguments before it computes anything."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
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
            try:
                arguments = check(*args, **kwargs)
            except TypeError as error:
                # Python's own, of an argument that is missing or one too many, names the check.
                said = str(error).replace(
                    f"{check.__name__}()", f"{compute.__name__}()"
                )
                error.args = (said,)
                raise
            return compute(**arguments)

        # For what does not follow __wrapped__: inspect.getfullargspec, and libraries that stand on it.
        call.__dict__["__signature__"] = signature(compute)
        return call

    return wrap

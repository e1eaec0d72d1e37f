"""The exercises of the book, and what checks a reader's answer to one."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import onebyone.exercises
from onebyone.book import solutions
from onebyone.exercises.cases import Exercise
from onebyone.exercises.trial import judge
from onebyone.exercises.verdict import Verdict

__all__ = ["check"]


def check(chapter: str, function: Callable[..., Any]) -> Verdict:
    """Try a reader's function on the inputs of its exercise, up to the first that fails.

    Whatever the function does becomes part of the verdict.

    Args:
        chapter: The page, by the name of its module, such as "feature_maps".
        function: The answer, under the name that the exercise gives it.

    Raises:
        TypeError: The chapter is no string, or the function cannot be called.
        ValueError: There is no such chapter, or no such exercise in it.

    Examples:
        >>> def count_parameters(in_channels, filters, kernel_size):
        ...     return filters * in_channels * kernel_size**2
        >>> check("channels", count_parameters)
        Not yet: count_parameters(3, 64, 5)
        expected: 4864
        came: 4800
    """
    exercises = list_exercises(chapter)
    if not callable(function):
        raise TypeError(
            f"function: expected a function, got {type(function).__name__}"
        )
    name = getattr(function, "__name__", type(function).__name__)
    if name not in exercises:
        raise ValueError(
            f"function: expected one named {' or '.join(exercises)}, got {name}"
        )
    return judge(f"{chapter}.{name}", exercises[name], function)


def list_exercises(chapter: str) -> dict[str, Exercise]:
    """Return the exercises of a chapter by the names of their functions.

    Examples:
        >>> list(list_exercises("channels"))
        ['count_parameters', 'same_padding', 'conv2d_by_channel']
    """
    if not isinstance(chapter, str):
        raise TypeError(
            f"chapter: expected a string, got {type(chapter).__name__}"
        )
    if chapter not in list_chapters():
        there = ", ".join(list_chapters())
        raise ValueError(f"chapter: expected one of {there}, got {chapter!r}")
    module = importlib.import_module(f"{__name__}.{chapter}")
    found = [one for one in vars(module).values() if isinstance(one, Exercise)]
    return {one.solution.__name__: one for one in found}


def list_chapters() -> list[str]:
    """Return the names of the chapters that have exercises to check.

    Examples:
        >>> "channels" in list_chapters()
        True
    """
    with_solutions, here = (
        {module.name for module in pkgutil.iter_modules(package.__path__)}
        for package in (solutions, onebyone.exercises)
    )
    return sorted(with_solutions & here)

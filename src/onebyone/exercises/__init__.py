"""The exercises of the book, and what checks a reader's answer to one."""

import ast
import importlib
import pkgutil
from collections.abc import Callable
from importlib import resources
from typing import Any

from onebyone.book import solutions
from onebyone.exercises.cases import Exercise
from onebyone.exercises.trial import judge
from onebyone.exercises.verdict import Verdict

__all__ = ["check"]
IN_PYTORCH = f"{__name__}.in_pytorch"


def check(chapter: str, function: Callable[..., Any]) -> Verdict:
    """Try a reader's function on the inputs of its exercise, up to the first that fails.

    Whatever the function does becomes part of the verdict.

    Args:
        chapter: The page, by the name of its module, such as "feature_maps".
        function: The answer, under the name that the exercise gives it.

    Raises:
        TypeError: The chapter is no string, or the function cannot be called.
        ValueError: There is no such chapter, or no such exercise in it.
        ImportError: The exercise needs PyTorch, and this cannot be imported.

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
    return judge(f"{chapter}.{name}", find_exercise(chapter, name), function)


def find_exercise(chapter: str, name: str) -> Exercise:
    """Return an exercise of a chapter by the name of its function.

    Raises:
        ImportError: It needs PyTorch, and this cannot be imported.

    Examples:
        >>> find_exercise("channels", "same_padding").solution(5)
        2
    """
    module = list_exercises(chapter)[name]
    try:
        cases = importlib.import_module(module)
    except ImportError as error:
        if not module.startswith(IN_PYTORCH):
            raise
        raise ImportError(
            f"{chapter}.{name}: this exercise needs PyTorch, which cannot be imported here"
        ) from error
    found: Exercise = getattr(cases, name)
    return found


def list_exercises(chapter: str) -> dict[str, str]:
    """Return the names of a chapter's exercises, each with the module of its cases.

    The modules are read and not imported: some need PyTorch.

    Examples:
        >>> list_exercises("resnet")["average_pool_shortcut"]
        'onebyone.exercises.in_pytorch.resnet'
    """
    if not isinstance(chapter, str):
        raise TypeError(
            f"chapter: expected a string, got {type(chapter).__name__}"
        )
    if chapter not in list_chapters():
        there = ", ".join(list_chapters())
        raise ValueError(f"chapter: expected one of {there}, got {chapter!r}")
    return {
        name: f"{package}.{chapter}"
        for package in (__name__, IN_PYTORCH)
        for name in _list_names(package, chapter)
    }


def _list_names(package: str, chapter: str) -> list[str]:
    """Return the names of the functions that a chapter's module in a package decorates as exercises."""
    file = resources.files(package).joinpath(f"{chapter}.py")
    if not file.is_file():
        return []
    return [
        node.name
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(one, ast.Call) and ast.unparse(one.func) == "exercise"
            for one in node.decorator_list
        )
    ]


def list_chapters() -> list[str]:
    """Return the names of the chapters that have exercises to check.

    Examples:
        >>> "channels" in list_chapters()
        True
    """
    with_solutions, here = (
        {one.name for one in pkgutil.iter_modules(path) if not one.ispkg}
        for path in (solutions.__path__, __path__)
    )
    return sorted(with_solutions & here)

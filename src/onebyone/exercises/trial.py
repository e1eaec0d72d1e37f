"""A reader's function under trial: whatever it does is told, and nothing escapes."""

import contextlib
import copy
import dis
import inspect
import io
import linecache
import traceback
from collections.abc import Callable
from typing import Any

from onebyone.exercises.cases import Case, Exercise
from onebyone.exercises.compare import is_changed
from onebyone.exercises.show import cut, shorten, write_call
from onebyone.exercises.verdict import Verdict

# What a body of nothing but a docstring, ... or pass is compiled to.
EMPTY = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}
UNWRITTEN = "It is not written yet: put your code where the three dots are."


def judge(
    name: str, exercise: Exercise, function: Callable[..., Any]
) -> Verdict:
    """Return what the cases of an exercise say about a function, up to the first that fails.

    Args:
        name: The exercise, as the verdict names it.
        exercise: Its cases.
        function: The reader's.

    Examples:
        >>> from onebyone.exercises.cases import call
        >>> def cases():
        ...     yield call(-3).gives(3)
        >>> judge("numbers.abs", Exercise(abs, cases), abs)
        Right. It was tried on 1 input.
    """
    unwritten = Verdict(name, right=False, title=UNWRITTEN)
    if is_unwritten(function):
        return unwritten
    tried = 0
    for case in exercise.make_cases():
        lines = _try(function, case)
        if lines is None:
            return unwritten
        if lines:
            title = "Not yet: "
            own = exercise.solution.__name__
            call = write_call(own, case.args, case.kwargs)
            return Verdict(
                name, right=False, title=title, call=call, lines=lines
            )
        tried += 1
    title = f"Right. It was tried on {tried} input{'s' * (tried > 1)}."
    return Verdict(name, right=True, title=title)


def is_unwritten(function: Callable[..., Any]) -> bool:
    """Return whether the body of a function is still the start that the book gave.

    Examples:
        >>> def start(x):
        ...     '''Return something.'''
        ...     ...
        >>> is_unwritten(start), is_unwritten(lambda x: 3)
        (True, False)
    """
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    steps = list(dis.get_instructions(code))
    last = [step.argval for step in steps if step.opname.endswith("_CONST")]
    return {step.opname for step in steps} <= EMPTY and last[-1:] == [None]


def _try(
    function: Callable[..., Any], case: Case
) -> list[tuple[str, str]] | None:
    """Return what went wrong in one call, line by line, or None where nothing is written."""
    args, kwargs = _copy(case.args), _copy(case.kwargs)
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            came = function(*args, **kwargs)
    # Ctrl-C stops the check; all else is the answer's.
    except (Exception, SystemExit) as error:
        told = _describe(error, function)
        fault = None if case.error and isinstance(error, case.error) else ""
        if fault is not None and isinstance(error, NotImplementedError):
            return None
    else:
        told, fault = shorten(came), case.find_fault(came)
    if fault is None:
        names = _name_arguments(function, case)
        before = [*case.args, *case.kwargs.values()]
        after = [*args, *kwargs.values()]
        for each, one, other in zip(names, before, after, strict=True):
            if is_changed(one, other):
                return [
                    ("expected", f"{each} is as it was after the call"),
                    ("came", f"{each} was changed: work on a copy"),
                ]
        return []
    lines = [("expected", case.expected), ("came", told), ("", fault)]
    lines += [("printed", cut(printed.getvalue()))]
    return [(label, text) for label, text in lines if text]


def _copy(value: Any) -> Any:
    try:
        return copy.deepcopy(value)
    except Exception:  # what cannot be copied is given as it is
        return value


def _name_arguments(function: Callable[..., Any], case: Case) -> list[str]:
    given = len(case.args)
    try:
        names = [*inspect.signature(function).parameters][:given]
    except (TypeError, ValueError):  # a built-in function has none
        names = []
    names += [f"argument {n}" for n in range(len(names) + 1, given + 1)]
    return [*names, *case.kwargs]


def _describe(error: BaseException, function: Callable[..., Any]) -> str:
    """Return the kind and message of an error, and the line in the reader's code."""
    kind = type(error).__name__
    try:
        told = cut(f"{kind}: {error}" if str(error) else kind)
    except Exception:  # a reader's own __str__
        told = kind
    code = getattr(inspect.unwrap(function), "__code__", None)
    file = code.co_filename if code else None
    numbers = [
        number
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == file
    ]
    if not file or not numbers:
        return told
    text = linecache.getline(file, numbers[-1]).strip()
    return f"{told} (line {numbers[-1]}{f': {text}' if text else ''})"

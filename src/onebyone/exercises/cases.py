"""In what form an exercise is written: calls, and what each of them must do."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from onebyone.exercises.compare import NOTHING, find_difference
from onebyone.exercises.show import cut, shorten


class Case(NamedTuple):
    """One call of a reader's function, and what must come of it.

    Attributes:
        args: The arguments by position.
        kwargs: The arguments by name.
        expected: What must come, in words.
        find_fault: Takes what was returned; returns what is wrong with it, "" where the two values say it, or None.
        error: What must be raised, if anything.
    """

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    expected: str
    find_fault: Callable[[Any], str | None]
    error: type[Exception] | None = None


Cases = Iterator[Case]


class Exercise(NamedTuple):
    """The book's own answer, and what tests it and a reader's: the cases are made anew for each."""

    solution: Callable[..., Any]
    make_cases: Callable[[], Cases]


class call:  # noqa: N801 - it is read as a verb
    """A call with these arguments.

    Examples:
        >>> call(3).gives(9).expected
        '9'
        >>> call(-1).raises(ValueError).expected
        'a ValueError'
        >>> call(2).holds("it is even", lambda y: y % 2 == 0).expected
        'it is even'
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.args, self.kwargs = args, kwargs

    def gives(self, value: Any) -> Case:
        """It returns this value: whole numbers exactly, others up to rounding."""
        return self._expect(
            shorten(value), lambda came: find_difference(value, came)
        )

    def raises(self, error: type[Exception]) -> Case:
        """It raises an error of this kind, whatever the message."""
        article = "an" if error.__name__[0] in "AEIOU" else "a"
        return Case(
            self.args,
            self.kwargs,
            f"{article} {error.__name__}",
            lambda _: "",
            error,
        )

    def holds(self, sentence: str, is_so: Callable[[Any], Any]) -> Case:
        """It returns something of which a sentence is true.

        Args:
            sentence: What must be true, for the reader.
            is_so: Takes what was returned; says whether it is true.
        """

        def look(came: Any) -> str | None:
            return None if is_so(came) else NOTHING if came is None else ""

        return self._expect(sentence, look)

    def _expect(self, expected: str, look: Callable[[Any], str | None]) -> Case:
        def find_fault(came: Any) -> str | None:
            try:
                return look(came)
            except Exception as error:  # what came may be anything
                return f"To look at it raises {type(error).__name__}: {cut(str(error))}"

        return Case(self.args, self.kwargs, expected, find_fault)


def exercise(
    solution: Callable[..., Any],
) -> Callable[[Callable[[], Cases]], Exercise]:
    """Make the decorated function, which yields cases, into the exercise that this solves.

    Examples:
        >>> @exercise(abs)
        ... def size():
        ...     yield call(-3).gives(3)
        >>> size.solution, len(list(size.make_cases()))
        (<built-in function abs>, 1)
    """
    return lambda make_cases: Exercise(solution, make_cases)

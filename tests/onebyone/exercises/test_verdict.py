"""What a reader is told about an answer."""

import warnings
from functools import partial

import numpy as np
import pytest
import torch

from onebyone.exercises import check
from onebyone.exercises.cases import Exercise, call
from onebyone.exercises.trial import UNWRITTEN, judge
from onebyone.exercises.verdict import Verdict


def told(function, *cases):
    """Return the verdict on a function, line by line."""

    def answer(): ...

    return repr(judge("a.answer", Exercise(answer, lambda: iter(cases)), function)).splitlines()


def returning(value, case):
    return told(lambda *_: value, case)


def is_right(value, expected):
    return bool(judge("a.b", Exercise(abs, lambda: iter([call().gives(expected)])), lambda: value))


def test_a_right_answer_says_on_how_many_inputs_it_was_tried():
    assert told(abs, call(-3).gives(3)) == ["Right. It was tried on 1 input."]
    assert told(abs, call(-3).gives(3), call(2).gives(2)) == ["Right. It was tried on 2 inputs."]


def test_the_first_input_that_fails_is_told_as_a_call_with_what_was_expected_and_what_came():
    case = call(2, np.eye(2), np.zeros((3, 64, 64), np.float32), size=[np.int64(3)]).gives(4)
    assert told(lambda *_, size: 5, case, call(3).gives(9)) == [
        "Not yet: answer(2, array([[1., 0.], [0., 1.]]),"
        " array of shape (3, 64, 64), float32, size=[3])",
        "expected: 4",
        "came: 5",
    ]


@pytest.mark.parametrize(
    ("value", "expected", "note"),
    [
        (None, 4, "Nothing came back. Did you forget to return it?"),
        ("4", 4, "The type is str, and should be int."),
        (4.0, 4, "The type is float64: a float came where a whole number was expected."),
        (True, 1, "The type is bool: True or False came where a whole number was expected."),
        (1, True, "The type is int64: a whole number came where True or False was expected."),
        (np.ones(1), 1.0, "A single number was expected, and an array of shape (1,) came."),
        (float("nan"), 1.0, "NaN is not a number: was something divided by zero?"),
        ([1.0, 2.0], np.ones(2), "The type is list, and should be ndarray."),
        (torch.ones(2), np.ones(2), "The type is Tensor, and should be ndarray."),
        (np.ones((2, 3)), np.ones((3, 2)), "The shape is (2, 3), and should be (3, 2)."),
        (
            np.array([[1.0, 2.0], [3.0, np.nan]]),
            np.array([[1.0, 2.0], [3.0, 4.0]]),
            "1 of 4 entries differs. The first is [1, 1]:"
            " expected 4.0, came nan (NaN, not a number).",
        ),
        (
            np.array([1, 5, 6]),
            np.array([1, 2, 3]),
            "2 of 3 entries differ. The first is [1]: expected 2, came 5.",
        ),
        (
            np.ones(2),
            np.ones(2, int),
            "The type is float64: a float came where a whole number was expected.",
        ),
        ((1, 2), (1, 2, 3), "It has 2 items, and should have 3."),
        ((1, 4), (1, 2), "At [1]: expected 2, came 4."),
        ({"b": 1}, {"a": 1}, "The keys are ['b'], and should be ['a']."),
        ({"a": None}, {"a": 1}, "At ['a']: Nothing came back. Did you forget to return it?"),
        (torch.zeros(2).to_sparse(), torch.zeros(2), "To look at it raises TypeError: "),
    ],
)
def test_what_is_wrong_with_a_value_is_said(value, expected, note):
    lines = returning(value, call(1).gives(expected))
    assert lines[0] == "Not yet: answer(1)"
    assert lines[-1].startswith(note) if note.endswith(": ") else lines[-1] == note


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int64(4), 4),
        (4, np.int64(4)),
        (10**30, 10**30),
        (np.array(4.0), 4.0),
        (4, 4.0),
        (0.1 + 0.2, 0.3),
        (4.0, np.array(4.0)),
        (np.True_, True),
        (np.ones(2, int), np.ones(2)),
        (np.ones(2, np.float32) / 3, np.ones(2) / 3),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf])),
        ([1, 2], (1, 2)),
        (torch.ones(2, requires_grad=True), torch.ones(2)),
        (torch.Size([2, 3]), (2, 3)),
        ("same", "same"),
        (None, None),
    ],
)
def test_what_is_equal_in_another_type_is_right(value, expected):
    assert is_right(value, expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (10**30 + 1, 10**30),
        (np.array([1e-9]), np.array([2e-9])),
        ("valid", "same"),
        (0, None),
        (np.ones(3), None),
        (np.ones(3), "same"),
    ],
)
def test_what_is_not_equal_is_not_right(value, expected):
    assert not is_right(value, expected)


def test_an_error_is_told_with_its_line():
    def answer(x):
        return x / 0

    lines = told(answer, call(1).gives(2))
    number = answer.__code__.co_firstlineno + 1
    assert lines[1:] == [
        "expected: 2",
        f"came: ZeroDivisionError: division by zero (line {number}: return x / 0)",
    ]


def endless(x):
    return endless(x)


def leaves(x):
    raise SystemExit(x)


def untold(x):
    class Odd(Exception):  # noqa: N818
        def __str__(self):
            raise RuntimeError

    raise Odd


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        (endless, "came: RecursionError: maximum recursion depth exceeded"),
        (leaves, "came: SystemExit: 1 (line "),
        (untold, "came: Odd (line "),
        (lambda: 1, "came: TypeError: "),
        (lambda x, y: 1, "came: TypeError: "),
        (np.linalg.inv, "came: LinAlgError: "),
    ],
)
def test_no_error_escapes(answer, came):
    assert told(answer, call(1).gives(2))[2].startswith(came)


def test_only_the_reader_stops_a_check():
    def answer(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        told(answer, call(1).gives(2))


def test_an_expected_error_has_to_come():
    case = call(4).raises(ValueError)

    def fails(error):
        def answer(x):
            raise error

        return told(answer, case)

    assert fails(ValueError("whatever"))[0].startswith("Right")
    assert fails(UnicodeError())[0].startswith("Right")  # which is one
    assert fails(KeyError("k"))[1:][:1] == ["expected: a ValueError"]
    assert fails(KeyError("k"))[2].startswith("came: KeyError: 'k' (line ")
    assert returning(2, case)[1:] == ["expected: a ValueError", "came: 2"]
    assert call(4).raises(IndexError).expected == "an IndexError"


def test_a_property_has_to_hold():
    case = call(3).holds("it is even", lambda y: y % 2 == 0)
    assert returning(4, case)[0].startswith("Right")
    assert returning(5, case)[1:] == ["expected: it is even", "came: 5"]
    assert returning(None, case)[-1].startswith("To look at it raises TypeError")
    assert returning(None, call(3).holds("it is there", bool))[-1].startswith("Nothing came back")


def test_an_answer_leaves_its_input_as_it_is():
    def double(x, by):
        x[0] *= by
        return x[0]

    x = np.ones((1, 2))
    lines = told(double, call(x, by=2).gives(np.array([2.0, 2.0])))
    assert lines[1:] == [
        "expected: x is as it was after the call",
        "came: x was changed: work on a copy",
    ]
    assert (x == 1).all()
    lines = told(double, call([np.ones(2)], by=2).gives(np.array([2.0, 2.0])))
    assert lines[-1] == "came: x was changed: work on a copy"


def test_what_it_prints_is_told_where_it_fails(capsys):
    def answer(x):
        print("x is", x)

    assert told(answer, call(1).gives(2))[-1] == "printed: x is 1"
    assert capsys.readouterr().out == ""


def test_yield_and_async_are_told():
    def several(x):
        yield x

    async def later(x):
        return x

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of what was never awaited
        assert "has yield in it" in told(several, call(1).gives(1))[-1]
        assert "has async in it" in told(later, call(1).gives(1))[-1]


def test_what_is_not_written_yet_is_told_kindly():
    def start(x):
        """Return a number."""
        ...  # noqa: PIE790 - as the book has it

    def passed(x):
        pass

    def raised(x):
        raise NotImplementedError

    for answer in (start, passed, raised):
        assert told(answer, call(1).gives(2)) == [UNWRITTEN]
        assert told(answer, call(1).gives(2), call(2).gives(3)) == [UNWRITTEN]


class Odd:
    def __eq__(self, other):
        raise ValueError("no truth")

    __hash__ = None

    def __repr__(self):
        raise ValueError("no words")


def test_what_cannot_be_shown_or_compared_is_told():
    lines = returning(Odd(), call(1).gives("a"))
    assert lines[2:] == ["came: a Odd that cannot be shown", "The type is Odd, and should be str."]
    itself = []
    itself.append(itself)
    assert "cannot be shown" in returning(itself, call(1).gives(1))[2]
    assert len(returning("x" * 10_000, call(1).gives("y"))[2]) < 400


def test_a_method_is_a_function():
    class Answers:
        def same_padding(self, kernel_size):
            return kernel_size // 2

    verdict = check("channels", Answers().same_padding)
    assert repr(verdict) == "Not yet: same_padding(4)\nexpected: a ValueError\ncame: 2"


def test_html_is_escaped_and_says_the_exercise():
    verdict = Verdict("a.b", right=False, title="<", call='b("<i>")', lines=[("came", "<b>&")])
    assert verdict._repr_html_() == (
        '<div class="verdict" data-exercise="a.b" data-right="false">'
        "<p>&lt;<code>b(&quot;&lt;i&gt;&quot;)</code></p>"
        "<p>came <code>&lt;b&gt;&amp;</code></p></div>"
    )
    assert 'data-right="true"' in Verdict("a.b", right=True, title="Right.")._repr_html_()


@pytest.mark.parametrize(
    ("chapter", "function", "error", "message"),
    [
        ("chanels", abs, ValueError, "chapter: expected one of algebra, channels, .*'chanels'"),
        ("cases", abs, ValueError, "chapter: expected one of "),
        (1, abs, TypeError, "chapter: expected a string, got int"),
        ("channels", 4864, TypeError, "function: expected a function, got int"),
        ("channels", lambda: 1, ValueError, "named count_parameters or .*, got <lambda>"),
        ("channels", partial(abs), ValueError, "got partial"),
        ("channels", abs, ValueError, "conv2d_by_channel, got abs"),
    ],
)
def test_an_exercise_that_is_not_there_is_refused_with_those_that_are(
    chapter, function, error, message
):
    with pytest.raises(error, match=message):
        check(chapter, function)

"""Wrong input raises, in a sentence that names the argument, what was expected and what came."""

import inspect

import numpy as np
import pytest

from onebyone import pooling, reference
from onebyone.arguments.arrays import array

from . import bad_arrays, bad_input
from .bad_input import GOOD
from .refusals import refused

ROWS = bad_input.ROWS + bad_arrays.ROWS
FUNCTIONS = {name: getattr(pooling, name, None) or getattr(reference, name) for name in GOOD}
LOOPS = {"conv1x1": reference.conv1x1_loops, "conv2d": reference.conv2d_loops}


@pytest.mark.parametrize("call", ROWS)
def test_bad_input_raises_its_error(call):
    for function in filter(None, (FUNCTIONS[call.function], LOOPS.get(call.function))):
        with refused(call.error(call.message)):
            function(**call.arguments)


@pytest.mark.parametrize("name", GOOD)
def test_there_is_a_wrong_value_for_every_argument(name):
    calls = [row.values[0] for row in ROWS]
    spoilt = {call.message.partition(":")[0] for call in calls if call.function == name}
    assert spoilt == set(inspect.signature(FUNCTIONS[name]).parameters)


def test_what_numpy_cannot_read_is_a_type_error_that_names_the_argument():
    class Unreadable:
        def __array__(self, dtype=None, copy=None):
            raise RuntimeError("no numbers here")

    message = r"^x: expected numbers, got a sequence that NumPy cannot read: no numbers"
    with pytest.raises(TypeError, match=message):
        array("x", [Unreadable()])


def test_integers_of_numpy_are_integers():
    x, weight = np.ones((1, 5, 5)), np.ones((1, 1, 3, 3))
    options = {"stride": np.int64(2), "padding": (np.uint8(1), np.int8(1)), "groups": np.int32(1)}
    y = reference.conv2d(x, weight, **options)
    np.testing.assert_array_equal(y, reference.conv2d(x, weight, stride=2, padding=1))
    assert reference.output_size(np.uint8(250), np.uint8(5), padding=np.uint8(200)) == 646
    with pytest.raises(ValueError, match="at most 500, the padded size, got 501"):
        reference.output_size(np.uint8(100), 501, padding=np.uint8(200))

